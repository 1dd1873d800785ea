from __future__ import annotations

from fractions import Fraction

from analytics.assets.claims import Loss, LossKind
from analytics.assets.schedule import NotEvaluated, Schedule, allocate
from analytics.assets.terms import Pool, Terms

CLAIMS = (
    Loss(claimant="A", asset="KES:2", admitted=Fraction(30)),
    Loss(claimant="A", asset="KES:2", admitted=Fraction(60), kind=LossKind.DAMAGE),
    Loss(claimant="B", asset="KES:2", paid_in=Fraction(500), admitted=Fraction(90)),
)


def test_one_rate_on_what_was_admitted_of_every_kind() -> None:
    found = allocate("pari_passu", Pool.of("KES:2", 60), CLAIMS, Terms())
    assert isinstance(found, Schedule)
    assert [line.total for line in found.lines] == [30, 30]
    assert found.lines[0].by_kind == {LossKind.EXTORTED: 30, LossKind.DAMAGE: 60}


def test_an_order_may_leave_a_kind_out() -> None:
    found = allocate("pari_passu", Pool.of("KES:2", 60), CLAIMS, Terms(kinds=(LossKind.EXTORTED,)))
    assert isinstance(found, Schedule)
    assert [line.total for line in found.lines] == [15, 45]


def test_a_claim_nobody_admitted_is_not_guessed() -> None:
    claims = (*CLAIMS, Loss(claimant="C", asset="KES:2", paid_in=Fraction(1)))
    found = allocate("pari_passu", Pool.of("KES:2", 60), claims, Terms())
    assert isinstance(found, NotEvaluated)
    assert found.why == "admitted is not known for C"
