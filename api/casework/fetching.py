"""Fetching into a case: answers become originals, are read at once, and fall when the chain moves on.

What is saved is where the next fetch goes on: no cursor is kept beside the originals. A page whose
blocks were replaced by a reorganisation is retracted with that reason, and what rested on it falls.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from graph.model.provenance import Verdict
from ingest.fetchers.evm import PageHead, Saved, covered, page_head, walk
from ingest.runner import Intake, ingest_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.model.provenance import Receipt
    from graph.model.scope import Scope
    from graph.store import Store
    from ingest.fetchers.evm import Question
    from ingest.fetchers.evm.node import Answerer

READER = "evm"


@dataclass(frozen=True, slots=True)
class Replaced:
    """A source that was retracted because its blocks are no longer on the chain."""

    source: str
    first: int
    last: int
    reason: str
    fallen: tuple[str, ...]


@dataclass(slots=True)
class Fetched:
    """What one fetch did.

    ``newest`` is the head that the node named, 0 where nothing was fetched; ``covered`` the blocks
    that the case now holds of this question, as ranges with both ends in.
    """

    receipts: list[Receipt] = field(default_factory=list)
    replaced: list[Replaced] = field(default_factory=list)
    covered: list[tuple[int, int]] = field(default_factory=list)
    newest: int = 0


def saved_pages(store: Store, scope: Scope) -> list[PageHead]:
    """Return the pages that the scope's cases hold and nothing retracts, named by their sha256."""
    sources = sorted({r.sha256 for r in store.receipts(scope) if r.reader == READER})
    heads = (page_head(store.original(scope, sha256), sha256) for sha256 in sources)
    return sorted(head for head in heads if head is not None)


def fetch_evm(
    store: Store,
    scope: Scope,
    case: str,
    node: Answerer,
    question: Question,
    intake: Intake,
    *,
    fetched: str,
    on_page: Callable[[PageHead, int], None] | None = None,
) -> Fetched:
    """Fetch what the case does not hold yet, and take it in page by page.

    Parameters
    ----------
    node : Answerer
        Only ever the one that the user named.
    intake : Intake
        Authority, supplier and handling of the new originals.
    fetched : str
        Time of fetch, as ISO text.
    on_page : callable, optional
        Called with each page and the head of the chain.

    Raises
    ------
    FetchError
        The node failed; pages before that are committed, and the same call goes on after them.
    """
    done = Fetched()
    standing = {page.name: page for page in saved_pages(store, scope)}
    supplier = intake.supplier or node.stated or "a node that is not named"
    reading = replace(intake, as_code=READER, received=intake.received or fetched, supplier=supplier)
    with tempfile.TemporaryDirectory(prefix="fuatilia-fetch-") as folder:
        steps = walk(node, question, Path(folder), fetched=fetched, kept=list(standing.values()))
        names: dict[PageHead, str] = {}
        for step in steps:
            if isinstance(step, Saved):
                (receipt,) = ingest_files(store, scope, case, [step.path], reading)
                done.receipts.append(receipt)
                names[step.head], done.newest = receipt.sha256, step.newest
                if _stands(receipt):
                    standing[receipt.sha256] = step.head
                step.path.unlink()
                if on_page is not None:
                    on_page(step.head, step.newest)
                continue
            source = names.get(step.page, step.page.name)
            fallen = store.retract(scope, source, step.reason)
            standing.pop(source, None)
            done.replaced.append(Replaced(source, step.page.first, step.page.last, step.reason, fallen))
    done.covered = covered(p for p in standing.values() if p.question == question.id(p.chain))
    return done


def _stands(receipt: Receipt) -> bool:
    """Say whether a page's movements are visible: it was read, and not retracted before."""
    return receipt.verdict is not Verdict.QUARANTINED and "retracted" not in receipt.assumptions
