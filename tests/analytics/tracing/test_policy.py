"""The policy is whole, canonical, and refuses what it does not know."""

from __future__ import annotations

import json

import pytest

from analytics.errors import PolicyError
from analytics.tracing.arithmetic import Exact, Fixed
from analytics.tracing.policy import CHOICES, Policy


def test_the_canonical_form_holds_every_choice_and_no_float() -> None:
    form = Policy(
        rule="fifo", arithmetic="fixed", sub_units_by_asset=(("KES", 100), ("ETH", 10**18))
    ).canonical()
    assert {"rule", *CHOICES} <= set(form)
    assert form["sub_units_by_asset"] == {"ETH": 10**18, "KES": 100}
    assert list(form) == sorted(form)
    assert json.loads(json.dumps(form)) == form


def test_each_arithmetic_stores_only_what_it_uses() -> None:
    assert "denominator_digits" in Policy().canonical()
    assert "sub_units" not in Policy().canonical()
    assert Policy().reckoner() == Exact()
    assert Policy(arithmetic="fixed").reckoner() == Fixed()


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_an_unknown_choice_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(PolicyError, match=f"{name} cannot be 'whim'"):
        Policy(**{name: "whim"})  # type: ignore[arg-type]


def test_a_scale_below_one_is_refused() -> None:
    with pytest.raises(PolicyError, match="from 1"):
        Policy(sub_units=0)


def test_every_choice_is_said_in_words() -> None:
    assert dict(Policy().in_words())["reversal_policy"].startswith("a technical reversal restores")
