"""Places of shared material, and what may not be skipped where it is required."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.neo4j_server import neo4j_of_own, neo4j_running, neo4j_server

__all__ = ["neo4j_of_own", "neo4j_running", "neo4j_server"]

ROOT = Path(__file__).resolve().parent.parent


def required(part: str) -> bool:
    """Say whether this run must not skip tests for want of ``part``."""
    return part in os.environ.get("FUATILIA_REQUIRE", "").split(",")


def _shared(variable: str, name: str) -> Path:
    place = Path(os.environ.get(variable) or ROOT.parent / "shared" / name)
    if not place.is_dir():
        reason = f"shared data not found at {place}"
        if required("shared"):
            pytest.fail(reason)
        pytest.skip(reason)
    return place


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real and labelled material; absent means skipped with the reason."""
    return _shared("FUATILIA_SHARED_DATA", "data")


@pytest.fixture(scope="session")
def shared_oracles() -> Path:
    """Folder of worked tracing and allocation cases."""
    return _shared("FUATILIA_SHARED_ORACLES", "oracles")


# Two shared cores make a deadline a coin toss; on CI the examples are the same every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
