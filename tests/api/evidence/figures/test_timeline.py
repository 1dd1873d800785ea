"""The timeline: every lane adds up, nothing is drawn outside it, what has no room is said."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from statistics import median_low
from xml.etree import ElementTree as ET

from api.evidence.contents import Step
from api.evidence.display import clock
from api.evidence.figures.timeline import lasting, marks, pause, timeline
from api.evidence.figures.timeline_lanes import LANES, WIDTH
from tests.api.evidence.example import DAY, FIRST, trace

SVG = "{http://www.w3.org/2000/svg}"
HOLD = Step(FIRST + 9 * DAY, "hold to 27 Sep, Example Bank", FIRST + 26 * DAY)


def words(svg: str) -> list[str]:
    return ["".join(t.itertext()) for t in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own


def test_every_traced_movement_is_one_circle_and_one_row() -> None:
    found = trace()
    figure = timeline(found, (HOLD,))
    circles = re.findall(r'<circle class="(tl-in|tl-mv|tl-out)"', figure.svg)
    assert len(circles) == len(marks(found))
    assert len(figure.twin.lines) == len(marks(found)) + 1
    assert [line.cells[1] for line in figure.twin.lines[:-1]] == [m.lane for m in marks(found)]
    assert {m.lane for m in marks(found)} <= set(LANES)
    assert figure.twin.lines[-1].cells[1:] == (
        "Step taken",
        f"{HOLD.label}, until {clock(HOLD.until)}",
        "–",
    )


def test_a_step_that_lasts_is_as_long_as_it_lasts() -> None:
    svg = timeline(trace(), (HOLD,)).svg
    (x, width) = next(
        (Fraction(a), Fraction(b))
        for a, b in re.findall(r'class="tl-hold"[^>]* x="([0-9.]+)"[^>]* width="([0-9.]+)"', svg)
    )
    assert width > 200
    assert x + width <= WIDTH


def test_today_is_drawn_where_it_is_near_and_never_in_a_pack() -> None:
    found = trace()
    assert "tl-now" not in timeline(found, (HOLD,)).svg
    assert "tl-now" in timeline(found, (HOLD,), FIRST + 20 * DAY).svg
    assert "tl-now" in timeline(found, (HOLD,), FIRST + 30 * DAY).svg
    assert "tl-now" not in timeline(found, (HOLD,), FIRST + 400 * DAY).svg


def test_labels_that_find_no_place_are_counted() -> None:
    steps = tuple(Step(FIRST + n * 3_600_000_000, f"a long label of step {n:02d}") for n in range(20))
    said = words(timeline(trace(), steps).svg)
    shown = [w for w in said if w.startswith("a long label")]
    assert f"{20 - len(shown)} more in the table" in said
    assert 0 < len(shown) < 20


def test_nothing_stands_outside_the_drawing() -> None:
    steps = (Step(FIRST, "first"), HOLD, Step(FIRST + 26 * DAY, "the very last step of them all, in words"))
    root = ET.fromstring(timeline(trace(), steps, FIRST + 26 * DAY).svg)  # noqa: S314 - our own
    height = Fraction(root.get("height") or "0")
    for at in root.iter():
        assert all(0 <= Fraction(at.get(k, "0")) <= WIDTH for k in ("x", "cx", "x1", "x2"))
        assert all(0 <= Fraction(at.get(k, "0")) <= height for k in ("y", "cy", "y1", "y2"))


def test_the_pause_is_the_median_of_what_occurred() -> None:
    found = trace()
    times = {m.id: m.lo for m in found.given.movements}
    ledgers = set(found.given.ledgers)
    hops = [h for h in found.comparison.results["own_first"].hops if h.traced]
    into = [(times[h.movement], h.credit) for h in hops if h.debit not in ledgers and h.credit in ledgers]
    away = [(times[h.movement], h.debit) for h in hops if h.debit in ledgers]
    pauses = [
        min(then - at for then, who in away if who == account and then >= at)
        for at, account in into
        if any(who == account and then >= at for then, who in away)
    ]
    assert pause(found) == median_low(pauses)


def test_days_without_a_time_say_nothing_of_a_pause() -> None:
    found = trace()
    coarse = tuple(replace(m, hi=m.lo + DAY) for m in found.given.movements)
    assert pause(replace(found, given=replace(found.given, movements=coarse))) is None


def test_a_duration_is_written_in_two_units() -> None:
    assert lasting(3_600_000_000) == "1 h"
    assert lasting(59_999_999) == "59 s"
