"""The one facade: command line, REST, pages and notebooks all work through it.

A workbench is one store, one case and one actor. There is no second way to ingest, trace or export.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from analytics.assets.terms import Terms
from analytics.detection import detect, in_language
from analytics.tracing.following import Budget
from analytics.tracing.policy import Policy
from analytics.tracing.rule import rules
from api.casework.detection_run import keep_run
from api.casework.leads import detection_document, keep_leads, run_ids
from api.casework.masking import Masking, unnamed
from api.casework.network import NetworkQuery, case_network
from api.casework.rerun import (
    Fallen,
    Rerun,
    SharingAsked,
    TraceAsked,
    falling,
    rerun_document,
)
from api.casework.roles import (
    Standing,
    name_of,
    role_of,
    roles_document,
    standing_assertion,
    standings,
    subject_of,
)
from api.casework.running import Traced, keep_sharing, keep_trace, microseconds, run_again
from api.casework.seeds import observation_of, seeds_of
from api.casework.standing import case_document
from api.casework.steady import steady
from api.casework.triage import Triaged, ground_of, leads_document, named_lead, triaged
from api.errors import UsageError
from api.evidence.audit_chain import chain_faults
from graph.errors import FuatiliaError, StoreError
from graph.model.results import CASEWORK, Assertion, AssertionKind, Disposition, ResultKind
from graph.model.scope import Clearance, Scope
from graph.stores import open_store
from ingest.runner import ingest_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path
    from types import TracebackType

    from analytics.catalogue import Value
    from api.casework.allocations import Sharing
    from api.casework.fetching import Fetched
    from api.settings import Settings
    from graph.model.network import Network
    from graph.model.parties import Instrument
    from graph.model.provenance import Receipt, Source
    from graph.store import Store
    from ingest.fetchers.evm import PageHead, Question
    from ingest.runner import Intake


__all__ = ["Traced", "Workbench", "examine"]

SHOWN = {
    Clearance.MASKED: "",
    Clearance.CASE: " (names shown)",
    Clearance.PROTECTED: " (protected names shown)",
}
"""What the purpose of an action says in the audit log of the clearance under which it was done."""


def examine(
    settings: Settings,
    paths: Sequence[Path],
    intake: Intake,
    on_progress: Callable[[str, int, int], None] | None = None,
    *,
    clearance: Clearance = Clearance.MASKED,
) -> list[Receipt]:
    """Read files and report what ingesting them would do; no store is opened or needed."""
    scope = Scope(settings.actor, (settings.case,), "dry run", clearance)
    heard = on_progress and unnamed(paths, on_progress, clearance)
    found = ingest_files(None, scope, settings.case, paths, intake, dry_run=True, on_progress=heard)
    return [Masking(clearance).receipt(r) for r in found]


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
        title: str = "",
    ) -> Self:
        """Open the store that the settings name.

        Parameters
        ----------
        create : bool
            Make the store and the case where they are missing; ``title`` is what a new case is about.
        """
        scope = Scope(settings.actor, (settings.case,), purpose + SHOWN[clearance], clearance, channel)
        store = open_store(settings.store, clock=now, create=create, **settings.opening)
        bench = cls(store, scope, now)
        if create:
            store.open_case(scope, settings.case, title)
        return bench

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if isinstance(error, FuatiliaError):
                self.mask(error)
        finally:
            self.close()

    def mask(self, error: FuatiliaError) -> None:
        """Mask in place what an error repeats of what was asked or read."""
        try:
            masking = self.masking
        except StoreError:  # the store itself fails and cannot say whom it protects: numbers are masked
            masking = Masking(self.scope.clearance)
        masking.error(error)

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
        heard = on_progress and unnamed(paths, on_progress, self.scope.clearance)
        receipts = ingest_files(self.store, self.scope, self.case, paths, intake, on_progress=heard)
        masking = self.masking
        return [masking.receipt(r) for r in receipts]

    @property
    def masking(self) -> Masking:
        """What this workbench's reader may see; every output that no view masks goes through it."""
        return Masking(self.scope.clearance, self.store.protected(self.scope))

    def case_summary(self) -> dict[str, Any]:
        """Return how the case stands: files, checks, roles, leads, content, and whether the audit holds."""
        lines, head = self.store.audit(self.scope)
        faults = list(chain_faults(lines, head))
        results = self.store.results(self.scope)
        document = case_document(
            self.case,
            self.sources(),
            self.store.receipts(self.scope),
            self.store.retracted(self.scope),
            self.assertions(),
            results,
            self.leads(),
            self.roles(),
            self.masking,
        )
        audit = {
            "rows": len(lines),
            "head": head,
            "intact": not faults,
            "faults": [{"row": n, "what": what} for n, what in faults],
        }
        return {**document, "content": self.store.version(self.scope), "audit": audit}

    def leads(self) -> list[Triaged]:
        """Return the standing leads of the case with every decision about them."""
        found = self.store.results(self.scope, ResultKind.LEAD)
        return triaged(found, self.store.dispositions(self.scope))

    def lead(self, name: str) -> Triaged:
        """Return one standing lead by its id, or the beginning of it.

        Raises
        ------
        NotFoundError, UsageError
            No lead begins so; or several do.
        """
        return named_lead(self.leads(), name)

    def dispose(self, lead: str, decision: str, reason: str, *, ground: str = "") -> Triaged:
        """Confirm or dismiss a lead; earlier decisions stay on record.

        Parameters
        ----------
        lead : str
            Its id, or the beginning of it.
        decision : str
            ``confirmed`` or ``dismissed``.
        ground : str
            A ``Ground``; for a dismissal only, and needed there.

        Raises
        ------
        UsageError
            No reason, no such decision or ground.
        """
        if not reason.strip():
            raise UsageError("a decision needs a reason", lead=lead, hint="--reason TEXT")
        chosen, why = ground_of(decision, ground)
        found = self.lead(lead)
        made = self._now().isoformat(timespec="seconds")
        decided = Disposition(found.lead.id, chosen.value, self.scope.actor, reason, made, why)
        self.store.dispose(self.scope, decided)
        return self.lead(found.lead.id)

    def leads_document(self, found: Sequence[Triaged] | None = None) -> dict[str, Any]:
        """Return leads as one document; labels as the clearance gives them now."""
        return leads_document(self.store, self.scope, self.leads() if found is None else found, self.masking)

    def role(self, subject: str, role: str, reason: str) -> Assertion:
        """State how an instrument, or a party that a record names as holder, stands in the case.

        Victims and witnesses are masked from then on for every reader without clearance ``PROTECTED``.

        Parameters
        ----------
        subject : str
            See ``api.casework.roles.subject_of``.

        Raises
        ------
        UsageError
            No reason, no such role, or a subject that is not unambiguous.
        """
        self._needs_reason(reason, role=role)
        known = role_of(role)
        return self.state(
            AssertionKind.ROLE, subject_of(self.store, self.scope, subject), known.value, reason
        )

    def roles(self) -> list[Standing]:
        """Return who stands how in the case, by subject."""
        return standings(self.store, self.scope, self.assertions())

    def roles_document(self) -> dict[str, Any]:
        """Return who stands how as one document; labels by clearance."""
        return roles_document(self.store, self.scope, self.roles(), self.masking)

    def withdraw(self, assertion: str, reason: str) -> Assertion:
        """Take back a standing assertion by another that retracts it; both stay on record.

        Parameters
        ----------
        assertion : str
            Its id, or the beginning of it.
        """
        self._needs_reason(reason, assertion=assertion)
        back = standing_assertion(self.assertions(), assertion)
        return self.state(back.kind, back.subject, back.object, reason, retracts=back.id)

    def assertions_document(self) -> dict[str, Any]:
        """Return the standing assertions as one document; reasons masked by clearance."""
        masking = self.masking
        return {"assertions": [masking.assertion(a) for a in self.assertions()]}

    def fetch(
        self,
        endpoint: str,
        question: Question,
        intake: Intake,
        *,
        masked: bool = False,
        on_page: Callable[[PageHead, int], None] | None = None,
    ) -> Fetched:
        """Ask a node for what the case does not hold yet; see ``api.casework.fetching``."""
        from api.casework.fetching import fetch_evm
        from ingest.fetchers.evm import Node

        fetched = self._now().astimezone(UTC).isoformat(timespec="seconds")
        node = Node(endpoint, masked=masked)
        return fetch_evm(
            self.store, self.scope, self.case, node, question, intake, fetched=fetched, on_page=on_page
        )

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
        self._needs_reason(reason, kind=kind)
        try:
            what = AssertionKind(kind)
        except ValueError as cause:
            raise UsageError(
                "no such assertion", kind=kind, hint="one of " + ", ".join(k.value for k in AssertionKind)
            ) from cause
        if what is AssertionKind.ROLE:
            return self.role(subject, object_, reason)
        if what in CASEWORK:
            raise UsageError("this is stated by an action of its own", kind=kind, hint="see `--help`")
        first = observation_of(self.store, self.scope, subject)
        return self.state(what, first, self._object(what, object_), reason, made=made)

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
        asked = TraceAsked(
            seeds_of(self.store, self.scope, seeds),
            Policy(rule=rule, arithmetic=arithmetic),
            tuple(rules()) if compare is None else tuple(compare),
            tuple(without),
            budget or Budget(),
        )
        return keep_trace(self.store, self.scope, self.case, asked)

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
        asked = SharingAsked(
            traced.result, microseconds(at), base, dict(received or {}), general_costs, terms or Terms()
        )
        return keep_sharing(self.store, self.scope, self.case, traced, asked).sharing

    def rerun(self, result: str) -> Rerun:
        """Compute a trace, an allocation or a lead again over today's evidence, from what was stored.

        Parameters
        ----------
        result : str
            Id of a result of the case, standing or fallen.

        Raises
        ------
        NotFoundError, UsageError
            No such result; or it cannot be run again, and why.
        """
        return run_again(self.store, self.scope, self.case, self.store.result(self.scope, result))

    def rerun_document(self, result: str) -> dict[str, Any]:
        """Run a result again and say what differs, as one document."""
        return rerun_document(self.rerun(result), self.masking)

    def detect(
        self,
        ids: Sequence[str] = (),
        *,
        parameters: Mapping[str, Mapping[str, Value]] | None = None,
        at: int | None = None,
        language: str = "en",
    ) -> dict[str, Any]:
        """Look for leads and keep them; see ``analytics.detection.detect``.

        Returns
        -------
        dict
            ``leads`` in the order of the queue as this reader may see them, with what was decided about
            each; ``not_evaluated``; ``beyond``, how many candidates are not listed; ``content``.
        """
        detection = steady(lambda: detect(self.store, self.scope, ids, parameters=parameters, at=at))
        kept = keep_leads(self.store, self.scope, detection, self.case)
        keep_run(self.store, self.scope, self.case, detection, run_ids(ids), self._now())
        said = [in_language(lead, language).sentence for lead in detection.leads]
        found = self.leads_document(triaged(kept, self.store.dispositions(self.scope)))["leads"]
        listed = [{**one, "sentence": text} for one, text in zip(found, said, strict=True)]
        return detection_document(detection, listed)

    def network(self, query: NetworkQuery | None = None) -> Network:
        """Return the bounded part of the case's network that a query names; the start without one."""
        asked, words = query or NetworkQuery(), self.masking.words
        shown = [replace(a, reason=words(a.reason)) for a in self.assertions()]
        return steady(lambda: case_network(self.store, self.scope, asked, assertions=shown))

    def retract(self, source: str, reason: str) -> tuple[Fallen, ...]:
        """Take a source out of sight; return the results that fall with it, and what they rested on."""
        if not reason.strip():
            raise UsageError("a retraction needs a reason", source=source, hint="--reason TEXT")
        resting = falling(self.store, self.scope, source, self.store.results(self.scope))
        fallen = self.store.retract(self.scope, source, reason)
        return tuple(resting[name] for name in fallen if name in resting)

    def with_clearance(self, clearance: Clearance) -> Workbench:
        """Return the same workbench under another clearance."""
        return Workbench(self.store, replace(self.scope, clearance=clearance), self._now)

    def _object(self, kind: AssertionKind, text: str) -> str:
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
        return name_of(self.store, self.scope, exact[0].id)

    @staticmethod
    def _needs_reason(reason: str, **where: str) -> None:
        if not reason.strip():
            raise UsageError("an assertion needs a reason", hint="say what it rests on: --reason", **where)

    def state(
        self,
        kind: AssertionKind,
        subject: str,
        object_: str,
        reason: str,
        *,
        made: str = "",
        retracts: str = "",
    ) -> Assertion:
        """Record a statement of the actor; everything in it was checked before."""
        # Of what is said of the work on a case the latest counts, so it must be known which that is.
        precise = "microseconds" if kind in CASEWORK else "seconds"
        stated = made or self._now().isoformat(timespec=precise)
        said = Assertion(kind, self.case, subject, object_, self.scope.actor, reason, stated, retracts)
        self.store.assert_(self.scope, said)
        return said
