"""Agents, tills and other businesses: taking and paying money is what they are there for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.catalogue import Benign
from analytics.innocence import weighed
from analytics.material import AGENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.lead import Verdict
    from analytics.material import Material


def tests(by_record: bool, senders: int, receivers: int) -> Mapping[str, bool | None]:
    """Test an instrument for being a business, by its number's kind or by its shape.

    Parameters
    ----------
    by_record : bool
        Whether the evidence itself names it as an agent, a till, a paybill or an institution's, or it
        deals with so many that it can be nothing else.
    senders, receivers : int
        Distinct counterparties in each direction.

    Examples
    --------
    >>> tests(False, 150, 140), tests(True, 2, 0), tests(False, 150, 3)
    ({'takes': True, 'pays': True}, {'on record': True}, {'takes': True, 'pays': False})
    """
    if by_record:
        return {"on record": True}
    return {"takes": senders > AGENT, "pays": receivers > AGENT}


def look(material: Material, subject: int, transfers: Sequence[int]) -> Mapping[str, bool | None]:  # noqa: ARG001
    """Test an instrument; which of its transfers are meant does not matter."""
    pays, takes = material.parties
    return tests(bool(material.business[subject]), int(takes[subject]), int(pays[subject]))


def assess(material: Material, subject: int, transfers: Sequence[int]) -> Verdict:
    """Say whether an instrument is a business's."""
    return weighed(look(material, subject, transfers))


BENIGN = Benign(
    code="agents",
    version="1",
    title="Agent, till or other business",
    references=(
        "Catalogue of typologies, section 4: role from production, or both directions with over 100 parties",
    ),
    assess=assess,
    tests=look,
)
