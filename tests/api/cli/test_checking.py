"""``checklist`` and the question of ``case``: recorded with a reason, shown as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.conftest import Practice


def test_the_checklist_is_listed_by_stage(practice: Practice) -> None:
    document = practice.document("checklist")
    assert document["steps"] == 41
    text = practice.once("checklist")
    assert text.code == 0
    lines = text.out.splitlines()
    assert [line.split()[0] for line in lines[1:7]] == ["A", "A1", "A2", "A3", "A4", "A5"]
    assert lines[-1] == f"{document['settled']} of 41 settled"


def test_a_step_is_stated_with_a_reason(own_practice: Practice) -> None:
    said = own_practice.talk("checklist", "g5", "done", "--reason", "order of 20 November")
    assert said.code == 0
    assert said.out.startswith("asserted step ")
    assert said.out.rstrip().endswith(": order of 20 November")
    steps = {s["id"]: s for stage in own_practice.document("checklist")["stages"] for s in stage["steps"]}
    assert steps["G5"]["state"] == "done"


def test_a_step_half_said_is_refused(practice: Practice) -> None:
    for words in (
        ("checklist", "G5"),
        ("checklist", "G5", "done"),
        ("checklist", "Q9", "done", "--reason", "x"),
        ("checklist", "G5", "perhaps", "--reason", "x"),
    ):
        said = practice.talk(*words)
        assert (said.code, said.out) == (2, ""), words
        assert said.err.startswith("error: ")


def test_the_case_shows_what_it_is_asked_and_is_asked_something_else(own_practice: Practice) -> None:
    assert "Practice Prosecutor" in own_practice.document("case")["question"]
    asked = own_practice.talk(
        "case", "--question", "And now?", "--asked-by", "P. 02", "--due", "2026-12-24", "--reason", "meeting"
    )
    assert asked.code == 0
    assert "And now? (asked by P. 02 on " in asked.out
    assert own_practice.document("case")["question"].endswith("due 2026-12-24)")
    assert own_practice.talk("case", "--question", "And now?").code == 2
    assert own_practice.talk("case", "--question", "x", "--due", "soon", "--reason", "y").code == 2


def test_a_pack_prints_the_question_on_record_and_what_was_done(practice: Practice, tmp_path: Path) -> None:
    said = practice.talk("export", tmp_path / "pack", *practice.seeds, "--sealed", "2026-11-20T14:40:00")
    assert said.code == 0, said
    texts = [p.read_text("utf-8") for p in sorted((tmp_path / "pack").rglob("*.html"))]
    assert any("asked by Practice Prosecutor on 2026-11-10, due 2026-11-30" in text for text in texts)
    (drawn,) = (tmp_path / "pack").rglob("timeline.svg")
    assert "hold to 27 Nov, Example Exchange" in drawn.read_text("utf-8")
    assert "tl-now" not in drawn.read_text("utf-8")
