"""What innocent patterns are tested with: dealings of one instrument, and how tests become a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from analytics.lead import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analytics.material import Ints, Material


@dataclass(frozen=True, slots=True)
class Dealing:
    """One payment as seen from an instrument: instant in microseconds, counterparty, base units."""

    at: int
    other: int
    units: int


def weighed(tests: Mapping[str, bool | None]) -> Verdict:
    """Return the verdict of tests; ``None`` is a test that the evidence does not allow.

    All hold: supported. Half or more of those that could be made hold: partly. None could be made, or
    those that could all hold while others could not: not evaluated. Else: not supported.

    Examples
    --------
    >>> [str(weighed(t)) for t in ({"a": True}, {"a": True, "b": False}, {"a": False, "b": None})]
    ['supported', 'partly', 'not supported']
    >>> [str(weighed(t)) for t in ({"a": True, "b": None}, {"a": None}, {})]
    ['not evaluated', 'not evaluated', 'not evaluated']
    """
    made = [held for held in tests.values() if held is not None]
    if not made or (all(made) and len(made) < len(tests)):
        return Verdict.NOT_EVALUATED
    if all(made):
        return Verdict.SUPPORTED
    return Verdict.PARTLY if 2 * sum(made) >= len(made) else Verdict.NOT_SUPPORTED


def steady(instants: Sequence[int], most: Fraction) -> bool:
    """Say whether the gaps between instants vary less than ``most`` times their mean (exactly).

    Parameters
    ----------
    instants : sequence of int
        At least three, in order.
    most : Fraction
        Upper bound of the coefficient of variation (population).

    Examples
    --------
    >>> steady([0, 7, 14, 22], Fraction(3, 10)), steady([0, 1, 20, 21], Fraction(3, 10))
    (True, False)
    """
    gaps = [b - a for a, b in pairwise(instants)]
    total = sum(gaps)
    if len(gaps) < 2 or total <= 0:  # noqa: PLR2004 - one gap has no variation
        return False
    # variance < (most * mean)^2, both times n^2: nothing is divided, nothing rounded
    spread = len(gaps) * sum(g * g for g in gaps) - total * total
    return spread < most * most * total * total


def rounds(dealings: Sequence[Dealing], quiet: int) -> list[list[Dealing]]:
    """Split dealings, in order of time, where nothing happens for longer than ``quiet``.

    >>> [len(r) for r in rounds([Dealing(t, 1, 5) for t in (0, 1, 9, 10, 30)], 3)]
    [2, 2, 1]
    """
    found: list[list[Dealing]] = []
    for one in dealings:
        if not found or one.at - found[-1][-1].at > quiet:
            found.append([])
        found[-1].append(one)
    return found


def share_of_commonest(values: Iterable[int]) -> Fraction:
    """Return the part of values that equal the commonest one.

    >>> share_of_commonest([5, 5, 5, 7])
    Fraction(3, 4)
    """
    counts: dict[int, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return Fraction(max(counts.values(), default=0), max(1, sum(counts.values())))


def likeness(a: set[int], b: set[int]) -> Fraction:
    """Return what two groups have in common (Jaccard): members of both by members of either.

    >>> likeness({1, 2, 3}, {2, 3, 4})
    Fraction(1, 2)
    """
    return Fraction(len(a & b), max(1, len(a | b)))


def taken(material: Material, node: int, positions: Ints | Sequence[int]) -> list[Dealing]:
    """Return those of the transfers that persons paid to an instrument, as dealings, in order."""
    return [
        Dealing(int(material.lo[i]), int(material.src[i]), int(material.amount[i]))
        for i in positions
        if material.dst[i] == node and material.src[i] != node and material.person[material.src[i]]
    ]


def given_out(material: Material, node: int, positions: Ints | Sequence[int]) -> list[Dealing]:
    """Return those of the transfers that an instrument paid, as dealings, in order."""
    return [
        Dealing(int(material.lo[i]), int(material.dst[i]), int(material.amount[i]))
        for i in positions
        if material.src[i] == node and material.dst[i] != node
    ]


def of_one_asset(material: Material, positions: Ints, transfers: Sequence[int]) -> Ints:
    """Keep the transfers of the asset in which most of a lead's transfers are; of equal ones the first."""
    if not len(transfers):
        return positions
    assets = [int(material.asset[i]) for i in transfers]
    most = max(sorted(set(assets)), key=assets.count)
    kept: Ints = positions[material.asset[positions] == most]
    return kept
