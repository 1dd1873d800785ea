"""What must be known of a file before its movements can be read: chain, blocks, receipts, tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graph.errors import ModelError
from graph.model.provenance import Reject
from ingest.errors import UnreadableError
from ingest.evm.answers import Item, items
from ingest.evm.quantities import canonical, optional, position, quantity, raw_bytes
from ingest.evm.tokens import DECIMALS, NAME, SYMBOL, Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SECOND = 1_000_000
EVER = (1_438_269_973 * _SECOND, 4_133_980_800 * _SECOND)
"""Instants that a block of an unknown time can have: from Ethereum's first block to the year 2100."""
_MOST_SECONDS = EVER[1] // _SECOND


@dataclass(frozen=True, slots=True)
class Block:
    """A block as its header names it: number, time in seconds, hash of the block before it."""

    number: int
    time: int
    parent: str
    place: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a receipt says: success (None: it does not say), gas used, fee parts, created contract."""

    success: bool | None
    gas: int
    price: int | None
    beside: int
    created: str


@dataclass(slots=True)
class Known:
    """Everything of a file that other items refer to."""

    chain: int = 0
    header: dict[str, Any] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    hashes: dict[int, str] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    rejected: list[Reject] = field(default_factory=list)
    answers: int = 0
    traced: bool = False
    _calls: list[tuple[str, str, bytes]] = field(default_factory=list)
    _told: dict[int, str] = field(default_factory=dict)

    def tokens(self) -> Tokens:
        """Return what the contracts answered."""
        found = Tokens(self.chain)
        for call in self._calls:
            found.answer(*call)
        return found

    def instant(self, block_hash: str, stamp: Any) -> tuple[int, int]:
        """Return the second of a block, or all instants it can have where its time is not in the file."""
        block = self.blocks.get(block_hash)
        seconds = block.time if block else optional(stamp, "blockTimestamp")
        if seconds is None:
            return EVER
        if not 0 < seconds < _MOST_SECONDS:
            raise ModelError("a block's time lies outside all years", seconds=seconds)
        return seconds * _SECOND, (seconds + 1) * _SECOND

    def check_block(self, number: int, block_hash: str) -> None:
        """Refuse what stands in a block that is not the one of that number in this file."""
        if number in self.doubtful:
            raise ModelError(
                "two blocks of this number are in the file: the chain was reorganised", block=number,
                hint="fetch this range again",
            )  # fmt: skip
        if self.hashes.get(number, block_hash) != block_hash:
            raise ModelError(
                "of another block than the header of that number", block=number, hint="fetch this range again"
            )

    def take(self, item: Item) -> None:
        """Take in one item of the first pass."""
        self.answers += 1
        match item.kind:
            case "header":
                self.header = self.header or item.value
                self._say(quantity(item.value.get("chain"), "chain"), item.place)
            case "chain":
                self._say(quantity(item.value, "chain id"), item.place)
            case "block" if isinstance(item.value, dict):
                self._block(item.value, item.place)
            case "receipt" if isinstance(item.value, dict):
                self._receipt(item.value)
            case "receipts" if isinstance(item.value, list):
                for one in item.value:
                    self._receipt(one)
            case "call":
                self._call(item)
            case "traces" | "calls":
                self.traced = True

    def _say(self, chain: int, place: str) -> None:
        self._told.setdefault(chain, place)

    def _block(self, value: dict[str, Any], place: str) -> None:
        number, name = position(value.get("number"), "number"), hash_of(value.get("hash"))
        time, parent = quantity(value.get("timestamp"), "timestamp"), hash_of(value.get("parentHash"))
        if self.hashes.setdefault(number, name) != name:
            self.doubtful.add(number)
        self.blocks[name] = Block(number, time, parent, place)

    def _receipt(self, value: Any) -> None:
        if not isinstance(value, dict):
            raise ModelError("a receipt is no JSON object")
        status = optional(value.get("status"), "status")
        beside = optional(value.get("l1Fee"), "l1Fee") or 0
        blob = optional(value.get("blobGasUsed"), "blobGasUsed") or 0
        beside += blob * (optional(value.get("blobGasPrice"), "blobGasPrice") or 0)
        created = value.get("contractAddress")
        self.outcomes[hash_of(value.get("transactionHash"))] = Outcome(
            None if status is None else status == 1,
            quantity(value.get("gasUsed"), "gasUsed"),
            optional(value.get("effectiveGasPrice"), "effectiveGasPrice"),
            beside,
            canonical(created) if created else "",
        )

    def _call(self, item: Item) -> None:
        asked = item.params[0] if item.params and isinstance(item.params[0], dict) else {}
        selector = str(asked.get("data") or asked.get("input") or "")
        if selector in (DECIMALS, SYMBOL, NAME):
            self._calls.append((canonical(asked.get("to")), selector, raw_bytes(item.value, "answer")))

    def settle_chain(self, stated: str) -> None:
        """Decide which chain the file is of.

        Raises
        ------
        UnreadableError
            The file does not say and nobody states it, or two statements differ.
        """
        if stated and not stated.isdecimal():
            raise UnreadableError("a chain is named by its number", chain=stated, hint="--option chain=1")
        claims = {*self._told, *([int(stated)] if stated else [])}
        if len(claims) != 1:
            what = (
                "two chains are named for one file"
                if claims
                else "the file does not say of which chain it is"
            )
            raise UnreadableError(
                what,
                chains=", ".join(map(str, sorted(claims))) or None,
                hint="state it as the supplier does: --option chain=1 (Ethereum)",
            )
        self.chain = claims.pop()

    def check_parents(self) -> None:
        """Refuse a block whose predecessor in this file is not its parent."""
        for block in self.blocks.values():
            before = self.hashes.get(block.number - 1)
            if before is not None and before != block.parent:
                self.doubtful |= {block.number, block.number - 1}
                why = f"block {block.number - 1} in this file is not its parent: the chain was reorganised"
                self.rejected.append(Reject(f"pointer:{block.place}", why, "fetch this range again"))


def hash_of(value: Any) -> str:
    """Return a 32-byte hash as lower-case text; refuse anything else."""
    raw = raw_bytes(value, "hash")
    if len(raw) != 32:  # noqa: PLR2004 - a Keccak-256 digest
        raise ModelError("a hash has 32 bytes", text=str(value)[:80])
    return "0x" + raw.hex()


def known_of(path: Path, values: Mapping[str, str]) -> Known:
    """Read a file once for what its movements refer to."""
    known = Known()
    for item in items(path):
        if isinstance(item, Reject):
            known.rejected.append(item)
            continue
        try:
            known.take(item)
        except ModelError as fault:
            known.rejected.append(Reject(f"pointer:{item.place}", str(fault.what), fault.hint))
    if not known.answers:
        first = known.rejected[0] if known.rejected else None
        raise UnreadableError(
            first.reason if first else "the file holds no answer of a node",
            at=first.locator if first else None,
            hint="save the answer as it came",
        )
    known.settle_chain(values.get("chain", ""))
    known.check_parents()
    return known
