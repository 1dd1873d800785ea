"""A mapping proposed for a table nobody has mapped: by its header's words and its first rows.

A guess is never taken on trust: it is used only where the balances follow under it, and is otherwise
shown as data for a person to correct.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from graph.errors import FuatiliaError
from graph.model.amounts import fiat
from graph.model.instants import parse_instant, parse_iso
from ingest.table.grid import same

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = {
    "when": r"\b(?:date|time|timestamp|datum)\b",
    "paid_in": r"\b(?:credits?|deposits?|paid in|money in|cr|credit amount|receipts?)\b",
    "paid_out": r"\b(?:debits?|withdrawals?|withdrawn|paid out|money out|dr|debit amount|payments?)\b",
    "balance": r"\bbalance\b",
    "amount": r"\bamount\b|\bvalue\b(?! date)|\bsum\b",
    "text": r"\b(?:details?|narrations?|descriptions?|particulars|remarks?)\b",
    "ref": r"\b(?:ref(?:erence)?|receipt no|cheque|transaction (?:id|no))\b",
    "currency": r"\b(?:currency|ccy)\b",
}
_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d-%b-%y",
    "%d/%m/%y",
    "%Y/%m/%d",
    "%d %B %Y",
    "%Y%m%d",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y",
)
_CURRENCY = re.compile(r"(?:^|[\s(_\-])([A-Z]{3})(?=$|[\s)_\-])")
_KSH = re.compile(r"\bksh", re.IGNORECASE)


def propose(
    name: str,
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    around: Sequence[str],
    values: dict[str, str],
) -> dict[str, Any] | None:
    """Return a mapping of shape ``statement`` as data, or None where the header says too little.

    Parameters
    ----------
    name : str
        Name for the mapping.
    header : sequence of str
        Header cells, made unique.
    sample : sequence of rows
        The first rows below.
    around : sequence of str
        Lines above the header, searched for a currency.
    values : dict
        Reader options: ``currency``, ``zone``.

    Examples
    --------
    >>> m = propose("x", ["Date", "Debit", "Credit", "Balance (KES)"], [["03/02/2026", "", "5", "5"]], [], {})
    >>> m["amount"], m["asset"], m["when"]["formats"]
    ({'paid_in': 'Credit', 'paid_out': 'Debit'}, {'code': 'KES'}, ['%d/%m/%Y'])
    """
    found = {part: _column(header, pattern) for part, pattern in _WORDS.items()}
    formats = _formats(header, sample, found["when"])
    asset = {"column": found["currency"]} if found["currency"] else _currency([*header, *around], values)
    amount = {k: found[k] for k in ("paid_in", "paid_out") if found[k]}
    if found["amount"] and not {"paid_in", "paid_out"} <= set(amount):
        amount = {"column": found["amount"]}
    if not (found["when"] and formats and amount and asset):
        return None
    mapping: dict[str, Any] = {
        "name": name,
        "shape": "statement",
        "header": list(header),
        "when": {
            "columns": [found["when"]],
            "formats": formats,
            "zone": values.get("zone", "Africa/Nairobi"),
        },
        "account": {"value": values.get("account", "the account of this statement"), "kind": "name"},
        "amount": amount,
        "asset": asset,
    }
    mapping |= {"balance": found["balance"]} if found["balance"] else {}
    mapping |= {"text": [found["text"]]} if found["text"] else {}
    mapping |= {"ref": found["ref"]} if found["ref"] else {}
    return mapping


def _column(header: Sequence[str], pattern: str) -> str:
    for name in header:
        if re.search(pattern, same(name).replace("_", " ").replace(".", " ")):
            return name
    return ""


def _formats(header: Sequence[str], sample: Sequence[Sequence[str]], column: str) -> list[str]:
    if not column:
        return []
    at = list(header).index(column)
    texts = [row[at].strip() for row in sample if len(row) > at and row[at].strip()]
    if texts and all(_reads(lambda t=t: parse_iso(t)) for t in texts):
        return ["iso"]
    for pattern in _FORMATS:
        if texts and all(_reads(lambda t=t, p=pattern: parse_instant(t, p)) for t in texts):
            return [pattern]
    return []


def _reads(attempt: Any) -> bool:
    try:
        attempt()
    except FuatiliaError:
        return False
    return True


def _currency(texts: Sequence[str], values: dict[str, str]) -> dict[str, str]:
    if values.get("currency"):
        return {"code": values["currency"]}
    for text in texts:
        for code in _CURRENCY.findall(text.upper().replace(",", " ")):
            if _reads(lambda c=code: fiat(c)):
                return {"code": code}
        if _KSH.search(text):
            return {"code": "KES"}
    return {}
