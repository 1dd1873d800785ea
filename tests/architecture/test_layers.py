"""The layers hold, and the contracts notice when one does not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.architecture.source_files import PACKAGES, ROOT

if TYPE_CHECKING:
    from pathlib import Path

LINTER = f"{sys.prefix}/bin/lint-imports"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache", "--no-logo", "--config", str(folder / "pyproject.toml")],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_kept() -> None:
    outcome = lint(ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert " 0 broken" in outcome.stdout


PLANTED = {
    "graph/planted.py": ("import ingest\n", "api above ingest"),
    "ingest/planted.py": ("import analytics\n", "api above ingest"),
    "graph/model/planted.py": ("import graph.stores\n", "inside graph"),
    "api/evidence/planted.py": ("import api.cli\n", "inside api"),
    "analytics/tracing/rules/planted_b.py": (
        "import analytics.tracing.rules.planted_a\n",
        "tracing rules do not",
    ),
    "analytics/kernels/planted.py": ("import graph.stores\n", "kernels know no store"),
    "ingest/sources/planted.py": ("def f():\n    import duckdb\n", "duckdb and sqlite3"),
    "graph/model/planted_kernel.py": ("import numba\n", "numba lives"),
    "analytics/planted.py": ("import rich\n", "typer and rich"),
    "graph/planted_door.py": ("import pydantic\n", "pydantic stays"),
    "api/planted.py": ("import neo4j\n", "nowhere yet"),
    "api/planted_frame.py": ("import pandas\n", "pandas lives"),
    "ingest/fetchers/planted.py": ("import requests\n", "nowhere yet"),
    "analytics/planted_network.py": ("import networkx\n", "networkx lives"),
    "graph/planted_chain.py": ("def f():\n    import web3\n", "web3 lives"),
    "api/evidence/planted_page.py": ("import pyvis\n", "pyvis lives"),
    "api/casework/planted_door.py": ("import fastapi\n", "fastapi, starlette"),
}


@pytest.fixture(scope="module")
def verdict_on_planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (text, _) in PLANTED.items():
        (folder / name).write_text(text)
    (folder / "analytics/tracing/rules/planted_a.py").write_text("")
    return lint(folder).stdout


@pytest.mark.parametrize(("name", "contract"), [(name, contract) for name, (_, contract) in PLANTED.items()])
def test_a_planted_violation_breaks_its_contract(verdict_on_planted: str, name: str, contract: str) -> None:
    verdicts = [line for line in verdict_on_planted.splitlines() if line.startswith(contract)]
    assert any(" BROKEN" in line for line in verdicts), f"{name} went unnoticed:\n{verdict_on_planted}"
