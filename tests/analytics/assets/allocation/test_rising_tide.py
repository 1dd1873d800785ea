from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from analytics.assets.allocation.rising_tide import ALLOCATION, level, payment
from analytics.assets.claims import Loss, Position, positions
from analytics.assets.terms import Pool, Terms

ACCURACY = Fraction(1, 10**9)


def people(*rows: tuple[str, int, int]) -> tuple[Position, ...]:
    losses = (
        Loss(claimant=name, asset="USD:2", paid_in=Fraction(paid), received=Fraction(back))
        for name, paid, back in rows
    )
    return positions(losses, "USD:2")


def by_bisection(claimants: tuple[Position, ...], available: Fraction) -> Fraction:
    low, high = Fraction(0), Fraction(1)
    while high - low > ACCURACY / 10**4:
        middle = (low + high) / 2
        if sum(payment(p, middle) for p in claimants) < available:
            low = middle
        else:
            high = middle
    return high


rows = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 500), st.none() | st.integers(0, 400)),
    min_size=1,
    max_size=7,
)


@given(rows=rows, share=st.fractions(0, 1, max_denominator=50))
def test_the_level_is_the_one_bisection_approaches(
    rows: list[tuple[int, int, int | None]], share: Fraction
) -> None:
    losses = [
        Loss(
            claimant=f"C{i}",
            asset="USD:2",
            paid_in=Fraction(paid),
            received=Fraction(back),
            admitted=None if admitted is None else Fraction(admitted),
        )
        for i, (paid, back, admitted) in enumerate(rows)
    ]
    claimants = positions(losses, "USD:2")
    available = share * sum((p.entitled for p in claimants), Fraction(0))
    found = level(claimants, available)
    assert sum(payment(p, found) for p in claimants) == available
    if available:
        near = by_bisection(claimants, available)
        assert abs(found - near) < ACCURACY
        assert all(abs(payment(p, found) - payment(p, near)) < 400 * ACCURACY for p in claimants)


@given(rows=rows, pool=st.integers(1, 900))
def test_whoever_is_raised_ends_at_one_level_and_nobody_else_is_below_it(
    rows: list[tuple[int, int, int | None]], pool: int
) -> None:
    claimants = people(*((f"C{i}", paid, back) for i, (paid, back, _) in enumerate(rows)))
    award = ALLOCATION.share(Pool.of("USD:2", pool), claimants, Terms())
    for p in claimants:
        if p.paid_in:
            recovered = (p.received + award.total(p.claimant)) / p.paid_in
            raised = award.total(p.claimant) > 0
            assert recovered == award.figures["level"] if raised else recovered >= award.figures["level"]


def test_segments_are_filled_in_the_order_of_what_was_recovered() -> None:
    claimants = people(("A", 100, 50), ("B", 100, 20), ("C", 100, 0))
    assert level(claimants, Fraction(20)) == Fraction(1, 5)
    assert level(claimants, Fraction(80)) == Fraction(1, 2)
    assert level(claimants, Fraction(110)) == Fraction(3, 5)


def test_a_full_pool_stops_at_the_loss_and_leaves_a_residual() -> None:
    award = ALLOCATION.share(Pool.of("USD:2", 500), people(("A", 100, 50), ("B", 100, 0)), Terms())
    assert award.figures["level"] == 1
    assert [award.total("A"), award.total("B"), award.residual] == [50, 100, 350]


def test_nobody_lost_anything() -> None:
    award = ALLOCATION.share(Pool.of("USD:2", 7), people(("A", 10, 30), ("B", 0, 0)), Terms())
    assert [award.figures["level"], award.residual] == [0, 7]


def test_of_several_levels_the_lowest() -> None:
    bounded = Loss(claimant="A", asset="USD:2", paid_in=Fraction(100), admitted=Fraction(50))
    late = Loss(claimant="B", asset="USD:2", paid_in=Fraction(100), received=Fraction(80))
    assert level(positions([bounded, late], "USD:2"), Fraction(50)) == Fraction(1, 2)
