"""Victims and witnesses in a ledger: masked in every answer below the clearance for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.stores import open_store
from tests.contracts.view_protection import check_all, fill

if TYPE_CHECKING:
    from pathlib import Path


def test_whom_a_case_protects_no_answer_names(tmp_path: Path) -> None:
    store: Any = open_store(str(tmp_path / "store"), create=True)
    try:
        fill(store, tmp_path)
        check_all(store)
    finally:
        store.close()
