"""What was done to hold assets, and what came back: two kinds of ``assert``, and ``restraints``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from api.casework.awards import award
from api.casework.restraining import give_back, restrain
from api.casework.restraints import restraints_document
from api.cli.layout import NONE, table
from api.cli.state import state_of
from api.errors import UsageError
from graph.model.results import AssertionKind

if TYPE_CHECKING:
    from api.workbench import Workbench
    from graph.model.results import Assertion


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(epilog="Example: fuatilia restraints")(restraints)


def stated(
    bench: Workbench, kind: str, subject: str, object_: str, reason: str, details: dict[str, str]
) -> Assertion:
    """Record what the line states; details belong to restraints and returns only.

    Raises
    ------
    UsageError
        A detail was given of a kind that has none of it, or what the kind itself refuses.
    """
    given = {name: text for name, text in details.items() if text}
    if kind == AssertionKind.RESTRAINT:
        return restrain(bench, subject, object_, reason, **given)
    paid = {AssertionKind.RETURNED.value: give_back, AssertionKind.AWARD.value: award}
    allowed = {"asset", "on", "reference"} if kind in paid else set()
    for name in sorted(set(given) - allowed):
        raise UsageError("this kind of statement has no such detail", kind=kind, option=f"--{name}")
    if kind in paid:
        if "asset" not in given:
            raise UsageError("what is paid is in some asset", kind=kind, hint="--asset KES")
        return paid[kind](bench, subject, object_, given.pop("asset"), reason, **given)
    return bench.assert_(kind, subject, object_, reason)


def restraints(context: typer.Context) -> None:
    """List what was done to hold assets, which of it counts, and what claimants have back."""
    state = state_of(context)
    with state.bench("restraints") as bench:
        document = restraints_document(bench)
    state.console.result(document, lambda: _text(document))


def _text(document: dict[str, Any]) -> str:
    held = [
        [
            r["on"],
            r["label"] or NONE,
            f"{r['state'].replace('_', ' ')} {r['until']}".strip(),
            r["reference"] or NONE,
            r["by"] or NONE,
            r["amount"] or NONE,
            "counts" if r["counts"] else NONE,
            r["id"][:8],
        ]
        for r in document["restraints"]
    ]
    back = [
        [r["on"], r["claimant"], r["amount"], r["asset"], r["reference"] or NONE, r["id"][:8]]
        for r in document["returned"]
    ]
    parts = []
    if held:
        head = ["ON", "WHERE", "STATE", "REFERENCE", "BY", "AMOUNT", "STANDS", "ID"]
        parts.append(table(head, held, right=[5]))
    if back:
        parts.append(table(["ON", "CLAIMANT", "RETURNED", "ASSET", "REFERENCE", "ID"], back, right=[2]))
    return "\n\n".join(parts) or "nothing was recorded; see `assert restraint` and `assert returned`"
