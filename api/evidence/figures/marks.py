"""The marks of the look: one marker, dash and hue per rule, one pattern per end, one shape per instrument."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.tracing.rule import rule_of
from api.evidence.display import brief
from api.evidence.figures.svg import (
    ACCENT,
    EDGE,
    INK,
    INK2,
    LINE,
    SURFACE,
    Length,
    element,
    px,
    text,
    width_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class RuleMark:
    """How a rule is drawn and called in a figure."""

    name: str
    css: str
    shape: str
    colour: str
    dash: str = ""


RULES = {
    "own_first": RuleMark("Own-first", "m-own", "circle", "#245D99"),
    "pro_rata_rolling": RuleMark("Pro rata", "m-pro", "square", "#794F22", "8 3"),
    "fifo": RuleMark("FIFO", "m-fifo", "up", "#119B84", "2 3"),
    "lifo": RuleMark("LIFO", "m-lifo", "down", "#72134A", "8 3 2 3"),
    "tainted_first": RuleMark("Tainted-first", "m-taint", "diamond", "#928600", "13 4"),
}
ORDER = tuple(RULES)

SCHEMES = {
    "net_loss": RuleMark("Net loss", "s-net", "bar", INK),
    "rising_tide": RuleMark("Rising tide", "s-tide", "plus", INK),
    "pari_passu": RuleMark("Pari passu", "s-pari", "square", "#794F22"),
    "traced_first": RuleMark("Traced first", "s-traced", "circle", "#245D99"),
}
HALF = Fraction(1, 2)
ENDS = ("held", "spent", "fees", "swallowed", "lost")


def rule_mark(code: str) -> RuleMark:
    """Return a rule's mark; a rule from a plug-in has a cross in ink."""
    return RULES.get(code) or RuleMark(brief(rule_of(code).title, 24), "m-other", "cross", INK, "4 2")


def scheme_mark(code: str, title: str = "") -> RuleMark:
    """Return a scheme's mark; a scheme from a plug-in has a cross in ink."""
    return SCHEMES.get(code) or RuleMark(brief(title or code, 24), "s-other", "cross", INK)


def in_order(codes: Sequence[str] | Mapping[str, object]) -> list[str]:
    """Sort rules as the look does, plug-ins last by code."""
    return sorted(codes, key=lambda c: (ORDER.index(c) if c in ORDER else len(ORDER), c))


def marker(mark: RuleMark, x: Length, y: Length, r: Length) -> str:
    """Draw a marker of about radius ``r``."""
    paint: dict[str, str | Length] = {"class_": f"mk {mark.css}", "fill": mark.colour, "stroke": SURFACE}
    paint["stroke_width"] = 1
    if mark.shape == "circle":
        return element("circle", cx=x, cy=y, r=r, **paint)
    if mark.shape == "square":
        side = r * Fraction(9, 10)
        return element("rect", x=x - side, y=y - side, width=2 * side, height=2 * side, **paint)
    if mark.shape in {"plus", "cross", "bar"}:
        arms = {
            "plus": f"M{px(x - r)} {px(y)}h{px(2 * r)}M{px(x)} {px(y - r)}v{px(2 * r)}",
            "bar": f"M{px(x)} {px(y - r)}v{px(2 * r)}",
            "cross": f"M{px(x - r)} {px(y - r)}L{px(x + r)} {px(y + r)}"
            f"M{px(x - r)} {px(y + r)}L{px(x + r)} {px(y - r)}",
        }
        return element(
            "path", class_=f"mk {mark.css}", d=arms[mark.shape], stroke=mark.colour, stroke_width=2
        )
    low, wide = r * Fraction(8, 10), r * Fraction(11, 10)
    paths = {
        "up": f"M{px(x)} {px(y - wide)}L{px(x + wide)} {px(y + low)}H{px(x - wide)}z",
        "down": f"M{px(x)} {px(y + wide)}L{px(x + wide)} {px(y - low)}H{px(x - wide)}z",
        "diamond": f"M{px(x)} {px(y - wide)}L{px(x + wide)} {px(y)}"
        f"L{px(x)} {px(y + wide)}L{px(x - wide)} {px(y)}z",
    }
    return element("path", d=paths[mark.shape], **paint)


def whisker(
    values: Mapping[str, int | Fraction],
    chosen: str,
    x: Length,
    y: Length,
    width: Length,
    most: int | Fraction,
    *,
    guide: bool = True,
) -> str:
    """Draw all rules on one line from 0 to ``most``: least to most, and the chosen rule last and larger.

    ``guide`` draws that line; it is left out where rules of a scale stand behind.
    """
    scale = Fraction(width) / Fraction(most) if most else Fraction(0)
    at = {code: x + Fraction(value) * scale for code, value in values.items()}
    low, high = min(at.values()), max(at.values())
    parts = [
        element("line", class_="gr", x1=x, x2=x + width, y1=y, y2=y, stroke=LINE, stroke_width=1)
        if guide
        else "",
        element(
            "path",
            class_="wk",
            d=f"M{px(low)} {px(y)}H{px(high)}M{px(low)} {px(y - 4)}v8M{px(high)} {px(y - 4)}v8",
            stroke=INK2,
            stroke_width="1.25",
            fill="none",
        ),
    ]
    ranked = [code for code in reversed(in_order(list(at))) if code != chosen] + [chosen]
    parts += [
        marker(rule_mark(code), at[code], y, 4 if code == chosen else Fraction(32, 10)) for code in ranked
    ]
    return element("g", *parts)


def strip(values: Mapping[str, int | Fraction], chosen: str, most: int | Fraction) -> str:
    """Draw a whisker alone, for a cell of a table."""
    inner = whisker(values, chosen, 6, 8, 108, most)
    size = {"viewBox": "0 0 120 16", "width": "120", "height": "16"}
    return element("svg", inner, class_="wh", aria_hidden="true", focusable="false", **size)


def key_row(
    marks: Sequence[tuple[RuleMark, str]], x: int, y: Length, right: int, *, lines: bool = True
) -> tuple[str, Length]:
    """Draw a legend, line by line, each marker on a sample of its line; returns it with the y below it."""
    parts, at = [], Fraction(x)
    sample = 26 if lines else 12
    for mark, name in marks:
        wide = sample + 8 + width_of(name, 11) + 16
        if at + wide > right and at > x:
            at, y = Fraction(x), y + 18
        if lines:
            ends = {"x1": at, "x2": at + sample, "y1": y - 4, "y2": y - 4}
            paint: dict[str, str | Length | None] = {"stroke": mark.colour, "stroke_width": 2}
            dash = mark.dash or None
            parts.append(element("line", class_=f"rl {mark.css}", stroke_dasharray=dash, **paint, **ends))
        parts.append(marker(mark, at + sample // 2, y - 4, 4))
        parts.append(text(at + sample + 6, y, name, size=11, fill=INK2, class_="el"))
        at += wide
    return "".join(parts), y + 10


def patterns(name: str) -> str:
    """Define the patterns of the ends; held is solid and needs none."""
    paths = {
        "spent": ("M-1.5 1.5l3 -3M0 6l6 -6M4.5 7.5l3 -3", 6),
        "swallowed": ("M0 1.5h4M0 3.5h4", 4),
        "lost": ("M0 0l5 5M5 0l-5 5", 5),
    }
    found = [
        element(
            "pattern",
            element("path", class_="pt", d=d, stroke=INK2, stroke_width="1.1", fill="none"),
            id=f"{name}-{end}",
            width=size,
            height=size,
            patternUnits="userSpaceOnUse",
        )
        for end, (d, size) in paths.items()
    ]
    dots = element("circle", class_="ptf", cx=2, cy=2, r=1, fill=INK2)
    size = {"width": "4", "height": "4", "patternUnits": "userSpaceOnUse"}
    return "".join([*found, element("pattern", dots, id=f"{name}-fees", **size)])


def end_bar(name: str, outcome: str, x: Length, y: Length, width: Length, height: Length) -> str:
    """Draw a bar in the pattern of its end."""
    box = {"x": x, "y": y, "width": width, "height": height}
    held = outcome == "held"
    back = element(
        "rect",
        class_=f"end e-{outcome}",
        fill=ACCENT if held else SURFACE,
        stroke=ACCENT if held else INK2,
        stroke_width="0.75",
        **box,
    )
    return back if held else back + element("rect", class_="endp", fill=f"url(#{name}-{outcome})", **box)


KINDS = {
    "account": ("#014270", "rect"),
    "iban": ("#014270", "rect"),
    "msisdn": ("#569881", "circle"),
    "wallet": ("#569881", "circle"),
    "till": ("#569881", "hexagon"),
    "agent": ("#569881", "hexagon"),
    "paybill": ("#569881", "hexagon"),
    "exchange": ("#9A67CB", "octagon"),
    "tron": ("#9A67CB", "diamond"),
    "evm": ("#9A67CB", "diamond"),
    "bitcoin": ("#9A67CB", "diamond"),
    "asset": ("#663F16", "pentagon"),
    "cash": ("#5F676C", "triangle"),
}
SHAPES = {
    "hexagon": "M3 -6h-6l-4 6l4 6h6l4 -6z",
    "octagon": "M-5 -5h10l3 2.5v5l-3 2.5h-10l-3 -2.5v-5z",
    "diamond": "M0 -8l8 8l-8 8l-8 -8z",
    "pentagon": "M0 -7l7 5l-2.7 8.4h-8.6l-2.7 -8.4z",
    "triangle": "M0 -7l7 12h-14z",
}


def kind_mark(kind: str) -> str:
    """Draw the shape of a kind of instrument: hue is the rail, shape is the kind."""
    colour, shape = KINDS.get(kind, (EDGE, "dotted"))
    paint: dict[str, str | Length] = {"fill": SURFACE, "stroke": colour, "stroke_width": 2}
    if shape == "rect":
        drawn = element("rect", x=-8, y=-5, width=16, height=10, rx=2, **paint)
    elif shape in SHAPES:
        drawn = element("path", d=SHAPES[shape], **paint)
    else:
        drawn = element("circle", r=6, stroke_dasharray="2 2" if shape == "dotted" else None, **paint)
    size = {"viewBox": "-10 -10 20 20", "width": "14", "height": "14"}
    return element("svg", drawn, class_="kk", aria_hidden="true", **size)
