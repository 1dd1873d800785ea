"""Keeping the store: ``store info``, ``store verify``, ``catalogue`` and ``doctor``."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

import typer

from api.cli.console import DONE, INTEGRITY, table
from api.cli.state import state_of


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    store = typer.Typer(no_args_is_help=True, help="Look after the store.")
    store.command("info", epilog="Example: fuatilia --json store info")(info)
    store.command("verify", epilog="Example: fuatilia store verify")(verify)
    app.add_typer(store, name="store")
    app.command(epilog="Example: fuatilia catalogue")(catalogue)
    app.command(epilog="Example: fuatilia doctor")(doctor)


def info(context: typer.Context) -> None:
    """Say what the store holds: content hash, sources, batches, results."""
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
    state.console.result(
        document, lambda: table(["WHAT", "VALUE"], [[k, str(v)] for k, v in document.items()])
    )


def verify(context: typer.Context) -> None:
    """Check every byte of the store against its hash; exit code 4 when anything differs."""
    from graph.opening import verify_store

    state = state_of(context)
    findings = verify_store(state.settings.store)
    document = {
        "store": state.settings.store,
        "sound": not findings,
        "findings": [
            {"path": f.path, "what": f.what, "expected": f.expected, "found": f.found} for f in findings
        ],
    }
    rows = [[f.path, f.what, f.expected[:16], f.found[:16]] for f in findings]
    state.console.result(
        document,
        lambda: (
            table(["PATH", "WHAT", "EXPECTED", "FOUND"], rows) if rows else "sound: every byte as recorded"
        ),
    )
    raise typer.Exit(INTEGRITY if findings else DONE)


def catalogue(context: typer.Context) -> None:
    """List readers, tracing rules and allocation schemes with version and authority."""
    from analytics.assets.allocation import allocations
    from analytics.tracing.rule import rules
    from ingest.runner import readers

    state = state_of(context)
    document = {
        "readers": [{"code": c, "title": r.title, "version": r.version} for c, r in readers().items()],
        "tracing_rules": [
            {"code": c, "title": r.title, "version": r.version, "source": r.source}
            for c, r in rules().items()
        ],
        "allocations": [
            {"code": c, "title": a.title, "version": a.version, "source": a.source}
            for c, a in allocations().items()
        ],
    }
    rows = [[kind, e["code"], e["version"], e["title"]] for kind, found in document.items() for e in found]
    state.console.result(document, lambda: table(["KIND", "CODE", "VERSION", "TITLE"], rows))


def doctor(context: typer.Context) -> None:
    """Say what a support call needs: versions, the store's state, what shadows our packages."""
    from ingest.sandbox import confinement

    state = state_of(context)
    ours = packages_distributions()
    shadowed = {n: ours.get(n, []) for n in ("graph", "ingest", "analytics", "api")}
    store = state.settings.store
    document = {
        "fuatilia": version("fuatilia"),
        "python": sys.version.split()[0],
        "machine": f"{platform.system()} {platform.machine()}",
        "libraries": {n: version(n) for n in ("duckdb", "numba", "numpy", "pyarrow", "pdfplumber", "typer")},
        "store": store,
        "store_exists": "://" in store or Path(store, "catalogue.sqlite").exists(),
        "readers_confined_by": confinement(),
        "packages": {n: sorted(set(d)) for n, d in shadowed.items()},
        "sound": all(set(d) <= {"fuatilia"} for d in shadowed.values()),
    }
    state.console.result(
        document, lambda: table(["WHAT", "VALUE"], [[k, str(v)] for k, v in document.items()])
    )
