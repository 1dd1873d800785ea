"""One trace as a page: every rule side by side, where the money went, and hop by hop how it is known."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.tracing.flows import ENDS
from analytics.tracing.policy import CHOICES
from api.web.addresses import case_url
from api.web.audited import recorded_by
from api.web.hoplist import HopLine, hop_lines, notable
from api.web.hopopen import HopOpen, hop_open
from api.web.placenames import PlaceName, PlaceNames, instruments_of
from api.web.trace_figure import TraceFigure, stored_figure
from graph.errors import NotFoundError
from graph.model.printing import code_of
from graph.model.results import ResultKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.web.language import Tongue
    from api.workbench import Workbench
    from graph.model.results import Result

OUTCOMES = {"holdings": "held"}
ORDER = ("own_first", "pro_rata_rolling", "fifo", "lifo", "tainted_first")
BAR = 200
HOPS_LISTED = 2000


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule: its sums by end as exact texts, and lengths for the bar in pixels."""

    code: str
    version: str
    chosen: bool
    ends: tuple[tuple[str, str, int, int], ...]
    total: str


@dataclass(frozen=True, slots=True)
class BandLine:
    """One place under every rule; ``wide`` when the rules differ by more than half of the most."""

    outcome: str
    place: PlaceName
    code: str
    values: tuple[tuple[str, str], ...]
    least: str
    most: str
    agreed: bool
    wide: bool


@dataclass(frozen=True, slots=True)
class SaidLine:
    """An assertion that the trace rests on, what each rule shows as held without it, and where it then stops.

    ``stopped`` is claim units; ``stop`` the place where most of it then ends, ``payer`` who paid it there.
    """

    id: str
    kind: str
    author: str
    reason: str
    made: str
    held: tuple[tuple[str, str, str], ...]
    stopped: str
    stop: PlaceName | None
    payer: PlaceName | None


@dataclass(frozen=True, slots=True)
class PolicyWords:
    """The choices that a reader asks for first, as codes; ``moved`` is the most that rounding can move."""

    order: str
    fees: str
    arithmetic: str
    moved: str


@dataclass(frozen=True, slots=True)
class TracePage:
    """One trace; amounts are exact texts in whole units."""

    id: str
    case: str
    seeds: int
    code: str
    claim: str
    claimants: tuple[tuple[str, str], ...]
    rule: str
    chosen_by: str
    chosen_at: str
    words: PolicyWords
    held: str
    least: str
    most: str
    rules: tuple[RuleLine, ...]
    band: tuple[tuple[str, str, str, bool], ...]
    figure: TraceFigure | None
    places: tuple[BandLine, ...]
    hops: tuple[HopLine, ...]
    hops_in_all: int
    opened: HopOpen | None
    said: tuple[SaidLine, ...]
    order_matters: tuple[str, ...]
    policy: tuple[tuple[str, str, str], ...]
    gaps: tuple[str, ...]
    not_followed: tuple[tuple[str, str], ...]
    inputs: str
    stale: bool
    figure_url: str
    all_url: str
    csv_url: str
    json_url: str
    again_url: str
    other_url: str
    assets_url: str


def trace_page(
    bench: Workbench, wanted: str, tongue: Tongue, *, every: bool = False, opened: int = 0
) -> TracePage:
    """Gather one trace from what was stored of it.

    Parameters
    ----------
    tongue : Tongue
        What the figure is said in.
    every : bool
        Show every hop, not only those that carry most of the claim.
    opened : int
        The hop that is open, counted from 1; 0 for none.

    Raises
    ------
    NotFoundError
        No trace of this id stands in the case, or it has no such hop.
    """
    result = stored_trace(bench, wanted)
    fields = bench.masking.document(dict(result.fields))
    asset, rule = str(fields["claim"]["asset"]), str(fields["policy"]["rule"])
    names = PlaceNames(bench, instruments_of(fields, rule))
    totals = {r["outcome"]: r for r in fields["band"] if not r["place"] and not r["owner"]}
    held = totals["holdings"]
    hops = hop_lines(bench.case, result.id, fields, names)
    actor, at = recorded_by(bench, result.id)

    def here(*parts: str, **query: str) -> str:
        return case_url(bench.case, "traces", result.id, *parts, **query)

    return TracePage(
        id=result.id,
        case=bench.case,
        seeds=len(fields["claim"]["seeds"]),
        code=code_of(asset),
        claim=fields["claim"]["total"],
        claimants=tuple(fields["claim"]["claimants"].items()),
        rule=rule,
        chosen_by=actor,
        chosen_at=at,
        words=_words(fields, rule, asset),
        held=fields["rules"][rule]["held"],
        least=held["least"],
        most=held["most"],
        rules=tuple(_rule(fields, code, rule) for code in _ordered(fields["rules"])),
        band=tuple(
            (OUTCOMES.get(o, o), r["least"], r["most"], _wide(r["least"], r["most"]))
            for o, r in sorted(totals.items(), key=lambda found: ENDS.index(OUTCOMES.get(found[0], found[0])))
        ),
        figure=stored_figure(fields, names, tongue),
        places=tuple(
            _band(names, r)
            for r in fields["band"]
            if r["place"] and not r["owner"] and r["unit"] == "principal"
        ),
        hops=hops[:HOPS_LISTED] if every else notable(hops, fields, opened),
        hops_in_all=len(hops),
        opened=hop_open(bench, result, opened) if opened else None,
        said=tuple(_said(fields, rule, a, names) for a in fields["assertions"]),
        order_matters=tuple(sorted(fields["order_matters"])),
        policy=_policy(result.policy),
        gaps=tuple(fields["gaps"]),
        not_followed=tuple((n["place"], n["why"]) for n in fields["not_followed"]),
        inputs=result.inputs,
        stale=bench.store.version(bench.scope) != result.inputs,
        figure_url=here("figure"),
        all_url=here(hops="all") + "#hops",
        csv_url=here("hops.csv"),
        json_url=f"{here()}.json?hops=all",
        again_url=here("again"),
        other_url=case_url(bench.case, "traces"),
        assets_url=case_url(bench.case, "assets"),
    )


def stored_trace(bench: Workbench, wanted: str) -> Result:
    """Return a standing trace of the case.

    Raises
    ------
    NotFoundError
        None has this id.
    """
    for result in bench.store.results(bench.scope, ResultKind.TRACE):
        if result.id == wanted:
            return result
    raise NotFoundError("no such trace in this case", hint="see the traces of the case")


def _ordered(found: Mapping[str, Any]) -> list[str]:
    return [r for r in ORDER if r in found] + sorted(r for r in found if r not in ORDER)


def _rule(fields: Mapping[str, Any], code: str, chosen: str) -> RuleLine:
    sums = {end: number(fields["rules"][code][end]) for end in ENDS}
    total = sum(sums.values(), Fraction(0))
    at, ends = Fraction(0), []
    for end in ENDS:
        width = sums[end] * BAR / total if total else Fraction(0)
        ends.append((end, fields["rules"][code][end], round(at), round(at + width) - round(at)))
        at += width
    return RuleLine(
        code, str(fields["rules"][code]["version"]), code == chosen, tuple(ends), fields["claim"]["total"]
    )


def _words(fields: Mapping[str, Any], rule: str, asset: str) -> PolicyWords:
    policy = fields["policy"]
    bounds: Mapping[str, str] = fields["rules"][rule]["rounding"]["bounds"]
    return PolicyWords(
        str(policy["order_policy"]),
        str(policy["fee_policy"]),
        str(policy["arithmetic"]),
        bounds.get(asset, "0"),
    )


def _band(names: PlaceNames, row: Mapping[str, Any]) -> BandLine:
    return BandLine(
        outcome=OUTCOMES.get(row["outcome"], row["outcome"]),
        place=names.of(row["instrument"], row["place"]),
        code=code_of(row["asset"]),
        values=tuple((code, row["rules"].get(code, "0")) for code in _ordered(row["rules"])),
        least=row["least"],
        most=row["most"],
        agreed=bool(row["agreed"]),
        wide=_wide(row["least"], row["most"]),
    )


def _said(fields: Mapping[str, Any], rule: str, said: Mapping[str, Any], names: PlaceNames) -> SaidLine:
    found: Mapping[str, Any] = next((w for w in fields["without"] if w["assertion"] == said["id"]), {})
    without: Mapping[str, Any] = found.get("rules", {})
    stop: Mapping[str, Any] | None = found.get("stops", {}).get(rule)
    return SaidLine(
        id=said["id"],
        kind=said["kind"],
        author=said["author"],
        reason=said["reason"],
        made=said["made"],
        held=tuple(
            (code, fields["rules"][code]["held"], without[code]["holdings"])
            for code in _ordered(fields["rules"])
            if code in without
        ),
        stopped=stop["claim"] if stop else "",
        stop=names.of(stop["instrument"], stop["place"]) if stop else None,
        payer=names.of(stop["payer"]["instrument"], stop["payer"]["label"])
        if stop and stop["payer"]["label"]
        else None,
    )


def _policy(policy: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Return each choice with its value, and what the value means where it is one of the named choices."""
    return tuple(
        (name, str(value), CHOICES.get(name, {}).get(str(value), ""))
        for name, value in sorted(policy.items())
    )


def _wide(least: str, most: str) -> bool:
    """Say whether the rules differ by more than half of the most."""
    return number(most) - number(least) > number(most) / 2


def number(text: str) -> Fraction:
    """Read an exact text back.

    Examples
    --------
    >>> number("1.50"), number("1/3")
    (Fraction(3, 2), Fraction(1, 3))
    """
    return Fraction(text)
