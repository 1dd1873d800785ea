"""The practice cases that the tests look at, each drawn once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from api.demo.scenario import Scenario

if TYPE_CHECKING:
    from api.demo.crime import Crime
    from api.demo.statement_pdf import Line

SEEDS = range(1, 21)


@cache
def case(seed: int, *, without_crime: bool = False) -> Scenario:
    return Scenario.make(seed, without_crime=without_crime)


def crime_of(seed: int) -> Crime:
    done = case(seed).truth.crime
    assert done is not None
    return done


def number(party: str) -> str:
    return party.partition(" ")[0]


def moved(lines: tuple[Line, ...]) -> list[Line]:
    return [line for line in lines if line.status == "Completed"]
