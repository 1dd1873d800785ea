"""The roof check names the file that hides one of our packages."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import api

if TYPE_CHECKING:
    from pathlib import Path


def import_api(home: Path, *, first: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", "import api"],
        env={"PYTHONPATH": f"{first}:{home}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_four_share_one_roof() -> None:
    roof = api.check_roof()
    assert all((roof / name / "__init__.py").is_file() for name in api.ROOF)


@pytest.mark.parametrize("name", ["graph", "ingest", "analytics"])
def test_a_stray_file_is_named(tmp_path: Path, name: str) -> None:
    stray = tmp_path / f"{name}.py"
    stray.write_text("x = 1\n")
    outcome = import_api(api.check_roof(), first=tmp_path)
    assert outcome.returncode != 0
    last = outcome.stderr.strip().splitlines()[-1]
    assert last.startswith(f"ImportError: {stray} hides Fuatilia's package '{name}'")
    assert "rename that file" in last


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    for name in ("api", "graph", "ingest"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
    (tmp_path / "api" / "__init__.py").write_bytes((api.check_roof() / "api" / "__init__.py").read_bytes())
    outcome = subprocess.run(
        [sys.executable, "-S", "-P", "-c", "import api"],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "package 'analytics' is missing" in outcome.stderr
