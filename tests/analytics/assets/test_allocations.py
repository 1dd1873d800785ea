from __future__ import annotations

import pytest

from analytics.assets.allocation import allocations, find_allocation
from analytics.errors import AllocationError
from tests.contracts.allocation import AllocationContract

SCHEMES = allocations()


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES.keys())
class TestEveryScheme(AllocationContract):
    pass


def test_our_own_schemes_are_found_by_their_file_names() -> None:
    assert {"net_loss", "pari_passu", "rising_tide", "traced_first"} <= set(SCHEMES)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("rising_tide", "rising_tide"),
        ("rising-tide", "rising_tide"),
        ("net_loss_pari_passu", "net_loss"),
        ("net-loss", "net_loss"),
        ("proprietary_first", "traced_first"),
    ],
)
def test_a_scheme_is_found_under_its_names(name: str, code: str) -> None:
    assert find_allocation(name).code == code


def test_an_unknown_scheme_is_refused_with_the_known_ones() -> None:
    with pytest.raises(AllocationError) as raised:
        find_allocation("first_come_first_served")
    assert "rising_tide" in raised.value.hint
