"""What opaque ids stand for, and how they are found: the only place where identifying text is read.

Labels are masked unless the clearance allows more. A whole identifier, receipt or reference may be
looked for by anybody in the case, since whoever types it knows it; names only with clearance.
"""

from __future__ import annotations

# ruff: noqa: S608 - conditions are written in this file; values are parameters
from typing import TYPE_CHECKING, Any

from graph.model.events import FactKind
from graph.model.identifiers import Identifier, recognise
from graph.model.identifiers.identifier import Kind
from graph.model.parties import Instrument
from graph.model.scope import Clearance
from graph.stores.ledger import query
from graph.stores.ledger.query import Asked
from graph.stores.ledger.view_rows import full_id, outward_facts, raw_ids

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from graph.model.protection import Protected
    from graph.model.scope import Scope
    from graph.stores.ledger.query import Engine
    from graph.stores.ledger.view_reading import Reading

ERASED = "(erased)"
_SUFFIX = 3
_NAMED = "starts_with(r.key, 'name:')"
_WITH_INSTITUTION = frozenset({Kind.ACCOUNT, Kind.TILL, Kind.PAYBILL, Kind.AGENT, Kind.EXCHANGE, Kind.CARD})


def describe(engine: Engine, reading: Reading, scope: Scope, ids: list[str]) -> dict[str, Instrument]:
    """Return the instruments of those ids that the scope's cases hold, by id."""
    wanted = sorted(set(ids))
    raw = raw_ids(wanted)
    keys = {row["id"].hex(): row["key"] for row in query.keys(engine, reading.evidence, raw)}
    here = set(keys) | {
        full_id(reading.own(place)[node]).hex()
        for place, node in reading.nodes_of([i for i in raw if i.hex() not in keys])
    }
    holders = _holders(engine, reading, scope, [i for i in wanted if i in keys])
    hidden = reading.protected
    return {i: _instrument(i, keys.get(i), holders.get(i, ""), scope, hidden) for i in wanted if i in here}


def _instrument(opaque: str, key: str | None, holder: str, scope: Scope, hidden: Protected) -> Instrument:
    mine = opaque in hidden.instruments
    if key is None:
        return Instrument(opaque, Kind.UNKNOWN_END.value, ERASED, masked=True, protected=mine)
    identifier = Identifier.from_key(key)
    institution = identifier.scope if identifier.kind in _WITH_INSTITUTION else ""
    label = identifier.value if scope.clearance >= Clearance.CASE else identifier.short
    if identifier.kind in (Kind.CASH_END, Kind.UNKNOWN_END):
        label = identifier.short
    if scope.clearance < Clearance.PROTECTED:
        institution = hidden.hide(institution)
        if mine:
            label, holder = identifier.short, ""
        elif scope.clearance is Clearance.CASE:  # the same person under another identifier
            label, holder = hidden.hide(label), hidden.hide(holder)
    return Instrument(
        opaque, identifier.kind.value, label, institution, holder, identifier.masked, protected=mine
    )


def _holders(engine: Engine, reading: Reading, scope: Scope, ids: list[str]) -> dict[str, str]:
    """Return holders' names as the latest statement prints them."""
    if scope.clearance < Clearance.CASE or not ids:
        return {}
    asked = Asked(kinds=(FactKind.HOLDER.value,), nodes=reading.nodes_of(raw_ids(ids)))
    stored = query.facts(engine, reading.evidence, asked)
    table = outward_facts(engine, reading.evidence, stored, reading.own, scope.clearance)
    return {row["subject"]: row["text"] for row in table.to_pylist() if row["text"]}


def find(
    engine: Engine, reading: Reading, scope: Scope, text: str, rail_of: Callable[[str], bytes]
) -> list[str]:
    """Return ids of instruments that ``text`` may mean, the surest first.

    A whole identifier or opaque id; a receipt or transaction; a reference as printed; the last
    digits; part of a name.
    """
    text = text.strip()
    if not text:
        return []
    rails = hashed_rails(text, rail_of)
    found = [*_exact(engine, reading, text), *_paid_under(engine, reading, text, rails)]
    if text.isdigit() and len(text) > _SUFFIX:
        found += _like(engine, reading, "suffix(r.key, $2)", text)
    if scope.clearance >= Clearance.CASE:
        condition = f"{_NAMED} AND contains(lower(url_decode(r.key)), $2)"
        named = [
            *_like(engine, reading, condition, text.casefold()),
            *_held_by(engine, reading, scope, text),
        ]
        hidden = reading.protected.instruments if scope.clearance < Clearance.PROTECTED else frozenset()
        found += [i for i in named if i not in hidden]
    return list(dict.fromkeys(found))


def hashed_rails(text: str, rail_of: Callable[[str], bytes]) -> list[bytes]:
    """Return what a store may hold for the guarantee of a receipt or a transaction."""
    lower = text.lower()
    spelt = (text, f"mpesa:{text.upper()}", f"uetr:{lower}", f"evm:{lower}", f"btc:{lower}")
    return [rail_of(rail) for rail in spelt]


def _exact(engine: Engine, reading: Reading, text: str) -> list[str]:
    keys = [*dict.fromkeys([*(identifier.key for identifier in recognise(text)), text])]
    found = {
        row["key"]: row["id"].hex()
        for row in _instruments(engine, reading, "r.key IN (SELECT unnest($2::VARCHAR[]))", keys)
    }
    opaque = [text] if raw_ids([text]) and reading.nodes_of(raw_ids([text])) else []
    values = _like(
        engine, reading, f"NOT {_NAMED} AND url_decode(split_part(r.key, ':', 3)) = $2", text
    )  # whatever the kind and scope
    return [*(found[k] for k in keys if k in found), *opaque, *values]


def _like(engine: Engine, reading: Reading, condition: str, text: str) -> list[str]:
    return [row["id"].hex() for row in _instruments(engine, reading, condition, text)]


def _instruments(engine: Engine, reading: Reading, condition: str, value: object) -> list[dict[str, Any]]:
    paths = query.paths(reading.evidence, "instruments")
    if not paths:
        return []
    sql = f"SELECT DISTINCT r.id::BLOB AS id, r.key FROM read_parquet($1) r WHERE {condition} ORDER BY r.key"
    rows: list[dict[str, Any]] = engine.table(sql, [paths, value]).to_pylist()
    return rows


def _paid_under(engine: Engine, reading: Reading, text: str, rails: list[bytes]) -> list[str]:
    """Return the ends of rows under a receipt, a transaction or a reference as printed."""
    found = []
    for row in referred(engine, reading, text, rails).select(["place", "debit", "credit"]).to_pylist():
        own = reading.own(row["place"])
        found += [full_id(own[row[end]]).hex() for end in ("debit", "credit") if row[end] is not None]
    return found


def referred(engine: Engine, reading: Reading, text: str, rails: list[bytes]) -> pa.Table:
    """Return the stored rows whose receipt, transaction or printed reference is ``text``."""
    numbers = query.numbers_of_rails(engine, reading.evidence, rails)
    numbers += query.numbers_of_reference(engine, reading.evidence, text)
    return query.rows(engine, reading.evidence, Asked(numbers=sorted(set(numbers))))


def _held_by(engine: Engine, reading: Reading, scope: Scope, text: str) -> list[str]:
    stored = query.facts(engine, reading.evidence, Asked(kinds=(FactKind.HOLDER.value, FactKind.TAG.value)))
    if not stored.num_rows:
        return []
    table: pa.Table = outward_facts(engine, reading.evidence, stored, reading.own, scope.clearance)
    wanted = text.casefold()
    return [
        row["subject"]
        for row in table.select(["subject", "text"]).to_pylist()
        if row["subject"] and wanted in (row["text"] or "").casefold()
    ]
