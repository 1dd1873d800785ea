"""Every typology of ours keeps the contract, on the cases that its own test brings."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest

from analytics.catalogue import typologies
from tests.contracts.typology import check, every_code

if TYPE_CHECKING:
    from tests.contracts.typology import Examples


@pytest.mark.parametrize("code", every_code())
def test_contract(code: str) -> None:
    module = importlib.import_module(f"tests.analytics.typologies.test_{code}")
    examples: Examples = module.EXAMPLES
    check(typologies()[code], examples)


def test_ids_and_slugs_are_each_ones_own() -> None:
    ours = [typologies()[code] for code in every_code()]
    assert len({one.id for one in ours}) == len({one.slug for one in ours}) == len(ours) >= 3
