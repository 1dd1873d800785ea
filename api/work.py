"""Long work beside the answering of requests: one thread, a job each, with progress and a way to stop it.

A page that is closed loses nothing: what runs is here, what is done is in the store. The row of a
write, with its lease, is the store's own; a job here only says how far it is and what came of it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from graph.errors import FuatiliaError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT = 200
"""Finished jobs that are remembered; the oldest are forgotten first."""


class StoppedWork(Exception):  # noqa: N818 - no error: a person asked for it
    """The work was asked to stop; raised inside it, at its next sign of progress."""


class JobState(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class JobReport:
    """How far a job is.

    Attributes
    ----------
    id, case, kind, label : str
        ``kind`` is ``ingest``, ``detect``, ``trace`` …; ``label`` says of what.
    step : str
        What is worked on now: a file, a rule.
    done, total : int
        In whatever the work counts; ``total`` 0 when it does not know.
    rate : int
        Units a second, 0 before anything is known.
    left : int or None
        Seconds, as the rate suggests; None when it suggests nothing.
    outcome : dict
        The document that the work returned; empty unless done.
    error : dict
        Fields of what it failed with; empty unless failed.
    """

    id: str
    case: str
    kind: str
    label: str
    state: JobState
    step: str = ""
    done: int = 0
    total: int = 0
    rate: int = 0
    left: int | None = None
    outcome: dict[str, Any] = field(default_factory=dict)
    error: dict[str, str] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Say whether nothing more will happen."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.STOPPED)


class Progress:
    """What the work says of itself, and how it hears that it is to stop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._step, self._done, self._total = "", 0, 0
        self._started = time.monotonic()

    def hear(self, step: str, done: int, total: int) -> None:
        """Say how far the work is.

        Raises
        ------
        StoppedWork
            Somebody asked for it; what was committed stays.
        """
        with self._lock:
            if (step, done) < (self._step, self._done) or step != self._step:
                self._started = time.monotonic()
            self._step, self._done, self._total = step, done, total
        if self._asked.is_set():
            raise StoppedWork

    def ask_to_stop(self) -> None:
        """Have the work stop where it next says how far it is."""
        self._asked.set()

    @property
    def asked(self) -> bool:
        """Say whether the work was asked to stop."""
        return self._asked.is_set()

    def reading(self) -> tuple[str, int, int, int, int | None]:
        """Return step, done, total, units a second and seconds left."""
        with self._lock:
            spent = max(time.monotonic() - self._started, 0.001)
            rate = int(self._done / spent)
            left = (self._total - self._done) // rate if rate and self._total > self._done else None
            return self._step, self._done, self._total, rate, left


class _Job:
    def __init__(self, number: str, case: str, kind: str, label: str) -> None:
        self.id, self.case, self.kind, self.label = number, case, kind, label
        self.state = JobState.WAITING
        self.progress = Progress()
        self.outcome: dict[str, Any] = {}
        self.error: dict[str, str] = {}

    def run(self, work: Callable[[Progress], dict[str, Any]], after: Callable[[], None]) -> None:
        try:
            if self.progress.asked:
                raise StoppedWork
            self.state = JobState.RUNNING
            self.outcome = work(self.progress)
            self.state = JobState.DONE
        except StoppedWork:
            self.state = JobState.STOPPED
        except FuatiliaError as error:
            self._failed({k: str(v) for k, v in error.fields().items()})
        except Exception as error:  # noqa: BLE001 - the last door of the thread: whatever comes is told
            told = f"a fault in Fuatilia: {type(error).__name__}"
            self._failed({"code": "fault", "what": told, "hint": "nothing is half written"})
        finally:
            after()

    def _failed(self, error: dict[str, str]) -> None:
        self.error, self.state = error, JobState.FAILED

    def report(self) -> JobReport:
        step, done, total, rate, left = self.progress.reading()
        return JobReport(
            self.id,
            self.case,
            self.kind,
            self.label,
            self.state,
            step,
            done,
            total,
            rate,
            left if self.state is JobState.RUNNING else None,
            self.outcome,
            self.error,
        )


class Workroom:
    """Jobs in the order in which they were given, one at a time: a store has one writer."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, _Job] = OrderedDict()
        self._lock = threading.Lock()
        self._next = 1
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="job")

    def start(
        self,
        case: str,
        kind: str,
        label: str,
        work: Callable[[Progress], dict[str, Any]],
        after: Callable[[], None] = lambda: None,
    ) -> JobReport:
        """Queue work and return at once; ``after`` runs however it ends."""
        with self._lock:
            job = _Job(str(self._next), case, kind, label)
            self._next += 1
            self._jobs[job.id] = job
            over = [j.id for j in self._jobs.values() if j.report().over]
            for old in over[: max(len(self._jobs) - KEPT, 0)]:
                del self._jobs[old]
        self._thread.submit(job.run, work, after)
        return job.report()

    def job(self, case: str, number: str) -> JobReport:
        """Return one job of a case.

        Raises
        ------
        NotFoundError
            No such job, or it is of another case.
        """
        return self._of(case, number).report()

    def jobs(self, case: str) -> list[JobReport]:
        """Return the jobs of a case, the newest first."""
        with self._lock:
            return [j.report() for j in reversed(self._jobs.values()) if j.case == case]

    def stop(self, case: str, number: str) -> JobReport:
        """Ask a job to stop; it does so where it next says how far it is."""
        job = self._of(case, number)
        job.progress.ask_to_stop()
        return job.report()

    def close(self) -> None:
        """Ask everything to stop and wait for it."""
        with self._lock:
            for job in self._jobs.values():
                job.progress.ask_to_stop()
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _of(self, case: str, number: str) -> _Job:
        with self._lock:
            job = self._jobs.get(number)
        if job is None or job.case != case:
            raise NotFoundError("no such job in this case", hint="jobs are forgotten when the server stops")
        return job
