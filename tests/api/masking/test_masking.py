"""Nothing that leaves shows a victim below the clearance for her: not in any form, of any kind."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.api.masking.planted import planted, victim_of
from tests.api.masking.producers import PRODUCERS
from tests.api.masking.spellings import found

if TYPE_CHECKING:
    from pathlib import Path

AT_LEAST = 350
"""Outputs of one case; three cases are more than a thousand."""


def leaks(folder: Path, seed: int) -> tuple[list[str], int]:
    case = planted(folder, seed)
    told, count = [], 0
    for producer in PRODUCERS:
        for label, data in producer(case):
            count += 1
            seen = found(data, case.victim.needles)
            if seen:
                told.append(f"{producer.__name__}: {label}: {seen}")
    return told, count


def test_the_search_finds_her_however_she_is_written() -> None:
    v = victim_of(5)
    forms = [
        v.name.upper(),
        f"0{v.own}",
        f"+254 {v.own[:3]} {v.own[3:6]} {v.own[6:]}",
        f"254-{v.own}",
        quote(v.name),
        json.dumps(v.name),
        base64.b64encode(f"the name is {v.name}, {v.phone}".encode()).decode(),
        v.account.lstrip("0"),
        v.name.replace("'", "&#39;"),
    ]
    for form in forms:
        assert found(form.encode(), v.needles), form
    assert found(gzip.compress(v.name.encode()), v.needles)
    assert found(b"somebody else, +254799999999", v.needles) == []


def test_a_victim_is_shown_nowhere(tmp_path: Path) -> None:
    told, count = leaks(tmp_path, 5)
    assert told == []
    assert count >= AT_LEAST


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_other_victims_are_shown_nowhere(seed: int, tmp_path: Path) -> None:
    told, count = leaks(tmp_path, seed)
    assert told == []
    assert count >= AT_LEAST
