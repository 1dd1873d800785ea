"""Counts and sums of the transactions as the report states them, apart from what could be read.

The sums are exact decimals of the printed texts, so that they can be held against the reader's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.goaml.elements import Element

from ingest.goaml.transactions import foreign_amounts

_PRINTED = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_LONGEST = 400
_EXACT = Context(prec=2_000, traps=[Inexact])


@dataclass(slots=True)
class Sum:
    """How many amounts, and what they come to; ``odd`` are no plain decimals and in no sum."""

    count: int = 0
    total: Decimal = Decimal(0)
    odd: int = 0

    def add(self, text: str) -> None:
        """Count a printed amount."""
        self.count += 1
        if len(text) <= _LONGEST and _PRINTED.fullmatch(text):
            self.total = _EXACT.add(self.total, Decimal(text, _EXACT))
        else:
            self.odd += 1

    def text(self, currency: str) -> str:
        """Return it in words.

        Examples
        --------
        >>> one = Sum()
        >>> for printed in ("10.50", "-0.5", "ten"):
        ...     one.add(printed)
        >>> one.text("KES")
        'KES 10.00 in 3, 1 of them no figure'
        """
        more = f", {self.odd} of them no figure" if self.odd else ""
        return f"{currency or '?'} {self.total:f} in {self.count}{more}"


@dataclass(slots=True)
class Totals:
    """Stated, read and rejected: ``amount_local`` of the transactions; foreign amounts by side."""

    currency: str = ""
    stated: Sum = field(default_factory=Sum)
    read: Sum = field(default_factory=Sum)
    rejected: Sum = field(default_factory=Sum)
    foreign: dict[tuple[str, str], Sum] = field(default_factory=dict)

    def take(self, element: Element, *, read: bool) -> None:
        """Count one transaction."""
        text = element.value("amount_local")
        for each in (self.stated, self.read if read else self.rejected):
            each.add(text)
        for side, currency, amount in foreign_amounts(element):
            self.foreign.setdefault((side, currency), Sum()).add(amount)

    def notes(self) -> dict[str, str]:
        """Return what is stated and what became of it."""
        if not self.stated.count:
            return {"transactions": "none: the report tells of an activity, or of nothing"}
        parts = {"stated": self.stated, "read": self.read, "rejected": self.rejected}
        said = "; ".join(f"{name} {part.text(self.currency)}" for name, part in parts.items())
        abroad = [f"{side} {total.text(code)}" for (side, code), total in sorted(self.foreign.items())]
        return {"transactions": said} | ({"foreign currency": "; ".join(abroad)} if abroad else {})
