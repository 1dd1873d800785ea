"""Assets as lines of a page: where traced money is, under every rule, and what was done to hold it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.casework.held_assets import SOON, own_money
from api.casework.restraints import RestraintState
from api.evidence.display import money
from api.evidence.figures.marks import in_order, kind_mark, strip
from api.web.addresses import case_url
from api.web.masked import cleared
from api.web.rows import ends_of
from api.web.showing import ZONE
from graph.model.amounts import Asset
from graph.model.events import FactKind
from graph.model.printing import code_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.assets.identify import Holding
    from analytics.assets.valuation import Valuation
    from api.casework.held_assets import HeldAssets, Stay
    from api.casework.restraints import Restraint
    from api.web.rows import End
    from api.workbench import Workbench

HOUR = 3600 * 10**6
ZERO = Fraction(0)
PLACES = 2
LONG = 20
ENDED = "ended"
"""State of a hold whose last day is over: nobody holds the asset any more."""


@dataclass(frozen=True, slots=True)
class RestraintLine:
    """How far the holding of an asset got.

    ``ends`` is the beginning of the last day of a hold, microseconds UTC; ``days`` is how many are left,
    below zero when it is over.
    """

    state: str
    until: str
    ends: int
    days: int
    reference: str
    by: str
    on: str
    amount: str
    author: str


@dataclass(frozen=True, slots=True)
class AssetLine:
    """One asset. Amounts are texts in whole units of ``code``; ``claim`` texts in units of the claim.

    ``value`` is what the whole balance is worth in the claim's unit, empty without a conversion record.
    ``whole`` and ``exact`` are the balance and what is traced of it to the asset's last decimal.
    ``careful``: the money of others, or a protected person, is behind it. ``named`` says how the holder
    is known: ``named``, ``masked``, ``institution`` or ``unknown``.
    """

    place: str
    url: str
    kind: str
    mark: str
    label: str
    brief: str
    institution: str
    holder: str
    named: str
    protected: bool
    roles: tuple[str, ...]
    code: str
    balance: str
    whole: str
    value: str
    as_of: int
    basis: str
    traced: str
    exact: str
    claim: str
    least: str
    most: str
    values: tuple[tuple[str, str], ...]
    strip: str
    stay_hours: int
    stay_minutes: int
    stay_parts: int
    urgency: str
    leaving: bool
    restraint: RestraintLine
    own: str
    careful: bool
    owners: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AssetSums:
    """The last row: sums in units of the claim; ``value`` empty where one of the assets has none."""

    assets: int
    leaving: int
    value: str
    unknown: int
    claim: str
    least: str
    most: str
    restrained: str
    asked: str
    open: str


def asset_lines(
    bench: Workbench,
    assets: HeldAssets,
    valuations: Mapping[str, Valuation],
    done: Mapping[tuple[str, str], Restraint],
    today: date,
) -> tuple[AssetLine, ...]:
    """Return what a trace shows as held, most urgent first.

    Parameters
    ----------
    valuations : mapping
        Place to what one whole unit of its asset is worth in the claim's.
    done : mapping
        Instrument and asset to the restraint that counts.
    """
    ids = {h.instrument for h in assets.sheet}
    ends = ends_of(bench, ids)
    held_by = (
        {
            str(s)
            for s in bench.store.facts(bench.scope, (FactKind.HOLDER.value,), tuple(sorted(ids)))[
                "subject"
            ].to_pylist()
        }
        if ids
        else set()
    )
    roles = _roles(bench)
    most = scale_of(assets)
    return tuple(
        _line(
            bench,
            assets,
            h,
            ends.get(h.instrument),
            h.instrument in held_by,
            roles.get(h.instrument, ()),
            valuations.get(h.place),
            restraint_line(done.get((h.instrument, h.asset)), today),
            most,
        )
        for h in assets.sheet
    )


def scale_of(assets: HeldAssets) -> Fraction:
    """Return the right end of the strips in base units: the most of any rule, up to two round digits."""
    return round_up(max((n for by_rule in assets.values.values() for n in by_rule.values()), default=ZERO))


def round_up(most: Fraction) -> Fraction:
    """Return the next number of two digits and noughts.

    Examples
    --------
    >>> int(round_up(Fraction(28336454))), int(round_up(Fraction(7))), int(round_up(Fraction(0)))
    (29000000, 7, 0)
    """
    step = Fraction(1)
    while most > 100 * step:
        step *= 10
    return -(-most // step) * step


def restraint_line(one: Restraint | None, today: date) -> RestraintLine:
    """Return a restraint as it stands on a day; open where nothing was recorded."""
    if one is None:
        return RestraintLine(RestraintState.OPEN.value, "", 0, 0, "", "", "", "", "")
    over = one.state is RestraintState.HELD_UNTIL and not one.held(today)
    return RestraintLine(
        ENDED if over else one.state.value,
        one.until,
        _beginning(one.until) if one.until else 0,
        (date.fromisoformat(one.until) - today).days if one.until else 0,
        one.reference,
        one.by,
        one.on,
        "" if one.amount is None else money(one.amount, one.asset),
        one.author,
    )


def brief_label(label: str) -> str:
    """Return a label short enough for a column: the ends of an address tell it from another.

    Examples
    --------
    >>> brief_label("TSfu9Cdmu8Zw1GRztwagLonahwGiMLVE"), brief_label("+254700074606")
    ('TSfu…MLVE', '+254700074606')
    """
    return label if len(label) <= LONG else f"{label[:4]}…{label[-4:]}"


def short(value: Fraction, asset: str) -> str:
    """Write an amount with no more than two decimals; the exact one is a hover away.

    Examples
    --------
    >>> short(Fraction(2099148664), "tron:T/USDT:6"), short(Fraction(7), "UGX:0")
    ('2,099.15', '7')
    """
    exponent = Asset.from_key(asset).exponent or 0
    if exponent <= PLACES:
        return money(value, asset)
    return money(value / 10 ** (exponent - PLACES), f"X:{PLACES}")


def asset_sums(
    assets: HeldAssets,
    lines: tuple[AssetLine, ...],
    valuations: Mapping[str, Valuation],
    done: Mapping[tuple[str, str], Restraint],
    today: date,
) -> AssetSums:
    """Add up the lines: every figure from its own parts, none by subtraction."""
    parts = {"held": ZERO, "asked": ZERO, "open": ZERO}
    for h in assets.sheet:
        for word, n in _parts(h, done.get((h.instrument, h.asset)), today):
            parts[word] += n
    values = [_worth(h, valuations.get(h.place)) for h in assets.sheet]
    known = [v for v in values if v is not None]
    whole = len(known) == len(values) and bool(values)
    return AssetSums(
        assets=len(lines),
        leaving=sum(line.leaving for line in lines),
        value=money(sum(known, ZERO), assets.asset) if whole else "",
        unknown=len(values) - len(known),
        claim=money(sum((h.principal for h in assets.sheet), ZERO), assets.asset),
        least=money(min(assets.totals.values()), assets.asset),
        most=money(max(assets.totals.values()), assets.asset),
        restrained=money(parts["held"], assets.asset),
        asked=money(parts["asked"], assets.asset),
        open=money(parts["open"], assets.asset),
    )


def _beginning(day: str) -> int:
    at = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(ZONE))
    return int(at.timestamp()) * 10**6


def _parts(one: Holding, done: Restraint | None, today: date) -> list[tuple[str, Fraction]]:
    """Return how much of the traced money, in claim units, is held, asked for or open."""
    if done is None or not (done.held(today) or done.state is RestraintState.ASKED):
        return [("open", one.principal)]
    word = "held" if done.held(today) else "asked"
    if done.amount is None or not one.traced or done.amount >= one.traced:
        return [(word, one.principal)]
    part = one.principal * done.amount / one.traced
    return [(word, part), ("open", one.principal - part)]


def _worth(one: Holding, valuation: Valuation | None) -> Fraction | None:
    """Return what the whole balance is worth in base units of the claim, by the conversion record."""
    if one.balance is None or valuation is None or valuation.value is None:
        return None
    return one.balance * valuation.value / valuation.amount.units


def _line(
    bench: Workbench,
    assets: HeldAssets,
    one: Holding,
    end: End | None,
    recorded: bool,
    roles: tuple[str, ...],
    valuation: Valuation | None,
    restraint: RestraintLine,
    most: Fraction,
) -> AssetLine:
    words, document = bench.masking.words, bench.masking.document
    stay: Stay | None = assets.stays.get(one.place)
    by_rule = assets.values[one.place]
    rule = assets.run.policy.rule
    own, worth = own_money(one), _worth(one, valuation)
    holder = "" if end is None else end.holder
    hours, minutes = divmod(0 if stay is None else stay.median // (HOUR // 60), 60)
    return AssetLine(
        place=f"{one.instrument}|{one.asset}",
        url=case_url(bench.case, "records", instrument=one.instrument),
        kind=one.kind,
        mark=kind_mark(one.kind),
        label="" if end is None else end.label,
        brief="" if end is None else brief_label(end.label),
        institution=words(one.institution),
        holder=holder,
        named=_named(holder, recorded and not cleared(bench), one),
        protected=bool(end and end.protected),
        roles=roles,
        code=code_of(document(one.asset)),
        balance="" if one.balance is None else short(one.balance, one.asset),
        whole="" if one.balance is None else money(one.balance, one.asset),
        value="" if worth is None or one.asset == assets.asset else money(worth, assets.asset),
        as_of=one.as_of,
        basis=str(one.basis).replace(" ", "_"),
        traced=short(one.traced, one.asset),
        exact=money(one.traced, one.asset),
        claim=money(one.principal, assets.asset),
        least=money(min(by_rule.values()), assets.asset),
        most=money(max(by_rule.values()), assets.asset),
        values=tuple((code, money(by_rule[code], assets.asset)) for code in in_order(by_rule)),
        strip=strip(by_rule, rule, most),
        stay_hours=hours,
        stay_minutes=minutes,
        stay_parts=0 if stay is None else stay.parts,
        urgency=str(one.urgency),
        leaving=one.urgency in SOON and restraint.state not in _HELD,
        restraint=restraint,
        own="" if not own else short(own, one.asset),
        careful=bool(own) or bool(end and end.protected),
        owners=tuple((o, short(n, one.asset)) for o, n in sorted(one.owners.items())),
    )


_HELD = frozenset({RestraintState.ORDERED.value, RestraintState.HELD_UNTIL.value})


def _named(holder: str, hidden: bool, one: Holding) -> str:
    if holder:
        return "named"
    if hidden:
        return "masked"
    return "institution" if one.kind == "exchange" and one.institution else "unknown"


def _roles(bench: Workbench) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for standing in bench.roles():
        for instrument in standing.instruments:
            known = {*found.get(instrument, ()), *(str(r) for r in standing.roles)}
            found[instrument] = tuple(sorted(known))
    return found
