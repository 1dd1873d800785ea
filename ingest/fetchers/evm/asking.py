"""The questions that fetching is made of, each with the line that keeps its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.errors import ModelError
from ingest.evm.quantities import quantity
from ingest.evm.tokens import DECIMALS, NAME, SYMBOL
from ingest.fetchers.evm.errors import FetchError, MovedError, Refused, TooSlowError
from ingest.fetchers.evm.saved import Line

if TYPE_CHECKING:
    from ingest.fetchers.evm.node import Answerer

_ABSENT = -32601  # JSON-RPC 2.0: no such method
_ABSENT_WORDS = (
    "not found", "not supported", "unsupported", "does not exist", "not available", "unknown rpc",
    "not implemented", "not enabled", "disabled", "not whitelisted",
)  # fmt: skip
_PRUNED_WORDS = (
    "missing trie", "pruned", "state not available", "state is not available", "header not found",
    "archive", "historical state",
)  # fmt: skip


class Asking:
    """A node and what is known of it during one run."""

    def __init__(self, node: Answerer) -> None:
        self.node = node
        self.absent: set[str] = set()
        self._contracts: dict[str, list[Line]] = {}
        self.chain_line = self.line("eth_chainId", [])
        self.chain = _number(self.chain_line)

    def line(self, method: str, params: list[Any]) -> Line:
        """Ask, and keep the answer whatever it is."""
        return Line(method, params, self.node.ask(method, params))

    def head(self) -> int:
        """Return the number of the newest block."""
        return _number(self.line("eth_blockNumber", []))

    def block(self, number: int, *, full: bool = False) -> Line:
        """Return a block by number; one that the node does not have is a moved chain."""
        line = self.line("eth_getBlockByNumber", [hex(number), full])
        if line.answer.get("result") is None and "error" not in line.answer:
            raise MovedError("a block is gone", block=number)
        block = _result(line)
        if not isinstance(block, dict) or quantity_in(block.get("number"), line) != number:
            raise FetchError("the node answered with another block", asked=number)
        return line

    def logs(self, log_filter: dict[str, Any]) -> Line:
        """Return the logs of a range; ``Refused`` where the node says it is too much."""
        try:
            line = self.line("eth_getLogs", [log_filter])
        except TooSlowError as fault:
            raise Refused(fault.what) from fault
        if "error" in line.answer:
            raise Refused(said(line))
        if not isinstance(line.answer.get("result"), list):
            raise FetchError("the node's logs are no list", method=line.method)
        return line

    def receipts(self, number: int, hashes: list[str]) -> list[Line]:
        """Return all receipts of a block: in one answer, or one by one where the node knows no other way."""
        if "eth_getBlockReceipts" not in self.absent:
            line = self.line("eth_getBlockReceipts", [hex(number)])
            if not absent(line):
                _result(line)
                return [line]
            self.absent.add("eth_getBlockReceipts")
        lines = [self.line("eth_getTransactionReceipt", [name]) for name in hashes]
        for line in lines:
            if line.answer.get("result") is None and "error" not in line.answer:
                raise MovedError("a transaction is gone from its block")
            _result(line)
        return lines

    def traces(self, number: int) -> list[Line]:
        """Return what a block's contracts passed on, in the first way that the node offers; maybe none."""
        told = []
        for method, params in (
            ("trace_block", [hex(number)]),
            ("debug_traceBlockByNumber", [hex(number), {"tracer": "callTracer"}]),
        ):
            if method in self.absent:
                continue
            line = self.line(method, params)
            told.append(line)
            if "error" not in line.answer:
                return told
            if absent(line):
                self.absent.add(method)
        return told

    def contract(self, address: str, number: int) -> list[Line]:
        """Return what a token's contract says of itself, asked at a block and once in a run.

        A node that no longer has the state of that block is asked at its head; the request says so.
        """
        if address not in self._contracts:
            self._contracts[address] = [self._call(address, s, number) for s in (DECIMALS, SYMBOL, NAME)]
        return self._contracts[address]

    def _call(self, address: str, selector: str, number: int) -> Line:
        call = {"data": selector, "to": address}
        line = self.line("eth_call", [call, hex(number)])
        if "error" in line.answer and any(word in said(line).lower() for word in _PRUNED_WORDS):
            return self.line("eth_call", [call, "latest"])
        return line


def said(line: Line) -> str:
    """Return the reason that a node gave."""
    error = line.answer.get("error")
    return str(error.get("message", "no reason")) if isinstance(error, dict) else str(error)


def absent(line: Line) -> bool:
    """Say whether the node does not offer the method at all."""
    error = line.answer.get("error")
    if not isinstance(error, dict):
        return False
    return error.get("code") == _ABSENT or any(word in said(line).lower() for word in _ABSENT_WORDS)


def _result(line: Line) -> Any:
    if "error" in line.answer:
        raise FetchError(f"the node refused: {said(line)[:200]}", method=line.method)
    if line.answer.get("result") is None:
        raise MovedError("the node has no answer", method=line.method)
    return line.answer["result"]


def _number(line: Line) -> int:
    return quantity_in(_result(line), line)


def quantity_in(value: Any, line: Line) -> int:
    """Return a number that stands in an answer."""
    try:
        return quantity(value)
    except ModelError as fault:
        raise FetchError("the node's answer is no number", method=line.method) from fault
