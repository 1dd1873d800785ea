"""The question and the checklist over HTTP: the JSON of the command line, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.rest.conftest import CASE
from tests.api.rest.test_nouns import said

if TYPE_CHECKING:
    from pathlib import Path

    from api.desk import Desk
    from tests.api.rest.conftest import Client

HERE = f"/cases/{CASE}"


def test_a_question_is_recorded_and_the_earlier_one_stays(client: Client, desk: Desk) -> None:
    before = client.get(f"{HERE}/question").json()
    assert before["question"]["asked_by"] == "Practice Prosecutor"
    body = {"text": "And now?", "reason": "meeting of 20 November", "due": "2026-12-24", "asked_by": "P. 02"}
    made = client.post(f"{HERE}/question", body)
    assert (made.status_code, made.json()["kind"], made.json()["author"]) == (201, "question", "analyst")
    after = client.get(f"{HERE}/question").json()
    assert (after["question"]["text"], after["question"]["due"]) == ("And now?", "2026-12-24")
    assert after["earlier"] == [before["question"]]
    assert client.get(HERE).json()["question"].startswith("And now? (asked by P. 02")
    lines, _ = desk.bench(CASE, purpose="test").store.audit(desk.bench(CASE, purpose="test").scope)
    assert any("record the question" in line and '"rest"' in line for line in lines)


@pytest.mark.parametrize(
    "body",
    [
        {"text": "", "reason": "x"},
        {"text": "x"},
        {"text": "x", "reason": " "},
        {"text": "x", "reason": "x", "due": "soon"},
        {"text": "x", "reason": "x", "due": "2026-02-30"},
        {"text": "x", "reason": "x", "on": "2026-12-02", "due": "2026-12-01"},
        {"text": "x", "reason": "x", "who": "y"},
    ],
)
def test_a_question_that_cannot_be_recorded_is_a_problem(client: Client, body: dict[str, str]) -> None:
    before = client.get(f"{HERE}/question").json()
    answer = client.post(f"{HERE}/question", body)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(f"{HERE}/question").json() == before


def test_the_checklist_is_that_of_the_command_line(client: Client, store: Path) -> None:
    assert client.get(f"{HERE}/checklist").json() == said(store, "checklist")


def test_a_step_is_stated_and_a_wrong_one_is_not(client: Client) -> None:
    made = client.post(f"{HERE}/checklist/G5", {"state": "done", "reason": "order of 20 November"})
    assert (made.status_code, made.json()["subject"], made.json()["object"]) == (201, "G5", "done")
    stages = client.get(f"{HERE}/checklist").json()["stages"]
    (step,) = [s for stage in stages for s in stage["steps"] if s["id"] == "G5"]
    assert (step["state"], step["said"][-1]["author"]) == ("done", "analyst")
    assert client.post(f"{HERE}/checklist/Q9", {"state": "done", "reason": "x"}).status_code == 400
    assert client.post(f"{HERE}/checklist/G5", {"state": "perhaps", "reason": "x"}).status_code == 422
    back = client.post(f"{HERE}/assertions/{made.json()['id']}/withdrawal", {"reason": "a mistake"})
    assert back.status_code == 201
    stages = client.get(f"{HERE}/checklist").json()["stages"]
    assert [s["state"] for stage in stages for s in stage["steps"] if s["id"] == "G5"] == ["open"]


def test_an_order_to_pay_is_recorded_and_listed(client: Client) -> None:
    body = {
        "claimant": "V1",
        "amount": "70000.00",
        "asset": "KES",
        "reference": "M-7/2026",
        "reason": "judgment",
    }
    assert client.post(f"{HERE}/awards", body).status_code == 201
    (told,) = client.get(f"{HERE}/awards").json()["awards"]
    assert (told["claimant"], told["amount"], told["asset"]) == ("V1", "70000.00", "KES:2")
    assert client.post(f"{HERE}/awards", {**body, "amount": "-1"}).status_code == 400
    assert client.post(f"{HERE}/awards", {**body, "reference": ""}).status_code == 422


def test_general_statements_are_not_a_way_around(client: Client) -> None:
    for kind in ("question", "step"):
        body = {"kind": kind, "subject": CASE, "object": "done", "reason": "x"}
        assert client.post(f"{HERE}/assertions", body).status_code == 400
