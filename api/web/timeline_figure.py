"""The timeline of a case: the trace recorded last, followed again, with the steps that were taken.

The same evidence, statements and day give the same drawing, so it is made once for each of them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analytics.tracing.band import compare
from analytics.tracing.following import follow
from api.casework.latest import latest_result
from api.casework.rerun import trace_asked
from api.casework.running import Traced, labelled
from api.casework.steps_taken import ZONE, instant_of
from api.casework.traces import TraceRun, totals
from api.evidence.figures.figure import html_table
from api.evidence.figures.timeline import timeline
from api.sealing import drawn_steps, shown_trace
from graph.model.printing import exact_text
from graph.model.results import CASEWORK, ResultKind
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from datetime import datetime

    from api.casework.rerun import TraceAsked
    from api.workbench import Workbench
    from graph.model.results import Result

KEPT = 8


@dataclass(frozen=True, slots=True)
class TimelineFigure:
    """The drawing with its words and its twin; ``rows`` is how many lines the twin has.

    ``stale`` where today's evidence no longer gives what was stored.
    """

    svg: str
    title: str
    words: str
    table: str
    rows: int
    stale: bool


class TimelineFigures:
    """Timelines that were drawn, the latest ``KEPT`` of them."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, int, int, str], TimelineFigure] = {}
        self._guard = threading.Lock()

    def of(self, bench: Workbench, stamp: int, now: datetime) -> TimelineFigure | None:
        """Return the timeline of a case as the reader may see it; None where nothing was traced."""
        trace = latest_result(bench, ResultKind.TRACE)
        if trace is None:
            return None
        today = now.astimezone(ZONE).date().isoformat()
        key = (bench.case, trace.id, stamp, int(bench.scope.clearance), today)
        with self._guard:
            if key not in self._made:
                self._made[key] = timeline_figure(bench, trace, now)
            while len(self._made) > KEPT:
                del self._made[next(iter(self._made))]
            return self._made[key]


def timeline_figure(bench: Workbench, trace: Result, now: datetime) -> TimelineFigure:
    """Follow a stored trace again and draw when its money moved, beside what was done until now."""
    run = _alone(bench, trace_asked(trace))
    seen = labelled(bench.store, bench.scope, run)
    figure = timeline(
        shown_trace(Traced(seen, (), trace.id), bench.masking),
        drawn_steps(bench, now),
        instant_of(now.astimezone(ZONE).date().isoformat()),
    )
    return TimelineFigure(
        figure.svg,
        figure.title,
        figure.words,
        html_table(figure.twin),
        len(figure.twin.lines),
        _differs(run, trace),
    )


def _differs(run: TraceRun, trace: Result) -> bool:
    """Say whether what is drawn comes to something else than what was stored."""
    if run.inputs == trace.inputs:
        return False
    asset, stored = run.following.trace_input.claim_asset, trace.fields["rules"][run.policy.rule]
    words = {"held" if name == "holdings" else name: n for name, n in totals(run.chosen).items()}
    hops = sum(bool(h.traced) for h in run.chosen.hops)
    return hops != len(stored["hops"]) or any(exact_text(n, asset) != stored[w] for w, n in words.items())


def _alone(bench: Workbench, asked: TraceAsked) -> TraceRun:
    """Follow once, under the chosen rule only: the drawing needs neither the band nor doubts."""
    least, without = replace(bench.scope, clearance=Clearance.MASKED), set(asked.without)
    accepted = [a for a in bench.assertions() if a.kind not in CASEWORK and a.id not in without]
    following = follow(bench.store, least, asked.seeds, assertions=accepted, budget=asked.budget)
    policy = asked.policy
    chosen = compare(following.trace_input, policy, [policy.rule])
    version = bench.store.version(least)
    return TraceRun(
        asked.seeds, policy, following, chosen, (), {}, version, tuple(sorted(without)), asked.budget
    )
