from __future__ import annotations

import pytest

from api.casework.seeds import observation_of, seeds_of
from api.errors import UsageError
from tests.analytics.tracing.following.evidence import SCOPE, observation
from tests.api.casework.small_case import small_case


def test_a_payment_is_named_by_its_reference_or_its_observation() -> None:
    view = small_case().view
    first = observation("bank", 1)
    assert observation_of(view, SCOPE, "FT1") == first
    assert observation_of(view, SCOPE, first) == first


def test_claimants_are_named_or_numbered_in_the_order_given() -> None:
    view = small_case().view
    seeds = seeds_of(view, SCOPE, ["FT1", " V2 = R2", f"family = {observation('m', 5)}"])
    assert [(s.claimant, s.observation) for s in seeds] == [
        ("claimant-1", observation("bank", 1)),
        ("V2", observation("m", 2)),
        ("family", observation("m", 5)),
    ]


def test_a_reference_that_a_payment_shares_with_its_charge_names_the_payment() -> None:
    evidence = small_case()
    evidence.link(observation("m", 3), observation("m", 4))
    for row in evidence.stored:
        if row["observation"] in {observation("m", 3), observation("m", 4)}:
            row["event"] = observation("m", 3)
    assert observation_of(evidence.view, SCOPE, "R3") == observation("m", 3)


def test_what_is_not_found_or_names_several_payments_is_refused_with_what_to_do() -> None:
    evidence = small_case()
    with pytest.raises(UsageError, match="no payment has this reference") as refused:
        observation_of(evidence.view, SCOPE, "R99")
    assert "search" in str(refused.value)
    with pytest.raises(UsageError, match="no such observation"):
        observation_of(evidence.view, SCOPE, "0" * 32)
    evidence.row("n", 1, "A", "B", 5, 5, ref="R2")
    with pytest.raises(UsageError, match="several payments") as refused:
        observation_of(evidence.view, SCOPE, "R2")
    assert observation("m", 2) in str(refused.value)
    assert observation("n", 1) in str(refused.value)
