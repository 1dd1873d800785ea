"""The timeline of a trace: what was paid in, what moved on, what left the reach, what was done about it.

Lanes from top to bottom; the area of a circle is the traced amount, in claim units, under the chosen rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.tracing.movements import UNTRACED
from api.evidence.display import clock, money, shown
from api.evidence.figures.figure import Figure, Line, Twin
from api.evidence.figures.marks import patterns, rule_mark
from api.evidence.figures.svg import drawing
from api.evidence.figures.timeline_lanes import LANES, NAME, WIDTH, Lanes
from graph.model.intervals import MINUTE
from graph.model.printing import code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.evidence.contents import Step, Trace

_STEP = "Step taken"


@dataclass(frozen=True, slots=True)
class Mark:
    """One movement with a traced part; ``at`` in microseconds UTC, ``value`` in claim units."""

    at: int
    lane: str
    value: Fraction
    words: str


def timeline(trace: Trace, steps: Sequence[Step] = (), today: int = 0) -> Figure:
    """Draw the movements that carried traced money, and the steps taken in the case.

    Parameters
    ----------
    steps : sequence of Step
    today : int
        Microseconds UTC of the day on which it is looked at; 0 for a pack, which belongs to no day.
    """
    found = marks(trace)
    asset = trace.given.claim_asset
    ranked = sorted(steps, key=lambda s: (s.at, s.until, s.label))
    dated = [m for m in found if m.at]
    usual = pause(trace)
    note = "" if usual is None else f"median {lasting(usual)} from payment to the next move"
    words = _summary(found, dated, asset, note, len(ranked))
    title = f"When the traced money moved, {rule_mark(trace.policy.rule).name}"
    lines = [Line((clock(m.at), m.lane, shown(m.words, 80), money(m.value, asset))) for m in found]
    lines += [Line((clock(s.at), _STEP, _said(s), "–")) for s in ranked]
    twin = Twin("", ("Time", "Lane", "What", f"Traced, {shown(code_of(asset), 16)}"), tuple(lines), words=3)
    lanes = Lanes.of(dated, ranked, today)
    parts = lanes.drawn(dated, ranked, today, note)
    return Figure(
        NAME, title, words, drawing(NAME, WIDTH, lanes.height, title, words, parts, patterns(NAME)), twin
    )


def marks(trace: Trace) -> list[Mark]:
    """Return the movements with traced money under the chosen rule, in their order."""
    times = {m.id: m.lo for m in trace.given.movements}
    ledgers = frozenset(trace.given.ledgers)
    found = []
    for hop in trace.comparison.results[trace.policy.rule].hops:
        value = sum(
            (Fraction(p.principal) for o, p in hop.received.items() if o not in UNTRACED), Fraction(0)
        )
        if value:
            returned = hop.debit not in ledgers and any(o not in UNTRACED for o in hop.composition)
            moved = hop.debit in ledgers or returned
            lane = LANES[2 if hop.credit not in ledgers else 1 if moved else 0]
            words = f"{trace.label(hop.debit or '')} to {trace.label(hop.credit or '')}"
            words += ", returned" if returned else ""
            found.append(Mark(times[hop.movement], lane, value, words))
    return found


def pause(trace: Trace) -> int | None:
    """Return the median time from a claimed payment to the next traced move out of that account.

    Returns
    -------
    int or None
        Microseconds; None where no payment and move are known to the minute. Of an even number of
        pauses the lower middle one, so that the figure is one that occurred.
    """
    times = {m.id: m for m in trace.given.movements}
    ledgers = frozenset(trace.given.ledgers)
    waiting: dict[str, list[int]] = {}
    found: list[int] = []
    for hop in trace.comparison.results[trace.policy.rule].hops:
        here = times[hop.movement]
        if not any(o not in UNTRACED for o in hop.received) or not here.lo or here.hi - here.lo > MINUTE:
            continue
        if hop.debit in ledgers:
            found += [here.lo - at for at in waiting.pop(hop.debit or "", ()) if here.lo >= at]
        elif hop.credit in ledgers:
            waiting.setdefault(hop.credit or "", []).append(here.lo)
    return sorted(found)[(len(found) - 1) // 2] if found else None


def lasting(us: int) -> str:
    """Write a duration in its two largest units.

    Examples
    --------
    >>> [lasting(n * 1_000_000) for n in (40, 28 * 60, 3 * 3600 + 20 * 60, 50 * 3600)]
    ['40 s', '28 min', '3 h 20 min', '2 d 2 h']
    """
    seconds = us // 1_000_000
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if not minutes:
        return f"{seconds} s"
    if not hours:
        return f"{minutes} min"
    large, small = (f"{days} d", hours % 24) if days else (f"{hours} h", minutes % 60)
    return large + (f" {small} {'h' if days else 'min'}" if small else "")


def _summary(found: Sequence[Mark], dated: Sequence[Mark], asset: str, note: str, steps: int) -> str:
    sums = {lane: sum((m.value for m in dated if m.lane == lane), Fraction(0)) for lane in LANES}
    words = f"{shown(code_of(asset), 16)}: " + "; ".join(
        f"{lane.lower()} {money(sums[lane], asset)} in {sum(1 for m in dated if m.lane == lane)} movements"
        for lane in LANES
    )
    words += f"; {note}" if note else ""
    words += f"; {steps} steps taken" if steps else ""
    missing = len(found) - len(dated)
    return words + (f". {missing} movements have no time and are not drawn." if missing else ".")


def _said(step: Step) -> str:
    until = f", until {clock(step.until)}" if step.until else ""
    return shown(step.label, 80) + until
