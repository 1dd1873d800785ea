"""An original is kept byte for byte under its hash, or not at all."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from graph.errors import IntegrityError, StoreError
from graph.stores.ledger.disk import Disk
from graph.stores.ledger.layout import Layout
from graph.stores.ledger.originals import keep_original

if TYPE_CHECKING:
    from pathlib import Path

RAW = b"date,amount\n" * 200_000
SHA = hashlib.sha256(RAW).hexdigest()


def test_kept_byte_for_byte_and_read_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(RAW)
    layout = Layout(tmp_path / "store")
    assert keep_original(layout, path, SHA, Disk()) == len(RAW)
    kept = layout.original(SHA)
    assert kept.read_bytes() == RAW
    assert kept.stat().st_mode & 0o222 == 0
    assert [p.name for p in kept.parent.iterdir()] == [SHA]
    assert keep_original(layout, path, SHA, Disk()) == len(RAW)


def test_other_bytes_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(RAW + b"x")
    layout = Layout(tmp_path / "store")
    with pytest.raises(IntegrityError, match="not the one that was announced"):
        keep_original(layout, path, SHA, Disk())
    assert list(layout.original(SHA).parent.iterdir()) == []


def test_a_damaged_copy_is_noticed_when_the_file_comes_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(RAW)
    layout = Layout(tmp_path / "store")
    keep_original(layout, path, SHA, Disk())
    kept = layout.original(SHA)
    kept.chmod(0o600)
    kept.write_bytes(RAW[:-1] + b"?")
    with pytest.raises(IntegrityError, match="differs from its hash"):
        keep_original(layout, path, SHA, Disk())


def test_links_devices_and_folders_are_no_originals(tmp_path: Path) -> None:
    plain = tmp_path / "a.csv"
    plain.write_bytes(RAW)
    link, pipe, folder = tmp_path / "link", tmp_path / "pipe", tmp_path / "folder"
    link.symlink_to(plain)
    os.mkfifo(pipe)
    folder.mkdir()
    for path in (link, pipe, folder, tmp_path / "absent"):
        with pytest.raises(StoreError):
            keep_original(Layout(tmp_path / "store"), path, SHA, Disk())
    with pytest.raises(StoreError, match="no sha256"):
        keep_original(Layout(tmp_path / "store"), plain, "../../x", Disk())
