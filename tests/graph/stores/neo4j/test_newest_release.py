"""The current release answers as the long-term one does; where no Java runs it, that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graph.stores.neo4j.questions import questions
from graph.stores.neo4j.schema import schema_statements
from tests.contracts.view_cases import random_evidence
from tests.graph.stores.neo4j.test_view import check_all, graph_of
from tests.neo4j_files import NEWEST, LackingError, files, java
from tests.neo4j_server import local_server

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]
SEEDS = range(4)
ANYTHING: dict[str, Any] = {"whole number": 1, "text": "nobody"}


def test_the_current_release_takes_the_schema_and_passes_the_suite(tmp_path: Path) -> None:
    try:
        java(NEWEST)
        files(NEWEST)
    except LackingError as reason:
        pytest.skip(f"Neo4j {NEWEST} was not tried: {reason}")
    with local_server(NEWEST) as running, running.connect() as server:
        assert server.edition.version == NEWEST
        store = graph_of(running, tmp_path, [random_evidence(seed) for seed in SEEDS])
        found = server.read("SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN name")
        assert {statement.split()[2] for statement in schema_statements()} <= {row["name"] for row in found}
        check_all(store, SEEDS)
        for one in questions():
            assert one.ask(server, **{name: ANYTHING[kind] for name, kind, _ in one.parameters}) == []
        store.close()
