"""A ledger keeps documents: every version stays, each case sees its own, and looking is on record too."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from graph.documents import Document, Documents
from graph.errors import NotFoundError
from graph.model.scope import Scope
from graph.stores import open_store

if TYPE_CHECKING:
    from pathlib import Path

SCOPE = Scope("officer", ("c",), "test")


def test_documents_are_kept_in_order_by_case_and_on_record(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store"), create=True)
    assert isinstance(store, Documents)
    for case in ("c", "d"):
        store.open_case(replace(SCOPE, cases=(case,)), case)
    for case, body in (("c", "one"), ("d", "other"), ("c", "two")):
        store.keep_document(replace(SCOPE, cases=(case,)), case, "view", "n", "2026-11-01", body)
    assert store.documents(SCOPE, "view") == [
        Document("c", "n", "2026-11-01", "one"),
        Document("c", "n", "2026-11-01", "two"),
    ]
    assert store.documents(SCOPE, "note") == []
    with pytest.raises(NotFoundError):
        store.keep_document(SCOPE, "nowhere", "view", "n", "2026-11-01", "x")
    lines, _ = store.audit(SCOPE)
    assert [json.loads(line)["action"] for line in lines].count("documents") == 2
    store.close()
