"""Tables without payments: dated rates, tags on addresses, holders of accounts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from graph.model.provenance import Balance, Reconciliation
from ingest.errors import MappingError
from ingest.table.columns import read_assets
from ingest.table.ends import resolve
from ingest.table.output import EVER, Facts, Piece, rejects
from ingest.table.payments import read_when, time_notes, without_left_out

if TYPE_CHECKING:
    from ingest.table.columns import Refused
    from ingest.table.grid import Grid
    from ingest.table.mapping import Mapping
    from ingest.table.statements import Array

_RATE = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)", re.ASCII)


def plain_rate(text: str, decimal: str, group: str) -> str:
    """Return a rate as plain decimal text, every digit as printed; empty where it is none above zero.

    Examples
    --------
    >>> plain_rate("1.234,50", ",", "."), plain_rate("1.2e3", ".", ","), plain_rate("0.00", ".", ",")
    ('1234.50', '', '')
    """
    bare = text.replace(group, "").replace(decimal, ".") if group else text.replace(decimal, ".")
    return bare if _RATE.fullmatch(bare) and bare.strip("0.") else ""


def _fields(grid: Grid, mapping: Mapping) -> list[dict[str, str]]:
    columns = {
        k: None if v.startswith("=") else grid.texts(v).to_pylist() for k, v in sorted(mapping.facts.items())
    }
    return [
        {k: str(mapping.facts[k][1:] if c is None else c[i]) for k, c in columns.items()}
        for i in range(grid.rows)
    ]


def read_rates(grid: Grid, mapping: Mapping, source: str) -> Piece:  # noqa: ARG001 - as its siblings
    """Read a grid as dated rates: one unit of ``base`` costs ``rate`` units of ``quote``."""
    grid, left_out = without_left_out(grid, mapping)
    times = read_when(grid, mapping.when)
    base, quote = read_assets(grid, mapping.base), read_assets(grid, mapping.quote)
    printed = grid.texts(mapping.rate).to_pylist()
    rates = [plain_rate(t, mapping.table.decimal, mapping.table.group) for t in printed]
    bad: Refused = {i: ("no rate above zero", "a plain decimal") for i, r in enumerate(rates) if not r}
    keep, rejected = rejects(grid, [times.refused, base.refused, quote.refused, bad])
    facts, said = Facts(grid.form), _fields(grid, mapping)
    for obs, row in enumerate(np.flatnonzero(keep).tolist()):
        fields = said[row] | {"base": base.keys.word(row), "quote": quote.keys.word(row), "rate": rates[row]}
        facts.add("rate", obs, int(grid.place[row]), (int(times.lo[row]), int(times.hi[row])), None, fields)
    return _piece(grid, facts, rejected, left_out, time_notes(mapping.when, times))


def read_tags(grid: Grid, mapping: Mapping, source: str) -> Piece:
    """Read a grid as tags: what a source says an address or account is."""
    return _about_subjects(grid, mapping, source, "tag")


def read_holders(grid: Grid, mapping: Mapping, source: str) -> Piece:
    """Read a grid as holders: who is named for an account, from the date the row gives, if any."""
    return _about_subjects(grid, mapping, source, "holder")


def _about_subjects(grid: Grid, mapping: Mapping, source: str, kind: str) -> Piece:
    if mapping.subject is None:
        raise MappingError("the mapping names no subject", mapping=mapping.name)
    grid, left_out = without_left_out(grid, mapping)
    subject = resolve(grid, [mapping.subject], mapping.institution, source)
    labels = grid.texts(mapping.label).to_pylist()
    nobody = np.flatnonzero(subject.keys.codes < 0).tolist()
    missing: list[Refused] = [
        {int(r): ("the row names no subject", "") for r in nobody},
        {i: ("the row has no label", "") for i, t in enumerate(labels) if not t},
    ]
    notes: dict[str, str] = {"time": "undated: holds for every time"}
    lo: Array = np.full(grid.rows, EVER[0], np.int64)
    hi: Array = np.full(grid.rows, EVER[1], np.int64)
    refused: list[Refused] = []
    if mapping.when.columns:
        times = read_when(grid, mapping.when)
        lo, hi, notes = times.lo, times.hi, time_notes(mapping.when, times)
        refused.append(times.refused)
    keep, rejected = rejects(grid, [subject.refused, *missing, *refused])
    facts, said = Facts(grid.form), _fields(grid, mapping)
    for obs, row in enumerate(np.flatnonzero(keep).tolist()):
        window = (int(lo[row]), int(hi[row]))
        fields = ({"role": "holder"} if kind == "holder" else {}) | said[row]
        facts.add(kind, obs, int(grid.place[row]), window, subject.keys.word(row), fields, labels[row])
    return _piece(grid, facts, rejected, left_out, notes)


def _piece(grid: Grid, facts: Facts, rejected: tuple, left_out: tuple, notes: dict[str, str]) -> Piece:  # type: ignore[type-arg]
    why = "no payments in this table"
    verdict = (Reconciliation(Balance.NONE, why=why),)
    return Piece(None, facts.table(), (*grid.rejected, *rejected), left_out, verdict, notes)
