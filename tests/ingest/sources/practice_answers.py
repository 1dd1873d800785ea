"""Saved TronGrid answers of invented addresses."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from graph.model.identifiers.base58 import encode_check

if TYPE_CHECKING:
    from pathlib import Path

USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"  # a fact of the chain: the issuer's contract
START = 1_770_000_000_000


def address(name: str) -> str:
    """Return a well-formed address nobody holds: made from a name, not from a key."""
    return encode_check(b"\x41" + hashlib.sha256(name.encode()).digest()[:20])


def transaction(n: int) -> str:
    return hashlib.sha256(f"practice {n}".encode()).hexdigest()


def entry(
    n: int, sender: str = "A", receiver: str = "B", value: Any = "1500000", **changes: Any
) -> dict[str, Any]:
    contract = changes.pop("contract", USDT)
    token = {"symbol": "USDT", "address": contract, "decimals": 6, "name": "Tether USD"} | changes.pop(
        "token", {}
    )
    found = {
        "transaction_id": transaction(n),
        "token_info": token,
        "block_timestamp": START + 3_000 * n,
        "from": address(sender),
        "to": address(receiver),
        "type": "Transfer",
        "value": value,
    }
    return found | changes


def answer(*entries: dict[str, Any], following: str = "") -> dict[str, Any]:
    meta: dict[str, Any] = {"at": START + 10**9, "page_size": len(entries)}
    if following:
        meta["fingerprint"] = following
    return {"data": list(entries), "success": True, "meta": meta}


def asked(saved: dict[str, Any], name: str = "A", **request: Any) -> dict[str, Any]:
    question = {"address": address(name), "contract": USDT, "min_timestamp": START, "only_confirmed": True}
    return {"request": question | request, "answer": saved}


def saved(folder: Path, value: Any) -> Path:
    path = folder / "answers.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path
