"""Logs: token transfers (ERC-20), tokens that exist once (ERC-721), and what is not read.

References
----------
ERC-20 (EIP-20), ERC-721 (EIP-721), ERC-1155 (EIP-1155). ``Transfer`` of the first two has one
signature; they are told apart by whether the third field is indexed: an amount stands in the data,
a token's number in a fourth topic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.errors import AmountError, ModelError
from ingest.evm.blocks import EVER, hash_of
from ingest.evm.movements import FIRST_INNER, Moved, Place, Point, Unique
from ingest.evm.quantities import WORD, ZERO, canonical, key_of, position, raw_bytes, topic_address

if TYPE_CHECKING:
    from ingest.evm.blocks import Known
    from ingest.evm.tokens import Tokens

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
_SINGLE = "0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62"
_BATCH = "0x4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb"
_ERC20, _ERC721 = 3, 4
POISON, NO_TIME = "zero value (poisoning?)", "the block's time is not in the file"
MINT, BURN, NO_DECIMALS = "minted", "burnt", "decimals not known"


def transfer_of(log: Any, known: Known, tokens: Tokens) -> Moved | Unique | str | None:
    """Read one log: a movement, a sentence saying why it is left out, or nothing where it moves nothing.

    Raises
    ------
    ModelError
        A log that cannot be what it claims to be.
    """
    if not isinstance(log, dict):
        raise ModelError("the log is no JSON object")
    topics = log.get("topics")
    if not isinstance(topics, list):
        raise ModelError("the log has no topics")
    first = str(topics[0]).lower() if topics else ""
    if first in (_SINGLE, _BATCH):
        return "an ERC-1155 transfer: this reader does not read them"
    if first != TRANSFER:
        return None
    if log.get("removed") is True:
        return "taken back by a reorganisation of the chain"
    if len(topics) not in (_ERC20, _ERC721):
        return "a Transfer with fields that are not indexed: amount or number of a token cannot be told"
    return _transfer(log, topics, known, tokens)


def _transfer(log: dict[str, Any], topics: list[Any], known: Known, tokens: Tokens) -> Moved | Unique:
    contract, tx = canonical(log.get("address")), hash_of(log.get("transactionHash"))
    number = position(log.get("logIndex"), "logIndex")
    place = Place(f"chain:{known.chain},tx:{tx},log:{{a}}", number)
    point = point_of(log, known, FIRST_INNER + number)
    giver, taker = topic_address(topics[1]), topic_address(topics[2])
    rail = f"evm:{known.chain}:{tx}:{number}"
    # One log is one movement of its block; the block's hash is checked in ``point_of``.
    if len(topics) == _ERC721:
        token = int.from_bytes(raw_bytes(topics[3], "topic"), "big")
        return Unique(place, point, _end(giver), _end(taker), contract, token, rail, tx)
    units = _units(log.get("data"))
    asset = tokens.asset(contract)
    marks = _marks(tokens, contract, units, point, (giver, taker))
    return Moved(place, point, _end(giver), _end(taker), units, asset, rail, tx, "erc20", marks=marks)


def point_of(entry: dict[str, Any], known: Known, inner: int) -> Point:
    """Return when an entry of a block happened, after checking that it is of the block it should be."""
    number, block = position(entry.get("blockNumber"), "blockNumber"), hash_of(entry.get("blockHash"))
    known.check_block(number, block)
    lo, hi = known.instant(block, entry.get("blockTimestamp"))
    return Point(lo, hi, number, position(entry.get("transactionIndex"), "transactionIndex"), inner)


def _units(value: Any) -> int:
    raw = raw_bytes(value)
    if len(raw) != WORD:
        raise AmountError("data is not one 256-bit number", bytes=len(raw))
    return int.from_bytes(raw, "big")


def _end(address: str) -> str:
    """Return the key of an end; minted from, and burnt to, nobody."""
    return "" if address == ZERO else key_of(address)


def _marks(tokens: Tokens, contract: str, units: int, point: Point, ends: tuple[str, str]) -> tuple[str, ...]:
    marks = [tokens.mark(contract), "" if units else POISON]
    marks += [MINT if ends[0] == ZERO else "", BURN if ends[1] == ZERO else ""]
    marks += [NO_DECIMALS if tokens.unknown(contract) else "", time_mark(point)]
    return tuple(mark for mark in marks if mark)


def time_mark(point: Point) -> str:
    """Say that a movement's time is not known; empty where it is."""
    return NO_TIME if (point.lo, point.hi) == EVER else ""
