from __future__ import annotations

from pathlib import Path

import pytest

from analytics.assets.allocation import allocations

PAGE = Path(__file__).resolve().parents[3] / "docs" / "methods" / "allocation.md"


@pytest.mark.parametrize("code", allocations())
def test_every_scheme_is_on_the_methods_page_with_its_authority(code: str) -> None:
    scheme = allocations()[code]
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| `{code}` |")]
    assert any(scheme.title in row and scheme.source in row for row in rows)
