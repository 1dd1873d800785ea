"""Merchant tills, paybills and agent tills of mobile money operators."""

from __future__ import annotations

import re

from graph.errors import IdentifierError
from graph.model.identifiers.masks import collapse, is_masked, plain

_DIGITS = re.compile(r"\d{3,10}")
_MASKED = re.compile(r"[0-9.]+")


def till(text: str) -> str:
    """Return the canonical number of a till or an agent till: its digits, leading zeros kept.

    Raises
    ------
    IdentifierError
        Anything but 3 to 10 digits, or a mask showing some.

    Examples
    --------
    >>> till(" 000 123 "), till("00**23")
    ('000123', '00...23')
    """
    compact = "".join(plain(text).split())
    masked = collapse(compact)
    if is_masked(masked) and _MASKED.fullmatch(masked) and masked.strip("."):
        return masked
    if not _DIGITS.fullmatch(compact):
        raise IdentifierError("a till, paybill or agent number has 3 to 10 digits", text=text)
    return compact


def paybill(text: str, reference: str = "") -> str:
    """Return a paybill's canonical text: its digits, and after ``/`` the account it was paid for.

    Parameters
    ----------
    text : str
        ``NUMBER`` or ``NUMBER/REFERENCE``; ``reference`` is used when the text carries none.

    Examples
    --------
    >>> paybill("000999/ab 12"), paybill("000999", "7")
    ('000999/AB 12', '000999/7')
    """
    number, _, inline = plain(text).partition("/")
    account = " ".join((inline or plain(reference)).upper().split())
    return till(number) + (f"/{account}" if account else "")
