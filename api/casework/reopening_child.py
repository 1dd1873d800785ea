"""The child that opens an original at one place and prints what stands there; knows no store."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import os
import re
import sys
import zipfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graph.model.locators import Cell, Line, PageRow, Place, XPath

Lines = list[tuple[str, str, bool]]
AROUND = 2
MOST_LINES = 40
LONGEST = 400
LARGEST = 64 << 20
CELLS = 40
_PLAIN = re.compile(r"(?:/@?[\w.-]+(?:\[\d+\])?)+(?:/text\(\))?")
_STEP = re.compile(r"/(@?)([\w.-]+)(?![\w.(-])")


def main() -> None:
    """Do one job: from stdin, to stdout."""
    job = json.load(sys.stdin)
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer of ours
    from ingest.sandbox.confinement import confine

    confine(job["limits"], job["scratch"])
    try:
        lines, why = _lines(job)
    except Exception as fault:  # noqa: BLE001 - hostile bytes may raise anything; the page says it is unreadable
        lines, why = [], "locked" if "password" in _chain_of(fault) else "unreadable"
    json.dump({"lines": [(n, t[:LONGEST], h) for n, t, h in lines[:MOST_LINES]], "why": why}, channel)
    channel.close()


def _chain_of(fault: BaseException | None) -> str:
    """Name a fault and all that led to it, in small letters."""
    told = ""
    while fault is not None:
        told += f"{fault!r} "
        fault = fault.__cause__ or fault.__context__
    return told.lower()


def _lines(job: Mapping[str, Any]) -> tuple[Lines, str]:
    from api.casework.reopening_json import at_pointer, on_chain
    from graph.model.locators import Cell, ChainLog, Line, Locator, PageRow, Pointer, XPath
    from ingest.table.older_workbook import format_of

    locator = Locator.parse(job["locator"])
    path = Path(job["path"])
    form = "" if locator.members else format_of(path)
    with _opened(path, locator.members) as stream:
        place: Place = locator.place
        match place:
            case Line():
                lines = _text(stream, place, job["encoding"])
            case Cell():
                lines = _older_cells(path, form, place) if form else _cells(stream, place)
            case PageRow():
                lines = _page(stream, place, job["reference"])
            case Pointer():
                lines = at_pointer(stream, place)
            case XPath():
                lines = _xml(stream, place)
            case ChainLog():
                lines = on_chain(stream, place)
    return lines, "" if lines else "nothing"


def _opened(path: Path, members: tuple[str, ...]) -> IO[bytes]:
    stream: IO[bytes] = path.open("rb")
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    if packed:
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=stream))
    for member in members:
        with zipfile.ZipFile(stream) as archive, archive.open(member) as inner:
            stream = io.BytesIO(inner.read(LARGEST))
    return stream


def _text(stream: IO[bytes], place: Line, encoding: str) -> Lines:
    first = max(place.number - AROUND, 1)
    raw = itertools.islice(stream, first - 1, place.number + AROUND)
    return [(str(n), _decoded(line, encoding), n == place.number) for n, line in enumerate(raw, first)]


def _decoded(line: bytes, encoding: str) -> str:
    for code in (encoding or "utf-8-sig", "utf-8-sig", "cp1252"):
        try:
            return line.decode(code).rstrip("\r\n")
        except (UnicodeDecodeError, LookupError):
            continue
    return line.decode("latin-1").rstrip("\r\n")


def _cells(stream: IO[bytes], place: Cell) -> Lines:
    from openpyxl import load_workbook

    sheet = load_workbook(stream, read_only=True, data_only=True)[place.sheet]
    rows = sheet.iter_rows(max_row=place.row + 1, max_col=CELLS, values_only=True)
    return _near(place, enumerate(rows, 1))


def _older_cells(path: Path, form: str, place: Cell) -> Lines:
    from ingest.table.older_workbook import older_sheets

    return _near(place, next(s.rows for s in older_sheets(path, form) if s.title == place.sheet))


def _near(place: Cell, rows: Iterable[tuple[int, Sequence[object]]]) -> Lines:
    """Return the first row, which names the columns, and the rows around the place."""
    wanted = {1, *range(max(place.row - 1, 2), place.row + 2)}
    found = {n: row for n, row in rows if n in wanted}
    return [
        (str(n), " | ".join("" if v is None else str(v) for v in row[:CELLS]).rstrip(" |"), n == place.row)
        for n, row in sorted(found.items())
    ]


def _page(stream: IO[bytes], place: PageRow, reference: str) -> Lines:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(stream.read(LARGEST))) as book:
        printed = (book.pages[place.page - 1].extract_text() or "").splitlines()
    at = [n for n, line in enumerate(printed) if reference and reference in line]
    near = {m for n in at for m in range(n - AROUND, n + AROUND + 1)} if at else set(range(MOST_LINES))
    return [(str(n + 1), line, n in at) for n, line in enumerate(printed) if n in near]


def _xml(stream: IO[bytes], place: XPath) -> Lines:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    found: list[Any] = etree.parse(stream, parser).xpath(_by_local_names(place.path))
    for one in found[:1]:
        if not etree.iselement(one):  # an attribute, or text: its element says on which line
            return [(str(one.getparent().sourceline), str(one), True)]
        first, text = one.sourceline, etree.tostring(one, encoding="unicode", with_tail=False)
        if max(map(len, text.splitlines())) <= LONGEST:
            return [(str(first + n), line, True) for n, line in enumerate(text.splitlines())]
        etree.indent(one)  # a document on one line: only its layout is ours
        text = etree.tostring(one, encoding="unicode", with_tail=False)
        return [(str(first), line, True) for line in text.splitlines()]
    return []


def _by_local_names(path: str) -> str:
    """Return a plain path so that it finds elements of any namespace; another expression as it is.

    Readers count the siblings of one local name, as goAML is sent with and without a namespace.

    Examples
    --------
    >>> _by_local_names("/report/transaction[3]")
    "/*[local-name()='report']/*[local-name()='transaction'][3]"
    """
    if not _PLAIN.fullmatch(path):
        return path
    return _STEP.sub(lambda m: f"/{m[1]}*[local-name()='{m[2]}']", path)
