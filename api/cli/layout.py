"""Text for a terminal: tables that widen, amounts people can read, names that cannot act."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from api.evidence.display import money, shown
from graph.model.amounts import Asset

if TYPE_CHECKING:
    from collections.abc import Sequence

NONE = "–"


def visible(text: str) -> str:
    r"""Return one line of text that cannot move the cursor, colour the screen or turn the writing.

    Examples
    --------
    >>> visible("a\x1b[2Jb\nc\u202ed")
    'a[U+001B][2Jb c[U+202E]d'
    """
    blanks = len(text) - len(text.lstrip(" "))
    return " " * blanks + shown(text, len(text) + 1)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Lay out a table that widens and never wraps: two spaces between columns, numbers to the right.

    Examples
    --------
    >>> print(table(["PLACE", "KES"], [["wallet", "1.00"], ["bank", "20.00"]], right=[1]))
    PLACE     KES
    wallet   1.00
    bank    20.00
    """
    lines = [list(header), *[[visible(cell) for cell in row] for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    out = []
    for line in lines:
        cells = [
            c.rjust(w) if i in right else c.ljust(w)
            for i, (c, w) in enumerate(zip(line, widths, strict=True))
        ]
        out.append("  ".join(cells).rstrip())
    return "\n".join(out)


def facts(document: dict[str, object]) -> str:
    """Lay out names and values, one a line."""
    return table(["WHAT", "VALUE"], [[name.replace("_", " "), str(v)] for name, v in document.items()])


def amount(text: str, asset: str) -> str:
    """Write an exact amount of a document for people: grouped, rounded to the asset's last decimal.

    Examples
    --------
    >>> amount("326939.56441552", "KES:2"), amount("1/3", "KES:2"), amount("2099.148664", "USDT:6")
    ('326,939.56', '0.33', '2,099.148664')
    """
    places = Asset.from_key(asset).exponent or 0
    return money(Fraction(text) * 10**places, asset)


def is_rounded(text: str, asset: str) -> bool:
    """Say whether ``amount`` shows less than the document holds.

    Examples
    --------
    >>> is_rounded("1.50", "KES:2"), is_rounded("1/3", "KES:2")
    (False, True)
    """
    places = Asset.from_key(asset).exponent or 0
    return bool((Fraction(text) * 10**places).denominator != 1)
