"""The top of the tree holds what was decided; evidence and what is made from it never lie in it."""

from __future__ import annotations

from tests.architecture.source_files import NOT_OURS, ROOT

FOLDERS = {
    "analytics",
    "api",
    "benchmarks",
    "deploy",
    "docs",
    "graph",
    "ingest",
    "notebooks",
    "tests",
}
STORE = {"catalogue.sqlite", "identity.key", "audit.head"}


def test_only_the_folders_that_were_decided_stand_at_the_top() -> None:
    found = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".")}
    assert sorted(found - NOT_OURS - FOLDERS) == []


def test_no_store_lies_among_the_sources() -> None:
    found = [p for name in sorted(FOLDERS) for p in (ROOT / name).rglob("*") if p.name in STORE]
    assert found == []
