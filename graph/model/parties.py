"""Parties, instruments and the dated relations between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A party's role in one case. Never derived by a rule; unknown until a person says."""

    UNKNOWN = "unknown"
    SUSPECT = "suspect"
    VICTIM = "victim"
    WITNESS = "witness"


class RelationKind(StrEnum):
    """How a party stands to an instrument.

    Holder, user and controller are kept apart, because a victim's account is often controlled by
    somebody else.
    """

    HOLDER = "holder"
    USER = "user"
    CONTROLLER = "controller"


@dataclass(frozen=True, slots=True)
class Instrument:
    """An account, wallet, till, address, card or cash end, under its opaque id.

    ``label`` is what the reader's clearance allows: masked unless allowed. ``masked``: the evidence
    itself prints it masked. ``protected``: a victim's or a witness's, shown to nobody without that
    clearance.
    """

    id: str
    kind: str
    label: str
    institution: str = ""
    holder: str = ""
    masked: bool = False
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """A person or organisation, under its opaque id."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A dated relation of a party to an instrument, with the observation that says so."""

    party: str
    instrument: str
    kind: RelationKind
    lo: int
    hi: int
    observation: str
