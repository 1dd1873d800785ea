"""The leads page, asked in process: findings, thresholds, first payments, notes, merging, the last run."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from api.web.language import LANGUAGES, catalogue
from api.web.leadfigures import BETWEEN, LEAST, MOST, RULES, WIDTH, figure_lines
from api.web.leadlist import finding_of
from graph.store import Selection
from tests.api.web.conftest import CASE

if TYPE_CHECKING:
    from tests.api.web.conftest import Site

LEADS = f"/cases/{CASE}/leads"


def detected(site: Site) -> None:
    """Run detection over the case and wait for it."""
    assert site.post(f"{LEADS}/detect").status_code == 303
    while not all(job.over for job in site.desk.work.jobs(CASE)):
        time.sleep(0.05)


def found(site: Site, typology: str) -> dict[str, Any]:
    """Open the lead of a typology that rests on real evidence: the one whose thresholds are kept."""
    for lead in site.twin(LEADS)["leads"]:
        if lead["typology"] == typology:
            card: dict[str, Any] = site.twin(f"{LEADS}?lead={lead['id']}")["card"]
            if len(card["parameters"]) > 5 or typology == "AS-04":
                return card
    pytest.fail(f"no lead of {typology}")


def test_every_threshold_of_our_rules_is_known_to_them() -> None:
    from analytics.catalogue import typologies

    for typology in typologies().values():
        names = {p.name for p in typology.parameters}
        for figure, (sense, *asked) in RULES.get(typology.id, {}).items():
            assert sense in {LEAST, MOST, BETWEEN}, figure
            assert set(asked) <= names, (typology.id, figure)


def test_a_figure_stands_on_the_side_of_its_threshold() -> None:
    asked = {"senders": "6", "window_days": "10", "least_dollars": "500", "most_dollars": "20000"}
    for senders, dollars in ((5, 400), (6, 500), (60, 20_000), (7, 30_000)):
        held, _ = figure_lines("RA-01", {"senders": senders, "dollars": dollars, "days": 9}, asked)
        by_name = {f.name: f for f in held}
        assert (by_name["senders"].at >= by_name["senders"].mark) == (senders >= 6)
        assert by_name["days"].at < by_name["days"].mark
        between = by_name["dollars"]
        assert (between.mark <= between.at <= between.end) == (500 <= dollars <= 20_000)
        assert all(0 <= place <= WIDTH for f in held for place in (f.at, f.mark))


def test_a_part_of_the_senders_is_asked_as_a_count() -> None:
    held, _ = figure_lines("ST-01", {"senders": 11, "new": 10, "days": 7}, {"senders": "8", "new": "3/5"})
    assert [(f.name, f.observed, f.asked) for f in held] == [("senders", "11", "8"), ("new", "10", "7")]


def test_what_a_plug_in_measures_stands_beside_its_own_names() -> None:
    held, context = figure_lines("XX-01", {"waves": 4, "moon": "full"}, {"waves": "3"})
    assert [(f.name, f.sense, f.asked) for f in held] == [("waves", "", "3")]
    assert [f.name for f in context] == ["moon"]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_finding_is_said_in_every_language(language: str) -> None:
    figures = dict.fromkeys(re.findall(r"\{(\w+)\}", " ".join(catalogue("en").values())), "7")
    for key in (k for k in catalogue(language) if k.startswith("finding.")):
        said = finding_of(key.removeprefix("finding."), figures, language)
        assert said
        assert "{" not in said
        assert finding_of(key.removeprefix("finding."), {}, language) == ""


def test_a_family_pool_is_told_as_what_was_found(own_site: Site) -> None:
    detected(own_site)
    card = found(own_site, "RA-01")
    assert [f["name"] for f in card["figures"]] == [
        "senders",
        "dollars",
        "times",
        "share",
        "receivers",
        "days",
    ]
    assert [f["sense"] for f in card["figures"]] == [LEAST, BETWEEN, LEAST, LEAST, MOST, MOST]
    assert {f["name"] for f in card["context"]} == {"total", "usual"}
    assert (card["rate_of"], card["usual_days"]) == ("USDT", "10")
    assert [r["row"]["debit"]["id"] for r in card["records"] if r["onward"]] == [
        card["records"][-1]["row"]["debit"]["id"]
    ]
    page = own_site.page(f"{LEADS}?lead={card['line']['id']}")
    assert "Family pooling burst: <bdi>10 senders, then 97 % of it gone" in page
    assert "500 to 20,000" in page
    for one in card["innocent"]:
        assert (one["verdict"] == "supported") == (bool(one["shows"]) and not one["lacks"] + one["short"])
    assert "Not on record: equal sums, paid back to the members." in page


def test_paid_before_is_what_the_evidence_shows(own_site: Site) -> None:
    detected(own_site)
    card = found(own_site, "RA-01")
    assert card["before_seen"]
    bench = own_site.desk.bench(CASE, purpose="test")
    answers = {record["before"] for record in card["records"]}
    assert {"paid", "never"} <= answers
    start = card["since"]
    rows = bench.store.select(bench.scope, Selection(window=(0, start))).table.to_pylist()
    for record in card["records"]:
        debit, credit = record["row"]["debit"]["id"], record["row"]["credit"]["id"]
        earlier = [r["lo"] for r in rows if (r["debit"], r["credit"]) == (debit, credit)]
        assert record["since"] == min(earlier, default=0)
        assert record["before"] == ("paid" if earlier else "never")


def test_amounts_in_a_sentence_are_not_taken_for_numbers_of_telephones(own_site: Site) -> None:
    detected(own_site)
    for lead in own_site.twin(LEADS)["leads"]:
        assert "••" not in lead["sentence"], lead["sentence"]
    assert re.search(r"At the last record of \d+ \w+ 2026 \d\d:\d\d ", own_site.page(
        f"{LEADS}?lead={found(own_site, 'AS-04')['line']['id']}"))  # fmt: skip


def test_what_could_not_be_evaluated_is_there_in_another_session(own_site: Site) -> None:
    assert own_site.twin(LEADS)["ran"] == ""
    assert "has not been run over this case" in own_site.page(LEADS)
    bench = own_site.desk.bench(CASE, purpose="detect elsewhere")
    bench.detect()
    twin = own_site.twin(LEADS)
    assert [n["typology"] for n in twin["not_evaluated"]] == ["BE-01"]
    assert (bool(twin["ran"]), twin["beyond"]) == (True, 2)
    bench.detect(["ST-01"])
    assert [n["typology"] for n in own_site.twin(LEADS)["not_evaluated"]] == ["BE-01"]


def test_a_note_is_kept_and_decides_nothing(own_site: Site) -> None:
    lead = own_site.leads[1]
    assert own_site.post(f"{LEADS}/note", lead=lead, text=" ").status_code == 400
    assert own_site.post(f"{LEADS}/note", lead=lead, text="x" * 4001).status_code == 400
    assert own_site.post(f"{LEADS}/note", lead="0" * 32, text="x").status_code == 404
    assert own_site.client.post(f"{LEADS}/note", data={"lead": lead, "text": "x"}).status_code == 403
    for text in ("rang the bank", "<b>they</b> call back; ask +254 700 000 417"):
        answer = own_site.post(f"{LEADS}/note", lead=lead, text=text)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{LEADS}?lead={lead}")
    card = own_site.twin(f"{LEADS}?lead={lead}")["card"]
    assert [n["text"] for n in card["notes"]] == ["rang the bank", "<b>they</b> call back; ask ••0417"]
    assert {n["author"] for n in card["notes"]} == {"Analyst 07"}
    assert card["line"]["state"] == "open"
    assert "<b>they</b>" not in own_site.page(f"{LEADS}?lead={lead}")


def test_a_lead_that_tells_the_same_is_dismissed_and_names_the_other(own_site: Site) -> None:
    one, other = own_site.leads[1:3]
    given = {"lead": one, "decision": "dismissed", "ground": "duplicate", "reason": "the same payments"}
    assert own_site.post(LEADS, **given, same="f" * 32).status_code == 404
    assert own_site.post(LEADS, **given, same=other).status_code == 303
    card = own_site.twin(f"{LEADS}?lead={one}")["card"]
    (decided,) = card["line"]["decisions"]
    assert (decided["decision"], decided["ground"]) == ("dismissed", "duplicate")
    assert decided["reason"] == f"same as lead {other}: the same payments"
    assert one not in {o["id"] for o in own_site.twin(LEADS)["others"]}


def test_confirming_leads_on_to_a_trace(own_site: Site) -> None:
    lead = own_site.leads[0]
    answer = own_site.post(LEADS, lead=lead, decision="confirmed", reason="seen", then="trace")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/cases/{CASE}/traces?instrument=")
    assert own_site.client.get(answer.headers["location"]).status_code == 200


def test_leads_alike_are_told_shortly_after_the_first(own_site: Site) -> None:
    detected(own_site)
    leads = own_site.twin(LEADS)["leads"]
    for before, lead in pairwise(leads):
        alike = all(before[name] == lead[name] for name in ("typology", "severity", "state"))
        assert lead["follows"] == (alike and lead["state"] == "open")
    assert sum(lead["follows"] for lead in leads) >= 5
