"""Saved views: names tidy and bounded, masked as other words are, and told where a store keeps none."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from api.casework.masking import Masking
from api.casework.saved_views import LONGEST, LONGEST_NAME, remove_view, save_view, saved_views
from api.errors import UsageError
from graph.documents import Document
from graph.model.scope import Scope

if TYPE_CHECKING:
    from graph.store import View

SCOPE = Scope("officer", ("c",), "test")


class Shelf:
    """What keeps documents, and nothing else."""

    def __init__(self) -> None:
        self.kept: list[Document] = []

    def keep_document(self, scope: Scope, case: str, kind: str, name: str, made: str, body: str) -> None:
        assert scope.cases == (case,)
        assert kind
        self.kept.append(Document(case, name, made, body))

    def documents(self, scope: Scope, kind: str) -> list[Document]:
        assert kind
        return [d for d in self.kept if d.case in scope.cases]


def test_the_latest_of_a_name_stands_and_everything_stays() -> None:
    shelf = Shelf()
    store = cast("View", shelf)
    for name, query in (("b  view", "sel=1"), ("A", "sel=2"), ("b view ", "sel=3"), ("empty", "")):
        save_view(store, SCOPE, name, query, "2026-11-01")
    found = saved_views(store, SCOPE, Masking())
    assert [(v.name, v.query) for v in found] == [("A", "sel=2"), ("b view", "sel=3"), ("empty", "sel=")]
    remove_view(store, SCOPE, found[1].id, "2026-11-02")
    remove_view(store, SCOPE, "nothing", "2026-11-02")
    assert [v.name for v in saved_views(store, SCOPE, Masking())] == ["A", "empty"]
    assert len(shelf.kept) == 5


def test_a_number_in_a_name_is_masked_and_the_view_can_still_be_removed() -> None:
    store = cast("View", Shelf())
    save_view(store, SCOPE, "calls of +254 700 000 417", "sel=1", "2026-11-01")
    (view,) = saved_views(store, SCOPE, Masking())
    assert view.name == "calls of ••0417"
    remove_view(store, SCOPE, view.id, "2026-11-02")
    assert saved_views(store, SCOPE, Masking()) == ()


@pytest.mark.parametrize(
    ("name", "query"),
    [("", "sel="), (" \t", "sel="), ("n" * (LONGEST_NAME + 1), ""), ("n", "q" * (LONGEST + 1))],
)
def test_what_cannot_be_a_view_is_told(name: str, query: str) -> None:
    with pytest.raises(UsageError):
        save_view(cast("View", Shelf()), SCOPE, name, query, "2026-11-01")


def test_a_store_that_keeps_no_documents_says_so() -> None:
    bare = cast("View", object())
    assert saved_views(bare, SCOPE, Masking()) == ()
    remove_view(bare, SCOPE, "x", "2026-11-01")
    with pytest.raises(UsageError, match="keeps no saved views"):
        save_view(bare, SCOPE, "n", "sel=", "2026-11-01")
