"""The shared graph: ``store push``, ``store pull``, ``store rebuild`` and ``store verify --shared``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console as RichConsole
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from api.cli.console import DONE, INTEGRITY, Console
from api.cli.layout import NONE, facts, table
from api.cli.state import State, state_of

if TYPE_CHECKING:
    from api.casework.masking import Masking
    from graph.model.scope import Scope
    from graph.store import Heard, Projection

Graph = Annotated[
    str, typer.Option("--graph", help="Address of the shared graph; FUATILIA_NEO4J if not given.")
]
_EACH = 0.2
_HEAD = ["PART", "WHAT", "OF", "PROPERTY", "EXPECTED", "FOUND"]


def register(store: typer.Typer) -> None:
    """Add the commands to those of ``store``."""
    store.command("push", epilog="Example: fuatilia store push --graph neo4j://graph.example")(push)
    store.command("pull", epilog="Example: fuatilia store pull --graph neo4j://graph.example")(pull)
    store.command("rebuild", epilog="Example: fuatilia store rebuild --only-differences")(rebuild)


def push(
    context: typer.Context,
    address: Graph = "",
    import_files: Annotated[
        Path | None,
        typer.Option(help="Write files for the server's import tool into this folder instead of pushing."),
    ] = None,
) -> None:
    """Make the shared graph hold what the store holds; only what differs is written."""
    from api.casework.projecting import import_document, push_document

    state = state_of(context)
    if import_files is not None:
        with state.bench("store push") as bench, graph_progress(state.console) as heard:
            document = import_document(
                bench.store, bench.scope, state.settings, import_files.absolute(), heard
            )
        state.console.result(document, lambda: facts(document))
        return
    document = _with_graph(state, "store push", address, push_document)
    state.console.result(document, lambda: facts(document))


def pull(context: typer.Context, address: Graph = "") -> None:
    """Bring into the store what others pushed into the shared graph; a missing store is made."""
    from api.casework.projecting import pull_document

    state = state_of(context)
    document = _with_graph(state, "store pull", address, pull_document, create=True)
    state.console.result(document, lambda: facts(document))


def rebuild(
    context: typer.Context,
    address: Graph = "",
    only_differences: Annotated[
        bool, typer.Option("--only-differences", help="Mend what differs instead of emptying everything.")
    ] = False,
) -> None:
    """Make the shared graph equal the store whatever was done to it; exit code 4 if it still differs."""
    from api.casework.projecting import rebuild_document

    def work(
        scope: Scope, masking: Masking, shared: Projection, address: str, heard: Heard
    ) -> dict[str, Any]:
        return rebuild_document(scope, masking, shared, address, heard, only_differences=only_differences)

    state = state_of(context)
    _judged(state, _with_graph(state, "store rebuild", address, work))


def verify_shared(state: State, address: str) -> None:
    """Compare the shared graph with the store; exit code 4 when anything differs."""
    from api.casework.projecting import verify_document

    _judged(state, _with_graph(state, "store verify", address, verify_document))


def _judged(state: State, document: dict[str, Any]) -> None:
    rows = [
        [d["part"], d["what"], d["of"], d["property"] or NONE, d["expected"] or NONE, d["found"] or NONE]
        for d in document["differences"]
    ]
    sound = f"sound: {document['compared']:,} rows and nodes as in the store"
    state.console.result(document, lambda: table(_HEAD, rows) if rows else sound)
    raise typer.Exit(DONE if document["sound"] else INTEGRITY)


def _with_graph(
    state: State,
    purpose: str,
    given: str,
    work: Callable[[Scope, Masking, Projection, str, Heard], dict[str, Any]],
    *,
    create: bool = False,
) -> dict[str, Any]:
    from api.casework.projecting import graph_address, shared_graph

    address = graph_address(state.settings, given)
    with (
        state.bench(purpose, create=create) as bench,
        shared_graph(bench.store, state.settings, address) as shared,
        graph_progress(state.console) as heard,
    ):
        return work(bench.scope, bench.masking, shared, address, heard)


@contextmanager
def graph_progress(console: Console) -> Iterator[Heard]:
    """Show on a terminal how far a push or a verification is; its sum in one line at the end."""
    started, last, rich = time.monotonic(), [0], RichConsole(stderr=True)
    bar = None if console.quiet or not rich.is_terminal else _bar(rich)

    def heard(part: str, done: int, total: int) -> None:
        last[0] = done
        if bar is not None:
            rate = int(done / max(time.monotonic() - started, 0.001))
            name = part.partition(":")[0]
            bar.update(bar.task_ids[0], description=name, completed=done, total=max(total, 1), rate=rate)

    try:
        if bar is None:
            yield heard
        else:
            with bar:
                bar.add_task("", total=1, rate=0)
                yield heard
    finally:
        spent = time.monotonic() - started
        console.talk(f"{last[0]:,} rows, {int(last[0] / max(spent, 0.001)):,} rows/s, {spent:.1f} s")


def _bar(rich: RichConsole) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(12),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} rows"),
        TextColumn("{task.fields[rate]:,} rows/s"),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=rich,
        transient=True,
    )
