"""One transaction of a report: when, how much, from whom to whom, as far as it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.errors import AmountError, InstantError
from graph.model.amounts import Amount, fiat
from graph.model.instants import parse_iso
from ingest.goaml.ends import End, end_of
from ingest.goaml.vocabulary import vocabulary

if TYPE_CHECKING:
    from graph.model.intervals import Instant
    from ingest.goaml.elements import Element

FROM = ("t_from_my_client", "t_from")
TO = ("t_to_my_client", "t_to")
_MIDNIGHT = "T00:00:00"
_FOREIGN = ("from_foreign_currency", "to_foreign_currency", "foreign_currency")


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all transactions of a report: its currency, zone, source and codes of cash."""

    currency: str
    zone: str
    source: str
    cash: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sides:
    """Who pays and who is paid; ``ends`` are the keys of all sides by XPath, for what else is said."""

    payer: End
    payee: End
    ends: dict[str, str]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Movement:
    """When and how much, in the report's local currency, and what a reader of the row should know."""

    when: Instant
    amount: Amount
    marks: tuple[str, ...]


def movement_of(element: Element, setting: Setting) -> Movement:
    """Read when and how much.

    Raises
    ------
    AmountError
        ``amount_local`` is missing, negative, of more decimals than the currency has, or beyond 38 digits.
    InstantError
        ``date_transaction`` is missing or impossible.
    """
    when = moment(element.value("date_transaction"), setting.zone)
    text = element.value("amount_local")
    if not text:
        raise AmountError("the transaction states no amount_local")
    amount = Amount.parse(text, fiat(setting.currency), group="")
    if amount.units < 0:
        raise AmountError("a negative amount does not say who paid whom", hint="ask the reporting entity")
    status = vocabulary().said(element.value("transaction_status"))
    marks = [f"transaction_status {status[:20]}"] if status else []
    marks += ["a side is in a foreign currency"] if _foreign(element) else []
    return Movement(when, amount, tuple(marks))


def moment(text: str, zone: str) -> Instant:
    """Read a date-time; midnight sharp is how goAML writes a day without a time, so it spans the day.

    Examples
    --------
    >>> moment("2026-05-24T00:00:00", "Asia/Dubai").precision, moment("2026-05-24T14:30:00", "UTC").precision
    ('day', 'second')
    """
    bare = text.strip()
    if not bare:
        raise InstantError("the transaction states no date")
    day, midnight, rest = bare.partition(_MIDNIGHT)
    fraction = rest.lstrip(".0") if rest.startswith(".") else rest
    whole_day = midnight and (not fraction or fraction[0] in "Z+-")
    return parse_iso(day + fraction if whole_day else bare, zone)


def foreign_amounts(element: Element) -> list[tuple[str, str, str]]:
    """Return ``(side, currency, amount)`` as printed, for every side that states a foreign currency."""
    sides = [*element.all(*FROM, *TO), *(p for i in element.all("involved_parties") for p in i.all("party"))]
    return [
        (side.name, money.value("foreign_currency_code"), money.value("foreign_amount"))
        for side in sides
        for money in side.all(*_FOREIGN)
        if money.children
    ]


def _foreign(element: Element) -> bool:
    return any(amount or code for _, code, amount in foreign_amounts(element))


def sides_of(element: Element, path: str, setting: Setting) -> Sides:
    """Return the two sides of a transaction; ``path`` is its XPath."""
    parties = element.child("involved_parties")
    if parties is not None:
        return _of_parties(parties, f"{path}/involved_parties", setting)
    sides = {place: side for side, place in element.inside(path) if side.name in (*FROM, *TO)}
    found = {place: _end(side, place, setting) for place, side in sides.items()}
    payers = [found[p] for p, s in sides.items() if s.name in FROM]
    payees = [found[p] for p, s in sides.items() if s.name in TO]
    payer = payers[0] if payers else _end(None, f"{path}/t_from", setting)
    payee = payees[0] if payees else _end(None, f"{path}/t_to", setting)
    marks = [end.mark for end in (payer, payee) if end.mark]
    if len(payers) > 1 or len(payees) > 1:
        marks.append("more than two sides: only the first of each is the movement")
    return Sides(payer, payee, {place: end.key for place, end in found.items()}, tuple(dict.fromkeys(marks)))


def _of_parties(parties: Element, path: str, setting: Setting) -> Sides:
    """Return the sides of a multi-party transaction; its roles rarely say who paid whom."""
    known = vocabulary()
    placed = {place: party for party, place in parties.inside(path) if party.name == "party"}
    found = {place: _end(party, place, setting) for place, party in placed.items()}
    roles = {place: party.value("role").upper() for place, party in placed.items()}
    payers = [found[p] for p in found if roles[p] in known.payer_roles]
    payees = [found[p] for p in found if roles[p] in known.payee_roles]
    keys = {place: end.key for place, end in found.items()}
    if len(payers) == 1 and len(payees) == 1:
        said = f"multi-party: {len(found)} parties, one payer and one payee by role"
        return Sides(
            payers[0], payees[0], keys, (said, *sorted({e.mark for e in (*payers, *payees) if e.mark}))
        )
    payer, payee = (_end(None, f"{path}#{side}", setting) for side in ("payer", "payee"))
    return Sides(payer, payee, keys, ("multi-party: the roles do not say who paid whom",))


def _end(side: Element | None, path: str, setting: Setting) -> End:
    return end_of(side, path, setting.source, setting.cash)
