"""The sample rule holds what every tracing rule must hold."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from tests.contracts import tracing_rule

PLACE = Path(__file__).parent / "sample" / "fuatilia_sample" / "largest_first.py"


def load() -> Any:
    spec = importlib.util.spec_from_file_location("largest_first", PLACE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.RULE


def test_contract() -> None:
    rule = load()
    tracing_rule.says_who_it_is(rule)
    tracing_rule.draws_conserve(rule)
    tracing_rule.draws_stay_in_the_band(rule)
