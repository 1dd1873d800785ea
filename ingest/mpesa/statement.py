"""One statement of one wallet: from its printed rows to columns, facts and a verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graph.errors import ModelError
from graph.model.events import FactKind, LegKind, Status
from graph.model.identifiers import Identifier, Kind
from graph.model.provenance import Balance, Reconciliation, Reject, canonical
from graph.model.tables import FACTS, ROWS
from ingest.mpesa.chain import Chain, Step, solve
from ingest.mpesa.editing import OTHER_FONT, other_fonts
from ingest.mpesa.rows import KES, SWAPS, Row, row_of
from ingest.mpesa.table import HEAD_INSIDE, Printed, Sheet
from ingest.mpesa.verdict import Evidence, Numbering, reconcile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.mpesa.front import Front

FORM = "page:{a},row:{b}"


@dataclass(slots=True)
class Section:
    """The pages of one statement; a file may hold several, one behind the other."""

    front: Front
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def first_page(self) -> int:
        """Page of the file on which it starts."""
        return self.sheets[0].page


@dataclass(frozen=True, slots=True)
class Result:
    """What one statement says, in the columns of ``graph.model.tables``."""

    rows: pa.Table
    facts: pa.Table
    rejected: tuple[Reject, ...]
    reconciliation: Reconciliation
    assumptions: Mapping[str, str]
    records: int
    observations: int


def result_of(section: Section, source: str, zone: str, first_obs: int, wallet: Identifier | None) -> Result:
    """Read one statement.

    Parameters
    ----------
    section : Section
        Its pages.
    source, zone : str
        sha256 of the original; zone in which times are printed.
    first_obs : int
        Number of its first observation within the batch.
    wallet : Identifier or None
        Whose statement it is, where the file does not say it.
    """
    printed = [row for sheet in section.sheets for row in sheet.rows]
    rows, rejected = _read(printed, source, zone)
    moved = [n for n, row in enumerate(rows) if row.status is Status.COMPLETED]
    chain = solve([_step(rows[n]) for n in moved])
    own = (
        section.front.wallet
        or wallet
        or Identifier(Kind.UNKNOWN_END, f"wallet of page:{section.first_page}", source)
    )
    table = _Columns(section, rows, moved, chain, own, source, first_obs, other_fonts(printed))
    verdict = reconcile(
        Evidence(
            own.key,
            [rows[n] for n in moved],
            chain,
            [(p.page, p.row) for p in printed if p.locator in {r.locator for r in rejected}],
            _numbering(section.sheets),
            section.front.totals,
        )
    )
    return Result(
        table.rows(),
        table.facts(verdict),
        tuple(rejected),
        verdict,
        table.assumptions(),
        len(printed),
        max(len(rows), 1 + table.head_obs()),
    )


def _read(printed: list[Printed], source: str, zone: str) -> tuple[list[Row], list[Reject]]:
    rows, rejected = [], []
    for one in printed:
        try:
            rows.append(row_of(one, source, zone))
        except ModelError as fault:
            hint = str(fault.fields()["hint"]) or "look at the page"
            rejected.append(Reject(one.locator, str(fault.fields()["what"]), hint, one.raw))
    return rows, rejected


def _step(row: Row) -> Step:
    return Step(row.receipt, row.when.lo, row.units, row.balance, row.means.channel in SWAPS)


def _numbering(sheets: list[Sheet]) -> Numbering:
    printed = {sheet.page: sheet.number for sheet in sheets if sheet.number is not None}
    return Numbering(printed, max((sheet.of or 0 for sheet in sheets), default=0))


class _Columns:
    """Builds rows and facts of one statement."""

    def __init__(
        self,
        section: Section,
        rows: list[Row],
        moved: list[int],
        chain: Chain,
        own: Identifier,
        source: str,
        first_obs: int,
        fonts: frozenset[str],
    ) -> None:
        self.section, self.read, self.chain, self.own = section, rows, chain, own
        self.source, self.first_obs, self.fonts = source, first_obs, fonts
        self.flipped = {moved[p] for p in chain.flipped}
        self.repeated = {moved[p] for p in chain.repeated}
        self.seq = self._sequence(moved)
        self.taken_back = self._taken_back()
        self.ends = [self._other_end(row) for row in rows]

    def _sequence(self, moved: list[int]) -> dict[int, int]:
        """Return row -> number, oldest first: rows that moved as solved, the others where printed."""
        order = list(range(len(self.read)))
        if self.chain.newest_first:
            order.reverse()
        solved = iter([moved[p] for p in self.chain.order])
        takes_part = set(moved)
        return {(next(solved) if n in takes_part else n): seq for seq, n in enumerate(order)}

    def _taken_back(self) -> dict[str, Identifier]:
        """Return receipt -> counterparty of payments that a reversal in this statement names."""
        named = {row.means.reverses for row in self.read if row.means.reverses}
        return {
            row.receipt: row.means.counterparty
            for row in self.read
            if row.receipt in named and row.means.counterparty and row.means.kind is LegKind.PRINCIPAL
        }

    def _other_end(self, row: Row) -> Identifier:
        """Return the counterparty, for a reversal that of the row taken back, or an end of its own."""
        found = row.means.counterparty or self.taken_back.get(row.means.reverses)
        return found or Identifier(Kind.UNKNOWN_END, row.locator, self.source)

    def rows(self) -> pa.Table:
        """Return the ``ROWS`` of the statement, in printed order."""
        return pa.Table.from_pylist([self._row(n) for n in range(len(self.read))], schema=ROWS)

    def _row(self, n: int) -> dict[str, Any]:
        row, other = self.read[n], self.ends[n].key
        units = -row.units if n in self.flipped else row.units
        debit, credit = (other, self.own.key) if self._pays_in(row, units) else (self.own.key, other)
        return {
            "obs": self.first_obs + n,
            "lo": row.when.lo,
            "hi": row.when.hi,
            "seq": self.seq[n],
            "form": FORM,
            "a": row.page,
            "b": row.row,
            "status": row.status.value,
            "kind": row.means.kind.value,
            "channel": row.means.channel,
            "debit": debit,
            "credit": credit,
            "amount": abs(units),
            "asset": KES.key,
            "statement": self.own.key,
            "balance": None if n in self.repeated else row.balance,
            "rail": f"mpesa:{row.receipt}",
            "reverses": f"mpesa:{row.means.reverses}" if row.means.reverses else None,
            "ref": row.receipt,
            "text": row.details,
            "mark": "; ".join(self._marks(n)) or None,
        }

    @staticmethod
    def _pays_in(row: Row, units: int) -> bool:
        return units > 0 or (units == 0 and row.means.channel in {"receive", "deposit", "business", "salary"})

    def _marks(self, n: int) -> list[str]:
        row = self.read[n]
        marks = list(row.marks)
        if n in self.flipped:
            marks.append("columns swapped")
        if n in self.repeated:
            marks.append("balance printed once for the receipt")
        if row.means.counterparty is None and row.means.reverses in self.taken_back:
            marks.append("counterparty from the reversed row")
        if row.locator in self.fonts:
            marks.append(OTHER_FONT)
        period = self.section.front.period
        if period and not period[0] <= row.when.lo < period[1]:
            marks.append("outside the stated period")
        return marks

    def facts(self, verdict: Reconciliation) -> pa.Table:
        """Return the statement's head and every name that it gives to a number."""
        holder = self.section.front.holder
        facts = [self._head(verdict)]
        if holder:
            facts.append(
                {
                    **facts[0],
                    "kind": FactKind.HOLDER.value,
                    "fields": canonical({"as": "customer"}),
                    "text": holder,
                }
            )
        facts += [
            self._named(n, row)
            for n, row in enumerate(self.read)
            if row.means.counterparty and row.means.name
        ]
        return pa.Table.from_pylist(facts, schema=FACTS)

    def head_obs(self) -> int:
        """Return the observation of the head: it is cited by the first row below it, read or not."""
        at = (self.section.first_page, 1)
        return next((n for n, row in enumerate(self.read) if (row.page, row.row) == at), len(self.read))

    def _head(self, verdict: Reconciliation) -> dict[str, Any]:
        times = [row.when for row in self.read]
        stated = self.section.front.period
        lo, hi = stated or (min((t.lo for t in times), default=0), max((t.hi for t in times), default=1))
        fields: dict[str, Any] = {
            "asset": KES.key,
            "basis": "opening derived from the first row's balance",
            "complete": verdict.verdict is Balance.RECONCILES,
            "period": "as printed" if stated else "from the first to the last row",
        }
        if self.chain.opening is not None and self.chain.closing is not None:
            fields |= {"opening": str(self.chain.opening), "closing": str(self.chain.closing)}
        return {
            "obs": self.first_obs + self.head_obs(),
            "lo": lo,
            "hi": hi,
            "form": FORM,
            "a": self.section.first_page,
            "b": 1,
            "kind": FactKind.STATEMENT.value,
            "subject": self.own.key,
            "fields": canonical(fields),
        }

    def _named(self, n: int, row: Row) -> dict[str, Any]:
        return {
            "obs": self.first_obs + n,
            "lo": row.when.lo,
            "hi": row.when.hi,
            "form": FORM,
            "a": row.page,
            "b": row.row,
            "kind": FactKind.HOLDER.value,
            "subject": self.ends[n].key,
            "fields": canonical({"as": "counterparty"}),
            "text": row.means.name,
        }

    def assumptions(self) -> dict[str, str]:
        """Return what was assumed, and what looks edited, in words."""
        first = "newest" if self.chain.newest_first else "oldest"
        notes = {"order": f"printed {first} first; solved by the balances"}
        marks = Counter(mark for n in range(len(self.read)) for mark in self._marks(n))
        if self.own.kind is Kind.UNKNOWN_END:
            notes["wallet"] = "no customer's number is printed: the wallet is an end of this file alone"
        if marks["columns swapped"]:
            notes["columns"] = (
                f"{marks['columns swapped']} overdraft rows print their amount in the other column"
            )
        if marks["balance printed once for the receipt"]:
            notes["balances"] = "rows of one receipt print the balance after the last of them"
        odd = [f"{marks[mark]} rows: {mark}" for mark in (HEAD_INSIDE, OTHER_FONT) if marks[mark]]
        if odd:
            notes["edited?"] = "; ".join(odd)
        return notes
