"""One pack, sealed once, for every test that only reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.evidence.pack import Sealed, export
from tests.api.evidence.example import pack_input

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """Return a sealed pack; a test that changes it copies it first."""
    folder: Path = tmp_path_factory.mktemp("packs")
    return export(pack_input(folder / "store"), folder / "pack")
