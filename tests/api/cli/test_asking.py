"""``store queries``: listed, printed as the file has it, and an unknown one named."""

from __future__ import annotations

from graph.stores.neo4j.questions import question, questions
from tests.api.cli.talking import talk


def test_every_question_is_listed() -> None:
    said = talk("--json", "store", "queries")
    assert said.code == 0
    assert [one["name"] for one in said.document] == [one.name for one in questions()]
    assert all(one.name in talk("store", "queries").out for one in questions())


def test_one_is_printed_as_it_stands() -> None:
    assert talk("store", "queries", "fan-in").out == question("fan-in").statement


def test_an_unknown_one_is_refused() -> None:
    said = talk("store", "queries", "nonsense")
    assert said.code == 1
    assert "who-paid-whom" in said.err
