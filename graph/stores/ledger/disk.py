"""Every byte the ledger writes goes through here, so that faults and power cuts can be rehearsed.

A file appears whole or not at all: written under a passing name, synced, renamed, and its folder
synced. Nothing is acknowledged before that.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PASSING = ".part"
READ_ONLY = stat.S_IRUSR | stat.S_IRGRP
SECRET = stat.S_IRUSR | stat.S_IWUSR


class Disk:
    """What the operating system is asked for; tests put a recording or a failing one in its place."""

    def make_folder(self, folder: Path) -> None:
        """Create a folder and those above it, each synced into the one that holds it."""
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        self.sync_folder(folder.parent)

    def write(self, file: io.FileIO, content: Any) -> None:
        """Write all of ``content``."""
        rest = memoryview(content).cast("B")
        while rest:
            rest = rest[file.write(rest) :]

    def sync(self, file: io.FileIO) -> None:
        """Make a file's bytes durable."""
        os.fsync(file.fileno())

    def rename(self, passing: Path, final: Path) -> None:
        """Give a file its name."""
        passing.rename(final)

    def sync_folder(self, folder: Path) -> None:
        """Make the names in a folder durable."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def remove(self, path: Path) -> None:
        """Remove a file."""
        path.unlink(missing_ok=True)

    def commit(self, begin: Any) -> None:
        """Run the catalogue's commit; what it wrote is durable when this returns."""
        begin()


class Sink(io.RawIOBase):
    """A file being written: hashed as it grows, and named only by ``finish``.

    Parameters
    ----------
    path : Path
        The name it will have.
    mode : int
        Permissions of the finished file.
    """

    def __init__(self, disk: Disk, path: Path, mode: int = READ_ONLY) -> None:
        super().__init__()
        self.path = path
        self.size = 0
        self._disk = disk
        self._mode = mode
        self._passing = path.with_name(path.name + PASSING)
        self._passing.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        self._file = io.FileIO(os.open(self._passing, flags, SECRET), "w")
        self._hash = hashlib.sha256()

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self.size

    def write(self, content: Any) -> int:
        """Write and hash bytes."""
        view = memoryview(content).cast("B")
        if self._file.closed:
            return len(view)  # given up: what a writer still flushes goes nowhere
        self._disk.write(self._file, view)
        self._hash.update(view)
        self.size += len(view)
        return len(view)

    @property
    def sha256(self) -> str:
        """Hash of what was written so far."""
        return self._hash.hexdigest()

    def finish(self) -> str:
        """Sync, set permissions, rename; return the sha256. The folder is synced by the caller."""
        self._disk.sync(self._file)
        os.fchmod(self._file.fileno(), self._mode)
        self._file.close()
        self._disk.rename(self._passing, self.path)
        return self.sha256

    def abandon(self) -> None:
        """Give up: nothing of it remains."""
        self._file.close()
        self._passing.unlink(missing_ok=True)


def write_whole(disk: Disk, path: Path, chunks: Iterable[bytes], mode: int = READ_ONLY) -> str:
    """Write a file whole, with its folder synced; return its sha256."""
    sink = Sink(disk, path, mode)
    try:
        for chunk in chunks:
            sink.write(chunk)
        found = sink.finish()
    except BaseException:
        sink.abandon()
        raise
    disk.sync_folder(path.parent)
    return found


def remove_tree(disk: Disk, folder: Path) -> None:
    """Remove a folder of plain files and what is below it."""
    if not folder.is_dir() or folder.is_symlink():
        disk.remove(folder)
        return
    for entry in sorted(folder.iterdir()):
        remove_tree(disk, entry)
    folder.rmdir()
