"""How the timeline is drawn: one lane under the other, circles whose area is the amount, steps below."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import TYPE_CHECKING, Self

from api.evidence.display import clock
from api.evidence.figures.layout import Labels
from api.evidence.figures.svg import (
    ACCENT,
    CARE,
    EDGE,
    INK,
    INK2,
    INK3,
    LINE,
    SURFACE,
    Length,
    element,
    fitted,
    text,
    width_of,
)
from graph.model.intervals import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.evidence.contents import Step
    from api.evidence.figures.timeline import Mark

NAME = "timeline"
WIDTH, LEFT, RIGHT, TOP, LANE = 760, 116, 752, 34, 36
LANES = ("Paid in", "Moved on", "Left the reach")
STEPS = "Steps taken"
PAINT = {
    LANES[0]: ("tl-in", INK2, INK2),
    LANES[1]: ("tl-mv", ACCENT, ACCENT),
    LANES[2]: ("tl-out", SURFACE, INK2),
}
LARGEST = 14
MOST_TICKS, TICK_ROOM = 7, 76
ROWS, ROW = 5, 14
"""Rows of labels under the steps; what finds no place in them is in the table only, which the figure says."""
MARGIN = 18


@dataclass(slots=True)
class Lanes:
    """The scale of one timeline: microseconds to pixels, and how tall it came out."""

    first: int
    last: int
    lanes: int
    labels: Labels = field(default_factory=Labels)
    height: int = 0

    @classmethod
    def of(cls, found: Sequence[Mark], steps: Sequence[Step], today: int) -> Self:
        """Return a scale over everything that is drawn; today only where it is not far from it."""
        instants = [m.at for m in found] + [s.at for s in steps] + [s.until for s in steps if s.until]
        first, last = (min(instants), max(instants)) if instants else (0, 1)
        if last < today <= last + max((last - first) // 2, DAY):
            last = today
        return cls(first, last, len(LANES) + bool(steps))

    def x(self, at: int) -> Fraction:
        """Return where an instant stands."""
        room = RIGHT - LEFT - 2 * MARGIN
        return LEFT + MARGIN + (at - self.first) * Fraction(room, max(self.last - self.first, 1))

    def drawn(self, found: Sequence[Mark], steps: Sequence[Step], today: int, note: str) -> list[str]:
        """Return the parts of the drawing, and settle its height."""
        parts: list[str] = []
        for i, lane in enumerate([*LANES, *([STEPS] if steps else [])]):
            y = TOP + i * LANE
            line: dict[str, str | Length] = {
                "x1": LEFT,
                "x2": RIGHT,
                "y1": y,
                "y2": y,
                "stroke": LINE,
                "stroke_width": 1,
            }
            parts += [element("line", class_="gr", **line), text(0, y + 4, lane, size=13)]
        parts += self._circles(found)
        parts += self._note(found, note)
        lower = TOP + (self.lanes - 1) * LANE + 16
        if steps:
            parts += self._steps(steps)
            lower = max(lower, max((int(box[3]) for box in self.labels.taken), default=lower))
        if found or steps:
            parts += self._axis(lower + 4)
            if self.first <= today <= self.last:
                parts += self._today(today, lower + 4)
        self.height = lower + 28
        return parts

    def _circles(self, found: Sequence[Mark]) -> list[str]:
        parts = []
        most = max((m.value for m in found), default=Fraction(1))
        for mark in sorted(found, key=lambda m: (-m.value, m.at, m.words)):
            css, fill, stroke = PAINT[mark.lane]
            radius = max(Fraction(3, 2), Fraction(isqrt(int(mark.value * 10**6 / most)) * LARGEST, 1000))
            at: dict[str, Length] = {"cx": self.x(mark.at), "cy": TOP + LANES.index(mark.lane) * LANE}
            paint: dict[str, str | Length] = {"fill": fill, "stroke": stroke, "stroke_width": 1}
            solid = mark.lane != LANES[2]
            parts.append(
                element("circle", class_=css, **at, r=radius, **paint, fill_opacity="0.8" if solid else None)
            )
            if not solid:
                parts.append(element("circle", class_="endp", **at, r=radius, fill=f"url(#{NAME}-spent)"))
        return parts

    def _note(self, found: Sequence[Mark], note: str) -> list[str]:
        """Write how fast the money moved into the widest gap of its lane."""
        if not note:
            return []
        y, size = TOP + LANE, 11
        taken = sorted(self.x(m.at) for m in found if m.lane == LANES[1])
        edges = [Fraction(LEFT), *taken, Fraction(RIGHT)]
        gaps = [(b - a, a, b) for a, b in pairwise(edges)]
        room, left, _ = max(gaps, key=lambda g: (g[0], g[1]))
        if room < width_of(note, size) + 2 * LARGEST + 8:
            return [text(RIGHT, y - 14, note, size=size, anchor="end", fill=INK2, class_="el", halo=True)]
        return [text(left + LARGEST + 6, y - 5, note, size=size, fill=INK2, class_="el", halo=True)]

    def _steps(self, steps: Sequence[Step]) -> list[str]:
        y = TOP + len(LANES) * LANE
        tops = [Fraction(y + 10 + ROW * n) for n in range(ROWS)]
        parts, unsaid = [], 0
        for step in steps:
            at = self.x(step.at)
            if step.until:
                wide = self.x(step.until) - at
                box: dict[str, Length] = {"x": at, "y": y - 5, "width": max(wide, Fraction(3)), "height": 10}
                parts.append(
                    element("rect", class_="tl-hold", fill=SURFACE, stroke=CARE, stroke_width=1, **box)
                )
            stroke: dict[str, str | Length] = {"stroke": INK, "stroke_width": 2}
            parts.append(element("line", class_="tl-st", x1=at, x2=at, y1=y - 8, y2=y + 8, **stroke))
            words = fitted(step.label, 11, 240)
            ends = at > (LEFT + RIGHT) // 2
            top = self.labels.claim((words,), at, tops, 11, ROW, "end" if ends else "start")
            if top is None:
                unsaid += 1
                continue
            at_end = "end" if ends else "start"
            parts.append(text(at, top + 11, words, size=11, anchor=at_end, fill=INK2, class_="el"))
        if unsaid:
            more = f"{unsaid} more in the table"
            parts.append(text(0, y + 20, fitted(more, 11, LEFT), size=11, fill=INK2, class_="el"))
        return parts

    def _axis(self, y: int) -> list[str]:
        """Write about six days under the lanes, evenly, the year where it changes."""
        line: dict[str, str | Length] = {
            "x1": LEFT,
            "x2": RIGHT,
            "y1": y,
            "y2": y,
            "stroke": EDGE,
            "stroke_width": 1,
        }
        parts = [element("line", class_="axl", **line)]
        days = range(self.first // DAY * DAY, self.last + DAY, DAY)
        inside = [d for d in days if self.first <= d <= self.last] or [self.first]
        step = -(-len(inside) // MOST_TICKS) or 1
        year = ""
        free = Fraction(0)
        for at in inside[::step]:
            here = self.x(at)
            written = clock(at, "UTC").split()
            day = " ".join(written[:3] if written[2] != year else written[:2])
            if here < free:
                continue
            year, free = written[2], here + TICK_ROOM
            parts.append(
                element("line", class_="axl", x1=here, x2=here, y1=y, y2=y + 4, stroke=EDGE, stroke_width=1)
            )
            parts.append(text(here, y + 17, day, size=11, anchor="middle", fill=INK3, class_="ax"))
        return parts

    def _today(self, today: int, lower: int) -> list[str]:
        at = self.x(today)
        words = "today, " + " ".join(clock(today).split()[:2])
        ends = at > (LEFT + RIGHT) // 2
        side = "end" if ends else "start"
        dash: dict[str, str | Length] = {"stroke": ACCENT, "stroke_width": 1, "stroke_dasharray": "4 3"}
        return [
            element("line", class_="tl-now", x1=at, x2=at, y1=4, y2=lower, **dash),
            text(at - 4 if ends else at + 4, 12, words, size=11, anchor=side, fill=INK2, class_="el"),
        ]
