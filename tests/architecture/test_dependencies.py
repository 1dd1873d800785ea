"""What we depend on is pinned by hash, named with its licence, and free of copyleft."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from itertools import pairwise
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source_files import PACKAGES, ROOT

LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-run.lock")
ENTRY = re.compile(r"^([a-z0-9.-]+)==(\S+)(?: ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
# The Lesser GPL is allowed: an unmodified library beside us, which the NOTICE names.
COPYLEFT = re.compile(r"\b(A?GPL|(?<!Lesser )General Public|Affero)", re.IGNORECASE)


def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def project() -> dict[str, Any]:
    return dict(settings()["project"])


def lines(lock: str) -> list[str]:
    return (ROOT / lock).read_text(encoding="utf-8").splitlines()


def locked(lock: str) -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for match in filter(None, map(ENTRY.match, lines(lock))):
        versions.setdefault(match[1], set()).add(match[2])
    return versions


def required() -> list[Requirement]:
    """Walk the hard dependencies, with theirs."""
    pending = [Requirement(text) for text in project()["dependencies"]]
    found: dict[str, Requirement] = {}
    while pending:
        wanted = pending.pop()
        name = canonicalize_name(wanted.name)
        if name in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        found[name] = wanted
        pending += [Requirement(text) for text in distribution(name).requires or ()]
    return [found[name] for name in sorted(found)]


def licence(name: str) -> str:
    facts = distribution(name).metadata
    stated = [facts[field].strip() for field in ("License-Expression", "License") if field in facts]
    classifiers = [c for c in facts.get_all("Classifier") or () if c.startswith("License")]
    lines = [text.splitlines()[0] for text in (*stated, *classifiers) if text]
    return "; ".join(lines)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_names_versions_and_hashes_only(lock: str) -> None:
    assert [line for line in lines(lock) if not ENTRY.match(line) and not HASH.match(line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_version_has_a_hash(lock: str) -> None:
    pairs = pairwise([*lines(lock), ""])
    assert [line for line, after in pairs if ENTRY.match(line) and not HASH.match(after)] == []


def test_the_lock_satisfies_what_the_project_asks() -> None:
    asked = [
        *project()["dependencies"],
        *project()["optional-dependencies"]["dev"],
        *settings()["dependency-groups"]["build"],
    ]
    versions = locked("requirements.lock")
    for text in asked:
        wanted = Requirement(text)
        pinned = versions.get(canonicalize_name(wanted.name), set())
        assert pinned, f"{text} is not in requirements.lock: run make lock"
        assert all(wanted.specifier.contains(v) for v in pinned), f"{text} against {pinned}: run make lock"


@pytest.mark.parametrize("part", LOCKS[1:])
def test_the_locks_agree(part: str) -> None:
    everything = locked("requirements.lock")
    assert {name: everything.get(name) for name in locked(part)} == locked(part)


def test_the_run_lock_holds_every_hard_dependency() -> None:
    assert {canonicalize_name(r.name) for r in required()} <= locked("requirements-run.lock").keys()


def test_what_the_build_asks_is_in_the_build_lock() -> None:
    asked = settings()["build-system"]["requires"]
    assert {canonicalize_name(Requirement(text).name) for text in asked} <= locked(
        "requirements-build.lock"
    ).keys()


def test_every_hard_dependency_has_an_upper_bound() -> None:
    dated = {"tzdata"}  # a calendar version; new zone rules are always wanted
    loose = [t for t in project()["dependencies"] if "<" not in t and Requirement(t).name not in dated]
    assert loose == []


def test_no_hard_dependency_is_copyleft() -> None:
    assert {r.name: licence(r.name) for r in required() if COPYLEFT.search(licence(r.name))} == {}


def test_every_hard_dependency_is_named_in_the_notice() -> None:
    named = set(
        re.findall(r"^- ([a-z0-9.-]+):", (ROOT / "NOTICE").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert {canonicalize_name(r.name) for r in required()} <= named


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_brings_one_of_our_names(package: str) -> None:
    assert set(packages_distributions().get(package, ())) <= {"fuatilia"}


def test_the_project_is_installed_for_these_tests() -> None:
    try:
        assert distribution("fuatilia").version == project()["version"]
    except PackageNotFoundError:
        pytest.fail("fuatilia is not installed in this environment: run make setup")


@pytest.mark.parametrize("text", ["GPL-3.0-only", "AGPLv3", "GNU General Public License v2", "GNU Affero"])
def test_the_licence_check_sees(text: str) -> None:
    assert COPYLEFT.search(text)


@pytest.mark.parametrize("text", ["LGPL-2.1-only", "GNU Lesser General Public License v2 (LGPLv2)", "MIT"])
def test_the_licence_check_lets_pass(text: str) -> None:
    assert not COPYLEFT.search(text)
