"""A request's workbench: which case, under which clearance, noted with ``rest`` as its channel."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Path, Query, Request
from pydantic import AfterValidator, BaseModel, ConfigDict

from api.addressing import case_named, case_word
from api.rest.shapes.jobs import JobShape
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Response

    from api.desk import Desk, JobReport, Progress
    from api.workbench import Workbench

CLEARANCES = {"masked": Clearance.MASKED, "case": Clearance.CASE, "protected": Clearance.PROTECTED}


def _storable(text: str) -> str:
    """Refuse what no store keeps: NUL, and halves of a character."""
    if "\x00" in text or (not text.isascii() and any(unicodedata.category(c) == "Cs" for c in text)):
        raise ValueError("a character that cannot be stored")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Case = Annotated[
    Text, Path(description="Case id; / ~ \\ are written ~1 ~0 ~2, a leading point ~3.", max_length=300)
]
Names = Annotated[
    str,
    Query(
        alias="clearance",
        description="masked (default), case or protected; cut to what the server was started with.",
        pattern="^(masked|case|protected)$",
    ),
]


class Body(BaseModel):
    """What is sent: nothing that is not understood is silently dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Asking:
    """Hands out the workbench of a request and starts its long work.

    Parameters
    ----------
    desk : Desk
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def bench(self, request: Request, case: str, purpose: str, clearance: str = "masked") -> Workbench:
        """Return the workbench for one request; errors of the request are masked by it."""
        bench = self.desk.bench(
            case_named(case), purpose=purpose, channel="rest", clearance=CLEARANCES[clearance]
        )
        request.state.bench = bench
        return bench

    def start(
        self,
        response: Response,
        bench: Workbench,
        kind: str,
        label: str,
        work: Callable[[Workbench, Progress], dict[str, Any]],
        after: Callable[[], None] = lambda: None,
    ) -> JobShape:
        """Start long work; the answer says where to ask how far it is."""
        report = self.desk.start(bench, kind, label, work, after)
        response.headers["Location"] = f"/api/v1/cases/{case_word(bench.case)}/jobs/{report.id}"
        response.headers["Retry-After"] = "1"
        return job_shape(report)


def job_shape(report: JobReport) -> JobShape:
    """Return a job as it is answered."""
    return JobShape(
        id=report.id,
        case=report.case,
        kind=report.kind,
        label=report.label,
        state=str(report.state),
        step=report.step,
        done=report.done,
        total=report.total,
        rate=report.rate,
        left=report.left,
        outcome=report.outcome,
        error=report.error,
    )
