"""What was done to hold an asset, and what claimants have back: as persons stated it, never computed.

A restraint speaks of one asset at one instrument, named by where the evidence shows it, so that the
statement means the same in every store of the same evidence. Several may stand beside each other: the
one of the latest day counts, the others stay on record. No trace rests on either kind.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from api.casework.roles import instruments_of
from graph.model.amounts import Amount, Asset
from graph.model.printing import code_of, exact_text
from graph.model.results import AssertionKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from api.casework.bench import Bench
    from api.casework.masking import Masking
    from graph.model.results import Assertion


class RestraintState(StrEnum):
    """How far the holding of an asset got."""

    OPEN = "open"
    ASKED = "asked"
    HELD_UNTIL = "held_until"
    ORDERED = "ordered"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Restraint:
    """One statement about one asset at one instrument; texts as the reader may see them.

    Attributes
    ----------
    id : str
        Of the assertion.
    subject : str
        As ``graph.model.results.instrument_at`` names the instrument.
    instrument : str
        Opaque id in this store; empty where the evidence no longer shows it.
    asset : str
        Key of the asset.
    until : str
        ISO day on which a provider's hold ends; empty in every other state.
    by : str
        Who was asked, who holds or who ordered.
    on : str
        ISO day on which it was done.
    amount : int, optional
        Base units of ``asset``; None where the whole is meant, or nothing was said.
    """

    id: str
    subject: str
    instrument: str
    asset: str
    state: RestraintState
    until: str
    reference: str
    by: str
    on: str
    amount: int | None
    author: str
    reason: str
    made: str

    def held(self, today: date) -> bool:
        """Say whether somebody holds the asset on a day: by order, or by a hold that has not ended.

        Examples
        --------
        >>> from datetime import date
        >>> hold = Restraint("", "", "", "KES:2", RestraintState.HELD_UNTIL, "2026-11-27", *[""] * 2,
        ...     "2026-11-20", None, "", "", "")
        >>> hold.held(date(2026, 11, 27)), hold.held(date(2026, 11, 28))
        (True, False)
        """
        if self.state is RestraintState.HELD_UNTIL:
            return today.isoformat() <= self.until
        return self.state is RestraintState.ORDERED


@dataclass(frozen=True, slots=True)
class Returned:
    """Money that a claimant has back; ``amount`` in base units of ``asset``, ``on`` an ISO day."""

    id: str
    claimant: str
    asset: str
    amount: int
    on: str
    reference: str
    author: str
    reason: str
    made: str


def restraints(bench: Bench) -> tuple[Restraint, ...]:
    """Return the restraint that counts for each asset at each instrument: the one of the latest day.

    Texts are as the reader may see them. Ordered by instrument and asset.
    """
    return counting(restraint_history(bench))


def counting(history: Sequence[Restraint]) -> tuple[Restraint, ...]:
    """Return, of statements in the order of their days, the last about each asset at each instrument."""
    latest = {(one.instrument or one.subject, one.asset): one for one in history}
    return tuple(latest[key] for key in sorted(latest))


def restraint_history(bench: Bench) -> tuple[Restraint, ...]:
    """Return every standing statement about a restraint, the earliest day first."""
    said = [a for a in bench.assertions() if a.kind is AssertionKind.RESTRAINT]
    where = instruments_of(bench.store, bench.scope, [a.subject for a in said])
    masking = bench.masking
    found = [_restraint(a, where[a.subject], masking) for a in said]
    return tuple(sorted(found, key=lambda r: (r.on, r.made, r.id)))


def returned(bench: Bench, kind: AssertionKind = AssertionKind.RETURNED) -> tuple[Returned, ...]:
    """Return what claimants were stated to have back (or, of kind ``award``, to be owed by order), by day."""
    masking = bench.masking
    found = [_returned(a, masking) for a in bench.assertions() if a.kind is kind]
    return tuple(sorted(found, key=lambda r: (r.on, r.made, r.id)))


def restraints_document(bench: Bench) -> dict[str, Any]:
    """Return what counts, what stood before and what came back: the contract of ``restraints --json``."""
    history, masking = restraint_history(bench), bench.masking
    stands = {r.id for r in counting(history)}
    ids = sorted({r.instrument for r in history if r.instrument})
    labels = {i: one.label for i, one in bench.store.instruments(bench.scope, ids).items()}
    document = {
        "restraints": [
            {
                **asdict(r),
                "state": r.state.value,
                "amount": "" if r.amount is None else exact_text(r.amount, r.asset),
                "label": labels.get(r.instrument, ""),
                "counts": r.id in stands,
            }
            for r in history
        ],
        "returned": [{**asdict(r), "amount": exact_text(r.amount, r.asset)} for r in returned(bench)],
    }
    return {name: masking.document(part) for name, part in document.items()}


def restraint_words(one: Restraint) -> str:
    """Return a restraint in a few words, for a printed page.

    Examples
    --------
    >>> restraint_words(Restraint("", "", "", "KES:2", RestraintState.HELD_UNTIL, "2026-11-27", "R-1",
    ...     "Example Bank", "2026-11-20", None, "", "", ""))
    'held until 2026-11-27, R-1, Example Bank'
    """
    state = one.state.value.replace("_", " ") + (f" {one.until}" if one.until else "")
    whole = "" if one.amount is None else f"{exact_text(one.amount, one.asset)} {code_of(one.asset)}"
    return ", ".join(part for part in (state, one.reference, one.by, whole) if part)


def said_words(said: Assertion) -> str:
    """Return what a statement of either kind says, without its subject and unmasked.

    Examples
    --------
    >>> from graph.model.results import Assertion
    >>> body = '{"amount":"","by":"","on":"2026-11-02","reference":"M-1","state":"ordered","until":""}'
    >>> said_words(Assertion(AssertionKind.RESTRAINT, "c", "x#debit:KES:2", body, "", "", ""))
    'ordered, 2026-11-02, M-1'
    """
    body = json.loads(said.object)
    state = str(body.get("state", "")).replace("_", " ")
    words = [state + (f" {body['until']}" if body.get("until") else "")] if state else []
    code = code_of(body.get("asset") or asset_in(said.subject))
    words += [f"{body['amount']} {code}"] if body["amount"] else []
    return ", ".join([*words, *(body[name] for name in ("on", "reference", "by") if body.get(name))])


def _restraint(said: Assertion, instruments: Sequence[str], masking: Masking) -> Restraint:
    body, asset = json.loads(said.object), asset_in(said.subject)
    return Restraint(
        said.id,
        said.subject,
        instruments[0] if instruments else "",
        asset,
        RestraintState(body["state"]),
        body["until"],
        masking.words(body["reference"]),
        masking.words(body["by"]),
        body["on"] or said.made[:10],
        Amount.parse(body["amount"], Asset.from_key(asset)).units if body["amount"] else None,
        said.author,
        masking.words(said.reason),
        said.made,
    )


def _returned(said: Assertion, masking: Masking) -> Returned:
    body = json.loads(said.object)
    return Returned(
        said.id,
        masking.words(said.subject),
        body["asset"],
        Amount.parse(body["amount"], Asset.from_key(body["asset"])).units,
        body["on"] or said.made[:10],
        masking.words(body["reference"]),
        said.author,
        masking.words(said.reason),
        said.made,
    )


def asset_in(subject: str) -> str:
    """Return the asset in the name of an instrument, as ``instrument_at`` writes it."""
    return subject.partition("#")[2].partition(":")[2]
