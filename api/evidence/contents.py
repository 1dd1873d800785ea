"""What an evidence pack is made of: one record that the workbench fills and the exporter writes.

Every label here is shown as given: whoever fills the record has already masked what the rendering
must not show. Amounts are exact, in base units; nothing here is a float.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from analytics.assets.claims import Loss
    from analytics.assets.compare import Comparison as Shares
    from analytics.assets.identify import Holding
    from analytics.assets.terms import Pool
    from analytics.tracing.band import Comparison
    from analytics.tracing.movements import Number, TraceInput
    from analytics.tracing.policy import Policy
    from graph.model.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """One file of evidence, byte for byte, with what is known of how it came in.

    ``receipt`` is JSON-ready; ``received`` is a printed time. ``supplier`` is who produced the record:
    each supplier gets a certificate of its own. ``withheld`` says why it is listed by its hash alone;
    empty when it travels.
    """

    path: Path
    sha256: str
    name: str
    supplier: str = ""
    authority: str = ""
    received: str = ""
    receipt: Mapping[str, Any] = field(default_factory=dict)
    withheld: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row read from an original; ``amount`` is a text in whole units, ``lo`` and ``hi`` are times."""

    observation: str
    source: str
    locator: str
    lo: str
    hi: str
    kind: str
    status: str
    debit: str
    credit: str
    amount: str
    asset: str


@dataclass(frozen=True, slots=True)
class Citation:
    """One place in one original on which a movement rests; ``source`` is its sha256."""

    observation: str
    source: str
    locator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerNote:
    """How the opening balance of a traced account is known, and whether its statement adds up."""

    basis: str = ""
    balance_check: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Something a person asserted: who, when, why."""

    id: str
    kind: str
    author: str
    reason: str
    made: str


@dataclass(frozen=True, slots=True)
class RateNote:
    """A dated rate that priced a conversion."""

    base: str
    quote: str
    at: str
    rate: str
    source: str
    observation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A trace under every rule, with what it rests on.

    Parameters
    ----------
    given : TraceInput
        As it was given to ``analytics.tracing.band.compare``; claim and ledger assets are asset keys.
    policy : Policy
        The rule it names was chosen before the results were seen.
    comparison : Comparison
        Results by rule with their band.
    inputs : str
        Content hash of the evidence.
    labels : mapping
        Place key to its masked label; a missing one is shown by its key.
    kinds : mapping
        Place key to the kind of instrument, for its mark.
    citations : mapping
        Movement id to the places it rests on, the best first.
    notes : mapping
        Ledger key to what is known of it.
    without : mapping
        Assertion id to rule to outcome to claim units, when that assertion is not accepted.
    order_matters : mapping
        Rule to the outcomes with credits first and with debits first.
    gaps : tuple of str
        What is missing from the records, in words.
    not_followed : mapping
        Place key to why the trace was not followed there.
    """

    given: TraceInput
    policy: Policy
    comparison: Comparison
    inputs: str
    labels: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    citations: Mapping[str, tuple[Citation, ...]] = field(default_factory=dict)
    notes: Mapping[str, LedgerNote] = field(default_factory=dict)
    assertions: tuple[Statement, ...] = ()
    without: Mapping[str, Mapping[str, Mapping[str, Number]]] = field(default_factory=dict)
    order_matters: Mapping[str, tuple[Mapping[str, Number], Mapping[str, Number]]] = field(
        default_factory=dict
    )
    gaps: tuple[str, ...] = ()
    not_followed: Mapping[str, str] = field(default_factory=dict)
    rates: tuple[RateNote, ...] = ()

    def label(self, place: str) -> str:
        """Return what a place is called in this rendering."""
        return self.labels.get(place, "") or place or "outside the records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """The schemes side by side on one pool.

    ``valuations`` says, property by property, how it was valued; ``left_out`` which place is not in the
    pool, and why. Both have place keys.
    """

    pool: Pool
    losses: tuple[Loss, ...]
    comparison: Shares
    valuations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A row that a reader refused, and why; it takes part in nothing."""

    source: str
    locator: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something done in the case at an instant (microseconds UTC): an order, a hold, a request.

    ``until`` is the instant at which it ends, 0 for what has no duration.
    """

    at: int
    label: str
    until: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a person stated was done to hold an asset, or that a claimant has money back.

    ``on`` is an ISO day; ``about`` the asset or the claimant; ``stands`` is False where a later
    statement about the same asset counts instead.
    """

    on: str
    about: str
    words: str
    author: str
    reason: str
    stands: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInput:
    """Everything one evidence pack holds.

    Parameters
    ----------
    case, title, question : str
        The title of the report states the finding; when empty it is composed from the figures.
    rendering : str
        ``masked``, or ``court`` where victims and witnesses are shown.
    sealed : int
        Microseconds UTC, given by the caller: nothing in a pack reads a clock.
    actor, reviewer : str
        Who prepared it and who read it a second time.
    store_version : str
        Version of the store the figures were computed from.
    audit : tuple of str
        Lines of the audit log, oldest first, as the store exports them.
    audit_head : str
        Hash of the last line.
    limits : tuple of str
        Known limits in sentences.
    network : Network, optional
        The network of the case as the rendering may show it; left out when too large to be read.
    restraints : mapping
        Place key to the state of a restraint, in words.
    done : tuple of Done
        Every standing statement about a restraint or a return, the earliest first.
    """

    case: str
    rendering: str
    sealed: int
    actor: str
    trace: Trace
    title: str = ""
    question: str = ""
    reviewer: str = ""
    store_version: str = ""
    originals: tuple[Original, ...] = ()
    rows: tuple[Row, ...] = ()
    rejects: tuple[Reject, ...] = ()
    sheet: tuple[Holding, ...] = ()
    restraints: Mapping[str, str] = field(default_factory=dict)
    done: tuple[Done, ...] = ()
    sharing: Sharing | None = None
    network: Network | None = None
    steps: tuple[Step, ...] = ()
    limits: tuple[str, ...] = ()
    audit: tuple[str, ...] = ()
    audit_head: str = ""
