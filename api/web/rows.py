"""Payments as rows of a page: ends named by clearance, amounts exact, each with the way to its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.web.addresses import case_url
from api.web.masked import cleared
from graph.model.printing import code_of, grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from api.workbench import Workbench
    from graph.model.parties import Instrument

UNNAMED = "unknown"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a payment: opaque id, kind, what it is called here, and the rail it is drawn as."""

    id: str
    kind: str
    label: str
    holder: str
    institution: str
    protected: bool


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One row of the evidence."""

    observation: str
    url: str
    source: str
    locator: str
    lo: int
    hi: int
    status: str
    kind: str
    channel: str
    debit: End | None
    credit: End | None
    amount: str
    code: str
    asset: str
    balance: str
    reference: str
    text: str
    mark: str
    digits: str


def ends_of(bench: Workbench, ids: Iterable[str]) -> dict[str, End]:
    """Say what opaque ids stand for, as far as the clearance allows."""
    found: Mapping[str, Instrument] = bench.store.instruments(bench.scope, sorted(set(ids)))
    return {i: end_of(what) for i, what in sorted(found.items())}


def end_of(what: Instrument) -> End:
    """Return an instrument as pages name it."""
    return End(what.id, what.kind, what.label, what.holder, what.institution, what.protected)


def record_lines(bench: Workbench, rows: Sequence[Mapping[str, Any]]) -> tuple[RecordLine, ...]:
    """Return rows (``VIEW_ROWS``) in their order as pages show them."""
    ids = {row[side] for row in rows for side in ("debit", "credit") if row[side] is not None}
    ends = ends_of(bench, ids)
    return tuple(_line(bench, row, ends) for row in rows)


def _line(bench: Workbench, row: Mapping[str, Any], ends: Mapping[str, End]) -> RecordLine:
    asset = row["asset"]
    shown = cleared(bench)
    return RecordLine(
        observation=row["observation"],
        url=case_url(bench.case, "observations", row["observation"]),
        source=row["source"],
        locator=row["locator"],
        lo=row["lo"],
        hi=row["hi"],
        status=row["status"],
        kind=row["kind"],
        channel=row["channel"] or "",
        debit=ends.get(row["debit"]),
        credit=ends.get(row["credit"]),
        amount=(row["digits"] or "") if row["amount"] is None else grouped(int(row["amount"]), asset),
        code=code_of(asset),
        asset=asset,
        balance="" if row["balance"] is None else grouped(int(row["balance"]), asset),
        reference=(row["ref"] or "") if shown else "",
        text=(row["text"] or "") if shown else "",
        mark=row["mark"] or "",
        digits=row["digits"] or "",
    )
