"""The schemes of an allocation side by side, as a page shows them; the choice is the court's."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.assets.claims import LossKind
from api.casework.rerun import sharing_asked
from api.casework.restraints import returned
from api.evidence.display import money
from api.evidence.figures.figure import html_table
from api.evidence.figures.marks import in_order, marker, scheme_mark
from api.evidence.figures.recovery import recovery
from api.evidence.figures.svg import element
from api.sealing import shown_sharing
from api.web.addresses import case_url
from api.web.rows import ends_of
from graph.model.printing import code_of, exact_text, grouped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.assets.schedule import Schedule
    from api.casework.allocations import Sharing
    from api.casework.held_assets import HeldAssets
    from api.workbench import Workbench
    from graph.model.results import Result

HALF = 26
"""Half the width of a bar of gain or loss, in pixels."""


@dataclass(frozen=True, slots=True)
class SchemeLine:
    """One scheme: what it is, and the sums of its column."""

    code: str
    title: str
    source: str
    version: str
    mark: str
    base: bool
    paid: str
    gained: str
    costs: str
    residual: str
    unpaid: str


@dataclass(frozen=True, slots=True)
class ShareCell:
    """What one scheme pays one claimant; ``bar`` is the gain against the base in pixels, loss below zero."""

    scheme: str
    paid: str
    exact: str
    gain: str
    bar: int
    traced: str
    dividend: str
    charged: str
    unpaid: str


@dataclass(frozen=True, slots=True)
class ClaimantLine:
    """One claimant under every scheme, in the order of the schemes."""

    claimant: str
    protected: bool
    paid_in: str
    returned: str
    loss: str
    records: tuple[tuple[str, str], ...]
    shares: tuple[ShareCell, ...]


@dataclass(frozen=True, slots=True)
class RateLine:
    """A conversion record: what one whole unit of an asset was worth, by which source, how old."""

    code: str
    price: str
    quote: str
    source: str
    at: int
    hours: int
    inverted: bool


@dataclass(frozen=True, slots=True)
class RuleShare:
    """Traced claims first under one rule of tracing: its pool, and the payments in the order of claimants."""

    rule: str
    chosen: bool
    pool: str
    paid: tuple[str, ...]
    sum: str


@dataclass(frozen=True, slots=True)
class AllocationPart:
    """The allocation of a page. Amounts are texts in whole units of ``code``."""

    id: str
    url: str
    code: str
    at: int
    base: str
    properties: tuple[tuple[str, str, str], ...]
    gross: str
    sale_costs: str
    general_costs: str
    to_share: str
    paid_in: str
    back: str
    net_loss: str
    kinds: tuple[tuple[str, str], ...]
    unpaid_least: str
    unpaid_most: str
    unit: str
    back_since: str
    schemes: tuple[SchemeLine, ...]
    claimants: tuple[ClaimantLine, ...]
    by_rule: tuple[RuleShare, ...]
    not_evaluated: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]
    rates: tuple[RateLine, ...]
    figure: str
    figure_table: str


def allocation_part(
    bench: Workbench, assets: HeldAssets, found: tuple[Result, Sharing], by_rule: Mapping[str, Schedule]
) -> AllocationPart:
    """Return an allocation as the page shows it; ``by_rule`` is the scheme that depends on the rule."""
    result, sharing = found
    comparison, pool = sharing.comparison, sharing.pool
    asset = pool.asset
    base = next(s for s in comparison.schedules if s.scheme == comparison.base)
    ordered = [base, *(s for s in comparison.schedules if s.scheme != base.scheme)]
    widest = max((abs(e.gain_units) for e in comparison.effects), default=0)
    drawn = recovery(shown_sharing(sharing))
    paid_in = sum((line.paid_in or Fraction(0) for line in base.lines), Fraction(0))
    back = sum((line.received for line in base.lines), Fraction(0))
    unpaid = [sum((line.unpaid for line in s.lines), Fraction(0)) for s in ordered]
    sale_costs = sum(p.sale_costs for p in pool.properties)
    words, hidden = bench.masking.words, bench.masking.document
    return AllocationPart(
        id=result.id,
        url=case_url(bench.case, "traces", assets.trace.id),
        code=code_of(hidden(asset)),
        at=sharing_asked(result).at,
        base=comparison.base,
        properties=tuple(
            (words(sharing.labels.get(p.id, "")), grouped(p.value, asset), grouped(p.sale_costs, asset))
            for p in pool.properties
        ),
        gross=grouped(pool.total, asset),
        sale_costs=grouped(sale_costs, asset) if sale_costs else "",
        general_costs=grouped(pool.general_costs, asset) if pool.general_costs else "",
        to_share=grouped(pool.distributable, asset),
        paid_in=money(paid_in, asset),
        back=money(back, asset),
        net_loss=money(sum((line.loss for line in base.lines), Fraction(0)), asset),
        kinds=_other_kinds(base, asset),
        unpaid_least=money(min(unpaid), asset),
        unpaid_most=money(max(unpaid), asset),
        unit=grouped(1, asset),
        back_since=_back_since(bench, base, asset),
        schemes=tuple(_scheme(s, base, asset) for s in ordered),
        claimants=_claimants(bench, ordered, sharing, widest),
        by_rule=tuple(
            RuleShare(
                code,
                code == assets.run.policy.rule,
                grouped(by_rule[code].pool.total, asset),
                tuple(grouped(line.units, asset) for line in by_rule[code].lines),
                grouped(sum(line.units for line in by_rule[code].lines), asset),
            )
            for code in in_order(by_rule)
        ),
        not_evaluated=tuple((n.scheme, words(n.why)) for n in comparison.not_evaluated),
        left_out=tuple(
            (words(sharing.labels[place]), hidden(why)) for place, why in sorted(sharing.left_out.items())
        ),
        rates=_rates(bench, sharing),
        figure=hidden(drawn.svg),
        figure_table=hidden(html_table(drawn.twin)),
    )


def _scheme(one: Schedule, base: Schedule, asset: str) -> SchemeLine:
    gained = sum(a.units - b.units for a, b in zip(one.lines, base.lines, strict=True))
    drawn = element(
        "svg",
        marker(scheme_mark(one.scheme, one.title), 7, 7, 5),
        class_="ak",
        viewBox="0 0 14 14",
        width="14",
        height="14",
        aria_hidden="true",
    )
    return SchemeLine(
        code=one.scheme,
        title=one.title,
        source=one.source,
        version=one.version,
        mark=drawn,
        base=one.scheme == base.scheme,
        paid=grouped(sum(line.units for line in one.lines), asset),
        gained=_signed(gained, asset),
        costs=grouped(one.costs_units, asset),
        residual=grouped(one.residual_units, asset),
        unpaid=money(sum((line.unpaid for line in one.lines), Fraction(0)), asset),
    )


def _claimants(
    bench: Workbench, ordered: list[Schedule], sharing: Sharing, widest: int
) -> tuple[ClaimantLine, ...]:
    asset = sharing.pool.asset
    paid = _payments(bench, [o for line in ordered[0].lines for o in line.citations])
    gains = {(e.scheme, e.claimant): e.gain_units for e in sharing.comparison.effects}
    lines = []
    for i, first in enumerate(ordered[0].lines):
        cells = []
        for scheme in ordered:
            line, gain = scheme.lines[i], gains[scheme.scheme, first.claimant]
            cells.append(
                ShareCell(
                    scheme=scheme.scheme,
                    paid=grouped(line.units, asset),
                    exact=exact_text(line.total, asset),
                    gain=_signed(gain, asset),
                    bar=_bar(gain, widest),
                    traced=money(line.traced, asset),
                    dividend=money(line.dividend, asset),
                    charged=money(line.charged, asset),
                    unpaid=money(line.unpaid, asset),
                )
            )
        lines.append(
            ClaimantLine(
                claimant=first.claimant,
                protected=any(paid.get(o, (False, ""))[0] for o in first.citations),
                paid_in="" if first.paid_in is None else money(first.paid_in, asset),
                returned=money(first.received, asset),
                loss=money(first.loss, asset),
                records=tuple(
                    (o, case_url(bench.case, "observations", o)) for o in first.citations if o in paid
                ),
                shares=tuple(cells),
            )
        )
    return tuple(lines)


def _payments(bench: Workbench, observations: list[str]) -> dict[str, tuple[bool, str]]:
    """Say of each payment claimed whether a protected person made it, and by which instrument."""
    if not observations:
        return {}
    rows = bench.store.rows(bench.scope, sorted(set(observations))).select(["observation", "debit"])
    payer = {row["observation"]: row["debit"] or "" for row in rows.to_pylist()}
    ends = ends_of(bench, [i for i in payer.values() if i])
    return {o: (bool(i in ends and ends[i].protected), i) for o, i in sorted(payer.items())}


def _bar(gain: int, widest: int) -> int:
    """Return the length of a bar, at least a pixel where anything is gained or lost.

    Examples
    --------
    >>> _bar(0, 100), _bar(-1, 10**6), _bar(50, 100)
    (0, -1, 13)
    """
    if not gain or not widest:
        return 0
    length = max(1, abs(gain) * HALF // widest)
    return length if gain > 0 else -length


def _other_kinds(base: Schedule, asset: str) -> tuple[tuple[str, str], ...]:
    """Return the losses that are no payments: wages withheld, damage adjudged; each in a sum of its own."""
    found = []
    for kind in LossKind:
        lost = sum((line.by_kind.get(kind, Fraction(0)) for line in base.lines), Fraction(0))
        if lost and kind is not LossKind.EXTORTED:
            found.append((str(kind), money(lost, asset)))
    return tuple(found)


def _signed(gain: int, asset: str) -> str:
    """Write a gain with its sign.

    Examples
    --------
    >>> _signed(409958, "KES:2"), _signed(-1, "KES:2"), _signed(0, "KES:2")
    ('+ 4,099.58', '− 0.01', '0.00')
    """
    sign = "+ " if gain > 0 else "− " if gain < 0 else ""
    return sign + grouped(abs(gain), asset)


def _rates(bench: Workbench, sharing: Sharing) -> tuple[RateLine, ...]:
    """Return the conversion records behind the pool, each once."""
    masking = bench.masking
    found: dict[tuple[str, int, str], RateLine] = {}
    for valuation in sharing.valuations.values():
        for step in valuation.steps:
            quote = step.rate.quote
            line = RateLine(
                code=code_of(masking.document(step.rate.base.key)),
                price=exact_text(step.rate.price * 10 ** (quote.exponent or 0), quote.key),
                quote=code_of(masking.document(quote.key)),
                source=masking.words(step.rate.source),
                at=step.rate.at,
                hours=step.age // (3600 * 10**6),
                inverted=step.inverted,
            )
            found[line.code, line.at, line.source] = line
    return tuple(found[key] for key in sorted(found))


def _back_since(bench: Workbench, base: Schedule, asset: str) -> str:
    """Return what was stated as returned and is not in this allocation; empty where nothing differs."""
    stated: dict[str, int] = {}
    for one in returned(bench):
        if one.asset == asset:
            stated[one.claimant] = stated.get(one.claimant, 0) + one.amount
    shared: Mapping[str, Fraction] = {line.claimant: line.received for line in base.lines}
    more = sum((n - shared.get(claimant, Fraction(0)) for claimant, n in stated.items()), Fraction(0))
    return money(more, asset) if more > 0 else ""
