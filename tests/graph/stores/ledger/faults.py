"""Disks that die, fill up, or remember what a power cut would have left."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.stores.ledger.disk import Disk
from tests.graph.stores.ledger.evidence import FILES, add, layout_of, writer_of

if TYPE_CHECKING:
    import io
    from collections.abc import Callable


@dataclass
class Counting(Disk):
    """Calls ``act`` at the ``at``-th request after ``start`` was called; 0 is the first."""

    at: int
    act: Callable[[], None]
    counted: int = -1

    def start(self) -> None:
        self.counted = 0

    def _step(self) -> None:
        if self.counted < 0:
            return
        self.counted += 1
        if self.counted == self.at + 1:
            self.act()

    def make_folder(self, folder: Path) -> None:
        self._step()
        super().make_folder(folder)

    def write(self, file: io.FileIO, content: Any) -> None:
        self._step()
        super().write(file, content)

    def sync(self, file: io.FileIO) -> None:
        self._step()
        super().sync(file)

    def rename(self, passing: Path, final: Path) -> None:
        self._step()
        super().rename(passing, final)

    def sync_folder(self, folder: Path) -> None:
        self._step()
        super().sync_folder(folder)

    def commit(self, begin: Any) -> None:
        self._step()
        super().commit(begin)


def full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def ingest_and_die(folder: str, which: int, phase: str, after: int) -> None:
    """Ingest one of ``FILES`` and be killed in ``phase``, at its ``after``-th request to the disk.

    A phase that asks the disk for less is killed where the next one begins.
    """
    disk = Counting(after, die)
    writer = writer_of(layout_of(Path(folder)), disk=disk)
    passed: list[str] = []

    def watch(name: str) -> None:
        if phase in passed or name == phase == "index":
            die()
        passed.append(name)
        if name == phase:
            disk.start()
            if after == 0:
                die()

    writer.on_phase = watch
    add(writer, FILES[which], Path(folder))


@dataclass
class Remembering(Disk):
    """Keeps, at every sync, what would still be there if the power failed at that moment.

    A file's bytes count from its own sync, its name from the sync of its folder; the catalogue
    counts as of its last commit.
    """

    root: Path
    cuts: list[dict[str, bytes]] = field(default_factory=list)
    _synced: dict[int, bytes] = field(default_factory=dict)
    _named: dict[Path, dict[str, bytes]] = field(default_factory=dict)
    _catalogue: bytes = b""

    def sync(self, file: io.FileIO) -> None:
        super().sync(file)
        self._synced[os.fstat(file.fileno()).st_ino] = Path(str(file_path(file))).read_bytes()
        self._cut()

    def sync_folder(self, folder: Path) -> None:
        super().sync_folder(folder)
        self._named[folder] = {
            path.name: self._synced.get(path.stat().st_ino, b"")
            for path in folder.iterdir()
            if path.is_file() and not path.name.startswith(("catalogue", "writer.lock"))
        }
        self._cut()

    def commit(self, begin: Any) -> None:
        self._cut()
        begin()
        connection = sqlite3.connect(self.root / "catalogue.sqlite")
        self._catalogue = connection.serialize()
        connection.close()
        self._cut()

    def _cut(self) -> None:
        left = {
            (folder / name).relative_to(self.root).as_posix(): raw
            for folder, names in self._named.items()
            for name, raw in names.items()
            if folder == self.root or self.root in folder.parents
        }
        if self._catalogue:
            left["catalogue.sqlite"] = self._catalogue
        self.cuts.append(left)


def file_path(file: io.FileIO) -> Path:
    return Path(f"/proc/self/fd/{file.fileno()}").resolve()


def lay_out(left: dict[str, bytes], root: Path) -> None:
    """Make a folder hold exactly these files."""
    for name, raw in sorted(left.items()):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        path.chmod(0o600)
