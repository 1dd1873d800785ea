"""The records of a lead, and whether those who paid had paid before: the first payment between two ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.web.rows import RecordLine, record_lines
from graph.store import Selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.workbench import Workbench

MOST_RECORDS, MOST_LOOKED = 200, 20_000
PAID, NEVER, UNKNOWN = "paid", "never", ""


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """One record; ``before`` says whether its payer had paid its payee before this lead's first record.

    ``since`` is the first such payment in microseconds, 0 where there was none. ``before`` is empty
    where it cannot be told: an end is not named, or too much is on record to look through. ``onward``
    marks what the instrument that the pattern turns on paid away, where it also took.
    """

    row: RecordLine
    before: str
    since: int
    onward: bool = False


def lead_records(bench: Workbench, cited: Sequence[str], subject: str) -> tuple[tuple[LeadRecord, ...], bool]:
    """Return the records that a lead cites in the total order, and whether what came before was seen.

    Parameters
    ----------
    subject : str
        Instrument that the pattern turns on; its dealings are looked through. Empty: none.
    """
    wanted = Selection(observations=tuple(cited), statuses=(), limit=MOST_RECORDS)
    rows = bench.store.select(bench.scope, wanted).table.to_pylist()
    lines = record_lines(bench, rows)
    if not subject or not rows:
        return tuple(LeadRecord(line, UNKNOWN, 0) for line in lines), False
    start = min(row["lo"] for row in rows)
    dealings = Selection(instruments=(subject,), window=(0, start), limit=MOST_LOOKED)
    answer = bench.store.select(bench.scope, dealings)
    if answer.truncated:
        return tuple(LeadRecord(line, UNKNOWN, 0) for line in lines), False
    first: dict[tuple[str, str], int] = {}
    for row in answer.table.select(["debit", "credit", "lo"]).to_pylist():
        pair = (row["debit"] or "", row["credit"] or "")
        first[pair] = min(first.get(pair, row["lo"]), row["lo"])
    takes = any(line.credit is not None and line.credit.id == subject for line in lines)
    return tuple(_record(line, subject, first, takes=takes) for line in lines), True


def _record(line: RecordLine, subject: str, first: dict[tuple[str, str], int], *, takes: bool) -> LeadRecord:
    if line.debit is None or line.credit is None or subject not in (line.debit.id, line.credit.id):
        return LeadRecord(line, UNKNOWN, 0)
    since = first.get((line.debit.id, line.credit.id), 0)
    return LeadRecord(line, PAID if since else NEVER, since, takes and line.debit.id == subject)
