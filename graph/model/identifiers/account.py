"""Plain bank accounts: a number that means something only at its institution.

No checksum is shared between banks, so nothing is corrected and leading zeros stay.
"""

from __future__ import annotations

import re

from graph.errors import IdentifierError
from graph.model.identifiers.masks import RUN, collapse, plain

_SPOILT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+|\d+\.0+")
_NUMBER = re.compile(r"[0-9A-Z]+")
_INSTITUTION = re.compile(r"[^\s/]+")
_MASK_LETTERS = 3


def canonical(text: str, institution: str = "") -> tuple[str, str]:
    """Return ``(institution, number)`` of a plain account.

    Parameters
    ----------
    text : str
        The number, or ``INSTITUTION/NUMBER`` when ``institution`` is empty. Spaces, hyphens and
        dots are lay-out and are removed; a masked part becomes ``...``.

    Raises
    ------
    IdentifierError
        No digit at all, other signs in the number, or a number spoilt by a spreadsheet.

    Examples
    --------
    >>> canonical("equity/0012-345 678"), canonical("****4417", "equity")
    (('EQUITY', '0012345678'), ('EQUITY', '...4417'))
    """
    printed = plain(text)
    at = institution_code(institution)
    head, slash, tail = printed.partition("/")
    if slash and (not at or head.strip().upper() == at):
        at, printed = institution_code(head), tail.strip()
    if _SPOILT.fullmatch(printed):
        raise IdentifierError(
            "a spreadsheet turned this account number into a quantity",
            text=text,
            hint="digits may be lost: ask for the column as text",
        )
    number = collapse(printed, _MASK_LETTERS).upper()
    pieces = [re.sub(r"[\s.\-/]", "", piece) for piece in number.split(RUN)]
    shown = "".join(pieces)
    if not _NUMBER.fullmatch(shown) or not any(c.isdigit() for c in shown):
        raise IdentifierError("an account number has digits and Latin letters", text=text)
    return at, RUN.join(pieces)


def institution_code(text: str) -> str:
    """Return the canonical code of an institution: upper case, inner spaces as ``_``.

    Examples
    --------
    >>> institution_code("Example Bank")
    'EXAMPLE_BANK'
    """
    code = "_".join(plain(text).upper().split())
    if code and not _INSTITUTION.fullmatch(code):
        raise IdentifierError("the code of an institution holds no slash", institution=text)
    return code
