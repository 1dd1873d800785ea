"""What the pages say: equal to their JSON twins, masked, escaped, and every form does what it says."""

from __future__ import annotations

import html
import re
import time
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import pytest

from api.casework.reopening import printed_at
from api.desk import Desk
from api.uploads import plain_name
from api.web import pages
from api.web.site import page_modules
from graph.model.scope import Clearance
from tests.api.web.conftest import BASE, CASE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.web.conftest import Site

HOME = f"/cases/{CASE}"
OWN = ("assertions", "cases", "checklist", "home", "intake", "leads", "observation", "records", "search")
PAGES = (
    "/cases",
    HOME,
    f"{HOME}/data",
    f"{HOME}/records",
    f"{HOME}/leads",
    f"{HOME}/assertions",
    f"{HOME}/checklist",
    "/search",
)
PHONE = re.compile(r"\+?254\d{9}|\b07\d{8}\b")


def texts(value: Any) -> list[str]:
    """Every text and number of a JSON document, as a page would print it."""
    if isinstance(value, dict):
        return [t for v in value.values() for t in texts(v)]
    if isinstance(value, list):
        return [t for v in value for t in texts(v)]
    return [value] if isinstance(value, str) and value else []


def observations(site: Site) -> dict[str, str]:
    """The first record of each kind of place, by that kind."""
    found: dict[str, str] = {}
    for row in site.twin(f"{HOME}/records")["rows"]:
        found.setdefault(row["locator"].partition(":")[0], row["observation"])
    return found


def test_every_page_is_a_declared_record() -> None:
    for name in set(page_modules()) & set(OWN):
        module = __import__(f"{pages.__name__}.{name}", fromlist=["x"])
        shown = [c for n, c in vars(module).items() if n.endswith("Page") and is_dataclass(c)]
        assert shown, name
        assert all(fields(c) for c in shown)


def test_rows_on_the_page_are_rows_of_the_twin(site: Site) -> None:
    twin = site.twin(f"{HOME}/records")
    page = site.page(f"{HOME}/records")
    assert len(twin["rows"]) == 100
    assert page.count("/observations/") == len(twin["rows"])
    for row in twin["rows"]:
        assert html.escape(row["amount"]) in page
        assert row["url"] in page
    second = site.twin(f"{HOME}/records?from=100")
    assert second["first"] == 101
    assert {r["observation"] for r in twin["rows"]} != {r["observation"] for r in second["rows"]}


def test_the_home_page_says_what_the_twin_says(site: Site) -> None:
    twin, page = site.twin(HOME), site.page(HOME)
    assert len(twin["files"]) == 9
    assert twin["accepted"] == sum(f["accepted"] for f in twin["files"])
    assert (twin["open_leads"], twin["chain_broken_at"], twin["chain_what"]) == (5, 0, "")
    for one in (*twin["files"], *twin["leads"], *twin["loss"]["lines"]):
        assert html.escape(one["url"]) in page
    bars = {line["key"]: line for line in twin["loss"]["lines"]}
    assert (bars["paid_in"]["amount"], bars["held"]["amount"]) == ("352,500.00", "341,331.37")
    assert (bars["held"]["least"], bars["held"]["most"]) == ("326,050.37", "341,331.37")
    for line in twin["loss"]["lines"]:
        assert line["amount"] in page


@pytest.mark.parametrize("path", PAGES)
def test_nothing_identifying_is_shown_before_it_is_asked_for(site: Site, path: str) -> None:
    shown = [html.unescape(site.page("/" if path == "/cases" else path)), *texts(site.twin(path))]
    assert [m for text in shown for m in PHONE.findall(text)] == []
    assert not any("mobile-statement" in text for text in shown)


def test_names_are_shown_when_asked_for_and_that_is_kept(own_site: Site) -> None:
    kinds = observations(own_site)
    line = f"{HOME}/observations/{kinds['line']}"
    assert own_site.twin(line)["printed"] == {"lines": [], "why": "masked"}
    own_site.post("/session", names="show")
    printed = own_site.twin(line)["printed"]
    (here,) = [x for x in printed["lines"] if x["here"]]
    assert here["number"] == "47"
    assert "28,000.00" in here["text"]
    lines, _ = own_site.desk.bench(CASE, purpose="test").store.audit(
        own_site.desk.bench(CASE, purpose="test").scope
    )
    assert any("record (names shown)" in text for text in lines)
    own_site.post("/session", names="mask")
    assert own_site.twin(line)["printed"]["why"] == "masked"


def test_originals_of_every_form_are_opened_at_the_place(own_site: Site) -> None:
    own_site.post("/session", names="show")
    whys = {
        kind: own_site.twin(f"{HOME}/observations/{o}")["printed"]
        for kind, o in observations(own_site).items()
    }
    assert {kind: p["why"] for kind, p in whys.items()} == {
        "line": "",
        "sheet": "",
        "pointer": "",
        "page": "locked",
    }
    assert any("75" in x["text"] for x in whys["sheet"]["lines"] if x["here"])


def test_a_server_that_masks_never_shows_names(practised: Path, own_site: Site) -> None:
    own_site.desk.most = Clearance.MASKED
    answer = own_site.post("/session", names="show")
    assert answer.status_code == 403
    assert (
        own_site.desk.bench(CASE, purpose="x", clearance=Clearance.PROTECTED).scope.clearance
        is Clearance.MASKED
    )


def test_leads_come_with_danger_first_and_all_that_they_rest_on(site: Site) -> None:
    twin = site.twin(f"{HOME}/leads")
    assert [lead["severity"] for lead in twin["leads"]] == ["C", "H", "M", "M", "L"]
    card = twin["card"]
    assert card["danger"]
    assert len(card["records"]) >= card["cited"] > 0
    senders = next(f for f in card["figures"] if f["name"] == "senders")
    assert (senders["observed"], senders["asked"]) == ("9", "6")
    assert senders["at"] > senders["mark"] > 0
    page = site.page(f"{HOME}/leads")
    assert page.index("referral") < page.index('class="bare dense figs"')
    for lead in twin["leads"]:
        opened = site.twin(f"{HOME}/leads?lead={lead['id']}")
        assert opened["card"]["line"]["id"] == lead["id"]


def test_a_lead_is_dismissed_with_ground_and_reason_and_both_stay(own_site: Site) -> None:
    lead = own_site.leads[2]
    where = f"{HOME}/leads"
    for wrong in ({}, {"reason": " ", "ground": "duplicate"}, {"reason": "x", "ground": "boring"}):
        assert own_site.post(where, lead=lead, decision="dismissed", **wrong).status_code == 400
    answer = own_site.post(where, lead=lead, decision="dismissed", ground="duplicate", reason="same as above")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{where}?lead={lead}")
    assert own_site.post(where, lead=lead, decision="confirmed", reason="looked again").status_code == 303
    twin = own_site.twin(f"{where}?lead={lead}")
    assert [d["decision"] for d in twin["card"]["line"]["decisions"]] == ["dismissed", "confirmed"]
    assert twin["card"]["line"]["decisions"][0]["author"] == "Analyst 07"
    assert (twin["open_"], twin["confirmed"]) == (4, 1)
    assert own_site.post(where, lead="0" * 32, decision="confirmed", reason="x").status_code == 404


def test_detection_runs_as_a_job_and_says_what_it_could_not_evaluate(own_site: Site) -> None:
    assert own_site.post(f"{HOME}/leads/detect").status_code == 303
    _finished(own_site, "detect")
    twin = own_site.twin(f"{HOME}/leads")
    assert twin["ran"]
    assert [n["typology"] for n in twin["not_evaluated"]] == ["BE-01"]
    assert len(twin["leads"]) > 5
    said = own_site.page(f"{HOME}/leads")
    assert "Not evaluated: data is missing, so not clear" in said


def test_an_assertion_needs_a_reason_and_can_be_taken_back(own_site: Site) -> None:
    where = f"{HOME}/assertions"
    rows = own_site.twin(f"{HOME}/records")["rows"]
    given = {"kind": "reverses", "subject": rows[0]["observation"], "object": rows[1]["observation"]}
    assert own_site.post(where, **given).status_code == 400
    assert own_site.post(where, **given, reason="the bank says so").status_code == 303
    said = own_site.twin(where)["said"]
    assert (said[0]["kind"], said[0]["author"], said[0]["reason"]) == (
        "reverses",
        "Analyst 07",
        "the bank says so",
    )
    assert own_site.post(where, undo=said[0]["id"], reason="it was another").status_code == 303
    assert said[0]["id"] not in {a["id"] for a in own_site.twin(where)["said"]}


def test_a_role_protects_and_shows_on_the_first_page(own_site: Site) -> None:
    row = next(
        r for r in own_site.twin(f"{HOME}/records")["rows"] if r["credit"] and r["credit"]["kind"] == "msisdn"
    )
    where = f"{HOME}/assertions"
    answer = own_site.post(where, kind="role", subject=row["credit"]["id"], object="victim", reason="told us")
    assert answer.status_code == 303
    people = [(r["key"], r["count"]) for r in own_site.twin(HOME)["people"]]
    assert people == [("claimants", 2), ("victim", 1), ("protected", 1)]
    own_site.post("/session", names="show")
    again = next(
        r for r in own_site.twin(f"{HOME}/records")["rows"] if r["observation"] == row["observation"]
    )
    assert again["credit"]["protected"]
    assert not PHONE.search(again["credit"]["label"])
    assert own_site.twin(f"{HOME}/observations/{row['observation']}")["printed"]["why"] == "protected"


def test_search_takes_a_list_and_keeps_what_it_did_not_find(site: Site) -> None:
    asked = "4606\n\n  4471 \n4606\nnot there\n0700000123"
    twin = site.client.get("/search.json", params={"q": asked, "case": CASE}).json()
    assert [line["text"] for line in twin["lines"]] == ["4606", "4471", "not there", "••0123"]
    assert (twin["found"], len(twin["unknown"])) == (2, 2)
    many = site.client.get("/search.json", params={"q": "\n".join(f"nothing-{n}" for n in range(240))}).json()
    assert (len(many["lines"]), many["beyond"]) == (200, 40)


def test_a_receipt_finds_its_record(own_site: Site) -> None:
    own_site.post("/session", names="show")
    row = next(r for r in own_site.twin(f"{HOME}/records")["rows"] if r["reference"])
    twin = own_site.client.get("/search.json", params={"q": row["reference"], "case": CASE}).json()
    assert row["observation"] in [m["observation"] for m in twin["lines"][0]["found"]]


def test_a_case_is_opened_by_its_form(own_site: Site) -> None:
    for name in ("KE/2026 №7", "..", "a\\b", "ገንዘብ"):
        answer = own_site.post("/cases", case=name, title="<b>about</b>")
        assert answer.status_code == 303
        where = answer.headers["location"].removesuffix("/data")
        assert own_site.twin(where)["case"] == name
    assert own_site.post("/cases", case=" ").status_code == 400
    assert own_site.post("/cases", case="a\u202eb").status_code == 400
    assert "&lt;b&gt;about&lt;/b&gt;" in own_site.page("/")


def test_files_are_read_as_a_job_with_receipts(own_site: Site) -> None:
    said = {"supplier": "Example Bank", "authority": "Order 9", "received": "2026-11-20"}
    answer = own_site.client.post(
        f"{HOME}/data",
        data={"csrf": own_site.csrf, **said},
        files=[("files", ("../../evil name.csv", b"Date;In\n")), ("files", ("b.xml", b"<a>"))],
        headers={"Origin": BASE},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    job = _finished(own_site, "ingest")
    assert job["state"] == "done"
    assert [f["verdict"] for f in job["files"]] == ["quarantined", "quarantined"]
    assert all(f["rejected"][0]["reason"] for f in job["files"])
    kept = [f for f in own_site.twin(f"{HOME}/data")["files"] if f["verdict"] == "unread"]
    assert len(kept) == 2
    assert all({name: f[name] for name in said} == said for f in kept)
    assert "Not read" in own_site.page(HOME)


def test_the_same_file_again_changes_nothing(own_site: Site, practised: Path) -> None:
    path = practised / "files" / "family-bank-statement.csv"
    before = own_site.twin(HOME)["version"]
    answer = own_site.client.post(
        f"{HOME}/data",
        data={"csrf": own_site.csrf},
        files=[("files", (path.name, path.read_bytes()))],
        headers={"Origin": BASE},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    assert _finished(own_site, "ingest")["state"] == "done"
    assert own_site.twin(HOME)["version"] == before


def test_an_upload_without_a_file_says_so(own_site: Site) -> None:
    answer = own_site.post(f"{HOME}/data")
    assert answer.status_code == 400
    assert "no file was chosen" in answer.text


@pytest.mark.parametrize(
    "name", ["x" * 400 + ".csv", "ገንዘብ" * 100 + ".pdf", "\u202egnp.exe", "a/b\\c\x00.csv"]
)
def test_a_file_name_is_only_a_name(name: str) -> None:
    plain = plain_name(name)
    assert plain
    assert len(plain.encode()) <= 180
    assert not set(plain) & set("/\\\x00\u202e")


def test_what_is_not_there_is_the_same_as_what_may_not_be_seen(site: Site) -> None:
    for path in (
        f"{HOME}/observations/{'0' * 32}",
        f"{HOME}/observations/x",
        "/cases/other",
        f"{HOME}/jobs/99",
    ):
        assert site.client.get(path).status_code == 404
        twin = site.client.get(f"{path}.json")
        assert twin.status_code == 404
        assert twin.headers["content-type"] == "application/problem+json"
        assert twin.json()["status"] == 404


def test_the_rail_counts_follow_what_another_program_writes(own_site: Site) -> None:
    assert own_site.page(HOME).count("<i>5</i>") == 1
    other = Desk(own_site.desk.settings)
    other.bench(CASE, purpose="elsewhere").detect()
    other.close()
    assert "<i>5</i>" not in own_site.page(HOME)


def test_an_original_that_cannot_be_opened_is_said_to_be_so(tmp_path: Path) -> None:
    bomb = tmp_path / "a.xlsx"
    bomb.write_bytes(b"PK\x03\x04 no workbook")
    assert printed_at(bomb, "sheet:S!cell:2,1").why == "unreadable"
    text = tmp_path / "a.csv"
    text.write_bytes("é;1\nZoë;2\n".encode("cp1252"))
    assert [x.text for x in printed_at(text, "line:2").lines] == ["é;1", "Zoë;2"]
    assert printed_at(text, "line:9").why == "nothing"
    deep = tmp_path / "a.json"
    deep.write_text("[" * 100_000, encoding="utf-8")
    assert printed_at(deep, "pointer:/0").why == "unreadable"


def _finished(site: Site, kind: str) -> dict[str, Any]:
    """Wait for the newest job of a kind."""
    for _ in range(600):
        (job, *_) = [j for j in site.desk.work.jobs(CASE) if j.kind == kind]
        if job.over:
            twin: dict[str, Any] = site.twin(f"{HOME}/jobs/{job.id}")["job"]
            return twin
        time.sleep(0.1)
    pytest.fail("the job did not end in a minute")
