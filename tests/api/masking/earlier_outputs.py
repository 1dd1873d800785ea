"""What was begun before anybody was protected, and is looked at afterwards: jobs, results, packs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from api.casework.masking import Masking
from graph.model.scope import Clearance
from tests.api.masking.http_outputs import HOME, PACKED, SHARED, ended, known, server, told
from tests.api.masking.planted import CASE, Planted, protect, read
from tests.api.rest.conftest import Client
from tests.api.web.conftest import BASE, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient

    from api.desk import Desk

Output = tuple[str, bytes]


def shown_before(site: Site, case: Planted) -> Iterator[Output]:
    """Read files and follow money by pages that show names; yield what they show before her role."""
    assert site.post("/session", names="show").status_code == 303
    sheet = next(p for p in case.folder.iterdir() if p.suffix == ".xlsx")
    kept = [("files", (sheet.name, sheet.read_bytes())), ("files", (f"{case.victim.name}.csv", b"x"))]
    site.client.post(f"{HOME}/data", data={"csrf": site.csrf}, files=kept, headers={"Origin": BASE})
    site.post(f"{HOME}/traces", seeds="V1=RAN0000001", rule="fifo")
    site.post(f"{HOME}/traces", seeds=f"V1={case.victim.phone}", rule="fifo")
    while not all(job.over for job in site.desk.work.jobs(CASE)):
        time.sleep(0.05)
    for path in ("data", "records", "traces"):
        yield path, site.client.get(f"{HOME}/{path}").content


def begun(client: Client) -> None:
    """Run long work by the interface, a pack among it."""
    for path, body in (("exports", PACKED), ("allocations", SHARED), ("detect", {"typologies": ["ST-01"]})):
        assert ended(client, client.post(f"{HOME}/{path}", body)).json()["state"] == "done"


def looked_at(desk: Desk, client: TestClient) -> Iterator[Output]:
    """Ask for all of it again, by both doors."""
    ids = known(desk)
    rest = Client(client)
    yield "jobs", told(rest.get(f"{HOME}/jobs"))
    for job in ids["job"]:
        yield "a job", told(rest.get(f"{HOME}/jobs/{job}"))
        yield "a job stopped", told(rest.post(f"{HOME}/jobs/{job}/stop"))
        yield "a pack", told(rest.get(f"{HOME}/exports/{job}"))
        for suffix in ("", ".json"):
            yield "page of a job", told(client.get(f"{HOME}/jobs/{job}{suffix}"))
    for result in ids["result"]:
        yield "a result", told(rest.get(f"{HOME}/results/{result}", clearance="case"))
        yield "a result again", told(ended(rest, rest.post(f"{HOME}/results/{result}/rerun")))
    for place in ("data", "leads", "traces", "records", f"traces/{ids['trace'][0]}"):
        for suffix in ("", ".json"):
            yield f"page of {place[:6]}", told(client.get(f"{HOME}/{place}{suffix}"))


def earlier(case: Planted) -> Iterator[Output]:
    """Work before her role is stated, in a store of its own, and look at it when it is."""
    folder = case.folder / "earlier"
    folder.mkdir()
    before = read(folder, case.victim)
    with server(before) as (desk, client):
        bearer = client.headers.pop("Authorization")
        for _ in shown_before(Site(client, desk, ()), before):
            pass
        client.headers["Authorization"] = bearer
        begun(Client(client))
        assert desk.bench(CASE, purpose="test").masking == Masking(Clearance.MASKED)
        protect(before)
        yield from looked_at(desk, client)
