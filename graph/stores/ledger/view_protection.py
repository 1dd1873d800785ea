"""Whom the cases protect, found in the evidence: the instruments, names and numbers of victims and witnesses.

A role is a person's statement about an instrument, or about a holder as printed. What it protects is
looked up in everything that the cases ever admitted, taken back or not: a retraction must not unmask
anybody. Whoever holds two accounts under one name is protected on both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from graph.errors import IdentifierError
from graph.model.events import FactKind
from graph.model.identifiers import Identifier
from graph.model.identifiers.identifier import Kind
from graph.model.protection import NOBODY, PROTECTED_ROLES, Protected, folded
from graph.model.results import HOLDER, AssertionKind
from graph.model.scope import Clearance
from graph.stores.ledger import query
from graph.stores.ledger.query import Asked
from graph.stores.ledger.view_rows import outward_facts, outward_rows, raw_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from graph.model.results import Assertion
    from graph.stores.ledger.view_reading import Reading

_FREE = ("ref", "text", "channel", "mark", "fields")


def protection(reading: Reading, told: Sequence[Assertion]) -> Protected:
    """Return whom the standing roles among ``told`` protect.

    Parameters
    ----------
    reading : Reading
        Over every batch that the cases ever admitted.
    told : sequence of Assertion
    """
    subjects = {a.subject for a in told if a.kind is AssertionKind.ROLE and a.object in PROTECTED_ROLES}
    if not subjects:
        return NOBODY
    holders = _holders(reading)
    named = {s.partition("#")[0] for s in subjects if s.partition("#")[2] == HOLDER}
    ids = _shown(reading, subjects) | {subject for observation, subject, _ in holders if observation in named}
    names = {name for observation, _, name in holders if observation in named and name}
    ids, names = _same_names(reading, holders, ids, names)
    return Protected(
        frozenset(ids),
        tuple(sorted(names)),
        tuple(sorted(i for i in _identifiers(reading, ids).values() if i)),
    )


def _same_names(
    reading: Reading, holders: list[tuple[str, str, str]], ids: set[str], names: set[str]
) -> tuple[set[str], set[str]]:
    """Add what is held under the same name, until nothing is added."""
    printed = _named(reading)
    while True:
        names |= {name for _, subject, name in holders if subject in ids and name}
        names |= {name for instrument, name in printed if instrument in ids}
        known = {folded(name) for name in names} - {()}
        more = {subject for _, subject, name in holders if subject and folded(name) in known}
        more |= {instrument for instrument, name in printed if folded(name) in known}
        if more <= ids:
            return ids, names
        ids |= more


def _shown(reading: Reading, subjects: Iterable[str]) -> set[str]:
    """Return ids of the instruments that subjects name by an observation, a side and an asset."""
    wanted: dict[str, list[tuple[str, str]]] = {s.partition("#")[0]: [] for s in subjects}
    for subject in subjects:
        observation, _, end = subject.partition("#")
        side, _, asset = end.partition(":")
        if side in ("debit", "credit"):
            wanted[observation].append((side, asset))
    numbers = sorted({n for found in reading.locate(wanted).values() for n in found})
    if not numbers:
        return set()
    stored = query.rows(reading.engine, reading.evidence, Asked(numbers=numbers))
    table = outward_rows(
        reading.engine, reading.evidence, stored, reading.own, {}, {}, _no_rows(), Clearance.MASKED
    )
    return {
        row[side]
        for row in table.select(["observation", "asset", "debit", "credit"]).to_pylist()
        for side, asset in wanted[row["observation"]]
        if row["asset"] == asset and row[side]
    }


def _no_rows() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.zeros(0, np.int64)


def _holders(reading: Reading) -> list[tuple[str, str, str]]:
    """Return observation, instrument and printed name of every holder."""
    stored = query.facts(reading.engine, reading.evidence, Asked(kinds=(FactKind.HOLDER.value,)))
    table = outward_facts(reading.engine, reading.evidence, stored, reading.own, Clearance.PROTECTED)
    rows = table.select(["observation", "subject", "text"]).to_pylist()
    return [(row["observation"], row["subject"] or "", row["text"] or "") for row in rows]


def _named(reading: Reading) -> list[tuple[str, str]]:
    """Return instruments that are nothing but a name, with the name."""
    paths = query.paths(reading.evidence, "instruments")
    if not paths:
        return []
    sql = """
        SELECT DISTINCT r.id::BLOB AS id, r.key FROM read_parquet($1) r
        WHERE starts_with(r.key, 'name:') ORDER BY r.key"""
    rows = reading.engine.table(sql, [paths]).to_pylist()
    return [(row["id"].hex(), Identifier.from_key(row["key"]).value) for row in rows]


def _identifiers(reading: Reading, ids: Iterable[str]) -> dict[str, Identifier | None]:
    found: dict[str, Identifier | None] = {}
    for row in query.keys(reading.engine, reading.evidence, raw_ids(sorted(ids))):
        try:
            found[row["id"].hex()] = Identifier.from_key(row["key"])
        except IdentifierError:  # written by a plug-in under a form of its own: nothing to look for in texts
            found[row["id"].hex()] = None
    return {i: known for i, known in found.items() if known is None or known.kind is not Kind.UNKNOWN_END}


def without_protected(table: pa.Table, protected: Protected, ends: Sequence[str]) -> pa.Table:
    """Return rows or facts with narration of the protected left out and their names taken out elsewhere.

    Parameters
    ----------
    ends : sequence of str
        Columns that name instruments; a row that touches a protected one has no narration.
    """
    if not protected or not table.num_rows:
        return table
    touched = [any(end in protected.instruments for end in row) for row in _rows(table, ends)]
    hiding: dict[str, Callable[[str], str]] = {
        "locator": protected.hide_in_place,
        "asset": protected.hide_in_assets,
        "fields": lambda told: protected.hide(protected.hide_in_assets(told)),
    }
    for name in dict.fromkeys((*_FREE, *hiding)):
        at = table.schema.get_field_index(name)
        if at < 0 or table[name].null_count == table.num_rows:
            continue
        hide = hiding.get(name, protected.hide)
        texts = table[name].to_pylist()
        told = {text: hide(text) for text in dict.fromkeys(texts) if text is not None}
        shown = [
            None if text is None or (name == "text" and mine) else told[text]
            for text, mine in zip(texts, touched, strict=True)
        ]
        field = table.schema.field(at)
        table = table.set_column(at, field, pa.array(shown, field.type))
    return table


def without_protected_assets(
    assets: Sequence[str], numbers: NDArray[np.int32], protected: Protected
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return keys of assets without the protected, and the numbers of assets among them.

    Assets whose keys are alike afterwards are one: the same contract under two symbols.
    """
    shown = [protected.hide_in_assets(key) for key in assets]
    if not protected or shown == list(assets):
        return tuple(assets), numbers
    distinct = list(dict.fromkeys(shown))
    return tuple(distinct), np.array([distinct.index(key) for key in shown], numbers.dtype)[numbers]


def _rows(table: pa.Table, ends: Sequence[str]) -> zip[tuple[str | None, ...]]:
    return zip(*(table[end].to_pylist() for end in ends), strict=True)
