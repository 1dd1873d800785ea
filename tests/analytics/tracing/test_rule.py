"""Rules are found by file name, in one order, and an unknown code is told what there is."""

from __future__ import annotations

import pytest

from analytics.errors import PolicyError
from analytics.tracing.rule import rule_of, rules


def test_our_rules_are_found_in_one_order() -> None:
    ours = {"fifo", "lifo", "own_first", "pro_rata_rolling", "tainted_first"}
    assert list(rules()) == sorted(rules())
    assert ours <= set(rules())
    assert all(rules()[code] is rule_of(code) for code in ours)


def test_an_unknown_rule_is_refused_with_the_known_ones() -> None:
    with pytest.raises(PolicyError, match="choose one of fifo, lifo"):
        rule_of("libr")
