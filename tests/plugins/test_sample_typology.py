"""The sample typology holds what every typology must hold."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from analytics.material import DAY
from tests.analytics.by_hand import ByHand
from tests.contracts import typology as contract

PLACE = Path(__file__).parent / "sample" / "fuatilia_sample" / "night_payments.py"
NIGHT = 22.5 / 24  # half past ten at night UTC is half past one in Nairobi


def load() -> Any:
    spec = importlib.util.spec_from_file_location("night_payments", PLACE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.TYPOLOGY


def payments(*times: float, src: str = "guard", lasting: int = 1_000_000) -> ByHand:
    case = ByHand()
    for n, day in enumerate(times):
        case.pay(src, f"kin{n}", 500, day, lasting=lasting)
    return case


def test_contract() -> None:
    nights = [NIGHT + n for n in range(3)]
    contract.check(
        load(),
        contract.Examples(
            positive=payments(*nights),
            near_miss=payments(*nights[:2], 2 + 12 / 24),
            look_alike=payments(*nights, src="A1"),
            pattern="agents",
            missing=payments(0, 1, 2, lasting=DAY),
        ),
    )
