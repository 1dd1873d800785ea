"""What an institution is called: identifiers carry its code, people read its name."""

from __future__ import annotations

NAMES = {
    "mpesa": "M-Pesa",
    "airtel": "Airtel Money",
    "airtel_money": "Airtel Money",
    "tkash": "T-Kash",
    "telebirr": "telebirr",
    "mtn": "MTN MoMo",
    "tigopesa": "Tigo Pesa",
    "halopesa": "HaloPesa",
    "kcb": "KCB Bank",
    "binance": "Binance",
}
"""Codes that readers and mappings give, where writing the words with capitals would not be the name."""
_ABBREVIATION = 4


def institution_name(code: str) -> str:
    """Return the name of an institution by its code; a code that is not listed is written as words.

    Examples
    --------
    >>> institution_name("mpesa"), institution_name("EXAMPLE_BANK"), institution_name("I&M Bank")
    ('M-Pesa', 'Example Bank', 'I&M Bank')
    """
    known = NAMES.get(code.casefold())
    if known is not None:
        return known
    if " " in code or not (code.islower() or code.isupper()):
        return code
    words = code.split("_")
    if len(words) == 1 and code.isupper() and len(code) <= _ABBREVIATION:
        return code
    return " ".join(word.capitalize() for word in words if word)
