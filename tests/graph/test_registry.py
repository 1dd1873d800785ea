"""Discovery finds files by name, names what is broken, and refuses two plug-ins of one code."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from graph import registry
from graph.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    home = tmp_path / "plugs"
    home.mkdir()
    (home / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "entry_points", lambda group: ())
    yield home
    for name in [n for n in sys.modules if n == "plugs" or n.startswith("plugs.")]:
        del sys.modules[name]


def plug(folder: Path, name: str, code: str) -> None:
    (folder / f"{name}.py").write_text(
        f"from types import SimpleNamespace\nPLUG = SimpleNamespace(code={code!r})\n"
    )


def find() -> list[str]:
    return list(registry.discover("plugs", "PLUG", "fuatilia.plugs", lambda p: p.code))


def test_files_are_found_sorted_and_private_ones_left_alone(folder: Path) -> None:
    for name in ("zebra", "ant"):
        plug(folder, name, name)
    plug(folder, "_parts", "never")
    assert find() == ["ant", "zebra"]


def test_file_name_and_code_must_agree(folder: Path) -> None:
    plug(folder, "ant", "bee")
    with pytest.raises(PluginError, match=r"'ant'.*'bee'"):
        find()


@pytest.mark.parametrize("text", ["import nothing_of_that_name", "OTHER = 1"])
def test_broken_file_is_named(folder: Path, text: str) -> None:
    (folder / "ant.py").write_text(text)
    with pytest.raises(PluginError) as caught:
        find()
    assert caught.value.fields()["module"] == "plugs.ant"


def test_two_of_one_code_are_both_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plug(folder, "ant", "ant")
    point = EntryPoint("ant", "elsewhere:PLUG", "fuatilia.plugs")
    monkeypatch.setitem(sys.modules, "elsewhere", SimpleNamespace(PLUG=SimpleNamespace(code="ant")))
    monkeypatch.setattr(registry, "entry_points", lambda group: (point,))
    with pytest.raises(PluginError) as caught:
        find()
    assert (caught.value.fields()["first"], caught.value.fields()["second"]) == (
        "plugs.ant",
        "elsewhere:PLUG",
    )
