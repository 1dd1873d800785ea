"""Traces of a case in short: what was claimed, where it is now under the chosen rule, and the band."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from api.web.addresses import case_url
from graph.model.amounts import Asset
from graph.model.printing import code_of
from graph.model.results import ResultKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.workbench import Workbench

ENDS = ("holdings", "spent", "fees", "swallowed", "lost")
WIDTH = 320
"""Length of the bar that stands for the whole claim, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class EndLine:
    """How much of the claim ended one way: exact texts, and lengths for the bar and its whisker."""

    outcome: str
    amount: str
    least: str
    most: str
    bar: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One trace of the case."""

    id: str
    url: str
    rule: str
    rules: int
    code: str
    claim: str
    claimants: tuple[tuple[str, str], ...]
    ends: tuple[EndLine, ...]


def trace_lines(bench: Workbench) -> tuple[TraceLine, ...]:
    """Return the traces of a case, by id."""
    found = bench.store.results(bench.scope, ResultKind.TRACE)
    return tuple(_trace(bench, r.id, r.fields) for r in sorted(found, key=lambda r: r.id))


def _trace(bench: Workbench, result: str, fields: Mapping[str, Any]) -> TraceLine:
    rule = str(fields["policy"]["rule"])
    claim = fields["claim"]
    asset = str(claim["asset"])
    return TraceLine(
        id=result,
        url=case_url(bench.case, "traces", result),
        rule=rule,
        rules=len(fields["rules"]),
        code=code_of(asset),
        claim=_shown(str(claim["total"]), asset),
        claimants=tuple(sorted((str(k), _shown(str(v), asset)) for k, v in claim["claimants"].items())),
        ends=tuple(_end(outcome, rule, fields, asset) for outcome in ENDS),
    )


def _end(outcome: str, rule: str, fields: Mapping[str, Any], asset: str) -> EndLine:
    whole = Fraction(str(fields["claim"]["total"]))
    nothing: dict[str, Any] = {"rules": {rule: "0"}, "least": "0", "most": "0"}
    totals = (b for b in fields["band"] if b["outcome"] == outcome and not b["place"] and not b["owner"])
    band = next(totals, nothing)
    here, least, most = (str(x) for x in (band["rules"].get(rule, "0"), band["least"], band["most"]))

    def length(text: str) -> int:
        return int(Fraction(text) / whole * WIDTH) if whole else 0

    return EndLine(
        outcome,
        _shown(here, asset),
        _shown(least, asset),
        _shown(most, asset),
        length(here),
        length(least),
        length(most),
    )


def _shown(text: str, asset: str) -> str:
    """Write an exact amount with the asset's decimals, rounded half up, for show only.

    Examples
    --------
    >>> _shown("326939.56441552", "KES:2")
    '326,939.56'
    """
    places = Asset.from_key(asset).exponent or 0
    scaled = (2 * Fraction(text) * 10**places + 1) // 2
    whole, rest = divmod(int(scaled), 10**places)
    return f"{whole:,}" + (f".{rest:0{places}d}" if places else "")
