"""Documents point at things that are there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.architecture.source_files import ROOT, short, text_files

if TYPE_CHECKING:
    from pathlib import Path

LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
DOCUMENTS = [path for path in text_files() if path.suffix == ".md"]
DECISIONS = sorted((ROOT / "docs/adr").glob("*.md"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=short)
def test_every_link_inside_the_repository_resolves(path: Path) -> None:
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=short)
def test_a_decision_has_a_title_a_status_and_its_grounds(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# ADR-{path.name[:4]}: ")
    assert "\nStatus: " in text
    assert "\n## Decision" in text


def test_the_changelog_tells_what_changes_results() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert releases
    assert all("### Changes to results" in release for release in releases)


def test_the_readme_shows_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text
    assert "<!-- demo output -->" in text
