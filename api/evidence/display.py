"""Texts from the evidence as people may see them: nothing invisible, nothing endless, nothing that turns.

A name in a statement can hold a right-to-left override that makes an amount read backwards, control
characters, or ten thousand letters. What is shown says so visibly; the data files keep the original.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING

from graph.model.amounts import Asset
from graph.model.instants import text as instant_text
from graph.model.printing import code_of, grouped

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 120
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
JOINERS = frozenset("\u200c\u200d")
"""Zero-width joiners that Arabic, Amharic and Indic spellings need; they turn nothing."""


def shown(text: object, longest: int = LONGEST) -> str:
    r"""Make a text visible and finite.

    >>> shown("pay\u202e00.1 me"), shown("x" * 500, 10)
    ('pay[U+202E]00.1 me', 'xxxxxxxxx… (+491 more)')
    """
    found = str(text).strip()
    short = found[: longest - 1] if len(found) > longest else found
    visible = "".join(_visible(c) for c in short)
    return f"{visible}… (+{len(found) - len(short)} more)" if len(found) > longest else visible


def brief(text: object, longest: int) -> str:
    """Make a text visible and short enough for a figure, the cut marked by an ellipsis."""
    found = "".join(_visible(c) for c in str(text).strip()[: longest + 1])
    return found if len(found) <= longest else found[: longest - 1] + "…"


def middle_cut(text: object, longest: int = 16) -> str:
    """Shorten a long identifier in its middle, so that both of its ends can be compared.

    >>> middle_cut("TQ5xVbHMA9fKd7y2LmQv9fKd"), middle_cut("+254700074606")
    ('TQ5xVbHM…v9fKd', '+254700074606')
    """
    whole = shown(text)
    return whole if len(whole) <= longest else f"{whole[: longest // 2]}…{whole[-(longest // 2 - 3) :]}"


def _visible(char: str) -> str:
    if char in "\t\n\r":
        return " "
    if unicodedata.category(char) in HIDDEN and char not in JOINERS:
        return f"[U+{ord(char):04X}]"
    return char


def units(value: int | Fraction) -> int:
    """Round exact base units half up, for show only.

    >>> units(Fraction(5, 2)), units(Fraction(-5, 2)), units(Fraction(1, 3))
    (3, -3, 0)
    """
    whole = (2 * abs(Fraction(value)) + 1) // 2
    return -whole if value < 0 else whole


def money(value: int | Fraction, asset: str) -> str:
    """Write base units for people, rounded to the asset's last decimal.

    >>> money(Fraction(100001, 3), "KES:2")
    '333.34'
    """
    return grouped(units(value), asset)


def print_scale(most: int | Fraction, asset: str) -> tuple[int, str]:
    """Return the unit in which a figure states amounts up to ``most``: one, thousands or millions.

    >>> print_scale(4315166, "KES:2"), print_scale(431516600, "KES:2")
    ((1, ''), (1000, ' k'))
    """
    whole = Fraction(most) / 10 ** (Asset.from_key(asset).exponent or 0)
    if whole < 10**6:
        return 1, ""
    return (1000, " k") if whole < 10**9 else (10**6, " m")


def whole_money(value: int | Fraction, asset: str, scale: int = 1) -> str:
    """Write an amount without decimals, for a band beside a figure.

    >>> whole_money(4315166, "KES:2"), whole_money(431516600, "KES:2", 1000)
    ('43,152', '4,315')
    """
    places = Asset.from_key(asset).exponent or 0
    return f"{units(Fraction(value) / 10**places / scale):,}".replace("-", "−")


def with_code(value: int | Fraction, asset: str) -> str:
    """Write an amount with its code in front.

    >>> with_code(150, "KES:2")
    'KES 1.50'
    """
    return f"{shown(code_of(asset), 16)} {money(value, asset)}"


def clock(us: int, zone: str = "Africa/Nairobi") -> str:
    """Write an instant to the second with its zone, or a dash where none is known."""
    return instant_text(us, zone) if us else "–"


def minute(us: int) -> str:
    """Write an instant of a table to the minute, East Africa Time.

    >>> minute(1788416047_000000)
    '3 Sep 2026 09:14'
    """
    return instant_text(us - us % 60_000_000).removesuffix(":00 EAT") if us else "–"


def day(us: int) -> str:
    """Return the date of an instant in UTC, as a bag states it."""
    return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=us)).date().isoformat()


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words as a sentence does.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    found = list(words)
    if len(found) < 2:  # noqa: PLR2004 - a list needs two
        return "".join(found)
    return f"{', '.join(found[:-1])} {last} {found[-1]}"


def number(value: int) -> str:
    """Write a small number as a word."""
    return NUMBERS[value] if value < len(NUMBERS) else f"{value:,}"
