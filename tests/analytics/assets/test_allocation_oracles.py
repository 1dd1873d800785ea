from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from analytics.assets.allocation import allocations
from analytics.assets.schedule import Schedule, allocate
from tests.analytics.assets.allocation_oracles import CENTS, Oracle, allocation_files, folder, known, read

if TYPE_CHECKING:
    from pathlib import Path

PRESENTED = "presented_2dp_largest_remainder"
NAMES = {name for scheme in allocations().values() for name in (scheme.code, *scheme.also)}


def test_worked_cases_are_there(shared_oracles: Path) -> None:
    assert shared_oracles == folder()
    assert allocation_files()


@pytest.mark.parametrize("path", allocation_files(), ids=lambda path: path.stem)
def test_every_value_of_a_worked_case(path: Path) -> None:
    check(read(path))


def check(oracle: Oracle) -> None:
    known(oracle.expected, NAMES | {PRESENTED}, "expected")
    schemes = [key for key in oracle.expected if key != PRESENTED]
    assert schemes, "a case names no scheme"
    schedules = {}
    for name in schemes:
        outcome = allocate(name, oracle.pool, oracle.losses, oracle.terms)
        assert isinstance(outcome, Schedule), outcome
        assert outcome.reconciles
        schedules[name] = outcome
        check_exact(outcome, oracle.expected[name], oracle.scale)
    if PRESENTED in oracle.expected:
        assert oracle.scale == CENTS, f"{PRESENTED} of a pool that is not whole in cents"
        check_presented(list(schedules.values()), oracle.expected[PRESENTED])


def check_exact(schedule: Schedule, expected: dict[str, str], scale: int) -> None:
    found = {line.claimant: line.total / scale for line in schedule.lines}
    found["State"] = schedule.residual / scale
    known(expected, [*found, *schedule.figures], schedule.scheme)
    assert {key: Fraction(text) for key, text in expected.items()} == {
        key: (found | dict(schedule.figures))[key] for key in expected
    }


def check_presented(schedules: list[Schedule], expected: dict[str, str]) -> None:
    """The key names no scheme: it holds for one of those in the case, usually the only one."""
    presented = []
    for schedule in schedules:
        found = {line.claimant: line.units for line in schedule.lines} | {"State": schedule.residual_units}
        known(expected, found, PRESENTED)
        presented.append({key: found[key] for key in expected})
    assert {key: Fraction(text) * CENTS for key, text in expected.items()} in presented


CASE: dict[str, Any] = {
    "kind": "allocation",
    "policies": {"deficiency": "ranks with the other victims"},
    "input": {
        "assets": [{"id": "a", "value": "9", "proprietary": [{"claimant": "A", "amount": "2"}]}],
        "general_costs": "1",
        "losses": {"A": "4", "B": "20"},
    },
    "expected": {"traced_first": {"A": "28/11", "B": "60/11", "dividend": "3/11"}},
}


def written(case: dict[str, Any], tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case), "utf-8")
    return path


def test_a_further_case_of_the_same_form_is_worked(tmp_path: Path) -> None:
    check(read(written(CASE, tmp_path)))


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ((), "extra", {}),
        (("input",), "trustees", []),
        (("input", "assets", 0), "lien", "3"),
        (("input", "assets", 0, "proprietary", 0), "rank", "1"),
        (("policies",), "interest", "none"),
        (("policies",), "deficiency", "is lost"),
        (("expected",), "first_come", {}),
        (("expected", "traced_first"), "level", "1/2"),
        (("expected",), PRESENTED, {"C": "1.00"}),
    ],
)
def test_what_is_not_known_fails_by_name(
    place: tuple[str | int, ...], key: str, value: Any, tmp_path: Path
) -> None:
    case = json.loads(json.dumps(CASE))
    node = case
    for step in place:
        node = node[step]
    node[key] = value
    named = "is lost" if value == "is lost" else "C" if key == PRESENTED else key
    with pytest.raises(AssertionError, match=f"unknown key '{named}'"):
        check(read(written(case, tmp_path)))


def test_a_wrong_value_fails(tmp_path: Path) -> None:
    case = json.loads(json.dumps(CASE))
    case["expected"]["traced_first"]["A"] = "28/12"
    with pytest.raises(AssertionError):
        check(read(written(case, tmp_path)))
