"""The timeline of a trace: what was paid in, what moved between the accounts, what left, what was done.

Lanes from top to bottom; the area of a circle is the traced amount, in claim units, under the chosen rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING

from analytics.tracing.movements import UNTRACED
from api.evidence.display import clock, money, shown
from api.evidence.figures.figure import Figure, Line, Twin
from api.evidence.figures.layout import Labels
from api.evidence.figures.marks import rule_mark
from api.evidence.figures.svg import (
    ACCENT,
    EDGE,
    INK,
    INK2,
    INK3,
    LINE,
    SURFACE,
    Length,
    drawing,
    element,
    fitted,
    text,
)
from graph.model.printing import code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.evidence.contents import Step, Trace

NAME = "timeline"
WIDTH, LEFT, RIGHT, TOP, LANE = 880, 112, 860, 44, 46
LANES = ("Paid in", "Moved", "Left")
PAINT = {
    "Paid in": ("tl-in", INK2, INK2),
    "Moved": ("tl-mv", ACCENT, ACCENT),
    "Left": ("tl-out", SURFACE, INK2),
}
LARGEST = 15
DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Mark:
    """One movement with a traced part."""

    at: int
    lane: str
    value: Fraction
    words: str


def timeline(trace: Trace, steps: Sequence[Step] = ()) -> Figure:
    """Draw the movements that carried traced money, and the steps taken in the case."""
    found = marks(trace)
    asset = trace.given.claim_asset
    ranked = sorted(steps, key=lambda s: (s.at, s.label))
    dated = [m for m in found if m.at]
    sums = {lane: sum((m.value for m in dated if m.lane == lane), Fraction(0)) for lane in LANES}
    words = f"{shown(code_of(asset), 16)}: " + "; ".join(
        f"{lane.lower()} {money(sums[lane], asset)} in {sum(1 for m in dated if m.lane == lane)} movements"
        for lane in LANES
    )
    words += (
        f". {len(found) - len(dated)} movements have no time and are not drawn."
        if len(found) > len(dated)
        else "."
    )
    title = f"When the traced money moved, {rule_mark(trace.policy.rule).name}"
    lines = [Line((clock(m.at), m.lane, shown(m.words, 80), money(m.value, asset))) for m in found]
    lines += [Line((clock(s.at), "Step", shown(s.label, 80), "–")) for s in ranked]
    twin = Twin("", ("Time", "Lane", "What", f"Traced, {shown(code_of(asset), 16)}"), tuple(lines), words=3)
    parts, height = _draw(dated, ranked)
    return Figure(NAME, title, words, drawing(NAME, WIDTH, height, title, words, parts), twin)


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
            lane = "Left" if hop.credit not in ledgers else "Moved" if moved else "Paid in"
            words = f"{trace.label(hop.debit or '')} to {trace.label(hop.credit or '')}"
            words += ", returned" if returned else ""
            found.append(Mark(times[hop.movement], lane, value, words))
    return found


def _draw(found: Sequence[Mark], steps: Sequence[Step]) -> tuple[list[str], int]:
    instants = [m.at for m in found] + [s.at for s in steps]
    first, last = (min(instants), max(instants)) if instants else (0, 1)
    scale = Fraction(RIGHT - LEFT - 30, max(last - first, 1))

    def x(at: int) -> Fraction:
        return LEFT + 15 + (at - first) * scale

    parts = []
    lanes = [*LANES, *(["Steps"] if steps else [])]
    for i, lane in enumerate(lanes):
        y = TOP + i * LANE
        parts.append(element("line", class_="gr", x1=LEFT, x2=RIGHT, y1=y, y2=y, stroke=LINE, stroke_width=1))
        parts.append(text(LEFT - 16, y + 4, lane, anchor="end"))
    most = max((m.value for m in found), default=Fraction(1))
    for mark in sorted(found, key=lambda m: (-m.value, m.at, m.words)):
        css, fill, stroke = PAINT[mark.lane]
        radius = max(Fraction(3, 2), Fraction(isqrt(int(mark.value * 10**6 / most)) * LARGEST, 1000))
        y = TOP + LANES.index(mark.lane) * LANE
        paint: dict[str, str | Length] = {
            "fill": fill,
            "stroke": stroke,
            "stroke_width": 1,
            "fill_opacity": "0.75",
        }
        parts.append(element("circle", class_=css, cx=x(mark.at), cy=y, r=radius, **paint))
    bottom = TOP + len(LANES) * LANE
    labels = Labels()
    for step in steps:
        at = x(step.at)
        parts.append(
            element(
                "line",
                class_="tl-st",
                x1=at,
                x2=at,
                y1=bottom - 10,
                y2=bottom + 10,
                stroke=INK,
                stroke_width=2,
            )
        )
        words = fitted(step.label, 11, 160)
        anchor = "end" if at > (LEFT + RIGHT) // 2 else "start"
        tops = [Fraction(bottom + 12 + 13 * n) for n in range(12)]
        top = labels.claim((words,), at, tops, 11, 13, anchor)
        if top is not None:
            parts.append(text(at, top + 11, words, size=11, anchor=anchor, fill=INK2, class_="el"))
    if instants:
        parts += _axis(first, last, scale)
    lower = max((box[3] for box in labels.taken), default=Fraction(bottom))
    return parts, int(lower) + 14


def _axis(first: int, last: int, scale: Fraction) -> list[str]:
    """Write about six days, evenly."""
    days = range(first // DAY * DAY, last + DAY, DAY)
    inside = [d for d in days if first <= d <= last]
    step = -(-len(inside) // 6) or 1
    parts = []
    for at in inside[::step]:
        here = LEFT + 15 + (at - first) * scale
        parts.append(
            element("line", class_="axl", x1=here, x2=here, y1=20, y2=24, stroke=EDGE, stroke_width=1)
        )
        day = " ".join(clock(at, "UTC").split()[:3])
        parts.append(text(here, 14, day, size=11, anchor="middle", fill=INK3, class_="ax"))
    return parts
