"""Pushing a ledger into the shared graph: part by part, only what differs, resumed where it broke off."""

from __future__ import annotations

import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from graph.errors import IntegrityError, StoreBusyError
from graph.store import Pushed
from graph.stores.neo4j.desired import Desired
from graph.stores.neo4j.filling import all_instruments, all_rows, fill_instruments, fill_rows
from graph.stores.neo4j.hashing import together
from graph.stores.neo4j.hiding import Tokens
from graph.stores.neo4j.mending import forget_batches, mend_instruments, mend_rows
from graph.stores.neo4j.model import Label
from graph.stores.neo4j.owners import reconcile, written_at_once
from graph.stores.neo4j.parts import join, push_documents, push_files
from graph.stores.neo4j.schema import prepare
from graph.stores.neo4j.sections import DONE, LOADING, Claim, Kept, at_once, claim, kept_sections

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.model.scope import Scope
    from graph.stores.ledger.store import LedgerStore
    from graph.stores.neo4j.owners import OwnedSection
    from graph.stores.neo4j.server import Server, Transaction

WAIT = 60.0
"""Seconds for which a push waits for another one that is at the same part."""
_ROUND = 1.0
SMALL = 5_000
"""Rows up to which a new part is written in one transaction."""
_STATE = f"""
    UNWIND $batches AS id MATCH (b:{Label.BATCH} {{id: id}}) WHERE coalesce(b.state, '') <> $state
    SET b.state = $state"""


@dataclass(frozen=True, slots=True)
class Large:
    """How a part of a batch is written: all at once, chunk by chunk, or by comparing."""

    all_of: Callable[[Any], tuple[int, int, Callable[[Transaction], None]]]
    fill: Callable[[Claim, Any, Callable[[int], None]], tuple[int, int]]
    mend: Callable[[Claim, Any, Callable[[int], None]], tuple[int, int]]


INSTRUMENTS = Large(all_instruments, fill_instruments, mend_instruments)
ROWS = Large(all_rows, fill_rows, mend_rows)


@dataclass(slots=True)
class _Push:
    """One push in progress."""

    server: Server
    desired: Desired
    heard: Callable[[str, int, int], None]
    kept: dict[str, Kept]
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    parts: int = 0
    written: int = 0
    rows: int = 0
    total: int = 0
    done: int = 0

    def told(self, what: str, rows: int) -> None:
        """Say that rows were written."""
        self.rows += rows
        self.done += rows
        self.heard(what, self.done, max(self.total, self.done))

    def current(self, section: str, made_from: str) -> bool:
        """Say whether the graph holds a part as it should be."""
        self.parts += 1
        known = self.kept.get(section)
        return known is not None and known.state == DONE and known.made_from == made_from

    def claimed(self, section: str, made_from: str) -> Claim:
        """Take the right to write a part, waiting for another push that is at it."""
        self.written += 1
        until = time.monotonic() + WAIT
        while True:
            try:
                return claim(self.server, section, made_from, self.token)
            except StoreBusyError:
                if time.monotonic() > until:
                    raise
                time.sleep(_ROUND)

    def owned(self, section: OwnedSection) -> None:
        """Write a small part."""
        if self.current(section.id, section.made_from):
            return
        wanted = section.build()
        self.told(section.id, len(wanted))
        work = None if section.id in self.kept else written_at_once(section, wanted)
        total = together(owner.hash() for owner in wanted)
        if work is not None and at_once(self.server, section.id, section.made_from, total, len(wanted), work):
            self.written += 1
            return
        taken = self.claimed(section.id, section.made_from)
        taken.done(*reconcile(taken, section, wanted))

    def batches(self) -> None:
        """Write everything of the batches: all instruments, then rows, parties and tags.

        A payment that two batches tell of may lead to an instrument that only the other one names.
        """
        batches = self.desired.batches
        for batch in batches:
            self._large(f"instruments:{batch.batch}", self.desired.instruments(batch), INSTRUMENTS)
        for batch in batches:
            self._large(f"rows:{batch.batch}", self.desired.rows(batch), ROWS)
            self.owned(self.desired.facts(batch))
        self.server.write(_STATE, batches=[batch.batch for batch in batches], state=DONE)

    def _large(self, name: str, part: Any, how: Large) -> None:
        made_from = part.made_from()
        if self.current(name, made_from):
            self.done += part.rows
            return
        if name not in self.kept and part.rows <= SMALL:
            total, count, work = how.all_of(part)
            with suppress(IntegrityError):  # something of it is there all the same: it is mended below
                if at_once(self.server, name, made_from, total, count, work):
                    self.written += 1
                    self.told(name, part.rows)
                    return
        taken = self.claimed(name, made_from)
        self.server.write(_STATE, batches=[name.partition(":")[2]], state=LOADING)
        heard = partial(self.told, name)
        if taken.filling:
            with suppress(IntegrityError):
                taken.done(*how.fill(taken, part, heard))
                return
        taken.done(*how.mend(taken, part, heard))


def push(
    server: Server,
    ledger: LedgerStore,
    scope: Scope,
    *,
    tokens: Tokens = Tokens.PROTECTED,
    heard: Callable[[str, int, int], None] = lambda _part, _done, _total: None,
    pull: Callable[[], object] | None = None,
) -> Pushed:
    """Make the graph hold what the ledger holds; done again, it writes only what differs.

    Parameters
    ----------
    tokens : Tokens
        Who is a token in the graph instead of a number or a name.
    heard : callable
        Told the part, the rows done and the rows there are.
    pull : callable, optional
        Brings into the ledger what the graph holds and the ledger does not: done first, so that nothing
        of another workstation is taken for a leftover.

    Raises
    ------
    StoreAwayError, StoreBusyError
        Try again: what is in stays in.
    StoreError
        The graph belongs to another identity key.
    """
    join(server, ledger.writer.key)
    prepare(server)
    if pull is not None:
        pull()
    desired = Desired(ledger, scope, tokens)
    going = _Push(server, desired, heard, kept_sections(server))
    going.total = sum(f.rows for b in desired.batches for role in ("rows", "nodes") for f in b.of(role))
    for section in desired.files():
        going.owned(section)
    going.batches()
    for section in desired.conclusions():
        going.owned(section)
    going.written += forget_batches(server, desired, going.kept)
    pieces = sum(push_files(server, ledger, batch) for batch in ledger.catalogue.stored_batches())
    documents = push_documents(server, ledger)
    ledger.catalogue.note(
        scope, "push", {"address": str(server.address), "written": going.written, "documents": documents}
    )
    return Pushed(going.parts, going.written, going.rows, pieces, documents)
