"""From a file to grids: text or workbook, header, mapping; what was found out is said."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from graph.model.locators import Cell, Locator, escape
from graph.model.provenance import Reject, canonical
from ingest.errors import MappingError, UnreadableError
from ingest.mappings.loading import saved_mappings
from ingest.table.decoding import Text, decode, file_bytes, head_bytes, is_blank, sniff_delimiter
from ingest.table.grid import Grid, unique
from ingest.table.guessing import propose
from ingest.table.layout import SEARCHED, guess_header, header_index, saved_match
from ingest.table.mapping import Mapping, mapping_of
from ingest.table.separated import read_grid
from ingest.table.workbooks import is_workbook, sheets

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.source import Options
    from ingest.table.sheet import Sheet

_HEAD = 1 << 18
_SAMPLE = 50
_RAW = 500
Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Opened:
    """Grids of one file with the place of each header, the mapping that fits, and what was assumed.

    ``guessed``: the mapping was proposed by us, so that it must prove itself.
    """

    grids: list[tuple[Grid, int]]
    mapping: Mapping
    notes: dict[str, str] = field(default_factory=dict)
    guessed: dict[str, Any] | None = None


def open_table(path: Path, options: Options) -> Opened:
    """Read a file's tables as texts.

    Raises
    ------
    UnreadableError
        Empty, damaged, too large, or no table.
    MappingError
        No mapping fits, or the one given does not.
    """
    with path.open("rb") as f:
        start = f.read(_HEAD)
    if not start.strip():
        raise UnreadableError("the file is empty", hint="ask for it again")
    if is_workbook(start):
        return _open_workbook(path, options)
    return _open_text(path, options)


def choose(rows: Rows, options: Options, name: str) -> tuple[dict[str, Any], bool]:
    """Return the mapping as data that fits rows, and whether it is only a guess.

    Raises
    ------
    MappingError
        Nothing fits: what was looked for is in the hint.
    """
    if options.mapping:
        return dict(options.mapping), False
    saved = saved_match(rows, saved_mappings())
    if saved is not None:
        return dict(saved_mappings()[saved.name]), False
    at = guess_header(rows)
    if at is not None:
        above = [" ".join(r) for r in rows[:at]]
        found = propose(name, unique(rows[at]), rows[at + 1 : at + 1 + _SAMPLE], above, dict(options.values))
        if found is not None:
            return found, True
    shown = ", ".join(c for c in rows[at] if c.strip())[:200] if at is not None else "no header row found"
    raise MappingError(
        "no saved mapping fits this table, and its header does not say enough to propose one",
        header=shown,
        hint="write a mapping and give it with --mapping; name the currency if nothing prints it",
    )


def adjusted(mapping: Mapping, values: dict[str, str]) -> Mapping:
    """Apply reader options to a mapping: zone, currency, institution, account (with account_kind)."""
    known = {"zone", "currency", "institution", "account", "account_kind"}
    if unknown := sorted(set(values) - known):
        raise MappingError(
            "the table reader has no such option", option=unknown[0], hint=", ".join(sorted(known))
        )
    if "zone" in values:
        mapping = replace(mapping, when=replace(mapping.when, zone=values["zone"]))
    if "currency" in values and not mapping.asset.column:
        mapping = replace(mapping, asset=replace(mapping.asset, code=values["currency"]))
    if "institution" in values:
        mapping = replace(mapping, institution=values["institution"])
    if "account" in values and mapping.account is not None and not mapping.account.column:
        kind = values.get("account_kind", "account")
        mapping = replace(mapping, account=replace(mapping.account, value=values["account"], kind=kind))
    return mapping


def _header_at(rows: Rows, mapping: Mapping) -> int:
    """Return the index of the header among the first rows; -1: there is none."""
    if mapping.table.header < 0:
        if not mapping.table.columns:
            raise MappingError("a table without a header needs its columns named", mapping=mapping.name)
        return -1
    if mapping.table.header > 0:
        if mapping.table.header > len(rows):
            raise MappingError("the header lies beyond the rows", header=mapping.table.header)
        return mapping.table.header - 1
    at = header_index(rows, mapping.header) if mapping.header else guess_header(rows)
    if at is None:
        seen = next((r for r in rows if sum(bool(c.strip()) for c in r) > 1), rows[0] if rows else [])
        raise MappingError(
            f"no row of the first {SEARCHED} holds the header of the mapping",
            mapping=mapping.name,
            wanted=", ".join(mapping.header)[:200],
            found=", ".join(seen)[:200],
        )
    return at


def mapping_for(path: Path, options: Options) -> Mapping:
    """Return the mapping that ``open_table`` will use, looking at the head of the file only."""
    with path.open("rb") as f:
        start = f.read(_HEAD)
    if is_workbook(start):
        return open_table(path, options).mapping
    return _text_head(head_bytes(start), path, options, whole=False)[1]


@dataclass(frozen=True, slots=True)
class _Head:
    """The first lines of a text as cells, the byte after each line, and how they were split."""

    rows: Rows
    ends: list[int]
    delimiter: str
    quote: str
    text: Text


def _text_head(
    raw: bytes, path: Path, options: Options, *, whole: bool
) -> tuple[_Head, Mapping, dict[str, Any] | None]:
    """Return the head of a text, the mapping that fits it, and the guess where it is one."""
    given = mapping_of(dict(options.mapping)) if options.mapping else None
    if is_blank(raw):
        raise UnreadableError("the file holds no text", hint="ask for it again")
    text = decode(raw, given.table.encoding if given else "", whole=whole)
    lines, ends = _first_lines(text.data)
    delimiter = (given.table.delimiter if given else "") or sniff_delimiter(lines)
    if not delimiter:
        raise UnreadableError("no table: no sign splits its lines into columns", hint="is it a table at all?")
    quote = (given.table.quote if given else "") or '"'
    head = _Head([cells_of(line, delimiter, quote) for line in lines], ends, delimiter, quote, text)
    data, guessed = choose(head.rows, options, _stem(path))
    return head, adjusted(given or mapping_of(data), dict(options.values)), data if guessed else None


def _open_text(path: Path, options: Options) -> Opened:
    head, mapping, guess = _text_head(file_bytes(path), path, options, whole=True)
    at = _header_at(head.rows, mapping)
    names = unique(list(mapping.table.columns) if at < 0 else head.rows[at])
    offset = 0 if at < 0 else head.ends[at]
    grid = read_grid(head.text.data[offset:], names, at + 2, head.delimiter, head.quote)
    return Opened([(grid, at + 1)], mapping, _text_notes(head.text, head.delimiter, at, mapping), guess)


def _stem(path: Path) -> str:
    return path.name.partition(".")[0] or "table"


def _first_lines(data: bytes) -> tuple[list[str], list[int]]:
    """Return the first physical lines, and the byte at which each one's successor starts."""
    lines: list[str] = []
    ends: list[int] = []
    at = 0
    head = data[:_HEAD]
    while at < len(data) and len(lines) < 4 * SEARCHED:
        n, r = head.find(b"\n", at), head.find(b"\r", at)
        stops = [p for p in (n, r) if p >= 0]
        stop = min(stops, default=len(head))
        end = stop + (2 if head[stop : stop + 2] == b"\r\n" else 1)
        lines.append(head[at:stop].decode(errors="replace"))
        ends.append(min(end, len(data)))
        if not stops:
            break
        at = end
    return lines, ends


def cells_of(line: str, delimiter: str, quote: str) -> list[str]:
    """Return the cells of one physical line."""
    try:
        return next(csv.reader([line], delimiter=delimiter, quotechar=quote), [""])
    except csv.Error:
        return [line]


def _text_notes(text: Text, delimiter: str, at: int, mapping: Mapping) -> dict[str, str]:
    shown = {"\t": "tab"}.get(delimiter, delimiter)
    notes = {"encoding": text.assumed or text.encoding}
    notes["delimiter"] = f"{shown} ({'stated' if mapping.table.delimiter else 'found'})"
    if at > 0:
        notes["lines above the header"] = f"1 to {at}, not read"
    return notes


def _open_workbook(path: Path, options: Options) -> Opened:
    book = sheets(path)
    filled = [s for s in book if s.rows]
    if not filled:
        raise UnreadableError("the workbook holds no cells", sheets=", ".join(s.title for s in book))
    given = mapping_of(dict(options.mapping)) if options.mapping else None
    data, guessed = ({}, False) if given else _choose_sheet(filled, options, _stem(path))
    mapping = adjusted(given or mapping_of(data), dict(options.values))
    grids: list[tuple[Grid, int]] = []
    passed: list[str] = []
    notes: dict[str, str] = {}
    for sheet in filled:
        if mapping.table.sheet and sheet.title != mapping.table.sheet:
            passed.append(sheet.title)
            continue
        try:
            at = _header_at([cells for _, cells in sheet.rows[: 4 * SEARCHED]], mapping)
        except MappingError:
            if mapping.table.sheet:
                raise
            passed.append(sheet.title)
            continue
        notes |= sheet.notes
        grids.append((_sheet_grid(sheet, at, mapping), sheet.rows[at][0] if at >= 0 else 0))
    if not grids:
        raise MappingError(
            "no sheet holds the header of the mapping",
            mapping=mapping.name,
            wanted=", ".join(mapping.header)[:200],
            sheets=", ".join(s.title for s in filled),
        )
    notes |= {"sheets read": ", ".join(g.form.partition("!")[0].removeprefix("sheet:") for g, _ in grids)}
    notes |= {"sheets not read": ", ".join(passed)} if passed else {}
    return Opened(grids, mapping, notes, data if guessed else None)


def _choose_sheet(filled: list[Sheet], options: Options, name: str) -> tuple[dict[str, Any], bool]:
    problem: MappingError | None = None
    guess: dict[str, Any] | None = None
    for sheet in filled:
        try:
            data, guessed = choose([cells for _, cells in sheet.rows[: 4 * SEARCHED]], options, name)
        except MappingError as cause:
            problem = problem or cause
            continue
        if not guessed:
            return data, False
        guess = guess or data
    if guess is None:
        raise problem or MappingError("no sheet holds a table")
    return guess, True


def _sheet_grid(sheet: Sheet, at: int, mapping: Mapping) -> Grid:
    names = unique(list(mapping.table.columns) if at < 0 else _trimmed(sheet.rows[at][1]))
    width = len(names)
    kept: list[tuple[int, list[str]]] = []
    rejected = []
    for row, cells in sheet.rows[at + 1 :]:
        problem = sheet.rejects.get(row)
        if problem is None and any(c.strip() for c in cells[width:]):
            place = str(Locator(Cell(sheet.title, row, width + 1)))
            problem = Reject(
                place, "a cell beside the table", "the header has no column for it", ",".join(cells)[:_RAW]
            )
        if problem is not None:
            rejected.append(problem)
            continue
        kept.append((row, [*cells[:width], *[""] * (width - len(cells))]))
    columns = tuple(pa.array([cells[i] for _, cells in kept], pa.string()) for i in range(width))
    marks = pa.array([sheet.marks.get(row, "") for row, _ in kept], pa.string()) if sheet.marks else None
    form = f"sheet:{escape(sheet.title)}!cell:{{a}},{{b}}"
    places = np.array([row for row, _ in kept], dtype=np.int64)
    return Grid(names, columns, form, places, tuple(rejected), marks)


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def proposal_text(mapping: dict[str, Any]) -> str:
    """Return a proposed mapping as one text (JSON, which is YAML too)."""
    return canonical(mapping)
