"""The Sankey of a trace: who paid in, through which accounts, where it ended, and what other rules say.

Only traced money is drawn, to scale, under the chosen rule; beside every end stand all rules with the
least and the most of them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from api.evidence.display import listed, money, number, shown, with_code
from api.evidence.figures.figure import Figure, Line, Twin
from api.evidence.figures.flows import Flows, flows
from api.evidence.figures.layout import SHEET
from api.evidence.figures.marks import ENDS, rule_mark
from api.evidence.figures.sankey_drawing import GROUPED, NAME, SankeyDrawing, added, disputed
from api.evidence.figures.wording import ENGLISH, Wording
from api.evidence.tables.trace import principal
from graph.model.printing import code_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.evidence.contents import Trace
    from api.evidence.figures.layout import Measure


def sankey(trace: Trace, measure: Measure = SHEET) -> Figure:
    """Draw the trace under its chosen rule."""
    results = trace.comparison.results
    rounded = {code: Fraction(principal(found.rounding.legs)) for code, found in results.items()}
    return sankey_of(flows(trace), trace.given.claim_asset, rounded, measure)


def sankey_of(
    found: Flows,
    asset: str,
    rounded: Mapping[str, Fraction],
    measure: Measure = SHEET,
    wording: Wording = ENGLISH,
) -> Figure:
    """Draw flows.

    Parameters
    ----------
    rounded : mapping
        By rule, what is too small for one sub-unit and stands at no place; claim units.
    measure : Measure
        How wide, and where its columns stand: a sheet of paper or a screen.
    wording : Wording
        What it says beside its numbers.
    """
    words = in_words(found, asset) if wording is ENGLISH else in_figures(found, asset, wording)
    title = wording.titled(len(found.claimants), len(found.rows), found.chosen)
    svg = SankeyDrawing(found, asset, measure, wording).svg(title, words)
    return Figure(NAME, title, words, svg, twin(found, asset, rounded))


def totals(found: Flows) -> dict[str, dict[str, Fraction]]:
    """Return outcome to rule to claim units."""
    return {end: added((r for r in found.rows if r.node[0] == end), found.rules) for end in ENDS}


def in_words(found: Flows, asset: str) -> str:
    """Say the figure in one sentence."""
    sums = totals(found)
    words = {
        "held": "held",
        "spent": "spent",
        "fees": "paid in fees",
        "swallowed": "swallowed by overdrafts",
        "lost": "lost",
    }
    parts = [f"{money(sums[e][found.chosen], asset)} {words[e]}" for e in ENDS]
    low, high = min(sums["held"].values()), max(sums["held"].values())
    return (
        f"Of {with_code(found.total, asset)}: {listed(parts)}. "
        f"Held under any of the {number(len(found.rules))} rules: "
        f"{money(low, asset)} to {money(high, asset)}."
    )


def in_figures(found: Flows, asset: str, wording: Wording) -> str:
    """Say the figure as a list, in any language."""
    sums = totals(found)
    ended = "; ".join(f"{wording.ends[end]} {money(sums[end][found.chosen], asset)}" for end in ENDS)
    low, high = min(sums["held"].values()), max(sums["held"].values())
    band = f"{wording.ends['held']}, {wording.least_most}: {money(low, asset)} – {money(high, asset)}"
    return f"{with_code(found.total, asset)}: {ended}. {band}."


def twin(found: Flows, asset: str, rounded: Mapping[str, Fraction]) -> Twin:
    """Return the figure as a table: every end under every rule, with least and most."""
    codes = [found.chosen, *(c for c in found.rules if c != found.chosen)]
    lines = []
    for end, sums in totals(found).items():
        rows = [r for r in found.rows if r.node[0] == end]
        if not rows:
            continue
        inline = end not in GROUPED and len(rows) == 1
        name = f"{end.capitalize()}, {shown(rows[0].label, 40)}" if inline else end.capitalize()
        lines.append(Line((name, *_figures(sums, codes, asset)), strong=True))
        if not inline:
            lines += [Line((shown(r.label, 40), *_figures(r.values, codes, asset))) for r in rows]
    if any(rounded.values()):
        lines.append(Line(("Shares below one sub-unit", *_figures(rounded, codes, asset))))
    every = added(found.rows, found.rules)
    whole = [money(every[c] + rounded[c], asset) for c in codes]
    lines.append(Line(("Sum", *whole, "", ""), strong=True))
    header = ("Where it ended", *(rule_mark(c).name for c in codes), "Least", "Most")
    code = shown(code_of(asset), 16)
    caption = f"{code}. The first rule is the one chosen. Least and most are taken per line."
    return Twin(caption, header, tuple(lines))


def _figures(values: Mapping[str, Fraction], codes: list[str], asset: str) -> Iterable[str]:
    low, high = min(values.values()), max(values.values())
    yield from (money(values[c], asset) for c in codes)
    yield money(low, asset)
    yield ("◇ " if disputed(low, high) else "") + money(high, asset)
