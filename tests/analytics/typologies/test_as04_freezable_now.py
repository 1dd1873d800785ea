from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lead import NotEvaluated
from analytics.material import HOUR
from analytics.typologies.as04_freezable_now import TYPOLOGY, holds
from tests.analytics.by_hand import ByHand
from tests.contracts.typology import Examples, detection, found

if TYPE_CHECKING:
    from analytics.lead import Candidate


def paid() -> ByHand:
    case = ByHand().pay("victim", "wallet", 5_000, 0).pay("wallet", "next", 1_000, 1)
    return case.pay("wallet", "A1", 500, 2).pay("wallet", "T1", 100, 2.5)


def traced(*held: tuple[str, str], trace: str = "trace", base: ByHand | None = None) -> ByHand:
    case = base or paid()
    case.held += [(name, "KES:2", amount, trace, ("o00000", "o00001")) for name, amount in held]
    return case


EXAMPLES = Examples(
    positive=traced(("wallet", "3400.00"), ("next", "1000.00")),
    near_miss=traced(("A1", "500.00")),  # an agent paid it out
    look_alike=traced(("T1", "100.00")),  # a shop's till: money is still there, and the shop is honest
    pattern="agents",
    missing=paid(),
)


def candidates(case: ByHand) -> list[Candidate]:
    return found(TYPOLOGY, case.material(), EXAMPLES)


def test_each_place_that_a_trace_shows_is_a_lead() -> None:
    leads = detection(TYPOLOGY, EXAMPLES.positive, EXAMPLES).leads
    assert {str(lead.figures["held"]) for lead in leads} == {"3400.00 KES", "1000.00 KES"}
    assert {lead.observations for lead in leads} == {("o00000",), ("o00001",)}
    (wallet,) = [lead for lead in leads if lead.figures["held"] == "3400.00 KES"]
    assert (wallet.figures["hold"], wallet.figures["urgency"]) == (48, "hours")


@pytest.mark.parametrize("name", ["A1", "C1", "U1"])
def test_nobody_can_be_asked_to_hold_what_left_as_cash(name: str) -> None:
    assert candidates(traced((name, "500.00"), base=paid().pay("wallet", name, 500, 3))) == []


def test_an_own_record_says_until_when_it_was_seen() -> None:
    case = traced(("wallet", "3400.00")).record("wallet", -10, 2)
    assert [c.figures["as_of"] for c in candidates(case)] == ["2026-09-06T00:00:00+00:00"]


def test_of_several_traces_the_one_that_shows_most_is_given_and_said() -> None:
    case = traced(("wallet", "3400.00"), trace="b", base=traced(("wallet", "10/3"), trace="a"))
    (one,) = candidates(case)
    assert (one.figures["held"], one.figures["traces"]) == ("3400.00 KES", 2)
    assert one.missing[-1].startswith("which of several traces")


def test_without_a_trace_there_is_nothing_to_list() -> None:
    assert detection(TYPOLOGY, paid(), EXAMPLES).not_evaluated == (
        NotEvaluated("AS-04", "no recorded trace of the case shows anything held: trace a claim first"),
    )


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(-50, 50).filter(bool)), max_size=14).map(sorted))
def test_first_in_first_out_unit_by_unit(moves: list[tuple[int, int]]) -> None:
    """Oracle: every unit on its own."""
    waiting: list[int] = []
    stays: list[list[int]] = []
    for at, amount in moves:
        waiting += [at] * max(0, amount)
        taken, waiting = waiting[: max(0, -amount)], waiting[max(0, -amount) :]
        stays.append([at - since for since in taken])
    given_stays = holds([(at * HOUR, amount) for at, amount in moves])
    assert {s * HOUR for one in stays for s in one} == set(given_stays)
    assert len(given_stays) >= sum(len(set(one)) for one in stays)
