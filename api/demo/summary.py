"""From results to the page of the demo: every text on it is taken from a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.movements import UNTRACED
from analytics.tracing.result import OUTCOMES
from analytics.tracing.rule import rules
from api.casework.places import place_text
from api.casework.traces import held
from api.demo.explanation import Claimed, DemoSummary, Freezable, Loaded, Rests, Shared, Went
from graph.model.instants import iso_text
from graph.model.printing import code_of, exact_text, grouped, rounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from analytics.assets.schedule import Schedule
    from analytics.assets.valuation import Valuation
    from analytics.tracing.result import TraceResult
    from api.casework.allocations import Sharing
    from api.casework.traces import TraceRun, Without
    from api.demo.facts import DemoFile, ScenarioFacts
    from api.evidence.pack import Sealed
    from api.workbench import Traced
    from graph.model.provenance import Receipt

WORDS = {
    "holdings": "still held",
    "spent": "spent or cashed out",
    "fees": "fees",
    "swallowed": "swallowed by an overdraft",
    "lost": "lost in conversion",
}
ENDS = {
    "fees": "charges of the providers",
    "swallowed": "the mobile-money provider took back what the wallet owed it",
    "lost": "price above the day's market rate",
}
SPENT = {
    "agent": "cash taken out at an agent",
    "till": "paid at shops' tills",
    "paybill": "paid to business numbers",
    "cash": "cash taken out",
    "unknown": "paid to somebody whom the record does not name",
}
ISSUER = "the issuer of {code} (the evidence names nobody who runs it)"
PARTS = "Each line is a part of the claim, in the money it was paid in; together they are the claim."
LIMITS = (
    "People, firms, numbers and addresses are invented; the rules, the arithmetic and the checks are not.",
    "It follows money. It says nothing about what any person knew or intended.",
)


def summary(
    facts: ScenarioFacts,
    files: Sequence[DemoFile],
    receipts: Sequence[Receipt],
    traced: Traced,
    sharing: Sharing,
    others: Mapping[str, Sharing],
    pack: Sealed,
    names: Mapping[str, str],
) -> DemoSummary:
    """Collect what the page says.

    Parameters
    ----------
    others : mapping
        Sharing of what other rules show as held, by rule code.
    names : mapping
        What the case calls an instrument, by its id.
    """
    run = traced.run
    asset = run.following.trace_input.claim_asset
    money = _Money(asset)
    return DemoSummary(
        case=facts.case,
        question=facts.question,
        loaded=tuple(_loaded(one, receipt) for one, receipt in zip(files, receipts, strict=True)),
        claims=tuple(
            Claimed(c.label, money.whole(run.chosen.claims[c.label]), c.about) for c in facts.claimants
        ),
        claim=f"{money.whole(sum(run.chosen.claims.values(), 0))}, in these payments",
        rule=rules()[run.policy.rule].title,
        rule_meaning=_meaning(run.policy.rule),
        rules="; ".join(rules()[code].title for code in sorted(run.comparison.results)),
        went=_went(run, money, names),
        rests=tuple(_rests(run, w, money) for w in run.without),
        freezable=tuple(
            Freezable(
                place_text(run.following, h.place, names),
                h.institution or ISSUER.format(code=code_of(h.asset)),
                _amount(h.traced, h.asset),
                _amount(h.least, h.asset),
                _amount(h.most, h.asset),
                f"can be gone in {h.urgency}",
                h.why,
            )
            for h in traced.sheet
        ),
        pool=_pool(sharing, money),
        shared=(
            *(_shared(s, s.title, s.source, money) for s in sharing.comparison.schedules),
            *_by_date(others, money),
        ),
        folder=str(pack.folder),
        fingerprint=pack.fingerprint,
        verify=(
            f"fuatilia verify {pack.folder} --expect {pack.fingerprint}",
            f"cd {pack.folder} && sha256sum --quiet -c manifest-sha256.txt && python3 data/replay/replay.py",
        ),
        limits=(*run.following.gaps, *LIMITS),
    )


def _rests(run: TraceRun, without: Without, money: _Money) -> Rests:
    """Say how much of what is held can no longer be followed to where it is held."""
    now, then = held(run.chosen), without.held[run.policy.rule]
    same = sum((min(n, then.get(place, 0)) for place, n in now.items()), 0)
    whole, left = money.whole(sum(now.values(), 0)), money.whole(same)
    told = f"of {whole} held, only {left} is followed to the same places"
    return Rests(without.assertion.reason, without.assertion.author, told)


def _meaning(code: str) -> str:
    rule = rules()[code]
    said = (type(rule).__doc__ or "").partition("\n")[0]
    return f"{said} Authority: {rule.source}. {PARTS}"


def _pool(sharing: Sharing, money: _Money) -> str:
    """Say what is shared, and at which rates what is held in other assets counts."""
    used = sorted({text for v in sharing.valuations.values() for text in _rates(v)})
    told = f" (what is held in tokens, at {'; '.join(used)})" if used else ""
    return f"{money.whole(sharing.pool.total)}{told}"


def _rates(valuation: Valuation) -> list[str]:
    """Return the dated rates of a valuation in words."""
    return [
        f"{exact_text(r.price * 10 ** (r.quote.exponent or 0), r.quote.key)} {r.quote.code} "
        f"for 1 {r.base.code} on {iso_text(r.at)[:10]} by {r.source}"
        for r in (step.rate for step in valuation.steps)
    ]


def _shared(schedule: Schedule, method: str, source: str, money: _Money) -> Shared:
    return Shared(method, source, tuple((line.claimant, money.whole(line.units)) for line in schedule.lines))


def _by_date(others: Mapping[str, Sharing], money: _Money) -> list[Shared]:
    """Show the one scheme that looks at whose money is where, under rules that go by date."""
    return [
        _shared(
            s,
            f"The same, traced {rules()[code].title.lower()}",
            f"{money.whole(sharing.pool.total)} held; the dates of payments decide whose it is",
            money,
        )
        for code, sharing in others.items()
        for s in sharing.comparison.schedules
        if s.scheme == "traced_first"
    ]


class _Money:
    def __init__(self, asset: str) -> None:
        self.asset = asset

    def whole(self, units: int | Fraction) -> str:
        return _amount(units, self.asset)


def _amount(units: int | Fraction, asset: str) -> str:
    return f"{grouped(rounded({'': units})[''], asset)} {code_of(asset)}"


def _loaded(one: DemoFile, receipt: Receipt) -> Loaded:
    checks = sorted({str(c.verdict) for c in receipt.reconciliation})
    told = "balance " + ", ".join(checks) if checks and checks != ["none"] else ""
    return Loaded(one.name, one.about, str(receipt.verdict), f"{receipt.accepted:,}", told)


def _went(run: TraceRun, money: _Money, names: Mapping[str, str]) -> tuple[Went, ...]:
    """List where the claim is under the chosen rule: each place that holds some, and every other end.

    Together the lines are the claim, to the last cent; the band of each line is over all rules.
    """
    exact = {code: _lines(run, result, names) for code, result in run.comparison.results.items()}
    # Every rule's lines are rounded to the same whole, so that no line leaves its own band.
    per_rule = {code: rounded(lines) if lines else {} for code, lines in exact.items()}
    chosen = per_rule[run.policy.rule]
    order = sorted(chosen, key=lambda k: (OUTCOMES.index(k[0]), -chosen[k], k[1]))
    found = []
    for key in (k for k in order if chosen[k]):
        values = [lines.get(key, 0) for lines in per_rule.values()]
        low, high = money.whole(min(values)), money.whole(max(values))
        found.append(Went(WORDS[key[0]], key[1], money.whole(chosen[key]), low, high))
    return tuple(found)


def _lines(
    run: TraceRun, result: TraceResult, names: Mapping[str, str]
) -> dict[tuple[str, str], Fraction | int]:
    """Sum the claimants' principal by outcome and place; ends other than held by kind of place."""
    sums: dict[tuple[str, str], Fraction | int] = {}
    for outcome in OUTCOMES:
        for leg in result.outcome(outcome):
            if leg.owner in UNTRACED:
                continue
            place = place_text(run.following, leg.place, names)
            if outcome == "spent":
                place = SPENT[_kind(run, leg.place)]
            key = (outcome, ENDS.get(outcome, place))
            sums[key] = sums.get(key, 0) + leg.principal
    return sums


def _kind(run: TraceRun, place: str) -> str:
    where = run.following.places.get(place)
    what = None if where is None else run.following.instruments.get(where.instrument)
    return what.kind if what is not None and what.kind in SPENT else "unknown"
