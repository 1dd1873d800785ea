"""Walks a graph section by section, page by page, from what is already saved to the last identifier.

What is kept says where to go on: every page covers the identifiers after one and up to another.
Pages that are kept are counted against the graph (or read again, where that is asked for); one that
the graph no longer bears out is reported as stale, and its identifiers are fetched again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.model.provenance import canonical
from ingest.fetchers.neo4j.asking import PAGE_ROWS, PageSize, Span, count_of, given, nameless_of, rows_of
from ingest.fetchers.neo4j.errors import FetchError
from ingest.fetchers.neo4j.statements import NONE, SORTS, statement_of
from ingest.fetchers.neo4j.survey import origin_of, survey_of, total_of
from ingest.neo4j_graph.page import PageHead, page_head, rows_hash, write_page
from ingest.neo4j_graph.sections import sections_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ingest.fetchers.neo4j.server import Server
    from ingest.neo4j_graph.saved_mapping import MappingText
    from ingest.neo4j_graph.sections import Section

MOST_NAMELESS = 1000


@dataclass(frozen=True, slots=True)
class Saved:
    """A page that was fetched and written; ``done`` of ``total`` rows of its section are held now."""

    path: Path
    head: PageHead
    title: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Stale:
    """A kept page that the graph no longer bears out, and why that is known."""

    page: PageHead
    reason: str


@dataclass(frozen=True, slots=True)
class Stands:
    """A kept page that the graph still bears out."""

    page: PageHead
    title: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a graph is walked.

    Attributes
    ----------
    fetched : str
        Time of fetch, as an ISO text: an input, so that the bytes depend on the answers alone.
    rows : int
        Rows of a page, at most; a server that cannot give so many is asked for less.
    compare : bool
        Read what is kept again and compare it, instead of counting it.
    replace : bool
        Let go of pages that another mapping made of the same types and labels.
    """

    fetched: str
    rows: int = PAGE_ROWS
    compare: bool = False
    replace: bool = False


def walk(
    server: Server, mapping: MappingText, folder: Path, wanted: Wanted, kept: Iterable[PageHead] = ()
) -> Iterator[Saved | Stale | Stands]:
    """Fetch what is missing, and say of each kept page whether it stands.

    Parameters
    ----------
    folder : Path
        Where pages are written; each file is whole when it is yielded.
    kept : iterable of PageHead
        What is saved already; pages of other databases are ignored.

    Yields
    ------
    Saved, Stale or Stands
        A stale page always comes before the pages that replace it.

    Raises
    ------
    FetchError
        The server fails for good, or what is kept was made by another mapping.
    """
    origin = origin_of(server)
    ours = [page for page in kept if page.database == origin.database["id"]]
    sections = sections_of(mapping.mapping)
    questions = {s.question(origin.database["id"], mapping.mapping): s for s in sections}
    yield from _others(ours, questions, replace=wanted.replace)
    about = {
        "account": origin.account,
        "database": origin.database,
        "endpoint": server.stated,
        "fetched": wanted.fetched,
        "mapping": {"name": mapping.name, "sha256": mapping.sha256, "text": mapping.text},
        "server": origin.server,
        "survey": survey_of(server, mapping.mapping),
    }
    for question, section in questions.items():
        walked = _Section(server, mapping, section, folder, wanted, {**about, "question": question})
        yield from walked.steps([page for page in ours if page.question == question])


def _others(ours: list[PageHead], questions: dict[str, Section], *, replace: bool) -> Iterator[Stale]:
    subjects = {section.subject for section in questions.values()}
    others = [p for p in ours if p.question not in questions and p.subject in subjects]
    if others and not replace:
        raise FetchError(
            "the case holds pages of this graph that another mapping made",
            pages=len(others),
            of=", ".join(sorted({p.subject for p in others})),
            hint="--replace retracts them and fetches anew; else take the mapping they were made with",
        )
    for page in others:
        yield Stale(page, "fetched again with another mapping")


class _Section:
    """One section being walked."""

    def __init__(
        self,
        server: Server,
        mapping: MappingText,
        section: Section,
        folder: Path,
        wanted: Wanted,
        about: dict[str, Any],
    ) -> None:
        self.server, self.section, self.folder, self.wanted = server, section, folder, wanted
        self.statement = statement_of(mapping.mapping, section)
        self.size = PageSize(wanted.rows)
        self.total, self.done = total_of(server, mapping.mapping, section.subject), 0
        self.about = {**about, "section": section.name, "subject": section.subject, "total": self.total}

    def steps(self, kept: list[PageHead]) -> Iterator[Saved | Stale | Stands]:
        for sort in SORTS:
            yield from self._sort(sort, [page for page in kept if page.sort == sort])
        yield from self._nameless([page for page in kept if page.sort == NONE])

    def _sort(self, sort: str, kept: list[PageHead]) -> Iterator[Saved | Stale | Stands]:
        pages: dict[str, PageHead] = {}
        for page in kept:
            first = pages.setdefault(canonical(page.after), page)
            if first is not page:
                yield Stale(page, f"covers what another page covers: {first.name}")
        at: Any = None
        while True:
            found = pages.pop(canonical(at), None)
            if found is None:
                end = self._next(sort, at, list(pages.values()))
                yield from self._range(Span(sort, at, end))
                if end is None:
                    return
                at = end
                continue
            reason = self._differs(found)
            if reason:
                yield Stale(found, reason)
                yield from self._range(Span(sort, found.after, found.upto))
            else:
                self.done += found.rows
                yield Stands(found, self.section.title)
            at = found.upto

    def _next(self, sort: str, at: Any, pages: list[PageHead]) -> Any:
        """Return where the next kept page begins, as the server sorts; None: there is none."""
        keys = [page.after for page in pages if page.after is not None]
        if not keys:
            return None
        rows = self.server.rows(self.statement.least(sort), keys=[given(k) for k in keys], at=given(at))
        return next((key for key in keys if given(key) == rows[0]["least"]), None)

    def _differs(self, page: PageHead) -> str:
        """Say why a kept page no longer stands; empty where it does."""
        span = Span(page.sort, page.after, page.upto)
        now = count_of(self.server, self.statement, span)
        if now != page.rows:
            return f"the graph holds {now} of these now, and held {page.rows} when they were fetched"
        if not self.wanted.compare or not now:
            return ""
        texts: list[str] = []
        whole = False
        while not whole:
            answer = rows_of(self.server, self.statement, span, self.size)
            texts += answer.texts
            span, whole = Span(span.sort, answer.upto, span.upto), answer.whole
        same = rows_hash(texts) == page.rows_sha256
        return "" if same else "the graph tells something else of these now than when they were fetched"

    def _range(self, span: Span) -> Iterator[Saved]:
        whole = False
        while not whole:
            answer = rows_of(self.server, self.statement, span, self.size)
            whole = answer.whole
            upto = span.upto if whole and span.upto is not None else answer.upto
            if answer.texts:
                covers = Span(span.sort, span.after, upto)
                yield self._saved(
                    answer.texts, covers, answer.asked, {**_edges(span), "most": answer.most + 1}
                )
            span = Span(span.sort, upto, span.upto)

    def _nameless(self, kept: list[PageHead]) -> Iterator[Saved | Stale | Stands]:
        texts, beyond = nameless_of(self.server, self.statement, MOST_NAMELESS)
        stands = False
        for page in kept:
            same = page.rows_sha256 == rows_hash(texts) or bool(beyond and page.rows == len(texts))
            if same and page.beyond == beyond and not stands:
                stands = True
                self.done += page.rows
                yield Stands(page, self.section.title)
            else:
                yield Stale(page, "the graph holds others without an identifier now")
        if texts and not stands:
            asked = {"most": MOST_NAMELESS + 1}
            yield self._saved(texts, Span(NONE), self.statement.nameless(), asked, beyond)

    def _saved(
        self, texts: list[str], span: Span, asked: str, parameters: dict[str, Any], beyond: int = 0
    ) -> Saved:
        self.done += len(texts)
        about = {
            **self.about,
            "asked": {"cypher": asked, "parameters": parameters},
            "beyond": beyond,
            "count": len(texts),
            "range": {"after": span.after, "sort": span.sort, "upto": span.upto},
            "rows_sha256": rows_hash(texts),
        }
        path = write_page(self.folder, about, texts)
        head = page_head(path)
        if head is None:
            raise FetchError("a page cannot be read back", path=path.name)
        return Saved(path, head, self.section.title, self.done, self.total)


def _edges(span: Span) -> dict[str, Any]:
    return {name: v for name, v in (("after", span.after), ("upto", span.upto)) if v is not None}
