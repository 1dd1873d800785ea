"""Who asks, for which cases and why: the first argument of every store method."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Clearance(IntEnum):
    """How much identifying text a reader may see. Masking is the default everywhere."""

    MASKED = 0
    CASE = 1
    PROTECTED = 2


@dataclass(frozen=True, slots=True)
class Scope:
    """One request's standing.

    Parameters
    ----------
    actor : str
        Who acts; written to the audit log with every action.
    cases : tuple of str
        Cases the actor may see. An empty tuple sees nothing.
    purpose : str
        Why, in the actor's words or the command's name.
    clearance : Clearance
        Identifying text that may be shown.
    channel : str
        Where the request came from: ``cli``, ``rest``, ``notebook``.
    """

    actor: str
    cases: tuple[str, ...]
    purpose: str
    clearance: Clearance = Clearance.MASKED
    channel: str = "cli"
