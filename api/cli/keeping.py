"""Keeping the store: ``store info``, ``store verify``, ``catalogue`` and ``doctor``."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import asking, projecting
from api.cli.checkup import checkup
from api.cli.console import DONE, FAILED, INTEGRITY
from api.cli.layout import NONE, facts, table
from api.cli.state import state_of


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    store = typer.Typer(
        no_args_is_help=True, help="Look after the store.", epilog="Example: fuatilia store info"
    )
    store.command("info", epilog="Example: fuatilia --json store info")(info)
    store.command("verify", epilog="Example: fuatilia store verify")(verify)
    projecting.register(store)
    asking.register(store)
    app.add_typer(store, name="store")
    app.command(epilog="Example: fuatilia catalogue")(catalogue)
    app.command(epilog="Example: fuatilia doctor")(doctor)


def info(context: typer.Context) -> None:
    """Say what the store holds for the case: content hash, sources, batches, results."""
    state = state_of(context)
    with state.bench("store info") as bench:
        receipts = bench.store.receipts(bench.scope)
        document = {
            "store": state.settings.store,
            "case": bench.case,
            "content": bench.store.version(bench.scope),
            "sources": len(bench.sources()),
            "batches": len(receipts),
            "accepted": sum(r.accepted for r in receipts),
            "results": len(bench.store.results(bench.scope)),
        }
    state.console.result(document, lambda: facts(document))


def verify(
    context: typer.Context,
    address: projecting.Graph = "",
    shared: Annotated[
        bool,
        typer.Option("--shared", help="Compare the shared graph of FUATILIA_NEO4J with the store instead."),
    ] = False,
) -> None:
    """Check every byte of the store against its hash; exit code 4 when anything differs.

    With --graph or --shared the shared graph is read back and compared with the store, and every
    difference is named.
    """
    from graph.stores import verify_store

    state = state_of(context)
    if address or shared:
        projecting.verify_shared(state, address)
        return
    findings = verify_store(state.settings.store, **state.settings.opening)
    document = {
        "store": state.settings.store,
        "sound": not findings,
        "findings": [
            {"path": f.path, "what": f.what, "expected": f.expected, "found": f.found} for f in findings
        ],
    }
    rows = [[f.path, f.what, f.expected[:16] or NONE, f.found[:16] or NONE] for f in findings]
    head = ["PATH", "WHAT", "EXPECTED", "FOUND"]
    state.console.result(document, lambda: table(head, rows) if rows else "sound: every byte as recorded")
    raise typer.Exit(INTEGRITY if findings else DONE)


def catalogue(context: typer.Context) -> None:
    """List readers, mappings, typologies, innocent patterns, tracing rules and allocation schemes."""
    from api.casework.catalogue import catalogue_document

    state = state_of(context)
    document = catalogue_document()
    rows = [
        [kind.replace("_", " "), e["code"], e["version"] or NONE, e["title"] or NONE]
        for kind, found in document.items()
        for e in found
    ]
    state.console.result(document, lambda: table(["KIND", "CODE", "VERSION", "TITLE"], rows))


def doctor(context: typer.Context) -> None:
    """Say what a support call needs: versions, the store's state, how readers are confined."""
    state = state_of(context)
    document = checkup(state.settings.store, state.settings.opening)
    told = {
        **document,
        "libraries": ", ".join(f"{n} {v}" for n, v in document["libraries"].items()),
        "readers_confined_by": ", ".join(f"{n}: {v}" for n, v in document["readers_confined_by"].items()),
        "problems": "; ".join(document["problems"]) or "none",
    }
    state.console.result(document, lambda: facts(told))
    raise typer.Exit(DONE if document["sound"] else FAILED)
