"""The files of this repository as the architecture tests see them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("graph", "ingest", "analytics", "api")
NOT_OURS = frozenset({"build", "dist", "demo-case", "__pycache__"})
TEXT = frozenset(
    {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".lock", ".in", ".html", ".jinja", ".css", ""}
)


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Give the Python files below the named top-level folders, sorted."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(sorted(path for path in found if not NOT_OURS.intersection(path.parts)))


@cache
def tree(path: Path) -> ast.Module:
    """Parse one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def text_files() -> tuple[Path, ...]:
    """Give every text file that is, or would be, tracked; hidden folders only where they are ours."""
    found: list[Path] = []
    pending = [ROOT]
    while pending:
        for entry in sorted(pending.pop().iterdir()):
            hidden = entry.name.startswith(".") and entry.name != ".ci"
            if entry.is_dir() and not hidden and entry.name not in NOT_OURS:
                pending.append(entry)
            elif entry.is_file() and entry.suffix in TEXT:
                found.append(entry)
    return tuple(sorted(found))


def short(path: Path) -> str:
    """Name a file from the root of the repository."""
    return path.relative_to(ROOT).as_posix()
