"""A look at an OpenDocument spreadsheet (ODS) as a stream of XML, before a library builds it.

One attribute repeats a row a million times, so what is asked for is counted first. It says besides what
the library does not: formulas, errors, hidden rows, and texts that it would run together with others.
Source: OpenDocument 1.3, part 3, sections 9.1 (tables), 19.675 and 19.677 (repeats), 19.387 (values).
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from ingest.errors import PasswordError, UnreadableError
from ingest.table.sheet import Scan, check_place, check_size

if TYPE_CHECKING:
    from pathlib import Path

_MEMBER = "content.xml"
_ENCRYPTED = re.compile(rb"<(?:\w+:)?encryption-data\b")
_SHOWN_ERROR = re.compile(r"#[A-Z0-9/]+[!?]|#N/A|Err:\d{3}")
_MOST_REPEATS = 1 << 32
_MOST_BLANKS = 1 << 15
_VALUES = ("office:value", "office:date-value", "office:time-value", "office:boolean-value")
_ASIDE = ("office:annotation", "draw:")  # comments and drawings stand inside a cell, and are not its text
_SIGNS = {"text:tab": "\t", "text:line-break": "\n"}
_CELLS = frozenset(["table:table-cell", "table:covered-table-cell"])
Attributes = dict[str, str]


def scan_ods(path: Path) -> list[Scan]:
    """Look at every table of a spreadsheet, in its order.

    Raises
    ------
    PasswordError
        An encrypted spreadsheet.
    UnreadableError
        Damaged, or larger than any workbook of payments: with the place.
    """
    with zipfile.ZipFile(path) as z:
        check_size(z)
        if _ENCRYPTED.search(z.read("META-INF/manifest.xml")):
            raise PasswordError("an encrypted workbook", hint="save it without password")
        tables = _Tables()
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = tables.start
        parser.EndElementHandler = tables.end
        parser.CharacterDataHandler = tables.text
        with z.open(_MEMBER) as f:
            while part := f.read(1 << 20):
                parser.Parse(part, False)
        parser.Parse(b"", True)
    return tables.scans


def _refuse_doctype(*_: Any) -> None:
    raise UnreadableError("a document type in a spreadsheet", member=_MEMBER, hint="no program writes one")


@dataclass(slots=True)
class _Cell:
    """The cell being read: its attributes, its paragraphs, and whether the library would misread these."""

    said: Attributes
    paragraphs: list[str] = field(default_factory=list)
    odd: bool = False

    @property
    def shown(self) -> str:
        """Return the text of the cell."""
        return "\n".join(self.paragraphs)

    @property
    def misread(self) -> bool:
        """Say whether the library would give another text than the one shown: run together, or none."""
        valued = any(name in self.said for name in (*_VALUES, "office:string-value"))
        untyped = self.said.get("office:value-type") != "string"
        return bool(self.shown) and not valued and (self.odd or untyped)


@dataclass(slots=True)
class _Tables:
    """What the parser tells, as scans: one per table."""

    scans: list[Scan] = field(default_factory=list)
    inside: bool = False
    row: int = 0
    repeats: int = 1
    hidden: bool = False
    column: int = 0
    cell: _Cell | None = None
    aside: int = 0

    def start(self, name: str, said: Attributes) -> None:
        """Take a start tag."""
        if self.aside or (self.cell is not None and name.startswith(_ASIDE)):
            self.aside += 1
            if self.cell is not None:
                self.cell.odd = True
        elif name == "table:table":
            self._table()
        elif self.inside and name == "table:table-row":
            self.repeats = _repeats(said, "table:number-rows-repeated", self.row)
            self.hidden = said.get("table:visibility") in {"collapse", "filter"}
            self.column = 0
        elif self.inside and name in _CELLS:
            self.cell = _Cell(said)
        elif self.cell is not None:
            self._in_cell(self.cell, name, said)

    def _in_cell(self, cell: _Cell, name: str, said: Attributes) -> None:
        if name == "text:p":
            cell.paragraphs.append("")
        elif name in _SIGNS:
            cell.odd = True
            self.text(_SIGNS[name])
        elif name == "text:s":
            blanks = int(said.get("text:c", "1"))
            if not 0 <= blanks <= _MOST_BLANKS:
                raise UnreadableError("more blanks than a cell holds", member=_MEMBER, row=self.row + 1)
            self.text(" " * blanks)

    def end(self, name: str) -> None:
        """Take an end tag."""
        if self.aside:
            self.aside -= 1
        elif name == "table:table":
            self.inside = False
        elif self.inside and name == "table:table-row":
            self.row += self.repeats
        elif self.inside and name in _CELLS and self.cell is not None:
            self._end_cell(self.cell)
            self.cell = None

    def text(self, text: str) -> None:
        """Take a part of a text."""
        if self.cell is not None and self.cell.paragraphs and not self.aside:
            self.cell.paragraphs[-1] += text

    def _table(self) -> None:
        if self.inside:
            raise UnreadableError("a table inside a cell", member=_MEMBER, row=self.row + 1)
        self.scans.append(Scan())
        self.inside, self.row = True, 0

    def _end_cell(self, cell: _Cell) -> None:
        wide = _repeats(cell.said, "table:number-columns-repeated", self.row)
        first, self.column = self.column + 1, self.column + wide
        formula = "table:formula" in cell.said
        valued = any(name in cell.said for name in _VALUES) or bool(cell.said.get("office:string-value"))
        if not (valued or formula or cell.shown):
            return
        scan, last = self.scans[-1], self.row + self.repeats
        check_place(last, self.column, _MEMBER)
        if self.row + 1 not in scan.rows:
            scan.rows.update(range(self.row + 1, last + 1))
            scan.hidden_rows += self.repeats if self.hidden else 0
        scan.hold(last, self.column, _MEMBER)
        self._note(scan, cell, range(first, self.column + 1))

    def _note(self, scan: Scan, cell: _Cell, columns: range) -> None:
        """Take note of formulas, and of what the library would not read as it is shown."""
        formula = "table:formula" in cell.said
        unstored = formula and "office:value-type" not in cell.said
        error = cell.said.get("calcext:value-type") == "error" or (
            formula and _SHOWN_ERROR.fullmatch(cell.shown)
        )
        misread = cell.misread
        if not (formula or error or misread):
            return
        places = [(r, c) for r in range(self.row + 1, self.row + self.repeats + 1) for c in columns]
        scan.formulas.update(places if formula else ())
        scan.unstored.update(places if unstored and not error else ())
        if error or misread:
            scan.texts.update(dict.fromkeys(places, cell.shown or "#ERROR"))


def _repeats(said: Attributes, name: str, row: int) -> int:
    """Return how often a row or cell is repeated.

    Raises
    ------
    UnreadableError
        Not a number of times.
    """
    text = said.get(name, "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_REPEATS)) else 0
    if not 0 < number <= _MOST_REPEATS:
        raise UnreadableError("a repeat that is no number", member=_MEMBER, row=row + 1, found=text[:40])
    return number
