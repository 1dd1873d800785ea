"""``leads``, ``lead``, ``role``, ``roles``, ``withdraw`` and ``rerun``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.settings import Settings
from api.workbench import Workbench
from graph.model.results import Result, ResultKind

if TYPE_CHECKING:
    from tests.api.cli.conftest import Practice


def wallet(practice: Practice) -> str:
    return next(k for k in practice.facts.names if k.startswith("msisdn")).rpartition(":")[2]


def lead_of(practice: Practice) -> str:
    place = Settings(store=str(practice.store), case=practice.facts.case)
    with Workbench.open(place, purpose="test") as bench:
        (found,) = bench.search(wallet(practice))
        fields = {
            "typology": "RA-01",
            "severity": "C",
            "instruments": [{"id": found.id, "label": "as it was then"}],
            "sentence": "pattern consistent with a ransom",
        }
        lead = Result(ResultKind.LEAD, bench.case, "detect RA-01/1", {}, {}, "v", (), fields)
        return bench.store.record(bench.scope, lead)


def test_a_lead_is_decided_and_every_decision_stays(own_practice: Practice) -> None:
    name = lead_of(own_practice)
    (listed,) = [one for one in own_practice.document("leads")["leads"] if one["id"] == name]
    assert (listed["id"], listed["state"], listed["decisions"]) == (name, "open", [])
    assert listed["instruments"][0]["label"] == f"••{wallet(own_practice)[-4:]}"
    (named,) = [one for one in own_practice.document("--unmask", "leads")["leads"] if one["id"] == name]
    assert named["instruments"][0]["label"] == wallet(own_practice)
    done = own_practice.document(
        "lead", "dismiss", name[:8], "--reason", "innocent_pattern", "--note", "rent"
    )
    assert (done["state"], done["decisions"][0]["ground"]) == ("dismissed", "innocent_pattern")
    again = own_practice.document("--actor", "B", "lead", "confirm", name, "--reason", "no rent was due")
    assert again["state"] == "confirmed"
    assert [(d["decision"], d["reason"]) for d in again["decisions"]] == [
        ("dismissed", "rent"),
        ("confirmed", "no rent was due"),
    ]
    assert own_practice.document("leads", "--state", "dismissed") == {"leads": []}
    assert own_practice.document("case")["leads"]["confirmed"] == 1
    assert own_practice.document("store", "verify")["sound"] is True


def test_what_is_no_decision_is_refused(own_practice: Practice) -> None:
    name = lead_of(own_practice)
    for line, code in (
        (["lead", "dismiss", name, "--reason", "rent"], 2),
        (["lead", "confirm", name, "--reason", " "], 2),
        (["lead", "confirm", "ffff", "--reason", "x"], 1),
        (["leads", "--state", "lost"], 2),
        (["role", wallet(own_practice), "accomplice", "--reason", "x"], 2),
        (["role", wallet(own_practice), "victim", "--reason", ""], 2),
        (["role", "0799999999", "victim", "--reason", "x"], 2),
        (["withdraw", "ffff", "--reason", "x"], 1),
        (["rerun", "ffff"], 1),
    ):
        said = own_practice.talk("--json", *line)
        assert (said.code, bool(said.error["what"])) == (code, True), line
    assert own_practice.document("leads")["leads"][0]["state"] == "open"


def test_a_role_masks_and_its_withdrawal_unmasks(own_practice: Practice) -> None:
    number = wallet(own_practice)
    said = own_practice.document("role", number, "victim", "--reason", f"complainant, called from {number}")
    assert (said["kind"], said["object"]) == ("role", "victim")
    assert number[4:] not in str(own_practice.document("assertions"))
    (one,) = own_practice.document("roles")["roles"]
    assert (one["roles"], one["protected"]) == (["victim"], True)
    assert own_practice.document("case")["roles"]["victim"] == 1
    assert number not in own_practice.talk("--unmask", "search", number).out
    assert number in own_practice.talk("--unmask-protected", "search", number).out
    back = own_practice.document("withdraw", said["id"][:8], "--reason", "another number")
    assert back["retracts"] == said["id"]
    assert number in own_practice.talk("--unmask", "search", number).out
    assert own_practice.document("roles") == {"roles": []}


def test_a_trace_is_run_again_and_what_differs_is_said(own_practice: Practice) -> None:
    trace = own_practice.made.document["trace"]["id"]
    same = own_practice.document("rerun", trace)
    assert (same["before"], same["after"], same["same"], same["differences"]) == (trace, trace, True, [])
    sources = own_practice.document("--unmask", "sources")["sources"]
    sha = next(s["sha256"] for s in sources if s["name"] == "mobile-statement-runner.pdf")
    fallen = own_practice.document("retract", sha, "--reason", "wrong customer")["fallen"]
    assert {f["kind"] for f in fallen} >= {"trace", "allocation"}
    after = own_practice.document("rerun", trace)
    assert after["same"] is False
    assert any(d["figure"].startswith("rules/own_first/held") for d in after["differences"])
    allocation = next(f["id"] for f in fallen if f["kind"] == "allocation")
    assert own_practice.document("rerun", allocation)["kind"] == "allocation"
    assert own_practice.document("case")["sources"][0]["state"] in {"accepted", "retracted"}
    assert own_practice.document("store", "verify")["sound"] is True


def test_the_courts_rendering_needs_the_clearance(own_practice: Practice) -> None:
    number, seed = wallet(own_practice), own_practice.seeds[0]
    own_practice.document("role", number, "victim", "--reason", "complainant")
    out = own_practice.folder / "court"
    refused = own_practice.talk("--unmask", "export", out, seed, "--rendering", "court")
    assert refused.code == 5
    assert not out.exists()
    made = own_practice.document("--unmask-protected", "export", out, seed, "--rendering", "court")
    assert own_practice.talk("verify", out, "--expect", made["fingerprint"]).code == 0
    assert number in (out / "data" / "trace" / "holdings.csv").read_text("utf-8")
    assert "For the court alone" in (out / "data" / "report" / "report.html").read_text("utf-8")
    masked = own_practice.folder / "masked"
    own_practice.document("--unmask-protected", "export", masked, seed)
    assert own_practice.talk("verify", masked).code == 0
    assert number not in (masked / "data" / "trace" / "holdings.csv").read_text("utf-8")
    assert '"withheld":[{' in (masked / "data" / "manifest.json").read_text("utf-8")


def test_a_lead_is_run_again_from_its_thresholds(own_practice: Practice) -> None:
    lead = next(one for one in own_practice.document("detect")["leads"] if one["typology"] == "RA-01")
    again = own_practice.document("rerun", lead["id"])
    assert (again["kind"], again["after"], again["same"]) == ("lead", lead["id"], True)
