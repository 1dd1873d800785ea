"""The figure of shares recovered: every marker on its axis, the same bytes again, every text escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

from api.evidence.figures.recovery import AXIS, AXIS_END, axis, recovery
from tests.api.evidence.example import sharing
from tests.api.evidence.random_shares import random_sharing

SVG = "{http://www.w3.org/2000/svg}"


def places(mark: ET.Element) -> list[Fraction]:
    """Where a marker stands, by the first length that it names."""
    found = mark.get("cx") or mark.get("x") or re.findall(r"M([\d.]+)", mark.get("d", "M0"))[0]
    return [Fraction(found)]


@pytest.mark.parametrize("seed", range(40))
def test_every_scheme_of_every_claimant_is_drawn_on_the_axis(seed: int) -> None:
    given = random_sharing(seed)
    figure = recovery(given)
    assert figure == recovery(given)
    drawn = ET.fromstring(figure.svg)  # noqa: S314 - drawn by ourselves
    marks = [e for e in drawn.iter() if "mk" in e.get("class", "").split()]
    schedules = given.comparison.schedules
    assert len(marks) == sum(line.recovered is not None for s in schedules for line in s.lines)
    for mark in marks:
        assert all(AXIS - 7 <= x <= AXIS_END + 7 for x in places(mark))
    percents = [t.text or "" for t in drawn.iter(f"{SVG}text") if (t.text or "").endswith(" %")]
    assert percents[-1] == "100 %"
    assert len(percents) == len(set(percents))
    assert figure.twin.lines[0].cells[0] == schedules[0].lines[0].claimant


def test_the_axis_begins_at_a_round_share_below_the_least() -> None:
    for n in range(1001):
        share = Fraction(n, 1000)
        low, step = axis([share])
        assert 0 <= low <= min(share, Fraction(96, 100))
        assert ((1 - low) / step).denominator == 1


def test_a_hostile_claimant_is_only_a_word() -> None:
    given = sharing()
    first = given.comparison.schedules[0].lines[0]
    name = "<script>alert(1)</script>\u202e"
    worse = tuple(
        replace(s, lines=(replace(s.lines[0], claimant=name), *s.lines[1:]))
        for s in given.comparison.schedules
    )
    figure = recovery(replace(given, comparison=replace(given.comparison, schedules=worse)))
    assert first.claimant != name
    assert "<script" not in figure.svg
    assert "\u202e" not in figure.svg
    ET.fromstring(figure.svg)  # noqa: S314 - drawn by ourselves
