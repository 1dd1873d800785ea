"""Says whether a statement's rows explain its balances, and if not, where and of what kind the gap is.

``breaks`` is a balance that the rows contradict. ``incomplete`` is a gap that something else
explains: pages that are not in the file, rows that could not be read, rows of which the summary
speaks. Only a statement without either ``reconciles``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.model.amounts import Amount
from graph.model.provenance import Balance, Reconciliation
from ingest.mpesa.rows import KES, Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.mpesa.chain import Break, Chain


@dataclass(frozen=True, slots=True)
class Numbering:
    """Printed page numbers of a statement: page in the file -> number, and how many it should have."""

    printed: Mapping[int, int]
    of: int

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers that no page carries."""
        seen = set(self.printed.values())
        return (
            tuple(n for n in range(1, max([self.of, *seen], default=0) + 1) if n not in seen) if seen else ()
        )

    def between(self, a: int, b: int) -> tuple[int, ...]:
        """Missing numbers between two pages of the file, in either direction."""
        if a not in self.printed or b not in self.printed:
            return ()
        low, high = sorted((self.printed[a], self.printed[b]))
        return tuple(n for n in self.missing if low < n < high)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the verdict is reached from; ``moved`` are the steps of ``chain``, in printed order."""

    statement: str
    moved: Sequence[Row]
    chain: Chain
    rejected: Sequence[tuple[int, int]]
    pages: Numbering
    totals: tuple[int, int] | None


def reconcile(evidence: Evidence) -> Reconciliation:
    """Return the verdict on one statement."""
    breaks = evidence.chain.breaks
    unexplained = [b for b in breaks if not _explained(evidence, b)]
    if unexplained:
        return _breaks(evidence, unexplained)
    reasons = _reasons(evidence)
    if reasons or breaks:
        if breaks:
            reasons = [*reasons, _gap(evidence, breaks[0])]
        where = _row(evidence, breaks[0].at).locator if breaks else _beside(evidence)
        return _verdict(evidence, Balance.INCOMPLETE, where, breaks[:1], "; ".join(reasons))
    if evidence.chain.opening is None:
        return _verdict(evidence, Balance.NONE, "", (), "no row prints a balance")
    off = _totals(evidence)
    if off:
        return Reconciliation(Balance.INCOMPLETE, evidence.statement, "", *off)
    rows = len(evidence.moved)
    return _verdict(evidence, Balance.RECONCILES, "", (), f"the balances of {rows} rows chain line by line")


def _row(evidence: Evidence, position: int) -> Row:
    return evidence.moved[position]


def _explained(evidence: Evidence, found: Break) -> bool:
    if found.before < 0:
        return False
    a, b = _row(evidence, found.before), _row(evidence, found.at)
    if evidence.pages.between(a.page, b.page) or _kept_out(evidence, a, b):
        return True
    return a.page != b.page and not evidence.pages.printed


def _kept_out(evidence: Evidence, a: Row, b: Row) -> bool:
    low, high = sorted(((a.page, a.row), (b.page, b.row)))
    return any(low < place < high for place in evidence.rejected)


def _breaks(evidence: Evidence, found: Sequence[Break]) -> Reconciliation:
    why = "the balance printed here is not what the rows before it give"
    if len(found) > 1:
        why += f"; {len(found)} rows break in all"
    missing = evidence.pages.missing
    if missing:
        why += f"; {_pages(missing)} of {evidence.pages.of} not in the file"
    return _verdict(evidence, Balance.BREAKS, _row(evidence, found[0].at).locator, found[:1], why)


def _reasons(evidence: Evidence) -> list[str]:
    reasons = []
    if evidence.pages.missing:
        reasons.append(f"{_pages(evidence.pages.missing)} of {evidence.pages.of} not in the file")
    if evidence.rejected:
        reasons.append(f"{len(evidence.rejected)} rows could not be read")
    return reasons


def _gap(evidence: Evidence, found: Break) -> str:
    a, b = _row(evidence, found.before), _row(evidence, found.at)
    return f"the balance jumps between {a.locator} and {b.locator}"


def _beside(evidence: Evidence) -> str:
    """Name the row printed last before the first missing page, or the first row kept out."""
    missing = evidence.pages.missing
    before = [
        row for row in evidence.moved if missing and evidence.pages.printed.get(row.page, 0) < missing[0]
    ]
    if before:
        return before[-1].locator
    if evidence.rejected:
        page, row = evidence.rejected[0]
        return f"page:{page},row:{row}"
    return evidence.moved[0].locator if evidence.moved else ""


def _totals(evidence: Evidence) -> tuple[str, str, str] | None:
    if evidence.totals is None:
        return None
    units = [-row.units if n in evidence.chain.flipped else row.units for n, row in enumerate(evidence.moved)]
    found = sum(u for u in units if u > 0), -sum(u for u in units if u < 0)
    if found == evidence.totals:
        return None
    expected, got = (" in, ".join(map(_text, pair)) + " out" for pair in (evidence.totals, found))
    return expected, got, "the balances chain, but the printed summary speaks of other sums: rows are missing"


def _pages(numbers: tuple[int, ...]) -> str:
    """Write page numbers as ranges: ``pages 3-4, 7``."""
    spans: list[list[int]] = []
    for n in numbers:
        if spans and n == spans[-1][1] + 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    texts = [str(a) if a == b else f"{a}-{b}" for a, b in spans]
    return f"page{'s' if len(numbers) > 1 else ''} {', '.join(texts)}"


def _text(units: int) -> str:
    return Amount(units, KES).text()


def _verdict(
    evidence: Evidence, verdict: Balance, locator: str, breaks: Sequence[Break], why: str
) -> Reconciliation:
    expected, found = (_text(breaks[0].expected), _text(breaks[0].found)) if breaks else ("", "")
    return Reconciliation(verdict, evidence.statement, locator, expected, found, why)
