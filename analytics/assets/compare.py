"""Every scheme side by side: who gains and who loses against a named base; the choice is the court's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.assets.allocation import allocations, find_allocation
from analytics.assets.schedule import NotEvaluated, Schedule, allocate
from analytics.errors import AllocationError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from analytics.assets.claims import Loss
    from analytics.assets.terms import Pool, Terms

CHOICE = "The choice of scheme is the court's."


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one scheme means to one claimant, against the base; exact and in base units.

    ``gain`` is below zero where the claimant does worse than under the base; ``gain_units`` compares what
    would be paid. ``recovered`` is the share of the loss paid, None where there is no loss.
    """

    claimant: str
    scheme: str
    total: Fraction
    units: int
    recovered: Fraction | None
    gain: Fraction
    gain_units: int

    def record(self) -> dict[str, object]:
        """Return the effect as data."""
        return {
            "claimant": self.claimant,
            "scheme": self.scheme,
            "total": str(self.total),
            "units": str(self.units),
            "recovered": None if self.recovered is None else str(self.recovered),
            "gain": str(self.gain),
            "gain_units": str(self.gain_units),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All schemes on one pool, one set of losses and one set of terms."""

    base: str
    schedules: tuple[Schedule, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    effects: tuple[Effect, ...]
    statement: str = CHOICE

    def gainers(self, scheme: str) -> tuple[str, ...]:
        """Claimants who get more than under the base."""
        return tuple(e.claimant for e in self.effects if e.scheme == scheme and e.gain > 0)

    def losers(self, scheme: str) -> tuple[str, ...]:
        """Claimants who get less than under the base."""
        return tuple(e.claimant for e in self.effects if e.scheme == scheme and e.gain < 0)

    def record(self) -> dict[str, object]:
        """Return the comparison as data."""
        return {
            "base": self.base,
            "statement": self.statement,
            "schedules": [schedule.record() for schedule in self.schedules],
            "not_evaluated": [{"scheme": n.scheme, "why": n.why} for n in self.not_evaluated],
            "effects": [effect.record() for effect in self.effects],
        }


def compare(pool: Pool, losses: Iterable[Loss], terms: Terms, base: str) -> Comparison:
    """Apply every scheme and compare each with a base.

    Parameters
    ----------
    pool, losses, terms
        As for `analytics.assets.schedule.allocate`.
    base : str
        The scheme the others are measured against; naming it is the caller's business, as every
        comparison favours somebody.

    Returns
    -------
    Comparison
        Schedules by code; effects by claimant, then scheme.

    Raises
    ------
    AllocationError
        When the base is unknown or cannot be evaluated on these losses.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from analytics.assets.claims import Loss
    >>> from analytics.assets.terms import Pool, Terms
    >>> losses = [
    ...     Loss(claimant="A", asset="USD", paid_in=Fraction(150), received=Fraction(60)),
    ...     Loss(claimant="C", asset="USD", paid_in=Fraction(150)),
    ... ]
    >>> found = compare(Pool.of("USD", 60), losses, Terms(), base="net_loss")
    >>> found.gainers("rising_tide"), found.losers("rising_tide")
    (('C',), ('A',))
    """
    rows = tuple(losses)
    code = find_allocation(base).code
    outcomes = [allocate(scheme, pool, rows, terms) for scheme in allocations().values()]
    schedules = tuple(o for o in outcomes if isinstance(o, Schedule))
    left_out = tuple(o for o in outcomes if isinstance(o, NotEvaluated))
    against = next((s for s in schedules if s.scheme == code), None)
    if against is None:
        why = next(n.why for n in left_out if n.scheme == code)
        raise AllocationError("the base of the comparison is not evaluated", base=code, why=why)
    return Comparison(
        base=code, schedules=schedules, not_evaluated=left_out, effects=_effects(against, schedules)
    )


def _effects(base: Schedule, schedules: tuple[Schedule, ...]) -> tuple[Effect, ...]:
    return tuple(
        Effect(
            claimant=line.claimant,
            scheme=schedule.scheme,
            total=line.total,
            units=line.units,
            recovered=line.recovered,
            gain=line.total - under_base.total,
            gain_units=line.units - under_base.units,
        )
        for i, under_base in enumerate(base.lines)
        for schedule in schedules
        for line in (schedule.lines[i],)
    )
