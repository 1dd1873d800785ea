"""Traced claims first: what a trace leads to leaves the pool, the rest is shared by one dividend."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.assets.scheme import Award, Basis, rateable
from analytics.assets.terms import CostsOn, Deficiency
from analytics.errors import AllocationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.assets.claims import Position
    from analytics.assets.terms import Pool, Terms

ZERO = Fraction(0)


class TracedFirst:
    """Traced claims first, then one dividend.

    1. The cost of selling a property falls on that property.
    2. Traced claims are paid out of the property they lead to, rateably where it does not reach, and
       never above the claimant's traceable loss; what is over stays in the pool.
    3. General costs fall on the unencumbered pool or, by order, rateably on the traced payments too.
    4. The rest pays what is still unpaid of every loss at one rate, the deficiency of traced claimants
       included. If the terms postpone it, what a claimant with a traced claim still lacks of the traceable
       loss is paid after the others; wages and damages of that claimant rank as everybody's.
    5. Only when all are paid in full is there a residual.

    References
    ----------
    Foskett v McKeown [2001] 1 AC 102 (claim to the traced property itself); Berkeley Applegate
    (Investment Consultants) Ltd [1989] Ch 32 (costs may be charged to those with a proprietary claim).
    """

    code = "traced_first"
    also = ("proprietary_first",)
    version = "1"
    title = "Traced claims first, then one dividend"
    source = "Foskett v McKeown [2001] 1 AC 102; Re Berkeley Applegate [1989] Ch 32"
    basis = Basis.LOSS

    def share(self, pool: Pool, claimants: Sequence[Position], terms: Terms) -> Award:
        """Pay traced claims out of their property, then share the rest."""
        traced = _by_right(pool, claimants)
        costs = _general_costs(pool, traced, terms)
        rate, dividends, left = _dividend(claimants, traced, costs, terms)
        return Award(
            dividends=dividends,
            traced=traced,
            charged=costs.charged,
            costs_paid=costs.paid,
            residual=left,
            figures={"dividend": rate},
        )


def _by_right(pool: Pool, claimants: Sequence[Position]) -> dict[str, Fraction]:
    """Pay each property to those whose money is traced into it, at most their traceable loss."""
    claims: dict[str, dict[str, Fraction]] = {name: {} for name in pool.net_values}
    ceiling = {p.claimant: min(p.traceable, p.loss) for p in claimants}
    for p in claimants:
        for claim in p.traced:
            if claim.property_id not in claims:
                raise AllocationError(
                    "a traced claim leads to property that is not in the pool",
                    claimant=p.claimant,
                    property=claim.property_id,
                    hint="one of " + ", ".join(sorted(claims)),
                )
            held = claims[claim.property_id]
            held[p.claimant] = min(ceiling[p.claimant], held.get(p.claimant, ZERO) + claim.amount)
    paid: dict[str, Fraction] = {}
    for name in sorted(claims):
        _, shares = rateable(claims[name], Fraction(pool.net_values[name]))
        for claimant, share in shares.items():
            paid[claimant] = min(ceiling[claimant], paid.get(claimant, ZERO) + share)
    return {claimant: paid[claimant] for claimant in sorted(paid)}


@dataclass(frozen=True, slots=True)
class _Costs:
    paid: Fraction
    charged: dict[str, Fraction]
    pool: Fraction


def _general_costs(pool: Pool, traced: Mapping[str, Fraction], terms: Terms) -> _Costs:
    """Take the general costs, and say what is left for dividends."""
    net = sum(pool.net_values.values())
    on_sale = Fraction(pool.total - net)
    free = net - sum(traced.values(), ZERO)
    due = pool.costs_to_share
    if terms.general_costs_on is CostsOn.TRACED_TOO and net:
        due = min(due, net)
        share = Fraction(due, net)
        charged = {claimant: amount * share for claimant, amount in traced.items()}
        return _Costs(on_sale + due, charged, free - free * share)
    borne = min(Fraction(due), free)
    return _Costs(on_sale + borne, {}, free - borne)


def _dividend(
    claimants: Sequence[Position], traced: Mapping[str, Fraction], costs: _Costs, terms: Terms
) -> tuple[Fraction, dict[str, Fraction], Fraction]:
    """Share at one rate; a postponed deficiency is paid after all others, before any residual."""
    first, after = {}, {}
    for p in claimants:
        by_right = traced.get(p.claimant, ZERO) - costs.charged.get(p.claimant, ZERO)
        postponed = terms.deficiency is Deficiency.AFTER and any(claim.amount for claim in p.traced)
        after[p.claimant] = p.traceable - by_right if postponed else ZERO
        first[p.claimant] = p.loss - by_right - after[p.claimant]
    rate, dividends = rateable(first, costs.pool)
    left = costs.pool - sum(dividends.values(), ZERO)
    _, later = rateable(after, left)
    left -= sum(later.values(), ZERO)
    return rate, {c: dividends[c] + later[c] for c in dividends}, left


ALLOCATION = TracedFirst()
