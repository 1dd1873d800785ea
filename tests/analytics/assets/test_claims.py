from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from analytics.assets.claims import Loss, LossKind, TracedClaim, positions
from analytics.assets.terms import Pool, Property
from analytics.errors import AllocationError

TEN = Fraction(10)


def loss(**fields: Any) -> Loss:
    given: dict[str, Any] = {"claimant": "V1", "asset": "KES:2", "paid_in": Fraction(50)}
    return Loss(**(given | fields))


def test_subsistence_and_coerced_pass_through_are_shown_and_never_netted() -> None:
    bare, full = loss(), loss(subsistence=Fraction(20), passed_through=Fraction(900))
    assert full.amount == bare.amount == 50
    (found,) = positions([full], "KES:2")
    assert [found.loss, found.subsistence, found.passed_through] == [50, 20, 900]


@pytest.mark.parametrize("kind", [LossKind.WAGES, LossKind.DAMAGE])
def test_only_an_extorted_payment_is_traceable(kind: LossKind) -> None:
    with pytest.raises(AllocationError, match="only an extorted payment"):
        loss(kind=kind, traced=(TracedClaim("plot", TEN),))


def test_what_is_traceable_is_the_extorted_payment_alone() -> None:
    rows = [loss(), loss(paid_in=Fraction(90), kind=LossKind.WAGES), loss(admitted=TEN, kind=LossKind.DAMAGE)]
    (found,) = positions(rows, "KES:2")
    assert [found.loss, found.traceable] == [150, 50]
    assert found.by_kind == {LossKind.EXTORTED: 50, LossKind.WAGES: 90, LossKind.DAMAGE: 10}


def test_a_surplus_on_one_kind_never_eats_another() -> None:
    rows = [loss(received=Fraction(80)), loss(paid_in=Fraction(90), kind=LossKind.WAGES)]
    (found,) = positions(rows, "KES:2")
    assert [found.net, found.overpaid, found.loss] == [90, 30, 90]
    assert found.paid_in is not None
    assert found.paid_in - found.received == found.net


def test_what_was_admitted_is_the_loss() -> None:
    assert loss(admitted=TEN).amount == TEN
    assert loss(paid_in=None, admitted=TEN).net is None


@pytest.mark.parametrize(
    "fields",
    [
        {"claimant": ""},
        {"paid_in": None},
        {"paid_in": Fraction(-1)},
        {"received": Fraction(-1)},
        {"admitted": Fraction(-1)},
        {"subsistence": Fraction(-1)},
        {"passed_through": Fraction(-1)},
    ],
)
def test_what_cannot_be_a_loss_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(AllocationError):
        loss(**fields)


def test_assets_are_never_mixed() -> None:
    with pytest.raises(AllocationError, match="another asset") as raised:
        positions([loss(), loss(asset="USD:2")], "KES:2")
    assert raised.value.fields()["asset"] == "USD:2"


def test_claimants_come_sorted_with_their_citations() -> None:
    rows = [loss(citations=("o2",)), loss(claimant="A"), loss(citations=("o1", "o2"))]
    found = positions(rows, "KES:2")
    assert [p.claimant for p in found] == ["A", "V1"]
    assert found[1].citations == ("o1", "o2")


@pytest.mark.parametrize(
    "rows", [(Property("a", -1),), (Property("a", 1, -1),), (Property("a", 1), Property("a", 2))]
)
def test_a_pool_that_cannot_be_is_refused(rows: tuple[Property, ...]) -> None:
    with pytest.raises(AllocationError):
        Pool("KES:2", rows)


def test_a_traced_claim_below_zero_is_refused() -> None:
    with pytest.raises(AllocationError):
        TracedClaim("plot", Fraction(-1))
