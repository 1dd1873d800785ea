"""Made-up answers of a node: blocks, transactions, receipts, logs, and pages of them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from graph.model.identifiers.evm import canonical
from ingest.evm.answers import PAGE
from ingest.evm.transfers import TRANSFER

if TYPE_CHECKING:
    from pathlib import Path

START = 1_790_000_000
CHAIN = 1
USDT = "0xdAC17F958D2ee523a2206206994597C13D831ec7"


def name(text: str) -> str:
    """Return a 32-byte hash that stands for a text."""
    return "0x" + hashlib.sha256(text.encode()).hexdigest()


def address(text: str) -> str:
    """Return a made-up address in canonical form."""
    return canonical("0x" + hashlib.sha256(text.encode()).hexdigest()[:40])


def word(number: int) -> str:
    return f"{number:064x}"


def topic(holder: str) -> str:
    return "0x" + holder[2:].lower().rjust(64, "0")


def block(number: int, *transactions: Any, **changes: Any) -> dict[str, Any]:
    return {
        "number": hex(number),
        "hash": name(f"block {number}"),
        "parentHash": name(f"block {number - 1}"),
        "timestamp": hex(START + 12 * number),
        "transactions": list(transactions),
        **changes,
    }


def placed(number: int, tx: str, index: int = 0) -> dict[str, Any]:
    return {
        "blockNumber": hex(number),
        "blockHash": name(f"block {number}"),
        "transactionIndex": hex(index),
        "transactionHash": name(tx),
    }


def log(number: int = 5, tx: str = "t", index: int = 0, **changes: Any) -> dict[str, Any]:
    """Return an ERC-20 transfer of 1.5 USDT from A to B."""
    return {
        **placed(number, tx),
        "address": USDT.lower(),
        "topics": [TRANSFER, topic(address("A")), topic(address("B"))],
        "data": "0x" + word(1_500_000),
        "logIndex": hex(index),
        "removed": False,
        **changes,
    }


def transaction(number: int = 5, tx: str = "t", index: int = 0, **changes: Any) -> dict[str, Any]:
    found = placed(number, tx, index)
    return {
        **{key: found[key] for key in ("blockNumber", "blockHash", "transactionIndex")},
        "hash": found["transactionHash"],
        "from": address("A"),
        "to": address("B"),
        "value": hex(7 * 10**18),
        "gas": hex(90_000),
        "gasPrice": hex(10**9),
        "input": "0x",
        **changes,
    }


def receipt(number: int = 5, tx: str = "t", index: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        **placed(number, tx, index),
        "status": "0x1",
        "gasUsed": hex(21_000),
        "cumulativeGasUsed": hex(21_000),
        "effectiveGasPrice": hex(2 * 10**9),
        "contractAddress": None,
        "logs": [],
        **changes,
    }


def text_answer(text: str) -> str:
    raw = text.encode()
    return "0x" + word(32) + word(len(raw)) + raw.hex().ljust(-(-len(raw) // 32) * 64, "0")


def asked(method: str, params: list[Any], result: Any) -> dict[str, Any]:
    return {"request": {"method": method, "params": params}, "answer": {"result": result}}


def token_answers(
    contract: str = USDT, symbol: str = "USDT", title: str = "", decimals: int = 6
) -> list[Any]:
    """Return what a contract says of itself."""
    return [
        asked("eth_call", [{"to": contract.lower(), "data": selector}, "0x5"], said)
        for selector, said in (
            ("0x313ce567", "0x" + word(decimals)),
            ("0x95d89b41", text_answer(symbol)),
            ("0x06fdde03", text_answer(title)),
        )
    ]


def header(**changes: Any) -> dict[str, Any]:
    return {
        "page": PAGE,
        "chain": CHAIN,
        "endpoint": "",
        "fetched": "2026-11-24T12:00:00+00:00",
        "question": {"addresses": [], "contracts": [], "traces": False, "whole": True},
        "from": 5,
        "to": 5,
        "first": {"hash": name("block 5"), "parent": name("block 4")},
        "last": {"hash": name("block 5")},
        "finality": 12,
        "unread": [],
        "head": 20,
        **changes,
    }


def page(*answers: Any, **changes: Any) -> list[Any]:
    """Return the lines of a page; block 5 is in it."""
    return [header(**changes), asked("eth_getBlockByNumber", ["0x5", False], block(5)), *answers]


def logs_page(*logs: Any, **changes: Any) -> list[Any]:
    return page(asked("eth_getLogs", [{}], list(logs)), *token_answers(), **changes)


def coin_page(transactions: list[Any], receipts: list[Any], *more: Any) -> list[Any]:
    """Return the lines of a page of one whole block."""
    whole = asked("eth_getBlockByNumber", ["0x5", True], block(5, *transactions))
    return [header(), whole, asked("eth_getBlockReceipts", ["0x5"], receipts), *more]


def saved(folder: Path, lines: list[Any], file: str = "page.jsonl") -> Path:
    """Write lines as a page is written."""
    path = folder / file
    text = "".join(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")
    return path
