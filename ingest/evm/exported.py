"""Rows of table exporters (snake case, a ``type`` in each) written as a node writes them.

These files are made from node answers by public extraction tools and are passed on in place of the
answers. Nothing is added: a field that the row lacks stays missing.
"""

from __future__ import annotations

from typing import Any

_NAMES = {
    "log": {
        "address": "address",
        "topics": "topics",
        "data": "data",
        "block_number": "blockNumber",
        "block_hash": "blockHash",
        "block_timestamp": "blockTimestamp",
        "transaction_hash": "transactionHash",
        "transaction_index": "transactionIndex",
        "log_index": "logIndex",
    },
    "block": {
        "number": "number",
        "hash": "hash",
        "parent_hash": "parentHash",
        "timestamp": "timestamp",
        "withdrawals": "withdrawals",
    },
    "transaction": {
        "hash": "hash",
        "from_address": "from",
        "to_address": "to",
        "value": "value",
        "gas": "gas",
        "gas_price": "gasPrice",
        "block_number": "blockNumber",
        "block_hash": "blockHash",
        "block_timestamp": "blockTimestamp",
        "transaction_index": "transactionIndex",
    },
    "receipt": {
        "hash": "transactionHash",
        "block_hash": "blockHash",
        "receipt_gas_used": "gasUsed",
        "receipt_status": "status",
        "receipt_effective_gas_price": "effectiveGasPrice",
        "receipt_contract_address": "contractAddress",
        "receipt_l1_fee": "l1Fee",
    },
}


def from_export(row: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return what a row tells, by kind of answer; nothing for a type that tells of no movement.

    Examples
    --------
    >>> from_export({"type": "block", "number": 7, "hash": "0xab", "parent_hash": "0xcd", "timestamp": 1})
    [('block', {'number': 7, 'hash': '0xab', 'parentHash': '0xcd', 'timestamp': 1, 'transactions': []})]
    """
    match row.get("type"):
        case "log":
            return [("log", _renamed(row, "log"))]
        case "block":
            return [("block", {**_renamed(row, "block"), "transactions": []})]
        case "transaction":
            return [("transaction", _renamed(row, "transaction")), ("receipt", _renamed(row, "receipt"))]
        case _:
            return []


def _renamed(row: dict[str, Any], kind: str) -> dict[str, Any]:
    return {theirs: row[ours] for ours, theirs in _NAMES[kind].items() if row.get(ours) is not None}
