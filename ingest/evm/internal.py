"""Value that contracts pass on inside a transaction: no log tells of it, only a trace does.

Two shapes are read: ``trace_block`` (a flat list with ``traceAddress``) and ``debug_traceBlock…``
with the call tracer (a tree of ``calls``). A call inside one that was undone moved nothing. Calls
that only borrow code (``delegatecall``, ``callcode``) or only look (``staticcall``) move nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.errors import ModelError
from ingest.evm.blocks import hash_of
from ingest.evm.movements import FIRST_INNER, Moved, Place, Point
from ingest.evm.quantities import canonical, key_of, optional, position
from ingest.evm.tokens import coin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.evm.answers import Item
    from ingest.evm.blocks import Known

_MOVING = frozenset({"call", "create", "create2", "suicide", "selfdestruct"})
_DEEPEST = 1_024  # calls nest no deeper on the machine itself


def internal_movements(item: Item, known: Known) -> Iterator[Moved]:
    """Yield what a block's traces move, in their order.

    Raises
    ------
    ModelError
        Traces that cannot be what they claim to be.
    """
    if not isinstance(item.value, list):
        raise ModelError("the traces are no list")
    yield from _flat(item, known) if item.kind == "traces" else _nested(item, known)


def _flat(item: Item, known: Known) -> Iterator[Moved]:
    undone: set[tuple[str, tuple[int, ...]]] = set()
    for n, trace in enumerate(item.value):
        if not isinstance(trace, dict) or not isinstance(trace.get("action"), dict):
            raise ModelError("a trace has no action")
        if not trace.get("transactionHash"):
            continue  # the reward of a block that was mined
        tx, address = hash_of(trace["transactionHash"]), _address(trace.get("traceAddress"))
        if trace.get("error"):
            undone.add((tx, address))
        # The call at the top is the transaction itself.
        if not address or any((tx, address[:k]) in undone for k in range(len(address) + 1)):
            continue
        moving = _moving(trace)
        if moving is not None:
            number, block = position(trace.get("blockNumber"), "blockNumber"), hash_of(trace.get("blockHash"))
            point = _point(
                known, number, block, position(trace.get("transactionPosition"), "transactionPosition"), n
            )
            yield _moved(known, Place.pointer(item.place, n), point, tx, address, *moving)


def _address(value: Any) -> tuple[int, ...]:
    found = value or []
    numbers = isinstance(found, list) and all(type(k) is int and k >= 0 for k in found)
    if not numbers or len(found) > _DEEPEST:
        raise ModelError("the address of a trace is no list of numbers")
    return tuple(found)


def _moving(trace: dict[str, Any]) -> tuple[tuple[Any, Any], int] | None:
    """Return the ends and the value of a flat trace; nothing where it moves nothing."""
    action, result = trace["action"], trace.get("result")
    kind = str(trace.get("type")).lower()
    kind = str(action.get("callType") or kind).lower() if kind == "call" else kind
    value = optional(action.get("value", action.get("balance")), "value")
    if kind not in _MOVING or not value:
        return None
    created = result.get("address") if isinstance(result, dict) else None
    giver = action.get("from") or action.get("address")
    return (giver, action.get("to") or action.get("refundAddress") or created), value


def _nested(item: Item, known: Known) -> Iterator[Moved]:
    number = position(item.params[0] if item.params else None, "block asked for")
    block = known.hashes.get(number, "")
    if not block:
        raise ModelError("the traced block's header is not in the file", block=number)
    for index, one in enumerate(item.value):
        if not isinstance(one, dict) or not isinstance(one.get("result"), dict):
            raise ModelError("a transaction was not traced", at=index)
        tx = hash_of(one.get("txHash"))
        for n, (address, call) in enumerate(_tree(one["result"], ())):
            value = optional(call.get("value"), "value") or 0
            if not address or not value or str(call.get("type", "")).lower() not in _MOVING:
                continue
            point = _point(known, number, block, index, n)
            below = "".join(f"/calls/{k}" for k in address)
            place = Place.pointer(f"{item.place}/{index}/result{below}")
            yield _moved(known, place, point, tx, address, (call.get("from"), call.get("to")), value)


def _tree(call: dict[str, Any], address: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], dict[str, Any]]]:
    """Walk the calls in order, without those that were undone."""
    waiting = [(address, call)]
    while waiting:
        at, one = waiting.pop()
        if one.get("error") or len(at) > _DEEPEST:
            continue
        yield at, one
        below = one.get("calls") or []
        if not isinstance(below, list) or not all(isinstance(c, dict) for c in below):
            raise ModelError("the calls of a trace are no list of objects")
        waiting += [((*at, n), c) for n, c in reversed(list(enumerate(below)))]


def _point(known: Known, number: int, block: str, index: int, inner: int) -> Point:
    known.check_block(number, block)
    return Point(*known.instant(block, None), number, index, FIRST_INNER + inner)


def _moved(
    known: Known,
    place: Place,
    point: Point,
    tx: str,
    address: tuple[int, ...],
    ends: tuple[Any, Any],
    value: int,
) -> Moved:
    giver, taker = (key_of(canonical(end)) for end in ends)
    rail = f"evm:{known.chain}:{tx}:trace:{'.'.join(map(str, address))}"
    return Moved(place, point, giver, taker, value, coin(known.chain).key, rail, tx, "internal")
