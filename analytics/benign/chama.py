"""Savings group (chama, equb, iddir): the same members, equal sums, a steady rhythm, paid back in turn."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING

from analytics.catalogue import Benign
from analytics.innocence import (
    given_out,
    likeness,
    of_one_asset,
    rounds,
    share_of_commonest,
    steady,
    taken,
    weighed,
)
from analytics.material import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.innocence import Dealing
    from analytics.lead import Verdict
    from analytics.material import Material

FEWEST, MOST = 5, 40
ROUNDS = 3
EQUAL = Fraction(7, 10)
SAME = Fraction(7, 10)
RHYTHM = Fraction(3, 10)
PAID_BACK = Fraction(1, 2)


def tests(given: Sequence[Dealing], paid: Sequence[Dealing]) -> Mapping[str, bool | None]:
    """Test an instrument for being a savings group's.

    Parameters
    ----------
    given, paid : sequence of Dealing
        What persons paid in, and what was paid out, in order of time.

    Returns
    -------
    mapping
        ``members``, ``equal sums``, ``rhythm``, ``same members``, ``paid back``; ``None`` where the
        record is too short to say.

    Examples
    --------
    >>> from analytics.innocence import Dealing
    >>> month = [Dealing(30 * DAY * n + member, member, 1000) for n in range(4) for member in range(6)]
    >>> back = [Dealing(30 * DAY * n + 9, n, 6000) for n in range(4)]
    >>> sorted(tests(month, back).items())
    [('equal sums', True), ('members', True), ('paid back', True), ('rhythm', True), ('same members', True)]
    """
    members = {one.other for one in given}
    turns = rounds(given, _quiet(given))
    enough = len(turns) >= ROUNDS
    starts = [median_low([one.at for one in turn]) for turn in turns]
    groups = [{one.other for one in turn} for turn in turns]
    back = sum(one.units for one in paid if one.other in members)
    return {
        "members": FEWEST <= len(members) <= MOST,
        "equal sums": share_of_commonest(one.units for one in given) >= EQUAL,
        "rhythm": steady(starts, RHYTHM) if enough else None,
        "same members": all(likeness(a, b) > SAME for a, b in pairwise(groups)) if enough else None,
        "paid back": back >= PAID_BACK * sum(one.units for one in given) if paid else None,
    }


def _quiet(given: Sequence[Dealing]) -> int:
    """Return a third of the time after which a member typically pays again; forever where none does."""
    last: dict[int, int] = {}
    gaps: list[int] = []
    for one in given:
        if one.other in last and one.at - last[one.other] > DAY:
            gaps.append(one.at - last[one.other])
        last[one.other] = one.at
    return median_low(gaps) // 3 if gaps else 10_000 * DAY


def look(material: Material, subject: int, transfers: Sequence[int]) -> Mapping[str, bool | None]:
    """Test the whole record of an instrument."""
    came = of_one_asset(material, material.into(subject), transfers)
    went = of_one_asset(material, material.out_of(subject), transfers)
    return tests(taken(material, subject, came), given_out(material, subject, went))


def assess(material: Material, subject: int, transfers: Sequence[int]) -> Verdict:
    """Say whether the whole record of an instrument is a savings group's."""
    return weighed(look(material, subject, transfers))


BENIGN = Benign(
    code="chama",
    version="1",
    title="Savings group",
    references=(
        "Catalogue of typologies, section 4: 5-40 members, equal sums, cadence CV < 0.3, Jaccard > 0.7",
    ),
    assess=assess,
    tests=look,
)
