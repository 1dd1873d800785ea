"""The schedule of payments under one scheme: exact, presented to the minor unit, and reconciled."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.assets.allocation import find_allocation
from analytics.assets.claims import LossKind, Position, positions
from analytics.assets.scheme import Basis
from analytics.errors import AllocationError, ConservationError
from graph.model.amounts import largest_remainder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analytics.assets.claims import Loss, TracedClaim
    from analytics.assets.scheme import Allocation, Award
    from analytics.assets.terms import Pool, Terms

ZERO = Fraction(0)


class Standing(StrEnum):
    """What happens to a payment."""

    PAY = "pay"
    NOTHING_DUE = "nothing_due"
    HELD_BELOW_MINIMUM = "held_below_minimum"
    HELD_UNCLAIMED = "held_unclaimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One claimant's line: the loss in its columns, what is paid and why.

    ``traced`` is what was paid out of property by right, ``charged`` the general costs borne out of it,
    ``total`` is traced less charged plus dividend, exact; ``units`` is the total as it is paid.
    """

    claimant: str
    loss: Fraction
    by_kind: Mapping[LossKind, Fraction]
    paid_in: Fraction | None
    received: Fraction
    overpaid: Fraction
    subsistence: Fraction
    passed_through: Fraction
    traced: Fraction
    charged: Fraction
    dividend: Fraction
    total: Fraction
    units: int
    standing: Standing
    claims: tuple[TracedClaim, ...] = ()
    citations: tuple[str, ...] = ()

    @property
    def unpaid(self) -> Fraction:
        """What the claimant still lacks: the balance for a fund, where the law has one."""
        return self.loss - self.total

    @property
    def recovered(self) -> Fraction | None:
        """Share of the loss that is paid; None where there is no loss."""
        return self.total / self.loss if self.loss else None

    def record(self) -> dict[str, object]:
        """Return the line as data; amounts are exact strings in base units."""
        return {
            "claimant": self.claimant,
            "loss": str(self.loss),
            "by_kind": {str(kind): str(amount) for kind, amount in sorted(self.by_kind.items())},
            "paid_in": None if self.paid_in is None else str(self.paid_in),
            "received": str(self.received),
            "overpaid": str(self.overpaid),
            "subsistence": str(self.subsistence),
            "passed_through": str(self.passed_through),
            "traced": str(self.traced),
            "charged": str(self.charged),
            "dividend": str(self.dividend),
            "total": str(self.total),
            "units": str(self.units),
            "unpaid": str(self.unpaid),
            "standing": str(self.standing),
            "claims": [
                {"property": c.property_id, "amount": str(c.amount), "trace": c.trace} for c in self.claims
            ],
            "citations": list(self.citations),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The result of one scheme on one pool, in base units of the pool's asset.

    ``costs_units``, ``residual_units`` and every line's ``units`` add up to the pool. ``rounding_units``
    are minor units that could not be paid without a payment above a loss that is itself a fraction of a
    unit: fewer than there are claimants, and none where losses are whole.
    """

    scheme: str
    version: str
    title: str
    source: str
    terms: Terms
    pool: Pool
    costs_paid: Fraction
    costs_units: int
    costs_unpaid: Fraction
    lines: tuple[Line, ...]
    residual: Fraction
    residual_units: int
    rounding_units: int = 0
    figures: Mapping[str, Fraction] = field(default_factory=dict)

    def units(self, standing: Standing) -> int:
        """Sum of the payments of one standing."""
        return sum(line.units for line in self.lines if line.standing is standing)

    @property
    def reconciles(self) -> bool:
        """Whether payments, costs and residual add up to the pool, exactly and to the minor unit."""
        exact = sum((line.total for line in self.lines), ZERO) + self.costs_paid + self.residual
        presented = sum(line.units for line in self.lines) + self.costs_units + self.residual_units
        return exact == self.pool.total and presented + self.rounding_units == self.pool.total

    def record(self) -> dict[str, object]:
        """Return the schedule as data; amounts are exact strings in base units."""
        return {
            "scheme": self.scheme,
            "version": self.version,
            "title": self.title,
            "source": self.source,
            "terms": self.terms.record(),
            "pool": self.pool.record(),
            "costs": {
                "exact": str(self.costs_paid),
                "units": str(self.costs_units),
                "unpaid": str(self.costs_unpaid),
            },
            "figures": {name: str(value) for name, value in sorted(self.figures.items())},
            "lines": [line.record() for line in self.lines],
            "paid_units": str(self.units(Standing.PAY)),
            "below_minimum_units": str(self.units(Standing.HELD_BELOW_MINIMUM)),
            "unclaimed_units": str(self.units(Standing.HELD_UNCLAIMED)),
            "residual": {
                "to": self.terms.residual_to,
                "exact": str(self.residual),
                "units": str(self.residual_units),
            },
            "rounding_units": str(self.rounding_units),
            "reconciles": self.reconciles,
        }


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """A scheme that could not be applied, and what it would need."""

    scheme: str
    why: str


def allocate(
    scheme: str | Allocation, pool: Pool, losses: Iterable[Loss], terms: Terms
) -> Schedule | NotEvaluated:
    """Share a pool among claimants under one scheme.

    Parameters
    ----------
    scheme : str or Allocation
        A scheme or its name, see `analytics.assets.allocation`.
    pool : Pool
        What was recovered and what it cost.
    losses : iterable of Loss
        In any order, all in the pool's asset.
    terms : Terms
        The choices beside the scheme.

    Returns
    -------
    Schedule or NotEvaluated
        The latter where an amount the scheme rests on is not known for some claimant.

    Raises
    ------
    AllocationError
        On an unknown scheme, an unknown unclaimed claimant, or mixed assets.
    ConservationError
        When a scheme does not share out the pool exactly, or pays more than a loss.

    Examples
    --------
    >>> from analytics.assets.claims import Loss
    >>> from analytics.assets.terms import Pool, Terms
    >>> losses = [
    ...     Loss(claimant="A", asset="USD", paid_in=Fraction(150), received=Fraction(60)),
    ...     Loss(claimant="B", asset="USD", paid_in=Fraction(150), received=Fraction(30)),
    ...     Loss(claimant="C", asset="USD", paid_in=Fraction(150)),
    ... ]
    >>> schedule = allocate("rising_tide", Pool.of("USD", 60), losses, Terms())
    >>> [line.units for line in schedule.lines], str(schedule.figures["level"])
    ([0, 15, 45], '3/10')
    """
    plan = find_allocation(scheme) if isinstance(scheme, str) else scheme
    claimants = positions(losses, pool.asset, terms.kinds)
    strangers = sorted(set(terms.unclaimed) - {p.claimant for p in claimants})
    if strangers:
        raise AllocationError("unclaimed names somebody without a claim", claimants=", ".join(strangers))
    lacking = [p.claimant for p in claimants if _lacks(p, plan.basis)]
    if lacking:
        return NotEvaluated(plan.code, f"{plan.basis} is not known for {', '.join(lacking)}")
    return _present(plan, pool, claimants, terms, plan.share(pool, claimants, terms))


def _lacks(position: Position, basis: Basis) -> bool:
    needed = {Basis.PAID_IN: position.paid_in, Basis.ADMITTED: position.admitted, Basis.LOSS: position.loss}
    return needed[basis] is None


def _present(
    plan: Allocation, pool: Pool, claimants: Sequence[Position], terms: Terms, award: Award
) -> Schedule:
    """Bring exact shares to the minor unit and check the whole."""
    # The prefix keeps a claimant called "costs" apart and lets ties go to claimants, by id.
    exact = {f"claimant:{p.claimant}": award.total(p.claimant) for p in claimants}
    shares = exact | {"costs": award.costs_paid, "residual": award.residual}
    if sum(shares.values(), ZERO) != pool.total:
        raise ConservationError("the scheme does not share out the pool exactly", scheme=plan.code)
    units = largest_remainder(shares, pool.total)
    lines = tuple(_line(p, award, units[f"claimant:{p.claimant}"], terms) for p in claimants)
    return Schedule(
        scheme=plan.code,
        version=plan.version,
        title=plan.title,
        source=plan.source,
        terms=terms,
        pool=pool,
        costs_paid=award.costs_paid,
        costs_units=units["costs"],
        costs_unpaid=pool.costs - award.costs_paid,
        lines=lines,
        residual=award.residual,
        residual_units=units["residual"],
        rounding_units=sum(units[f"claimant:{line.claimant}"] - line.units for line in lines),
        figures=dict(award.figures),
    )


def _line(position: Position, award: Award, units: int, terms: Terms) -> Line:
    claimant, total = position.claimant, award.total(position.claimant)
    if not ZERO <= total <= position.loss:
        raise ConservationError("the scheme pays below zero or more than the loss", claimant=claimant)
    whole = position.loss.numerator // position.loss.denominator
    payable = min(units, whole)
    return Line(
        claimant=claimant,
        loss=position.loss,
        by_kind=position.by_kind,
        paid_in=position.paid_in,
        received=position.received,
        overpaid=position.overpaid,
        subsistence=position.subsistence,
        passed_through=position.passed_through,
        traced=award.traced.get(claimant, ZERO),
        charged=award.charged.get(claimant, ZERO),
        dividend=award.dividends.get(claimant, ZERO),
        total=total,
        units=payable,
        standing=_standing(claimant, payable, terms),
        claims=position.traced,
        citations=position.citations,
    )


def _standing(claimant: str, units: int, terms: Terms) -> Standing:
    if not units:
        return Standing.NOTHING_DUE
    if claimant in terms.unclaimed:
        return Standing.HELD_UNCLAIMED
    return Standing.HELD_BELOW_MINIMUM if units < terms.minimum_payment else Standing.PAY
