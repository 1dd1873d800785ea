"""A store that keeps what the runner gives it, for tests of the runner alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from graph.model.provenance import Receipt, Verdict

if TYPE_CHECKING:
    from graph.model.provenance import Batch, Source
    from graph.model.scope import Scope
    from graph.store import Content


class MemoryStore:
    """Originals in a folder, rows in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.admitted: list[Source] = []
        self.rows: dict[str, pa.Table] = {}
        self.contents: dict[str, Content] = {}

    def admit(self, scope: Scope, case: str, path: Path, source: Source) -> Source:
        shutil.copyfile(path, self.folder / source.sha256)
        self.admitted.append(source)
        return source

    def original(self, scope: Scope, sha256: str) -> Path:
        return self.folder / sha256

    def ingest(self, scope: Scope, batch: Batch, content: Content) -> Receipt:
        known = batch.id in self.contents
        self.contents[batch.id] = content
        if isinstance(content.rows, Path):
            with pa.ipc.open_stream(content.rows.read_bytes()) as stream:
                self.rows[batch.id] = stream.read_all()
        verdict = Verdict.DUPLICATE if known else Verdict.PARTIAL if content.rejected else Verdict.ACCEPTED
        return Receipt(
            batch.source,
            "",
            batch.reader,
            verdict,
            batch.id,
            content.records,
            content.records - len(content.rejected),
            content.rejected,
            {},
            content.reconciliation,
            content.left_out,
            content.assumptions,
        )
