"""Getting facts in: ``ingest`` and ``sources``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.casework.intake import receipt_document, sources_document
from api.cli.arguments import among
from api.cli.console import DONE, REJECTED
from api.cli.layout import NONE, table, visible
from api.cli.progress import Tally, intake_progress
from api.cli.receipts import receipts_text
from api.cli.state import State, state_of
from api.errors import UsageError
from graph.model.provenance import Verdict

if TYPE_CHECKING:
    from graph.model.provenance import Receipt
    from ingest.runner import Intake


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(
        epilog="Example: fuatilia ingest statement.csv --supplier 'Example Bank' --received 2026-11-03"
    )(ingest)
    app.command(epilog="Example: fuatilia --json sources")(sources)


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files to read.")],
    reader: Annotated[
        str, typer.Option("--as", help="Reader to use, instead of recognising the file (see catalogue).")
    ] = "",
    mapping: Annotated[str, typer.Option(help="Mapping for a table: a YAML file, or a saved name.")] = "",
    supplier: Annotated[str, typer.Option(help="Who supplied the files.")] = "",
    authority: Annotated[str, typer.Option(help="Order, request or report they came under.")] = "",
    received: Annotated[str, typer.Option(help="When they came, as ISO date or time.")] = "",
    option: Annotated[
        list[str] | None, typer.Option(help="Reader option NAME=VALUE; may be repeated.")
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            readable=True,
            help="File holding the password of encrypted files; never stored.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report; write nothing.")] = False,
) -> None:
    """Read files into the case: every row with its place, every rejected row with its reason.

    Exit code 3 when a file was rejected whole, 0 otherwise; the other files always go on. The same
    file again changes nothing. After an interrupt, the same command goes on where it stopped.
    """
    state = state_of(context)
    intake = _intake(reader, mapping, supplier, authority, received, option or [], password_file)
    with intake_progress(state.console, paths) as tally:
        receipts = _examined(state, paths, intake, tally) if dry_run else _kept(state, paths, intake, tally)
    pairs = list(zip(paths, receipts, strict=True))
    document = {"files": [receipt_document(r, str(p), state.clearance) for p, r in pairs]}
    state.console.result(document, lambda: receipts_text(document["files"]))
    bad = [r for r in receipts if r.verdict is Verdict.QUARANTINED]
    raise typer.Exit(REJECTED if bad else DONE)


def _intake(
    reader: str,
    mapping: str,
    supplier: str,
    authority: str,
    received: str,
    option: list[str],
    password_file: Path | None,
) -> Intake:
    from api.cli.moments import instant
    from ingest.errors import MappingError
    from ingest.mappings.loading import load_mapping
    from ingest.runner import Intake, readers

    if reader:
        among("reader", reader, list(readers()))
    if received:
        instant(received)
    for pair in option:
        if not pair.partition("=")[1]:
            raise UsageError("an option reads NAME=VALUE", option=pair, hint="as --option zone=UTC")
    try:
        chosen = load_mapping(mapping) if mapping else {}
    except MappingError as cause:
        raise UsageError(
            cause.what, mapping=mapping, hint=cause.hint or "a YAML file, or a name from `catalogue`"
        ) from cause
    except OSError as cause:
        why = cause.strerror or type(cause).__name__
        raise UsageError(f"the mapping cannot be read: {why}", mapping=mapping, hint="name a file") from cause
    password = password_file.read_bytes().decode("utf-8", "surrogateescape") if password_file else ""
    return Intake(
        supplier=supplier,
        authority=authority,
        received=received,
        as_code=reader,
        mapping=chosen,
        options=dict(pair.partition("=")[::2] for pair in option),
        passwords={"*": password.rstrip("\r\n")} if password.rstrip("\r\n") else {},
    )


def _examined(state: State, paths: list[Path], intake: Intake, tally: Tally) -> list[Receipt]:
    from api.workbench import examine

    receipts = []
    for path in paths:
        receipts += examine(state.settings, [path], intake, tally.hear, clearance=state.clearance)
        tally.finished(receipts[-1])
    return receipts


def _kept(state: State, paths: list[Path], intake: Intake, tally: Tally) -> list[Receipt]:
    receipts = []
    with state.bench("ingest", create=True) as bench:
        for path in paths:
            receipts += bench.ingest([path], intake, tally.hear)
            tally.finished(receipts[-1])
    return receipts


def sources(context: typer.Context) -> None:
    """List the sources of the case, with hash, supplier and authority."""
    state = state_of(context)
    with state.bench("sources") as bench:
        found = bench.sources()
    document = sources_document(found)
    head = ["SHA256", "NAME", "BYTES", "SUPPLIER", "AUTHORITY", "RECEIVED"]
    rows = [
        [s.sha256[:12], s.name, f"{s.size:,}", s.supplier or NONE, s.authority or NONE, s.received or NONE]
        for s in found
    ]
    nothing = f"no sources in case {state.settings.case}; `fuatilia ingest FILE` brings some in"
    state.console.result(document, lambda: table(head, rows, right=[2]) if rows else visible(nothing))
