"""One line of progress: file, rows, rows per second, rejected so far, time left."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console as RichConsole
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from api.cli.layout import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.cli.console import Console
    from graph.model.provenance import Receipt


@dataclass
class Tally:
    """How far an intake is: bytes and files out of how many, rows and rejected rows so far."""

    sizes: list[int]
    bar: Progress | None = None
    files: int = 0
    rows: int = 0
    rejected: int = 0
    started: float = field(default_factory=time.monotonic)

    def hear(self, name: str, done: int, total: int) -> None:
        """Show how far the present file is; ``done`` of ``total`` in whatever its reader counts."""
        here = self.sizes[self.files] if self.files < len(self.sizes) else 0
        self._show(name, sum(self.sizes[: self.files]) + (here * done // total if total else 0))

    def finished(self, receipt: Receipt) -> None:
        """Count a file that is done."""
        self.files += 1
        self.rows += receipt.records
        self.rejected += len(receipt.rejected)
        self._show(receipt.name, sum(self.sizes[: self.files]))

    @property
    def rate(self) -> int:
        """Rows a second so far."""
        return int(self.rows / max(time.monotonic() - self.started, 0.001))

    def sentence(self) -> str:
        """Return what is said at the end."""
        spent = time.monotonic() - self.started
        return (
            f"{self.files:,} of {len(self.sizes):,} files, {self.rows:,} rows, {self.rate:,} rows/s, "
            f"{self.rejected:,} rejected, {spent:.1f} s"
        )

    def _show(self, name: str, bytes_done: int) -> None:
        if self.bar is not None:
            at = f"{min(self.files + 1, len(self.sizes))}/{len(self.sizes)} {visible(name)[:24]}"
            self.bar.update(
                self.bar.task_ids[0],
                description=at,
                completed=bytes_done,
                rows=self.rows,
                rate=self.rate,
                rejected=self.rejected,
            )


@contextmanager
def intake_progress(console: Console, paths: list[Path]) -> Iterator[Tally]:
    """Show an intake on a terminal while it runs, and its sum in one line at the end.

    Where stderr is no terminal only the last line is written; under ``--quiet`` nothing is.
    """
    tally = Tally([path.stat().st_size if path.is_file() else 0 for path in paths])
    rich = RichConsole(stderr=True)
    try:
        if console.quiet or not rich.is_terminal:
            yield tally
        else:
            with _bar(rich) as tally.bar:
                tally.bar.add_task("", total=max(sum(tally.sizes), 1), rows=0, rate=0, rejected=0)
                tally.hear("", 0, 0)
                yield tally
    finally:
        console.talk(tally.sentence())


def _bar(rich: RichConsole) -> Progress:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(12),
        TextColumn("{task.fields[rows]:,} rows"),
        TextColumn("{task.fields[rate]:,} rows/s"),
        TextColumn("{task.fields[rejected]:,} rejected"),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=rich, transient=True)
