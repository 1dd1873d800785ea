"""What can be frozen now: where traced money still is, with whom to ask, how much and how urgent.

The sheet is made to be sent: it names an instrument, the institution that can hold it, the exact
traced amount under the chosen rule with the least and the most under any rule, what the instrument
held in all at the last record, and when that was. It says what it rests on: a statement, the chain,
or only the last payment seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.tracing.movements import UNTRACED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.tracing.following import Following
    from analytics.tracing.result import TraceResult
    from graph.model.parties import Instrument
    from graph.model.provenance import Source

CHAINS = frozenset({"tron", "evm", "bitcoin"})


class Basis(StrEnum):
    """What says that the money is there."""

    STATEMENT = "statement"
    CHAIN = "chain"
    LAST_SEEN = "last seen"


class Urgency(StrEnum):
    """How fast the money can be gone; a fact about the instrument, not about a person."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


URGENCY = {
    "exchange": (Urgency.MINUTES, "an exchange account pays out within minutes"),
    "tron": (Urgency.MINUTES, "whoever has the key can move it at once; ask the issuer for a freeze"),
    "evm": (Urgency.MINUTES, "whoever has the key can move it at once; ask the issuer for a freeze"),
    "bitcoin": (Urgency.MINUTES, "whoever has the key can move it at once; nobody can freeze it"),
    "msisdn": (Urgency.HOURS, "a wallet can be emptied at any agent"),
    "till": (Urgency.HOURS, "a till settles to a bank within a day"),
    "paybill": (Urgency.HOURS, "a business number settles to a bank within a day"),
    "account": (Urgency.DAYS, "a bank holds on request pending an order"),
    "iban": (Urgency.DAYS, "a bank holds on request pending an order"),
}


@dataclass(frozen=True, slots=True)
class Holding:
    """One line of the sheet. Amounts are in base units of ``asset``; ``principal`` in claim units.

    ``traced`` is the claimants' part under the chosen rule, ``least`` and ``most`` over all rules;
    ``balance`` is everything there at the last record, ``None`` where no record gives it.
    """

    place: str
    instrument: str
    label: str
    kind: str
    institution: str
    holder: str
    asset: str
    traced: Fraction
    least: Fraction
    most: Fraction
    principal: Fraction
    owners: Mapping[str, Fraction]
    balance: Fraction | None
    as_of: int
    basis: Basis
    urgency: Urgency
    why: str


def holdings(
    following: Following, results: Mapping[str, TraceResult], chosen: str, sources: Sequence[Source] = ()
) -> tuple[Holding, ...]:
    """List every place where traced money is held under any rule, most urgent and largest first.

    Parameters
    ----------
    following : Following
    results : mapping
        Result of each rule, by rule code.
    chosen : str
        The rule whose figure leads.
    sources : sequence of Source
        To name the institution that produced an instrument's own statement.
    """
    per_rule = {rule: _traced(result) for rule, result in results.items()}
    places = sorted({place for traced in per_rule.values() for place in traced})
    suppliers = {s.sha256: s.supplier for s in sources}
    found = [_holding(place, following, results[chosen], per_rule, chosen, suppliers) for place in places]
    rank = list(Urgency)
    return tuple(sorted(found, key=lambda h: (rank.index(h.urgency), -h.principal, h.place)))


def _traced(result: TraceResult) -> dict[str, tuple[Fraction, Fraction]]:
    sums: dict[str, tuple[Fraction, Fraction]] = {}
    for leg in result.holdings:
        if leg.owner not in UNTRACED:
            amount, principal = sums.get(leg.place, (Fraction(0), Fraction(0)))
            sums[leg.place] = (amount + leg.amount, principal + leg.principal)
    return sums


def _holding(
    place: str,
    following: Following,
    result: TraceResult,
    per_rule: Mapping[str, Mapping[str, tuple[Fraction, Fraction]]],
    chosen: str,
    suppliers: Mapping[str, str],
) -> Holding:
    where = following.places[place]
    what = following.instruments.get(where.instrument)
    nothing = (Fraction(0), Fraction(0))
    amounts = [traced.get(place, nothing)[0] for traced in per_rule.values()]
    traced, principal = per_rule[chosen].get(place, nothing)
    rows = [r for rows in following.cites.values() for r in rows if where.instrument in (r.debit, r.credit)]
    kind = "unknown" if what is None else what.kind
    basis = _basis(place, kind, following)
    # An address in an institution's own hands is emptied, and held, as the institution's accounts are.
    run_by = "exchange" if kind in CHAINS and where.instrument in following.tags else kind
    urgency, why = URGENCY.get(run_by, (Urgency.HOURS, "the kind of instrument is not known"))
    legs = [leg for leg in result.holdings if leg.place == place]
    return Holding(
        place,
        where.instrument,
        "" if what is None else what.label,
        kind,
        _institution(what, following, suppliers, [r.source for r in rows if r.statement == where.instrument]),
        "" if what is None else what.holder,
        where.asset,
        traced,
        min(amounts),
        max(amounts),
        principal,
        {
            o: sum((Fraction(leg.amount) for leg in legs if leg.owner == o), Fraction(0))
            for o in sorted({leg.owner for leg in legs if leg.owner not in UNTRACED})
        },
        sum((Fraction(leg.amount) for leg in legs), Fraction(0)) if basis is not Basis.LAST_SEEN else None,
        max((r.lo for r in rows), default=0),
        basis,
        urgency,
        why,
    )


def _basis(place: str, kind: str, following: Following) -> Basis:
    note = following.notes.get(place)
    if note is not None and note.balance_check != "none":
        return Basis.STATEMENT
    return Basis.CHAIN if kind in CHAINS and place in following.notes else Basis.LAST_SEEN


def _institution(
    what: Instrument | None, following: Following, suppliers: Mapping[str, str], own: Sequence[str]
) -> str:
    if what is None:
        return ""
    stated = following.tags.get(what.id) or what.institution
    if what.kind == "exchange":
        # The case writes the exchange as part of its users' numbers; its letters give its name.
        return next((s for s in sorted(suppliers.values()) if _written(s) == _written(stated)), stated)
    if what.kind in CHAINS:
        # Whoever supplied a copy of the chain cannot hold anything on it.
        return stated
    return stated or next((suppliers[s] for s in own if suppliers.get(s)), "")


def _written(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
