"""What a machine lacks for a real Neo4j server is said in words that help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import neo4j_files
from tests.neo4j_files import LTS, NEEDS, LackingError, files, java

if TYPE_CHECKING:
    from pathlib import Path


def program(folder: Path, version: str) -> str:
    path = folder / f"java-{version.partition(' ')[0]}"
    path.write_text(f"#!/bin/sh\necho '{version}' >&2\n")
    path.chmod(0o700)
    return str(path)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without Java and without Maven, and an empty cache."""
    monkeypatch.setattr(neo4j_files, "INSTALLED", tmp_path / "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("FUATILIA_TEST_NEO4J_JARS", str(tmp_path / "kept"))
    monkeypatch.delenv("FUATILIA_TEST_JAVA", raising=False)
    return tmp_path


def test_no_java_is_said_with_what_to_install(alone: Path) -> None:
    with pytest.raises(LackingError, match=r"no Java 17 .*apt install openjdk-17-jre-headless"):
        java(LTS)


@pytest.mark.parametrize(
    ("said", "enough"), [('openjdk version "1.8.0_402"', False), ('version "17.0.1"', True)]
)
def test_an_old_java_does_not_do(
    alone: Path, monkeypatch: pytest.MonkeyPatch, said: str, enough: bool
) -> None:
    monkeypatch.setenv("FUATILIA_TEST_JAVA", program(alone, said))
    if enough:
        assert java(LTS) == program(alone, said)
    else:
        with pytest.raises(LackingError, match=str(NEEDS[LTS])):
            java(LTS)


def test_no_maven_is_said_with_what_to_install(alone: Path) -> None:
    with pytest.raises(LackingError, match="apt install maven"):
        files(LTS)


def test_a_failed_fetch_leaves_nothing_that_looks_fetched(alone: Path) -> None:
    maven = alone / "mvn"
    maven.write_text("#!/bin/sh\necho no way out; exit 1\n")
    maven.chmod(0o700)
    with pytest.raises(LackingError, match="no way out"):
        files(LTS)
    assert not (alone / "kept" / LTS).exists()


def test_what_is_kept_is_not_fetched_again(alone: Path) -> None:
    kept = alone / "kept" / LTS
    kept.mkdir(parents=True)
    assert files(LTS) == kept
