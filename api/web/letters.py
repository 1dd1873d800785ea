"""The letters to write today: one for each institution that can hold something.

A letter asks to preserve and to hold pending an order; it states what the trace shows with its band,
and finds nothing about anyone. Its words are the page's, so it is masked as the page is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.assets.identify import CHAINS, Urgency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.web.asset_lines import AssetLine

NAMED, ISSUER, UNNAMED = "named", "issuer", "unnamed"
NOBODY = "bitcoin"
"""The kind of instrument on which nobody can hold anything."""
HELD = frozenset({"ordered", "held_until"})


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: to whom (an institution that is ``named``, an ``issuer`` or ``unnamed``), and of what."""

    to: str
    kind: str
    urgency: str
    assets: tuple[AssetLine, ...]


def letters(lines: Sequence[AssetLine]) -> tuple[Letter, ...]:
    """Return the letters for what nobody holds yet, the most urgent first.

    Parameters
    ----------
    lines : sequence of AssetLine
        Of the page.
    """
    groups: dict[tuple[str, str], list[AssetLine]] = {}
    for line in lines:
        if line.kind != NOBODY and line.restraint.state not in HELD:
            groups.setdefault(_addressee(line), []).append(line)
    ranks = [str(u) for u in Urgency]
    made = [
        Letter(to, kind, min((line.urgency for line in found), key=ranks.index), tuple(found))
        for (kind, to), found in groups.items()
    ]
    return tuple(sorted(made, key=lambda letter: (ranks.index(letter.urgency), letter.kind, letter.to)))


def _addressee(line: AssetLine) -> tuple[str, str]:
    if line.institution:
        return (NAMED, line.institution)
    return (ISSUER, line.code) if line.kind in CHAINS else (UNNAMED, "")
