"""No detector can read a name, a narration or a generator's label: it is given arrays and coded facts."""

from __future__ import annotations

import ast
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from analytics.material import Material
from tests.architecture.source_files import ROOT, python_files, short, tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RULES = ("analytics/typologies", "analytics/benign")
MAY_IMPORT = (
    "__future__",
    "analytics.",
    "graph.model.amounts",
    "graph.model.printing",
    "graph.model.instants",
    "numpy",
)
MAY_NOT_IMPORT = ("analytics.gathering", "analytics.detection", "analytics.tracing.following.following")
TEXTS = frozenset(
    {"text", "ref", "label", "holder", "narration", "search", "find", "facts", "rows_at", "select", "open"}
)
STANDARD = frozenset(
    {
        "bisect",
        "collections",
        "dataclasses",
        "enum",
        "fractions",
        "functools",
        "heapq",
        "itertools",
        "math",
        "operator",
        "statistics",
        "typing",
    }
)
CODED = frozenset(
    {
        "version",
        "nodes",
        "kind",
        "src",
        "dst",
        "lo",
        "hi",
        "amount",
        "asset",
        "row",
        "assets",
        "observation",
        "channel",
        "balance",
        "balance_of",
        "tags",
        "covered",
        "rates",
        "held",
        "left_out",
        "at",
    }
)


def rule_files() -> list[Path]:
    return [p for p in python_files("analytics") if short(p.parent) in RULES and p.name != "__init__.py"]


def reached() -> list[Path]:
    """Return the files of analytics that rules import, and so on: what runs where a rule runs."""
    found: set[Path] = set()
    pending = rule_files()
    while pending:
        path = pending.pop()
        if path in found:
            continue
        found.add(path)
        for name in running_imports(tree(path)):
            place = ROOT / (name.replace(".", "/") + ".py")
            if name.startswith("analytics.") and place.is_file():
                pending.append(place)
    return sorted(found)


def running_imports(module: ast.Module) -> Iterator[str]:
    """Give what a file imports when it runs; what only a type checker reads is left out."""
    for node in module.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


def forbidden(module: ast.Module) -> Iterator[str]:
    for name in running_imports(module):
        standard = name.partition(".")[0] in STANDARD
        if name.startswith(MAY_NOT_IMPORT) or not (standard or name.startswith(MAY_IMPORT)):
            yield f"imports {name}"
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr in TEXTS:
            yield f"reads .{node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEXTS:
            yield f"calls {node.func.id}"


@pytest.mark.parametrize("path", rule_files(), ids=short)
def test_a_rule_reads_no_text_and_no_store(path: Path) -> None:
    assert list(forbidden(tree(path))) == []


def test_what_rules_reach_gathers_nothing() -> None:
    names = {short(path) for path in reached()}
    assert len(names) > len(rule_files())
    assert not names & {"analytics/gathering.py", "analytics/detection.py"}


@pytest.mark.parametrize(
    "text",
    ["import api.demo.scenario", "from graph.store import View", "from analytics.gathering import gather",
     "def detect(m, v):\n    return m.view.facts(1)", "x = instrument.holder", "open('labels.csv')"],
)  # fmt: skip
def test_the_check_sees(text: str) -> None:
    assert len(list(forbidden(ast.parse(text)))) == 1


def test_material_holds_coded_fields_only() -> None:
    """A new field of the material is a decision about what rules may see: it is made here as well."""
    assert {f.name for f in fields(Material)} == CODED
