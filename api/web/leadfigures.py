"""What a lead measured beside what its rule asks: more, less or between, and where the marks stand.

Which way a threshold points is the rule's: three senders of six are too few, twelve days of ten too many.
What no threshold is held against is told apart, as context.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH = 128
LEAST, MOST, BETWEEN = "least", "most", "between"

RULES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "RA-01": {
        "senders": (LEAST, "senders"),
        "dollars": (BETWEEN, "least_dollars", "most_dollars"),
        "times": (LEAST, "times_usual"),
        "share": (LEAST, "left_share"),
        "receivers": (MOST, "receivers"),
        "days": (MOST, "window_days"),
    },
    "ST-01": {"senders": (LEAST, "senders"), "new": (LEAST, "new"), "days": (MOST, "days")},
    "ST-03": {"senders": (LEAST, "senders"), "receivers": (LEAST, "receivers")},
    "ST-04": {"middles": (LEAST, "middles")},
    "ST-05": {"hops": (MOST, "hops"), "least_share": (LEAST, "kept"), "days": (MOST, "days")},
    "ST-08": {"hops": (MOST, "hops"), "days": (MOST, "days")},
    "FL-01": {"days": (LEAST, "days"), "share": (LEAST, "least")},
    "FL-02": {"hops": (LEAST, "hops"), "hours": (MOST, "hours")},
    "BE-01": {
        "payments": (LEAST, "payments"),
        "least_share": (LEAST, "least"),
        "most_share": (MOST, "most"),
        "days": (MOST, "window_days"),
    },
}
"""By typology and figure: which way, and the parameters of the rule that it is held against."""
PARTS = {("ST-01", "new"): "senders"}
"""Figures that are counts, held against a part of another figure."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One thing that was measured.

    ``sense`` is ``least``, ``most``, ``between``, or empty where a plug-in does not say; ``asked`` and
    ``upto`` are thresholds as texts; ``at``, ``mark`` and ``end`` are places on a bar of ``WIDTH``, -1
    where there is nothing to draw.
    """

    name: str
    observed: str
    sense: str
    asked: str
    upto: str
    at: int
    mark: int
    end: int


def figure_lines(
    typology: str, figures: Mapping[str, Any], asked: Mapping[str, Any]
) -> tuple[tuple[FigureLine, ...], tuple[FigureLine, ...]]:
    """Return what was held against a threshold, in the order of the rule, and then the context.

    Examples
    --------
    >>> figures = {"days": 9, "senders": 10, "total": "110650.00 KES", "share": "97 %"}
    >>> asked = {"window_days": "10", "senders": "6", "left_share": "4/5"}
    >>> held, context = figure_lines("RA-01", figures, asked)
    >>> [(f.name, f.observed, f.sense, f.asked) for f in held]
    [('senders', '10', 'least', '6'), ('share', '97 %', 'least', '80 %'), ('days', '9', 'most', '10')]
    >>> [f.name for f in context]
    ['total']
    """
    told = {str(name): text_of(value) for name, value in figures.items()}
    told |= _times(told, asked)
    known = RULES.get(typology)
    if known is None:
        known = {name: ("", name) for name in told if name in asked}
    held = [
        _held(name, told, rule, asked, PARTS.get((typology, name), ""))
        for name, rule in known.items()
        if name in told and all(parameter in asked for parameter in rule[1:])
    ]
    names = {line.name for line in held}
    context = [FigureLine(n, text, "", "", "", -1, -1, -1) for n, text in told.items() if n not in names]
    return tuple(held), tuple(context)


def _times(told: Mapping[str, str], asked: Mapping[str, Any]) -> dict[str, str]:
    """Say how many times the usual a sum is, where the rule asks it and the lead states both."""
    if "times_usual" not in asked or "times" in told:
        return {}
    total, usual = number(told.get("total", "")), number(told.get("usual", ""))
    if total is None or not usual:
        return {}
    tenths = round(10 * total / usual)
    return {"times": f"{tenths // 10}.{tenths % 10} ×"}


def _held(
    name: str, told: Mapping[str, str], rule: tuple[str, ...], asked: Mapping[str, Any], whole: str
) -> FigureLine:
    observed = told[name]
    thresholds = [_like(text_of(asked[parameter]), observed) for parameter in rule[1:]]
    if whole and (of := number(told.get(whole, ""))) and (part := number(thresholds[0])):
        thresholds[0] = str(ceil(part * of))
    low, high = thresholds[0], thresholds[-1] if len(thresholds) > 1 else ""
    return FigureLine(name, observed, rule[0], low, high, *_places(observed, low, high))


def _places(observed: str, low: str, high: str) -> tuple[int, int, int]:
    here, mark, end = number(observed), number(low), number(high)
    if here is None or mark is None or mark <= 0 or here < 0:
        return -1, -1, -1
    most = end if end is not None and end >= here else max(here, mark) * Fraction(4, 3)
    return (
        int(here / most * WIDTH),
        int(mark / most * WIDTH),
        -1 if end is None else min(WIDTH, int(end / most * WIDTH)),
    )


def _like(threshold: str, observed: str) -> str:
    """Write a threshold in the unit of what it is held against: a part as a percentage, times as times."""
    if observed.endswith("%") and (part := number(threshold)) is not None and not threshold.endswith("%"):
        whole = 100 * part
        return f"{whole.numerator} %" if whole.denominator == 1 else f"{part}"
    if observed.endswith("×") and not threshold.endswith("×"):
        return f"{threshold} ×"
    return threshold


def text_of(value: Any) -> str:
    """Return a value of a document as one text."""
    if isinstance(value, list | tuple):
        return ", ".join(text_of(v) for v in value)
    if isinstance(value, dict):
        return "; ".join(f"{k} {text_of(v)}" for k, v in value.items())
    return str(value)


def number(text: str) -> Fraction | None:
    """Return the number that a figure begins with, as of ``138000.00 KES``; None where there is none."""
    word = text.replace(",", "").split(" ")[0].rstrip("%×")
    try:
        return Fraction(word)
    except (ValueError, ZeroDivisionError):
        return None
