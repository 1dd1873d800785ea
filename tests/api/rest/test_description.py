"""Thousands of requests made from the OpenAPI document: no fault, and no answer that it does not describe."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.serving import create_app
from tests.api.rest.conftest import CASE, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.desk import Desk
    from tests.api.rest.conftest import Client

EACH = 90
LEAST = 2_000
ALL = list(HealthCheck)
CHECKS = (
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """Serve on a port of this machine, as `fuatilia serve` does."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(desk, TOKEN), log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    listening.close()


def test_no_answer_is_a_fault_or_undocumented(address: str, client: Client) -> None:
    described = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    asked = 0
    found: Any
    for found in described.get_all_operations():
        operation = found.ok()

        @settings(max_examples=EACH, deadline=None, derandomize=True, suppress_health_check=ALL)
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            if "case" in case.path_parameters and asked % 5:  # mostly of the case that there is
                case.path_parameters["case"] = CASE
            answer = case.call(base_url=address, headers={"Authorization": f"Bearer {TOKEN}"})
            assert answer.status_code < 500, answer.text
            case.validate_response(answer, checks=CHECKS)

        ask()
    assert asked >= LEAST
