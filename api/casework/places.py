"""What a place of a trace is called: the kind in words, then the label that the clearance allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.tracing.following import Following
    from graph.model.parties import Instrument

WORDS = {
    "msisdn": "wallet",
    "iban": "bank account",
    "account": "bank account",
    "till": "till",
    "paybill": "business number",
    "agent": "agent",
    "bitcoin": "address",
    "evm": "address",
    "tron": "address",
    "exchange": "exchange account",
    "card": "card",
    "cash": "cash",
    "name": "person named",
}
UNNAMED = "not named in the record"
ENDS = {
    "spread": "in the conversion",
    "fee": "charge of the provider",
    "tax": "tax taken by the provider",
    "commission": "commission of the provider",
}
"""What an end is called by the kind of payment that leads there, where nobody is named."""


def place_text(following: Following, place: str, names: Mapping[str, str] | None = None) -> str:
    """Return what people call a place.

    Parameters
    ----------
    place : str
        Ledger or end key of the trace.
    names : mapping, optional
        Instrument id to what the case calls it; put in brackets.
    """
    where = following.places.get(place)
    what = None if where is None else following.instruments.get(where.instrument)
    if where is None or what is None or what.kind not in WORDS:
        return ENDS.get(place.rpartition("|")[2], UNNAMED)
    called = (names or {}).get(what.id, "")
    return f"{instrument_text(what)} ({called})" if called else instrument_text(what)


def instrument_text(what: Instrument) -> str:
    """Return what people call an instrument."""
    return f"{WORDS[what.kind]} {what.label}" if what.kind in WORDS else UNNAMED
