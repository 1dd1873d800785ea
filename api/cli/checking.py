"""The procedure: ``checklist`` lists its steps as they stand, and states one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from api.casework.checklist import StepState, checklist_document, state_step
from api.casework.steps_taken import ZONE
from api.cli.casework import stated_text
from api.cli.layout import NONE, table
from api.cli.state import state_of
from api.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(epilog="Example: fuatilia checklist A3 done --reason 'opened on 3 May, file 17'")(checklist)


def checklist(
    context: typer.Context,
    step: Annotated[str, typer.Argument(help="Id of a step, as B2; every step when not given.")] = "",
    to: Annotated[
        str, typer.Argument(metavar="STATE", help="done, not_applicable or open: states the step.")
    ] = "",
    reason: Annotated[str, typer.Option(help="What it rests on.")] = "",
) -> None:
    """List the steps of the procedure as they stand in the case, or state how one stands."""
    from api.cli.arguments import among

    state = state_of(context)
    if bool(step) != bool(to):
        raise UsageError(
            "a step is stated with its state", step=step, hint=f"fuatilia checklist {step} done --reason TEXT"
        )
    if step:
        among("state of a step", to, [s.value for s in StepState])
    with state.bench("state a step" if step else "checklist") as bench:
        if step:
            said = bench.masking.assertion(state_step(bench, step, to, reason))
        else:
            document = checklist_document(bench, datetime.now(UTC).astimezone(ZONE).date())
    if step:
        state.console.result(said, lambda: stated_text(said))
    else:
        state.console.result(document, lambda: checklist_text(document))


def checklist_text(document: dict[str, Any]) -> str:
    """Return the checklist as lines for a terminal."""
    rows = []
    for stage in document["stages"]:
        rows.append([stage["letter"], f"{stage['settled']} of {len(stage['steps'])}", stage["title"], ""])
        for step in stage["steps"]:
            last = step["said"][-1] if step["said"] else None
            known = f"{last['author']}: {last['reason']}" if last else step["shows"] or NONE
            rows.append([step["id"], step["state"].replace("_", " "), step["title"], known])
    head = ["STEP", "STATE", "WHAT", "KNOWN"]
    return table(head, rows) + f"\n\n{document['settled']} of {document['steps']} settled"
