from __future__ import annotations

from fractions import Fraction

from analytics.assets.claims import Loss
from analytics.assets.schedule import Schedule, allocate
from analytics.assets.terms import Pool, Terms


def share(pool: Pool, *losses: Loss) -> Schedule:
    outcome = allocate("net_loss", pool, losses, Terms())
    assert isinstance(outcome, Schedule)
    return outcome


def loss(claimant: str, paid: int, back: int = 0, admitted: int | None = None) -> Loss:
    agreed = None if admitted is None else Fraction(admitted)
    return Loss(
        claimant=claimant, asset="KES:2", paid_in=Fraction(paid), received=Fraction(back), admitted=agreed
    )


def test_a_net_winner_gets_nothing_and_the_surplus_is_shown() -> None:
    found = share(Pool.of("KES:2", 60, 10), loss("A", 100, 130), loss("B", 100))
    assert [line.total for line in found.lines] == [0, 50]
    assert found.lines[0].overpaid == 30
    assert found.figures["rate"] == Fraction(1, 2)


def test_costs_above_the_pool_leave_nothing_and_say_so() -> None:
    found = share(Pool.of("KES:2", 60, 70), loss("B", 100))
    assert [found.costs_paid, found.costs_unpaid, found.lines[0].total] == [60, 10, 0]
    assert found.reconciles


def test_what_was_admitted_bounds_the_net_loss() -> None:
    found = share(Pool.of("KES:2", 40), loss("A", 100, admitted=20), loss("B", 60))
    assert [line.total for line in found.lines] == [10, 30]


def test_what_was_admitted_beyond_net_losses_is_paid_before_the_state() -> None:
    found = share(Pool.of("KES:2", 200), loss("A", 100, admitted=130), loss("B", 60))
    assert [line.total for line in found.lines] == [130, 60]
    assert found.residual == 10
