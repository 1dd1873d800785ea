"""Working a case: ``case``, ``search``, ``assert``, ``assertions`` and ``retract``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.layout import NONE, facts, table, visible
from api.cli.state import state_of
from api.errors import UsageError

if TYPE_CHECKING:
    from api.workbench import Workbench

_SHORTEST = 4


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(
        "case", epilog="Example: fuatilia --case KE-2026-0417 case --open --title 'Ransom, three payments'"
    )(case_)
    app.command(epilog="Example: fuatilia search 0700000123")(search)
    app.command(
        "assert",
        epilog="Example: fuatilia assert same_event REF-1 SGH1234567 --reason 'same amount, 3 minutes'",
    )(assert_)
    app.command(epilog="Example: fuatilia --json assertions")(assertions)
    app.command(epilog="Example: fuatilia retract 3f2a9c --reason 'statement of the wrong customer'")(retract)


def case_(
    context: typer.Context,
    open_: Annotated[bool, typer.Option("--open", help="Open the case (and the store).")] = False,
    title: Annotated[str, typer.Option(help="What the case is about.")] = "",
) -> None:
    """Show the case, or open it."""
    state = state_of(context)
    with state.bench("case", create=open_) as bench:
        if open_:
            bench.store.open_case(bench.scope, bench.case, title)
        receipts = bench.store.receipts(bench.scope)
        statements = {
            v: sum(1 for r in receipts for c in r.reconciliation if c.verdict == v)
            for v in ("reconciles", "breaks", "incomplete", "none")
        }
        document = {
            "case": bench.case,
            "files": len(receipts),
            "records": sum(r.records for r in receipts),
            "accepted": sum(r.accepted for r in receipts),
            "rejected": sum(len(r.rejected) for r in receipts),
            "statements": statements,
            "assertions": len(bench.assertions()),
            "results": len(bench.store.results(bench.scope)),
            "content": bench.store.version(bench.scope),
        }
    told = {**document, "statements": ", ".join(f"{n} {v}" for v, n in statements.items() if n) or NONE}
    state.console.result(document, lambda: facts(told))


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="Phone, account, address, receipt, name, or the last digits.")],
) -> None:
    """Find instruments, and the observations that carry a reference."""
    state = state_of(context)
    with state.bench("search") as bench:
        found = bench.search(text)
        observations = bench.store.references(bench.scope, text)
    document = {
        "instruments": [
            {"id": i.id, "kind": i.kind, "label": i.label, "institution": i.institution, "holder": i.holder}
            for i in found
        ],
        "observations": observations,
    }
    rows = [[i.id, i.kind, i.label, i.institution or NONE] for i in found]
    rows += [[o, "observation", text, NONE] for o in observations]
    head = ["ID", "KIND", "LABEL", "INSTITUTION"]
    state.console.result(document, lambda: table(head, rows) if rows else "nothing found")


def assert_(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="same_event, paid_for, reverses, backward_link or role.")],
    subject: Annotated[str, typer.Argument(help="A payment: observation id or printed reference.")],
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help="The other payment, or the instrument.")],
    reason: Annotated[str, typer.Option(help="What it rests on.")],
) -> None:
    """Record what you state about the evidence, under your name and with your reason."""
    state = state_of(context)
    with state.bench("assert") as bench:
        made = bench.assert_(kind, subject, object_, reason)
    document = {
        "id": made.id,
        "kind": str(made.kind),
        "subject": made.subject,
        "object": made.object,
        "author": made.author,
        "reason": made.reason,
        "made": made.made,
    }
    told = visible(f"asserted {made.kind} {made.id} by {made.author}: {made.reason}")
    state.console.result(document, lambda: told)


def assertions(context: typer.Context) -> None:
    """List the standing assertions of the case."""
    state = state_of(context)
    with state.bench("assertions") as bench:
        found = bench.assertions()
    document = {
        "assertions": [
            {
                "id": a.id,
                "kind": str(a.kind),
                "subject": a.subject,
                "object": a.object,
                "author": a.author,
                "reason": a.reason,
                "made": a.made,
            }
            for a in found
        ]
    }
    rows = [[a.id, str(a.kind), a.author, a.made, a.reason] for a in found]
    state.console.result(document, lambda: table(["ID", "KIND", "AUTHOR", "MADE", "REASON"], rows))


def retract(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="sha256 of the source, or its first digits.")],
    reason: Annotated[str, typer.Option(help="Why it is taken out of sight.")],
) -> None:
    """Take a source's observations out of sight, and name the results that fall with it."""
    state = state_of(context)
    with state.bench("retract") as bench:
        whole = _source_of(bench, source)
        fallen = bench.retract(whole, reason)
    document = {"source": whole, "reason": reason, "fallen": list(fallen)}
    lines = [f"retracted {whole}", f"results that fall with it: {len(fallen)}", *fallen]
    state.console.result(document, lambda: "\n".join(lines))


def _source_of(bench: Workbench, text: str) -> str:
    """Return the sha256 of the one source of the case that begins so."""
    wanted = text.strip().lower()
    found = [s for s in bench.sources() if wanted and s.sha256.startswith(wanted)]
    if not found:
        raise UsageError("no source of this case begins so", source=text, hint="see `sources`")
    if len(found) > 1 or len(wanted) < _SHORTEST:
        raise UsageError(
            "too few digits to be sure which source is meant",
            source=text,
            hint="could be: " + ", ".join(s.sha256[:12] for s in found[:10]),
        )
    return found[0].sha256
