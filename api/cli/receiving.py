"""Getting facts in: ``ingest`` and ``sources``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import DONE, REJECTED, table
from api.cli.state import state_of
from graph.model.printing import exact_text
from graph.model.provenance import Verdict

if TYPE_CHECKING:
    from graph.model.provenance import Receipt, Reject


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(
        epilog="Example: fuatilia ingest statement.pdf --supplier 'Example Bank' --authority 'Order 12/2026'"
    )(ingest)
    app.command(epilog="Example: fuatilia --json sources")(sources)


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files to read.")],
    reader: Annotated[str, typer.Option("--as", help="Reader to use, instead of recognising the file.")] = "",
    mapping: Annotated[str, typer.Option(help="Mapping for a table: a YAML file, or a saved name.")] = "",
    supplier: Annotated[str, typer.Option(help="Who supplied the files.")] = "",
    authority: Annotated[str, typer.Option(help="Order, request or report they came under.")] = "",
    received: Annotated[str, typer.Option(help="When they came, as ISO date or time.")] = "",
    option: Annotated[
        list[str] | None, typer.Option(help="Reader option NAME=VALUE; may be repeated.")
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option(help="File holding the password of encrypted files; never stored.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report; write nothing.")] = False,
) -> None:
    """Read files into the case: every row with its place, every rejected row with its reason.

    Exit code 3 when a file was rejected whole, 0 otherwise; the rest always goes on.
    """
    from api.workbench import examine
    from ingest.mappings.loading import load_mapping
    from ingest.runner import Intake

    state = state_of(context)
    options = dict(pair.partition("=")[::2] for pair in option or [])
    password = password_file.read_text(encoding="utf-8").rstrip("\r\n") if password_file else ""
    intake = Intake(
        supplier=supplier,
        authority=authority,
        received=received,
        as_code=reader,
        mapping=load_mapping(mapping) if mapping else {},
        options=options,
        passwords={"*": password} if password else {},
    )
    with state.console.progress("reading") as show:
        if dry_run:
            receipts = examine(state.settings, paths, intake, show)
        else:
            with state.bench("ingest", create=True) as bench:
                receipts = bench.ingest(paths, intake, show)
    document = {"files": [receipt_document(r, str(p)) for p, r in zip(paths, receipts, strict=True)]}
    state.console.result(document, lambda: _text(receipts))
    bad = [r for r in receipts if r.verdict is Verdict.QUARANTINED]
    raise typer.Exit(REJECTED if bad else DONE)


def sources(context: typer.Context) -> None:
    """List the sources of the case, with hash, supplier and authority."""
    state = state_of(context)
    with state.bench("sources") as bench:
        found = bench.sources()
    document = {
        "sources": [
            {
                "sha256": s.sha256,
                "name": s.name,
                "size": s.size,
                "supplier": s.supplier,
                "authority": s.authority,
                "received": s.received,
            }
            for s in found
        ]
    }
    rows = [[s.sha256[:12], s.name, s.supplier or "–", s.authority or "–", s.received or "–"] for s in found]
    state.console.result(
        document, lambda: table(["SHA256", "NAME", "SUPPLIER", "AUTHORITY", "RECEIVED"], rows)
    )


def receipt_document(receipt: Receipt, path: str) -> dict[str, Any]:
    """Return one receipt as the contract of ``ingest --json`` has it."""
    checks = [
        {
            "verdict": str(c.verdict),
            "statement": c.statement,
            "locator": c.locator,
            "expected": c.expected,
            "found": c.found,
            "why": c.why,
        }
        for c in receipt.reconciliation
    ]
    return {
        "path": path,
        "sha256": receipt.sha256,
        "reader": receipt.reader,
        "verdict": str(receipt.verdict),
        "batch": receipt.batch,
        "records": receipt.records,
        "accepted": receipt.accepted,
        "rejected": [_reject(r) for r in receipt.rejected],
        "left_out": [_reject(r) for r in receipt.left_out],
        "sums": {
            asset: {way: exact_text(int(units), asset) for way, units in sorted(sums.items())}
            for asset, sums in sorted(receipt.sums.items())
        },
        "reconciliation": worst(checks),
        "statements": checks,
        "assumptions": dict(sorted(receipt.assumptions.items())),
    }


def worst(checks: list[dict[str, str]]) -> dict[str, str]:
    """Return the least favourable balance check of a file, which speaks for the file."""
    rank = {"breaks": 0, "incomplete": 1, "none": 2, "reconciles": 3}
    nothing = {
        "verdict": "none",
        "statement": "",
        "locator": "",
        "expected": "",
        "found": "",
        "why": "no statement",
    }
    return min(checks, key=lambda c: (rank[c["verdict"]], c["statement"], c["locator"]), default=nothing)


def _reject(reject: Reject) -> dict[str, str]:
    return {"locator": reject.locator, "reason": reject.reason, "hint": reject.hint}


def _text(receipts: list[Receipt]) -> str:
    rows = []
    notes = []
    for r in receipts:
        checks = [str(c.verdict) for c in r.reconciliation]
        told = worst([{"verdict": c, "statement": "", "locator": ""} for c in checks])["verdict"]
        rows.append(
            [r.name, r.reader or "–", str(r.verdict), f"{r.accepted:,}", f"{len(r.rejected):,}", told]
        )
        notes += [
            f"  {r.name} {x.locator}: {x.reason}" + (f" - {x.hint}" if x.hint else "")
            for x in r.rejected[:20]
        ]
        if len(r.rejected) > 20:  # noqa: PLR2004 - as many as a screen holds
            notes.append(
                f"  {r.name}: {len(r.rejected) - 20:,} more rejected rows, all in the receipt (--json)"
            )
        notes += [
            f"  {r.name} {c.locator}: balance {c.verdict}, expected {c.expected}, found {c.found}"
            for c in r.reconciliation
            if c.verdict == "breaks"
        ]
    head = ["FILE", "READER", "VERDICT", "ACCEPTED", "REJECTED", "BALANCE"]
    return "\n".join([table(head, rows, right=[3, 4]), *notes])
