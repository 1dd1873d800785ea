"""What must hold of every allocation scheme, ours or an outsider's; and cases to hold it against."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.assets.claims import Loss, LossKind, TracedClaim, positions
from analytics.assets.schedule import NotEvaluated, Schedule, Standing, allocate
from analytics.assets.scheme import Basis
from analytics.assets.terms import CostsOn, Deficiency, Pool, Property, Terms

if TYPE_CHECKING:
    from analytics.assets.scheme import Allocation

EXAMPLES = settings(max_examples=60)
PROPERTIES = ("account", "plot", "lorry")


@dataclass(frozen=True, slots=True)
class Case:
    """A pool, the losses and the terms, complete enough for every scheme."""

    pool: Pool
    losses: tuple[Loss, ...]
    terms: Terms


def _loss(draw: st.DrawFn, names: tuple[str, ...], parts: int) -> Loss:
    def money() -> Fraction:
        return Fraction(draw(st.integers(0, 60 * parts)), parts)

    kind = draw(st.sampled_from((LossKind.EXTORTED, *LossKind)))
    count = draw(st.integers(0, 2)) if kind is LossKind.EXTORTED and names else 0
    traced = tuple(TracedClaim(draw(st.sampled_from(names)), money()) for _ in range(count))
    return Loss(
        claimant=draw(st.sampled_from("ABCDEF")),
        asset="KES:2",
        paid_in=money(),
        received=max(Fraction(0), money() - 30),
        admitted=money(),
        kind=kind,
        traced=traced,
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Pools of up to three properties, up to eight losses of up to six claimants, any terms.

    Losses are whole in one case of two, and else in sixths of a unit.
    """
    names = PROPERTIES[: draw(st.integers(0, len(PROPERTIES)))]
    figures = st.integers(0, 90)
    properties = tuple(Property(name, draw(figures), draw(st.integers(0, 20))) for name in names)
    parts = draw(st.sampled_from((1, 6)))
    losses = [_loss(draw, names, parts) for _ in range(draw(st.integers(0, 8)))]
    kinds = draw(st.sampled_from((tuple(LossKind), tuple(LossKind), (LossKind.EXTORTED, LossKind.WAGES))))
    there = sorted({loss.claimant for loss in losses if loss.kind in kinds})
    terms = Terms(
        general_costs_on=draw(st.sampled_from(tuple(CostsOn))),
        costs_order="Order 12 of 2026",
        deficiency=draw(st.sampled_from(tuple(Deficiency))),
        minimum_payment=draw(st.integers(0, 9)),
        unclaimed=tuple(there[: draw(st.integers(0, 2))]),
        kinds=kinds,
    )
    return Case(Pool("KES:2", properties, draw(st.integers(0, 40))), tuple(losses), terms)


def shared(scheme: Allocation, case: Case) -> Schedule:
    """Allocate where nothing is missing."""
    outcome = allocate(scheme, case.pool, case.losses, case.terms)
    assert isinstance(outcome, Schedule), outcome
    return outcome


class AllocationContract:
    """Derive, and parametrise by ``scheme``."""

    def test_says_what_it_is_and_on_whose_authority(self, scheme: Allocation) -> None:
        assert all((scheme.title, scheme.version, scheme.source))
        assert "References" in str(type(scheme).__doc__)

    @EXAMPLES
    @given(case=cases())
    def test_the_pool_is_shared_to_the_last_unit(self, scheme: Allocation, case: Case) -> None:
        schedule = shared(scheme, case)
        assert schedule.reconciles
        paid = sum(line.units for line in schedule.lines)
        spent = schedule.costs_units + schedule.residual_units + schedule.rounding_units
        assert paid + spent == case.pool.total
        assert schedule.costs_paid + schedule.costs_unpaid == case.pool.costs
        assert sum(schedule.units(standing) for standing in Standing) == paid

    @EXAMPLES
    @given(case=cases())
    def test_no_payment_exceeds_the_loss(self, scheme: Allocation, case: Case) -> None:
        schedule = shared(scheme, case)
        for line in schedule.lines:
            assert 0 <= line.total <= line.loss
            assert 0 <= line.units <= line.loss
            assert abs(line.units - line.total) < 1
            assert line.total == line.traced - line.charged + line.dividend

    @EXAMPLES
    @given(case=cases())
    def test_a_residual_only_after_full_payment(self, scheme: Allocation, case: Case) -> None:
        schedule = shared(scheme, case)
        if schedule.residual:
            assert not any(line.unpaid for line in schedule.lines)
            assert not schedule.costs_unpaid

    @EXAMPLES
    @given(case=cases())
    def test_rounding_is_held_only_where_losses_are_fractions(self, scheme: Allocation, case: Case) -> None:
        schedule = shared(scheme, case)
        broken = [line for line in schedule.lines if line.loss.denominator > 1]
        assert 0 <= schedule.rounding_units <= len(broken)

    @EXAMPLES
    @given(case=cases(), data=st.data())
    def test_order_of_entry_never_matters(self, scheme: Allocation, case: Case, data: Any) -> None:
        losses = tuple(data.draw(st.permutations(case.losses)))
        properties = tuple(data.draw(st.permutations(case.pool.properties)))
        other = Case(replace(case.pool, properties=properties), losses, case.terms)
        assert shared(scheme, other).record() == shared(scheme, case).record()

    @EXAMPLES
    @given(case=cases(), more=st.integers(1, 50), which=st.integers(0, 2))
    def test_a_larger_pool_harms_nobody(self, scheme: Allocation, case: Case, more: int, which: int) -> None:
        rows = list(case.pool.properties)
        if not rows:
            rows = [Property("found later", 0)]
        rows[which % len(rows)] = replace(rows[which % len(rows)], value=rows[which % len(rows)].value + more)
        before = shared(scheme, case)
        after = shared(scheme, replace(case, pool=replace(case.pool, properties=tuple(rows))))
        for was, now in zip(before.lines, after.lines, strict=True):
            assert now.claimant == was.claimant
            assert now.total >= was.total

    @EXAMPLES
    @given(case=cases())
    def test_small_and_unclaimed_payments_are_held_not_lost(self, scheme: Allocation, case: Case) -> None:
        for line in shared(scheme, case).lines:
            small = 0 < line.units < case.terms.minimum_payment
            away = line.claimant in case.terms.unclaimed
            assert (line.standing is Standing.NOTHING_DUE) == (line.units == 0)
            assert (line.standing is Standing.HELD_UNCLAIMED) == (away and line.units > 0)
            assert (line.standing is Standing.HELD_BELOW_MINIMUM) == (small and not away)

    @EXAMPLES
    @given(case=cases().filter(lambda case: bool(case.losses)), gap=st.sampled_from(("paid_in", "admitted")))
    def test_what_is_not_known_is_not_guessed(self, scheme: Allocation, case: Case, gap: str) -> None:
        first = replace(case.losses[0], kind=LossKind.EXTORTED)
        first = replace(first, paid_in=None) if gap == "paid_in" else replace(first, admitted=None)
        terms = replace(case.terms, kinds=tuple(LossKind), unclaimed=())
        outcome = allocate(scheme, case.pool, (first, *case.losses[1:]), terms)
        needed = {Basis.PAID_IN: gap == "paid_in", Basis.ADMITTED: gap == "admitted", Basis.LOSS: False}
        assert isinstance(outcome, NotEvaluated) == needed[scheme.basis]
        if isinstance(outcome, NotEvaluated):
            assert first.claimant in outcome.why

    @EXAMPLES
    @given(case=cases())
    def test_the_columns_are_those_of_the_claims(self, scheme: Allocation, case: Case) -> None:
        lines = shared(scheme, case).lines
        for line, p in zip(lines, positions(case.losses, "KES:2", case.terms.kinds), strict=True):
            assert (line.claimant, line.loss, line.by_kind) == (p.claimant, p.loss, p.by_kind)
            assert sum(line.by_kind.values()) == line.loss
