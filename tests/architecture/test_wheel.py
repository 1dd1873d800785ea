"""What is built is what is here: four packages, their tables and templates, nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.architecture.source_files import NOT_OURS, PACKAGES, ROOT

LISTING = f"""
import api, json, pkgutil
roof = api.check_roof()
found = (m.name for p in {PACKAGES!r} for m in pkgutil.walk_packages([str(roof / p)], p + "."))
print(json.dumps([str(roof), sorted(found)]))
"""


def our_files() -> set[str]:
    found = (p for package in PACKAGES for p in (ROOT / package).rglob("*") if p.is_file())
    return {
        p.relative_to(ROOT).as_posix() for p in found if not NOT_OURS & set(p.parts) and p.suffix != ".pyc"
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path) -> Path:
    folder = wheel.parent / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_top_level_names_are_our_four(unpacked: Path) -> None:
    names = {p.name for p in unpacked.iterdir()}
    assert {n for n in names if not n.endswith(".dist-info")} == set(PACKAGES)
    assert len(names) == len(PACKAGES) + 1


def test_every_file_travels(unpacked: Path) -> None:
    packed = {p.relative_to(unpacked).as_posix() for p in unpacked.rglob("*") if p.is_file()}
    assert our_files() == {n for n in packed if ".dist-info/" not in n}
    assert {f"{package}/py.typed" for package in PACKAGES} <= packed


def test_licence_and_notice_travel(unpacked: Path) -> None:
    assert {p.name for p in unpacked.glob("*.dist-info/licenses/*")} == {"LICENSE", "NOTICE"}


def test_the_command_names_a_module_that_is_there(unpacked: Path) -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    module, function = scripts["fuatilia"].split(":")
    source = unpacked / Path(*module.split(".")).with_suffix(".py")
    assert source.is_file()
    assert f"def {function}(" in source.read_text(encoding="utf-8")


def modules(home: Path) -> tuple[Path, list[str]]:
    """Ask a fresh interpreter, in another folder's name, what it can find."""
    command = [sys.executable, "-c", LISTING]
    environment = {"PYTHONPATH": str(home)}
    answer = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=True)
    roof, names = json.loads(answer.stdout)
    return Path(roof), names


def test_the_wheel_holds_the_plug_ins_that_the_checkout_holds(unpacked: Path) -> None:
    """Discovery goes by file name, so equal modules are equal plug-ins."""
    from_wheel, from_checkout = modules(unpacked), modules(ROOT)
    assert from_wheel[0] == unpacked.resolve()
    assert from_checkout[0] == ROOT
    assert from_wheel[1] == from_checkout[1]
