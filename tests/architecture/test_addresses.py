"""Query languages stay with the stores; no file knows the machine it was written on."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.architecture.source_files import PACKAGES, python_files, short, text_files, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

QUERY = re.compile(
    r"\s*(SELECT\s.+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TEMP\s+)?"
    r"(TABLE|VIEW|INDEX)\s|ATTACH\s|COPY\s.+\sTO\s|(OPTIONAL\s+)?MATCH\s*\(|PRAGMA\s)",
    re.DOTALL,
)
MACHINE = re.compile(
    r"(?<![\w.:/])/(?:work|root|home|Users)/\w|(?<![\w.:/])/tmp/\w"
    r"|python[h]osted|py[p]i\.org|/simple/|(?<!emit-)index-url\b"
)
STORES = ("graph/stores/", "ingest/fetchers/neo4j/")  # the second only ever reads, and only another's graph


def queries(module: ast.Module) -> Iterator[tuple[int, str]]:
    prose = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module):
        if not isinstance(node, ast.Constant) or id(node) in prose:
            continue
        if isinstance(node.value, str) and QUERY.match(node.value):
            yield node.lineno, node.value.strip().splitlines()[0]


def test_no_query_outside_the_stores() -> None:
    found = [
        f"{short(path)}:{line} {query}"
        for path in python_files(*PACKAGES)
        if not short(path).startswith(STORES)
        for line, query in queries(tree(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text", ["SELECT a\nFROM b WHERE c", "MATCH (n) RETURN n", "insert".upper() + " INTO t VALUES"]
)
def test_the_query_check_sees(text: str) -> None:
    assert list(queries(ast.parse(f"x = {text!r}")))


def test_the_query_check_reads_prose_as_prose() -> None:
    assert list(queries(ast.parse('"""SELECT a FROM b is what we avoid."""\nx = "Select an account"'))) == []


def test_inside_the_ledger_only_the_index_compiles() -> None:
    """The import contracts cannot say ``index*``."""
    ledger = [p for p in python_files("graph") if short(p).startswith("graph/stores/ledger/")]
    importing = [
        p for p in ledger if re.search(r"^\s*(import|from) numba\b", p.read_text("utf-8"), re.MULTILINE)
    ]
    assert [short(p) for p in importing if not short(p).startswith("graph/stores/ledger/index")] == []


def test_no_file_names_the_machine_it_was_written_on() -> None:
    me = "tests/architecture/test_addresses.py"
    found = [
        f"{short(path)}:{number} {line.strip()[:80]}"
        for path in text_files()
        if short(path) != me
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    ["see /home/someone/x", 'open("/tmp/x")', "--index-url=z", "from pythonhosted"],
)
def test_the_machine_check_sees(text: str) -> None:
    assert MACHINE.search(text)
