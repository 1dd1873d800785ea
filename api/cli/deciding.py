"""Deciding: ``leads`` and ``lead``, ``role`` and ``roles``, ``withdraw``, ``rerun``."""

from __future__ import annotations

from typing import Annotated

import typer

from api.casework.triage import GROUNDS, leads_rows
from api.cli.casework import stated_text
from api.cli.layout import NONE, table, visible
from api.cli.state import state_of
from graph.model.parties import Role
from graph.model.results import Decision, Ground

Reason = Annotated[str, typer.Option(help="Why, in your own words.")]
Lead = Annotated[str, typer.Argument(metavar="ID", help="Id of the lead, or its first digits (see leads).")]
_SCREEN = 40
_GROUND = "Why it is dismissed: " + "; ".join(f"{g.value} ({words})" for g, words in GROUNDS.items()) + "."


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(epilog="Example: fuatilia --json leads")(leads)
    lead = typer.Typer(
        no_args_is_help=True,
        help="Decide about a lead; a lead is a reason to look, not a finding about anyone.",
        epilog="Example: fuatilia lead confirm 7c41d0b5 --reason 'the brother was called at 09:10'",
    )
    lead.command(epilog="Example: fuatilia lead confirm 7c41d0b5 --reason 'matches the complaint'")(confirm)
    lead.command(
        epilog="Example: fuatilia lead dismiss 7c41d0b5 --reason innocent_pattern --note 'the chama of May'"
    )(dismiss)
    app.add_typer(lead, name="lead")
    app.command(epilog="Example: fuatilia role 0700000123 victim --reason 'complainant, statement of 3 May'")(
        role
    )
    app.command(epilog="Example: fuatilia roles")(roles)
    app.command(epilog="Example: fuatilia withdraw 5e6f7a8c --reason 'the bank corrected itself'")(withdraw)
    app.command(epilog="Example: fuatilia rerun 9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6")(rerun)


def leads(
    context: typer.Context,
    state_: Annotated[
        str, typer.Option("--state", help="Only those that are open, confirmed or dismissed.")
    ] = "",
) -> None:
    """List the leads of the case with what was decided about each."""
    from api.casework.triage import OPEN
    from api.cli.arguments import among

    if state_:
        among("state of a lead", state_, [OPEN, *(d.value for d in Decision)])
    state = state_of(context)
    with state.bench("leads") as bench:
        document = bench.leads_document([t for t in bench.leads() if state_ in ("", t.state)])
    rows = leads_rows(document)
    head = ["ID", "STATE", "SEVERITY", "TYPOLOGY", "WHAT"]
    state.console.result(document, lambda: table(head, rows) if rows else "no leads; see `fuatilia detect`")


def confirm(context: typer.Context, lead: Lead, reason: Reason) -> None:
    """Confirm that a lead is worth following."""
    _decide(context, lead, Decision.CONFIRMED.value, reason, "")


def dismiss(
    context: typer.Context,
    lead: Lead,
    reason: Annotated[str, typer.Option(help=_GROUND)],
    note: Annotated[str, typer.Option(help="The same in your own words.")] = "",
) -> None:
    """Dismiss a lead on one of the fixed grounds; it stays on record."""
    from api.cli.arguments import among

    among("ground", reason, [g.value for g in Ground])
    _decide(context, lead, Decision.DISMISSED.value, note or GROUNDS[Ground(reason)], reason)


def _decide(context: typer.Context, lead: str, decision: str, reason: str, ground: str) -> None:
    state = state_of(context)
    with state.bench(f"lead {decision}") as bench:
        done = bench.dispose(lead, decision, reason, ground=ground)
        (document,) = bench.leads_document([done])["leads"]
    said = document["decisions"][-1]
    why = f" ({said['ground']})" if said["ground"] else ""
    told = visible(f"lead {document['id']} {said['decision']}{why} by {said['author']}: {said['reason']}")
    state.console.result(document, lambda: told)


def role(
    context: typer.Context,
    subject: Annotated[
        str, typer.Argument(help="Number, address or id of an instrument, or OBSERVATION#holder for a party.")
    ],
    role: Annotated[str, typer.Argument(help="suspect, victim, witness or unknown.")],
    reason: Reason,
) -> None:
    """State how somebody stands in the case. Victims and witnesses are masked from then on."""
    from api.cli.arguments import among

    among("role", role, [r.value for r in Role])
    state = state_of(context)
    with state.bench("role") as bench:
        said = bench.role(subject, role, reason)
        document = bench.masking.assertion(said)
    state.console.result(document, lambda: stated_text(document))


def roles(context: typer.Context) -> None:
    """List who stands how in the case."""
    state = state_of(context)
    with state.bench("roles") as bench:
        document = bench.roles_document()
    rows = [
        [
            ", ".join(i["label"] for i in one["instruments"]) or NONE,
            ", ".join(one["roles"]),
            "masked" if one["protected"] else NONE,
            one["subject"],
        ]
        for one in document["roles"]
    ]
    head = ["WHO", "ROLE", "PROTECTED", "SUBJECT"]
    state.console.result(document, lambda: table(head, rows) if rows else "no roles were stated")


def withdraw(
    context: typer.Context,
    assertion: Annotated[
        str, typer.Argument(help="Id of the assertion, or its first digits (see assertions).")
    ],
    reason: Reason,
) -> None:
    """Take back an assertion or a role by another statement; both stay on record."""
    state = state_of(context)
    with state.bench("withdraw") as bench:
        said = bench.withdraw(assertion, reason)
        document = {**bench.masking.assertion(said), "retracts": said.retracts}
    told = visible(f"withdrawn {document['retracts']} by {document['author']}: {document['reason']}")
    state.console.result(document, lambda: told)


def rerun(
    context: typer.Context,
    result: Annotated[str, typer.Argument(metavar="ID", help="Id of a result, standing or fallen.")],
) -> None:
    """Compute a result again over today's evidence, and say figure by figure what differs."""
    state = state_of(context)
    with state.bench("rerun") as bench:
        document = bench.rerun_document(result)
    differing = document["differences"]
    rows = [[d["figure"], d["before"] or NONE, d["after"] or NONE] for d in differing[:_SCREEN]]
    after = document["after"] or "nothing: the evidence no longer shows it"
    lines = [f"{document['kind']} {document['before']} run again as {after}"]
    lines += (
        [table(["FIGURE", "BEFORE", "AFTER"], rows, right=[1, 2])] if rows else ["same: every figure agrees"]
    )
    more = len(differing) - len(rows)
    lines += [f"{more:,} more figures differ, all in --json"] if more else []
    state.console.result(document, lambda: "\n".join(lines))
