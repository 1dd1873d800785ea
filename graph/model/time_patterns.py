"""Printed times, read by a strptime pattern without strptime's leniency.

``strptime`` follows the process locale, takes any script's digits, and splits ``2026130`` between
month and day as it pleases. A pattern here is a closed grammar: English names, ASCII digits, fixed
widths where two numbers touch. One pattern serves single texts and whole columns.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from graph.errors import InstantError
from graph.model.amounts import BLANK

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
                "october", "november", "december")  # fmt: skip
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = {"Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "I": 2, "M": 2, "S": 2}
_TEXTS = {
    "f": r"[0-9]{1,9}",
    "b": "|".join((*MONTHS, "sept")),
    "B": "|".join(_LONG_MONTHS),
    "p": r"[ap]\.?m\.?",
    "a": "|".join(DAYS),
    "z": r"Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9]",
}
_TOKEN = re.compile(r"%(.?)|(\s+)|([^%\s])", re.DOTALL)
_GRAINS = {"f": "fraction", "S": "second", "M": "minute", "H": "hour", "I": "hour", "d": "day", "m": "month",
           "b": "month", "B": "month", "Y": "year", "y": "year"}  # fmt: skip
_CENTURY_PIVOT = 69
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class Clock:
    """What one printed time says: fields as printed, nothing assumed.

    ``fraction`` holds the printed digits after the second; ``offset`` is the printed zone offset in
    minutes, or None. ``second`` may be 60.
    """

    year: int
    month: int = 1
    day: int = 1
    hour: int = 0
    minute: int = 0
    second: int = 0
    fraction: str = ""
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a pattern: a directive, or a literal sign; and a number's least and most digits."""

    name: str
    sign: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled time pattern: its tokens, its expression, and the finest field it holds."""

    text: str
    tokens: tuple[Token, ...]
    expression: re.Pattern[str]
    grain: str


@lru_cache(maxsize=256)
def compile_pattern(text: str) -> Pattern:
    """Return the grammar of a strptime pattern.

    Parameters
    ----------
    text : str
        Literals, and ``%Y %y %m %d %H %I %M %S %f %b %B %p %a %z``. ``%f`` takes one to nine digits.

    Raises
    ------
    InstantError
        A directive that is not known, is given twice, or leaves a gap (a minute without its hour).

    Examples
    --------
    >>> compile_pattern("%d/%m/%Y %H:%M").grain
    'minute'
    """
    found = [(m[1] or "", " " if m[2] else m[3] or "") for m in _TOKEN.finditer(text.strip(BLANK))]
    literal = [("", "%") if name == "%" else (name, sign) for name, sign in found]
    names = [name for name, _ in literal if name]
    if ("", "") in found:
        raise InstantError("a time pattern ends in a lone %", pattern=text)
    if unknown := [name for name in names if name not in _NUMBERS and name not in _TEXTS]:
        raise InstantError("unknown directive in a time pattern", pattern=text, directive="%" + unknown[0])
    _check_names(names, text)
    tokens = tuple(Token(*token, *_widths(literal, i)) for i, token in enumerate(literal))
    expression = "".join(_piece(token) for token in tokens)
    grain = next(_GRAINS[name] for name in _GRAINS if name in names)
    return Pattern(text, tokens, re.compile(expression, re.IGNORECASE | re.ASCII), grain)


def _widths(tokens: list[tuple[str, str]], i: int) -> tuple[int, int]:
    """Return least and most signs of a number; exact where other digits touch it."""
    name = tokens[i][0]
    most = _NUMBERS.get(name, 0)
    beside = [tokens[j] for j in (i - 1, i + 1) if 0 <= j < len(tokens)]
    touches = any(n in _NUMBERS or n == "f" or sign.isdigit() for n, sign in beside)
    return (most if touches or name in ("Y", "y") else min(1, most)), most


def _piece(token: Token) -> str:
    if not token.name:
        return r"[ \t]+" if token.sign == " " else re.escape(token.sign)
    if token.name in _TEXTS:
        return f"(?P<{token.name}>{_TEXTS[token.name]})"
    return f"(?P<{token.name}>[0-9]{{{token.least},{token.most}}})"


def _check_names(names: list[str], text: str) -> None:
    held = {"Y": "Y", "y": "Y", "m": "m", "b": "m", "B": "m", "I": "H"}
    fields = [held.get(name, name) for name in names]
    order = [c for c in "YmdHMSf" if c in fields]
    clock_halves = ("I" in names) == ("p" in names)
    if (
        len(set(fields)) != len(fields)
        or "".join(order) not in "YmdHMSf"
        or "Y" not in fields
        or not clock_halves
    ):
        raise InstantError(
            "a time pattern names each field once, from the year down, and %I with %p", pattern=text
        )


def read(text: str, pattern: Pattern) -> Clock:
    """Read one printed time.

    Raises
    ------
    InstantError
        Text that does not follow the pattern, to its last sign, or an hour outside its dial.

    Examples
    --------
    >>> read("03-SEP-26 9:05 PM", compile_pattern("%d-%b-%y %I:%M %p"))
    Clock(year=2026, month=9, day=3, hour=21, minute=5, second=0, fraction='', offset=None)
    """
    found = pattern.expression.fullmatch(text.strip(BLANK))
    if found is None:
        raise InstantError("time does not follow its pattern", text=text, pattern=pattern.text)
    said = found.groupdict()
    clock = Clock(
        year=_year(said),
        month=_month(said),
        day=int(said.get("d") or 1),
        hour=_hour(said, text),
        minute=int(said.get("M") or 0),
        second=int(said.get("S") or 0),
        fraction=said.get("f") or "",
        offset=_offset(said.get("z")),
    )
    if said.get("a") and DAYS[_date(clock, text).weekday()] != said["a"].lower():
        raise InstantError("the printed day of the week is not that of the date", text=text)
    return clock


def _date(clock: Clock, text: str) -> dt.date:
    try:
        return dt.date(clock.year, clock.month, clock.day)
    except ValueError:
        raise InstantError("no such date", text=text) from None


def _year(said: dict[str, str]) -> int:
    if "Y" in said:
        return int(said["Y"])
    short = int(said["y"])
    return short + (2000 if short < _CENTURY_PIVOT else 1900)


def _month(said: dict[str, str]) -> int:
    name = said.get("b") or said.get("B")
    return MONTHS.index(name[:3].lower()) + 1 if name else int(said.get("m") or 1)


def _hour(said: dict[str, str], text: str) -> int:
    if "I" not in said:
        return int(said.get("H") or 0)
    hour = int(said["I"])
    if not 1 <= hour <= 12:  # noqa: PLR2004
        raise InstantError("hours before and after noon run from 1 to 12", text=text)
    return hour % 12 + (12 if said["p"].lower().startswith("p") else 0)


def _offset(text: str | None) -> int | None:
    if text is None:
        return None
    if text in ("Z", "z"):
        return 0
    hours, minutes = int(text[1:3]), int(text[-2:])
    return (-1 if text[0] == "-" else 1) * (hours * 60 + minutes)
