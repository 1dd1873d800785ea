"""One writer per store, and a row for everything it does: who, what, how far, until when.

The lock is the operating system's, so it ends with the process that holds it, however that ends;
a job that is found running by the next holder was therefore interrupted.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from graph.errors import StoreBusyError
from graph.model.provenance import canonical
from graph.stores.ledger.disk import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.stores.ledger.catalogue import Catalogue

LEASE = timedelta(minutes=5)
PHASES = ("parse", "segment written", "before commit", "after commit", "index")
_STEP = 0.02


@contextmanager
def writing_lock(path: Path, holder: dict[str, str], patience: float) -> Iterator[None]:
    """Hold the store for writing.

    Parameters
    ----------
    holder : dict
        Who holds it and for what; told to whoever comes meanwhile.
    patience : float
        Seconds to wait for another writer to finish.

    Raises
    ------
    StoreBusyError
        Another writer holds the store; it is named.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, SECRET)
    try:
        _wait(handle, path, patience)
        text = canonical({**holder, "pid": os.getpid()}).encode()
        os.ftruncate(handle, 0)
        os.pwrite(handle, text, 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _wait(handle: int, path: Path, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise StoreBusyError(
                    "another writer holds the store",
                    holder=_holder(handle),
                    path=str(path.parent),
                    hint="wait for it to finish, or stop it",
                ) from None
            time.sleep(_STEP)
        else:
            return


def _holder(handle: int) -> str:
    try:
        told = json.loads(os.pread(handle, 4096, 0) or b"{}")
    except ValueError:
        return "unknown"
    return ", ".join(f"{name} {told[name]}" for name in sorted(told)) or "unknown"


@dataclass(slots=True)
class Job:
    """The row of one long write; its lease runs on with every heartbeat."""

    catalogue: Catalogue
    id: int

    @classmethod
    def begin(cls, catalogue: Catalogue, action: str, subject: str, holder: str) -> Job:
        """Open a job, and mark as interrupted whatever a dead writer left running."""
        catalogue.run("UPDATE jobs SET state = 'interrupted' WHERE state = 'running'")
        number = catalogue.fetch("SELECT coalesce(max(id), 0) + 1 FROM jobs")[0][0]
        now, lease = _times(catalogue)
        catalogue.run(
            "INSERT INTO jobs VALUES (?, ?, ?, ?, '', 'running', ?, ?, ?)",
            number,
            action,
            subject,
            holder,
            now,
            now,
            lease,
        )
        return cls(catalogue, int(number))

    def beat(self) -> None:
        """Say that the work goes on."""
        self.catalogue.run(
            "UPDATE jobs SET heartbeat = ?, lease = ? WHERE id = ?", *_times(self.catalogue), self.id
        )

    def phase(self, name: str) -> None:
        """Say how far the work is."""
        self.catalogue.run(
            "UPDATE jobs SET phase = ?, heartbeat = ?, lease = ? WHERE id = ?",
            name,
            *_times(self.catalogue),
            self.id,
        )

    def end(self, state: str) -> None:
        """Close the job as ``done``, ``duplicate`` or ``failed``."""
        self.catalogue.run("UPDATE jobs SET state = ?, lease = '' WHERE id = ?", state, self.id)


def close_finished(catalogue: Catalogue, subject: str) -> None:
    """Close the jobs of a subject that turned out to be done: killed after its commit."""
    catalogue.run("UPDATE jobs SET state = 'done', lease = '' WHERE subject = ? AND state <> 'done'", subject)


def _times(catalogue: Catalogue) -> tuple[str, str]:
    lease = (
        (catalogue.clock() + LEASE).astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    )
    return catalogue.now(), lease


def unfinished(catalogue: Catalogue) -> list[tuple[str, str, str]]:
    """Return ``(action, subject, phase)`` of interrupted jobs whose subject was never finished since."""
    rows = catalogue.fetch(
        """SELECT action, subject, phase FROM jobs j WHERE state IN ('interrupted', 'running', 'failed')
        AND NOT EXISTS (SELECT 1 FROM jobs k WHERE k.subject = j.subject AND k.id > j.id) ORDER BY id"""
    )
    return [(action, subject, phase) for action, subject, phase in rows]
