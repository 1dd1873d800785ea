"""M-Pesa consumer statement (Kenya), PDF, in the seven-column layout.

Every printed row is an observation of its own at ``page:P,row:R`` (rows counted on each page from
1; the head of a statement is cited by the first row below it). Rows that share a receipt share
their ``rail`` and differ in ``kind``. The order is solved by the running balance, see
``ingest.mpesa.chain``; times are East Africa Time to the second. Password: ``options.password``.
Options: ``zone``, and ``msisdn`` for a statement that does not print its customer's number.

The layout is known from public parsers of such statements; no operator publishes it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from graph.model.identifiers import Kind, parse_identifier
from graph.model.instants import zone_of
from ingest.errors import UnreadableError
from ingest.source import Head, Options, Reading, Sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingest.mpesa.front import Front
    from ingest.mpesa.pages import StatementFile
    from ingest.mpesa.statement import Section
    from ingest.mpesa.table import Sheet

ZONE = "Africa/Nairobi"
_MAGIC = b"%PDF-"
_MAGIC_REACH = 1024
_SURE, _LIKELY, _LAST_RESORT = 95, 60, 30


class MpesaStatement:
    """Reader of the consumer statement."""

    code = "mpesa_statement"
    title = "M-Pesa consumer statement (PDF)"
    version = "1"

    def sniff(self, head: Head) -> Sniff:
        """Look for the PDF mark, and where the whole file is at hand for the seven column titles."""
        if _MAGIC not in head.start[:_MAGIC_REACH]:
            return Sniff(0, "not a PDF")
        if head.size > len(head.start):
            return Sniff(_LIKELY, "a PDF too large to look into")
        return _look(head.start)

    def read(self, path: Path, options: Options) -> Iterator[Reading]:
        """Read a statement, or several behind each other in one file.

        Raises
        ------
        PasswordError
            The file is locked and ``options.password`` is missing or wrong.
        UnreadableError
            Damaged, scanned, too large, or without the seven columns.
        """
        from ingest.mpesa.editing import signs
        from ingest.mpesa.pages import StatementFile
        from ingest.mpesa.statement import result_of

        zone = options.values.get("zone", ZONE)
        zone_of(zone)  # an unknown zone is the caller's error, not that of every row
        number = options.values.get("msisdn", "")
        wallet = parse_identifier(Kind.MSISDN, number, source=options.source) if number else None
        sheets: list[Sheet] = []
        with StatementFile(path, options.password) as file:
            metadata = file.metadata
            for sheet, of in _sheets(file):
                sheets.append(sheet)
                yield Reading(done=len(sheets), total=of)
        notes = {"time": f"printed without a zone; read in {zone}"}
        edited = signs(path, metadata)
        if edited:
            notes["file edited?"] = "; ".join(edited)
        yield Reading(assumptions=notes, done=len(sheets), total=len(sheets))
        obs = 0
        sections = _sections(sheets, options.source, zone)
        for number_of, section in enumerate(sections, 1):
            found = result_of(section, options.source, zone, obs, wallet)
            obs += found.observations
            prefix = f"statement {number_of}: " if len(sections) > 1 else ""
            yield Reading(
                rows=found.rows,
                facts=found.facts,
                rejected=found.rejected,
                reconciliation=(found.reconciliation,),
                assumptions={prefix + key: text for key, text in found.assumptions.items()},
                records=found.records,
                done=len(sheets),
                total=len(sheets),
            )


def _sheets(file: StatementFile) -> Iterator[tuple[Sheet, int]]:
    from ingest.mpesa.table import TableReader

    reader = TableReader()
    for page in file.pages():
        yield reader.read(page), page.of
    if reader.columns is None:
        raise UnreadableError(
            "no table with the columns of an M-Pesa statement",
            columns="Receipt No., Completion Time, Details, Transaction Status, Paid In, Withdrawn, Balance",
            hint="another kind of PDF: ask for it as CSV or XLSX and use a mapping",
        )


def _sections(sheets: list[Sheet], source: str, zone: str) -> list[Section]:
    """Part the pages into statements: another customer, another period, or a page 1 again."""
    from ingest.mpesa.front import front_of
    from ingest.mpesa.statement import Section

    sections: list[Section] = []
    for sheet in sheets:
        front = front_of(sheet.front, source, zone)
        if sections and _goes_on(front, sheet, sections[-1]):
            sections[-1].front = sections[-1].front.filled(front)
        else:
            sections.append(Section(front))
        sections[-1].sheets.append(sheet)
    return [section for section in sections if any(s.rows or s.has_head for s in section.sheets)]


def _goes_on(front: Front, sheet: Sheet, section: Section) -> bool:
    if front.empty:
        return True
    again = sheet.number == 1 and any(s.number == 1 for s in section.sheets)
    known = section.front
    return (
        not again
        and known.wallet in (None, front.wallet or known.wallet)
        and (known.period in (None, front.period or known.period))
    )


def _look(start: bytes) -> Sniff:
    from pdfplumber import open as open_pdf

    from ingest.mpesa.columns import lines_of, table_head
    from ingest.mpesa.pages import FAULTS, words_of

    try:
        with open_pdf(io.BytesIO(start)) as pdf:
            words = words_of(pdf.pages[0])
    except FAULTS:
        return Sniff(_LIKELY, "a PDF that is locked or damaged")
    lines = lines_of(words)
    if any(table_head(lines, n) for n in range(len(lines))):
        return Sniff(_SURE, "the seven columns of an M-Pesa statement")
    return Sniff(_LAST_RESORT if words else _LIKELY, "a PDF without the seven columns on its first page")


SOURCE = MpesaStatement()
