"""What the server answers: every GET that the interface describes, its problems and jobs, every page."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from itertools import product
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi.testclient import TestClient

from api.desk import Desk
from api.serving import create_app
from api.settings import Settings
from api.web.press import Press
from api.web.site import create_router
from graph.model.scope import Clearance
from graph.store import Selection
from tests.api.masking.planted import CASE, SEED
from tests.api.rest.conftest import Client
from tests.api.web.conftest import BASE, TOKEN, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx2 import Response

    from tests.api.masking.planted import Planted

Output = tuple[str, bytes]
HOME = f"/cases/{CASE}"
FOLLOWED: dict[str, Any] = {"seeds": [SEED]}
SHARED = {**FOLLOWED, "at": "2026-11-10T00:00:00Z"}
PACKED = {**SHARED, "sealed": "2026-11-20T14:40:00+03:00"}
CHOSEN = ("clearance", "limit", "budget", "kind", "state")
"""Parameters that take one of a few words or a number."""
RECORDS = 12
"""Records of which every answer is asked for."""


@contextmanager
def server(case: Planted, most: Clearance = Clearance.CASE) -> Iterator[tuple[Desk, TestClient]]:
    """Serve the case in process, to whoever has the token and to a browser that came in by the link."""
    settings = Settings(store=str(case.folder / "store"), case=CASE, actor="Officer A")
    desk = Desk(settings, most=most)
    client = TestClient(create_app(desk, TOKEN), base_url=BASE, raise_server_exceptions=False)
    with client:
        client.get(f"/?token={TOKEN}")
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield desk, client
    desk.close()


def told(answer: Response) -> bytes:
    """Return an answer as it goes over the wire: headers, then the body."""
    return "\n".join(f"{k}: {v}" for k, v in answer.headers.items()).encode() + b"\n\n" + answer.content


def ended(client: Client, answer: Response) -> Response:
    """Wait until the job that an answer names is over; return how it stands."""
    assert answer.status_code == 202, answer.text
    where = answer.headers["location"].removeprefix("/api/v1")
    for _ in range(1200):
        now: Response = client.get(where)
        if now.json()["state"] in ("done", "failed", "stopped"):
            return now
        time.sleep(0.05)
    raise AssertionError(now.text)


def known(desk: Desk) -> dict[str, list[str]]:
    """Return real ids for every name that stands in a path of the interface or of a page."""
    bench = desk.bench(CASE, purpose="test")
    rows = bench.store.select(bench.scope, Selection(statuses=())).table
    facts = bench.store.facts(bench.scope)["observation"].to_pylist()
    seen = list(dict.fromkeys([*rows["observation"].to_pylist(), *facts]))
    results = bench.store.results(bench.scope)
    traces = [r.id for r in results if r.kind == "trace"]
    return {
        "case": [CASE],
        "sha256": [s.sha256 for s in bench.sources()],
        "observation": seen[:: max(1, len(seen) // RECORDS)],
        "result": [r.id for r in results],
        "lead": [t.lead.id for t in bench.leads()],
        "trace": traces[:1],
        "hop": ["1", "2", "3"],
        "job": [j.id for j in desk.work.jobs(CASE)],
        "code": ["csv_network", "graphml", "network_html"],
        "instrument": sorted({i for end in ("debit", "credit") for i in rows[end].to_pylist() if i}),
    }


def jobs(case: Planted, client: Client) -> Iterator[tuple[str, Response]]:
    """Start all long work that the interface takes, and say how each ended, and what of it was refused."""
    v = case.victim
    asked: list[tuple[str, Any]] = [
        ("detect", {"typologies": []}),
        ("traces", FOLLOWED),
        ("assets", FOLLOWED),
        ("allocations", SHARED),
        ("exports", {**PACKED, "title": f"Loss of {v.name}", "question": f"{v.phone}?"}),
        ("store/verification", {}),
        *(("traces", {"seeds": [f"V1={text}"]}) for text in case.typed),
        ("traces", {"seeds": [f"{v.name}=RAN0000001"]}),
        ("traces", {**FOLLOWED, "rule": v.name}),
        ("traces", {**FOLLOWED, "without": [v.name]}),
        ("detect", {"typologies": [v.name]}),
        ("allocations", {**SHARED, "received": {v.name: "1"}}),
        ("allocations", {**SHARED, "received": {"V1": v.name}}),
        ("allocations", {**SHARED, "scheme": v.name}),
        ("allocations", {**SHARED, "at": v.name}),
    ]
    for path, body in asked:
        started: Response = client.post(f"{HOME}/{path}", body)
        yield f"POST {path}", started
        if started.status_code == 202:
            yield f"end of {path}", ended(client, started)
    files = sorted(p for p in case.folder.iterdir() if p.suffix in (".xlsx", ".csv", ".xml"))
    for file in files:
        kept = {"files": (file.name, file.read_bytes())}
        said = {"supplier": v.name, "authority": v.phone}
        started = client.ask("POST", f"{HOME}/sources", files=kept, data=said)
        yield "POST sources", started
        yield "end of sources", ended(client, started)


def statements(case: Planted, client: Client) -> Iterator[tuple[str, Response]]:
    """State what names her, and what is refused."""
    v = case.victim
    bodies: list[tuple[str, Any]] = [
        ("assertions", {"kind": "paid_for", "subject": v.name, "object": v.phone, "reason": v.name}),
        ("assertions", {"kind": v.name, "subject": v.name, "object": v.phone, "reason": v.name}),
        ("roles", {"subject": f"{v.name} {v.phone}", "role": "witness", "reason": v.name}),
        ("roles", {"subject": v.phone, "role": v.name, "reason": v.name}),
        ("roles", {"subject": v.phone, "role": "victim", "reason": f"again {v.name}, {v.phone}"}),
        (f"assertions/{quote(v.name)}/withdrawal", {"reason": v.phone}),
        ("restraints", {"instrument": v.phone, "state": "asked", "by": v.name, "reason": f"{v.name} asks"}),
        ("restraints", {"instrument": v.name, "state": "asked", "asset": v.name, "reason": v.phone}),
        (
            "returned",
            {"claimant": "V1", "amount": "5", "asset": "KES", "reason": v.name, "reference": v.name},
        ),
        ("returned", {"claimant": v.name, "amount": v.phone, "asset": v.name, "reason": v.phone}),
        (f"leads/{quote(v.name)}/decisions", {"decision": "confirmed", "reason": v.name}),
        (f"sources/{'0' * 64}/retraction", {"reason": v.name}),
        ("question", {"text": f"What of {v.name}?", "reason": v.phone, "asked_by": v.name}),
        ("question", {"text": v.name, "reason": v.phone, "due": "2026-02-30"}),
        ("awards", {"claimant": "V1", "amount": "5", "asset": "KES", "reference": v.name, "reason": v.phone}),
        ("awards", {"claimant": v.name, "amount": "5", "asset": v.name, "reference": "x", "reason": v.phone}),
        ("checklist/A1", {"state": "done", "reason": f"{v.name}, {v.phone}"}),
        (f"checklist/{quote(v.last[:6])}", {"state": "done", "reason": v.phone}),
    ]
    for path, body in bodies:
        yield f"POST {path.partition('/')[0]}", client.post(f"{HOME}/{path}", body)
    yield "POST cases", client.post("/cases", {"id": CASE, "title": f"Loss of {v.name}, {v.phone}"})


def rest(case: Planted) -> Iterator[Output]:
    """Every answer of the HTTP interface, for a reader without names and for one with."""
    with server(case) as (desk, plain):
        client = Client(plain)
        for label, answer in (*jobs(case, client), *statements(case, client)):
            yield label, told(answer)
        yield from gets(case, desk, client)


def gets(case: Planted, desk: Desk, client: Client) -> Iterator[Output]:
    """Every GET of the interface's description, with every real id and with what names her in its place."""
    ids = known(desk)
    one = {name: (found or ["1"])[0] for name, found in ids.items()}
    for path, operations in sorted(client.get("/openapi.json").json()["paths"].items()):
        if "get" not in operations:
            continue
        where = path.removeprefix("/api/v1")
        asked = [p for p in operations["get"].get("parameters", ()) if p["in"] == "query"]
        names = re.findall(r"{(\w+)}", where)
        levels = ["masked", "case", "protected"] if any(p["name"] == "clearance" for p in asked) else [""]
        free = [
            p["name"] for p in asked if p["name"] not in ("clearance", "limit", "budget", "kind", "state")
        ]
        for values in product(*(ids[n] for n in names)):
            real = where.format(**dict(zip(names, values, strict=True)))
            for level in levels:
                query = {"clearance": level} if level else {}
                if not any(p.get("required") for p in asked):
                    yield f"GET {where} {level}", told(client.get(real, **query))
        for text, name in product(case.typed, free):
            real = where.format(**{n: one[n] for n in names})
            needed = {p["name"]: "x" for p in asked if p.get("required")}
            query = {"clearance": "protected", **needed, name: text}
            yield f"GET {where}?{name}", told(client.get(real, **query))
        for text, name in product(case.typed[:2], names):
            given = {n: quote(text) if n == name else one[n] for n in names}
            yield f"GET {where} of none", told(client.get(where.format(**given), clearance="case"))


def addresses(case: Planted, desk: Desk) -> list[str]:
    """Every page by its route, with every real id; searches and questions that name her."""
    ids = known(desk)
    v = case.victim
    routers = [getattr(r, "original_router", r) for r in create_router(desk, Press(desk)).routes]
    routes = [route for r in routers for route in getattr(r, "routes", ())]
    paths = sorted({str(r.path) for r in routes if "GET" in r.methods})
    found = []
    for path in paths:
        names = re.findall(r"{(\w+)}", path)
        found += [
            path.format(**dict(zip(names, values, strict=True)))
            for values in product(*(ids[n] for n in names))
        ]
    for suffix in ("", ".json"):
        found += [f"/search{suffix}?case={CASE}&q={quote(text)}" for text in case.typed]
        found += [f"{HOME}/leads{suffix}?lead={lead}" for lead in [*ids["lead"][:6], quote(v.name)]]
        found += [
            f"{HOME}/traces/{trace}{suffix}?{asked}"
            for trace in ids["trace"]
            for asked in ("hops=all", "hop=1", f"hop={quote(v.name)}")
        ]
        found += [f"{HOME}/records{suffix}?instrument={i}" for i in [*ids["instrument"][:6], quote(v.name)]]
        found += [f"{HOME}/records{suffix}?source={s}" for s in [*ids["sha256"], quote(v.name)]]
        found += [f"{HOME}/network{suffix}?focus={i}" for i in [*ids["instrument"][:8], quote(v.phone)]]
        found += [f"{HOME}/network{suffix}?view=payments&open={i}" for i in ids["instrument"][:4]]
        found += [f"{HOME}/network/panel{suffix}?focus={i}" for i in [*ids["instrument"][:8], quote(v.phone)]]
        found += [
            f"{HOME}/network/panel{suffix}?focus={a}&trail={b}&through={b}"
            for a, b in product(ids["instrument"][:3], [*ids["instrument"][:3], quote(v.name)])
        ]
        found += [
            f"{HOME}/network/lines{suffix}?part={part}&instrument={i}"
            for part in ("in", "out", "fee", "opening", quote(v.name))
            for i in [*ids["instrument"][:6], quote(v.name)]
        ]
        found += [
            f"{HOME}/network{suffix}?asset={quote(v.name)}",
            f"{HOME}/network{suffix}?least={quote(v.phone)}",
        ]
        found += [f"{HOME}/assertions{suffix}?subject={quote(v.phone)}"]
        found += [f"{HOME}/assets{suffix}?trace={t}" for t in [*ids["trace"], quote(v.name)]]
        found += [f"{HOME}/assets{suffix}?asset={quote(v.phone)}%7CKES:2"]
        found += [f"{HOME}/checklist{suffix}?step={quote(v.last)}"]
        found += [
            f"{HOME}/{noun}/{quote(v.name)}{suffix}" for noun in ("traces", "jobs", "observations", "nowhere")
        ]
    return found


def pages(case: Planted) -> Iterator[Output]:
    """Every page and its JSON twin, for a session without names and one with; forms that are refused."""
    with server(case) as (desk, client):
        del client.headers["Authorization"]
        site = Site(client, desk, ())
        for names in ("mask", "show"):
            assert site.post("/session", names=names).status_code == 303
            yield f"{names} forms", b"".join(told(a) for a in forms(case, site))
            for address in addresses(case, desk):
                yield f"{names} {address.partition('?')[0]}", told(client.get(address))


def forms(case: Planted, site: Site) -> Iterator[Response]:
    """Send what names her through every form; wait for what was started."""
    v = case.victim
    yield site.post(f"{HOME}/assertions", kind="paid_for", subject=v.name, object=v.phone, reason=v.name)
    yield site.post(f"{HOME}/assertions", undo=v.name, reason=v.name)
    yield site.post(f"{HOME}/question", text=f"What of {v.name}?", reason=v.phone, asked_by=v.name)
    yield site.post(f"{HOME}/question", text=v.name, reason=v.phone, due=v.name)
    yield site.post(f"{HOME}/checklist", step="A1", state="done", reason=f"{v.name}, {v.phone}")
    yield site.post(
        f"{HOME}/award", claimant=v.name, amount=v.phone, asset="KES", reference=v.name, reason=v.phone
    )
    yield site.post(f"{HOME}/checklist", step=v.name, state=v.phone, reason=v.name)
    yield site.post(f"{HOME}/leads", lead=v.name, decision="confirmed", reason=v.phone)
    for lead in known(site.desk)["lead"][:2]:
        yield site.post(f"{HOME}/leads/note", lead=lead, text=f"{v.name} called from {v.phone}")
        yield site.post(f"{HOME}/leads", lead=lead, decision="dismissed", same=v.name, reason=v.phone)
    yield site.post(f"{HOME}/leads/note", lead=v.name, text=v.phone)
    yield site.post(f"{HOME}/traces/{quote(v.name)}/again")
    yield site.post(f"{HOME}/network/views", name=v.name, query=f"sel={quote(v.name)}&x={v.phone}")
    yield site.post(f"{HOME}/network/views", name=f"{v.phone} and others", query="view=totals")
    yield site.post(f"{HOME}/network/views", remove=v.name, query="")
    held = f"{HOME}/assets"
    yield site.post(f"{held}/restraint", asset=v.name, state="asked", reason=v.phone, by=v.name)
    yield site.post(f"{held}/restraint", asset=f"{v.phone}|{v.name}", state=v.name, reason=v.phone)
    yield site.post(f"{held}/returned", claimant=v.name, amount="5", code="KES", reason=v.phone)
    yield site.post(f"{held}/returned", claimant="V1", amount=v.phone, code=v.name, reason=v.phone)
    yield site.post(f"{held}/allocation", trace=v.name, at=v.phone, scheme=v.name, costs=v.name)
    yield site.post(f"{held}/allocation", at="2026-11-10", scheme="net_loss", costs=v.name)
    yield site.post(f"{HOME}/traces", seeds=f"V1={v.name}", rule=v.name)
    yield site.post(f"{HOME}/traces", seeds=f"V1={v.phone}", rule="fifo")
    yield site.post(f"{HOME}/jobs/{quote(v.name)}/stop")
    sheet = next(p for p in case.folder.iterdir() if p.suffix == ".xlsx")
    fields = {"csrf": site.csrf, "supplier": v.name, "authority": v.phone}
    kept = [("files", (sheet.name, sheet.read_bytes())), ("files", (f"{v.name}.csv", b"x"))]
    yield site.client.post(f"{HOME}/data", data=fields, files=kept, headers={"Origin": BASE})
    yield site.client.post(
        f"{HOME}/data", data={**fields, "reader": v.name}, files=kept, headers={"Origin": BASE}
    )
    while not all(j.over for j in site.desk.work.jobs(CASE)):
        time.sleep(0.05)
