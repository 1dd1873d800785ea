"""What stands above the table of an organisation's M-PESA statement: whose account it is, which one.

Portals print between no line and a dozen. Each line is a name and a value, in two cells or in one
with a colon. What is not understood is named by its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMES = {
    "name": ("organization name", "organisation name", "business name", "merchant name"),
    "code": (
        "short code",
        "shortcode",
        "organization short code",
        "organisation short code",
        "till number",
        "paybill number",
    ),
    "both": ("organization", "organisation"),
    "account": ("account", "account type", "account name"),
    "period": ("time period", "period", "statement period", "date range"),
    "opening": ("opening balance", "balance brought forward"),
    "closing": ("closing balance", "balance carried forward"),
}
_FIELDS = {printed: field_ for field_, names in _NAMES.items() for printed in names}
_CODE = re.compile(r"(?P<code>\d{4,8})\b\s*(?:-\s*(?P<name>.*))?")
_ACCOUNTS = {
    "UTILITY": r"\butility\b",
    "MERCHANT": r"\bmerchant account\b",
    "WORKING": r"\b(?:working|mmf|m-pesa account)\b",
    "CHARGES": r"\bcharges? paid\b",
    "SETTLEMENT": r"\b(?:organi[sz]ation )?settlement account\b",
}


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the lines above the table say; ``lines`` are the physical lines of each field.

    ``account`` is one of ``UTILITY``, ``MERCHANT``, ``WORKING``, ``CHARGES``, ``SETTLEMENT``, or the
    printed text; empty where it is not said.
    """

    name: str = ""
    code: str = ""
    account: str = ""
    period: str = ""
    opening: str = ""
    closing: str = ""
    lines: dict[str, int] = field(default_factory=dict)
    unread: tuple[int, ...] = ()


def organisation(rows: Sequence[Sequence[str]]) -> Organisation:
    """Read the lines above a table's header, the first of which is line 1.

    Examples
    --------
    >>> o = organisation([["Organization: 600000 - EXAMPLE HOMES"], ["Account", "Utility Account"], ["x"]])
    >>> o.code, o.name, o.account, o.lines, o.unread
    ('600000', 'EXAMPLE HOMES', 'UTILITY', {'code': 1, 'name': 1, 'account': 2}, (3,))
    """
    said: dict[str, str] = {}
    lines: dict[str, int] = {}
    unread = []
    for number, cells in enumerate(rows, 1):
        filled = [" ".join(cell.split()) for cell in cells if cell.strip()]
        if not filled:
            continue
        name, value = _parted(filled)
        found = _values(_FIELDS.get(name.casefold().strip(" :."), ""), value)
        if not found:
            unread.append(number)
        for key, text in found.items():
            said.setdefault(key, text)
            lines.setdefault(key, number)
    return Organisation(**said, lines=lines, unread=tuple(unread))


def account_word(text: str) -> str:
    """Return the one account of an organisation that a text names; empty for none, or several.

    Examples
    --------
    >>> account_word("Move funds to Working Account"), account_word("Utility Account to Working Account")
    ('WORKING', '')
    """
    found = [word for word, pattern in _ACCOUNTS.items() if re.search(pattern, text, re.IGNORECASE)]
    return found[0] if len(found) == 1 else ""


def other_account(text: str, own: str) -> str:
    """Return the one account that a text names beside one's own; empty for none, or several."""
    found = [
        word for word, pattern in _ACCOUNTS.items() if word != own and re.search(pattern, text, re.IGNORECASE)
    ]
    return found[0] if len(found) == 1 else ""


def _parted(filled: list[str]) -> tuple[str, str]:
    if len(filled) > 1:
        return filled[0], " ".join(filled[1:])
    name, _, value = filled[0].partition(":")
    return name, value.strip()


def _values(what: str, value: str) -> dict[str, str]:
    if not what or not value:
        return {}
    code = _CODE.fullmatch(value)
    if what in ("code", "both") and code:
        found = {"code": code["code"], "name": (code["name"] or "").strip()}
        return {key: text for key, text in found.items() if text}
    if what == "code":
        return {}
    if what == "both":
        return {"name": value}
    return {what: account_word(value) or value} if what == "account" else {what: value}
