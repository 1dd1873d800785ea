"""The work on the practice case besides its evidence: what it was asked, what was done, what is held.

Invented like the rest; recorded through the same doors as in a real case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.casework.checklist import state_step
from api.casework.question import ask
from api.casework.restraining import restrain

if TYPE_CHECKING:
    from api.demo.facts import ScenarioFacts
    from api.workbench import Workbench

STEPS = (
    ("A1", "done", "Both families are abroad and safe; talked through on 11 November, practice file 4."),
    ("A3", "done", "Opened on 10 November 2026 beside the criminal case, practice file 2."),
    ("A4", "done", "Practice Prosecutor, practice financial intelligence unit, practice recovery office."),
    ("A6", "done", "Nobody on the team knows the account holders; form of 10 November."),
    ("B4", "not_applicable", "No premises were searched."),
    ("C2", "done", "Asked for in Practice court order PC-17 of 2026 and received with each statement."),
    ("C4", "done", "Each family was heard once, by a trained interviewer, on 11 November."),
)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done about one asset; ``name`` is what the case calls its instrument."""

    name: str
    asset: str
    state: str
    on: str
    by: str
    reason: str
    reference: str = ""
    until: str = ""


RESTRAINTS = (
    Done(
        "collector's wallet",
        "KES",
        "ordered",
        "2026-11-16",
        "Practice court",
        "The trace shows the families' money there under every rule.",
        reference="PC-19/2026",
    ),
    Done(
        "runner's account at Example Exchange",
        "",
        "held_until",
        "2026-11-13",
        "Example Exchange",
        "The exchange holds for two weeks on a request by letter.",
        until="2026-11-27",
    ),
)


def record_work(bench: Workbench, facts: ScenarioFacts) -> int:
    """Record the question, steps and restraints of the practice case; return how many statements."""
    ask(
        bench,
        facts.question,
        "Letter of the prosecutor, practice file 3.",
        asked_by="Practice Prosecutor",
        on="2026-11-10",
        due="2026-11-30",
    )
    for step, state, reason in STEPS:
        state_step(bench, step, state, reason)
    keys = {name: key for key, name in facts.names.items()}
    done = RESTRAINTS if facts.claimants else ()
    for one in done:
        restrain(
            bench,
            keys[one.name],
            one.state,
            one.reason,
            asset=one.asset,
            until=one.until,
            reference=one.reference,
            by=one.by,
            on=one.on,
        )
    return 1 + len(STEPS) + len(done)
