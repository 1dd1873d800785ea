"""Names are the field's: one word per idea, and none that says nothing."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.architecture.source_files import PACKAGES, ROOT, python_files, short, tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BANNED_FILES = frozenset({"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"})
EVERYWHERE = (*PACKAGES, "tests")
MONEY = re.compile(
    r"(?:^|_)(amount|units|balance|principal|fee|fees|debit|credit|claim|traced|dividend)s?(?:$|_)"
)
PLAIN_NUMBERS = ("api/evidence/figures/",)  # positions on paper


def banned_words() -> dict[str, str]:
    """Read the ban list of the glossary: word -> what to say."""
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    table = text.split("## Words we do not use", 1)[1]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", table, flags=re.MULTILINE)
    return dict(rows)


def words(name: str) -> list[str]:
    """Split snake_case and CamelCase.

    >>> words("ParserHelper_for_data")
    ['parser', 'helper', 'for', 'data']
    """
    return [w.lower() for w in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def public_names(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
            yield node.name


def bound_names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.alias) and node.asname:
        yield node.asname
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name


def test_no_file_is_a_drawer() -> None:
    found = [short(p) for p in python_files(*EVERYWHERE) if BANNED_FILES & {p.stem, p.parent.name}]
    assert found == []


def test_no_variable_shadows_one_of_our_packages() -> None:
    found = [
        f"{short(path)}:{getattr(node, 'lineno', 0)} {name}"
        for path in python_files(*EVERYWHERE)
        for node in ast.walk(tree(path))
        for name in bound_names(node)
        if name in PACKAGES
    ]
    assert found == []


def test_the_ban_list_is_read() -> None:
    assert {"manager", "helper", "util", "data", "process", "alert"} <= set(banned_words())


def test_no_public_name_uses_a_banned_word() -> None:
    banned = banned_words()
    found = [
        f"{short(path)} {name}: {word} -> {banned[word]}"
        for path in python_files(*PACKAGES)
        for name in public_names(path)
        for word in words(name)
        if word in banned
    ]
    assert found == []


def test_every_module_says_why_it_exists() -> None:
    found = [
        short(path)
        for path in python_files(*PACKAGES)
        if tree(path).body and not ast.get_docstring(tree(path))
    ]
    assert found == []


def float_money(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            named = (
                ast.unparse(part)
                for argument in node.args
                for part in ast.walk(argument)
                if isinstance(part, ast.Name | ast.Attribute)
            )
            if any(MONEY.search(name.rsplit(".", 1)[-1]) for name in named):
                yield node.lineno, ast.unparse(node)
        if isinstance(node, ast.arg):
            name, annotation = node.arg, node.annotation
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name, annotation = node.target.id, node.annotation
        else:
            continue
        if annotation and MONEY.search(name) and re.search(r"\bfloat\b", ast.unparse(annotation)):
            yield annotation.lineno, f"{name}: {ast.unparse(annotation)}"


def test_no_float_holds_money() -> None:
    found = [
        f"{short(path)}:{line} {what}"
        for path in python_files(*PACKAGES)
        if not short(path).startswith(PLAIN_NUMBERS)
        for line, what in float_money(tree(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    ["x = float(leg.amount)", "def f(paid_units: float): ...", "class A:\n    fee: float | None = None"],
)
def test_the_float_check_sees(text: str) -> None:
    assert len(list(float_money(ast.parse(text)))) == 1


def test_the_float_check_leaves_ratios_alone() -> None:
    assert list(float_money(ast.parse("def f(score: float, confidence: float): return float(score)"))) == []
