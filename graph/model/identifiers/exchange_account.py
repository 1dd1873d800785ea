"""Users of an exchange, and cards: identifiers without a public checksum."""

from __future__ import annotations

import re

from graph.errors import IdentifierError
from graph.model.identifiers.masks import RUN, collapse, is_masked, plain

_USER = re.compile(r"[^\s/]+")
_CARD = re.compile(r"(\d{6,8})(?:\d+|\.\.\.)(\d{4})")
_LAST = re.compile(r"\.\.\.(\d{4})")
_PAN = re.compile(r"\d{12,19}")
_BIN = 6


def user(text: str, exchange: str = "") -> tuple[str, str]:
    """Return ``(exchange, user id)``; the exchange in lower case, the id as the exchange writes it.

    Parameters
    ----------
    text : str
        The id, or ``EXCHANGE/ID`` when ``exchange`` is empty.

    Examples
    --------
    >>> user("Example/000777"), user("000777", "example")
    (('example', '000777'), ('example', '000777'))
    """
    head, slash, tail = text.strip().partition("/")
    at, name = (exchange, head) if not slash else (head, tail)
    at = "_".join(plain(at).lower().split())
    if slash and exchange and at != plain(exchange).lower():
        raise IdentifierError("the user id names another exchange", text=text, exchange=exchange)
    if not at or not _USER.fullmatch(name):
        raise IdentifierError(
            "an exchange user id is one word, at a named exchange", text=text, exchange=exchange
        )
    return at, name


def card(text: str) -> str:
    """Return a card as ``BIN...LAST4``: a full number is checked, then cut, and never kept.

    Raises
    ------
    IdentifierError
        A full number whose Luhn digit (ISO/IEC 7812) does not hold, or text that is no card number.
        The refused text is not repeated in the error: it may be a real card.

    Examples
    --------
    >>> card("4111 1111 1111 1111"), card("411111******1111"), card("**** 1111")
    ('411111...1111', '411111...1111', '...1111')
    """
    compact = re.sub(r"[\s\-]", "", plain(text))
    shown = collapse(compact)
    found = _CARD.fullmatch(shown)
    if is_masked(shown) and (found or _LAST.fullmatch(shown)):
        return f"{found[1][:_BIN]}{RUN}{found[2]}" if found else shown
    if not _PAN.fullmatch(compact) or not _luhn(compact):
        raise IdentifierError("no card number, or its check digit does not hold", digits=len(compact))
    return f"{compact[:_BIN]}{RUN}{compact[-4:]}"


def _luhn(digits: str) -> bool:
    doubled = [sum(divmod(2 * int(d), 10)) for d in digits[-2::-2]]
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0
