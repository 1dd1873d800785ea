"""The child that opens an original at one place and prints what stands there; knows no store."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import os
import sys
import zipfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graph.model.locators import Cell, ChainLog, Line, PageRow, Place, Pointer, XPath

Lines = list[tuple[str, str, bool]]
AROUND = 2
MOST_LINES = 40
LONGEST = 400
LARGEST = 64 << 20
CELLS = 40


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
    from graph.model.locators import Cell, ChainLog, Line, Locator, PageRow, Pointer, XPath

    locator = Locator.parse(job["locator"])
    with _opened(Path(job["path"]), job["name"], locator.members) as stream:
        place: Place = locator.place
        match place:
            case Line():
                lines = _text(stream, place, job["encoding"])
            case Cell():
                lines = _cells(stream, place)
            case PageRow():
                lines = _page(stream, place, job["reference"])
            case Pointer():
                lines = _json(stream, place)
            case XPath():
                lines = _xml(stream, place)
            case ChainLog():
                lines = _chain(stream, place)
    return lines, "" if lines else "nothing"


def _opened(path: Path, name: str, members: tuple[str, ...]) -> IO[bytes]:
    stream: IO[bytes] = path.open("rb")
    if name.lower().endswith(".gz"):
        stream = io.BytesIO(gzip.GzipFile(fileobj=stream).read(LARGEST))
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
    wanted = [1, *range(max(place.row - 1, 2), place.row + 2)]
    rows = sheet.iter_rows(max_row=place.row + 1, max_col=CELLS, values_only=True)
    found = {n: row for n, row in enumerate(rows, 1) if n in wanted}
    return [
        (str(n), " | ".join("" if v is None else str(v) for v in row).rstrip(" |"), n == place.row)
        for n, row in sorted(found.items())
    ]


def _page(stream: IO[bytes], place: PageRow, reference: str) -> Lines:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(stream.read(LARGEST))) as book:
        printed = (book.pages[place.page - 1].extract_text() or "").splitlines()
    at = [n for n, line in enumerate(printed) if reference and reference in line]
    near = {m for n in at for m in range(n - AROUND, n + AROUND + 1)} if at else set(range(MOST_LINES))
    return [(str(n + 1), line, n in at) for n, line in enumerate(printed) if n in near]


def _json(stream: IO[bytes], place: Pointer) -> Lines:
    value = json.loads(stream.read(LARGEST), parse_float=str)
    for part in place.path.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    text = json.dumps(value, indent=2, ensure_ascii=False).splitlines()
    return [(str(n), line, True) for n, line in enumerate(text, 1)]


def _xml(stream: IO[bytes], place: XPath) -> Lines:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    found = etree.parse(stream, parser).xpath(place.path)
    text = etree.tostring(found[0], encoding="unicode", with_tail=False).splitlines()
    return [(str(found[0].sourceline + n), line, True) for n, line in enumerate(text)]


def _chain(stream: IO[bytes], place: ChainLog) -> Lines:
    """Return the lines that print the transaction; a saved answer holds one on a line or in one document."""
    return list(itertools.islice(_telling(stream, place.transaction.lower()), MOST_LINES))


def _telling(stream: IO[bytes], transaction: str) -> Iterator[tuple[str, str, bool]]:
    for number, line in enumerate(stream, 1):
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        at = text.lower().find(transaction)
        if at >= 0:
            yield str(number), text[max(at - LONGEST // 2, 0) :], True
