"""Ways of sharing a pool among claimants, one per file; which one applies is the court's choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.errors import AllocationError
from graph.registry import discover

if TYPE_CHECKING:
    from analytics.assets.scheme import Allocation


def allocations() -> dict[str, Allocation]:
    """Return every scheme by code, from this folder and from ``fuatilia.allocations`` entry points."""
    return discover(__name__, "ALLOCATION", "fuatilia.allocations", lambda scheme: str(scheme.code))


def find_allocation(name: str) -> Allocation:
    """Return the scheme of that code, or of one of its other names.

    Parameters
    ----------
    name : str
        As ``rising_tide``; hyphens count as underscores.

    Raises
    ------
    AllocationError
        When there is none, or two claim the name.

    Examples
    --------
    >>> find_allocation("rising-tide").code
    'rising_tide'
    """
    wanted = name.replace("-", "_")
    found = allocations()
    if wanted in found:
        return found[wanted]
    others = [scheme for scheme in found.values() if wanted in scheme.also]
    if len(others) != 1:
        raise AllocationError(
            "no such allocation scheme" if not others else "two allocation schemes have that name",
            scheme=name,
            hint="one of " + ", ".join(found),
        )
    return others[0]
