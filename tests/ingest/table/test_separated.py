"""Delimited text: the fast way and the careful way agree, and places are physical lines."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ingest.table.decoding import decode, physical_lines, sniff_delimiter
from ingest.table.separated import _careful, _fast, read_grid

if TYPE_CHECKING:
    from ingest.table.grid import Grid

cell = some.text(alphabet='ab1,;" é\n', max_size=6)
rows = some.lists(some.lists(cell, min_size=3, max_size=3), min_size=1, max_size=12)
ends = some.sampled_from(["\n", "\r\n"])
NAMES = ("a", "b", "c")


def text_of(table: list[list[str]], end: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows(table)
    return out.getvalue()


def seen(grid: Grid) -> list[tuple[int, list[str]]]:
    return [(int(grid.place[i]), [str(c[i]) for c in grid.columns]) for i in range(grid.rows)]


@given(rows, ends)
def test_both_ways_agree(table: list[list[str]], end: str) -> None:
    data = text_of(table, end).encode()
    careful = _careful(data, NAMES, 2, ",", '"')
    fast = _fast(data, NAMES, 2, ",", '"')
    assert fast is None or (seen(fast) == seen(careful) and fast.rejected == careful.rejected)


@given(rows)
def test_plain_rows_take_the_fast_way(table: list[list[str]]) -> None:
    plain = [[re.sub(r'[\n"]', "", c) + "x" for c in row] for row in table]
    assert _fast(text_of(plain, "\n").encode(), NAMES, 2, ",", '"') is not None


@given(rows, ends)
def test_every_row_that_is_not_blank_is_there_at_its_physical_line(table: list[list[str]], end: str) -> None:
    text = text_of(table, end)
    grid = read_grid(text.encode(), NAMES, 1, ",", '"')
    assert not grid.rejected
    wanted, line = [], 1
    for row in table:
        if any(c.strip() for c in row):
            wanted.append((line, row))
        line += len(physical_lines(text_of([row], end)))
    assert seen(grid) == wanted


@given(rows, some.integers(0, 400))
def test_a_cut_file_loses_only_its_last_row(table: list[list[str]], cut: int) -> None:
    plain = [[re.sub(r"\n", "", c) + "x" for c in row] for row in table]
    whole = text_of(plain, "\n")
    data = whole.encode()[: cut % (len(whole.encode()) + 1)]
    grid = read_grid(decode(data).data, NAMES, 1, ",", '"')
    complete = whole[: len(data.decode(errors="ignore"))].count("\n")
    assert seen(grid)[:complete] == [(i + 1, row) for i, row in enumerate(plain[:complete])]
    assert grid.rows + len(grid.rejected) <= complete + 1


@pytest.mark.parametrize("line", ['x,"y,z', "x,y", "x,y,z,w", "\0x,y,z"])
def test_a_bad_line_in_a_large_file_is_found_by_number(line: str) -> None:
    lines = [f"{i},b,c" for i in range(1000)]
    lines[617] = line
    grid = read_grid("\n".join(lines).encode(), NAMES, 2, ",", '"')
    assert [r.locator for r in grid.rejected] == ["line:619"]
    assert grid.rows == 999
    assert 619 not in grid.place.tolist()


def test_extra_cells_that_are_blank_are_no_fault() -> None:
    grid = read_grid(b"1,2,3,\n4,5,6\n", NAMES, 2, ",", '"')
    assert seen(grid) == [(2, ["1", "2", "3"]), (3, ["4", "5", "6"])]


def test_delimiters_inside_quotes_do_not_count() -> None:
    assert sniff_delimiter(['a;"x,y,z"', 'b;"1,2,3"']) == ";"
    assert sniff_delimiter(["only words here", "and here"]) == ""
