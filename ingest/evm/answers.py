"""Reads a file of saved node answers, whatever its outer form, item by item.

Forms: our fetcher's page (JSON Lines: a header, then one line for each request with its answer)::

    {"page": "evm 1", "chain": 1, "from": 100, "to": 149, "question": {…}, …}
    {"answer": {"result": "0x1"}, "request": {"method": "eth_chainId", "params": []}}

one JSON-RPC response as it came, a JSON array or JSON Lines of such; a bare array of logs; and JSON
Lines of blocks, transactions and logs as table exporters write them (snake case, ``type`` in each
line). Any of these may be gzipped. Places are JSON pointers; a JSON Lines file is read as the array
of its physical lines.
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, cast

from graph.model.provenance import Reject
from ingest.errors import UnreadableError
from ingest.evm.exported import from_export
from ingest.normalise.json_text import Twice, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = "evm 1"
"""What the header of a page says it is."""
MAX_JSON = 64 * 2**20  # bytes of one JSON text: a whole file, or one line of JSON Lines
MAX_FILE = 2 * 2**30  # bytes of a file once unpacked
_RAW = 400
_BY_METHOD = {
    "eth_getLogs": "logs",
    "eth_getFilterLogs": "logs",
    "eth_getBlockByNumber": "block",
    "eth_getBlockByHash": "block",
    "eth_getBlockReceipts": "receipts",
    "eth_getTransactionReceipt": "receipt",
    "eth_getTransactionByHash": "transaction",
    "eth_call": "call",
    "eth_chainId": "chain",
    "trace_block": "traces",
    "debug_traceBlockByNumber": "calls",
    "debug_traceBlockByHash": "calls",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One answer and what it is: ``logs``, ``block``, ``receipts``, ``header`` …; ``place`` is a pointer."""

    kind: str
    value: Any
    place: str
    params: list[Any] = field(default_factory=list)


def items(path: Path) -> Iterator[Item | Reject]:
    """Yield the answers of a file in order, and a reject for what is none.

    Raises
    ------
    UnreadableError
        Not JSON, cut, damaged, or too large.
    """
    try:
        yield from _of_lines(path) if _is_lines(path) else _of_document(path)
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise UnreadableError(
            f"the packed file is cut or damaged: {fault}", hint="ask for it again"
        ) from fault


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(path, "rb")) if packed else path.open("rb")


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    taken = 0
    for line in iter(lambda: file.readline(MAX_JSON + 1), b""):
        taken += len(line)
        if len(line) > MAX_JSON or taken > MAX_FILE:
            raise UnreadableError("a line, or the file, is too large", limit=MAX_JSON, whole=MAX_FILE)
        yield line


def _is_lines(path: Path) -> bool:
    """Say whether the first line is a whole JSON object and others follow."""
    with _open(path) as file:
        full = (line for line in _lines(file) if line.strip())
        first = next(full, b"")
        if not first.strip().endswith(b"}"):
            return False
        try:
            found = parse(first)
        except ValueError:
            return False
        return isinstance(found, dict) and (next(full, b"") != b"" or "page" in found or "type" in found)


def _of_lines(path: Path) -> Iterator[Item | Reject]:
    with _open(path) as file:
        for index, line in enumerate(_lines(file)):
            if not line.strip():
                continue
            try:
                value = parse(line)
            except ValueError as fault:
                yield Reject(f"line:{index + 1}", str(fault), "the line is cut or damaged", _raw(line))
                continue
            yield from _answer(value, f"/{index}")


def _of_document(path: Path) -> Iterator[Item | Reject]:
    with _open(path) as file:
        text = file.read(MAX_JSON + 1)
    if len(text) > MAX_JSON:
        raise UnreadableError(
            "too large for one JSON text", limit=MAX_JSON, hint="save one answer per line (JSON Lines)"
        )
    try:
        value = parse(text)
    except ValueError as fault:
        raise UnreadableError(str(fault), hint="the file is cut or damaged: save the answer again") from None
    if isinstance(value, list) and not _is_logs(value):
        for n, one in enumerate(value):
            yield from _answer(one, f"/{n}")
    else:
        yield from _answer(value, "")


def _answer(value: Any, place: str) -> Iterator[Item | Reject]:
    if isinstance(value, list) and _is_logs(value):
        yield Item("logs", value, place)
    elif not isinstance(value, dict):
        yield Reject(f"pointer:{place}", "no answer of a node", "save the answer as it came")
    elif isinstance(value, Twice):
        yield Reject(f"pointer:{place}", "a key stands twice in the answer", "ask which is meant")
    elif value.get("page") == PAGE:
        yield Item("header", value, place)
    elif isinstance(value.get("request"), dict) and isinstance(value.get("answer"), dict):
        yield from _asked(value["request"], value["answer"], f"{place}/answer")
    elif "result" in value:
        yield from _told("", [], value["result"], f"{place}/result")
    elif isinstance(value.get("error"), dict):
        yield Reject(f"pointer:{place}", f"the node refused: {_reason(value)}", "ask it again")
    else:
        yield from _exported(value, place)


def _exported(value: dict[str, Any], place: str) -> Iterator[Item | Reject]:
    found = from_export(value)
    if not found:
        yield Reject(f"pointer:{place}", "no answer of a node", "save the answer as it came", _text(value))
    for kind, one in found:
        yield Item(kind, one, place)


def _asked(request: dict[str, Any], answer: dict[str, Any], place: str) -> Iterator[Item | Reject]:
    method, params = str(request.get("method", "")), request.get("params")
    asked = params if isinstance(params, list) else []
    if isinstance(answer, Twice):
        yield Reject(f"pointer:{place}", "a key stands twice in the answer", "ask which is meant")
    elif "result" in answer:
        yield from _told(method, asked, answer["result"], f"{place}/result")
    elif method == "eth_call" or method.startswith(("trace_", "debug_")):
        # A contract without that method, or a node without traces, has answered: with no.
        yield Item("refused", answer, place, asked)
    else:
        yield Reject(f"pointer:{place}", f"the node refused: {_reason(answer)}", "ask it again")


def _told(method: str, params: list[Any], result: Any, place: str) -> Iterator[Item | Reject]:
    kind = _BY_METHOD.get(method) or _shape(result)
    if kind:
        yield Item(kind, result, place, params)


def _shape(result: Any) -> str:
    """Say what a bare result is by its keys; empty where it tells of no movement."""
    one = result[0] if isinstance(result, list) and result else result
    if not isinstance(one, dict):
        return ""
    if "topics" in one:
        return "logs" if isinstance(result, list) else ""
    if "cumulativeGasUsed" in one:
        return "receipts" if isinstance(result, list) else "receipt"
    if "parentHash" in one:
        return "block"
    return ""


def _is_logs(value: list[Any]) -> bool:
    return bool(value) and isinstance(value[0], dict) and "topics" in value[0]


def _reason(answer: dict[str, Any]) -> str:
    error = answer.get("error")
    return str(error.get("message", "no reason"))[:_RAW] if isinstance(error, dict) else "no reason"


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)[:_RAW]


def _raw(line: bytes) -> str:
    return line[:_RAW].decode("utf-8", "replace")
