"""The figure of a stored trace: followed again over today's evidence, and kept while that stands.

A result holds its figures as texts; a drawing needs the movements themselves. The same evidence gives
the same drawing, so it is made once for each result, content and clearance.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from api.casework.rerun import trace_asked
from api.casework.running import Traced, labelled
from api.casework.traces import run_trace
from api.evidence.figures.figure import html_table
from api.evidence.figures.sankey import sankey
from api.sealing import shown_trace
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from api.workbench import Workbench
    from graph.model.results import Result

KEPT = 16


@dataclass(frozen=True, slots=True)
class TraceFigure:
    """A drawing with its words and its twin; ``stale`` when the evidence is no longer what it was."""

    svg: str
    title: str
    words: str
    table: str
    stale: bool


class TraceFigures:
    """Figures that were made, the latest ``KEPT`` of them."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, int, int], TraceFigure] = {}
        self._guard = threading.Lock()

    def of(self, bench: Workbench, result: Result, stamp: int) -> TraceFigure:
        """Return the figure of a trace as the reader may see it."""
        key = (bench.case, result.id, stamp, int(bench.scope.clearance))
        with self._guard:
            if key not in self._made:
                self._made[key] = trace_figure(bench, result)
            while len(self._made) > KEPT:
                del self._made[next(iter(self._made))]
            return self._made[key]


def trace_figure(bench: Workbench, result: Result) -> TraceFigure:
    """Follow a stored trace again and draw it."""
    asked = trace_asked(result)
    doubted = set(asked.without)
    run = run_trace(
        bench.store,
        replace(bench.scope, clearance=Clearance.MASKED),
        asked.seeds,
        asked.policy,
        codes=asked.codes,
        assertions=[a for a in bench.assertions() if a.id not in doubted],
        left_out=asked.without,
        budget=asked.budget,
    )
    seen = labelled(bench.store, bench.scope, run)
    figure = sankey(shown_trace(Traced(seen, (), result.id), bench.masking))
    return TraceFigure(
        figure.svg, figure.title, figure.words, html_table(figure.twin), run.inputs != result.inputs
    )
