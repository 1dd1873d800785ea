"""Harambee: one burst of many small, unequal sums for a hospital, a funeral or fees, spent there."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.catalogue import Benign
from analytics.innocence import given_out, of_one_asset, share_of_commonest, taken
from analytics.lead import Verdict
from analytics.material import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.innocence import Dealing
    from analytics.material import Material

PAYEES = frozenset(
    (
        "hospital",
        "clinic",
        "pharmacy",
        "mortuary",
        "funeral",
        "school",
        "college",
        "university",
        "church",
        "mosque",
    )
)
UNEQUAL = Fraction(7, 10)
SPENT = Fraction(1, 2)
TWICE = 2
SPENT_WITHIN = 14 * DAY


def tests(
    given: Sequence[Dealing], paid: Sequence[Dealing], known: frozenset[int], unsure: frozenset[int]
) -> Mapping[str, bool | None]:
    """Test a pool for being a collection for a purpose that everybody knows.

    Parameters
    ----------
    given, paid : sequence of Dealing
        What persons paid into the pool, and what left it, in order of time.
    known : frozenset of int
        Counterparties that a tag names as hospital, mortuary, school and the like.
    unsure : frozenset of int
        Business numbers of which no tag says what they are.

    Examples
    --------
    >>> from analytics.innocence import Dealing
    >>> given = [Dealing(n, n, 500 + 37 * n) for n in range(6)]
    >>> tests(given, [Dealing(9, 50, 3000)], frozenset({50}), frozenset())["spent there"]
    True
    >>> print(tests(given, [Dealing(9, 51, 3000)], frozenset(), frozenset({51}))["spent there"])
    None
    """
    pooled = sum(one.units for one in given)
    there = sum(one.units for one in paid if one.other in known)
    perhaps = sum(one.units for one in paid if one.other in unsure)
    spent: bool | None = there >= SPENT * pooled
    if not spent and there + perhaps >= SPENT * pooled:
        spent = None
    often = {one.other for one in given}
    return {
        "one burst": len(given) <= TWICE * len(often),
        "unequal sums": share_of_commonest(one.units for one in given) < UNEQUAL,
        "spent there": spent,
    }


def verdict(found: Mapping[str, bool | None]) -> Verdict:
    """Return the verdict; without the spending, pooling alone says nothing for either side."""
    if found["spent there"] is None:
        return Verdict.NOT_EVALUATED
    if not found["spent there"]:
        return Verdict.NOT_SUPPORTED
    return Verdict.SUPPORTED if all(found.values()) else Verdict.PARTLY


def look(material: Material, subject: int, transfers: Sequence[int]) -> Mapping[str, bool | None]:
    """Test a lead's pool; nothing to test where nothing was pooled.

    Whether a call from abroad or a corridor speaks against it is not in the evidence that is read.
    """
    given = taken(material, subject, transfers)
    if not given:
        return {}
    went = of_one_asset(material, material.out_of(subject), transfers)
    until = given[-1].at + SPENT_WITHIN
    paid = [one for one in given_out(material, subject, went) if given[0].at <= one.at <= until]
    payees = {one.other for one in paid}
    known = frozenset(p for p in payees if material.tags.get(p, frozenset()) & PAYEES)
    unsure = frozenset(p for p in payees if material.business[p] and p not in material.tags)
    return tests(given, paid, known, unsure)


def assess(material: Material, subject: int, transfers: Sequence[int]) -> Verdict:
    """Say whether a lead's pool was spent at a hospital, a mortuary, a school or the like."""
    found = look(material, subject, transfers)
    return verdict(found) if found else Verdict.NOT_SUPPORTED


BENIGN = Benign(
    code="harambee",
    version="1",
    title="Collection for a hospital, a funeral or fees",
    references=("Catalogue of typologies, section 4: spend confirmed at such a payee",),
    assess=assess,
    tests=look,
)
