"""Movements and facts of saved answers in the columns of ``graph.model.tables``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.model.amounts import COLUMN_LIMIT
from graph.model.events import FactKind
from graph.model.identifiers import Identifier, Kind
from graph.model.provenance import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.evm.movements import Moved, Place, Point, Unique

NON_FUNGIBLE = "non-fungible transfer"


def row_of(one: Moved, obs: int, source: str, asked: frozenset[str]) -> dict[str, Any]:
    """Return one row of ``ROWS``; an end that nobody has becomes one of this row alone."""
    fits = one.units < COLUMN_LIMIT
    own = [end for end in (one.debit, one.credit) if end in asked]
    return {
        **_where(one.place, one.point, obs),
        "seq": one.point.seq,
        "status": one.status,
        "kind": one.kind,
        "channel": one.channel,
        "debit": one.debit or own_end(one.place, source, one.channel),
        "credit": one.credit or own_end(one.place, source, one.channel),
        "amount": one.units if fits else None,
        "asset": one.asset,
        "digits": None if fits else str(one.units),
        "statement": own[0] if len(own) == 1 else None,
        "rail": one.rail,
        "ref": one.tx or None,
        "mark": "; ".join(one.marks) or None,
    }


def own_end(place: Place, source: str, side: str) -> str:
    """Return the key of an end that one row has of its own: the fee's, a mint's, a withdrawal's."""
    return Identifier(Kind.UNKNOWN_END, f"{place};{side}", source).key


def unique_fact(one: Unique, obs: int) -> dict[str, Any]:
    """Return a token that exists once passing on, as a fact: it has no amount and is in no sum."""
    fields = {
        "category": NON_FUNGIBLE,
        "standard": "ERC-721",
        "contract": one.contract,
        "token": str(one.number),
        "transaction": one.tx,
        "rail": one.rail,
    }
    return {
        **_where(one.place, one.point, obs),
        "kind": FactKind.TAG.value,
        "subject": one.giver or None,
        "object": one.taker or None,
        "fields": canonical(fields),
    }


def statement_fact(
    key: str, place: Place, window: tuple[int, int], obs: int, scope: dict[str, Any], assets: Iterable[str]
) -> dict[str, Any]:
    """Return what a page says of an address that was asked for: whole within its blocks, and no more.

    ``complete`` stays false: a page begins at a block, not with the address.
    """
    fields = {
        **scope,
        "assets": sorted(assets),
        "complete": False,
        "basis": "the request, and the blocks it covers",
    }
    return {
        "obs": obs,
        "lo": window[0],
        "hi": window[1],
        "form": place.form,
        "a": place.a,
        "b": place.b,
        "kind": FactKind.STATEMENT.value,
        "subject": key,
        "fields": canonical(fields),
    }


def _where(place: Place, point: Point, obs: int) -> dict[str, Any]:
    return {"obs": obs, "lo": point.lo, "hi": point.hi, "form": place.form, "a": place.a, "b": place.b}
