"""Partly hidden numbers, such as ``2547***000`` or ``0722XXXX89``.

A mask read as a number becomes the number of a stranger: phone libraries turn ``X`` into 9 and drop
``*``. So masks are recognised before anything else, and only ever compared with candidates.

In canonical text ``*`` is exactly one hidden digit and ``...`` is a run whose length is not known.
"""

from __future__ import annotations

import re
import unicodedata

RUN = "..."
_PRINTED = re.compile(r"(?:[*#?•●∙·…█]|\.{2,}|[xX])+")
_LETTERS_ONLY = re.compile(r"[xX]+")


def plain(text: str) -> str:
    """Return ``text`` with compatibility forms and every script's digits written in ASCII.

    Examples
    --------
    >>> plain("０٧١２")
    '0712'
    """
    folded = unicodedata.normalize("NFKC", text.replace("…", "***"))
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in folded).strip()


def is_masked(canonical: str) -> bool:
    """Say whether a canonical value has hidden parts."""
    return "*" in canonical or RUN in canonical


def runs(text: str, letters: int = 1) -> list[tuple[int, int]]:
    """Return the hidden runs of printed ``text`` as ``(start, end)``, left to right.

    Parameters
    ----------
    text : str
        Text as printed, after ``plain``.
    letters : int
        How many ``X`` in a row make a mask: 1 in numbers, more where letters are legitimate.
    """
    found = [m.span() for m in _PRINTED.finditer(text)]
    return [(a, b) for a, b in found if not _LETTERS_ONLY.fullmatch(text, a, b) or b - a >= letters]


def collapse(text: str, letters: int = 1) -> str:
    """Write every hidden run of ``text`` as ``...``: what a printed run hides has no sure length.

    Examples
    --------
    >>> collapse("****4417"), collapse("01XX99", letters=3)
    ('...4417', '01XX99')
    """
    out, at = [], 0
    for start, end in runs(text, letters):
        out += [text[at:start], RUN]
        at = end
    return "".join([*out, text[at:]])


def matches(mask: str, candidate: str) -> bool:
    """Say whether the full canonical ``candidate`` may be what ``mask`` hides.

    Only a candidate: equal masks, or a match, never join two people.

    Examples
    --------
    >>> matches("+2547*****000", "+254700000000"), matches("...4417", "01234417")
    (True, True)
    >>> matches("+2547*****000", "+25470000000")
    False
    """
    if is_masked(candidate):
        return False
    pattern = re.escape(mask).replace(re.escape(RUN), "[0-9A-Za-z]+").replace(r"\*", "[0-9A-Za-z]")
    return re.fullmatch(pattern, candidate) is not None
