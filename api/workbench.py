"""The one facade: command line, REST, pages and notebooks all work through it.

A workbench is one store, one case and one actor. There is no second way to ingest, trace or export.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from analytics.tracing.following.following import rates_of
from analytics.tracing.policy import Policy
from analytics.tracing.rule import rules
from api.casework.allocations import Sharing, share
from api.casework.freezing import freezing_sheet
from api.casework.records import allocation_result, trace_result
from api.casework.seeds import observation_of, seeds_of
from api.casework.traces import TraceRun, run_trace
from api.errors import UsageError
from graph.model.results import Assertion, AssertionKind, instrument_at
from graph.model.scope import Clearance, Scope
from graph.store import Selection
from graph.stores import open_store
from ingest.runner import ingest_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path
    from types import TracebackType

    from analytics.assets.identify import Holding
    from analytics.assets.terms import Terms
    from analytics.tracing.following import Budget
    from api.settings import Settings
    from graph.model.parties import Instrument
    from graph.model.provenance import Receipt, Source
    from graph.store import Store
    from ingest.runner import Intake


def examine(
    settings: Settings,
    paths: Sequence[Path],
    intake: Intake,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> list[Receipt]:
    """Read files and report what ingesting them would do; no store is opened or needed."""
    scope = Scope(settings.actor, (settings.case,), "dry run")
    return ingest_files(None, scope, settings.case, paths, intake, dry_run=True, on_progress=on_progress)


@dataclass(frozen=True, slots=True)
class Traced:
    """A trace that was run and kept, with the sheet of what it shows to be held."""

    run: TraceRun
    sheet: tuple[Holding, ...]
    result: str


class Workbench:
    """A store opened for one case by one actor.

    Parameters
    ----------
    store : Store
    scope : Scope
    now : callable
        Says the time; written into audit rows and assertions, never into results.
    """

    def __init__(self, store: Store, scope: Scope, now: Callable[[], datetime]) -> None:
        self.store = store
        self.scope = scope
        self._now = now

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        purpose: str,
        channel: str = "cli",
        clearance: Clearance = Clearance.MASKED,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        create: bool = False,
    ) -> Self:
        """Open the store that the settings name.

        Parameters
        ----------
        create : bool
            Make the store and the case where they are missing.
        """
        scope = Scope(settings.actor, (settings.case,), purpose, clearance, channel)
        store = open_store(settings.store, clock=now, create=create)
        bench = cls(store, scope, now)
        if create:
            store.open_case(scope, settings.case)
        return bench

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the store."""
        self.store.close()

    @property
    def case(self) -> str:
        """The case worked on."""
        return self.scope.cases[0]

    def ingest(
        self,
        paths: Sequence[Path],
        intake: Intake,
        on_progress: Callable[[str, int, int], None] | None = None,
    ) -> list[Receipt]:
        """Read files into the case; one receipt a file, and a bad file never stops the others."""
        return ingest_files(self.store, self.scope, self.case, paths, intake, on_progress=on_progress)

    def sources(self) -> list[Source]:
        """Return the sources of the case."""
        return self.store.sources(self.scope)

    def search(self, text: str) -> list[Instrument]:
        """Find instruments by identifier, tail, name or reference."""
        return self.store.find(self.scope, text)

    def assert_(self, kind: str, subject: str, object_: str, reason: str, *, made: str = "") -> Assertion:
        """Record what the actor states; ``subject`` and ``object_`` are references, ids or searches.

        Raises
        ------
        UsageError
            When no reason is given, or a reference is not unambiguous.
        """
        if not reason.strip():
            raise UsageError("an assertion needs a reason", kind=kind, hint="say what it rests on: --reason")
        try:
            what = AssertionKind(kind)
        except ValueError as cause:
            raise UsageError(
                "no such assertion", kind=kind, hint="one of " + ", ".join(k.value for k in AssertionKind)
            ) from cause
        first = observation_of(self.store, self.scope, subject)
        other = self._object(what, object_)
        stated = made or self._now().isoformat(timespec="seconds")
        assertion = Assertion(what, self.case, first, other, self.scope.actor, reason, stated)
        self.store.assert_(self.scope, assertion)
        return assertion

    def assertions(self) -> list[Assertion]:
        """Return the standing assertions of the case."""
        return self.store.assertions(self.scope)

    def trace(
        self,
        seeds: Sequence[str],
        *,
        rule: str = "own_first",
        compare: Sequence[str] | None = None,
        arithmetic: str = "fixed",
        without: Sequence[str] = (),
        budget: Budget | None = None,
    ) -> Traced:
        """Trace claims and keep the result.

        Parameters
        ----------
        seeds : sequence of str
            ``[CLAIMANT=]PAYMENT``, see ``api.casework.seeds``.
        rule : str
            The rule chosen before any result is seen.
        compare : sequence of str, optional
            Rules to run beside it; every installed rule when not given.
        without : sequence of str
            Ids of assertions that are not accepted.
        """
        policy = Policy(rule=rule, arithmetic=arithmetic)
        accepted = [a for a in self.assertions() if a.id not in set(without)]
        codes = list(rules()) if compare is None else list(compare)
        run = run_trace(
            self.store,
            self.scope,
            seeds_of(self.store, self.scope, seeds),
            policy,
            codes=codes,
            assertions=accepted,
            budget=budget,
        )
        sheet = freezing_sheet(run, self.sources())
        result = self.store.record(self.scope, trace_result(run, self.case))
        return Traced(run, sheet, result)

    def allocate(
        self,
        traced: Traced,
        at: datetime,
        *,
        base: str = "net_loss",
        received: Mapping[str, Fraction] | None = None,
        general_costs: int = 0,
        terms: Terms | None = None,
    ) -> Sharing:
        """Share what the trace shows as held among its claimants, under every scheme."""
        moment = int(at.timestamp()) * 1_000_000
        sharing = share(
            traced.run,
            traced.sheet,
            rates_of(self.store, self.scope),
            moment,
            base=base,
            received=received,
            general_costs=general_costs,
            terms=terms,
        )
        self.store.record(self.scope, allocation_result(sharing, traced.run, self.case))
        return sharing

    def retract(self, source: str, reason: str) -> tuple[str, ...]:
        """Take a source out of sight; return the results that fall with it."""
        if not reason.strip():
            raise UsageError("a retraction needs a reason", source=source, hint="--reason TEXT")
        return self.store.retract(self.scope, source, reason)

    def with_clearance(self, clearance: Clearance) -> Workbench:
        """Return the same workbench under another clearance."""
        return Workbench(self.store, replace(self.scope, clearance=clearance), self._now)

    def _object(self, kind: AssertionKind, text: str) -> str:
        if kind is AssertionKind.ROLE:
            return text
        if kind is not AssertionKind.PAID_FOR:
            return observation_of(self.store, self.scope, text)
        found = self.store.instruments(self.scope, [text]) if len(text) == 32 else {}  # noqa: PLR2004 - an id
        exact = list(found.values()) or self.store.find(self.scope, text)
        if len(exact) != 1:
            raise UsageError(
                "the instrument that was paid for is not unambiguous",
                text=text,
                found=len(exact),
                hint="give its id from `search`",
            )
        return self._shown(exact[0].id)

    def _shown(self, instrument: str) -> str:
        """Name an instrument by the least observation that shows it: the same name in every store."""
        rows = self.store.select(
            self.scope, Selection(instruments=(instrument,), statuses=())
        ).table.to_pylist()
        named = [
            instrument_at(row["observation"], side, row["asset"])
            for row in rows
            for side in ("debit", "credit")
            if row[side] == instrument
        ]
        if not named:
            raise UsageError(
                "no payment shows this instrument",
                instrument=instrument,
                hint="assert what the evidence shows",
            )
        return min(named)
