"""M-PESA organisation portal: the CSV statement of a paybill or till, of one of its accounts.

The columns are those of the saved mapping ``mpesa_org_portal``; what a mapping cannot say is here:
the lines above the table (short code, organisation, which of its accounts, stated balances), the
kind of a numbered counterparty by what the row is about, transfers between accounts of the same
organisation, and links that are reversals only where the row says so.

An organisation has several accounts under one short code, each with a balance of its own. Customers
pay the utility account of a paybill and the merchant account of a till: those are the paybill and
the till. The others are accounts at M-PESA, named by code and account. Without a short code, in the
file or as ``--option account=``, the account is known only within its source.

Source: the header as seen in unrelated public parsers; account names from the operator's public
documentation of account balances. No production file was seen.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from graph.errors import AmountError, FuatiliaError
from ingest.errors import MappingError, UnreadableError
from ingest.source import Head, Options, Reading, Sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from graph.model.provenance import Reconciliation, Reject
    from ingest.mpesa.organisation import Organisation
    from ingest.table.grid import Grid
    from ingest.table.mapping import Mapping
    from ingest.table.output import Piece

_MAPPING = "mpesa_org_portal"
_SURE, _HEAD = 96, 1 << 18
_OPERATOR = "mpesa"


class OrganisationPortal:
    """Reader of organisation statements as CSV (gzip too)."""

    code = "mpesa_org"
    title = "M-PESA organisation statement (paybill, till; CSV)"
    version = "1"

    def sniff(self, head: Head) -> Sniff:
        """Look for the thirteen columns among the first lines."""
        try:
            found = _header(head.start)
        except FuatiliaError as cause:
            return Sniff(0, cause.what)
        if found is None:
            return Sniff(0, "no organisation statement's header")
        return Sniff(_SURE, f"the header of an organisation statement, on line {found + 1}")

    def mapping_for(self, path: Path, options: Options) -> dict[str, Any]:
        """Return the mapping that ``read`` will use, as data, so that it becomes part of the batch id."""
        return asdict(_opened(path, options).mapping)

    def read(self, path: Path, options: Options) -> Iterator[Reading]:
        """Read the statement.

        Raises
        ------
        UnreadableError
            Empty, damaged, without rows.
        MappingError
            None of the rows can be read, or an option that the reader does not have.
        """
        from ingest.mpesa import portal
        from ingest.table.output import unmapped
        from ingest.table.payments import columns_used
        from ingest.table.statement import read_statement

        one = _opened(path, options)
        if not one.grid.rows and not one.grid.rejected:
            raise UnreadableError("the statement has a header and no rows", hint="ask for it again")
        used = columns_used(one.grid, one.mapping) | {one.grid.index(name) for name in portal.READ}
        used |= set(range(len(one.grid.names) - len(portal.DERIVED), len(one.grid.names)))
        notes = one.notes | unmapped(one.grid, used, one.mapping.drop)
        piece = read_statement(one.grid, one.mapping, options.source, one.header)
        _check_some(piece)
        yield Reading(
            rows=piece.rows,
            facts=_with_holder(one, piece),
            rejected=_as_printed(one.grid, piece.rejected),
            left_out=piece.left_out,
            reconciliation=tuple(_against_stated(one, piece, each) for each in piece.reconciliation),
            assumptions=notes | dict(piece.assumptions) | dict(one.mapping.assumes),
            records=one.grid.rows + len(one.grid.rejected),
            done=one.grid.rows,
            total=one.grid.rows,
        )


@dataclass(frozen=True, slots=True)
class _Statement:
    grid: Grid
    header: int
    mapping: Mapping
    organisation: Organisation
    notes: dict[str, str]


def _saved() -> dict[str, Any]:
    from ingest.mappings.loading import saved_mappings

    return saved_mappings()[_MAPPING]


def _rows_of(data: bytes) -> list[list[str]]:
    """Return the first lines of a text as cells."""
    from ingest.table.decoding import decode, physical_lines, sniff_delimiter
    from ingest.table.layout import SEARCHED
    from ingest.table.opening import cells_of

    lines = physical_lines(decode(data, whole=False).data.decode())
    delimiter = sniff_delimiter(lines)
    return [cells_of(line, delimiter, '"') for line in lines[: 4 * SEARCHED]] if delimiter else []


def _header(start: bytes) -> int | None:
    from ingest.table.decoding import head_bytes
    from ingest.table.layout import header_index
    from ingest.table.workbooks import is_workbook

    if is_workbook(start):
        return None
    return header_index(_rows_of(head_bytes(start)), [str(name) for name in _saved()["header"]])


def _opened(path: Path, options: Options) -> _Statement:
    from ingest.mpesa.organisation import organisation
    from ingest.table.decoding import file_bytes
    from ingest.table.opening import open_table
    from ingest.table.workbooks import is_workbook

    with path.open("rb") as file:
        if is_workbook(file.read(_HEAD)):
            raise UnreadableError("a workbook, not a CSV", hint="say --as mapped_table")
    given = replace(options, mapping=options.mapping or _saved())
    opened = open_table(path, given)
    grid, header = opened.grids[0]
    above = organisation(_rows_of(file_bytes(path)[:_HEAD])[: header - 1])
    notes = {k: v for k, v in opened.notes.items() if k != "lines above the header"}
    notes |= {"lines above the header not read": ", ".join(map(str, above.unread))} if above.unread else {}
    notes |= {"period as printed": above.period} if above.period else {}
    mapping, said = _of_account(opened.mapping, above, grid, options)
    return _Statement(_with_derived(grid, above), header, _with_columns(mapping, above), above, notes | said)


def _of_account(
    mapping: Mapping, above: Organisation, grid: Grid, options: Options
) -> tuple[Mapping, dict[str, str]]:
    """Return the mapping with the account that the statement is of, and how that is known."""
    from ingest.mpesa import portal
    from ingest.table.mapping import End

    if "account" in options.values:
        return mapping, {"account": "as given with the file"}
    if not above.code:
        return mapping, {"account": "the file does not print its short code: known only within this source"}
    till = portal.is_till({name: grid.texts(name) for name in portal.READ})
    kind, main = ("till", "MERCHANT") if till else ("paybill", "UTILITY")
    if above.account in ("", main):
        how = "" if above.account else "; which of its accounts is not said"
        end = End(value=above.code, kind=kind, scope=_OPERATOR)
        return replace(mapping, account=end), {"account": f"the {kind} named above the table{how}"}
    word = "".join(c for c in above.account.upper() if c.isascii() and c.isalnum())
    end = End(value=f"{above.code}{word}", kind="account", scope=mapping.institution)
    return replace(mapping, account=end), {
        "account": f"the {above.account.lower()} account named above the table"
    }


def _with_columns(mapping: Mapping, above: Organisation) -> Mapping:
    """Point the mapping to the columns that ``_with_derived`` adds."""
    from ingest.mpesa import portal
    from ingest.table.mapping import End, Rail

    numbered = [(portal.TILL_END, "till"), (portal.AGENT_END, "agent"), (portal.PAYBILL_END, "paybill")]
    ends = [
        End(name, kind=kind, scope=_OPERATOR, pattern=portal.SHORT, optional=True) for name, kind in numbered
    ]
    own = (
        [End(portal.OWN_END, kind="account", scope=mapping.institution, optional=True)] if above.code else []
    )
    first, *rest = mapping.counterparty
    return replace(
        mapping,
        when=replace(mapping.when, columns=(portal.WHEN,)),
        counterparty=(*own, first, *ends, *(replace(end, column=portal.NAMED) for end in rest)),
        reverses=Rail(portal.REVERSED, _OPERATOR),
        text=(*mapping.text, portal.LINKED),
    )


def _with_derived(grid: Grid, above: Organisation) -> Grid:
    """Add the columns that are derived from others, and the marks of rows."""
    from ingest.mpesa import portal

    texts = {name: grid.texts(name) for name in portal.READ}
    columns = portal.derived(texts, above)
    return replace(
        grid,
        names=(*grid.names, *columns),
        columns=(*grid.columns, *columns.values()),
        marks=portal.marks(texts),
    )


def _check_some(piece: Piece) -> None:
    if piece.rejected and (piece.rows is None or not piece.rows.num_rows) and not piece.left_out:
        first = piece.rejected[0]
        raise MappingError(
            f"none of the {len(piece.rejected)} rows could be read; the first: {first.reason}",
            locator=first.locator,
            hint=first.hint,
        )


def _as_printed(grid: Grid, rejected: tuple[Reject, ...]) -> tuple[Reject, ...]:
    """Return rejects with the text of the printed row, without the derived columns after it."""
    from ingest.mpesa import portal
    from ingest.table.output import raw_text

    plain = replace(grid, columns=grid.columns[: -len(portal.DERIVED)])
    at = {plain.locator(row): row for row in range(plain.rows)} if rejected else {}
    return tuple(
        replace(each, raw=raw_text(plain, at[each.locator])) if each.locator in at else each
        for each in rejected
    )


def _with_holder(one: _Statement, piece: Piece) -> pa.Table | None:
    """Add the organisation's name as that of the account's holder, at the line that prints it."""
    import pyarrow as pa

    from ingest.table.output import EVER, Facts

    rows = piece.rows
    if not one.organisation.name or rows is None or not rows.num_rows:
        return piece.facts
    facts, line = Facts(one.grid.form), one.organisation.lines["name"]
    account = rows["statement"][0].as_py()
    facts.add("holder", one.grid.rows + 1, line, EVER, account, {"role": "holder"}, one.organisation.name)
    parts = [table for table in (piece.facts, facts.table()) if table is not None]
    return pa.concat_tables(parts).unify_dictionaries()


def _against_stated(one: _Statement, piece: Piece, verdict: Reconciliation) -> Reconciliation:
    """Hold the balances stated above the table against those that its rows give."""
    from graph.model.provenance import Balance

    given = [f for f in piece.facts.to_pylist() if f["kind"] == "statement"] if piece.facts else []
    fields = json.loads(given[0]["fields"]) if given else {}
    agreed = []
    for what in ("opening", "closing"):
        stated, found = _plain(getattr(one.organisation, what)), fields.get(what)
        if not stated or not found or verdict.verdict is Balance.BREAKS:
            continue
        if stated != found:
            where = f"line:{one.organisation.lines[what]}"
            why = f"the {what} balance stated above the table is not the one that the rows give"
            return replace(
                verdict, verdict=Balance.BREAKS, locator=where, expected=stated, found=found, why=why
            )
        agreed.append(what)
    more = f"; {' and '.join(agreed)} balance as stated above the table" if agreed else ""
    return replace(verdict, why=verdict.why + more)


def _plain(text: str) -> str:
    """Return a printed balance as a canonical decimal; empty where it is none."""
    import pyarrow as pa

    from graph.model.amounts import Amount, fiat
    from ingest.normalise.money import plain_amounts

    try:
        return (
            Amount.parse(str(plain_amounts(pa.array([text])).figures[0]), fiat("KES")).text() if text else ""
        )
    except AmountError:
        return ""


SOURCE = OrganisationPortal()
