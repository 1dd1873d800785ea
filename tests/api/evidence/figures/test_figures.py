from __future__ import annotations

import os
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from api.evidence.contents import Step
from api.evidence.figures.allocation import allocation
from api.evidence.figures.figure import Figure, html_table
from api.evidence.figures.flows import flows
from api.evidence.figures.layout import Labels
from api.evidence.figures.sankey import sankey, totals
from api.evidence.figures.svg import px
from api.evidence.figures.timeline import marks, timeline
from tests.api.evidence.example import DAY, FIRST, sharing, trace
from tests.api.evidence.random_traces import random_trace

if TYPE_CHECKING:
    from api.evidence.contents import Trace

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
STEPS = (Step(FIRST + 9 * DAY, "Hold asked"), Step(FIRST + 20 * DAY, "Order M-118"))
SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("sankey", "timeline", "allocation")


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - drawn by ourselves


def drawn(name: str) -> Figure:
    if name == "sankey":
        return sankey(trace())
    return timeline(trace(), STEPS) if name == "timeline" else allocation(sharing())


def renamed(found: Trace, text: str) -> Trace:
    places = {*found.given.ledgers, *found.given.ends, *(m.debit or "" for m in found.given.movements)}
    return replace(found, labels=dict.fromkeys(places, text))


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_what_it_was(name: str) -> None:
    """Look at the picture before you renew it: FUATILIA_RENEW_GOLDEN=1."""
    place, found = GOLDEN / f"{name}.svg", drawn(name).svg
    if os.environ.get("FUATILIA_RENEW_GOLDEN"):
        place.write_text(found, encoding="utf-8")
    assert place.read_text("utf-8") == found


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_says_what_it_shows(name: str) -> None:
    figure = drawn(name)
    root = parsed(figure.svg)
    assert root.findtext(f"{SVG}title") == figure.title
    assert root.findtext(f"{SVG}desc") == figure.words
    assert root.get("role") == "img"


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_holds_nothing_that_acts_or_is_fetched(name: str) -> None:
    root = parsed(drawn(name).svg)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) not in {"script", "image", "use", "a", "foreignObject", "style"}
        for key, value in element.attrib.items():
            assert not key.startswith("on")
            assert "style" not in key
            assert "://" not in value
            assert "url(" not in value or value.startswith("url(#")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\u202eSEK 1", "x" * 10_000, '"/><g onload="x"', "\x00"]
)
def test_a_hostile_label_is_text_and_short(text: str) -> None:
    for figure in (sankey(renamed(trace(), text)), timeline(trace(), (Step(FIRST, text),))):
        root = parsed(figure.svg)
        assert not list(root.iter(f"{SVG}script"))
        assert "\u202e" not in figure.svg
        assert max(len("".join(t.itertext())) for t in root.iter(f"{SVG}text")) < 90
        assert "<script" not in html_table(figure.twin)


def test_the_twin_holds_the_numbers_of_the_figure() -> None:
    figure = sankey(trace())
    words = " ".join("".join(t.itertext()) for t in parsed(figure.svg).iter(f"{SVG}text"))
    for line in figure.twin.lines:
        if line.cells[0] != "Sum":
            assert line.cells[1] in words
    held = next(line for line in figure.twin.lines if line.cells[0] == "Held")
    assert held.cells[1] in figure.words


def test_every_rule_adds_up_in_the_twin() -> None:
    found = trace()
    for code, result in found.comparison.results.items():
        assert sum(sums[code] for sums in totals(flows(found)).values()) == sum(result.claims.values())


@pytest.mark.parametrize("seed", range(12))
def test_what_enters_an_account_leaves_it(seed: int) -> None:
    found = flows(trace(trace_input=random_trace(seed)))
    for node in found.ledgers:
        into = sum((v for (_, t), v in found.links.items() if t == node), Fraction(0))
        out = sum((v for (s, _), v in found.links.items() if s == node), Fraction(0))
        assert into == out, node
    started = sum((v for (s, _), v in found.links.items() if s[0] == "claimant"), Fraction(0))
    assert started == found.total
    for row in found.rows:
        assert (
            sum((v for (_, t), v in found.links.items() if t == row.node), Fraction(0))
            == row.values[found.chosen]
        )


@pytest.mark.parametrize("seed", range(12, 18))
def test_random_traces_can_be_drawn(seed: int) -> None:
    for figure in (
        sankey(trace(trace_input=random_trace(seed))),
        timeline(trace(trace_input=random_trace(seed))),
    ):
        parsed(figure.svg)


def test_no_ribbon_or_bar_is_thinner_than_can_be_seen() -> None:
    svg = sankey(trace()).svg
    ribbons = re.findall(r'class="flow[^"]*" d="[^v]*v([0-9.]+)', svg)
    bars = re.findall(r'<rect class="(?:nd|end [^"]*)"[^>]* height="([0-9.]+)"', svg)
    assert len(ribbons) > 15
    assert min(float(v) for v in (*ribbons, *bars)) >= 1.5


def test_labels_never_cover_one_another() -> None:
    labels = Labels()
    for i in range(30):
        labels.claim(("Wallet", "1.00"), 100 + i, [Fraction(50 + 13 * n) for n in range(80)], 12, 13)
    boxes = labels.taken
    assert len(boxes) == 30
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_the_chosen_rule_is_drawn_last_and_larger() -> None:
    for strip in re.findall(r'<g><line class="gr".*?</g>', sankey(trace()).svg):
        drawn_marks = re.findall(r'class="mk (m-\w+)"', strip)
        assert drawn_marks[-1] == "m-own"
        assert len(drawn_marks) == 5


def test_lanes_add_up() -> None:
    found = trace()
    paid_in = sum(m.value for m in marks(found) if m.lane == "Paid in")
    assert paid_in == sum(found.comparison.results["own_first"].claims.values())


def test_gains_and_losses_cancel() -> None:
    shares = sharing().comparison
    for schedule in shares.schedules:
        gains = sum(e.gain for e in shares.effects if e.scheme == schedule.scheme)
        base = next(s for s in shares.schedules if s.scheme == shares.base)
        assert gains == sum(x.total for x in schedule.lines) - sum(x.total for x in base.lines)


def test_lengths_round_half_up_and_hold_no_float() -> None:
    assert [px(Fraction(n, 20)) for n in (0, 1, 2, 3)] == ["0", "0.1", "0.1", "0.2"]
