"""The folder carried to a machine without a network: what its installer refuses, and what it installs."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KIND = f"{sys.implementation.cache_tag} {platform.system()} {platform.machine()}\n"


def wheel(folder: Path) -> Path:
    """Write the least wheel that answers to our name, its command saying that it ran."""
    path = folder / "fuatilia-0.0.1-py3-none-any.whl"
    files = {
        "said.py": "def main():\n    print('ran')\n",
        "fuatilia-0.0.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: fuatilia\nVersion: 0.0.1\n",
        "fuatilia-0.0.1.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
        "fuatilia-0.0.1.dist-info/entry_points.txt": "[console_scripts]\nfuatilia = said:main\n",
    }
    record = "fuatilia-0.0.1.dist-info/RECORD"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(record, "".join(f"{name},,\n" for name in (*files, record)))
    return path


@pytest.fixture
def wheelhouse(tmp_path: Path) -> Path:
    folder = tmp_path / "wheelhouse"
    folder.mkdir()
    for name in ("install.sh", "README.txt"):
        shutil.copy(ROOT / "deploy" / "wheelhouse" / name, folder)
    wheel(folder)
    (folder / "PYTHON").write_text(KIND)
    return folder


def seal(folder: Path) -> None:
    names = sorted(p.name for p in folder.iterdir())
    sums = [f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names]
    (folder / "SHA256SUMS").write_text("".join(sums))


def install(folder: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(folder / "install.sh"), str(target)]
    surroundings = {"PATH": "/usr/bin:/bin", "PYTHON": sys.executable, "HOME": str(target.parent)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)


def test_a_sound_folder_is_installed_from_itself_alone(wheelhouse: Path, tmp_path: Path) -> None:
    seal(wheelhouse)
    done = install(wheelhouse, tmp_path / "here")
    assert done.returncode == 0, done.stderr
    told = subprocess.run(
        [tmp_path / "here" / "bin" / "fuatilia"], capture_output=True, text=True, check=True
    )
    assert told.stdout == "ran\n"


def test_a_changed_file_is_refused_before_anything_is_made(wheelhouse: Path, tmp_path: Path) -> None:
    seal(wheelhouse)
    path = wheelhouse / "fuatilia-0.0.1-py3-none-any.whl"
    path.write_bytes(path.read_bytes().replace(b"ran", b"run"))
    done = install(wheelhouse, tmp_path / "here")
    assert done.returncode == 4
    assert path.name in done.stdout + done.stderr
    assert not (tmp_path / "here").exists()


def test_wheels_for_another_python_are_refused(wheelhouse: Path, tmp_path: Path) -> None:
    (wheelhouse / "PYTHON").write_text("cpython-39 Plan9 vax\n")
    seal(wheelhouse)
    done = install(wheelhouse, tmp_path / "here")
    assert done.returncode == 1
    assert "cpython-39 Plan9 vax" in done.stderr
    assert not (tmp_path / "here").exists()


def test_an_existing_folder_is_left_alone(wheelhouse: Path, tmp_path: Path) -> None:
    seal(wheelhouse)
    (tmp_path / "here").mkdir()
    done = install(wheelhouse, tmp_path / "here")
    assert done.returncode == 1
    assert list((tmp_path / "here").iterdir()) == []
