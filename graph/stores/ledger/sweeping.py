"""What an interrupted writer left behind is removed by the next writer, never by a reader.

Only what can be made again is removed: passing files, segments and identity files that the catalogue
does not list, and identity generations that an erasure replaced. An original that the catalogue does
not list yet stays; taking it in again finds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.stores.ledger.disk import PASSING, remove_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.stores.ledger.catalogue import Catalogue
    from graph.stores.ledger.disk import Disk
    from graph.stores.ledger.layout import Layout


def sweep(layout: Layout, catalogue: Catalogue, disk: Disk) -> list[str]:
    """Remove leftovers; return their paths relative to the store, sorted. The lock must be held."""
    listed = {file.path for batch in catalogue.stored_batches() for file in batch.files}
    removed: list[str] = []
    for name in ("segments", "identities"):
        for folder in _entries(layout.root / name):
            for path in _entries(folder) if folder.is_dir() else [folder]:
                where = path.relative_to(layout.root).as_posix()
                if where not in listed:
                    remove_tree(disk, path)
                    removed.append(where)
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
    for path in sorted((layout.root / "originals").rglob(f"*{PASSING}")):
        disk.remove(path)
        removed.append(path.relative_to(layout.root).as_posix())
    return sorted(removed)


def _entries(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.iterdir()) if folder.is_dir() else ()
