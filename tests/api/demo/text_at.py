"""What stands at a place of an original, read without any of our readers."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import openpyxl
import pdfplumber

from graph.model.locators import Cell, Line, Locator, PageRow, Pointer

if TYPE_CHECKING:
    from pathlib import Path

RECEIPT = re.compile(r"[A-Z0-9]{10} 2026-")


def numbers_at(path: Path, locator: str, password: str = "") -> list[str]:
    """Return the numbers printed at a place, as they stand there but for thousands separators."""
    place = Locator.parse(locator).place
    if isinstance(place, Line):
        cells = next(csv.reader(io.StringIO(_lines(path)[place.number - 1]), delimiter=_delimiter(path)))
    elif isinstance(place, Cell):
        cells = [str(cell) for cell in _sheet(path, place.sheet)[place.row - 1]]
    elif isinstance(place, PageRow):
        cells = _pages(path, password)[place.page - 1][place.row - 1].split()
    else:
        assert isinstance(place, Pointer)
        cells = [str(value) for value in _pointed(path, place.path).values()]
    return [cell.replace(",", "").lstrip("-") for cell in cells]


@cache
def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\n")


def _delimiter(path: Path) -> str:
    text = "".join(_lines(path))
    return max(";,", key=text.count)


@cache
def _sheet(path: Path, name: str) -> list[tuple[object, ...]]:
    with path.open("rb") as file:
        return list(openpyxl.load_workbook(file, read_only=True)[name].values)


@cache
def _pages(path: Path, password: str) -> list[list[str]]:
    with pdfplumber.open(path, password=password) as pdf:
        pages = [page.extract_text() for page in pdf.pages]
    return [[line for line in page.splitlines() if RECEIPT.match(line)] for page in pages]


def _pointed(path: Path, pointer: str) -> dict[str, Any]:
    value: Any = json.loads(path.read_bytes())
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    assert isinstance(value, dict)
    return value
