"""The files of a case as pages list them: what was read, what was kept out and where, what reconciles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.web.addresses import case_url
from graph.model.printing import code_of, grouped
from graph.model.provenance import Balance, Source

if TYPE_CHECKING:
    from api.workbench import Workbench
    from graph.model.provenance import Receipt, Reconciliation
    from ingest.runner import Intake

WORST_FIRST = (Balance.BREAKS, Balance.INCOMPLETE, Balance.NONE, Balance.RECONCILES)
UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class RejectLine:
    """One row that was kept out: of which file, where, why, and what to do."""

    file: str
    locator: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One statement's balance check."""

    verdict: str
    statement: str
    locator: str
    expected: str
    found: str
    why: str


@dataclass(frozen=True, slots=True)
class SumLine:
    """What a file moved in one asset: exact, grouped, in its own code."""

    code: str
    paid_in: str
    paid_out: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of the case. ``verdict`` is ``unread`` where it was kept and never read."""

    sha256: str
    name: str
    size: int
    supplier: str
    authority: str
    received: str
    reader: str
    verdict: str
    records: int
    accepted: int
    rejected: tuple[RejectLine, ...]
    left_out: tuple[RejectLine, ...]
    balance: CheckLine | None
    checks: tuple[CheckLine, ...]
    sums: tuple[SumLine, ...]
    assumptions: tuple[tuple[str, str], ...]
    url: str

    @property
    def flagged(self) -> bool:
        """Say whether somebody should look at this file."""
        poor = self.balance is not None and self.balance.verdict in (Balance.BREAKS, Balance.INCOMPLETE)
        return poor or self.verdict == UNREAD


def file_lines(bench: Workbench) -> tuple[FileLine, ...]:
    """Return the files of a case, by supplier and name; a file read twice is there once a reading."""
    receipts: dict[str, list[Receipt]] = {}
    for receipt in bench.store.receipts(bench.scope):
        receipts.setdefault(receipt.sha256, []).append(receipt)
    lines = []
    for source in bench.sources():
        read: list[Receipt | None] = [*receipts.get(source.sha256, [])]
        lines += [_line(bench, source, receipt) for receipt in read or [None]]
    return tuple(sorted(lines, key=lambda f: (f.supplier.casefold(), f.name.casefold(), f.sha256)))


def receipt_line(bench: Workbench, receipt: Receipt, intake: Intake) -> FileLine:
    """Return what reading one file just did, also of a file that was rejected whole."""
    said = (intake.supplier, intake.authority, intake.received)
    source = Source(receipt.sha256, receipt.name, 0, "", *said)
    return _line(bench, source, receipt)


def _line(bench: Workbench, source: Source, receipt: Receipt | None) -> FileLine:
    name = source.name  # masked by the view
    url = case_url(bench.case, "records", source=source.sha256)
    said = (source.supplier, source.authority, source.received)
    if receipt is None:
        empty: tuple[()] = ()
        return FileLine(
            source.sha256,
            name,
            source.size,
            *said,
            "",
            UNREAD,
            0,
            0,
            empty,
            empty,
            None,
            empty,
            empty,
            empty,
            url,
        )
    checks = tuple(_check(c) for c in receipt.reconciliation)
    return FileLine(
        source.sha256,
        name,
        source.size,
        *said,
        receipt.reader,
        str(receipt.verdict),
        receipt.records,
        receipt.accepted,
        tuple(RejectLine(name, r.locator, r.reason, r.hint) for r in receipt.rejected),
        tuple(RejectLine(name, r.locator, r.reason, r.hint) for r in receipt.left_out),
        worst(checks),
        checks,
        tuple(
            SumLine(code_of(asset), grouped(int(ways["in"]), asset), grouped(int(ways["out"]), asset))
            for asset, ways in sorted(receipt.sums.items())
        ),
        tuple(sorted(receipt.assumptions.items())),
        url,
    )


def _check(check: Reconciliation) -> CheckLine:
    return CheckLine(
        str(check.verdict), check.statement, check.locator, check.expected, check.found, check.why
    )


def worst(checks: tuple[CheckLine, ...]) -> CheckLine | None:
    """Return the least favourable check, which speaks for the file."""
    rank = {str(verdict): place for place, verdict in enumerate(WORST_FIRST)}
    return min(checks, key=lambda c: (rank[c.verdict], c.statement, c.locator), default=None)
