"""One entry of an answer: a transfer, something that moves nothing, or a row to reject."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graph.errors import AmountError, IdentifierError, InstantError, ModelError
from graph.model.amounts import Amount, Asset, token
from graph.model.identifiers import Identifier, Kind, parse_identifier
from graph.model.identifiers.transactions import tron_transaction
from graph.model.instants import Instant, epoch_instant
from ingest.normalise.json_text import Twice
from ingest.tron.look_alike import is_look_alike

CHAIN = "tron"
LOOK_ALIKE = "look-alike token"
POISON = "zero value (poisoning?)"
_DIGITS = re.compile(r"[0-9]+")
_MOST = 2**256 - 1
_SYMBOL = 40
_RAW = 400
_MOST_DECIMALS = 255


@dataclass(frozen=True, slots=True)
class TokenTransfer:
    """A TRC-20 transfer as the answer states it."""

    tx: str
    sender: Identifier
    receiver: Identifier
    amount: Amount
    when: Instant
    marks: tuple[str, ...]

    @property
    def told(self) -> str:
        """What tells it from other transfers, but for its ordinal."""
        contract = self.amount.asset.contract
        return f"{self.tx}:{contract}:{self.sender.value}:{self.receiver.value}:{self.amount.units}"


@lru_cache(maxsize=65_536)
def address(text: str) -> Identifier:
    """Return a TRON address in canonical form, from any of its three spellings."""
    return parse_identifier(Kind.TRON, text)


@lru_cache(maxsize=65_536)
def _asset(contract: str, symbol: str, exponent: int | None) -> Asset:
    return token(CHAIN, address(contract).value, symbol or "?", exponent)


@lru_cache(maxsize=65_536)
def asset_key(asset: Asset) -> str:
    """Return the asset's key, made once."""
    return asset.key


def transfer_of(entry: Any) -> TokenTransfer | str:
    """Read an entry; a text says why it moves nothing.

    Raises
    ------
    ModelError
        An entry that cannot be what it claims to be.
    """
    if not isinstance(entry, dict):
        raise ModelError("the entry is no JSON object")
    info = entry.get("token_info")
    if isinstance(entry, Twice) or isinstance(info, Twice):
        raise ModelError("a key stands twice", hint="nobody can say which value is meant")
    what = _text(entry, "type")
    if what != "Transfer":
        return f"{what} moves nothing" if what == "Approval" else f"type {what[:_SYMBOL]!r} is not read"
    if not isinstance(info, dict):
        raise ModelError("no token_info: which token it was is not known")
    symbol, name = _visible(info.get("symbol")), _visible(info.get("name"))
    asset = _asset(_text(info, "address"), symbol, _decimals(info.get("decimals")))
    amount = Amount(_units(entry.get("value")), asset)
    marks = [LOOK_ALIKE] if is_look_alike(symbol, name, asset.contract) else []
    marks += [] if amount.units else [POISON]
    sender, receiver = address(_text(entry, "from")), address(_text(entry, "to"))
    tx = tron_transaction(_text(entry, "transaction_id"))
    return TokenTransfer(tx, sender, receiver, amount, _when(entry.get("block_timestamp")), tuple(marks))


def raw(entry: Any) -> str:
    """Return the entry as JSON, cut to what a person reads."""
    return json.dumps(entry, sort_keys=True)[:_RAW]


def _text(entry: dict[str, Any], key: str) -> str:
    found = entry.get(key)
    if not isinstance(found, str) or not found:
        raise IdentifierError(f"{key} is missing or no text")
    return found


def _visible(value: Any) -> str:
    """Return a symbol or name, cut; half a surrogate pair, which no text may hold, becomes ``?``."""
    return value[:_SYMBOL].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _decimals(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= _MOST_DECIMALS:
        raise AmountError("decimals is no number from 0 to 255", text=str(value)[:_SYMBOL])
    return value


def _units(value: Any) -> int:
    if not isinstance(value, str) or not _DIGITS.fullmatch(value):
        raise AmountError(
            "value is not an integer string", text=str(value)[:100],
            hint="a program rewrote the answer and may have lost digits: save it as it came",
        )  # fmt: skip
    if len(value.lstrip("0")) > len(str(_MOST)) or int(value) > _MOST:
        raise AmountError("value is larger than a contract can hold (256 bit)", digits=len(value))
    return int(value)


def _when(value: Any) -> Instant:
    if type(value) is not int:
        raise InstantError("block_timestamp is no whole number of milliseconds", text=str(value)[:_SYMBOL])
    return epoch_instant(value, "ms")
