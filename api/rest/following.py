"""What every operation that follows money is asked: payments, the rule chosen, and what stands beside it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analytics.tracing.rule import rules
from api.desk import Progress
from api.errors import UsageError
from api.rest.asking import Body, Text
from api.workbench import Traced, Workbench


class TraceQuestion(Body):
    """What to follow, and the rule chosen before the results are seen."""

    seeds: list[Text] = Field(
        min_length=1,
        max_length=100,
        description="[CLAIMANT=]PAYMENT: an observation id or a printed reference.",
    )
    rule: Text = Field("own_first", max_length=60)
    compare: list[Text] | None = Field(None, max_length=20, description="Rules beside it; all when null.")
    arithmetic: Literal["exact", "fixed"] = "fixed"
    without: list[Text] = Field([], max_length=200, description="Ids of assertions that are not accepted.")


def checked(bench: Workbench, body: TraceQuestion) -> Workbench:
    """Refuse names that nobody knows before anything is computed."""
    known = rules()
    for name in [body.rule, *(body.compare or [])]:
        if name not in known:
            raise UsageError("no such tracing rule", rule=name, hint="one of " + ", ".join(sorted(known)))
    stated = {a.id for a in bench.assertions()}
    for name in body.without:
        if name not in stated:
            raise UsageError("no such assertion", assertion=name)
    return bench


def traced(own: Workbench, body: TraceQuestion, heard: Progress) -> Traced:
    """Run the trace that is asked for, as one step of a job."""
    heard.hear("trace", 0, 0)
    return own.trace(
        body.seeds, rule=body.rule, compare=body.compare, arithmetic=body.arithmetic, without=body.without
    )
