"""What ``fuatilia doctor`` looks at: what is installed, what stands in the way, whether readers run."""

from __future__ import annotations

import hashlib
import platform
import shutil
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import ROOF
from graph.errors import FuatiliaError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

LIBRARIES = ("duckdb", "numba", "numpy", "pdfplumber", "pyarrow", "rich", "typer")
LITTLE_SPACE = 1 << 30


def checkup(store: str, opening: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what a support call needs to know; ``problems`` is empty where all is well.

    ``opening``: what the store's backend is opened with (``Settings.opening``).
    """
    problems: list[str] = []
    document = {
        "fuatilia": own_version() or _uninstalled(problems),
        "python": sys.version.split()[0],
        "machine": f"{platform.system()} {platform.machine()}",
        "terminal_encoding": sys.stdout.encoding or "",
        "libraries": _libraries(problems),
        "packages_from": _packages(problems),
        "store": store,
        "store_state": _store(store, opening or {}, problems),
        "free_bytes": _space(store, problems),
        "readers_confined_by": _confinement(problems),
        "problems": problems,
    }
    return {**document, "sound": not problems}


def own_version() -> str:
    """Return the version that is installed; empty where the packages are run without installing them."""
    try:
        return version("fuatilia")
    except PackageNotFoundError:
        return ""


def _uninstalled(problems: list[str]) -> str:
    problems.append("fuatilia runs without being installed: plug-ins and its version are not known")
    return "not installed"


def _libraries(problems: list[str]) -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            problems.append(f"the library {name} is missing: install fuatilia again")
    return found


def _packages(problems: list[str]) -> str:
    """Say where our packages lie, and name other distributions that claim their short names."""
    owners = packages_distributions()
    for name in ROOF:
        others = sorted(set(owners.get(name, [])) - {"fuatilia"})
        if others:
            problems.append(f"{', '.join(others)} also installs a package {name!r}: uninstall it")
    return str(Path(sys.modules["api"].__file__ or "").resolve().parent.parent)


def _store(store: str, opening: Mapping[str, Any], problems: list[str]) -> str:
    from graph.stores import open_store

    try:
        open_store(store, **opening).close()
    except NotFoundError as missing:
        if Path(store).is_dir() and any(Path(store).iterdir()):
            problems.append(f"the store does not open: {missing}")
            return "does not open"
        return "none yet: the first ingest makes it"
    except (FuatiliaError, OSError) as damaged:
        problems.append(f"the store does not open: {damaged}")
        return "does not open"
    return "opens"


def _space(store: str, problems: list[str]) -> int:
    place = Path.cwd() if "://" in store else Path(store)
    while not place.is_dir() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < LITTLE_SPACE:
        problems.append(f"only {free:,} bytes are free at {place}")
    return free


def _confinement(problems: list[str]) -> dict[str, str]:
    """Start one reader's process on a file of our own, and hear what it gave up."""
    from ingest.sandbox import Job, sniff

    data = b"Date;Amount\n2026-01-01;1.00\n"
    with tempfile.TemporaryDirectory(prefix="fuatilia-doctor-") as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(data)
        try:
            return dict(sniff(Job(path, path.name, hashlib.sha256(data).hexdigest())).confinement)
        except (FuatiliaError, OSError) as refused:
            problems.append(f"readers cannot be started: {refused}")
            return {}
