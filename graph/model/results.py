"""What was concluded or said: results, assertions, dispositions. Immutable; nothing edited in place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from graph.model.provenance import canonical, digest

if TYPE_CHECKING:
    from collections.abc import Mapping


class ResultKind(StrEnum):
    """What kind of conclusion a result is."""

    LEAD = "lead"
    TRACE = "trace"
    ASSET = "asset"
    ALLOCATION = "allocation"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True)
class Result:
    """A computed conclusion, addressed by what ran, with what, over which inputs.

    Attributes
    ----------
    kind : ResultKind
    case : str
    ran : str
        Name and version of what ran.
    policy, parameters : mapping
        Everything that can change the result; texts and integers only.
    inputs : str
        Content hash of the evidence it was computed from.
    citations : tuple of str
        Observation ids; a result whose citation is retracted falls.
    fields : mapping
        The result itself. Amounts are texts.
    """

    kind: ResultKind
    case: str
    ran: str
    policy: Mapping[str, Any]
    parameters: Mapping[str, Any]
    inputs: str
    citations: tuple[str, ...]
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Result id, 32 hex digits, without the computed fields."""
        return digest(
            "result",
            self.kind,
            self.case,
            self.ran,
            canonical(self.policy),
            canonical(self.parameters),
            self.inputs,
        )[:32]


class AssertionKind(StrEnum):
    """What a person may state for a trace to rest on.

    ``same_event``: two observations tell of one payment. ``paid_for``: in the event of
    ``subject`` the paying instrument acted for ``object`` (an exchange's hot wallet for its
    customer), an instrument named by where the evidence shows it: see ``instrument_at``.
    ``reverses``: ``subject`` technically reverses ``object``. ``backward_link``: the debit
    ``subject`` was funded by the later credit ``object`` (Brazil v Durant [2015] UKPC 35).
    ``role``: party or instrument ``subject`` has role ``object`` in the case; a party is named by
    ``holder_at``, an instrument by ``instrument_at``. Of the work on the case, ``object`` being canonical
    JSON: ``restraint``, what was done to hold what is at the instrument ``subject``; ``returned``, what
    the claimant ``subject`` has back; ``award``, what a court ordered to be paid to that claimant
    (all three: ``api.casework.restraints``, ``api.casework.awards``); ``question``, what the case
    ``subject`` is asked (``api.casework.question``). ``step``: how the step ``subject`` of the checklist
    stands, ``object`` being done, not_applicable or open.
    """

    SAME_EVENT = "same_event"
    PAID_FOR = "paid_for"
    REVERSES = "reverses"
    BACKWARD_LINK = "backward_link"
    ROLE = "role"
    RESTRAINT = "restraint"
    RETURNED = "returned"
    AWARD = "award"
    QUESTION = "question"
    STEP = "step"


CASEWORK = frozenset(
    {
        AssertionKind.QUESTION,
        AssertionKind.STEP,
        AssertionKind.RESTRAINT,
        AssertionKind.RETURNED,
        AssertionKind.AWARD,
    }
)
"""Kinds that tell of the work on a case and not of the evidence: no figure of a trace rests on them."""


HOLDER = "holder"


def holder_at(observation: str) -> str:
    """Name a party by the observation that prints it as a holder: the same name in every store.

    Examples
    --------
    >>> holder_at("ab12")
    'ab12#holder'
    """
    return f"{observation}#{HOLDER}"


def instrument_at(observation: str, side: str, asset: str) -> str:
    """Name an instrument by an observation, and the side and asset in which it stands there.

    Opaque ids belong to one store's key; this name is the same in every store of the same evidence.

    Examples
    --------
    >>> instrument_at("ab12", "credit", "KES:2")
    'ab12#credit:KES:2'
    """
    return f"{observation}#{side}:{asset}"


@dataclass(frozen=True, slots=True)
class Assertion:
    """A person's statement, with author, reason and time; undone only by ``retracts``."""

    kind: AssertionKind
    case: str
    subject: str
    object: str
    author: str
    reason: str
    made: str
    retracts: str = ""

    @property
    def id(self) -> str:
        """Assertion id, 32 hex digits."""
        return digest(
            "assertion",
            self.kind,
            self.case,
            self.subject,
            self.object,
            self.author,
            self.reason,
            self.made,
            self.retracts,
        )[:32]


class Decision(StrEnum):
    """What a person may decide about a lead. Neither is a finding about anyone."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class Ground(StrEnum):
    """Why a lead may be dismissed: a fixed vocabulary, so that dismissals can be counted by typology."""

    INNOCENT_PATTERN = "innocent_pattern"
    KNOWN_RELATION = "known_relation"
    DATA_ERROR = "data_error"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_ENOUGH = "not_enough"


@dataclass(frozen=True, slots=True)
class Disposition:
    """What a person decided about a result, and why; a later one stands beside it and counts.

    Attributes
    ----------
    decision : str
        A ``Decision``.
    ground : str
        A ``Ground`` where it was dismissed, else empty.
    reason : str
        In the author's own words.
    made : str
        When, as ISO text.
    """

    result: str
    decision: str
    author: str
    reason: str
    made: str
    ground: str = ""
