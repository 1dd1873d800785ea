"""A trace as tables: everything the replay reads, and everything it must find again.

Amounts are exact decimals of whole units (``p/q`` where no decimal ends); claims are in the asset in
which the claims are stated. An empty place is the outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.movements import UNTRACED
from analytics.tracing.order import reorder
from analytics.tracing.result import OUTCOMES
from analytics.tracing.rule import rule_of
from api.evidence.tables.table import Table
from graph.model.amounts import Asset
from graph.model.instants import iso_text
from graph.model.printing import exact_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analytics.tracing.movements import Movement, Number, TraceInput
    from analytics.tracing.result import Hop, Leg, TraceResult
    from api.evidence.contents import Trace

WORDS = {"holdings": "held"}
"""How an outcome is called in a pack, where it differs."""


def trace_tables(trace: Trace) -> dict[str, Table]:
    """Return the tables of the trace by file name."""
    given = reorder(trace.given, trace.policy)
    return {**_given(trace, given), **_found(trace), **_beside(trace)}


def _given(trace: Trace, given: TraceInput) -> dict[str, Table]:
    claim = given.claim_asset
    return {
        "assets.csv": Table(
            "assets and the decimals of one whole unit",
            ("asset", "code", "decimals"),
            tuple(_asset(key) for key in sorted({claim, *given.assets.values(), *_assets(trace)})),
        ),
        "ledgers.csv": Table(
            "accounts that are traced through",
            ("ledger", "label", "asset", "incomplete", "opening_basis", "balance_check"),
            tuple(
                (
                    key,
                    trace.label(key),
                    given.asset(key),
                    _yes(key in given.incomplete),
                    trace.notes[key].basis if key in trace.notes else "",
                    trace.notes[key].balance_check if key in trace.notes else "",
                )
                for key in given.ledgers
            ),
        ),
        "movements.csv": Table(
            "every movement in the order used",
            (
                "position",
                "movement",
                "debit",
                "credit",
                "paid_asset",
                "paid",
                "received_asset",
                "received",
                "kind",
                "reverses",
                "follows",
                "from_time",
                "before_time",
                "order_known",
            ),
            tuple(_movement(given, i, m) for i, m in enumerate(given.movements, 1)),
        ),
        "openings.csv": Table(
            "what each account held before its first movement, the oldest first",
            ("ledger", "owner", "amount", "basis"),
            tuple(
                (o.ledger, o.owner, exact_text(o.amount, given.asset(o.ledger)), o.basis)
                for o in given.openings
            ),
        ),
        "claims.csv": Table(
            "claims on movements; an empty amount is the whole of it",
            ("movement", "claimant", "amount"),
            tuple(
                (c.movement, c.claimant, "" if c.amount is None else exact_text(c.amount, claim))
                for c in given.claims
            ),
        ),
        "ends.csv": Table(
            "how money at an external end counts, and why the trace stops there",
            ("place", "label", "outcome", "reason"),
            tuple((k, trace.label(k), given.ends[k].kind, given.ends[k].reason) for k in sorted(given.ends)),
        ),
    }


def _found(trace: Trace) -> dict[str, Table]:
    results = sorted(trace.comparison.results.items())
    claim = trace.given.claim_asset
    return {
        "rules.csv": Table(
            "each rule with its totals in the asset of the claim",
            (
                "rule",
                "title",
                "version",
                "source",
                "chosen",
                "claim",
                "held",
                "spent",
                "fees",
                "swallowed",
                "lost",
                "rounded",
            ),
            tuple(_rule(trace, code, result) for code, result in results),
        ),
        "legs.csv": Table(
            "every part of every claim at the place where its trace ends",
            ("rule", "outcome", "movement", "place", "owner", "asset", "amount", "claim", "origin", "reason"),
            tuple(
                (code, WORDS.get(name, name), *_leg(leg, claim))
                for code, result in results
                for name, legs in [
                    *((n, result.outcome(n)) for n in OUTCOMES),
                    ("rounded", result.rounding.legs),
                ]
                for leg in legs
            ),
        ),
        "holdings.csv": Table(
            "what is held, by place and owner",
            ("rule", "place", "label", "owner", "asset", "amount", "claim"),
            tuple(row for code, result in results for row in _holdings(trace, code, result)),
        ),
        "hops.csv": Table(
            "every movement with whose money it carried",
            (
                "rule",
                "movement",
                "from",
                "to",
                "owner",
                "paid_asset",
                "paid",
                "paid_claim",
                "received_asset",
                "received",
                "received_claim",
            ),
            tuple(row for code, result in results for hop in result.hops for row in _hop(code, hop, claim)),
        ),
        "stops.csv": Table(
            "where and why tracing stopped",
            ("rule", "kind", "place", "label", "reason", "owner", "claim", "movements"),
            tuple(
                (code, s.kind, s.place, trace.label(s.place), s.reason, owner, amount, " ".join(s.movements))
                for code, result in results
                for s in result.stops
                for owner, amount in _owners(s.principal, claim)
            ),
        ),
        "gaps.csv": Table(
            "money from outside that a record with gaps must have had",
            ("rule", "movement", "ledger", "asset", "amount"),
            tuple(
                (code, g.movement, g.ledger, g.asset, exact_text(g.amount, g.asset))
                for code, result in results
                for g in result.gaps
            ),
        ),
        "overdrafts.csv": Table(
            "what each account owes at the end",
            ("rule", "ledger", "amount"),
            tuple(
                (code, key, exact_text(n, trace.given.asset(key)))
                for code, result in results
                for key, n in sorted(result.overdrafts.items())
            ),
        ),
        "bounds.csv": Table(
            "the most that rounding can have moved between owners",
            ("rule", "asset", "bound", "proven"),
            tuple(
                (code, asset, exact_text(n, asset), _yes(result.rounding.proven))
                for code, result in results
                for asset, n in sorted(result.rounding.bounds.items())
            ),
        ),
        "band.csv": Table(
            "least and most over the rules, by outcome, place and owner; an empty owner is all of them",
            ("outcome", "place", "label", "owner", "unit", "asset", "least", "most", "agreed"),
            tuple(_band(trace)),
        ),
    }


def _beside(trace: Trace) -> dict[str, Table]:
    claim = trace.given.claim_asset
    return {
        "citations.csv": Table(
            "the places in the originals on which each movement rests",
            ("movement", "observation", "source", "locator"),
            tuple(
                (m, c.observation, c.source, c.locator)
                for m, cited in sorted(trace.citations.items())
                for c in cited
            ),
        ),
        "assertions.csv": Table(
            "what persons asserted",
            ("assertion", "kind", "author", "reason", "made"),
            tuple((a.id, a.kind, a.author, a.reason, a.made) for a in trace.assertions),
        ),
        "without.csv": Table(
            "what each outcome comes to when one assertion is not accepted",
            ("assertion", "rule", "outcome", "claim"),
            tuple(
                (assertion, code, WORDS.get(name, name), exact_text(sums[name], claim))
                for assertion, rules in sorted(trace.without.items())
                for code, sums in sorted(rules.items())
                for name in OUTCOMES
            ),
        ),
        "order.csv": Table(
            "rules whose figures depend on an order that no source states",
            ("rule", "order", "outcome", "claim"),
            tuple(
                (code, order, WORDS.get(name, name), exact_text(sums[name], claim))
                for code, both in sorted(trace.order_matters.items())
                for order, sums in zip(("credits_first", "debits_first"), both, strict=True)
                for name in OUTCOMES
            ),
        ),
        "rates.csv": Table(
            "dated rates that priced conversions",
            ("base", "quote", "at", "rate", "source", "observation"),
            tuple((r.base, r.quote, r.at, r.rate, r.source, r.observation) for r in trace.rates),
        ),
        "completeness.csv": Table(
            "what is missing from the records, and where the trace was not followed",
            ("place", "label", "what"),
            (
                *(("", "", gap) for gap in trace.gaps),
                *((k, trace.label(k), why) for k, why in sorted(trace.not_followed.items())),
            ),
        ),
    }


def _assets(trace: Trace) -> Iterable[str]:
    for result in trace.comparison.results.values():
        for hop in result.hops:
            yield hop.asset
            yield hop.received_asset


def _asset(key: str) -> tuple[str, ...]:
    asset = Asset.from_key(key)
    return key, asset.code, str(asset.exponent or 0)


def _movement(given: TraceInput, position: int, m: Movement) -> tuple[str, ...]:
    paid, received = given.paid_in(m), given.received_in(m)
    return (
        str(position),
        m.id,
        m.debit or "",
        m.credit or "",
        paid,
        exact_text(m.amount, paid),
        received,
        exact_text(m.received, received),
        m.kind,
        m.reverses or "",
        m.follows or "",
        iso_text(m.lo) if m.lo else "",
        iso_text(m.hi) if m.hi else "",
        _yes(m.order_known),
    )


def _rule(trace: Trace, code: str, result: TraceResult) -> tuple[str, ...]:
    claim, rule = trace.given.claim_asset, rule_of(code)
    sums = [exact_text(principal(result.outcome(name)), claim) for name in OUTCOMES]
    return (
        code,
        rule.title,
        result.rule_version,
        rule.source,
        _yes(code == trace.policy.rule),
        exact_text(sum(result.claims.values(), 0), claim),
        *sums,
        exact_text(principal(result.rounding.legs), claim),
    )


def principal(legs: Iterable[Leg]) -> Number:
    """Sum the claimants' principal over legs, in claim units."""
    return sum((leg.principal for leg in legs if leg.owner not in UNTRACED), 0)


def _leg(leg: Leg, claim: str) -> tuple[str, ...]:
    amount = exact_text(leg.amount, leg.asset)
    carried = exact_text(leg.principal, claim)
    return leg.movement, leg.place, leg.owner, leg.asset, amount, carried, leg.origin, leg.reason


def _holdings(trace: Trace, code: str, result: TraceResult) -> Iterable[tuple[str, ...]]:
    assets = {leg.place: leg.asset for leg in result.holdings}
    for place, asset in sorted(assets.items()):
        for owner, part in result.at(place).items():
            amount = exact_text(part.amount, asset)
            carried = exact_text(part.principal, trace.given.claim_asset)
            yield code, place, trace.label(place), owner, asset, amount, carried


def _hop(code: str, hop: Hop, claim: str) -> Iterable[tuple[str, ...]]:
    for owner in sorted({*hop.composition, *hop.received}):
        paid, received = hop.composition.get(owner), hop.received.get(owner)
        yield (
            code,
            hop.movement,
            hop.debit or "",
            hop.credit or "",
            owner,
            hop.asset,
            "0" if paid is None else exact_text(paid.amount, hop.asset),
            "0" if paid is None else exact_text(paid.principal, claim),
            hop.received_asset,
            "0" if received is None else exact_text(received.amount, hop.received_asset),
            "0" if received is None else exact_text(received.principal, claim),
        )


def _owners(parts: Mapping[str, Number], claim: str) -> list[tuple[str, str]]:
    return [(owner, exact_text(n, claim)) for owner, n in sorted(parts.items())] or [("", "0")]


def _band(trace: Trace) -> Iterable[tuple[str, ...]]:
    claim = trace.given.claim_asset
    for row in (*trace.comparison.totals, *trace.comparison.band):
        asset = claim if row.unit == "principal" else row.asset
        yield (
            WORDS.get(row.outcome, row.outcome),
            row.place,
            trace.label(row.place) if row.place else "",
            row.owner,
            "claim" if row.unit == "principal" else "amount",
            asset,
            exact_text(row.low, asset),
            exact_text(row.high, asset),
            _yes(row.agreed),
        )


def _yes(value: object) -> str:
    return "yes" if value else "no"
