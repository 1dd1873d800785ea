"""From evidence to the engine's input: one following of claims through a store.

Everything that decides the outcome is in the record: which observations each movement rests on,
how each opening balance is known, which statements do not reconcile, where the walk was cut, which
assertions were accepted and which rates priced a conversion.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.errors import AnalyticsError
from analytics.tracing.following.closure import Budget, Place, Walk
from analytics.tracing.following.conversions import Rate
from analytics.tracing.following.events import disputed
from analytics.tracing.following.movements import Posted, posted
from analytics.tracing.following.openings import BASES, opening
from analytics.tracing.following.sequence import sequence, unsure
from analytics.tracing.movements import Claim, TraceInput
from graph.model.provenance import Balance
from graph.model.results import AssertionKind
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analytics.tracing.following.events import Event, Row
    from analytics.tracing.movements import Opening
    from graph.model.parties import Instrument
    from graph.model.results import Assertion
    from graph.model.scope import Scope
    from graph.store import View


@dataclass(frozen=True, slots=True)
class Seed:
    """A payment that carries a claim: the observation that shows it, and who claims it."""

    observation: str
    claimant: str


@dataclass(frozen=True, slots=True)
class LedgerNote:
    """What is known of a traced ledger besides its movements."""

    instrument: str
    asset: str
    basis: str
    balance_check: str
    incomplete: bool


@dataclass(frozen=True, slots=True)
class Following:
    """The engine's input with everything needed to explain it.

    ``cites`` maps movement ids to the rows they rest on; ``notes`` ledger keys to what is known of
    them; ``gaps`` says in words what is missing; ``cut`` names places that were not followed.
    """

    trace_input: TraceInput
    cites: Mapping[str, tuple[Row, ...]]
    events: Mapping[str, str]
    instruments: Mapping[str, Instrument]
    places: Mapping[str, Place]
    notes: Mapping[str, LedgerNote]
    gaps: tuple[str, ...]
    cut: Mapping[str, str]
    assertions: tuple[Assertion, ...]
    rates: tuple[Rate, ...]
    tags: Mapping[str, str] = field(default_factory=dict)


def follow(
    view: View,
    scope: Scope,
    seeds: Sequence[Seed],
    *,
    assertions: Sequence[Assertion] = (),
    budget: Budget | None = None,
) -> Following:
    """Follow claims through the evidence.

    Parameters
    ----------
    view : View
    scope : Scope
    seeds : sequence of Seed
        Each names the observation that shows the payment; all must be in one asset.
    assertions : sequence of Assertion
        Statements of persons that this following accepts.
    budget : Budget, optional

    Raises
    ------
    AnalyticsError
        When a seed shows no completed payment, or the claims are in several assets.
    """
    tags, institutions = _tags(view, scope)
    walk = Walk(view, scope, assertions, institutions, budget or Budget())
    starts = [_start(walk, seed) for seed in seeds]
    assets = sorted({place.asset for place, _ in starts})
    if len(assets) != 1:
        raise AnalyticsError(
            "claims of one trace must be in one asset",
            assets=", ".join(assets) or "none",
            hint="trace each asset apart",
        )
    reach = walk.walk(starts)
    rates = rates_of(view, scope)
    seen = frozenset(seed.observation for seed in seeds)
    touching = [
        e for e in walk.events() if _ledgers(e, reach.ledgers) or any(r.observation in seen for r in e.rows)
    ]
    ordered, contradictions = sequence(touching)
    doubtful = unsure(ordered, {e.id: [p.key for p in _ledgers(e, reach.ledgers)] for e in ordered})
    reversals = {a.subject: a.object for a in assertions if a.kind is AssertionKind.REVERSES}
    book = posted(ordered, reach, rates, tags, doubtful, seen, reversals)
    checks = _balance_checks(view, scope)
    complete = _complete(view, scope)
    rows_by = _rows_by_instrument(reach.rows.values())
    openings: list[Opening] = []
    notes: dict[str, LedgerNote] = {}
    gaps = [
        *(f"{c}: its sources contradict one another's order" for c in contradictions),
        *(f"{e.id}: its sources state different amounts; each is posted" for e in ordered if disputed(e)),
        *(f"{e}: no dated rate for this conversion; its spread is not evaluated" for e in book.unpriced),
        *(f"assertion {i}: no evidence shows the instrument that it names" for i in walk.unresolved),
        *_not_applied(assertions, book),
    ]
    for place in sorted(reach.ledgers):
        own = [m for m in book.movements if place.key in (m.debit, m.credit)]
        start = opening(
            place, rows_by[place.instrument], own, book.cites, complete=place.instrument in complete
        )
        verdict = checks.get(place.instrument, Balance.NONE)
        stated = [r for r in rows_by[place.instrument] if r.statement == place.instrument]
        has_statement = any(r.balance is not None for r in stated)
        incomplete = verdict != Balance.RECONCILES if has_statement else place.instrument not in complete
        check = verdict if has_statement else Balance.NONE
        notes[place.key] = LedgerNote(*place, start.basis, str(check), incomplete)
        if start.amount:
            openings.append(start)
        if incomplete:
            gaps.append(
                _gap(place, reach.instruments, verdict, has_statement=has_statement, basis=start.basis)
            )
    claims = tuple(_claim(book, seed) for seed in seeds)
    found = TraceInput(
        ledgers=tuple(p.key for p in sorted(reach.ledgers)),
        movements=tuple(book.movements),
        openings=tuple(openings),
        claims=claims,
        ends=book.ends,
        assets=book.assets,
        claim_asset=assets[0],
        incomplete=frozenset(k for k, n in notes.items() if n.incomplete),
    )
    return Following(
        found,
        book.cites,
        book.events,
        reach.instruments,
        book.places,
        notes,
        tuple(gaps),
        {p.key: why for p, why in sorted(reach.cut.items())},
        tuple(assertions),
        book.rates,
        tags,
    )


def _start(walk: Walk, seed: Seed) -> tuple[Place, int]:
    events = walk.observation(seed.observation)
    for event in events:
        for p in event.postings:
            if p.kind == "principal" and p.credit and any(r.observation == seed.observation for r in p.rows):
                return Place(p.credit, p.asset), event.lo
    raise AnalyticsError(
        "the seed shows no completed payment that somebody received",
        observation=seed.observation,
        hint="name the observation of a payment; failed and pending rows move no money",
    )


def _claim(book: Posted, seed: Seed) -> Claim:
    for m in book.movements:
        if m.kind == "principal" and any(r.observation == seed.observation for r in book.cites[m.id]):
            return Claim(m.id, seed.claimant)
    raise AnalyticsError(
        "the seed's payment is not among the movements",
        observation=seed.observation,
        hint="report this with the file: the seed was found but not posted",
    )


def _ledgers(event: Event, ledgers: Mapping[Place, int]) -> list[Place]:
    ends = {Place(end, p.asset) for p in event.postings for end in (p.debit, p.credit) if end is not None}
    return sorted(ends & set(ledgers))


def _rows_by_instrument(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for end in sorted({e for e in (row.debit, row.credit) if e is not None}):
            found[end].append(row)
    return found


def _tags(view: View, scope: Scope) -> tuple[dict[str, str], set[str]]:
    # The name of an institution that can hold money masks nobody; without it nobody can be asked.
    named = replace(scope, clearance=max(scope.clearance, Clearance.CASE))
    labels: dict[str, str] = {}
    institutions: set[str] = set()
    for fact in view.facts(named, kinds=("tag",)).to_pylist():
        category = str(json.loads(fact["fields"]).get("category", ""))
        if category.startswith("exchange"):
            labels.setdefault(fact["subject"], fact["text"] or category)
            institutions.add(fact["subject"])
    return labels, institutions


_FROM_BEST = (Balance.NONE, Balance.RECONCILES, Balance.INCOMPLETE, Balance.BREAKS)


def _balance_checks(view: View, scope: Scope) -> dict[str, Balance]:
    """Return the verdict on each instrument's statements: the worst, where there are several."""
    worst: dict[str, Balance] = {}
    for receipt in view.receipts(scope):
        for r in receipt.reconciliation:
            known = worst.get(r.statement, Balance.NONE)
            worst[r.statement] = max(known, Balance(r.verdict), key=_FROM_BEST.index)
    return worst


def _not_applied(assertions: Sequence[Assertion], book: Posted) -> list[str]:
    """Say which accepted assertions move nothing, and why."""
    told = []
    restored = {r.observation for m in book.movements if m.reverses for r in book.cites[m.id]}
    for a in assertions:
        if a.kind is AssertionKind.BACKWARD_LINK:
            told.append(f"assertion {a.id}: not applied; the policy traces nothing backwards")
        if a.kind is AssertionKind.REVERSES and a.subject not in restored:
            told.append(
                f"assertion {a.id}: not applied; no earlier payment of that amount runs between these ends"
            )
    return told


def _complete(view: View, scope: Scope) -> set[str]:
    facts = view.facts(scope, kinds=("statement",)).to_pylist()
    return {f["subject"] for f in facts if json.loads(f["fields"]).get("complete") is True}


def rates_of(view: View, scope: Scope) -> list[Rate]:
    """Return the dated rates among the evidence, in base units of both assets."""
    found = []
    for fact in view.facts(scope, kinds=("rate",)).to_pylist():
        fields = json.loads(fact["fields"])
        per_unit = Fraction(fields["rate"])
        for code, sign in ((fields["quote"], 1), (fields["base"], -1)):
            exponent = int(code.rpartition(":")[2])
            per_unit *= Fraction(10) ** (sign * exponent)
        found.append(
            Rate(
                fields["base"],
                fields["quote"],
                fact["lo"],
                per_unit,
                fact["observation"],
                str(fields.get("source", "")),
            )
        )
    return found


def _gap(
    place: Place, instruments: Mapping[str, Instrument], verdict: Balance, *, has_statement: bool, basis: str
) -> str:
    what = instruments.get(place.instrument)
    label = place.instrument if what is None else f"{what.kind} {what.label}"
    why = f"its statement's balance check says: {verdict}" if has_statement else "no statement of its own"
    return f"{label}: {why}; {BASES[basis]}"
