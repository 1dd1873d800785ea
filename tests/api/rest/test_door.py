"""Who may ask, and what a refusal looks like: a problem (RFC 9457) that repeats nothing of what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.rest.conftest import CASE, TOKEN

if TYPE_CHECKING:
    from tests.api.rest.conftest import Client

HERE = f"/cases/{CASE}"
MEDIA = "application/problem+json"


def test_without_the_token_nothing_is_told(client: Client) -> None:
    answer = client.ask("GET", HERE, headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == MEDIA
    assert CASE not in answer.text


def test_another_name_for_this_machine_is_refused(client: Client) -> None:
    assert client.ask("GET", HERE, headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cases/nowhere", 404),
        (f"{HERE}/observations/{'0' * 32}", 404),
        (f"{HERE}/observations/zz", 422),
        (f"{HERE}/results/{'0' * 32}", 404),
        (f"{HERE}/jobs/77", 404),
        (f"{HERE}/leads/ffff", 404),
        (f"{HERE}/search?text=", 422),
        (f"{HERE}/transfers?since=yesterday", 400),
    ],
)
def test_a_refusal_is_a_problem(client: Client, path: str, status: int) -> None:
    answer = client.ask("GET", path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == MEDIA
    assert answer.json()["status"] == status
    assert answer.json()["type"].startswith("urn:fuatilia:problem:")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_malformed_request_is_told_its_place_and_not_its_text(client: Client) -> None:
    answer = client.post(f"{HERE}/assertions", {"kind": "same_event", "subject": 7, "secret": "0722000111"})
    assert answer.status_code == 422
    assert "body.subject" in answer.text
    assert "0722000111" not in answer.text


def test_what_is_not_known_is_refused_and_not_dropped(client: Client) -> None:
    body = {"seeds": ["V1=x"], "rul": "fifo"}
    assert client.post(f"{HERE}/traces", body).status_code == 422


def test_clearance_is_cut_to_what_the_server_was_started_with(client: Client) -> None:
    masked = client.get(f"{HERE}/search", text="4606").json()
    shown = client.get(f"{HERE}/search", text="4606", clearance="case").json()
    beyond = client.get(f"{HERE}/search", text="4606", clearance="protected").json()
    assert masked != shown
    assert shown == beyond


def test_the_description_is_served_with_the_vendored_page(client: Client) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/cases/{case}/traces" in document["paths"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], f"{method} {path}"
            assert {"400", "401", "404", "422"} <= operation["responses"].keys(), f"{method} {path}"
    page = client.get("/docs")
    assert "https://" not in page.text
    assert "http://" not in page.text
    for part in ("swagger-ui-5.35.0.css", "swagger-ui-5.35.0-bundle.js"):
        assert client.plain.get(f"/static/vendor/{part}").status_code == 200
    assert client.plain.get("/static/docs.js").status_code == 200


def test_a_cookie_without_the_secret_changes_nothing(client: Client) -> None:
    from fastapi.testclient import TestClient

    browser = TestClient(client.plain.app, base_url="http://127.0.0.1")
    assert browser.get(f"/?token={TOKEN}").status_code == 200
    assert browser.get(f"/api/v1{HERE}").status_code == 200
    told = browser.post(f"/api/v1{HERE}/detect", json={}, headers={"Origin": "http://127.0.0.1"})
    assert told.status_code == 403
