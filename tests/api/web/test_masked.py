"""No page and no twin shows a victim below the clearance for her, whatever was read, said or asked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from api.desk import CaseName, Desk
from api.settings import Settings
from api.web.press import Press
from api.web.site import create_router
from graph.model.scope import Clearance
from tests.api.masking.planted import CASE, planted
from tests.api.masking.spellings import found
from tests.api.web.conftest import BASE, TOKEN, Site, opened
from tests.api.web.seeded_leads import plant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOME = f"/cases/{CASE}"


def places(desk: Desk) -> list[str]:
    """Every page of the case, found by its route, and every record of it."""
    routers = [getattr(r, "original_router", r) for r in create_router(desk, Press(desk)).routes]
    routes = [route for r in routers for route in getattr(r, "routes", ())]
    paths = {str(route.path) for route in routes if "GET" in route.methods}
    whole = {p.replace("{case}", CASE) for p in paths if p.count("{") - p.count("{case}") == 0}
    bench = desk.bench(CASE, purpose="test")
    leads = [f"{HOME}/leads?lead={t.lead.id}" for t in bench.leads()]
    return sorted(whole) + leads


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, list[str], tuple[str, ...]]]:
    folder: Path = tmp_path_factory.mktemp("planted")
    case = planted(folder, 5)
    v = case.victim
    settings = Settings(store=str(folder / "store"), case=CASE, actor="Officer A")
    desk = Desk(settings, most=Clearance.CASE)
    bench = desk.bench(CASE, purpose="test")
    leads = plant(bench, f"{v.name} of {v.phone} paid from {v.account}")
    bench.dispose(leads[0], "confirmed", f"{v.name} called from {v.phone}")
    patch = pytest.MonkeyPatch()
    patch.setattr(desk, "cases", lambda: (CaseName(CASE, f"Loss of {v.name}, {v.phone}"),))
    with opened(desk) as client:
        client.get(f"/?token={TOKEN}")
        typed = [v.name, v.phone, v.account, f"0{v.own}", v.last.lower(), f"{v.name}\n4606\n{v.phone}"]
        yield Site(client, desk, tuple(leads)), typed, v.needles
    patch.undo()
    desk.close()


@pytest.mark.parametrize("names", ["mask", "show"])
def test_a_victim_is_on_no_page(site: tuple[Site, list[str], tuple[str, ...]], names: str) -> None:
    pages, typed, needles = site
    assert pages.post("/session", names=names).status_code == 303
    records = [r["observation"] for r in pages.twin(f"{HOME}/records")["rows"]]
    asked = [*places(pages.desk), *(f"{HOME}/observations/{o}" for o in records)]
    asked += [f"{HOME}/records?instrument={r}" for r in records[:2]]
    shown = 0
    for path in asked:
        for address in (path, path.replace("?", ".json?") if "?" in path else f"{path}.json"):
            if address.endswith(".json.json"):
                continue
            answer = pages.client.get(address)
            assert found(answer.content, needles) == [], (names, address)
            shown += answer.status_code == 200
    for text in typed:
        for address in ("/search", "/search.json"):
            answer = pages.client.get(address, params={"q": text, "case": CASE})
            assert found(answer.content, needles) == [], (names, address, text)
            shown += 1
    assert shown > 40


def test_no_refusal_repeats_her(site: tuple[Site, list[str], tuple[str, ...]]) -> None:
    pages, typed, needles = site
    refused = 0
    for text in typed:
        for answer in (
            pages.post(f"{HOME}/assertions", kind="same_event", subject=text, object=text, reason=text),
            pages.post(f"{HOME}/assertions", kind="role", subject=text, object=text, reason=text),
            pages.post(f"{HOME}/assertions", undo=text, reason=text),
            pages.post(f"{HOME}/leads", lead=text, decision=text, reason=text, ground=text),
            pages.client.get(f"{HOME}/jobs/{quote(text)}"),
            pages.client.get(f"{HOME}/leads", params={"lead": text}),
            pages.client.post(
                f"{HOME}/data",
                data={"csrf": pages.csrf, "supplier": text, "authority": text, "reader": text},
                files=[("files", (f"{text}.csv", b"x"))],
                headers={"Origin": BASE},
            ),
        ):
            refused += answer.status_code >= 400
            assert found(answer.content, needles) == [], (text, str(answer.url)[:80])
    assert refused >= 6 * len(typed)
