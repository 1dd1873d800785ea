"""The checklist: 41 steps in four languages, counted or stated; a person's word counts over a count."""

from __future__ import annotations

import string
from datetime import date
from typing import TYPE_CHECKING

import pytest

from api.casework.checklist import (
    StepState,
    checklist,
    checklist_document,
    procedure,
    state_step,
    step_title,
)
from api.casework.checklist_facts import FACTS, work_of
from api.casework.restraining import restrain
from api.errors import UsageError
from api.web.language import LANGUAGES
from graph.store import Selection
from tests.api.casework.worked_case import filled, opened

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from api.casework.checklist import StepLine
    from api.workbench import Workbench

TODAY = date(2026, 11, 20)


def lines(bench: Workbench, today: date = TODAY) -> dict[str, StepLine]:
    return {line.id: line for stage in checklist(bench, today) for line in stage.steps}


def test_the_procedure_has_its_steps_in_every_language() -> None:
    known = procedure()
    assert {letter: sum(s.stage == letter for s in known.steps) for letter in known.stages} == {
        "A": 6,
        "B": 4,
        "C": 5,
        "D": 7,
        "E": 5,
        "F": 5,
        "G": 7,
        "H": 2,
    }
    texts: list[Mapping[str, str]] = [
        *known.stages.values(),
        *(s.titles for s in known.steps),
        *known.facts.values(),
    ]
    for text in texts:
        assert sorted(text) == sorted(LANGUAGES)
        assert all(text.values())
        assert len(set(text.values())) == len(LANGUAGES)
    for fact in known.facts.values():
        places = [{f for _, f, _, _ in string.Formatter().parse(text) if f} for text in fact.values()]
        assert all(found == places[0] <= {"n", "m"} for found in places)


def test_every_fact_has_its_words_and_is_asked_for() -> None:
    asked = [s.fact for s in procedure().steps if s.fact]
    assert sorted(asked) == sorted(FACTS) == sorted(procedure().facts)
    assert all(s.fact for s in procedure().steps if s.decides)


def test_an_empty_case_has_done_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        found = lines(bench)
    assert {line.state for line in found.values()} == {StepState.OPEN}
    assert {line.shows for line in found.values()} == {""}


def test_what_the_case_shows_is_counted(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        found = lines(filled(bench, tmp_path))
    assert (found["A2"].state, found["A2"].counted, found["A2"].shows) == (
        StepState.DONE,
        True,
        "files that state it: 1 of 1",
    )
    assert (found["C1"].state, found["C1"].shows) == (StepState.DONE, "files read: 1 of 1")
    assert (found["C5"].state, found["D1"].state, found["A1"].state) == (StepState.OPEN,) * 3


def test_a_file_without_authority_leaves_the_step_open_with_its_count(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        found = lines(filled(bench, tmp_path, authority=""))
    assert (found["A2"].state, found["A2"].shows) == (StepState.OPEN, "files that state it: 0 of 1")


def test_a_persons_word_counts_over_what_is_counted_and_stays_on_record(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        filled(bench, tmp_path)
        said = [
            state_step(bench, "a2", "open", "order 9 was quashed"),
            state_step(bench, "A3", "done", "file 17"),
        ]
        found = lines(bench)
        assert (found["A2"].state, found["A2"].counted) == (StepState.OPEN, False)
        assert found["A2"].shows == "files that state it: 1 of 1"
        assert (found["A3"].state, found["A3"].said[0].reason) == (StepState.DONE, "file 17")
        bench.withdraw(said[0].id, "a mistake")
        assert lines(bench)["A2"].counted
    assert [a.subject for a in said] == ["A2", "A3"]


@pytest.mark.parametrize(
    ("step", "state", "reason"),
    [
        ("Z1", "done", "x"),
        ("A1", "finished", "x"),
        ("A1", "done", " "),
        ("", "done", "x"),
        ("A1", "done", "x" * 1_001),
    ],
)
def test_what_is_no_step_no_state_or_has_no_reason_is_refused(
    tmp_path: Path, step: str, state: str, reason: str
) -> None:
    with opened(tmp_path) as bench:
        with pytest.raises(UsageError):
            state_step(bench, step, state, reason)
        assert bench.assertions() == []


def test_holds_count_until_they_end_and_press_before(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        filled(bench, tmp_path)
        rows = bench.store.select(bench.scope, _all()).table.to_pylist()
        held = rows[0]["debit"] or rows[0]["credit"]
        restrain(
            bench, held, "held_until", "by letter", until="2026-11-27", by="Example Bank", on="2026-11-13"
        )
        now, after = lines(bench), lines(bench, date(2026, 11, 28))
        stages = {s.letter: s for s in checklist(bench, TODAY)}
        later = {s.letter: s for s in checklist(bench, date(2026, 11, 28))}
    assert (now["B1"].state, now["B2"].state, now["E3"].state) == (
        StepState.DONE,
        StepState.DONE,
        StepState.OPEN,
    )
    assert after["B2"].state is StepState.OPEN
    assert [(n.key, n.day) for n in stages["B"].notes] == [("hold_ends", "2026-11-27")]
    assert [(n.key, n.day) for n in later["B"].notes] == [("hold_ended", "2026-11-27")]


def test_the_document_says_what_the_steps_say(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        filled(bench, tmp_path)
        state_step(bench, "B4", "not_applicable", "nothing was searched")
        document = checklist_document(bench, TODAY, "fr")
        assert work_of(bench, TODAY).today == TODAY
    assert document["steps"] == 41
    assert document["settled"] == sum(s["settled"] for s in document["stages"])
    (step,) = [x for s in document["stages"] for x in s["steps"] if x["id"] == "B4"]
    assert (step["title"], step["state"]) == (step_title("B4", "fr"), "not_applicable")
    assert step["said"][0]["reason"] == "nothing was searched"


def _all() -> Selection:
    return Selection(statuses=())
