"""Share of each loss recovered: a line per claimant from the least to the most, a marker per scheme.

The page prints it beside its table, whose header is the legend; the figure of the pack
(``api.evidence.figures.allocation``) holds the gains and losses too.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from api.evidence.display import money
from api.evidence.figures.allocation import twin
from api.evidence.figures.figure import Figure
from api.evidence.figures.marks import RuleMark, marker, scheme_mark
from api.evidence.figures.svg import EDGE, INK3, LINE, Length, drawing, element, fitted, text

if TYPE_CHECKING:
    from api.evidence.contents import Sharing

NAME = "recovery"
WIDTH, AXIS, AXIS_END, TOP, ROW, NEAR = 840, 150, 810, 8, 30, 9
STEPS = (Fraction(1, 10), Fraction(1, 20), Fraction(1, 50), Fraction(1, 100))
THIN = frozenset({"bar", "plus"})
"""Shapes that can stand on one another and still be told apart."""
FEWEST = 4
"""Fewest steps of the axis; a finer one is taken where there would be fewer."""


def recovery(sharing: Sharing) -> Figure:
    """Draw the share of each loss that every evaluated scheme recovers.

    The axis begins at the last round share below the least one, so that differences can be seen; the
    words say where it begins.
    """
    shares = sharing.comparison
    low, step = axis(
        [line.recovered for s in shares.schedules for line in s.lines if line.recovered is not None]
    )
    title = "Share of each loss recovered"
    words = (
        f"A line per claimant from the least to the most share, a marker per scheme, from {_percent(low)} "
        f"to 100 %. {shares.statement}"
    )
    parts, height = _draw(sharing, low, step)
    return Figure(NAME, title, words, drawing(NAME, WIDTH, height, title, words, parts), twin(sharing))


def axis(shares: list[Fraction]) -> tuple[Fraction, Fraction]:
    """Return where the axis begins and how far its lines are apart.

    Examples
    --------
    >>> axis([Fraction(51, 100), Fraction(1)])
    (Fraction(1, 2), Fraction(1, 10))
    >>> axis([Fraction(97, 100)])
    (Fraction(24, 25), Fraction(1, 100))
    """
    least = min([*shares, Fraction(1)])
    for step in STEPS:
        low = least // step * step
        if (1 - low) / step >= FEWEST:
            return low, step
    return max(1 - FEWEST * STEPS[-1], Fraction(0)), STEPS[-1]


def _draw(sharing: Sharing, low: Fraction, step: Fraction) -> tuple[list[str], int]:
    shares, asset = sharing.comparison, sharing.pool.asset
    lines = shares.schedules[0].lines
    bottom = TOP + ROW * len(lines)
    parts: list[str] = []
    for i in range(int((1 - low) / step) + 1):
        share = low + step * i
        if share.numerator and (1 - low) / step > 10 and i % 2:  # noqa: PLR2004 - labels would touch
            continue
        x = _x(share, low)
        parts.append(element("line", class_="gr", x1=x, x2=x, y1=TOP, y2=bottom, stroke=LINE, stroke_width=1))
        parts.append(text(x, bottom + 16, _percent(share), size=11, anchor="middle", fill=INK3, class_="ax"))
    titles = {s.scheme: s.title for s in shares.schedules}
    for row, line in enumerate(lines):
        y = TOP + ROW * row + ROW // 2
        parts.append(text(0, y + 4, fitted(line.claimant, 12, 52), bold=True, class_="gh"))
        parts.append(text(AXIS - 24, y + 4, money(line.loss, asset), anchor="end", class_="nu"))
        found = [(scheme_mark(s.scheme, titles[s.scheme]), s.lines[row].recovered) for s in shares.schedules]
        parts += _markers([(mark, share) for mark, share in found if share is not None], y, low)
    return parts, bottom + 26


def _markers(shares: list[tuple[RuleMark, Fraction]], y: int, low: Fraction) -> list[str]:
    """Draw the line and the markers; a filled one that would cover another stands below or above it."""
    if not shares:
        return []
    at = [(mark, _x(share, low)) for mark, share in shares]
    ends: dict[str, Length] = {"x1": min(x for _, x in at), "x2": max(x for _, x in at), "y1": y, "y2": y}
    parts = [element("line", class_="wk2", stroke=EDGE, stroke_width=3, stroke_linecap="round", **ends)]
    at.sort(key=lambda one: one[0].shape not in THIN)
    placed: list[Fraction] = []
    for mark, x in at:
        near = sum(1 for other in placed if abs(other - x) < NEAR)
        thin = mark.shape in THIN
        lift = 0 if thin or not near else 8 if near % 2 else -8
        parts.append(marker(mark, x, y + lift, 7 if thin else 5))
        placed.append(x)
    return parts


def _x(share: Fraction, low: Fraction) -> Fraction:
    return AXIS + (AXIS_END - AXIS) * (min(share, Fraction(1)) - low) / (1 - low)


def _percent(share: Fraction) -> str:
    return f"{int(share * 100)} %"
