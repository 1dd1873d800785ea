"""What was done to hold assets over HTTP: recorded, listed as the command line lists it, withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.api.rest.conftest import CASE

if TYPE_CHECKING:
    from tests.api.rest.conftest import Client

HERE = f"/cases/{CASE}"


def test_restraints_and_returns_are_recorded_and_withdrawn(client: Client) -> None:
    wallet = client.get(f"{HERE}/search", text="4606").json()["instruments"][0]["id"]
    body = {
        "instrument": wallet,
        "state": "ordered",
        "reference": "M-118",
        "on": "2026-11-24",
        "reason": "order",
    }
    made = client.post(f"{HERE}/restraints", body)
    assert made.status_code == 201, made.text
    back = client.post(
        f"{HERE}/returned", {"claimant": "V1", "amount": "5,000.00", "asset": "KES", "reason": "advice"}
    )
    assert back.status_code == 201, back.text
    told = client.get(f"{HERE}/restraints").json()
    counting = {r["id"]: r["counts"] for r in told["restraints"]}
    assert counting[made.json()["id"]] is True
    assert sum(r["counts"] for r in told["restraints"] if r["instrument"] == wallet) == 1
    assert [r["amount"] for r in told["returned"]] == ["5000.00"]
    gone = client.post(f"{HERE}/assertions/{made.json()['id']}/withdrawal", {"reason": "mistaken"})
    assert gone.status_code == 201
    after = client.get(f"{HERE}/restraints").json()["restraints"]
    assert made.json()["id"] not in {r["id"] for r in after}


def test_what_does_not_fit_is_a_problem(client: Client) -> None:
    wallet = client.get(f"{HERE}/search", text="4606").json()["instruments"][0]["id"]
    for body, status in (
        ({"instrument": wallet, "state": "ordered", "reason": "x"}, 400),
        ({"instrument": wallet, "state": "frozen", "reason": "x"}, 422),
        ({"instrument": wallet, "state": "held_until", "until": "soon", "reason": "x"}, 422),
        ({"instrument": wallet, "state": "held_until", "until": "2026-02-30", "reason": "x"}, 400),
        ({"instrument": wallet, "state": "asked", "reason": "x", "colour": "red"}, 422),
    ):
        answer = client.post(f"{HERE}/restraints", body)
        assert answer.status_code == status, (body, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert (
        client.post(
            f"{HERE}/assertions", {"kind": "restraint", "subject": "a", "object": "b", "reason": "x"}
        ).status_code
        == 400
    )
