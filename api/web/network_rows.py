"""The network as a table: its payments one by one with fee and traced part, or its edges with their sums."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from api.casework.latest import latest_result
from api.casework.network_document import price
from api.web.addresses import case_url
from api.web.network_state import day_text
from api.web.rows import End, ends_of
from graph.model.amounts import Asset
from graph.model.network import EdgeKind
from graph.model.printing import exact_text, grouped
from graph.model.results import ResultKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.casework.network import Framed
    from api.workbench import Workbench
    from graph.model.network import Edge, Payment

LISTED = 500
"""Payments of the table that are visible at once; all are in the exports."""
NOWHERE = End("", "unknown", "", "", "", protected=False)


@dataclass(frozen=True, slots=True)
class Traced:
    """What is traced of payments under the chosen rule of the latest trace.

    ``units`` are base units by observation and asset; the hops of a conversion are one payment.
    """

    rule: str
    url: str
    units: Mapping[tuple[str, str], Fraction]


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment; ``hidden`` when it is outside what is shown, or beyond what is listed.

    ``traced`` is empty where no trace went; ``traced_shown`` is rounded half up to the asset's decimals.
    """

    url: str
    lo: int
    hi: int
    source: str
    target: str
    payer: End
    payee: End
    amount: str
    fee: str
    fee_url: str
    asset: str
    name: str
    short: str
    kind: str
    traced: str
    traced_shown: str
    record: str
    locator: str
    edge: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """One edge with what of it is shown; ``hidden`` when that is nothing."""

    id: str
    kind: str
    source: str
    target: str
    asset: str
    name: str
    amount: str
    events: int
    first: str
    last: str
    given: str
    given_name: str
    price: str
    note: str
    hidden: bool


def traced_of(bench: Workbench) -> Traced:
    """Return what the trace recorded last holds of each payment; nothing without a trace."""
    result = latest_result(bench, ResultKind.TRACE)
    if result is None:
        return Traced("", "", {})
    rule = str(result.fields["policy"]["rule"])
    units: dict[tuple[str, str], Fraction] = {}
    for hop in result.fields["rules"][rule]["hops"]:
        asset = str(hop["asset"])
        traced = Fraction(str(hop["traced"])) * 10 ** (Asset.from_key(asset).exponent or 0)
        for name in {hop["observation"], *(row["observation"] for row in hop.get("rows", ()))}:
            units[name, asset] = units.get((name, asset), Fraction(0)) + traced
    return Traced(rule, case_url(bench.case, "traces", result.id), units)


def payment_rows(
    bench: Workbench, framed: Framed, traced: Traced, names: Mapping[str, str]
) -> tuple[PaymentRow, ...]:
    """Return payments in the total order: all that the whole holds, or of an incomplete one what is shown."""
    payments = framed.whole.payments if framed.complete else framed.shown.payments
    shown = {p.observation for p in framed.shown.payments[:LISTED]}
    ends = ends_of(bench, {i for p in payments for i in (p.debit, p.credit, p.statement) if i})
    followed = {p.debit for p in payments if (p.observation, p.asset) in traced.units}

    def of_it(p: Payment) -> Fraction | None:
        nothing = Fraction(0) if {p.debit, p.credit} & followed else None
        return traced.units.get((p.observation, p.asset), nothing)

    return tuple(
        PaymentRow(
            url=case_url(bench.case, "observations", p.observation),
            lo=p.lo,
            hi=p.hi,
            source=p.source,
            target=p.target,
            payer=ends.get(p.debit, NOWHERE),
            payee=ends.get(p.credit, NOWHERE),
            amount=exact_text(p.units, p.asset),
            fee=exact_text(p.fee, p.asset) if p.fee_observation else "",
            fee_url=case_url(bench.case, "observations", p.fee_observation) if p.fee_observation else "",
            asset=p.asset,
            name=names.get(p.asset, ""),
            short=short_name(names.get(p.asset, "")),
            kind=p.kind,
            traced=_exact(of_it(p), p.asset),
            traced_shown=_rounded(of_it(p), p.asset),
            record=ends[p.statement].label if p.statement in ends else "",
            locator=p.locator,
            edge=f"{EdgeKind.PAID}:{p.source}:{p.target}:{p.asset}",
            hidden=p.observation not in shown,
        )
        for p in payments
    )


def _exact(units: Fraction | None, asset: str) -> str:
    return "" if units is None else exact_text(units, asset)


def _rounded(units: Fraction | None, asset: str) -> str:
    return "" if units is None else grouped(int((2 * units + 1) // 2), asset)


def short_name(name: str) -> str:
    """Return an asset's name for a narrow column: of a contract its last characters.

    Examples
    --------
    >>> short_name("USDT TR7N…Lj6t"), short_name("KES")
    ('USDT·Lj6t', 'KES')
    """
    code, _, contract = name.partition(" ")
    return f"{code}·{contract.rpartition('…')[2]}" if "…" in contract else name


def edge_rows(framed: Framed, names: Mapping[str, str]) -> tuple[EdgeRow, ...]:
    """Return the edges of the whole with what is shown of each; of an incomplete whole those shown."""
    shown = {_key(e): e for e in framed.shown.edges}
    every: Sequence[Edge] = framed.whole.edges if framed.complete else framed.shown.edges
    return tuple(_edge(shown.get(_key(e), e), names, hidden=_key(e) not in shown) for e in every)


def _key(edge: Edge) -> tuple[str, str]:
    return edge.id, edge.given_asset


def _edge(edge: Edge, names: Mapping[str, str], *, hidden: bool) -> EdgeRow:
    return EdgeRow(
        id=edge.id,
        kind=str(edge.kind),
        source=edge.source,
        target=edge.target,
        asset=edge.asset,
        name=names.get(edge.asset, ""),
        amount=exact_text(edge.units, edge.asset) if edge.asset else "",
        events=edge.events,
        first=day_text(edge.first) if edge.events else "",
        last=day_text(edge.last) if edge.events else "",
        given=exact_text(edge.given, edge.given_asset) if edge.given_asset else "",
        given_name=names.get(edge.given_asset, ""),
        price=price(edge),
        note=edge.note,
        hidden=hidden,
    )
