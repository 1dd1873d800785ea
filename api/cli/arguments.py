"""Global options wherever they stand on the line: ``fuatilia sources --json`` is ``--json sources``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FLAGS = frozenset({"--json", "--quiet", "-q", "--unmask", "--unmask-protected"})
VALUED = frozenset({"--store", "--case", "--actor"})


def hoisted(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the global options, and the rest of the line in its order.

    Nothing behind ``--`` is looked at, and no command has an option of these names.

    Examples
    --------
    >>> hoisted(["sources", "--json", "--case", "KE-1"])
    (['--json', '--case', 'KE-1'], ['sources'])
    >>> hoisted(["search", "--", "--json"])
    ([], ['search', '--', '--json'])
    """
    front: list[str] = []
    rest: list[str] = []
    left = list(arguments)
    while left:
        word = left.pop(0)
        if word == "--":
            return front, [*rest, word, *left]
        if word in FLAGS or (word.partition("=")[0] in VALUED and "=" in word):
            front.append(word)
        elif word in VALUED:
            front += [word, *left[:1]]
            del left[:1]
        else:
            rest.append(word)
    return front, rest


def among(what: str, given: str, known: Sequence[str]) -> str:
    """Return ``given`` if it is one of the known names.

    Raises
    ------
    UsageError
        It is not; the hint names the nearest, and all of them.

    Examples
    --------
    >>> among("arithmetic", "fixed", ["exact", "fixed"])
    'fixed'
    """
    from difflib import get_close_matches

    from api.errors import UsageError

    if given in known:
        return given
    near = get_close_matches(given, known, 1)
    hint = (f"did you mean {near[0]}? " if near else "") + "one of: " + ", ".join(known)
    raise UsageError(f"no such {what}", **{what.replace(" ", "_"): given}, hint=hint)
