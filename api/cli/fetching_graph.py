"""Asking an agency's graph: ``fetch neo4j``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import DONE, REJECTED
from api.cli.layout import visible
from api.cli.receipts import receipt_document, receipts_text
from api.cli.state import state_of
from api.errors import UsageError
from graph.model.provenance import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.casework.fetching_graph import FetchedGraph
    from graph.model.provenance import Receipt
    from graph.model.scope import Clearance
    from ingest.fetchers.neo4j import Login, Saved, Server

EXAMPLE = (
    "fuatilia fetch neo4j --address neo4j://localhost:7687 --user reader "
    "--password-file password.txt --mapping example_agency"
)


def neo4j(
    context: typer.Context,
    address: Annotated[str, typer.Option(help="neo4j://host[:port], bolt, +s, +ssc; there is no default.")],
    mapping: Annotated[str, typer.Option(help="YAML file that says what the graph calls things.")],
    user: Annotated[str, typer.Option(help="Account, best one that may only read.")] = "",
    password_file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, readable=True, help="File holding the account's password."),
    ] = None,
    database: Annotated[str, typer.Option(help="Database; the account's own if not given.")] = "",
    page_rows: Annotated[int, typer.Option(min=1, max=100_000, help="Rows of a page, at most.")] = 20_000,
    compare: Annotated[
        bool, typer.Option("--compare", help="Read what is held again and compare it, not only count it.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Retract pages of this graph that another mapping made.")
    ] = False,
    masked: Annotated[
        bool, typer.Option("--mask-address", help="Do not state the server's host in what is saved.")
    ] = False,
    authority: Annotated[str, typer.Option(help="Order, request or report it is done under.")] = "",
) -> None:
    """Fetch transfers and holders from a Neo4j graph; the same command goes on where it stopped.

    Each page of answers becomes an original of the case and is read at once by the mapping. Only read
    transactions are made, and the receipt says whether the account could do more. What is held is
    counted against the graph; pages that no longer agree are retracted, with what rested on them, and
    fetched anew. Exit code 3 when the server fails or a page could not be read.
    """
    from api.casework.fetching_graph import fetch_graph
    from ingest.fetchers.neo4j import FetchError, Wanted
    from ingest.neo4j_graph.saved_mapping import load_mapping
    from ingest.runner import Intake

    state = state_of(context)
    said = load_mapping(mapping)
    try:
        server = _server(address, _login(user, password_file), database, masked=masked)
    except FetchError as cause:
        raise UsageError(cause.what, hint=cause.hint) from cause
    wanted = Wanted(datetime.now(UTC).isoformat(timespec="seconds"), page_rows, compare, replace)
    with server, state.bench("fetch", create=True) as bench:
        tell = _telling(state.console.talk)
        intake = Intake(authority=authority)
        done = fetch_graph(bench.store, bench.scope, bench.case, server, said, wanted, intake, on_page=tell)
    document = _document(done, state.clearance)
    state.console.result(document, lambda: _text(document))
    bad = [r for r in done.receipts if r.verdict is Verdict.QUARANTINED]
    raise typer.Exit(REJECTED if bad else DONE)


def _login(user: str, file: Path | None) -> Login:
    from ingest.fetchers.neo4j import Login

    if bool(user) != (file is not None):
        raise UsageError("an account has a name and a password", hint="--user NAME --password-file FILE")
    try:
        password = file.read_text(encoding="utf-8").rstrip("\r\n") if file else ""
    except (OSError, UnicodeDecodeError) as cause:
        raise UsageError("the file of the password cannot be read", path=str(file)) from cause
    return Login(user, password)


def _server(address: str, login: Login, database: str, *, masked: bool) -> Server:
    from ingest.fetchers.neo4j import Server

    return Server(address, login, database, masked=masked)


def _telling(talk: Callable[[str], None]) -> Callable[[Saved], None]:
    """Return what is told of each page: how far it is, how fast, and how long it will take."""
    begun: dict[str, tuple[float, int]] = {}

    def tell(page: Saved) -> None:
        start, before = begun.setdefault(page.title, (monotonic(), page.done))
        seconds = monotonic() - start
        said = f"{page.title}: {page.done:,} of {page.total:,} rows held"
        if page.done > before and seconds > 0:
            rate = (page.done - before) / seconds
            said += f"; {rate:,.0f} rows/s, {max(0, page.total - page.done) / rate:,.0f} s left"
        talk(said)

    return tell


def _document(done: FetchedGraph, clearance: Clearance) -> dict[str, Any]:
    return {
        "held": [{"of": title, "rows": rows} for title, rows in done.held.items()],
        "pages_standing": done.standing,
        "files": [receipt_document(r, r.name, clearance) for r in done.receipts],
        "replaced": [
            {"source": r.source, "subject": r.subject, "reason": r.reason, "fallen": list(r.fallen)}
            for r in done.replaced
        ],
        "unmapped": _unmapped(done.receipts),
    }


def _unmapped(receipts: list[Receipt]) -> dict[str, str]:
    """Return what the mapping does not cover, as the pages of this fetch say: all of them the same."""
    said = receipts[-1].assumptions if receipts else {}
    return {name: what for name, what in sorted(said.items()) if name.startswith("unmapped ")}


def _text(document: dict[str, Any]) -> str:
    lines = [f"{held['of']}: {held['rows']:,} rows held" for held in document["held"]] or ["nothing is held"]
    if document["pages_standing"]:
        lines.append(f"{document['pages_standing']} pages of an earlier fetch stand")
    for old in document["replaced"]:
        fallen = f"; {len(old['fallen'])} results fall with it" if old["fallen"] else ""
        lines.append(f"retracted {old['source'][:12]} ({old['subject']}): {old['reason']}{fallen}")
    lines += [f"{name}: {what}" for name, what in document["unmapped"].items()]
    if document["files"]:
        lines.append(receipts_text(document["files"]))
    else:
        lines.append("nothing new to fetch")
    return "\n".join(visible(line) for text in lines for line in text.split("\n"))
