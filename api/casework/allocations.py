"""Sharing what can be recovered: the pool from a freezing sheet, the losses from the claims.

Amounts held in another asset are valued at the freeze by a dated rate, beside the record; what cannot
be valued stays out of the pool and is named. The choice of scheme is the court's.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.assets.claims import Loss, TracedClaim
from analytics.assets.compare import Comparison, compare
from analytics.assets.rates import Rate as DatedRate
from analytics.assets.rates import Rates
from analytics.assets.terms import Pool, Property, Terms
from analytics.assets.valuation import Outcome, value
from api.casework.places import place_text
from graph.model.amounts import Amount, Asset
from graph.model.printing import exact_text, rounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.assets.identify import Holding
    from analytics.assets.valuation import Valuation
    from analytics.tracing.following.conversions import Rate
    from api.casework.traces import TraceRun


@dataclass(frozen=True, slots=True)
class Sharing:
    """All schemes on one pool, with the valuations it rests on and what was left out of it."""

    comparison: Comparison
    pool: Pool
    losses: tuple[Loss, ...]
    valuations: Mapping[str, Valuation]
    left_out: Mapping[str, str]
    labels: Mapping[str, str]


def share(
    run: TraceRun,
    sheet: Sequence[Holding],
    rates: Sequence[Rate],
    at: int,
    *,
    base: str = "net_loss",
    received: Mapping[str, Fraction] | None = None,
    general_costs: int = 0,
    terms: Terms | None = None,
) -> Sharing:
    """Share the traced money of a freezing sheet among the claimants of the run.

    Parameters
    ----------
    run : TraceRun
    sheet : sequence of Holding
        The pool is what it shows as traced under the chosen rule.
    rates : sequence of Rate
        Dated market rates found in the evidence.
    at : int
        Instant of the valuation, microseconds UTC.
    base : str
        Scheme against which gains and losses are shown.
    received : mapping, optional
        What each claimant got back, in base units of the claim's asset.
    general_costs : int
        Base units of the claim's asset.
    """
    asset = run.following.trace_input.claim_asset
    into = Asset.from_key(asset)
    dated = Rates([_dated(r) for r in rates])
    valuations: dict[str, Valuation] = {}
    left_out: dict[str, str] = {}
    parts: dict[tuple[str, str], Fraction] = {}
    for h in sheet:
        if not h.traced:
            continue
        held_in = Asset.from_key(h.asset)
        unit = 10 ** (held_in.exponent or 0)
        one = value(Amount(unit, held_in), into, at, dated)
        valuations[h.place] = one
        if one.outcome is Outcome.NOT_EVALUATED or one.value is None:
            left_out[h.place] = one.why
            continue
        parts.update({(h.place, owner): n * one.value / unit for owner, n in h.owners.items() if n})
    # Properties are whole units; their parts are rounded by largest remainder so that both add up.
    whole = rounded(parts) if parts else {}
    properties = [
        Property(place, sum(n for (p, _), n in whole.items() if p == place))
        for place in sorted({p for p, _ in whole})
    ]
    back = received or {}
    losses = tuple(
        Loss(
            claimant=claimant,
            asset=asset,
            paid_in=Fraction(claimed),
            received=back.get(claimant, Fraction(0)),
            admitted=max(Fraction(0), claimed - back.get(claimant, Fraction(0))),
            traced=tuple(
                TracedClaim(place, Fraction(n), run.inputs)
                for (place, owner), n in sorted(whole.items())
                if owner == claimant
            ),
            citations=tuple(s.observation for s in run.seeds if s.claimant == claimant),
        )
        for claimant, claimed in sorted(run.chosen.claims.items())
    )
    pool = Pool(asset, tuple(properties), general_costs)
    labels = {h.place: place_text(run.following, h.place) for h in sheet}
    return Sharing(compare(pool, losses, terms or Terms(), base), pool, losses, valuations, left_out, labels)


def sharing_document(sharing: Sharing) -> dict[str, Any]:
    """Return the comparison as texts: the contract of ``fuatilia allocate --json``."""
    asset = sharing.pool.asset
    return {
        "asset": asset,
        "pool": exact_text(sharing.pool.total, asset),
        "base": sharing.comparison.base,
        "statement": sharing.comparison.statement,
        "schemes": {
            s.scheme: {
                "title": s.title,
                "version": s.version,
                "source": s.source,
                "payments": {line.claimant: exact_text(line.units, asset) for line in s.lines},
                "exact": {line.claimant: exact_text(line.total, asset) for line in s.lines},
                "unpaid": {line.claimant: exact_text(line.unpaid, asset) for line in s.lines},
                "costs": exact_text(s.costs_units, asset),
                "residual": exact_text(s.residual_units, asset),
                "figures": {k: str(v) for k, v in sorted(s.figures.items())},
                "gainers": list(sharing.comparison.gainers(s.scheme)),
                "losers": list(sharing.comparison.losers(s.scheme)),
                "reconciles": s.reconciles,
            }
            for s in sharing.comparison.schedules
        },
        "not_evaluated": [{"scheme": n.scheme, "why": n.why} for n in sharing.comparison.not_evaluated],
        "losses": {
            loss.claimant: {
                "paid_in": exact_text(loss.paid_in or 0, asset),
                "loss": exact_text(loss.amount, asset),
            }
            for loss in sharing.losses
        },
        "left_out": [
            {"place": sharing.labels[place], "why": why} for place, why in sorted(sharing.left_out.items())
        ],
        "valuations": [
            {"place": sharing.labels[place], **v.record()} for place, v in sorted(sharing.valuations.items())
        ],
    }


def _dated(rate: Rate) -> DatedRate:
    """Turn cents per millionth back into whole units per whole unit."""
    base, quote = Asset.from_key(rate.base), Asset.from_key(rate.quote)
    price = rate.per_unit * Fraction(10 ** (base.exponent or 0), 10 ** (quote.exponent or 0))
    return DatedRate(base, quote, price, rate.lo, rate.source or rate.observation)
