"""What every tracing rule must hold, ours or a plug-in's: draws conserve, stay positive and in the band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from analytics.tracing.arithmetic import Exact, Fixed
from analytics.tracing.band import draw_bounds
from analytics.tracing.conservation import faults
from analytics.tracing.engine import run
from analytics.tracing.lots import Lot, total
from analytics.tracing.policy import Policy
from tests.analytics.tracing.random_traces import one_asset, two_assets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analytics.tracing.arithmetic import Arithmetic
    from analytics.tracing.movements import Number, TraceInput
    from analytics.tracing.rule import TracingRule

_lots = st.lists(
    st.builds(
        lambda owner, amount: Lot(owner, amount, 0 if owner == "_own" else amount),
        st.sampled_from(("_own", "A", "B")),
        st.integers(1, 50),
    ),
    min_size=1,
    max_size=7,
)
_arithmetics = st.sampled_from((Exact(), Fixed(scale=1)))


def _held(lots: Iterable[Lot]) -> dict[str, tuple[Number, Number]]:
    sums: dict[str, tuple[Number, Number]] = {}
    for lot in lots:
        amount, principal = sums.get(lot.owner, (0, 0))
        sums[lot.owner] = (amount + lot.amount, principal + lot.principal)
    return sums


def says_who_it_is(rule: TracingRule) -> None:
    """Code, title, version and authority are stated."""
    assert rule.code.isidentifier()
    assert rule.title
    assert rule.version
    assert rule.source


def draws_conserve(rule: TracingRule) -> None:
    """A draw takes its debit and neither makes nor loses an owner's money."""

    @given(lots=_lots, part=st.integers(1, 1000), arithmetic=_arithmetics)
    def holds(lots: list[Lot], part: int, arithmetic: Arithmetic) -> None:
        amount = 1 + part % int(total(lots))
        draw = rule.draw(tuple(lots), amount, arithmetic.begin(), "KES")
        assert total(draw.taken) == amount
        assert all(lot.amount > 0 and lot.principal >= 0 for lot in (*draw.taken, *draw.left))
        assert _held(lots) == _held((*draw.taken, *draw.left))

    holds()


def draws_stay_in_the_band(rule: TracingRule) -> None:
    """A draw takes no less traced money than own-first and no more than tainted-first."""

    @given(lots=_lots, part=st.integers(1, 1000), arithmetic=_arithmetics)
    def holds(lots: list[Lot], part: int, arithmetic: Arithmetic) -> None:
        amount = 1 + part % int(total(lots))
        traced = total(lot for lot in lots if lot.traced)
        low, high = draw_bounds(total(lots), traced, amount)
        draw = rule.draw(tuple(lots), amount, arithmetic.begin(), "KES")
        assert low <= total(lot for lot in draw.taken if lot.traced) <= high

    holds()


def restoring_gives_the_ledger_back(rule: TracingRule) -> None:
    """What a reversal puts back is drawn again by the same debit."""

    @given(lots=_lots, part=st.integers(1, 1000))
    def holds(lots: list[Lot], part: int) -> None:
        amount = 1 + part % int(total(lots))
        draw = rule.draw(tuple(lots), amount, Exact().begin(), "KES")
        back = rule.restore(draw.left, draw.taken)
        assert _held(back) == _held(lots)
        assert _held(rule.draw(back, amount, Exact().begin(), "KES").taken) == _held(draw.taken)

    holds()


def whole_traces_conserve(rule: TracingRule) -> None:
    """The engine under this rule passes the independent check, in both arithmetics."""

    @given(trace_input=one_asset() | two_assets(), arithmetic=st.sampled_from(("exact", "fixed")))
    def holds(trace_input: TraceInput, arithmetic: str) -> None:
        policy = Policy(rule=rule.code, arithmetic=arithmetic)
        assert faults(trace_input, run(trace_input, policy, rule=rule)) == ()

    holds()


def same_input_same_bytes(rule: TracingRule) -> None:
    """A second run gives the same result to the last character."""

    @given(trace_input=two_assets())
    def holds(trace_input: TraceInput) -> None:
        policy = Policy(rule=rule.code)
        assert repr(run(trace_input, policy, rule=rule)) == repr(run(trace_input, policy, rule=rule))

    holds()


CONTRACT = (
    says_who_it_is,
    draws_conserve,
    draws_stay_in_the_band,
    restoring_gives_the_ledger_back,
    whole_traces_conserve,
    same_input_same_bytes,
)
"""Call each with a rule."""
