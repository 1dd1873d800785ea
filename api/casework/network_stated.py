"""What persons stated of who paid for whom, by the ends that the evidence names, for the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.model.results import AssertionKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graph.model.results import Assertion
    from graph.model.scope import Scope
    from graph.store import View


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement that an instrument paid for another, by the opaque ids of both."""

    said: Assertion
    payer: str
    customer: str


def paid_for(view: View, scope: Scope, assertions: Iterable[Assertion]) -> tuple[Stated, ...]:
    """Return the statements of who paid for whom whose both ends the evidence names."""
    found = []
    for said in assertions:
        if said.kind is AssertionKind.PAID_FOR:
            shown, _, rest = said.object.partition("#")
            side, _, asset = rest.partition(":")
            payer, customer = _end(view, scope, said.subject, "debit"), _end(view, scope, shown, side, asset)
            if payer and customer:
                found.append(Stated(said, payer, customer))
    return tuple(found)


def _end(view: View, scope: Scope, observation: str, side: str, asset: str = "") -> str:
    for row in view.rows(scope, [observation]).to_pylist():
        if row["kind"] == "principal" and (not asset or row["asset"] == asset):
            return str(row.get(side) or "")
    return ""
