"""The schemes of sharing in one figure: a line per claimant, a marker per scheme, gains and losses beside it.

No colour says good or bad. The choice is the court's, and the base is named because every comparison
favours somebody.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from api.evidence.display import money, number, shown, units, with_code
from api.evidence.figures.figure import Figure, Line, Twin
from api.evidence.figures.marks import RuleMark, key_row, marker, scheme_mark
from api.evidence.figures.svg import (
    ACCENT,
    EDGE,
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
from graph.model.printing import code_of, grouped

if TYPE_CHECKING:
    from analytics.assets.compare import Effect
    from analytics.assets.schedule import Line as Share
    from api.evidence.contents import Sharing

NAME = "allocation"
WIDTH, AXIS, AXIS_END, GAINS, TOP, ROW = 880, 210, 560, 600, 46, 30
SIGNS = {True: "+ ", False: "− "}


def allocation(sharing: Sharing) -> Figure:
    """Draw every evaluated scheme side by side, gains and losses against the base of the comparison."""
    shares, asset = sharing.comparison, sharing.pool.asset
    base = _mark(sharing, shares.base)
    count = number(len(shares.schedules)).capitalize()
    title = f"{count} ways to share {with_code(sharing.pool.total, asset)}"
    names = ", ".join(_mark(sharing, s.scheme).name for s in shares.schedules)
    words = (
        f"Share of each loss recovered under {names}; "
        f"gains and losses against {base.name}. {shares.statement}"
    )
    parts, height = _draw(sharing)
    return Figure(NAME, title, words, drawing(NAME, WIDTH, height, title, words, parts), twin(sharing))


def twin(sharing: Sharing) -> Twin:
    """Return the figure as a table: loss, payment under each scheme, and the widest difference."""
    shares, asset = sharing.comparison, sharing.pool.asset
    first = shares.schedules[0]
    lines = []
    for i, line in enumerate(first.lines):
        paid = [s.lines[i].units for s in shares.schedules]
        cells = (
            "not known" if line.paid_in is None else money(line.paid_in, asset),
            money(line.received, asset),
            money(line.loss, asset),
            *(grouped(n, asset) for n in paid),
            grouped(max(paid) - min(paid), asset),
        )
        lines.append(Line((shown(line.claimant, 40), *cells)))
    known = all(line.paid_in is not None for line in first.lines)
    paid_in = sum((line.paid_in or Fraction(0) for line in first.lines), Fraction(0))
    sums = (
        money(paid_in, asset) if known else "",
        money(sum((x.received for x in first.lines), Fraction(0)), asset),
        money(sum((x.loss for x in first.lines), Fraction(0)), asset),
        *(grouped(sum(x.units for x in s.lines), asset) for s in shares.schedules),
        "",
    )
    costs = ("", "", "", *(grouped(s.costs_units, asset) for s in shares.schedules), "")
    rest = ("", "", "", *(grouped(s.residual_units, asset) for s in shares.schedules), "")
    lines += [Line(("Sum", *sums), strong=True), Line(("Costs", *costs)), Line(("Residual", *rest))]
    names = (_mark(sharing, s.scheme).name for s in shares.schedules)
    header = ("Claimant", "Paid in", "Returned", "Loss", *names, "Widest difference")
    return Twin("", header, tuple(lines))


def _mark(sharing: Sharing, code: str) -> RuleMark:
    titles = {s.scheme: s.title for s in sharing.comparison.schedules}
    return scheme_mark(code, titles.get(code, ""))


def _draw(sharing: Sharing) -> tuple[list[str], Fraction | int]:
    shares, asset = sharing.comparison, sharing.pool.asset
    first = shares.schedules[0]
    others = [s for s in shares.schedules if s.scheme != shares.base]
    column = Fraction(WIDTH - GAINS, max(len(others), 1))
    effects = {(e.scheme, e.claimant): e for e in shares.effects}
    widest = max((abs(e.gain) for e in shares.effects), default=Fraction(0))
    bottom = TOP + ROW * len(first.lines)
    parts = [text(AXIS - 12, 34, f"Loss, {fitted(code_of(asset), 11, 60)}", size=11, anchor="end", fill=INK3)]
    parts.append(text(AXIS, 14, "Share of each loss recovered", size=11, fill=INK3, class_="hd"))
    base = _mark(sharing, shares.base).name
    parts.append(
        text(GAINS, 14, f"Gain (filled) and loss (outlined) against {base}", size=11, fill=INK3, class_="hd")
    )
    for percent in (0, 25, 50, 75, 100):
        x = AXIS + Fraction(AXIS_END - AXIS) * percent / 100
        parts.append(element("line", class_="gr", x1=x, x2=x, y1=38, y2=bottom, stroke=LINE, stroke_width=1))
        parts.append(text(x, bottom + 14, f"{percent} %", size=11, anchor="middle", fill=INK3, class_="ax"))
    for i, scheme in enumerate(others):
        name = fitted(_mark(sharing, scheme.scheme).name, 11, column - 6)
        parts.append(text(GAINS + column * i, 34, name, size=11, fill=INK2, class_="el"))
    for row, line in enumerate(first.lines):
        y = TOP + ROW * row + ROW // 2
        parts += _claimant(line, y, asset)
        parts += _markers([(_mark(sharing, s.scheme), s.lines[row].recovered) for s in shares.schedules], y)
        for i, scheme in enumerate(others):
            effect = effects[scheme.scheme, line.claimant]
            parts += _gain(effect, GAINS + column * i, y, column, widest, asset)
    marks = [_mark(sharing, s.scheme) for s in shares.schedules]
    legend, height = key_row([(m, m.name) for m in marks], AXIS, bottom + 40, WIDTH, lines=False)
    return [*parts, legend], height


def _claimant(line: Share, y: int, asset: str) -> list[str]:
    amount = money(line.loss, asset)
    return [
        text(0, y + 4, fitted(line.claimant, 12, 110)),
        text(AXIS - 12, y + 4, amount, anchor="end", class_="nu"),
    ]


def _markers(shares: list[tuple[RuleMark, Fraction | None]], y: int) -> list[str]:
    """Draw the line from least to most, and each scheme on it; equal ones stand a little lower."""
    known = [(mark, share) for mark, share in shares if share is not None]
    if not known:
        return []
    at = {mark.css: AXIS + Fraction(AXIS_END - AXIS) * min(share, Fraction(1)) for mark, share in known}
    low, high = min(at.values()), max(at.values())
    line: dict[str, str | Length] = {"stroke": EDGE, "stroke_width": 3, "stroke_linecap": "round"}
    parts = [element("line", class_="wk2", x1=low, x2=high, y1=y, y2=y, **line)]
    seen: list[Fraction] = []
    for mark, _ in known:
        near = sum(1 for x in seen if abs(x - at[mark.css]) < 8)  # noqa: PLR2004 - width of a marker
        parts.append(marker(mark, at[mark.css], y + 6 * near, 5))
        seen.append(at[mark.css])
    return parts


def _gain(effect: Effect, x: Fraction, y: int, column: Fraction, widest: Fraction, asset: str) -> list[str]:
    middle = x + 13
    wide = abs(effect.gain) / widest * 12 if widest else Fraction(0)
    parts = [
        element("line", class_="axl", x1=middle, x2=middle, y1=y - 6, y2=y + 6, stroke=EDGE, stroke_width=1)
    ]
    if wide and effect.gain > 0:
        parts.append(element("rect", class_="gain", x=middle, y=y - 4, width=wide, height=8, fill=ACCENT))
    elif wide:
        box: dict[str, str | Length] = {"x": middle - wide, "y": y - 4, "width": wide, "height": 8}
        parts.append(element("rect", class_="loss", fill=SURFACE, stroke=INK2, stroke_width=1, **box))
    whole = units(effect.gain)
    sign = SIGNS[whole > 0] if whole else ""
    words = fitted(sign + grouped(abs(whole), asset), 11, column)
    parts.append(text(x + column - 4, y + 4, words, size=11, anchor="end", class_="nu"))
    return parts
