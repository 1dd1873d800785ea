"""Payroll: the same payees, about the same sum for each, at a steady rhythm."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING

from analytics.catalogue import Benign
from analytics.innocence import given_out, likeness, of_one_asset, rounds, steady, weighed
from analytics.material import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.innocence import Dealing
    from analytics.lead import Verdict
    from analytics.material import Material

FEWEST = 5
ROUNDS = 3
RHYTHM = Fraction(3, 10)
SAME = Fraction(7, 10)
NEAR = Fraction(1, 10)
ALIKE = Fraction(7, 10)
QUIET = 2 * DAY


def tests(paid: Sequence[Dealing]) -> Mapping[str, bool | None]:
    """Test an instrument for paying wages.

    Parameters
    ----------
    paid : sequence of Dealing
        What was paid to persons, in order of time.

    Returns
    -------
    mapping
        ``payees``, ``same payees``, ``rhythm``, ``same sums``; ``None`` where the record is too short.

    Examples
    --------
    >>> from analytics.innocence import Dealing
    >>> months = [Dealing(30 * DAY * n + who, who, 20_000 + 500 * who) for n in range(4) for who in range(8)]
    >>> set(tests(months).values())
    {True}
    """
    turns = rounds(paid, QUIET)
    enough = len(turns) >= ROUNDS
    groups = [{one.other for one in turn} for turn in turns]
    starts = [turn[0].at for turn in turns]
    return {
        "payees": len({one.other for one in paid}) >= FEWEST,
        "same payees": all(likeness(a, b) > SAME for a, b in pairwise(groups)) if enough else None,
        "rhythm": steady(starts, RHYTHM) if enough else None,
        "same sums": _alike(paid) if enough else None,
    }


def _alike(paid: Sequence[Dealing]) -> bool:
    """Say whether most payments are within a tenth of what their payee usually gets."""
    by: dict[int, list[int]] = defaultdict(list)
    for one in paid:
        by[one.other].append(one.units)
    middle = {other: median_low(units) for other, units in by.items()}
    near = sum(abs(one.units - middle[one.other]) <= NEAR * middle[one.other] for one in paid)
    return near >= ALIKE * len(paid)


def look(material: Material, subject: int, transfers: Sequence[int]) -> Mapping[str, bool | None]:
    """Test what an instrument pays to persons."""
    went = of_one_asset(material, material.out_of(subject), transfers)
    return tests([one for one in given_out(material, subject, went) if material.person[one.other]])


def assess(material: Material, subject: int, transfers: Sequence[int]) -> Verdict:
    """Say whether what an instrument pays to persons are wages."""
    return weighed(look(material, subject, transfers))


BENIGN = Benign(
    code="payroll",
    version="1",
    title="Payroll",
    references=("Catalogue of typologies, section 4: payroll, aid, casual wages",),
    assess=assess,
    tests=look,
)
