"""The words of a Sankey: English in a pack, the reader's language on a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.evidence.display import number
from api.evidence.figures.marks import rule_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDED = {"held": "Held", "spent": "Spent", "fees": "Fees", "swallowed": "Swallowed", "lost": "Lost"}
SEVERAL = {
    "claimant": "other claimants",
    "ledger": "other accounts",
    "held": "smaller places",
    "spent": "smaller payees",
    "fees": "charges",
    "swallowed": "places",
    "lost": "places",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """What a drawing says beside its numbers.

    Attributes
    ----------
    rules : mapping
        Names of rules by code; the short names of the marks where one is missing.
    title : str
        With ``{claimants}``, ``{ends}`` and ``{rule}``; empty: the English sentence.
    """

    paid_in: str = "Paid in by"
    where: str = "Where it ended"
    all_rules: str = "All rules"
    least_most: str = "Least – most"
    chosen: str = "chosen"
    ends: Mapping[str, str] = field(default_factory=lambda: ENDED)
    rules: Mapping[str, str] = field(default_factory=dict)
    title: str = ""

    def rule(self, code: str) -> str:
        """Return what a rule is called."""
        return self.rules.get(code) or rule_mark(code).name

    def titled(self, claimants: int, ends: int, rule: str) -> str:
        """Return the title of a drawing."""
        if self.title:
            return self.title.format(claimants=claimants, ends=ends, rule=self.rule(rule))
        return (
            f"Traced money from {_count(claimants, 'claimant')} to {_count(ends, 'end')}, {self.rule(rule)}"
        )


ENGLISH = Wording()


def several(kind: str, count: int) -> str:
    """Say in English how many are drawn together.

    Examples
    --------
    >>> several("spent", 21), several("fees", 1)
    ('21 smaller payees', '1 charge')
    """
    word = SEVERAL[kind]
    return f"{count} {word[:-1] if count == 1 else word}"


def _count(count: int, noun: str) -> str:
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"
