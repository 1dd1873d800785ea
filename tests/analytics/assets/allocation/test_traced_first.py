from __future__ import annotations

from fractions import Fraction

import pytest

from analytics.assets.claims import Loss, LossKind, TracedClaim
from analytics.assets.schedule import Schedule, allocate
from analytics.assets.terms import CostsOn, Deficiency, Pool, Property, Terms
from analytics.errors import AllocationError


def loss(claimant: str, paid: int, *traced: tuple[str, int], kind: LossKind = LossKind.EXTORTED) -> Loss:
    claims = tuple(TracedClaim(name, Fraction(amount)) for name, amount in traced)
    return Loss(claimant=claimant, asset="KES:2", paid_in=Fraction(paid), kind=kind, traced=claims)


def pool(*properties: tuple[str, int, int], costs: int = 0) -> Pool:
    return Pool("KES:2", tuple(Property(*row) for row in properties), costs)


def share(where: Pool, *losses: Loss, **terms: object) -> Schedule:
    outcome = allocate("traced_first", where, losses, Terms(**terms))  # type: ignore[arg-type]
    assert isinstance(outcome, Schedule)
    assert outcome.reconciles
    return outcome


def totals(schedule: Schedule) -> dict[str, Fraction]:
    return {line.claimant: line.total for line in schedule.lines}


WORKED = pool(("account", 90, 0), ("plot", 60, 6), costs=14)
VICTIMS = (loss("V1", 50, ("account", 30)), loss("V2", 80), loss("V3", 70))


def test_by_order_the_traced_claimant_bears_general_costs_rateably() -> None:
    found = share(WORKED, *VICTIMS, general_costs_on=CostsOn.TRACED_TOO, costs_order="Misc. App. 7 of 2026")
    first = found.lines[0]
    assert [first.traced, first.charged] == [30, Fraction(14 * 30, 144)]
    free = Fraction(114) - Fraction(14 * 114, 144)
    assert found.figures["dividend"] == free / (200 - 30 + first.charged)
    assert found.terms.record()["costs_order"] == "Misc. App. 7 of 2026"


def test_without_an_order_the_traced_claimant_is_not_charged() -> None:
    with pytest.raises(AllocationError, match="only by order"):
        Terms(general_costs_on=CostsOn.TRACED_TOO)
    found = share(pool(("account", 30, 0), costs=14), *VICTIMS)
    assert [found.lines[0].total, found.costs_paid, found.costs_unpaid] == [30, 0, 14]


def test_a_postponed_deficiency_is_paid_after_the_others_and_before_the_state() -> None:
    after = share(WORKED, *VICTIMS, deficiency=Deficiency.AFTER)
    assert totals(after) == {"V1": 30, "V2": 80 * Fraction(2, 3), "V3": 70 * Fraction(2, 3)}
    rich = share(
        pool(("account", 90, 0), ("plot", 105, 0)), *VICTIMS, deficiency=Deficiency.AFTER, residual_to="Fund"
    )
    assert totals(rich) == {"V1": 45, "V2": 80, "V3": 70}
    assert rich.residual == 0


def test_wages_of_a_traced_claimant_are_not_postponed_with_the_deficiency() -> None:
    losses = (*VICTIMS[:2], loss("V1", 40, kind=LossKind.WAGES))
    found = share(pool(("account", 90, 0)), *losses, deficiency=Deficiency.AFTER)
    assert totals(found) == {"V1": 30 + 40 * Fraction(1, 2), "V2": 40}


def test_property_that_does_not_reach_is_shared_rateably_and_the_cost_of_sale_comes_first() -> None:
    found = share(
        pool(("plot", 50, 5)), loss("A", 60, ("plot", 60)), loss("B", 30, ("plot", 30)), loss("C", 9)
    )
    assert totals(found) == {"A": 30, "B": 15, "C": 0}


def test_a_sale_that_cost_more_than_it_fetched_falls_on_the_rest() -> None:
    found = share(pool(("lorry", 5, 8), ("account", 50, 0)), loss("A", 60, ("lorry", 60)), loss("B", 34))
    assert found.costs_paid == 8
    assert totals(found) == {"A": 30, "B": 17}


def test_a_traced_claim_above_the_loss_is_paid_to_the_loss_only() -> None:
    found = share(pool(("plot", 90, 0)), loss("A", 40, ("plot", 75)), loss("B", 100))
    assert totals(found) == {"A": 40, "B": 50}
    twice = share(
        pool(("plot", 40, 0), ("car", 40, 0)), loss("A", 40, ("plot", 40), ("car", 40)), loss("B", 100)
    )
    assert totals(twice) == {"A": 40, "B": 40}


def test_the_state_takes_only_what_is_left_after_full_payment() -> None:
    found = share(pool(("account", 500, 0)), *VICTIMS)
    assert totals(found) == {"V1": 50, "V2": 80, "V3": 70}
    assert [found.residual, found.residual_units] == [300, 300]


def test_a_claim_to_property_that_is_not_there_is_refused() -> None:
    with pytest.raises(AllocationError, match="not in the pool"):
        share(WORKED, loss("A", 40, ("yacht", 10)))


def test_costs_take_the_last_fraction_of_a_unit_that_is_free() -> None:
    half = Loss(
        claimant="A", asset="KES:2", paid_in=Fraction(20), traced=(TracedClaim("plot", Fraction(19, 2)),)
    )
    found = share(pool(("plot", 10, 0), costs=5), half)
    assert (found.costs_paid, found.costs_unpaid) == (Fraction(1, 2), Fraction(9, 2))
    assert (found.lines[0].units, found.costs_units) == (10, 0)
