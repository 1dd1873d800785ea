"""The chain's own coin: value of transactions, the fee each of them pays, validators' withdrawals.

A failed transaction moves no value and pays its fee all the same. The fee is burnt in part and goes
in part to whoever built the block: one leg to an end of its own, since no source says more of it
than the sum. Receipts from before October 2017 do not say whether a transaction succeeded; one that
left gas unused did (any failure took all of it), of another it is not known.

References
----------
EIP-1559 (fee), EIP-4844 (fee for blobs), EIP-658 (status in the receipt), EIP-4895 (withdrawals, in
billionths of the coin).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.errors import AmountError, ModelError
from ingest.evm.blocks import hash_of
from ingest.evm.movements import FEE, VALUE, Moved, Place, Point
from ingest.evm.quantities import canonical, key_of, optional, position, quantity
from ingest.evm.tokens import coin
from ingest.evm.transfers import point_of, time_mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.evm.blocks import Known, Outcome

FAILED = "failed transaction"
NOT_SAID = "the receipt does not say whether it succeeded"
_GWEI = 10**9
_AFTER_ALL = 65_535


def coin_movements(transaction: Any, place: Place, known: Known) -> Iterator[Moved]:
    """Yield the value and the fee of a transaction, where there is any.

    Raises
    ------
    ModelError
        A transaction that cannot be what it claims to be, or without its receipt.
    """
    if not isinstance(transaction, dict):
        raise ModelError("the transaction is no JSON object", hint="ask for blocks with full transactions")
    tx = hash_of(transaction.get("hash"))
    outcome = known.outcomes.get(tx)
    if outcome is None:
        raise ModelError(
            "no receipt in the file: whether it succeeded is not known", hint="fetch receipts as well"
        )
    _same_chain(transaction, known)
    status = _status(transaction, outcome)
    payer = key_of(canonical(transaction.get("from")))
    said = ({"failed": FAILED, "pending": NOT_SAID}.get(status, ""),)
    asset, rail = coin(known.chain).key, f"evm:{known.chain}:{tx}"
    fee, value = _fee(transaction, outcome), quantity(transaction.get("value"), "value")
    if fee:
        point = point_of(transaction, known, FEE)
        marks = tuple(m for m in (*said, time_mark(point)) if m)
        yield Moved(place, point, payer, "", fee, asset, f"{rail}:fee", tx, "gas", kind="fee", marks=marks)
    if value:
        point = point_of(transaction, known, VALUE)
        marks = tuple(m for m in (*said, time_mark(point)) if m)
        taker = _taker(transaction, outcome)
        yield Moved(
            place, point, payer, taker, value, asset, f"{rail}:value", tx, "coin", "principal", status, marks
        )


def _same_chain(transaction: dict[str, Any], known: Known) -> None:
    chain = optional(transaction.get("chainId"), "chainId")
    if chain and chain != known.chain:
        raise ModelError("signed for another chain", chain=chain, file=known.chain)


def _status(transaction: dict[str, Any], outcome: Outcome) -> str:
    if outcome.success is None:
        return "completed" if outcome.gas < quantity(transaction.get("gas"), "gas") else "pending"
    return "completed" if outcome.success else "failed"


def _fee(transaction: dict[str, Any], outcome: Outcome) -> int:
    price = optional(transaction.get("gasPrice"), "gasPrice") if outcome.price is None else outcome.price
    if price is None:
        raise AmountError("neither receipt nor transaction states the price of gas")
    return outcome.gas * price + outcome.beside


def _taker(transaction: dict[str, Any], outcome: Outcome) -> str:
    """Return who receives the value: the address named, or the contract that was created."""
    to = transaction.get("to")
    if to:
        return key_of(canonical(to))
    return key_of(outcome.created) if outcome.created else ""


def withdrawal(entry: Any, block: dict[str, Any], place: Place, known: Known) -> Iterator[Moved]:
    """Yield what the chain paid out to a validator; nothing where the amount is zero."""
    if not isinstance(entry, dict):
        raise ModelError("the withdrawal is no JSON object")
    units = quantity(entry.get("amount"), "amount") * _GWEI
    number, index = position(block.get("number"), "number"), quantity(entry.get("index"), "index")
    name = hash_of(block.get("hash"))
    known.check_block(number, name)
    point = Point(*known.instant(name, None), number, _AFTER_ALL, place.b)
    rail, taker = f"evm:{known.chain}:withdrawal:{index}", key_of(canonical(entry.get("address")))
    if units:
        yield Moved(place, point, "", taker, units, coin(known.chain).key, rail, "", "withdrawal")
