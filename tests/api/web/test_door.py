"""Nobody reaches the pages under another name, without the link, from elsewhere, or without the secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.door import HEADERS, Sessions, is_loopback
from api.serving import status_of
from api.web.press import Press
from api.web.site import create_router, page_modules
from graph.errors import IntegrityError, NotFoundError, StoreBusyError
from tests.api.web.conftest import BASE, CASE, TOKEN, Site, opened

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from api.desk import Desk

HERE = {"Origin": BASE}


def routes(desk: Desk) -> list[tuple[str, str]]:
    """Every page route as (method, path)."""
    found: list[tuple[str, str]] = []

    def walk(some: list[BaseRoute]) -> None:
        for route in some:
            path, methods = getattr(route, "path", ""), getattr(route, "methods", None)
            if methods:
                found.extend((m, path) for m in methods)
            walk(list(getattr(getattr(route, "original_router", route), "routes", None) or []))

    walk(list(create_router(desk, Press(desk)).routes))
    return sorted(set(found))


def filled(path: str) -> str:
    return path.replace("{case}", CASE).replace("{observation}", "0" * 32).replace("{job}", "1")


def test_the_routes_are_seen(site: Site) -> None:
    found = routes(site.desk)
    assert {("GET", "/"), ("POST", "/cases/{case}/leads"), ("GET", "/cases/{case}.json")} <= set(found)
    assert {"cases", "home", "intake", "leads", "records", "search"} <= set(page_modules())


def test_without_the_link_every_page_is_closed(site: Site) -> None:
    client = opened(site.desk)
    for method, path in routes(site.desk):
        answer = client.request(method, filled(path), headers=HERE)
        assert answer.status_code == 401, (method, path)
        assert CASE not in answer.text, (method, path)
        assert "Analyst 07" not in answer.text


@pytest.mark.parametrize("token", ["", "t", "T" * 32, "t" * 33, "é" * 32])
def test_a_wrong_token_begins_no_session(site: Site, token: str) -> None:
    client = opened(site.desk)
    answer = client.get("/", params={"token": token}, follow_redirects=False)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_the_link_sets_a_cookie_that_scripts_and_other_sites_never_see(site: Site) -> None:
    client = opened(site.desk)
    answer = client.get(f"/cases/{CASE}?token={TOKEN}&x=1", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{CASE}?x=1")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert TOKEN not in cookie


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "/%5Cevil.example", "///evil"])
def test_the_link_never_leads_elsewhere(site: Site, path: str) -> None:
    answer = opened(site.desk).get(f"{BASE}{path}?token={TOKEN}", follow_redirects=False)
    assert answer.status_code == 303
    there = answer.headers["location"]
    assert there.startswith("/")
    assert not there.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8017",
        "127.0.0.1:1",
        "127.0.0.1.evil.example:8017",
        "",
        "a@127.0.0.1:8017",
    ],
)
def test_only_this_machine_s_names_are_answered(site: Site, host: str) -> None:
    for path in ("/", "/static/fuatilia.css", "/cases.json", "/api/v1/cases"):
        answer = site.client.get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert CASE not in answer.text


@pytest.mark.parametrize("name", ["localhost:8017", "127.0.0.1:8017", "LOCALHOST:8017", "[::1]:8017"])
def test_this_machine_has_three_names(site: Site, name: str) -> None:
    assert site.client.get("/static/fuatilia.css", headers={"Host": name}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": BASE, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_no_other_page_can_change_anything(site: Site, headers: dict[str, str]) -> None:
    secret = site.csrf
    for method, path in routes(site.desk):
        if method == "POST":
            answer = site.client.request(method, filled(path), headers=headers, data={"csrf": secret})
            assert answer.status_code == 403, path


def test_no_form_without_the_secret_of_the_session(site: Site) -> None:
    for method, path in routes(site.desk):
        if method == "POST":
            for secret in ({}, {"csrf": "x" * 32}):
                answer = site.client.request(method, filled(path), headers=HERE, data=secret)
                assert answer.status_code == 403, path
                assert "form is not one of this session" in answer.text


@pytest.mark.parametrize(
    "referer", ["http://evil.example//x", "", "javascript:alert(1)", "/\\evil", "http://[", "x"]
)
def test_a_choice_leads_back_to_a_page_of_this_site(site: Site, referer: str) -> None:
    answer = site.client.post(
        "/session", data={"csrf": site.csrf}, headers={**HERE, "Referer": referer}, follow_redirects=False
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    there = {**HERE, "Referer": f"{BASE}/cases/{CASE}?x=1"}
    answer = site.client.post("/session", data={"csrf": site.csrf}, headers=there, follow_redirects=False)
    assert answer.headers["location"] == f"/cases/{CASE}?x=1"


def test_every_answer_forbids_loading_from_elsewhere(site: Site) -> None:
    asked = [
        site.client.get("/"),
        site.client.get("/nowhere"),
        site.client.get("/static/fuatilia.css"),
        site.client.get(f"/cases/{CASE}.json"),
        site.client.get("/", headers={"Host": "evil.example"}),
        opened(site.desk).get("/"),
        site.client.post("/cases", headers=HERE),
    ]
    for answer in asked:
        for name in set(HEADERS) - {"Cache-Control"}:
            assert answer.headers[name] == HEADERS[name], (answer.url, name)
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_fault_tells_its_place_and_nothing_of_the_case(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("0722000111 of Grace")

    monkeypatch.setattr(site.desk, "cases", broken)
    for path in ("/", "/cases.json"):
        answer = site.client.get(path)
        assert answer.status_code == 500
        assert "Grace" not in answer.text
        assert "tests.api.web.test_door" in answer.text
        assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


def test_pages_are_not_kept_by_browsers_and_hashed_files_are(site: Site) -> None:
    assert site.client.get("/").headers["Cache-Control"] == "no-store"
    assert "immutable" in site.client.get("/static/fuatilia.css?v=1").headers["Cache-Control"]
    assert site.client.get("/static/../shell.py").status_code == 404
    assert site.client.get("/static/%2e%2e/shell.py").status_code == 404


def test_no_interactive_documents_of_the_framework(site: Site) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert site.client.get(path).status_code == 404


def test_a_session_ends_with_the_program() -> None:
    first, second = Sessions(TOKEN), Sessions(TOKEN)
    secret = first.begin(TOKEN)
    assert first.of(secret) is not None
    assert first.of(TOKEN) is None
    assert second.of(secret) is None
    assert Sessions("other").cookie != first.cookie


def test_errors_have_their_status() -> None:
    assert status_of(NotFoundError("x")) == 404
    assert status_of(StoreBusyError("x")) == 409
    assert status_of(IntegrityError("x")) == 500
    assert not is_loopback("127.0.0.1.evil.example")
