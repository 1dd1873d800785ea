"""Stating what was done to hold an asset, and what came back: checked in full before it is recorded."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from api.casework.restraints import RestraintState, asset_in
from api.casework.roles import instruments_of
from api.errors import UsageError
from graph.errors import ModelError
from graph.model.amounts import Amount, Asset, fiat
from graph.model.printing import code_of, exact_text
from graph.model.provenance import canonical
from graph.model.results import AssertionKind, instrument_at
from graph.store import Selection

if TYPE_CHECKING:
    from api.casework.bench import Bench
    from graph.model.results import Assertion
    from graph.model.scope import Scope
    from graph.store import View

LONGEST = 200
"""Longest reference or name of an authority, in characters."""


def restrain(
    bench: Bench,
    instrument: str,
    state: str,
    reason: str,
    *,
    asset: str = "",
    until: str = "",
    reference: str = "",
    by: str = "",
    on: str = "",
    amount: str = "",
) -> Assertion:
    """State what was done to hold what is at an instrument.

    Parameters
    ----------
    instrument : str
        Its id, number or address, or a name as ``instrument_at`` writes it.
    state : str
        A ``RestraintState``.
    asset : str
        Key or ISO code; needed where the instrument held more than one.
    until : str
        ISO day; for ``held_until`` only, and needed there.
    reference : str
        Number of the order or of the request; an order has one.
    by : str
        Who was asked, who holds or who ordered.
    on : str
        ISO day on which it was done; the day of the statement when empty.
    amount : str
        Decimal text; the whole when empty.

    Raises
    ------
    UsageError
        No such state, no reason, no unambiguous instrument, or a field that does not fit the state.
    """
    chosen = _state_of(state)
    _require(reason.strip(), "a restraint needs a reason", "say what it rests on: --reason")
    if (chosen is RestraintState.HELD_UNTIL) != bool(until.strip()):
        raise UsageError("a hold has the day on which it ends, nothing else has one", state=state)
    if chosen is RestraintState.ORDERED:
        _require(reference.strip(), "an order is named by its number", "--reference")
    subject = _subject(bench.store, bench.scope, instrument.strip(), asset.strip())
    held_in = Asset.from_key(asset_in(subject))
    done, ends = _day(on, "on"), _day(until, "until")
    if ends and done and ends < done:
        raise UsageError("a hold ends after it began", on=done, until=ends)
    object_ = {
        "state": chosen.value,
        "until": ends,
        "reference": _short(reference, "reference"),
        "by": _short(by, "by"),
        "on": done,
        "amount": _amount(amount, held_in),
    }
    return bench.state(AssertionKind.RESTRAINT, subject, canonical(object_), reason)


def give_back(
    bench: Bench,
    claimant: str,
    amount: str,
    asset: str,
    reason: str,
    *,
    on: str = "",
    reference: str = "",
) -> Assertion:
    """State that a claimant has money back.

    Parameters
    ----------
    claimant : str
        The label under which the traces of the case call the claimant, as ``V1``.
    amount, asset : str
        Decimal text; key or ISO code.
    on : str
        ISO day; the day of the statement when empty.

    Raises
    ------
    UsageError
        No reason, no amount above zero, or a claimant called by what names a protected person.
    """
    return state_payment(
        bench, AssertionKind.RETURNED, claimant, amount, asset, reason, on=on, reference=reference
    )


def state_payment(
    bench: Bench,
    kind: AssertionKind,
    claimant: str,
    amount: str,
    asset: str,
    reason: str,
    *,
    on: str,
    reference: str,
) -> Assertion:
    """State a payment to a claimant: one that came back, or one that was ordered (``kind``)."""
    label = _short(claimant, "claimant")
    _require(label, "a claimant is called by a letter and a number", "as V1")
    if "#" in label:
        raise UsageError("the sign # stands in names of instruments, not of claimants", hint="as V1")
    if bench.masking.protected.occurs(label):
        raise UsageError("a claimant is called by what names a victim or witness", hint="as V1")
    _require(reason.strip(), "a payment to a claimant needs a reason", "say what it rests on: --reason")
    _require(amount.strip(), "a payment to a claimant has an amount", "write 1234.56")
    paid_in = _asset_of(asset.strip())
    object_ = {
        "amount": _amount(amount, paid_in),
        "asset": paid_in.key,
        "on": _day(on, "on"),
        "reference": _short(reference, "reference"),
    }
    return bench.state(kind, label, canonical(object_), reason)


def _subject(view: View, scope: Scope, text: str, asset: str) -> str:
    """Name an instrument by the least observation that shows it with the asset.

    Raises
    ------
    UsageError
        Nothing or more than one thing is meant, or the asset has to be said.
    """
    if "#" in text:
        _, _, side = text.partition("#")
        if side.partition(":")[0] in ("debit", "credit") and instruments_of(view, scope, [text])[text]:
            return text
        raise UsageError("the evidence shows no such instrument", instrument=text, hint="see `search`")
    found = [i.id for i in view.find(scope, text, limit=3)]
    if text in found:
        found = [text]
    if len(found) != 1:
        raise UsageError(
            "the instrument that is meant is not unambiguous",
            text=text,
            found=len(found),
            hint="give its id from `search`",
        )
    rows = view.select(scope, Selection(instruments=(found[0],), statuses=())).table
    by_asset: dict[str, list[str]] = {}
    for row in rows.select(["observation", "asset", "debit", "credit"]).to_pylist():
        for side in ("debit", "credit"):
            if row[side] == found[0]:
                at = instrument_at(row["observation"], side, row["asset"])
                by_asset.setdefault(row["asset"], []).append(at)
    meant = [key for key in sorted(by_asset) if asset in {"", key, code_of(key)}]
    if len(meant) != 1:
        raise UsageError(
            "the asset that is held there has to be said",
            asset=asset or None,
            found=len(meant),
            hint="one of: " + ", ".join(sorted(by_asset)),
        )
    return min(by_asset[meant[0]])


def _asset_of(text: str) -> Asset:
    try:
        return Asset.from_key(text) if ":" in text else fiat(text.upper())
    except ModelError as cause:
        raise UsageError(cause.what, asset=text, hint="write KES, or a key as KES:2") from cause


def _state_of(text: str) -> RestraintState:
    try:
        return RestraintState(text)
    except ValueError as cause:
        known = ", ".join(s.value for s in RestraintState)
        raise UsageError("no such state of a restraint", state=text, hint=f"one of {known}") from cause


def _day(text: str, name: str) -> str:
    """Return an ISO day as typed; empty stays empty."""
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as cause:
        raise UsageError("no such day", field=name, text=text, hint="write 2026-11-27") from cause


def _amount(text: str, asset: Asset) -> str:
    """Return an amount as exact decimal text; empty stays empty."""
    if not text.strip():
        return ""
    try:
        units = Amount.parse(text, asset).units
    except ModelError as cause:
        raise UsageError(cause.what, text=text, hint=f"write 1234.56, in {asset.code}") from cause
    if units <= 0:
        raise UsageError("an amount is above zero", text=text)
    return exact_text(units, asset.key)


def _short(text: str, name: str) -> str:
    found = text.strip()
    if len(found) > LONGEST:
        raise UsageError("the text is too long", field=name, length=len(found), longest=LONGEST)
    return found


def _require(there: str, what: str, hint: str) -> None:
    if not there:
        raise UsageError(what, hint=hint)
