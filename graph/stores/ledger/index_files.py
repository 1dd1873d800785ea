"""An index on disk: memory-mapped arrays of one content, disposable and checked before use.

The folder is named by a hash of what it was made from. It is written under a passing name, synced
and renamed, so a folder with the right name is whole; each file's sha256 stands in
``manifest.json`` and is checked when a process first opens the folder. A small index is not kept:
it is read from the segments faster than it is worth looking after.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.errors import IntegrityError
from graph.model.provenance import canonical
from graph.stores.ledger.index import Index, Limits
from graph.stores.ledger.index_arrays import Adjacency, Transfers
from graph.stores.ledger.passing import passing_prefix, remove_left_over

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT = 1

_TRANSFERS = (
    "ids",
    "src",
    "dst",
    "lo",
    "hi",
    "seq",
    "row",
    "amount",
    "asset",
    "amount_hi",
    "merged",
    "conflicting",
)
_LISTS = ("ptr", "pos", "nbr")
_ABOUT = "about.json"
_MANIFEST = "manifest.json"
_PASSING = ".new-"


def save_index(index: Index, folder: Path, cases: Sequence[str], ids_of_batches: Sequence[str]) -> bool:
    """Keep an index in ``folder``; False when the place cannot be written to.

    Folders of older content of the same cases are removed; a process that still reads one keeps its
    mapped files until it lets go of them.
    """
    about = {
        "format": FORMAT,
        "cases": sorted(cases),
        "batches": list(ids_of_batches),
        "assets": list(index.transfers.assets),
    }
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        passing = Path(tempfile.mkdtemp(prefix=passing_prefix(_PASSING), dir=folder.parent))
    except OSError:
        return False  # a reader without the right to write works from memory
    try:
        manifest = {name: _write(passing / name, _raw(values)) for name, values in _arrays(index)}
        manifest[_ABOUT] = _write(passing / _ABOUT, canonical(about).encode())
        _write(passing / _MANIFEST, canonical(manifest).encode())
        _sync(passing)
        if not folder.exists():
            passing.rename(folder)
            _sync(folder.parent)
    finally:
        shutil.rmtree(passing, ignore_errors=True)
    _remove_older(folder, about["cases"])
    return True


def load_index(folder: Path, limits: Limits = Limits()) -> Index | None:  # noqa: B008 - frozen
    """Open a kept index, or return None where there is none.

    Raises
    ------
    IntegrityError
        A file that is missing or differs from its hash; removing the folder rebuilds it.
    """
    if not folder.is_dir():
        return None
    manifest = json.loads(_checked(folder, _MANIFEST, None))
    for name, expected in sorted(manifest.items()):
        _checked(folder, name, expected)
    about = json.loads((folder / _ABOUT).read_bytes())

    def read(name: str) -> Any:
        path = folder / f"{name}.npy"
        return np.asarray(np.load(path, mmap_mode="r")) if path.exists() else None

    out, into = (Adjacency(*(read(f"{side}-{part}") for part in _LISTS)) for side in ("out", "in"))
    transfers = Transfers(assets=tuple(about["assets"]), **{name: read(name) for name in _TRANSFERS})
    return Index(transfers, out, into, limits)


def _arrays(index: Index) -> list[tuple[str, Any]]:
    named = [(name, getattr(index.transfers, name)) for name in _TRANSFERS]
    for side, lists in (("out", index.out), ("in", index.into)):
        named += [(f"{side}-{part}", getattr(lists, part)) for part in _LISTS]
    return [(f"{name}.npy", values) for name, values in named if values is not None]


def _raw(values: Any) -> Any:
    import io

    head = io.BytesIO()
    values = np.ascontiguousarray(values)
    np.lib.format.write_array_header_2_0(head, np.lib.format.header_data_from_array_1_0(values))
    return head.getvalue(), memoryview(values.view(np.uint8).reshape(-1))


def _write(path: Path, content: Any) -> str:
    parts = content if isinstance(content, tuple) else (content,)
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for part in parts:
            digest.update(part)
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _checked(folder: Path, name: str, expected: str | None) -> bytes:
    path = folder / name
    if not path.is_file():
        raise IntegrityError("a file of the index is missing", path=str(path), hint="remove the folder")
    if expected is None:
        return path.read_bytes()
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise IntegrityError(
            "a file of the index differs from its hash",
            path=str(path),
            expected=expected,
            found=found,
            hint="remove the folder; it is rebuilt from the segments",
        )
    return b""


def _remove_older(folder: Path, cases: object) -> None:
    """Remove older versions for the same cases, and what a killed process left half written."""
    remove_left_over(folder.parent, _PASSING)
    for other in sorted(folder.parent.iterdir()):
        about = other / _ABOUT
        if other == folder or other.name.startswith(_PASSING) or not about.is_file():
            continue
        if json.loads(about.read_bytes()).get("cases") == cases:
            shutil.rmtree(other, ignore_errors=True)
