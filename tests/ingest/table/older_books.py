"""Workbooks in the older formats, made of the same cells: XLS by xlwt, XLSB by pyxlsbwriter, ODS by hand."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlwt
from pyxlsbwriter import XlsbWriter

if TYPE_CHECKING:
    from pathlib import Path

Rows = list[list[Any]]
Sheets = dict[str, Rows]
ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
    for short in ("office", "table", "text", "style")
)
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/"/>{}</manifest:manifest>'
)


def xlsx(path: Path, sheets: Sheets) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def xls_book(sheets: Sheets) -> Any:
    book = xlwt.Workbook()
    formats = {dt.datetime: "YYYY-MM-DD HH:MM:SS", dt.date: "YYYY-MM-DD", dt.time: "HH:MM:SS"}
    styles = {kind: xlwt.easyxf(num_format_str=form) for kind, form in formats.items()}
    for title, rows in sheets.items():
        sheet = book.add_sheet(title)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value, styles.get(type(value), xlwt.Style.default_style))
    return book


def xls(path: Path, sheets: Sheets) -> Path:
    xls_book(sheets).save(str(path))
    return path


def xlsb(path: Path, sheets: Sheets) -> Path:
    wide = max(len(row) for rows in sheets.values() for row in rows)
    with XlsbWriter(str(path)) as book:
        for title, rows in sheets.items():
            book.add_sheet(title)
            book.write_sheet([[*row, *[None] * (wide - len(row))] for row in rows])
    return path


def ods(path: Path, sheets: Sheets) -> Path:
    tables = []
    for title, rows in sheets.items():
        lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
        tables.append(ods_table(lines, title))
    return ods_of(path, "".join(tables))


def ods_table(rows: str, title: str = "Data") -> str:
    return f"<table:table table:name={quoteattr(title)}>{rows}</table:table>"


def ods_of(path: Path, tables: str, manifest: str = "", head: str = "") -> Path:
    """Write a spreadsheet around the XML of its tables."""
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content {_NAMES} '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"{body}</office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        z.writestr("META-INF/manifest.xml", _MANIFEST.format(manifest))
        z.writestr("content.xml", content)
    return path


def ods_cell(value: Any, more: str = "") -> str:
    """Return a cell as the office programs write it: the value in an attribute, its print in a paragraph."""
    match value:
        case None:
            return f"<table:table-cell{more}/>"
        case bool():
            return _cell("boolean", f'office:boolean-value="{str(value).lower()}"', str(value).upper(), more)
        case int() | float():
            return _cell("float", f'office:value="{value!r}"', f"{value:,.2f}", more)
        case dt.datetime() | dt.date():
            return _cell("date", f'office:date-value="{value.isoformat()}"', f"{value:%d/%m/%y}", more)
        case dt.time():
            return _cell("time", f'office:time-value="{value:PT%HH%MM%SS}"', f"{value}", more)
        case _:
            return _cell("string", "", str(value), more)


def _cell(kind: str, value: str, shown: str, more: str) -> str:
    said = f'office:value-type="{kind}" {value}{more}'
    return f"<table:table-cell {said}><text:p>{escape(shown)}</text:p></table:table-cell>"


WRITERS = {"xls": xls, "xlsb": xlsb, "ods": ods}
