"""One page: every answer for a range of blocks, checked to be of one chain.

The last block's header is asked before and after: while its hash stands, all blocks below it are
the ones they were. Whatever names a block is compared with the header of that block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.evm.transfers import TRANSFER
from ingest.fetchers.evm.asking import quantity_in, said
from ingest.fetchers.evm.errors import FetchError, MovedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.fetchers.evm.asking import Asking
    from ingest.fetchers.evm.question import Question
    from ingest.fetchers.evm.saved import Line

_FIELDS_OF_TRANSFER = (3, 4)
_HASH = re.compile(r"0x[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Page:
    """The header of a page and its lines."""

    header: dict[str, Any]
    lines: list[Line]


def page_of(asking: Asking, question: Question, first: int, last: int, about: dict[str, Any]) -> Page:
    """Ask for a range.

    Raises
    ------
    Refused
        The node says the range is too much.
    MovedError
        The chain was reorganised meanwhile.
    """
    gather = _whole if question.whole else _logs
    edge = asking.block(last)
    blocks, lines, unread = gather(asking, question, first, last)
    if _hash(asking.block(last)) != _hash(edge):
        raise MovedError(f"block {last} was replaced while it was asked for")
    contracts = sorted({str(log["address"]).lower() for log in _transfers(lines)})
    calls = [line for contract in contracts for line in asking.contract(contract, last)]
    ordered = [blocks[number] for number in sorted(blocks)]
    _check(blocks, lines)
    header = {
        **about,
        "chain": asking.chain,
        "question": question.asked(),
        "from": first,
        "to": last,
        "first": {"hash": _hash(blocks[first]), "parent": _field(blocks[first], "parentHash")},
        "last": {"hash": _hash(blocks[last])},
        "finality": question.finality,
        "unread": sorted(unread),
    }
    return Page(header, [asking.chain_line, *ordered, *lines, *calls])


_Gathered = tuple["dict[int, Line]", "list[Line]", "set[str]"]


def _logs(asking: Asking, question: Question, first: int, last: int) -> _Gathered:
    lines = [asking.logs(one) for one in question.filters(first, last)]
    numbers = {quantity_in(log.get("blockNumber"), line) for line in lines for log in _listed(line)}
    if not all(first <= number <= last for number in numbers):
        raise FetchError("the node's logs lie outside the range that was asked for", first=first, last=last)
    blocks = {number: asking.block(number) for number in sorted({first, last} | numbers)}
    return blocks, lines, {"coin, fees and failed transactions: whole blocks were not asked for"}


def _whole(asking: Asking, question: Question, first: int, last: int) -> _Gathered:
    blocks: dict[int, Line] = {}
    lines: list[Line] = []
    unread: set[str] = set()
    for number in range(first, last + 1):
        blocks[number] = asking.block(number, full=True)
        hashes = _hashes(blocks[number])
        if hashes:
            receipts = asking.receipts(number, hashes)
            _check_receipts(receipts, hashes)
            lines += receipts
        if hashes and question.traces:
            traces = asking.traces(number)
            lines += traces
            if not traces or "error" in traces[-1].answer:
                why = f": {said(traces[-1])}" if traces else ""
                unread.add(f"internal value: the node offers no traces{why}"[:200])
    if not question.traces:
        unread.add("internal value: traces were not asked for")
    return blocks, lines, unread


def _check(blocks: dict[int, Line], lines: Iterable[Line]) -> None:
    """Compare every block hash that an answer names with the header of that block."""
    for number, line in blocks.items():
        before = blocks.get(number - 1)
        if before is not None and _field(line, "parentHash") != _hash(before):
            raise MovedError(f"block {number} does not follow the block before it")
    for line in lines:
        for one in _listed(line):
            if "blockHash" not in one:
                continue
            at = quantity_in(one.get("blockNumber"), line)
            if at in blocks and _hash(blocks[at]) != one["blockHash"]:
                raise MovedError(f"block {at} was replaced while it was asked for")


def _check_receipts(lines: list[Line], hashes: list[str]) -> None:
    found = [one.get("transactionHash") for line in lines for one in _listed(line)]
    if sorted(map(str, found)) != sorted(hashes):
        raise MovedError("the receipts are not those of the block's transactions")


def _hashes(block: Line) -> list[str]:
    found = _field(block, "transactions")
    if not isinstance(found, list) or not all(isinstance(t, dict) and "hash" in t for t in found):
        raise FetchError("the node's blocks hold no full transactions", method=block.method)
    return [str(t["hash"]) for t in found]


def _listed(line: Line) -> list[dict[str, Any]]:
    result = line.answer.get("result")
    found = result if isinstance(result, list) else [result]
    return [one for one in found if isinstance(one, dict)]


def _transfers(lines: Iterable[Line]) -> Iterable[dict[str, Any]]:
    """Yield the logs that look like token transfers; the reader decides what they are."""
    for line in lines:
        for one in _listed(line):
            logs = one.get("logs") if "logs" in one else [one]
            yield from filter(_is_transfer, logs if isinstance(logs, list) else ())


def _is_transfer(log: Any) -> bool:
    topics = log.get("topics") if isinstance(log, dict) else None
    if not isinstance(topics, list) or len(topics) not in _FIELDS_OF_TRANSFER:
        return False
    return topics[0] == TRANSFER and isinstance(log.get("address"), str)


def _hash(line: Line) -> str:
    found = _field(line, "hash")
    if not isinstance(found, str) or not _HASH.fullmatch(found):
        raise FetchError("a block of the node has no hash", method=line.method)
    return found


def _field(line: Line, name: str) -> Any:
    block = line.answer["result"]
    if name not in block:
        raise FetchError("a block of the node lacks a field", field=name)
    return block[name]
