"""The question, the checklist, the bars and the timeline of a case: the page says what is on record."""

from __future__ import annotations

import html
import re
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from api.casework.restraining import give_back, restrain
from api.web.losses import WIDTH, loss_to_payment, restrained, ticks
from api.web.people import people_lines
from graph.model.scope import Clearance
from tests.api.web.conftest import CASE

if TYPE_CHECKING:
    from api.workbench import Workbench
    from tests.api.web.conftest import Site

HOME = f"/cases/{CASE}"
HELD_ON, ENDED_ON = date(2026, 11, 25), date(2026, 11, 28)
NASTY = "<script>alert(1)</script>\u202e{{7*7}}"


def bars(bench: Workbench, today: date) -> dict[str, Any]:
    found = loss_to_payment(bench, today)
    assert found is not None
    return {line.key: line for line in found.lines}


def units(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))


def test_the_question_is_the_title_of_the_page(site: Site) -> None:
    twin, page = site.twin(HOME), site.page(HOME)
    asked = twin["question"]
    assert (asked["asked_by"], asked["on"], asked["due"]) == (
        "Practice Prosecutor",
        "2026-11-10",
        "2026-11-30",
    )
    title = re.search(r"<h1><bdi>(.*?)</bdi></h1>", page)
    assert title
    assert html.unescape(title[1]) == asked["text"]
    assert "asked by Practice Prosecutor on 10 Nov 2026" in page
    assert twin["title"] == "Practice case: two families pay for one release"


def test_a_question_is_recorded_by_its_form_and_the_earlier_one_stays(own_site: Site) -> None:
    before = own_site.twin(HOME)["question"]
    assert own_site.post(f"{HOME}/question", text="And now?", reason=" ").status_code == 400
    assert own_site.post(f"{HOME}/question", text="And now?", reason="x", due="soon").status_code == 400
    given = {"text": NASTY, "reason": NASTY, "asked_by": NASTY, "due": "2026-12-24", "on": "2026-12-01"}
    answer = own_site.post(f"{HOME}/question", **given)
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    twin, page = own_site.twin(HOME), own_site.page(HOME)
    assert (twin["question"]["text"], twin["question"]["author"]) == (NASTY, "Analyst 07")
    assert [q["id"] for q in twin["earlier"]] == [before["id"]]
    assert html.escape(before["text"]) in page
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "{{7*7}}" in page


def test_only_our_own_forms_record(own_site: Site) -> None:
    for path in ("question", "checklist", "award"):
        answer = own_site.client.post(f"{HOME}/{path}", data={"text": "x", "reason": "x"})
        assert answer.status_code == 403


def test_the_checklist_says_what_its_twin_says(site: Site) -> None:
    twin, page = site.twin(f"{HOME}/checklist"), site.page(f"{HOME}/checklist")
    steps = {s["id"]: s for stage in twin["stages"] for s in stage["steps"]}
    assert (len(steps), twin["steps"]) == (41, 41)
    assert twin["settled"] == sum(s["state"] != "open" for s in steps.values())
    for step in steps.values():
        assert f'id="{step["id"]}"' in page
        assert step["title"] in html.unescape(page)
    assert (steps["A2"]["counted"], steps["A2"]["state"]) == (True, "done")
    assert steps["B4"]["said"][0]["reason"] == "No premises were searched."
    home = site.twin(HOME)["stages"]
    assert sum(s["settled"] for s in home) == twin["settled"]
    assert [s["letter"] for s in home] == list("ABCDEFGH")


def test_a_step_is_ticked_with_a_reason_and_unticked(own_site: Site) -> None:
    where = f"{HOME}/checklist"
    for wrong in ({"reason": ""}, {"reason": "x", "state": "perhaps"}, {"reason": "x", "step": "Q9"}):
        assert own_site.post(where, **{"step": "G5", "state": "done", **wrong}).status_code == 400
    before = own_site.twin(where)["settled"]
    answer = own_site.post(where, step="G5", state="done", reason=NASTY)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{where}#G5")
    assert own_site.twin(where)["settled"] == before + 1
    assert "<script>alert" not in own_site.page(where)
    own_site.post(where, step="g5", state="open", reason="the order was lifted")
    twin = own_site.twin(where)
    (step,) = [s for stage in twin["stages"] for s in stage["steps"] if s["id"] == "G5"]
    assert [(x["state"], x["author"]) for x in step["said"]] == [
        ("done", "Analyst 07"),
        ("open", "Analyst 07"),
    ]
    assert twin["settled"] == before


def test_the_work_on_a_case_makes_no_figure_old(own_site: Site) -> None:
    before = own_site.twin(HOME)["version"]
    own_site.post(f"{HOME}/checklist", step="G5", state="done", reason="order of 20 November")
    own_site.post(f"{HOME}/question", text="And now?", reason="meeting")
    assert own_site.twin(HOME)["version"] == before
    assert own_site.twin(f"{HOME}/timeline")["figure"]["stale"] is False


def test_what_was_said_of_the_work_can_be_read_and_taken_back(own_site: Site) -> None:
    own_site.post(f"{HOME}/checklist", step="G5", state="done", reason="order of 20 November")
    own_site.post(f"{HOME}/question", text="And now?", reason="meeting")
    twin, page = own_site.twin(f"{HOME}/assertions"), own_site.page(f"{HOME}/assertions")
    asked, step = twin["said"][:2]
    assert (asked["kind"], asked["subject"]["text"], asked["object"]["text"]) == ("question", "", "And now?")
    assert (step["kind"], step["subject"]["text"], step["object"]["text"]) == ("step", "G5", "done")
    assert f"{HOME}/checklist#G5" in page
    assert {"question", "step"}.isdisjoint(twin["kinds"])
    own_site.post(f"{HOME}/assertions", undo=asked["id"], reason="asked by mistake")
    assert own_site.twin(HOME)["question"]["asked_by"] == "Practice Prosecutor"


def test_the_bars_add_up_and_open_to_their_records(own_site: Site) -> None:
    bench = own_site.desk.bench(CASE, purpose="test")
    found = loss_to_payment(bench, HELD_ON)
    assert found is not None
    by_key = {line.key: line for line in found.lines}
    whole = units(by_key["paid_in"].amount)
    gone = sum(units(amount) for _, amount in found.gone)
    assert abs(whole - gone - units(by_key["held"].amount)) <= Fraction(5, 100), "each is rounded by itself"
    assert 0 < units(by_key["restrained"].amount) <= units(by_key["held"].amount)
    assert (by_key["paid_in"].bar, by_key["back"].bar, by_key["back"].amount) == (WIDTH, 0, "0.00")
    give_back(bench, "V1", "70000.00", "KES", "receipt", on="2026-11-18")
    give_back(bench, "V2", "12.00", "USD", "receipt", on="2026-11-18")
    again = loss_to_payment(bench, HELD_ON)
    assert again is not None
    assert again.lines[4].amount == "70,000.00"
    assert again.other == ("12.00 USD",)
    for line in own_site.twin(HOME)["loss"]["lines"]:
        assert own_site.client.get(line["url"].partition("#")[0]).status_code == 200, line["key"]


def test_an_order_to_pay_is_recorded_by_its_form(own_site: Site) -> None:
    given = {"claimant": "V1", "amount": "70000.00", "asset": "KES", "reason": NASTY, "on": "2026-11-19"}
    assert own_site.post(f"{HOME}/award", **given).status_code == 400
    assert own_site.post(f"{HOME}/award", **given, reference=NASTY).headers["location"] == HOME
    (line,) = [x for x in own_site.twin(HOME)["loss"]["lines"] if x["key"] == "ordered"]
    assert (line["amount"], line["bar"] > 0) == ("70,000.00", True)
    assert "<script>alert" not in own_site.page(HOME)
    assert "ordered, " in own_site.twin(f"{HOME}/timeline")["figure"]["table"]


def test_a_hold_that_ended_restrains_nothing(own_site: Site) -> None:
    bench = own_site.desk.bench(CASE, purpose="test")
    before, after = (bars(bench, day)["restrained"] for day in (HELD_ON, ENDED_ON))
    assert units(after.amount) < units(before.amount)


def test_a_restraint_of_an_amount_covers_no_more_than_it(own_site: Site) -> None:
    bench = own_site.desk.bench(CASE, purpose="test")
    (wallet,) = bench.search("4606")
    restrain(
        bench,
        wallet.id,
        "ordered",
        "smaller",
        asset="KES",
        reference="PC-20/2026",
        amount="100.00",
        on="2026-11-19",
    )
    assert units(bars(bench, ENDED_ON)["restrained"].amount) == 100


def test_restrained_is_nothing_without_a_restraint() -> None:
    place = {"instrument": "i", "asset": "KES:2", "amount": "10", "claim": "10"}
    assert restrained({"holdings": [place]}, []) == 0


@pytest.mark.parametrize("total", [Fraction(n, d) for n in (1, 7, 352_500, 10**12) for d in (1, 100)])
def test_ticks_are_few_round_and_inside(total: Fraction) -> None:
    found = ticks(total)
    assert 2 <= len(found) <= 6
    assert found[0] == (0, "0")
    assert all(a[0] < b[0] <= WIDTH for a, b in pairwise(found))


def test_people_who_are_undecided_are_pointed_out(own_site: Site) -> None:
    bench = own_site.desk.bench(CASE, purpose="test")
    (wallet,) = bench.search("4606")
    bench.role(wallet.id, "suspect", "named by family A")
    bench.role(wallet.id, "victim", "may have been compelled")
    found = {line.key: line.count for line in people_lines(bench)}
    assert found == {"claimants": 2, "suspect": 1, "victim": 1, "protected": 1, "undecided": 1}
    page = own_site.page(HOME)
    assert "Screening open" in page


def test_the_timeline_tells_of_money_and_of_steps(own_site: Site) -> None:
    figure = own_site.twin(f"{HOME}/timeline")["figure"]
    assert figure["rows"] == figure["table"].count("<tr>") - 1
    assert "question of Practice Prosecutor" in figure["table"]
    assert "hold to 27 Nov, Example Exchange" in figure["table"]
    assert figure["svg"] in own_site.page(f"{HOME}/timeline")


def test_a_question_is_masked_where_it_names_whom_the_case_protects(own_site: Site) -> None:
    bench = own_site.desk.bench(CASE, purpose="test", clearance=Clearance.CASE)
    (wallet,) = bench.search("4606")
    own_site.post(
        f"{HOME}/question", text=f"What of {wallet.label}?", reason=wallet.label, asked_by=wallet.label
    )
    own_site.post(f"{HOME}/checklist", step="G5", state="done", reason=f"for {wallet.label}")
    bench.role(wallet.id, "victim", "complaint")
    own_site.post("/session", names="show")
    for path in (HOME, f"{HOME}/checklist", f"{HOME}/assertions", f"{HOME}/timeline"):
        assert wallet.label not in own_site.page(path)
        assert wallet.label not in str(own_site.twin(path))
