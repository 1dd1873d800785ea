"""Where a trace leaves the ledgers: how each end counts, and the reason in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.movements import End

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph.model.parties import Instrument

SPENT = {
    "agent": "cashed out at an agent; no record of the cash",
    "till": "paid to a merchant's till",
    "paybill": "paid to a business number",
    "cash": "taken out in cash",
    "unknown": "the record does not say who received it",
}
LAST_SEEN = "last seen here; no later record of it is among the evidence"
OMNIBUS = "paid into an institution's own account ({label}); from here only the institution's records tell"


def classify(key: str, instrument: Instrument | None, kind: str, tags: Mapping[str, str]) -> End:
    """Say how money at an end without records of its own counts.

    Parameters
    ----------
    key : str
        Ledger or end key.
    instrument : Instrument, optional
        What stands there, if anything is known.
    kind : str
        Kind of the leg that leads there; fees, taxes and debt repayment decide by themselves.
    tags : mapping
        Tag label of an institution's address by instrument id.
    """
    if kind in {"fee", "tax", "commission"}:
        return End(key, "fees", f"{kind} of the provider")
    if kind == "overdraft":
        return End(key, "swallowed", "repaid an overdraft of the provider")
    what = "unknown" if instrument is None else instrument.kind
    if what in SPENT:
        return End(key, "spent", SPENT[what])
    label = "" if instrument is None else tags.get(instrument.id, "")
    return End(key, "held", OMNIBUS.format(label=label) if label else LAST_SEEN)
