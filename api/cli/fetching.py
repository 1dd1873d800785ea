"""Asking a live origin: ``fetch evm``; ``fetch neo4j`` is in a module of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import fetching_graph
from api.cli.console import DONE, REJECTED
from api.cli.layout import visible
from api.cli.receipts import receipt_document, receipts_text
from api.cli.state import state_of
from api.errors import UsageError
from graph.model.provenance import Verdict

if TYPE_CHECKING:
    from api.casework.fetching import Fetched
    from graph.model.scope import Clearance
    from ingest.fetchers.evm import PageHead


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    fetch = typer.Typer(
        no_args_is_help=True,
        help="Ask a live origin that you name, and keep its answers as originals.",
        epilog="Example: fuatilia fetch evm --endpoint-file node.txt --from 100 --to 120 --whole",
    )
    example = "fuatilia fetch evm --endpoint http://localhost:8545 --from 100 --to 200 --whole"
    fetch.command("evm", epilog=f"Example: {example}")(evm)
    fetch.command("neo4j", epilog=f"Example: {fetching_graph.EXAMPLE}")(fetching_graph.neo4j)
    app.add_typer(fetch, name="fetch")


def evm(
    context: typer.Context,
    first: Annotated[int, typer.Option("--from", min=0, help="First block.")],
    last: Annotated[
        int | None, typer.Option("--to", min=0, help="Last block; as far as finality allows if not given.")
    ] = None,
    endpoint: Annotated[str, typer.Option(help="JSON-RPC address of the node; there is no default.")] = "",
    endpoint_file: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            readable=True,
            help="File holding the address, if it has a key in it.",
        ),
    ] = None,
    contract: Annotated[list[str] | None, typer.Option(help="Token contract; may be repeated.")] = None,
    address: Annotated[list[str] | None, typer.Option(help="Holder; may be repeated.")] = None,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="Whole blocks with receipts: the coin, fees, failures, every token."),
    ] = False,
    traces: Annotated[
        bool, typer.Option("--traces", help="With --whole: value passed on inside transactions.")
    ] = False,
    finality: Annotated[int, typer.Option(min=0, help="Only blocks at least this many below the head.")] = 12,
    masked: Annotated[
        bool, typer.Option("--mask-endpoint", help="Do not state the node's host in what is saved.")
    ] = False,
    authority: Annotated[str, typer.Option(help="Order, request or report it is done under.")] = "",
) -> None:
    """Fetch transfers from an Ethereum-like chain; the same command goes on where it stopped.

    Each page of answers becomes an original of the case and is read at once. Where the chain was
    reorganised the pages that no longer stand are retracted, with what rested on them, and fetched
    anew. Only the node that you name is asked; it learns which addresses you ask for. Exit code 3
    when the node fails or a page could not be read.
    """
    from ingest.fetchers.evm import FetchError, Question
    from ingest.runner import Intake

    state = state_of(context)
    named = _endpoint(endpoint, endpoint_file)
    if not (whole or contract or address):
        raise UsageError(
            "nothing narrows what is fetched", hint="--contract, --address, or --whole for whole blocks"
        )
    try:
        question = Question(
            first, last, tuple(contract or ()), tuple(address or ()),
            whole=whole, traces=traces, finality=finality,
        )  # fmt: skip
    except FetchError as cause:
        fields = {k: v for k, v in cause.fields().items() if k not in ("code", "what", "hint")}
        raise UsageError(cause.what, hint=cause.hint, **fields) from cause

    def tell(page: PageHead, newest: int) -> None:
        state.console.talk(f"blocks {page.first:,} to {page.last:,} saved; the head is {newest:,}")

    with state.bench("fetch", create=True) as bench:
        done = bench.fetch(named, question, Intake(authority=authority), masked=masked, on_page=tell)
    document = _document(done, state.clearance)
    state.console.result(document, lambda: _text(document))
    bad = [r for r in done.receipts if r.verdict is Verdict.QUARANTINED]
    raise typer.Exit(REJECTED if bad else DONE)


def _endpoint(given: str, file: Path | None) -> str:
    if bool(given) == bool(file):
        raise UsageError("name one node", hint="--endpoint ADDRESS or --endpoint-file FILE")
    try:
        named = given if file is None else file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as cause:
        raise UsageError("the file of the address cannot be read", path=str(file)) from cause
    if not named.startswith(("http://", "https://")):
        raise UsageError("a node's address begins with http:// or https://", hint="name its JSON-RPC address")
    return named


def _document(done: Fetched, clearance: Clearance) -> dict[str, Any]:
    return {
        "head": done.newest,
        "covered": [{"from": first, "to": last} for first, last in done.covered],
        "files": [receipt_document(r, r.name, clearance) for r in done.receipts],
        "replaced": [
            {"source": r.source, "from": r.first, "to": r.last, "reason": r.reason, "fallen": list(r.fallen)}
            for r in done.replaced
        ],
    }


def _text(document: dict[str, Any]) -> str:
    blocks = ", ".join(f"{c['from']:,} to {c['to']:,}" for c in document["covered"]) or "none"
    lines = [f"blocks held: {blocks}" + (f"; head {document['head']:,}" if document["head"] else "")]
    for old in document["replaced"]:
        what = f"retracted {old['source'][:12]} (blocks {old['from']:,} to {old['to']:,})"
        fallen = f"; {len(old['fallen'])} results fall with it" if old["fallen"] else ""
        lines.append(f"{what}: {old['reason']}{fallen}")
    if document["files"]:
        lines.append(receipts_text(document["files"]))
    else:
        lines.append("nothing new to fetch")
    return "\n".join(visible(line) for text in lines for line in text.split("\n"))
