"""Fetching an agency's graph into a case: pages become originals, are read at once, and fall when it changes.

What is saved is where the next fetch goes on, as with ``api.casework.fetching``: no cursor is kept
beside the originals.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from graph.model.provenance import Verdict
from ingest.neo4j_graph.page import page_head
from ingest.runner import Intake, ingest_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.model.provenance import Receipt
    from graph.model.scope import Scope
    from graph.store import Store
    from ingest.fetchers.neo4j import Saved, Server, Wanted
    from ingest.neo4j_graph.page import PageHead
    from ingest.neo4j_graph.saved_mapping import MappingText

READER = "neo4j_graph"


@dataclass(frozen=True, slots=True)
class Replaced:
    """A source that was retracted because the graph tells something else now, and what fell with it."""

    source: str
    subject: str
    reason: str
    fallen: tuple[str, ...]


@dataclass(slots=True)
class FetchedGraph:
    """What one fetch did.

    ``standing`` counts kept pages that the graph still bears out; ``held`` the rows that the case
    now holds of each section, by its title.
    """

    receipts: list[Receipt] = field(default_factory=list)
    replaced: list[Replaced] = field(default_factory=list)
    standing: int = 0
    held: dict[str, int] = field(default_factory=dict)


def saved_graph_pages(store: Store, scope: Scope) -> list[PageHead]:
    """Return the pages that the scope's cases hold and nothing retracts, named by their sha256."""
    sources = sorted({r.sha256 for r in store.receipts(scope) if r.reader == READER})
    heads = (page_head(store.original(scope, sha256), sha256) for sha256 in sources)
    return [head for head in heads if head is not None]


def fetch_graph(
    store: Store,
    scope: Scope,
    case: str,
    server: Server,
    mapping: MappingText,
    wanted: Wanted,
    intake: Intake,
    *,
    on_page: Callable[[Saved], None] | None = None,
) -> FetchedGraph:
    """Fetch what the case does not hold yet, and take it in page by page.

    Parameters
    ----------
    server : Server
        Only ever the one that the user named.
    intake : Intake
        Authority, supplier and handling of the new originals.
    on_page : callable, optional
        Called with each page once it is committed.

    Raises
    ------
    FetchError
        The server failed; pages before that are committed, and the same call goes on after them.
    """
    from ingest.fetchers.neo4j import Saved, Stale, walk

    done = FetchedGraph()
    supplier = intake.supplier or server.stated or "a graph that is not named"
    reading = replace(intake, as_code=READER, received=intake.received or wanted.fetched, supplier=supplier)
    with tempfile.TemporaryDirectory(prefix="fuatilia-fetch-") as folder:
        for step in walk(server, mapping, Path(folder), wanted, saved_graph_pages(store, scope)):
            if isinstance(step, Saved):
                (receipt,) = ingest_files(store, scope, case, [step.path], reading)
                step.path.unlink()
                done.receipts.append(receipt)
                if receipt.verdict is not Verdict.QUARANTINED:
                    done.held[step.title] = done.held.get(step.title, 0) + step.head.rows
                if on_page is not None:
                    on_page(step)
            elif isinstance(step, Stale):
                fallen = store.retract(scope, step.page.name, step.reason)
                done.replaced.append(Replaced(step.page.name, step.page.subject, step.reason, fallen))
            else:
                done.standing += 1
                done.held[step.title] = done.held.get(step.title, 0) + step.page.rows
    return done
