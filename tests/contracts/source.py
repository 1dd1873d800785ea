"""What every reader owes, whoever wrote it: run over all readers that discovery finds.

A reader's test names its samples; the contract asks the same of each.
"""

from __future__ import annotations

import gzip
import io
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graph.model.locators import Cell, ChainLog, Line, Locator, PageRow, Pointer, XPath, expand
from graph.model.provenance import Balance
from graph.model.tables import FACTS, ROWS
from ingest.sandbox.choosing import head_of, readers, sniff_all
from ingest.source import Options

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHA = "ab" * 32


@dataclass(frozen=True, slots=True)
class Sample:
    """A file of a reader's format; ``chains``: its rows explain its balances."""

    code: str
    path: Path
    mapping: Mapping[str, Any] = field(default_factory=dict)
    password: str = ""
    chains: bool = False

    @property
    def options(self) -> Options:
        """How it is read."""
        return Options(SHA, self.mapping, {}, self.password)


def columns(sample: Sample) -> tuple[pa.Table, pa.Table, list[Any]]:
    """Read a sample whole: rows, facts, pieces."""
    pieces = list(readers()[sample.code].read(sample.path, sample.options))
    rows = [p.rows for p in pieces if p.rows is not None]
    facts = [p.facts for p in pieces if p.facts is not None]
    return _whole(rows, ROWS), _whole(facts, FACTS), pieces


def _whole(parts: list[Any], schema: pa.Schema) -> pa.Table:
    tables = [p if isinstance(p, pa.Table) else pa.Table.from_batches([p]) for p in parts]
    return pa.concat_tables(tables) if tables else schema.empty_table()


def check(sample: Sample) -> None:
    """Hold a reader to the whole contract over one sample."""
    sniff_is_exclusive(sample)
    rows, facts, pieces = columns(sample)
    assert rows.num_rows + facts.num_rows > 0
    assert rows.schema == ROWS
    assert facts.schema == FACTS
    rows_hold(rows)
    places_reopen(sample, rows)
    reads_the_same_again(sample, rows, facts)
    verdicts = [r.verdict for p in pieces for r in p.reconciliation]
    assert not sample.chains or (verdicts and set(verdicts) == {Balance.RECONCILES})
    assert all(r.locator and r.reason for p in pieces for r in p.rejected)


def sniff_is_exclusive(sample: Sample) -> None:
    """One reader is surer than all others, and it is the right one."""
    said = sniff_all(readers(), head_of(sample.path, sample.path.name))
    best = max(s.confidence for s in said.values())
    assert [code for code, s in said.items() if s.confidence == best] == [sample.code]


def rows_hold(rows: pa.Table) -> None:
    """Amounts are whole and not negative, intervals run forwards, every row has an end."""
    for row in rows.select(["lo", "hi", "amount", "digits", "debit", "credit", "status"]).to_pylist():
        assert row["lo"] < row["hi"]
        assert row["debit"] or row["credit"]
        assert row["debit"] != ""
        assert row["credit"] != ""
        assert row["status"] in {"completed", "failed", "reversed", "pending"}
        assert (row["amount"] is None) == (row["digits"] is not None)
        assert row["amount"] is None or (row["amount"] >= 0 and row["amount"] == int(row["amount"]))


def reads_the_same_again(sample: Sample, rows: pa.Table, facts: pa.Table) -> None:
    """The same bytes give the same columns."""
    again, more, _ = columns(sample)
    assert again.equals(rows)
    assert more.equals(facts)


def places_reopen(sample: Sample, rows: pa.Table) -> None:
    """Every row's locator opens a place that prints the row's amount, to the digit."""
    for row in rows.select(["form", "a", "b", "amount"]).to_pylist():
        place = expand(row["form"], row["a"], row["b"])
        shown = reopen(sample, place)
        digits = re.sub(r"\D", "", shown)
        assert row["amount"] is None or str(int(row["amount"])).rstrip("0") in digits, (place, shown)


def reopen(sample: Sample, locator: str) -> str:
    """Return what stands at a place of the sample."""
    place = Locator.parse(locator).place
    raw = sample.path.read_bytes()
    match place:
        case Line(number):
            data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
            return re.split(r"\r\n|\n|\r", data.decode())[number - 1]
        case Cell(sheet, row, _):
            import openpyxl

            found = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)[sheet]
            return " ".join(str(c.value) for c in found[row])
        case Pointer(path):
            import json

            value = json.loads(raw)
            for part in path.split("/")[1:]:
                value = value[int(part)] if isinstance(value, list) else value[part]
            return json.dumps(value)
        case XPath(path):
            import xml.etree.ElementTree as ET

            element = ET.fromstring(raw).find("." + path.removeprefix("/report"))  # noqa: S314 - our own sample
            assert element is not None
            return " ".join(element.itertext())
        case ChainLog(_, transaction, index):
            return str(_log_amount(raw, transaction, index))
        case PageRow(page, _):
            return _pages(raw, sample.password)[page - 1]
        case _:
            raise AssertionError(f"no way to reopen {locator}")


def _log_amount(raw: bytes, transaction: str, index: int) -> int:
    """Return the number in a log's data, found among the answers by transaction and position."""
    import json

    lines = [json.loads(line) for line in raw.splitlines()]
    logs = [x for line in lines if "answer" in line for x in line["answer"]["result"] if isinstance(x, dict)]
    named = [x for x in logs if (x["transactionHash"], int(x["logIndex"], 16)) == (transaction, index)]
    assert len(named) == 1
    return int(named[0]["data"], 16)


@lru_cache(maxsize=4)
def _pages(raw: bytes, password: str) -> tuple[str, ...]:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(raw), password=password) as pdf:
        return tuple(str(page.extract_text()) for page in pdf.pages)
