"""What the report says, in words and printed figures, taken from the results and from nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.tracing.movements import UNTRACED
from analytics.tracing.rule import rule_of
from api.evidence.display import clock, listed, minute, money, number, shown, with_code
from api.evidence.figures.flows import flows
from api.evidence.figures.marks import kind_mark, rule_mark, strip
from api.evidence.figures.sankey import totals
from graph.model.printing import code_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.tracing.result import Hop
    from api.evidence.certificates import Certificate
    from api.evidence.contents import PackInput, Trace
    from api.evidence.figures.figure import Figure

HOPS = 40
"""Most lines of the table of movements in the report; all of them are in the data."""
REFUSED = 20
"""Most refused rows named in the report."""

TERMS = (
    ("Held", "still in an instrument, or in an asset bought with it"),
    ("Spent", "cash-out or purchase, with no evidence of what came next"),
    ("Fees", "charged by providers on the way"),
    ("Swallowed", "repaid a debt to the bank; the trace stops"),
    ("Lost", "gone in a conversion, or claimed by an earlier claim"),
    ("Band", "least and most of all rules run on the same rows"),
)


@dataclass(frozen=True, slots=True)
class HopLine:
    """One printed movement."""

    time: str
    source: str
    target: str
    amount: str
    traced: str
    cited: str


@dataclass(frozen=True, slots=True)
class AssetLine:
    """One printed line of the freezing sheet; ``mark`` and ``strip`` are drawings."""

    mark: str
    label: str
    institution: str
    traced: str
    strip: str
    least: str
    most: str
    seen: str
    basis: str
    urgency: str
    restraint: str


@dataclass(frozen=True, slots=True)
class DoneLine:
    """One printed statement of what was done to hold an asset, or of what came back."""

    on: str
    about: str
    words: str
    author: str
    reason: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One printed account with what is known of its record."""

    label: str
    basis: str
    check: str
    history: str


@dataclass(frozen=True, slots=True)
class OriginalLine:
    """One printed original; the hash stands in groups of sixteen so that it can break."""

    name: str
    supplier: str
    received: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AssertedLine:
    """One printed assertion with what the figures are without it."""

    id: str
    kind: str
    author: str
    made: str
    reason: str
    without: str


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One printed certificate."""

    producer: str
    records: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything the page may show; the template has no other source."""

    case: str
    title: str
    rendering: str
    sealed: str
    code: str
    claim_words: str
    rule_name: str
    rule_title: str
    rule_source: str
    rule_count: str
    held: str
    held_least: str
    held_most: str
    facts: tuple[tuple[str, str], ...]
    terms: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, str], ...]
    rounding: str
    order: str
    assertions: tuple[AssertedLine, ...]
    hops_title: str
    hops: tuple[HopLine, ...]
    originals: tuple[OriginalLine, ...]
    more_originals: str
    accounts: tuple[AccountLine, ...]
    gaps: tuple[str, ...]
    assets: tuple[AssetLine, ...]
    assets_words: str
    done: tuple[DoneLine, ...]
    sankey: Figure
    timeline: Figure
    allocation: Figure | None
    allocation_notes: tuple[str, ...]
    certificates: tuple[DraftLine, ...]


def finding(trace: Trace, held: Mapping[str, Fraction]) -> str:
    """Return the finding with its band: the title of a report that was given none."""
    asset = trace.given.claim_asset
    count = number(len(held))
    return (
        f"{with_code(held[trace.policy.rule], asset)} still held; "
        f"{money(min(held.values()), asset)} to {money(max(held.values()), asset)} across {count} rules"
    )


def report_findings(pack: PackInput, figures: Sequence[Figure], drafts: Sequence[Certificate]) -> Findings:
    """Put into words and printed figures what the pack holds."""
    trace = pack.trace
    asset, rule = trace.given.claim_asset, rule_of(trace.policy.rule)
    held = totals(flows(trace))["held"]
    by_name = {f.name: f for f in figures}
    hops, count = _hops(pack)
    more = len(pack.originals) - HOPS
    return Findings(
        case=shown(pack.case, 60),
        title=shown(pack.title or finding(trace, held)),
        rendering=shown(pack.rendering, 40),
        sealed=clock(pack.sealed),
        code=shown(code_of(asset), 16),
        claim_words=_claim_words(trace),
        rule_name=rule_mark(trace.policy.rule).name,
        rule_title=rule.title,
        rule_source=rule.source,
        rule_count=number(len(held)),
        held=with_code(held[trace.policy.rule], asset),
        held_least=money(min(held.values()), asset),
        held_most=money(max(held.values()), asset),
        facts=_facts(pack),
        terms=TERMS,
        choices=tuple(
            (name.replace("_", " ").capitalize(), words[:1].upper() + words[1:])
            for name, words in trace.policy.in_words()
        ),
        rounding=_rounding(trace),
        order=_order(trace),
        assertions=_assertions(trace),
        hops_title=f"The first {len(hops)} of {count} movements of traced money"
        if count > len(hops)
        else f"The {number(count)} movements of traced money",
        hops=hops,
        originals=_originals(pack),
        more_originals=f"{more:,} more are listed in ledger/originals.csv." if more > 0 else "",
        accounts=_accounts(trace),
        gaps=_gaps(pack),
        assets=_assets(pack),
        assets_words="How fast it can leave is a fact about the kind of instrument, not about a person.",
        done=_done(pack),
        sankey=by_name["sankey"],
        timeline=by_name["timeline"],
        allocation=by_name.get("allocation"),
        allocation_notes=_allocation_notes(pack),
        certificates=tuple(
            DraftLine(shown(d.producer), shown(", ".join(d.records), 200), d.name) for d in drafts
        ),
    )


def _claim_words(trace: Trace) -> str:
    claims = trace.comparison.results[trace.policy.rule].claims
    count = number(len(claims)).capitalize()
    verb = "claimant claims" if len(claims) == 1 else "claimants claim"
    payments = len(trace.given.claims)
    paid = f"{number(payments)} payment{'' if payments == 1 else 's'}"
    return f"{count} {verb} {with_code(sum(claims.values(), 0), trace.given.claim_asset)} in {paid}."


def _facts(pack: PackInput) -> tuple[tuple[str, str], ...]:
    review = f"; second review {shown(pack.reviewer)}" if pack.reviewer else "; no second review is recorded"
    refused = f"{len(pack.rejects):,} row{'' if len(pack.rejects) == 1 else 's'} refused and in no figure"
    sources = (
        f"{len(pack.originals):,} files, each with its sha256 at intake; {len(pack.rows):,} rows; {refused}"
    )
    limits = (
        " ".join(shown(x, 600) for x in pack.limits) or "none is recorded; see “What the records do not show”"
    )
    return (
        *_rendering(pack),
        ("Question", shown(pack.question, 600) or "not recorded"),
        ("Prepared by", f"{shown(pack.actor)}{review}"),
        ("Sources", sources),
        ("Known limits", limits),
    )


def _rendering(pack: PackInput) -> list[tuple[str, str]]:
    """Say on the first page who is shown, and which originals do not travel."""
    if pack.rendering == "court":
        words = "Court. Victims and witnesses are shown as the records name them, and every original is here."
        return [("Rendering", f"{words} For the court alone.")]
    back = sum(bool(o.withheld) for o in pack.originals)
    if not back:
        return []
    verb = "is" if back == 1 else "are"
    words = f"{number(back).capitalize()} of {len(pack.originals):,} originals {verb} withheld"
    return [
        (
            "Rendering",
            f"Masked. Victims and witnesses are shown nowhere. {words}; data/manifest.json says why.",
        )
    ]


def _rounding(trace: Trace) -> str:
    result = trace.comparison.results[trace.policy.rule]
    if trace.policy.arithmetic == "exact":
        return "None: the figures are exact fractions, rounded only for print."
    bounds = [f"{with_code(n, a)}" for a, n in sorted(result.rounding.bounds.items()) if n]
    if not bounds:
        return "Sub-units are whole numbers; nothing had to be rounded."
    proven = "" if result.rounding.proven else " (a first-order figure, see the methods page)"
    return (
        f"Shares are whole sub-units; between owners at most {listed(bounds)} was moved by rounding{proven}."
    )


def _order(trace: Trace) -> str:
    rule, asset = trace.policy.rule, trace.given.claim_asset
    unknown = sum(1 for m in trace.given.movements if not m.order_known)
    start = f"{unknown} movements stand in an order that no source states. " if unknown else ""
    if rule not in trace.order_matters:
        return start + "No figure of the chosen rule depends on an order that the records leave open."
    first, last = trace.order_matters[rule]
    return start + (
        f"With credits first {money(first['holdings'], asset)} is held, "
        f"with debits first {money(last['holdings'], asset)}."
    )


def _assertions(trace: Trace) -> tuple[AssertedLine, ...]:
    asset = trace.given.claim_asset
    lines = []
    for a in trace.assertions:
        rules = trace.without.get(a.id, {})
        held = [
            f"{rule_mark(code).name} {money(sums['holdings'], asset)}" for code, sums in sorted(rules.items())
        ]
        lines.append(
            AssertedLine(
                shown(a.id, 40),
                shown(a.kind.replace("_", " "), 40),
                shown(a.author, 60),
                shown(a.made, 40),
                shown(a.reason, 400),
                ", ".join(held) or "the same",
            )
        )
    return tuple(lines)


def _hops(pack: PackInput) -> tuple[tuple[HopLine, ...], int]:
    trace = pack.trace
    times = {m.id: m.lo for m in trace.given.movements}
    names = {o.sha256: o.name for o in pack.originals}
    traced = [h for h in trace.comparison.results[trace.policy.rule].hops if _traced(h)]
    lines = []
    for hop in traced[:HOPS]:
        cited = trace.citations.get(hop.movement, ())
        place = (
            f"{names.get(cited[0].source, cited[0].source[:12])} {cited[0].locator}"
            if cited
            else "no row cited"
        )
        lines.append(
            HopLine(
                minute(times[hop.movement]),
                shown(trace.label(hop.debit or ""), 48),
                shown(trace.label(hop.credit or ""), 48),
                with_code(hop.amount, hop.asset),
                money(_traced(hop), trace.given.claim_asset),
                shown(place, 80),
            )
        )
    return tuple(lines), len(traced)


def _traced(hop: Hop) -> Fraction:
    return sum((Fraction(p.principal) for o, p in hop.received.items() if o not in UNTRACED), Fraction(0))


def _originals(pack: PackInput) -> tuple[OriginalLine, ...]:
    return tuple(
        OriginalLine(
            shown(o.name, 60),
            shown(o.supplier, 60) or "not named at intake",
            ", ".join(shown(x, 60) for x in (o.received, o.authority) if x) or "not recorded",
            " ".join(o.sha256[i : i + 16] for i in range(0, len(o.sha256), 16)),
        )
        for o in sorted(pack.originals, key=lambda o: (o.name, o.sha256))[:HOPS]
    )


def _accounts(trace: Trace) -> tuple[AccountLine, ...]:
    return tuple(
        AccountLine(
            shown(trace.label(key), 60),
            trace.notes[key].basis or "–" if key in trace.notes else "–",
            trace.notes[key].balance_check or "–" if key in trace.notes else "–",
            "has gaps" if key in trace.given.incomplete else "complete",
        )
        for key in trace.given.ledgers
    )


def _gaps(pack: PackInput) -> tuple[str, ...]:
    trace = pack.trace
    names = {o.sha256: o.name for o in pack.originals}
    outside = trace.comparison.results[trace.policy.rule].gaps
    more = len(pack.rejects) - REFUSED
    return (
        *(shown(gap, 300) for gap in trace.gaps),
        *(
            f"{shown(trace.label(g.ledger), 60)}: {with_code(g.amount, g.asset)} must have come in unseen "
            f"before movement {shown(g.movement, 40)}; it counts as nobody's."
            for g in outside
        ),
        *(
            f"{shown(trace.label(k), 60)}: not followed, {shown(why, 200)}."
            for k, why in sorted(trace.not_followed.items())
        ),
        *(
            f"{shown(names.get(r.source, r.source[:12]), 60)} {shown(r.locator, 60)}: "
            f"row refused, {shown(r.reason, 200)}."
            for r in pack.rejects[:REFUSED]
        ),
        *([f"{more} more rows were refused; they are in ledger/rejects.csv."] if more > 0 else []),
    )


def _assets(pack: PackInput) -> tuple[AssetLine, ...]:
    chosen, results = pack.trace.policy.rule, pack.trace.comparison.results
    per_asset: dict[str, Fraction] = {}
    for h in pack.sheet:
        per_asset[h.asset] = max(per_asset.get(h.asset, Fraction(0)), h.most)
    lines = []
    for h in pack.sheet:
        values = {
            code: sum(
                (Fraction(x.amount) for x in r.holdings if x.place == h.place and x.owner not in UNTRACED),
                Fraction(0),
            )
            for code, r in results.items()
        }
        lines.append(
            AssetLine(
                kind_mark(h.kind),
                shown(h.label or pack.trace.label(h.place), 48),
                shown(h.institution, 48) or "not known",
                with_code(h.traced, h.asset),
                strip(values, chosen, per_asset[h.asset]),
                money(h.least, h.asset),
                money(h.most, h.asset),
                " ".join(clock(h.as_of).split()[:3]),
                str(h.basis),
                str(h.urgency),
                shown(pack.restraints.get(h.place, "open"), 60),
            )
        )
    return tuple(lines)


def _done(pack: PackInput) -> tuple[DoneLine, ...]:
    return tuple(
        DoneLine(
            shown(d.on, 20),
            shown(d.about, 60),
            shown(d.words, 200) + ("" if d.stands else " (no longer counts)"),
            shown(d.author, 60),
            shown(d.reason, 300),
        )
        for d in pack.done
    )


def _allocation_notes(pack: PackInput) -> tuple[str, ...]:
    if pack.sharing is None:
        return ()
    shares, trace = pack.sharing.comparison, pack.trace
    notes = ["Payments are brought to the last minor unit by largest remainder. No payment exceeds a loss."]
    notes += [
        f"Not evaluated: {shown(n.scheme, 40)}, because {shown(n.why, 200)}." for n in shares.not_evaluated
    ]
    left = sorted(pack.sharing.left_out.items())
    notes += [f"Not in the pool: {shown(trace.label(k), 60)}, {shown(why, 200)}." for k, why in left]
    return tuple(notes)
