"""Takes in page after page of saved histories, each transfer once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from graph.errors import AmountError, ModelError
from graph.model.provenance import Reject
from graph.model.tables import ROWS
from ingest.errors import UnreadableError
from ingest.source import Reading
from ingest.tron.chains import Chains
from ingest.tron.columns import Found, account_of, facts_of, row_of
from ingest.tron.transfers import asset_key, raw, transfer_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.tron.answers import Answer
    from ingest.tron.chains import PageChain
    from ingest.tron.transfers import TokenTransfer

MAX_ENTRIES = 500_000
_BATCH = 50_000


class Histories:
    """What has been read so far."""

    def __init__(self) -> None:
        self.chains = Chains()
        self.found: list[Found] = []
        self.rejected: list[Reject] = []
        self.left_out: list[Reject] = []
        self.records = 0
        self._places: dict[str, str] = {}
        self._exponents: dict[str, int | None] = {}

    def page(self, answer: Answer) -> None:
        """Take in the entries of one page."""
        chain = self.chains.take(answer)
        account = account_of(answer)
        self.records += len(answer.entries)
        if self.records > MAX_ENTRIES:
            raise UnreadableError("too many entries in one file", limit=MAX_ENTRIES, hint="save it in parts")
        for n, entry in enumerate(answer.entries):
            place = answer.locator(n)
            try:
                one = transfer_of(entry)
                if isinstance(one, str):
                    self.left_out.append(Reject(place, one, "", raw(entry)))
                    continue
                self._same_exponent(one)
            except ModelError as fault:
                chain.rejected += 1
                told = fault.fields()
                self.rejected.append(Reject(place, str(told["what"]), str(told["hint"]), raw(entry)))
                continue
            a, b = answer.at(n)
            self._keep(Found(one, answer.form, a, b, chain.ordinal(one.told), account), place, chain)

    def _same_exponent(self, one: TokenTransfer) -> None:
        asset = one.amount.asset
        known = self._exponents.setdefault(asset.contract, asset.exponent)
        if known != asset.exponent:
            raise AmountError("one contract with two numbers of decimals", contract=asset.contract)

    def _keep(self, found: Found, place: str, chain: PageChain) -> None:
        chain.assets.add(asset_key(found.transfer.amount.asset))
        chain.latest = max(chain.latest, found.transfer.when.hi)
        first = self._places.setdefault(found.rail, place)
        if first != place:
            self.left_out.append(Reject(place, f"the same transfer as {first}, told again", ""))
            return
        self.found.append(found)
        if not found.transfer.amount.fits:
            why = "an amount of more than 38 digits: kept as digits, in no sum"
            self.left_out.append(Reject(place, why, "", str(found.transfer.amount.units)))

    def readings(self, size: int) -> Iterator[Reading]:
        """Yield everything that has been read."""
        yield Reading(
            rejected=tuple(self.rejected),
            left_out=tuple(self.left_out),
            assumptions=notes_of(self.chains.all),
            records=self.records,
            total=size,
        )
        yield from self._rows(size)
        yield Reading(facts=facts_of(self.chains.all, len(self.found)), done=size, total=size)

    def _rows(self, size: int) -> Iterator[Reading]:
        """Yield the transfers in the order of the file; ``seq`` is the order of time, then of the file."""
        order = sorted(range(len(self.found)), key=lambda n: (self.found[n].transfer.when.lo, n))
        seq = {n: rank for rank, n in enumerate(order)}
        for start in range(0, len(self.found), _BATCH):
            part = range(start, min(start + _BATCH, len(self.found)))
            table = pa.Table.from_pylist([row_of(self.found[n], n, seq[n]) for n in part], schema=ROWS)
            yield Reading(rows=table, done=size * part.stop // len(self.found), total=size)


def notes_of(chains: list[PageChain]) -> dict[str, str]:
    """Return what was assumed, in words."""
    notes = {
        "time": "block time, UTC, to the millisecond",
        "order": "by block time; within one block the order of the file, since the interface gives no index",
        "not read": "TRX and TRC-10 transfers, internal transactions, energy delegation, issuer freezes",
    }
    if any(not chain.head.request for chain in chains):
        notes["account"] = "the file does not say what was asked: no account's history is known to be whole"
    if any(chain.head.request and chain.head.request.get("only_confirmed") is not True for chain in chains):
        notes["confirmed"] = "unconfirmed transfers may be among them"
    return notes
