"""SVG as text, the same to the byte for the same input, every text escaped.

Positions are exact and printed to a tenth of a pixel; no float takes part. Print colours are attributes,
so that a figure stands alone; classes let a page theme it.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from api.evidence.display import brief

if TYPE_CHECKING:
    from collections.abc import Iterable

Length: TypeAlias = int | Fraction
FONT = (
    "'Segoe UI', 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', 'Noto Sans Ethiopic', 'Noto Sans Arabic', "
    "sans-serif"
)
INK, INK2, INK3 = "#14191C", "#454D52", "#5F676C"
ACCENT, EDGE, LINE, SURFACE, CARE = "#0B5868", "#80878A", "#DADAD2", "#FFFFFF", "#7A4F00"
NARROW, WIDE = frozenset("ilIjtf.,:;|!'()[] "), frozenset("mwMW@%")


def px(value: Length) -> str:
    """Write a length to a tenth of a pixel, half up.

    >>> px(Fraction(1, 3)), px(12), px(Fraction(-1, 4))
    ('0.3', '12', '-0.2')
    """
    tenths = (2 * 10 * Fraction(value) + 1) // 2
    whole, part = divmod(abs(tenths), 10)
    return ("-" if tenths < 0 else "") + (f"{whole}.{part}" if part else str(whole))


def element(name: str, *children: str, **attributes: str | Length | None) -> str:
    """Write one element; ``children`` are markup, attribute values are escaped.

    A trailing underscore is dropped and other underscores become hyphens in attribute names.

    >>> element("rect", x=1, class_='a"b', stroke_width=2)
    '<rect x="1" class="a&quot;b" stroke-width="2"/>'
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={_quoted(value)}"
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(children)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def _quoted(value: str | Length) -> str:
    text = quoteattr(value if isinstance(value, str) else px(value), {'"': "&quot;"})
    return text if text.startswith('"') else f'"{text[1:-1]}"'


def text(
    x: Length,
    y: Length,
    words: str,
    *,
    size: int = 12,
    anchor: str = "start",
    fill: str = INK,
    class_: str = "lb",
    bold: bool = False,
    halo: bool = False,
    head: str = "",
) -> str:
    """Write a line of text, ``head`` in bold before it; a halo keeps it legible over ribbons."""
    around = {"paint_order": "stroke", "stroke": SURFACE, "stroke_width": "3.5", "stroke_linejoin": "round"}
    return element(
        "text",
        element("tspan", escape(head), class_="gh", font_weight="600") if head else "",
        escape(words),
        class_=f"{class_} halo" if halo else class_,
        x=x,
        y=y,
        font_size=size,
        fill=fill,
        text_anchor=None if anchor == "start" else anchor,
        font_weight="600" if bold else None,
        **(around if halo else {}),
    )


def width_of(words: str, size: int, *, bold: bool = False) -> Fraction:
    """Estimate how wide a text runs, on the generous side of the widest font of the stack.

    >>> width_of("1,234.00", 12) < width_of("Wallet 4417", 12)
    True
    """
    thousandths = sum(_advance(c) for c in words)
    return Fraction(thousandths * size, 1000) * (Fraction(108, 100) if bold else 1)


def _advance(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    if char in NARROW:
        return 340
    if char in WIDE or unicodedata.east_asian_width(char) in "WF":
        return 1000
    return 720 if char.isupper() or ord(char) > 0x11FF else 600  # noqa: PLR2004 - Ethiopic and beyond


def fitted(words: str, size: int, room: Length, *, bold: bool = False) -> str:
    """Shorten a text until it fits, the cut marked by an ellipsis."""
    shown = brief(words, 60)
    if width_of(shown, size, bold=bold) <= room:
        return shown
    while len(shown) > 1 and width_of(shown + "…", size, bold=bold) > room:
        shown = shown[:-1]
    return shown.rstrip() + "…"


def drawing(
    name: str, width: int, height: Length, title: str, description: str, parts: Iterable[str], defs: str = ""
) -> str:
    """Put a figure together, with its title and a summary for those who cannot see it."""
    return (
        element(
            "svg",
            element("title", escape(title), id=f"{name}-title"),
            element("desc", escape(description), id=f"{name}-desc"),
            element("defs", defs) if defs else "",
            *parts,
            xmlns="http://www.w3.org/2000/svg",
            class_="fig",
            width=str(width),
            height=px(height),
            viewBox=f"0 0 {width} {px(height)}",
            role="img",
            aria_labelledby=f"{name}-title {name}-desc",
            font_family=FONT,
        )
        + "\n"
    )
