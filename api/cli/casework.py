"""Working a case: ``case``, ``search``, ``assert``, ``assertions`` and ``retract``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.casework.finding import search_document
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
    question: Annotated[str, typer.Option(help="What the case is asked; earlier questions stay.")] = "",
    asked_by: Annotated[str, typer.Option(help="Who asked the question.")] = "",
    on: Annotated[str, typer.Option(help="Day on which it was asked, ISO.")] = "",
    due: Annotated[str, typer.Option(help="Day on which the answer is due, ISO.")] = "",
    reason: Annotated[str, typer.Option(help="What the question rests on.")] = "",
) -> None:
    """Show the case, open it, or record what it is asked."""
    from api.casework.question import ask

    state = state_of(context)
    with state.bench("case", create=open_) as bench:
        if open_:
            bench.store.open_case(bench.scope, bench.case, title)
        if question:
            ask(bench, question, reason, due=due, asked_by=asked_by, on=on)
        document = bench.case_summary()
    state.console.result(document, lambda: case_text(document))


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="Phone, account, address, receipt, name, or the last digits.")],
) -> None:
    """Find instruments, and the observations that carry a reference."""
    state = state_of(context)
    with state.bench("search") as bench:
        document = search_document(bench.search(text), bench.store.references(bench.scope, text))
        told = bench.masking.words(text)
    rows = [[i["id"], i["kind"], i["label"], i["institution"] or NONE] for i in document["instruments"]]
    rows += [[o, "observation", told, NONE] for o in document["observations"]]
    head = ["ID", "KIND", "LABEL", "INSTITUTION"]
    state.console.result(document, lambda: table(head, rows) if rows else "nothing found")


def assert_(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            help="same_event, paid_for, reverses, backward_link, role, restraint (INSTRUMENT STATE), "
            "returned or award (CLAIMANT AMOUNT)."
        ),
    ],
    subject: Annotated[
        str, typer.Argument(help="A payment: observation id or printed reference; the instrument; claimant.")
    ],
    object_: Annotated[
        str,
        typer.Argument(
            metavar="OBJECT",
            help="The other payment; the instrument; open, asked, held_until, ordered or lifted; the amount.",
        ),
    ],
    reason: Annotated[str, typer.Option(help="What it rests on.")],
    reference: Annotated[str, typer.Option(help="Number of the order or request.")] = "",
    by: Annotated[str, typer.Option(help="Who was asked, who holds or who ordered.")] = "",
    on: Annotated[str, typer.Option(help="Day on which it was done, ISO; today when not given.")] = "",
    until: Annotated[str, typer.Option(help="Day on which a hold ends, ISO.")] = "",
    amount: Annotated[str, typer.Option(help="Amount restrained, when it is not the whole.")] = "",
    asset: Annotated[str, typer.Option(help="Asset: KES, or a key as the freezing sheet has it.")] = "",
) -> None:
    """Record what you state about the evidence or an asset, under your name and with your reason."""
    from api.cli.restraining import stated

    details = {
        "reference": reference,
        "by": by,
        "on": on,
        "until": until,
        "amount": amount,
        "asset": asset,
    }
    state = state_of(context)
    with state.bench("assert") as bench:
        document = bench.masking.assertion(stated(bench, kind, subject, object_, reason, details))
    state.console.result(document, lambda: stated_text(document))


def assertions(context: typer.Context) -> None:
    """List the standing assertions of the case."""
    state = state_of(context)
    with state.bench("assertions") as bench:
        document = bench.assertions_document()
    rows = [[a["id"], a["kind"], a["author"], a["made"], a["reason"]] for a in document["assertions"]]
    state.console.result(document, lambda: table(["ID", "KIND", "AUTHOR", "MADE", "REASON"], rows))


def retract(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="sha256 of the source, or its first digits.")],
    reason: Annotated[str, typer.Option(help="Why it is taken out of sight.")],
) -> None:
    """Take a source's observations out of sight, and name the results that fall with it."""
    from api.casework.rerun import fallen_document

    state = state_of(context)
    with state.bench("retract") as bench:
        whole = _source_of(bench, source)
        document = fallen_document(whole, reason, bench.retract(whole, reason), bench.masking)
    state.console.result(document, lambda: _retraction_text(document))


def case_text(document: dict[str, Any]) -> str:
    """Return how a case stands as lines for a terminal."""
    counted = ("statements", "results_by_kind", "leads", "roles")
    told = {
        **{name: value for name, value in document.items() if name not in {"sources", "audit"}},
        "question": document["question"] or NONE,
        **{
            name: ", ".join(f"{n} {word}" for word, n in document[name].items() if n) or NONE
            for name in counted
        },
        "audit": f"{document['audit']['rows']} rows, "
        + ("chain intact" if document["audit"]["intact"] else "CHAIN BROKEN: run `fuatilia store verify`"),
    }
    rows = [
        [s["sha256"][:12], s["name"], s["state"], str(s["records"]), str(s["rejected"])]
        for s in document["sources"]
    ]
    head = ["SHA256", "NAME", "STATE", "RECORDS", "REJECTED"]
    return facts(told) + ("\n\n" + table(head, rows, right=[3, 4]) if rows else "")


def stated_text(document: dict[str, Any]) -> str:
    """Return a statement that was just recorded as one line."""
    return visible(
        f"asserted {document['kind']} {document['id']} by {document['author']}: {document['reason']}"
    )


def _retraction_text(document: dict[str, Any]) -> str:
    rows = [[f["id"], f["kind"], str(len(f["observations"])), f["ran"]] for f in document["fallen"]]
    head = ["ID", "KIND", "RESTED ON", "RAN"]
    lines = [f"retracted {document['source']}", f"results that fall with it: {len(rows)}"]
    lines += [table(head, rows, right=[2]), "next: fuatilia rerun ID"] if rows else []
    return "\n".join(lines)


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
