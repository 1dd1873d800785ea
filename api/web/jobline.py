"""A job as pages show it: how far, how long still, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.web.addresses import case_url

if TYPE_CHECKING:
    from api.desk import JobReport


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job as the page shows it, polled every second while it is not over."""

    id: str
    url: str
    stop_url: str
    kind: str
    label: str
    state: str
    step: str
    done: int
    total: int
    percent: int
    rate: int
    left: int | None
    over: bool
    files: tuple[dict[str, Any], ...]
    error: str
    hint: str


def job_line(job: JobReport) -> JobLine:
    """Return a job as pages show it."""
    return JobLine(
        id=job.id,
        url=case_url(job.case, "jobs", job.id),
        stop_url=case_url(job.case, "jobs", job.id, "stop"),
        kind=job.kind,
        label=job.label,
        state=str(job.state),
        step=job.step,
        done=job.done,
        total=job.total,
        percent=min(job.done * 100 // job.total, 100) if job.total else 0,
        rate=job.rate,
        left=job.left,
        over=job.over,
        files=tuple(job.outcome.get("files", ())),
        error=job.error.get("what", ""),
        hint=job.error.get("hint", ""),
    )
