"""A file that cannot be held in the head is two files."""

from __future__ import annotations

from statistics import median

from tests.architecture.source_files import PACKAGES, python_files, short

HARD_LIMIT = 500
MEDIAN_LIMIT = 150
ALLOWED: dict[str, str] = {}  # file -> why it may be longer


def lines() -> dict[str, int]:
    folders = (*PACKAGES, "tests", "benchmarks", "tools")
    return {short(p): len(p.read_text(encoding="utf-8").splitlines()) for p in python_files(*folders)}


def test_no_file_is_longer_than_the_hard_limit() -> None:
    assert {name: n for name, n in lines().items() if n > HARD_LIMIT and name not in ALLOWED} == {}


def test_an_allowance_is_withdrawn_when_it_is_no_longer_needed() -> None:
    assert [name for name in ALLOWED if lines().get(name, 0) <= HARD_LIMIT] == []


def test_the_median_stays_small() -> None:
    sizes = sorted(n for name, n in lines().items() if n and name.startswith(PACKAGES))
    assert median(sizes) <= MEDIAN_LIMIT
