"""Figures as texts that every language reads: shares, spans of time, what was missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.material import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.material import Material

MINUTE = HOUR // 60


def percent(part: int, whole: int) -> str:
    """Return a share in whole percent, rounded down.

    Examples
    --------
    >>> percent(199, 200), percent(51, 50)
    ('99 %', '102 %')
    """
    return f"{100 * part // whole} %"


def days(span: int) -> int:
    """Return how many days a span touches; one at least.

    Examples
    --------
    >>> days(0), days(DAY), days(DAY + 1)
    (1, 1, 2)
    """
    return max(1, -(-span // DAY))


def hours(span: int) -> int:
    """Return how many hours a span touches; one at least."""
    return max(1, -(-span // HOUR))


def clock(span: int) -> str:
    """Return a span in hours and minutes, rounded up.

    Examples
    --------
    >>> clock(90 * MINUTE), clock(1)
    ('1 h 30 min', '1 min')
    """
    whole = max(1, -(-span // MINUTE))
    return f"{whole // 60} h {whole % 60} min" if whole >= 60 else f"{whole} min"  # noqa: PLR2004


def no_record(material: Material, nodes: Sequence[int]) -> tuple[str, ...]:
    """Say how many instruments have no record of their own; empty where all have one."""
    lacking = sum(node not in material.covered for node in nodes)
    if not lacking:
        return ()
    return (f"records of {lacking} of the {len(nodes)} instruments: only what others' records show of them",)


def order_unknown(material: Material, steps: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Say in how many steps, pairs of positions, the evidence leaves open which payment came first."""
    open_ = sum(material.unsure(a, b) for a, b in steps)
    return (f"times of day: the order of {open_} of {len(steps)} steps is not certain",) if open_ else ()
