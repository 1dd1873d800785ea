"""Killed, cut off or out of space at any moment: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
from itertools import count
from typing import TYPE_CHECKING

import pytest

from graph.errors import StoreError
from graph.stores.ledger.content import content_hash
from graph.stores.ledger.jobs import PHASES, unfinished
from graph.stores.ledger.verify import verify
from tests.graph.stores.ledger.evidence import (
    BOOK,
    FILES,
    OTHER,
    SCOPE,
    add,
    close,
    layout_of,
    links_of,
    store_with,
    writer_of,
)
from tests.graph.stores.ledger.faults import Counting, Remembering, full, ingest_and_die, lay_out

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from graph.stores.ledger.writer import LedgerWriter

CUTS = 25
KILLS = [(phase, n) for phase in PHASES for n in range(5)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[tuple[str, str, str, str]]]:
    """Content hash and links of a store that was never interrupted."""
    writer = store_with(tmp_path_factory.mktemp("whole"), FILES)
    told = content_hash(writer.catalogue), links_of(writer)
    close(writer)
    return told


def finish(folder: Path) -> LedgerWriter:
    """Do again whatever was asked for."""
    return store_with(folder, FILES)


@pytest.mark.parametrize(("phase", "n"), KILLS)
def test_killed_in_any_phase_and_resumed(
    phase: str, n: int, tmp_path: Path, whole: tuple[str, list[tuple[str, str, str, str]]]
) -> None:
    which = n % len(FILES)
    close(store_with(tmp_path, FILES[:which]))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([ingest_and_die.__module__])
    child = context.Process(target=ingest_and_die, args=(str(tmp_path), which, phase, n * 3))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    reader = writer_of(layout_of(tmp_path))
    visible = {b.batch for b in reader.catalogue.batches(None)}
    committed = phase in {"after commit", "index"}
    assert visible >= {f.batch.id for f in FILES[:which]}
    assert (FILES[which].batch.id in visible) >= committed
    if FILES[which].batch.id not in visible:
        assert [job[1] for job in unfinished(reader.catalogue)] == [FILES[which].batch.id]
    close(reader)
    writer = finish(tmp_path)
    assert (content_hash(writer.catalogue), links_of(writer)) == whole
    assert unfinished(writer.catalogue) == []
    close(writer)
    assert verify(layout_of(tmp_path)) == []


def test_a_power_cut_at_any_sync_loses_nothing_acknowledged(
    tmp_path: Path, whole: tuple[str, list[tuple[str, str, str, str]]]
) -> None:
    live = tmp_path / "live"
    live.mkdir()
    disk = Remembering(layout_of(live).root)
    writer = writer_of(layout_of(live), disk=disk)
    acknowledged: list[tuple[int, str]] = []
    for file in FILES:
        add(writer, file, live)
        acknowledged.append((len(disk.cuts), file.batch.id))
    close(writer)
    assert len(disk.cuts) >= CUTS
    for n in sorted({round(i * (len(disk.cuts) - 1) / (CUTS + 1)) for i in range(CUTS + 2)}):
        folder = tmp_path / f"cut{n}"
        lay_out(disk.cuts[n], layout_of(folder).root)
        again = writer_of(layout_of(folder))
        kept = {b.batch for b in again.catalogue.batches(None)}
        assert kept >= {batch for at, batch in acknowledged if at <= n}
        assert [f for f in verify(layout_of(folder)) if f.what not in {"stray file", "passing file"}] == []
        close(again)
        resumed = finish(folder)
        assert (content_hash(resumed.catalogue), links_of(resumed)) == whole
        close(resumed)
        assert verify(layout_of(folder)) == []
        shutil.rmtree(folder)


def test_a_full_disk_at_any_step_leaves_no_half_visible_batch(tmp_path: Path) -> None:
    path = tmp_path / BOOK.name
    path.write_bytes(BOOK.raw)
    steps: dict[str, Callable[[LedgerWriter], object]] = {
        "admit": lambda writer: writer.admit(SCOPE, "c", path, BOOK.source),
        "ingest": lambda writer: writer.ingest(SCOPE, BOOK.batch, BOOK.content()),
    }
    sound = store_with(tmp_path / "sound", [OTHER])
    writer = store_with(tmp_path / "full", [OTHER])
    before = content_hash(sound.catalogue)
    failures = 0
    for step in steps.values():
        step(sound)
        after = content_hash(sound.catalogue)
        for at in count():
            disk = writer.disk = writer.catalogue.disk = Counting(at, full)
            disk.start()
            try:
                step(writer)
            except StoreError as refused:
                assert "No space left" in str(refused)  # noqa: PT017
                failures += 1
            else:
                break
            assert content_hash(writer.catalogue) in (before, after)
            if at % 4 == 0:
                assert {f.path[:9] for f in verify(writer.layout)} <= {"originals"}
        assert content_hash(writer.catalogue) == after
        before = after
    assert failures > 30  # every write, sync, rename and commit
    close(writer, sound)
    assert verify(layout_of(tmp_path / "full")) == []


def test_readers_never_sweep(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    orphan = writer.layout.segments("0" * 32) / "rows-00000.parquet"
    orphan.parent.mkdir()
    orphan.write_bytes(b"left behind")
    reader = writer_of(layout_of(tmp_path))
    reader.catalogue.batches(None)
    reader.catalogue.note(SCOPE, "select", {})
    assert orphan.exists()
    assert [f.what for f in verify(writer.layout)] == ["stray file"]
    reader.open_case(SCOPE, "c")
    assert not orphan.exists()
    close(writer, reader)
