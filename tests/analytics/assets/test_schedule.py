from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from analytics.assets.allocation import find_allocation
from analytics.assets.claims import Loss, Position
from analytics.assets.schedule import Schedule, Standing, allocate
from analytics.assets.scheme import Award
from analytics.assets.terms import Pool, Terms
from analytics.errors import AllocationError, ConservationError

if TYPE_CHECKING:
    from collections.abc import Sequence

LOSSES = tuple(
    Loss(claimant=name, asset="KES:2", paid_in=Fraction(paid), citations=(f"seen-{name}",))
    for name, paid in (("A", 1), ("B", 1), ("C", 1), ("D", 97))
)


def schedule(pool: int = 50, losses: tuple[Loss, ...] = LOSSES, **terms: object) -> Schedule:
    found = allocate("net_loss", Pool.of("KES:2", pool), losses, Terms(**terms))  # type: ignore[arg-type]
    assert isinstance(found, Schedule)
    return found


def test_ties_of_the_largest_remainder_go_by_claimant() -> None:
    assert [(line.claimant, line.units) for line in schedule().lines] == [
        ("A", 1),
        ("B", 1),
        ("C", 0),
        ("D", 48),
    ]


def test_payments_below_the_minimum_and_unclaimed_ones_are_buckets_of_their_own() -> None:
    found = schedule(minimum_payment=2, unclaimed=("D",))
    standings = [line.standing for line in found.lines]
    held = Standing.HELD_BELOW_MINIMUM
    assert standings == [held, held, Standing.NOTHING_DUE, Standing.HELD_UNCLAIMED]
    assert (found.units(Standing.PAY), found.units(held), found.units(Standing.HELD_UNCLAIMED)) == (0, 2, 48)
    assert found.reconciles


def test_a_held_payment_moves_no_other_payment() -> None:
    plain, held = schedule(), schedule(minimum_payment=2)
    assert [line.units for line in plain.lines] == [line.units for line in held.lines]


def test_an_unclaimed_payment_of_nobody_is_refused() -> None:
    with pytest.raises(AllocationError, match="without a claim"):
        schedule(unclaimed=("Z",))


def test_a_loss_of_a_fraction_of_a_unit_is_never_overpaid() -> None:
    losses = (Loss(claimant="A", asset="KES:2", paid_in=Fraction(17, 5)),)
    found = allocate("net_loss", Pool.of("KES:2", 10), losses, Terms())
    assert isinstance(found, Schedule)
    assert (found.lines[0].units, found.residual, found.residual_units) == (3, Fraction(33, 5), 7)
    short = tuple(Loss(claimant=name, asset="KES:2", paid_in=Fraction(17, 10)) for name in "AB")
    found = schedule(pool=3, losses=short)
    assert [line.units for line in found.lines] == [1, 1]
    assert (found.rounding_units, found.reconciles) == (1, True)


def test_any_altered_figure_breaks_the_reconciliation() -> None:
    found = schedule()
    line = found.lines[-1]
    altered = [
        replace(found, lines=found.lines[:-1]),
        replace(found, lines=(*found.lines[:-1], replace(line, units=line.units + 1))),
        replace(found, lines=(*found.lines[:-1], replace(line, total=line.total + 1))),
        replace(found, residual=Fraction(1)),
        replace(found, residual_units=1),
        replace(found, costs_paid=Fraction(1)),
        replace(found, costs_units=1),
        replace(found, pool=Pool.of("KES:2", 51)),
    ]
    assert found.reconciles
    assert not any(other.reconciles for other in altered)


def test_the_record_is_plain_exact_data() -> None:
    record = schedule().record()
    assert json.loads(json.dumps(record)) == record
    assert record["figures"] == {"rate": "1/2"}
    assert record["reconciles"] is True
    lines = record["lines"]
    assert isinstance(lines, list)
    assert lines[3] | {"total": "97/2", "units": "48", "unpaid": "97/2"} == lines[3]
    assert lines[3]["citations"] == ["seen-D"]


class Generous:
    """Gives everybody what was promised."""

    code, also, version, title, source = "generous", (), "1", "t", "s"
    basis = find_allocation("net_loss").basis

    def __init__(self, given: Fraction, residual: Fraction) -> None:
        self.given, self.residual = given, residual

    def share(self, pool: Pool, claimants: Sequence[Position], terms: Terms) -> Award:
        dividends = {p.claimant: self.given for p in claimants}
        return Award(dividends=dividends, costs_paid=Fraction(0), residual=self.residual)


@pytest.mark.parametrize(
    ("given", "residual", "what"), [(13, 0, "exactly"), (10, 10, "more than the loss"), (0, 50, None)]
)
def test_a_scheme_of_an_outsider_is_checked(given: int, residual: int, what: str | None) -> None:
    scheme = Generous(Fraction(given), Fraction(residual))
    if what is None:
        assert isinstance(allocate(scheme, Pool.of("KES:2", 50), LOSSES, Terms()), Schedule)
    else:
        with pytest.raises(ConservationError, match=what):
            allocate(scheme, Pool.of("KES:2", 50), LOSSES, Terms())
