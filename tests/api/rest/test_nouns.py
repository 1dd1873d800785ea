"""Every noun answers with the JSON of the command line, and leaves its trace in the audit log."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from api.demo.scenario import Scenario
from api.evidence.verify import verify
from tests.api.rest.conftest import CASE

if TYPE_CHECKING:
    from pathlib import Path

    from api.desk import Desk
    from tests.api.rest.conftest import Client

SEEDS = [c.seed for c in Scenario.make(1).facts.claimants]
HERE = f"/cases/{CASE}"


def said(store: Path, *words: str) -> Any:
    """Return what the command line says of the same."""
    result = CliRunner().invoke(app, ["--store", str(store), "--case", CASE, "--json", *words])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/sources", ["sources"]),
        ("/assertions", ["assertions"]),
        ("/roles", ["roles"]),
        ("/restraints", ["restraints"]),
        ("/leads", ["leads"]),
        ("/search?text=4606", ["search", "4606"]),
    ],
)
def test_the_same_json_as_the_command_line(client: Client, store: Path, path: str, words: list[str]) -> None:
    assert client.get(HERE + path).json() == said(store, *words)


def test_the_catalogue_is_that_of_the_command_line(client: Client, store: Path) -> None:
    assert client.get("/catalogue").json() == said(store, "catalogue")


def test_the_case_is_summed_up(client: Client, store: Path) -> None:
    here, there = client.get(HERE).json(), said(store, "case")
    assert {**here, "audit": 0} == {**there, "audit": 0}
    assert here["audit"]["intact"]


def test_a_trace_runs_as_a_job_and_equals_the_command_lines(client: Client, store: Path) -> None:
    found = client.done(f"{HERE}/traces", {"seeds": SEEDS})
    assert found == said(store, "trace", *SEEDS)
    kept = client.get(f"{HERE}/results/{found['id']}").json()
    assert kept["stands"]
    assert kept["fields"]["rules"] == found["rules"]
    again = client.done(f"{HERE}/results/{found['id']}/rerun")
    assert again["same"]


def test_the_sheet_and_the_shares_equal_the_command_lines(client: Client, store: Path) -> None:
    assert client.done(f"{HERE}/assets", {"seeds": SEEDS}) == said(store, "assets", *SEEDS)
    body = {"seeds": SEEDS, "at": "2026-11-10T00:00:00Z", "received": {"V1": "100.50"}}
    words = ["allocate", *SEEDS, "--at", "2026-11-10", "--received", "V1=100.50"]
    assert client.done(f"{HERE}/allocations", body) == said(store, *words)


def test_detection_runs_as_a_job_and_its_leads_can_be_decided(client: Client) -> None:
    found = client.done(f"{HERE}/detect", {"typologies": []})
    assert found["leads"]
    lead = client.get(f"{HERE}/leads").json()["leads"][0]
    body = {"decision": "dismissed", "ground": "innocent_pattern", "reason": "the chama of May"}
    decided = client.post(f"{HERE}/leads/{lead['id']}/decisions", body)
    assert decided.status_code == 201
    assert decided.json()["state"] == "dismissed"
    assert client.get(f"{HERE}/leads", state="open").json()["leads"] == [
        one for one in client.get(f"{HERE}/leads").json()["leads"] if one["id"] != lead["id"]
    ]


def test_files_are_read_as_a_job(client: Client, tmp_path: Path) -> None:
    client.post("/cases", {"id": "KE/2", "title": "second"})
    bank = next(f for f in Scenario.make(2).write(tmp_path) if f.name.endswith(".json"))
    with bank.path.open("rb") as file:
        found = client.done(
            "/cases/KE~12/sources",
            files=[("files", (bank.name, file)), ("files", ("empty.csv", io.BytesIO(b"")))],
            data={"supplier": "Example", "received": "2026-11-01"},
        )
    assert [f["verdict"] for f in found["files"]] == ["accepted", "quarantined"]
    (source, *_) = client.get("/cases/KE~12/sources").json()["sources"]
    fallen = client.post(f"/cases/KE~12/sources/{source['sha256']}/retraction", {"reason": "wrong customer"})
    assert fallen.status_code == 201


def test_records_and_payments_show_their_places(client: Client) -> None:
    rows = client.get(f"{HERE}/transfers", limit=3).json()
    assert rows["truncated"]
    assert rows["left_out"]
    (first, *_) = rows["rows"]
    (again, *_) = client.get(f"{HERE}/observations/{first['observation']}").json()["rows"]
    assert again["locator"] == first["locator"]


def test_the_network_has_a_budget(client: Client) -> None:
    found = client.get(f"{HERE}/network", budget=10).json()
    assert 0 < len(found["nodes"]) <= 10


def test_statements_and_roles_are_recorded_and_withdrawn(client: Client) -> None:
    wallet = client.get(f"{HERE}/search", text="4606").json()["instruments"][0]["id"]
    made = client.post(f"{HERE}/roles", {"subject": wallet, "role": "victim", "reason": "complainant"})
    assert made.status_code == 201, made.text
    (standing,) = client.get(f"{HERE}/roles").json()["roles"]
    assert standing["protected"]
    back = client.post(f"{HERE}/assertions/{made.json()['id']}/withdrawal", {"reason": "mistaken"})
    assert back.status_code == 201
    assert client.get(f"{HERE}/roles").json()["roles"] == []


def test_a_pack_is_written_fetched_and_sound(client: Client, tmp_path: Path) -> None:
    body = {"seeds": SEEDS, "at": "2026-11-10T00:00:00Z", "sealed": "2026-11-20T14:40:00+03:00"}
    started = client.post(f"{HERE}/exports", body)
    job = started.json()["id"]
    early = client.get(f"{HERE}/exports/{job}")
    assert early.status_code in (200, 404)
    while not (state := client.get(f"{HERE}/jobs/{job}").json())["outcome"]:
        assert state["state"] in ("waiting", "running"), state
    zipped = client.get(f"{HERE}/exports/{job}")
    assert zipped.headers["content-type"] == "application/zip"
    zipfile.ZipFile(io.BytesIO(zipped.content)).extractall(tmp_path / "got")
    assert verify(tmp_path / "got" / "pack", state["outcome"]["fingerprint"]) == []


def test_the_store_is_checked_as_a_job(client: Client) -> None:
    assert client.done(f"{HERE}/store/verification") == {"sound": True, "findings": []}
    assert client.get(f"{HERE}/store").json()["content"]


def test_every_request_leaves_its_row_in_the_audit_log(client: Client, desk: Desk) -> None:
    client.get(f"{HERE}/search", text="4606")
    bench = desk.bench(CASE, purpose="look")
    lines, _ = bench.store.audit(bench.scope)
    rows = [json.loads(line) for line in lines]
    assert [r["actor"] for r in rows if (r["action"], r["channel"]) == ("find", "rest")] == ["analyst"]
