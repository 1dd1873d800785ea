"""A BagIt bag (RFC 8493), written the same to the byte for the same content.

The bag is built in a folder of its own beside the target, flushed to disk, checked, and renamed: what
stands under the final name is whole.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import bagit

from api.errors import PackError
from api.evidence.canonical import BLOCK

if TYPE_CHECKING:
    from collections.abc import Mapping

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAGMANIFEST, INFO = "manifest-sha256.txt", "tagmanifest-sha256.txt", "bag-info.txt"


@dataclass(frozen=True, slots=True)
class FileNote:
    """Size and hash of one file of the bag."""

    bytes: int
    sha256: str


class BagWriter:
    """Writes payload files into an unfinished bag and keeps their hashes."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        self.payload: dict[str, FileNote] = {}

    def put(self, path: str, data: bytes) -> FileNote:
        """Write one payload file (``data/…``)."""
        self.payload[path] = self._write(path, data)
        return self.payload[path]

    def copy(self, path: str, source: Path, sha256: str) -> FileNote:
        """Copy an original into the payload while hashing it.

        Raises
        ------
        PackError
            When it cannot be read, or its bytes have another hash.
        """
        target = self._place(path)
        found, size = hashlib.sha256(), 0
        try:
            with source.open("rb") as old, target.open("xb") as new:
                while block := old.read(BLOCK):
                    found.update(block)
                    size += new.write(block)
                _flush(new.fileno())
        except OSError as fault:
            raise PackError("an original cannot be copied", path=str(source), why=fault.strerror) from fault
        if found.hexdigest() != sha256:
            raise PackError(
                "an original has other bytes than its hash says",
                path=str(source),
                expected=sha256,
                found=found.hexdigest(),
                hint="nothing was written; check the store with `fuatilia store verify`",
            )
        self.payload[path] = FileNote(size, sha256)
        return self.payload[path]

    def finish(self, tags: Mapping[str, bytes], info: Mapping[str, str]) -> str:
        """Write the tag files, check the bag, give it its name; return its fingerprint.

        The fingerprint is the sha256 of the tag manifest, which covers the payload manifest, which
        covers every payload file.
        """
        oxum = f"{sum(note.bytes for note in self.payload.values())}.{len(self.payload)}"
        fields = {**info, "Payload-Oxum": oxum}
        lines = [f"{key}: {' '.join(str(fields[key]).split())}\n" for key in sorted(fields)]
        tag_files = {
            **tags,
            "bagit.txt": DECLARATION,
            INFO: "".join(lines).encode(),
            MANIFEST: manifest_bytes({path: note.sha256 for path, note in self.payload.items()}),
        }
        hashes = {path: self._write(path, data).sha256 for path, data in sorted(tag_files.items())}
        fingerprint = self._write(TAGMANIFEST, manifest_bytes(hashes)).sha256
        self._check()
        for folder, _, _ in os.walk(self.folder):
            _flush_folder(Path(folder))
        if self.target.exists():
            raise PackError("something already has this name", path=str(self.target))
        self.folder.rename(self.target)
        _flush_folder(self.target.parent)
        return fingerprint

    def abandon(self) -> None:
        """Remove what was written of an unfinished bag."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _check(self) -> None:
        logging.getLogger("bagit").setLevel(logging.CRITICAL)
        try:
            bagit.Bag(str(self.folder)).validate()
        except bagit.BagError as fault:
            raise PackError("the bag just written is not valid", why=str(fault)) from fault

    def _write(self, path: str, data: bytes) -> FileNote:
        with self._place(path).open("xb") as file:
            file.write(data)
            _flush(file.fileno())
        return FileNote(len(data), hashlib.sha256(data).hexdigest())

    def _place(self, path: str) -> Path:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        return place


def manifest_bytes(hashes: Mapping[str, str]) -> bytes:
    r"""Write a manifest, sorted by path.

    >>> manifest_bytes({"data/b": "22", "data/a": "11"})
    b'11  data/a\n22  data/b\n'
    """
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes)).encode()


def _flush(descriptor: int) -> None:
    os.fsync(descriptor)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
