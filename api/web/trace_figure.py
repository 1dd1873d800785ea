"""The figure of a stored trace, drawn from the flows that were stored with it.

A trace stored by an older version holds none: its payments are followed again, once for each result,
content and clearance.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.tracing.band import compare
from analytics.tracing.flows import ENDS
from analytics.tracing.following import follow
from api.casework.places import WORDS
from api.casework.rerun import trace_asked
from api.casework.running import Traced, labelled
from api.casework.traces import TraceRun
from api.evidence.display import middle_cut
from api.evidence.figures.figure import html_table
from api.evidence.figures.flows import flows_of
from api.evidence.figures.layout import SCREEN
from api.evidence.figures.sankey import sankey, sankey_of
from api.evidence.figures.wording import ENGLISH, Wording
from api.sealing import shown_trace
from api.web.language import DEFAULT
from graph.model.amounts import Asset
from graph.model.results import CASEWORK
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.evidence.figures.figure import Figure
    from api.web.language import Tongue
    from api.web.placenames import PlaceNames
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


def stored_figure(fields: Mapping[str, Any], names: PlaceNames, tongue: Tongue) -> TraceFigure | None:
    """Draw a trace from what was stored of it; None where it was stored before flows were."""
    drawn = fields.get("flows")
    if drawn is None:
        return None
    asset = str(fields["claim"]["asset"])
    scale = 10 ** (Asset.from_key(asset).exponent or 0)
    rounded = {code: Fraction(r["rounding"]["held"]) * scale for code, r in sorted(fields["rules"].items())}

    def label(instrument: str, stored: str) -> str:
        place = names.of(instrument, stored)
        if place.kind in WORDS:
            return f"{tongue.word('kind', place.kind)} {middle_cut(place.label)}"
        return tongue.word("place_of", stored)

    def together(kind: str, count: int) -> str:
        return tongue.n(f"several.{kind}", count)

    if tongue.code == DEFAULT:
        found, said = flows_of(drawn, asset, label), ENGLISH
    else:
        found, said = flows_of(drawn, asset, label, together), _wording(tongue, fields["rules"])
    return _figure(sankey_of(found, asset, rounded, SCREEN, said), stale=False)


def _wording(tongue: Tongue, rules: Iterable[str]) -> Wording:
    return Wording(
        tongue("drawn.paid_in"),
        tongue("drawn.where"),
        tongue("drawn.all_rules"),
        tongue("trace.least_most"),
        tongue("trace.chosen_word"),
        {end: tongue.word("end_of", end) for end in ENDS},
        {code: tongue.word("rule", code) for code in rules},
        tongue("drawn.title"),
    )


def trace_figure(bench: Workbench, result: Result) -> TraceFigure:
    """Follow a stored trace again and draw it."""
    asked = trace_asked(result)
    doubted = set(asked.without)
    assertions = [a for a in bench.assertions() if a.id not in doubted and a.kind not in CASEWORK]
    least = replace(bench.scope, clearance=Clearance.MASKED)
    following = follow(bench.store, least, asked.seeds, assertions=assertions, budget=asked.budget)
    comparison = compare(following.trace_input, asked.policy, sorted({asked.policy.rule, *asked.codes}))
    inputs = bench.store.version(least)
    run = TraceRun(asked.seeds, asked.policy, following, comparison, (), {}, inputs)
    seen = labelled(bench.store, bench.scope, run)
    drawn = sankey(shown_trace(Traced(seen, (), result.id), bench.masking), SCREEN)
    return _figure(drawn, stale=inputs != result.inputs)


def _figure(drawn: Figure, *, stale: bool) -> TraceFigure:
    return TraceFigure(drawn.svg, drawn.title, drawn.words, html_table(drawn.twin), stale)
