"""The desk that pages and the HTTP interface share: one opened store, a workbench for each request.

A ledger may be read from several threads at once: its catalogue, its query engine and its readings
carry locks of their own. It has one writer at a time, so short writes wait for each other here, and
long work runs in one thread beside them (``api.work``). A short write while a long one commits is
refused by the store after two seconds, with the name of who holds it.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from api.work import JobReport, Progress, Workroom
from api.workbench import Workbench
from graph.errors import FuatiliaError, NotFoundError
from graph.model.scope import Clearance, Scope
from graph.stores import open_store
from graph.stores.ledger.store import LedgerStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.casework.masking import Masking
    from api.settings import Settings

__all__ = ["CaseName", "Desk", "JobReport", "Progress"]


@dataclass(frozen=True, slots=True)
class CaseName:
    """A case of the store and what it is about."""

    id: str
    title: str


def _shown(job: JobReport, masking: Masking) -> JobReport:
    """Mask what a job came to: whoever is protected now may not have been when it ran."""
    return replace(
        job,
        label=masking.words(job.label),
        outcome=masking.document(job.outcome),
        error={name: masking.words(text) for name, text in job.error.items()},
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """A store opened once, handed out as workbenches.

    Parameters
    ----------
    settings : Settings
        Which store; who acts.
    clock : callable
        Says the time of audit rows and assertions.
    most : Clearance
        The most identifying text that anybody may ask to see at this desk.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime] = _utc_now,
        *,
        most: Clearance = Clearance.MASKED,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.most = most
        self._store = open_store(settings.store, clock=clock, create=True, **settings.opening)
        self._writing = threading.RLock()
        self.work = Workroom()

    def cases(self) -> tuple[CaseName, ...]:
        """Return the cases of the store, by id."""
        if not isinstance(self._store, LedgerStore):
            return (CaseName(self.settings.case, ""),)
        return tuple(CaseName(case, title) for case, title in self._store.catalogue.cases())

    def case(self, case: str) -> CaseName:
        """Return one case.

        Raises
        ------
        NotFoundError
            There is none of that id.
        """
        for known in self.cases():
            if known.id == case:
                return known
        raise NotFoundError("no such case", hint="the first page lists the cases of this store")

    def stamp(self) -> int:
        """Return a number that changes whenever something was written; -1 where the store has none."""
        return self._store.catalogue.stamp() if isinstance(self._store, LedgerStore) else -1

    def bench(
        self,
        case: str,
        *,
        purpose: str,
        channel: str = "web",
        clearance: Clearance = Clearance.MASKED,
    ) -> Workbench:
        """Return a workbench over the shared store; do not close it.

        The clearance is cut to what the desk allows, and the purpose says so where names are shown.

        Raises
        ------
        NotFoundError
            There is no such case.
        """
        self.case(case)
        allowed = min(clearance, self.most)
        told = purpose if allowed is Clearance.MASKED else f"{purpose} (names shown)"
        scope = Scope(self.settings.actor, (case,), told, allowed, channel)
        return Workbench(self._store, scope, self.clock)

    def open_case(self, case: str, title: str = "", *, channel: str = "web") -> CaseName:
        """Open a case; opening it twice changes nothing."""
        scope = Scope(self.settings.actor, (case,), "open a case", channel=channel)
        with self._writing:
            self._store.open_case(scope, case, title)
        return self.case(case)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the desk for a short write (an assertion, a disposition)."""
        with self._writing:
            yield

    def start(
        self,
        bench: Workbench,
        kind: str,
        label: str,
        work: Callable[[Workbench, Progress], dict[str, Any]],
        after: Callable[[], None] = lambda: None,
    ) -> JobReport:
        """Run long work of a case in the worker thread; returns at once.

        Parameters
        ----------
        work : callable
            Takes the workbench and the progress that it reports to; returns a document.
        after : callable
            Runs when the work is over, however it ended.
        """
        scope = replace(bench.scope, purpose=f"{bench.scope.purpose}: {kind}")
        own = Workbench(self._store, scope, self.clock)

        def masked(progress: Progress) -> dict[str, Any]:
            try:
                return work(own, progress)
            except FuatiliaError as error:
                own.masking.error(error)
                raise

        return self.work.start(bench.case, kind, label, masked, after)

    def job(self, bench: Workbench, number: str) -> JobReport:
        """Return one job of the workbench's case, as its reader may see it now."""
        return _shown(self.work.job(bench.case, number), bench.masking)

    def jobs(self, bench: Workbench) -> list[JobReport]:
        """Return the jobs of the workbench's case, the newest first, as its reader may see them now."""
        masking = bench.masking
        return [_shown(job, masking) for job in self.work.jobs(bench.case)]

    def close(self) -> None:
        """Stop what runs and release the store."""
        self.work.close()
        self._store.close()
