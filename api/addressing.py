"""A case's id as one part of an address: pages and the HTTP interface name cases alike."""

from __future__ import annotations

import re

_ESCAPED = {"~": "~0", "/": "~1", "\\": "~2", ".": "~3"}
_PLAIN = {v: k for k, v in _ESCAPED.items()}


def case_word(case: str) -> str:
    """Return a case's id as one part of an address; slashes and leading points would change the path.

    Examples
    --------
    >>> case_word("KE/2026"), case_word(".."), case_word("KE-1.2")
    ('KE~12026', '~3.', 'KE-1.2')
    """
    inner = "".join(_ESCAPED[c] if c in "~/\\" else c for c in case)
    return _ESCAPED["."] + inner[1:] if inner.startswith(".") else inner


def case_named(word: str) -> str:
    """Return the case that a part of an address names.

    Examples
    --------
    >>> case_named(case_word("a~1/..")), case_named("..")
    ('a~1/..', '..')
    """
    return re.sub("~[0-3]", lambda m: _PLAIN[m[0]], word)
