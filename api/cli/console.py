"""Talking to a terminal: the result on stdout, everything else on stderr, errors as exit codes."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console as RichConsole
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from api.errors import NotPermittedError, UsageError
from graph.errors import FuatiliaError, IntegrityError
from ingest.errors import IngestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

DONE, FAILED, USAGE, REJECTED, INTEGRITY, NOT_PERMITTED = range(6)
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Console:
    """How one command speaks: as JSON or as text, with or without talk."""

    as_json: bool = False
    quiet: bool = False

    def result(self, document: Any, text: Callable[[], str]) -> None:
        """Print the result: one JSON document, or text made only when it is wanted."""
        if self.as_json:
            out = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
        else:
            out = text()
        sys.stdout.write(out.rstrip("\n") + "\n")
        sys.stdout.flush()

    def talk(self, message: str) -> None:
        """Say something beside the result."""
        if not self.quiet:
            sys.stderr.write(message + "\n")
            sys.stderr.flush()

    def failure(self, error: FuatiliaError) -> int:
        """Tell an error, as data where JSON is asked for, and return its exit code."""
        if self.as_json:
            document = {"error": {k: str(v) for k, v in error.fields().items()}}
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
        sys.stderr.write(f"error: {error}\n")
        return exit_code(error)

    @contextmanager
    def progress(self, what: str) -> Iterator[Callable[[str, int, int, int], None]]:
        """Show one line of progress on a terminal: rows, rate, rejected, time left.

        Yields a callable taking the name of the part, bytes or rows done, their total, and rows.
        """
        rich = RichConsole(stderr=True)
        if self.quiet or self.as_json or not rich.is_terminal:
            yield lambda *_: None
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[rows]:,} rows"),
            TextColumn("{task.fields[rate]:,} rows/s"),
            TimeRemainingColumn(),
        )
        started = time.monotonic()
        with Progress(*columns, console=rich, transient=True) as bar:
            task = bar.add_task(what, total=None, rows=0, rate=0)

            def show(name: str, done: int, total: int, rows: int) -> None:
                spent = max(time.monotonic() - started, 0.001)
                bar.update(
                    task,
                    description=f"{what} {name}",
                    completed=done,
                    total=total or None,
                    rows=rows,
                    rate=int(rows / spent),
                )

            yield show


def exit_code(error: FuatiliaError) -> int:
    """Return the exit code of an error: the command line's contract."""
    for kind, code in (
        (UsageError, USAGE),
        (IngestError, REJECTED),
        (IntegrityError, INTEGRITY),
        (NotPermittedError, NOT_PERMITTED),
    ):
        if isinstance(error, kind):
            return code
    return FAILED


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Lay out a table that widens and never wraps: two spaces between columns, numbers to the right.

    Examples
    --------
    >>> print(table(["PLACE", "KES"], [["wallet", "1.00"], ["bank", "20.00"]], right=[1]))
    PLACE     KES
    wallet   1.00
    bank    20.00
    """
    lines = [list(header), *[list(r) for r in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    out = []
    for line in lines:
        cells = [
            c.rjust(w) if i in right else c.ljust(w)
            for i, (c, w) in enumerate(zip(line, widths, strict=True))
        ]
        out.append("  ".join(cells).rstrip())
    return "\n".join(out)
