"""Transfers and statement facts of saved answers in the columns of ``graph.model.tables``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graph.errors import IdentifierError
from graph.model.events import FactKind, LegKind, Status
from graph.model.provenance import canonical
from graph.model.tables import FACTS
from ingest.errors import UnreadableError
from ingest.tron.transfers import TokenTransfer, address, asset_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.model.identifiers import Identifier
    from ingest.tron.answers import Answer
    from ingest.tron.chains import PageChain

_MILLISECOND = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """A transfer with its place, and the account that was asked for."""

    transfer: TokenTransfer
    form: str
    a: int
    b: int
    ordinal: int
    account: Identifier | None

    @property
    def rail(self) -> str:
        """What the chain guarantees to be one transfer, whoever's history tells of it."""
        return f"tron:{self.transfer.told}:{self.ordinal}"


def row_of(found: Found, obs: int, seq: int) -> dict[str, Any]:
    """Return one row of ``ROWS``."""
    one = found.transfer
    own = found.account if found.account in (one.sender, one.receiver) else None
    marks = [*one.marks, "not of the account asked for"] if found.account and not own else one.marks
    return {
        "obs": obs,
        "lo": one.when.lo,
        "hi": one.when.hi,
        "seq": seq,
        "form": found.form,
        "a": found.a,
        "b": found.b,
        "status": Status.COMPLETED.value,
        "kind": LegKind.PRINCIPAL.value,
        "channel": "trc20",
        "debit": one.sender.key,
        "credit": one.receiver.key,
        "amount": one.amount.units if one.amount.fits else None,
        "asset": asset_key(one.amount.asset),
        "digits": None if one.amount.fits else str(one.amount.units),
        "statement": own.key if own else None,
        "rail": found.rail,
        "ref": one.tx,
        "mark": "; ".join(marks) or None,
    }


def account_of(answer: Answer) -> Identifier | None:
    """Return the account that was asked for; ``UnreadableError`` when the request names no valid one."""
    if not answer.request:
        return None
    try:
        return address(str(answer.request.get("address", "")))
    except IdentifierError as fault:
        raise UnreadableError("the request names no TRON address", at=answer.place) from fault


def facts_of(chains: Sequence[PageChain], first_obs: int) -> pa.Table:
    """Return a statement fact for every chain whose question is known, and every asset in it."""
    asked = [chain for chain in chains if chain.head.request]
    facts = [fact for n, chain in enumerate(asked) for fact in _statement(chain, first_obs + n)]
    return pa.Table.from_pylist(facts, schema=FACTS)


def _statement(chain: PageChain, obs: int) -> list[dict[str, Any]]:
    account = account_of(chain.head)
    lo, hi = _window(chain)
    place = chain.head.place
    confirmed = chain.head.request.get("only_confirmed") is True
    return [
        {
            "obs": obs,
            "lo": lo,
            "hi": hi,
            "form": place,
            "a": 0,
            "b": 0,
            "kind": FactKind.STATEMENT.value,
            "subject": account.key if account else None,
            "fields": canonical(
                {
                    "asset": asset,
                    "contract": str(chain.head.request.get("contract") or ""),
                    "complete": chain.complete,
                    "confirmed_only": confirmed,
                    "basis": "the request, and the cursor of the last page",
                }
            ),
        }
        for asset in sorted(chain.assets) or [""]
    ]


def _window(chain: PageChain) -> tuple[int, int]:
    """Return the window that was asked for, no later than the answer was given."""
    request, last = chain.head.request, chain.pages[-1]
    lo = _milliseconds(request.get("min_timestamp")) or 0
    asked, given = _milliseconds(request.get("max_timestamp")), _milliseconds(last.meta.get("at"))
    ends = [end + _MILLISECOND for end in (asked, given) if end is not None]
    hi = min(ends) if ends else chain.latest
    return lo, max(hi, lo + _MILLISECOND)


def _milliseconds(value: Any) -> int | None:
    return value * _MILLISECOND if type(value) is int else None
