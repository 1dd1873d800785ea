"""From loss to payment: what claimants paid in, what is held of it, what is restrained, what came back.

Five bars on one scale, each with its band over the rules where it has one. Bars are sums over records
of one asset, the claim's; what came back in another asset is named beside them and never added.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from api.casework.awards import awards
from api.casework.latest import latest_result
from api.casework.restraints import restraints, returned
from api.web.addresses import case_url
from graph.model.amounts import Asset
from graph.model.printing import code_of, grouped
from graph.model.results import ResultKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from api.casework.restraints import Restraint, Returned
    from api.workbench import Workbench

WIDTH = 320
"""Length of the bar that stands for the whole claim, in units of the drawing."""
MOST_TICKS = 5
GONE = ("spent", "fees", "swallowed", "lost")
UNITS = ((1_000_000, " M"), (1_000, " k"))


@dataclass(frozen=True, slots=True)
class LossLine:
    """One bar: exact texts of the chosen rule and its band, and lengths; ``url`` opens to its records."""

    key: str
    amount: str
    least: str
    most: str
    bar: int
    low: int
    high: int
    url: str


@dataclass(frozen=True, slots=True)
class LossToPayment:
    """The five bars of one trace.

    Attributes
    ----------
    gone : tuple of pairs
        Outcome and amount of what is no longer held.
    other : tuple of str
        What claimants have back in another asset than the claim's, with its code.
    ticks : tuple of pairs
        Position and label on the scale.
    """

    url: str
    code: str
    rule: str
    rules: int
    claimants: tuple[str, ...]
    lines: tuple[LossLine, ...]
    gone: tuple[tuple[str, str], ...]
    other: tuple[str, ...]
    ticks: tuple[tuple[int, str], ...]


def loss_to_payment(bench: Workbench, today: date) -> LossToPayment | None:
    """Return the bars of the trace recorded last; None where there is none.

    Parameters
    ----------
    today : date
        A hold that ended before it restrains nothing.
    """
    trace = latest_result(bench, ResultKind.TRACE)
    if trace is None:
        return None
    fields = trace.fields
    asset, total = str(fields["claim"]["asset"]), Fraction(str(fields["claim"]["total"]))
    rule = str(fields["policy"]["rule"])
    url = case_url(bench.case, "traces", trace.id)
    assets = case_url(bench.case, "assets")
    standing = [r for r in restraints(bench) if r.held(today)]
    held = {code: _claims(found) for code, found in fields["rules"].items()}
    kept = {code: restrained(found, standing) for code, found in fields["rules"].items()}
    back, ordered = _sum(returned(bench), asset), _sum(awards(bench), asset)

    def line(key: str, here: Fraction, opens: str, band: Mapping[str, Fraction] | None = None) -> LossLine:
        least, most = (min(band.values()), max(band.values())) if band else (here, here)
        here_, least_, most_ = (_told(n, asset) for n in (here, least, most))
        bar, low, high = (int(min(n, total) / total * WIDTH) if total else 0 for n in (here, least, most))
        return LossLine(key, here_, least_, most_, bar, low, high, opens)

    lines = (
        line("paid_in", total, f"{url}#hops"),
        line("held", held[rule], f"{url}#places", held),
        line("restrained", kept[rule], assets, kept),
        line("ordered", ordered, case_url(bench.case, "assertions")),
        line("back", back, assets),
    )
    return LossToPayment(
        url,
        code_of(asset),
        rule,
        len(held),
        tuple(sorted(str(name) for name in fields["claim"]["claimants"])),
        lines,
        tuple((end, _told(Fraction(str(fields["rules"][rule][end])), asset)) for end in GONE),
        _elsewhere(returned(bench), asset),
        ticks(total),
    )


def restrained(found: Mapping[str, Any], standing: Sequence[Restraint]) -> Fraction:
    """Return how much of what a rule shows as held is restrained, in claim units.

    A restraint of a stated amount covers no more of the traced money than that amount.
    """
    by_place = {(r.instrument, r.asset): r for r in standing}
    total = Fraction(0)
    for place in found["holdings"]:
        asset = str(place["asset"])
        over = by_place.get((str(place["instrument"]), asset))
        if over is None:
            continue
        here = Fraction(str(place["amount"])) * 10 ** (Asset.from_key(asset).exponent or 0)
        part = Fraction(1) if over.amount is None or not here else min(Fraction(1), over.amount / here)
        total += Fraction(str(place["claim"])) * part
    return total


def ticks(total: Fraction) -> tuple[tuple[int, str], ...]:
    """Return round amounts up to a total, with where they stand.

    Examples
    --------
    >>> ticks(Fraction(845000))
    ((0, '0'), (75, '200 k'), (151, '400 k'), (227, '600 k'), (302, '800 k'))
    """
    if total <= 0:
        return ((0, "0"),)
    step = Fraction(1)
    while total / step >= 10:  # noqa: PLR2004 - decades
        step *= 10
    while total / step < 1:
        step /= 10
    steps = (step / 5, step / 2, step, 2 * step)
    chosen = next(s for s in steps if total / s < MOST_TICKS)
    return tuple(
        (int(n * chosen / total * WIDTH), _round(n * chosen)) for n in range(int(total / chosen) + 1)
    )


def _round(value: Fraction) -> str:
    """Write a round amount with its unit: at most one decimal, no float."""
    unit, word = next((u for u in UNITS if value >= u[0]), (1, ""))
    whole, tenth = divmod(int(10 * value / unit), 10)
    return f"{whole}.{tenth}{word}" if tenth else f"{whole}{word}"


def _claims(found: Mapping[str, Any]) -> Fraction:
    return Fraction(str(found["held"]))


def _sum(found: Sequence[Returned], asset: str) -> Fraction:
    units = sum(r.amount for r in found if r.asset == asset)
    return Fraction(units, 10 ** (Asset.from_key(asset).exponent or 0))


def _elsewhere(found: Sequence[Returned], asset: str) -> tuple[str, ...]:
    sums: dict[str, int] = {}
    for one in found:
        if one.asset != asset:
            sums[one.asset] = sums.get(one.asset, 0) + one.amount
    return tuple(f"{grouped(n, key)} {code_of(key)}" for key, n in sorted(sums.items()))


def _told(value: Fraction, asset: str) -> str:
    """Write an amount with the asset's decimals, rounded half up, for show only."""
    units = (2 * value * 10 ** (Asset.from_key(asset).exponent or 0) + 1) // 2
    return grouped(int(units), asset)
