"""What a case is asked: recorded with author, time and reason, the latest counts, the earlier ones stay."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.casework.question import ask, asked_words, question, question_document, questions
from api.errors import UsageError
from api.settings import Settings
from api.workbench import Workbench
from graph.model.results import Assertion, AssertionKind
from tests.api.casework.worked_case import CASE, NOW, opened

if TYPE_CHECKING:
    from pathlib import Path


def test_a_case_is_asked_nothing_until_somebody_asks(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        assert question(bench) is None
        assert question_document(bench) == {"case": CASE, "question": None, "earlier": []}


def test_a_question_keeps_who_asked_when_and_by_when(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        said = ask(
            bench, "  Where did\n it go? ", "letter of 24 September", due="2026-11-30", asked_by="P. 02"
        )
        found = question(bench)
    assert found is not None
    assert (found.text, found.asked_by, found.on, found.due) == (
        "Where did it go?",
        "P. 02",
        "2026-11-20",
        "2026-11-30",
    )
    assert (found.id, found.author, found.reason) == (said.id, "Analyst 07", "letter of 24 September")
    assert found.made.startswith("2026-11-20T09:30:00")


def test_the_latest_question_counts_and_the_earlier_ones_stay(tmp_path: Path) -> None:
    settings = Settings(store=str(tmp_path / "store"), case=CASE, actor="Analyst 07")
    ticks = (NOW + timedelta(microseconds=n) for n in itertools.count())
    with Workbench.open(settings, purpose="test", now=lambda: next(ticks), create=True) as bench:
        for n in range(5):
            ask(bench, f"question {n}", "meeting")
        assert [q.text for q in questions(bench)] == [f"question {n}" for n in range(5)]
        document = question_document(bench)
        assert document["question"]["text"] == "question 4"
        assert [q["text"] for q in document["earlier"]] == [
            "question 3",
            "question 2",
            "question 1",
            "question 0",
        ]
        bench.withdraw(document["question"]["id"], "asked by mistake")
        assert question(bench) == questions(bench)[-1]
        assert questions(bench)[-1].text == "question 3"


@pytest.mark.parametrize(
    ("text", "reason", "more"),
    [
        (" \n ", "letter", {}),
        ("where?", "  ", {}),
        ("where?", "letter", {"due": "30 November"}),
        ("where?", "letter", {"on": "2026-02-30"}),
        ("where?", "letter", {"on": "2026-11-30", "due": "2026-11-29"}),
        ("w" * 1_001, "letter", {}),
        ("where?", "letter", {"asked_by": "x" * 201}),
    ],
)
def test_a_question_that_says_nothing_is_refused(
    tmp_path: Path, text: str, reason: str, more: dict[str, str]
) -> None:
    with opened(tmp_path) as bench:
        with pytest.raises(UsageError):
            ask(bench, text, reason, **more)
        assert questions(bench) == ()


def test_a_question_written_by_another_program_as_plain_text_is_read(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        for n, text in enumerate(("Where is it?", '["not", "an object"]')):
            made = f"2026-11-1{n}T08:00:00"
            bench.store.assert_(
                bench.scope, Assertion(AssertionKind.QUESTION, CASE, CASE, text, "ann", "letter", made)
            )
        assert [(q.text, q.on) for q in questions(bench)] == [
            ("Where is it?", "2026-11-10"),
            ('["not", "an object"]', "2026-11-11"),
        ]


def test_the_case_is_summed_up_with_its_question(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        assert bench.case_summary()["question"] == ""
        ask(bench, "Where is it?", "letter", asked_by="P. 02")
        found = question(bench)
        assert found is not None
        assert bench.case_summary()["question"] == asked_words(found)
        with pytest.raises(UsageError, match="an action of its own"):
            bench.assert_("question", CASE, "x", "y")
