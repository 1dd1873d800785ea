"""Walks a chain page by page, from what is already saved to the last final block.

Every saved page is tied to the chain: its first block names its parent, its last block has a hash.
Before anything is fetched the newest pages are compared with the node, backwards, until one stands;
pages that no longer do are reported as stale, and their blocks are fetched again from the common
ancestor. The same happens when a fetched page does not follow the one before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.fetchers.evm.asking import Asking
from ingest.fetchers.evm.errors import FetchError, MovedError, Refused
from ingest.fetchers.evm.page import page_of
from ingest.fetchers.evm.saved import PageHead, gaps, page_head, same_chain, write_page
from ingest.fetchers.evm.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ingest.fetchers.evm.node import Answerer
    from ingest.fetchers.evm.question import Question

LOGS_AT_ONCE = 2_000
"""Blocks in the first request for logs; the node's refusals find the right number."""
BLOCKS_AT_ONCE = 10
"""Whole blocks in a page, so that a page stays within what a reader's process may take."""
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Saved:
    """A page that was fetched and written."""

    path: Path
    head: PageHead
    newest: int


@dataclass(frozen=True, slots=True)
class Stale:
    """A kept page whose blocks are no longer on the chain, and why that is known."""

    page: PageHead
    reason: str


def walk(
    node: Answerer,
    question: Question,
    folder: Path,
    *,
    fetched: str,
    kept: Iterable[PageHead] = (),
    at_once: int | None = None,
) -> Iterator[Saved | Stale]:
    """Fetch what is missing, page by page, and report kept pages that the chain no longer bears out.

    Parameters
    ----------
    node : Answerer
    question : Question
    folder : Path
        Where pages are written; each file is whole when it is yielded.
    fetched : str
        Time of fetch, as an ISO text: an input, so that the bytes depend on the answers alone.
    kept : iterable of PageHead
        What is saved already; pages of other questions are ignored.
    at_once : int, optional
        Blocks in the first request.

    Yields
    ------
    Saved or Stale
        A stale page always comes before the pages that replace it.

    Raises
    ------
    FetchError
        The node fails, refuses a single block, is behind what is saved, or its chain does not come to
        rest. Nothing is reported stale for want of an answer.
    """
    asking = Asking(node)
    asked = question.id(asking.chain)
    pages = sorted(page for page in kept if page.question == asked)
    same_chain(pages, asking.chain)
    span = Span(at_once or (BLOCKS_AT_ONCE if question.whole else LOGS_AT_ONCE))
    for _ in range(_ROUNDS):
        newest = asking.head()
        last = newest - question.finality
        last = last if question.last is None else min(last, question.last)
        for stale in _stale(asking, pages):
            pages.remove(stale.page)
            yield stale
        missing = gaps(pages, question.first, last)
        if not missing:
            return
        about = {"endpoint": node.stated, "fetched": fetched, "head": newest}
        for first, end in missing:
            at: int | None = first
            while at is not None and at <= end:
                found = _next(asking, question, (at, end), span, folder, about, pages)
                if found is None:
                    break
                pages.append(found.head)
                pages.sort()
                yield found
                at = found.head.last + 1
            else:
                continue
            break  # the chain moved: look again at what is kept
    raise FetchError(
        "the chain does not come to rest", rounds=_ROUNDS, hint="ask for more finality, or a node in step"
    )


def _next(
    asking: Asking,
    question: Question,
    wanted: tuple[int, int],
    span: Span,
    folder: Path,
    about: dict[str, object],
    pages: list[PageHead],
) -> Saved | None:
    """Fetch the next page of a range; nothing where the chain moved under it."""
    first, end = wanted
    while True:
        last = min(first + span.size - 1, end)
        try:
            page = page_of(asking, question, first, last, about)
        except Refused as refusal:
            if last == first or not span.refused(refusal.what, last - first + 1):
                raise FetchError(
                    f"the node refuses even one block: {refusal.what[:200]}", block=first
                ) from refusal
            continue
        except MovedError:
            return None
        if last - first + 1 == span.size:
            span.went_well()
        before = next((p for p in pages if p.last == first - 1), None)
        if before is not None and page.header["first"]["parent"] != before.hash:
            return None
        path = write_page(folder, page.header, page.lines)
        head = page_head(path)
        if head is None:
            raise FetchError("a page cannot be read back", path=str(path))
        return Saved(path, head, int(str(about["head"])))


def _stale(asking: Asking, pages: list[PageHead]) -> list[Stale]:
    """Return kept pages that the chain no longer bears out, newest first.

    A page stands if the node names the same hash for its last block; so does, without asking, every
    older page that a standing one follows by number and by hash.
    """
    found: list[Stale] = []
    follows: PageHead | None = None
    for page in sorted(pages, reverse=True):
        tied = follows is not None and follows.first == page.last + 1 and follows.parent == page.hash
        if not tied:
            now = _hash_now(asking, page.last)
            if now != page.hash:
                found.append(Stale(page, _reason(page, now)))
                follows = None
                continue
        follows = page
    return found


def _hash_now(asking: Asking, number: int) -> str:
    """Return the hash that the node names for a block.

    A node that does not have the block proves nothing against what is saved: it may be behind.
    """
    try:
        return str(asking.block(number).answer["result"].get("hash"))
    except MovedError as fault:
        raise FetchError(
            "the node knows fewer blocks than are saved",
            block=number,
            hint="it is behind, or its chain was cut back: ask again when it has caught up",
        ) from fault


def _reason(page: PageHead, now: str) -> str:
    then = f"the chain was reorganised: block {page.last} had the hash {page.hash} when it was fetched"
    return f"{then}, and has {now} now"
