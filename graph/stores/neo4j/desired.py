"""Everything that the graph should hold of a ledger: its parts in the order in which they are written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from graph.model.scope import Clearance, Scope
from graph.stores.ledger.checking import checked
from graph.stores.ledger.view_rows import raw_ids
from graph.stores.neo4j.desired_files import case_sections, fact_section
from graph.stores.neo4j.desired_instruments import BatchInstruments
from graph.stores.neo4j.desired_results import judgement_sections, result_sections
from graph.stores.neo4j.desired_rows import BatchRows
from graph.stores.neo4j.hiding import Hiding, Tokens
from graph.stores.neo4j.standing import Standing, standings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from graph.stores.ledger.layout import StoredFile, VisibleBatch
    from graph.stores.ledger.store import LedgerStore
    from graph.stores.ledger.view_reading import Reading
    from graph.stores.neo4j.owners import OwnedSection


@dataclass(frozen=True)
class Desired:
    """What a ledger says the graph should hold, of all its cases: a graph is one security domain.

    Parameters
    ----------
    ledger : LedgerStore
    scope : Scope
        Who asks and why; which cases is not taken from it.
    tokens : Tokens
        Who is a token instead of a number or a name.
    """

    ledger: LedgerStore
    scope: Scope
    tokens: Tokens = Tokens.PROTECTED

    @cached_property
    def cases(self) -> tuple[str, ...]:
        """Every case of the ledger, sorted."""
        return tuple(sorted(case for case, _ in self.ledger.catalogue.cases()))

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """The reading of each case by itself."""
        return {case: self.ledger.reading(self._of(case)) for case in self.cases}

    @cached_property
    def whole(self) -> Reading:
        """The reading of all cases together: every visible batch, and whom any case protects."""
        return self.ledger.reading(self._of(*self.cases))

    @cached_property
    def hiding(self) -> Hiding:
        """What may be shown."""
        return Hiding(self.whole.protected, self.tokens, self.ledger.writer.key)

    @property
    def batches(self) -> tuple[VisibleBatch, ...]:
        """Every batch that some case admits and nothing retracts, by source and batch."""
        return self.whole.evidence.batches

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """How each batch stands in the cases, by batch id."""
        return standings(self.readings, self.batches)

    def files(self) -> list[OwnedSection]:
        """Return sources, cases, batches and events: written first."""
        return case_sections(self.ledger.catalogue, self.readings, self.whole, self.hiding)

    def instruments(self, batch: VisibleBatch) -> BatchInstruments:
        """Return the instruments of a batch: written before what joins them."""
        return BatchInstruments(batch, self.hiding, self.path_of)

    def rows(self, batch: VisibleBatch) -> BatchRows:
        """Return the rows of a batch."""
        return BatchRows(self.standings[batch.batch], self.hiding, self.path_of)

    def facts(self, batch: VisibleBatch) -> OwnedSection:
        """Return the parties and tags of a batch."""
        return fact_section(self.whole, self.batches.index(batch), self.hiding)

    def conclusions(self) -> list[OwnedSection]:
        """Return statements, results and decisions: written last, in this order."""
        statements, decisions = judgement_sections(self)
        return [statements, *result_sections(self), decisions]

    def there(self, ids: Iterable[str]) -> list[str]:
        """Return those instruments that stand in some visible batch, sorted."""
        raw = raw_ids(sorted(set(ids)))
        found = {self.whole.own(place)[node] for place, node in self.whole.nodes_of(raw)}
        return [one.hex() for one in raw if one.rstrip(b"\0") in found]

    def path_of(self, file: StoredFile) -> Path:
        """Return a stored file's path after checking its bytes."""
        return checked(self.ledger.layout.root / file.path, file.sha256)

    def _of(self, *cases: str) -> Scope:
        return replace(self.scope, cases=cases, clearance=Clearance.PROTECTED)
