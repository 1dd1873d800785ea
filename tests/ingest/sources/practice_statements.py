"""Statements of invented people, printed by the demo's own writer, and how the tests read them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from api.demo.statement_pdf import Line, Statement
from graph.model.locators import Locator, expand
from graph.model.tables import FACTS, ROWS
from ingest.source import Options, Reader, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graph.model.provenance import Reconciliation, Reject

SOURCE_HASH = "5a" * 32
WALLET = "msisdn::+254700000999"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass
class Whole:
    """All pieces of one reading, put together."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[Reject] = field(default_factory=list)
    left_out: list[Reject] = field(default_factory=list)
    reconciliation: list[Reconciliation] = field(default_factory=list)
    assumptions: dict[str, str] = field(default_factory=dict)
    records: int = 0

    def add(self, piece: Reading) -> None:
        if piece.rows is not None:
            assert piece.rows.schema.equals(ROWS)
            self.rows += table_of(piece.rows).to_pylist()
        if piece.facts is not None:
            assert piece.facts.schema.equals(FACTS)
            self.facts += table_of(piece.facts).to_pylist()
        self.rejected += piece.rejected
        self.left_out += piece.left_out
        self.reconciliation += piece.reconciliation
        self.assumptions |= piece.assumptions
        self.records += piece.records

    def facts_of(self, kind: str) -> list[dict[str, Any]]:
        return [fact for fact in self.facts if fact["kind"] == kind]


def table_of(piece: pa.Table | pa.RecordBatch) -> pa.Table:
    table = piece if isinstance(piece, pa.Table) else pa.Table.from_batches([piece])
    table.validate(full=True)
    return table


def read_whole(reader: Reader, path: Path, *, password: str = "", **values: str) -> Whole:
    """Read a file and check what every reading must keep: schemas, numbers of observations, places."""
    whole = Whole()
    for piece in reader.read(path, Options(SOURCE_HASH, values=values, password=password)):
        whole.add(piece)
    places: dict[int, str] = {}
    for row in (*whole.rows, *whole.facts):
        place = expand(row["form"], row["a"], row["b"])
        assert str(Locator.parse(place)) == place
        assert places.setdefault(row["obs"], place) == place
    assert sorted(places) == list(range(len(places)))
    assert len(set(places.values())) == len(places)
    assert all(str(Locator.parse(reject.locator)) == reject.locator for reject in whole.rejected)
    return whole


def place_of(row: dict[str, Any]) -> str:
    return expand(row["form"], row["a"], row["b"])


def receipt_number(n: int) -> str:
    """Return the n-th made-up receipt: ten signs, letters and digits."""
    return f"T{_LETTERS[n // 24 % 24]}{_LETTERS[n % 24]}{n:05d}PX"


def statement_of(lines: Sequence[Line], **changes: Any) -> Statement:
    facts: dict[str, Any] = {
        "holder": "PRACTICE PERSON A",
        "msisdn": "254700000999",
        "first": dt.date(2026, 2, 1),
        "last": dt.date(2026, 2, 28),
        "requested": "01 Mar 2026",
    }
    return Statement(lines=tuple(lines), **(facts | changes))


def practice_lines(seed: int, count: int = 60, opening: int = 1_000_000) -> list[Line]:
    """Return rows oldest first: payments with their charges, overdrafts, failures, shared seconds."""
    random_source = random.Random(seed)  # noqa: S311 - made-up rows
    lines: list[Line] = []
    balance, moment = opening, dt.datetime(2026, 2, 1, 8, 0, 0)
    for n in range(count):
        moment += dt.timedelta(seconds=random_source.randrange(0, 20_000))
        number = f"2547000{random_source.randrange(100_000):05d}"
        steps = random_source.choice(_SCENES)(random_source.randrange(100, 50_000), number, n)
        for details, units, status in steps:
            balance += units if status == "Completed" else 0
            shown = balance if status == "Completed" or random_source.random() < 0.5 else None
            lines.append(
                Line(receipt_number(n), f"{moment:%Y-%m-%d %H:%M:%S}", details, units, shown, status)
            )
    return lines


_Scene = list[tuple[str, int, str]]


def _send(units: int, number: str, n: int) -> _Scene:
    name = f"PRACTICE PERSON WITH A RATHER LONG NAME NUMBER {n}"
    return [
        (f"Customer Transfer to {number} - {name}", -units, "Completed"),
        ("Customer Transfer of Funds Charge", -1300, "Completed"),
    ]


def _receive(units: int, number: str, n: int) -> _Scene:
    return [(f"Funds received from {number} - PRACTICE PERSON {n}", units + 900, "Completed")]


def _overdrawn(units: int, number: str, n: int) -> _Scene:
    return [
        ("OverDraft of Credit Party", units, "Completed"),
        (f"Pay Bill Online to 400200 - PRACTICE SACCO {n} Acc. {number}", -units - 700, "Completed"),
        ("Pay Bill Charge", -500, "Completed"),
    ]


def _failed(units: int, number: str, n: int) -> _Scene:
    return [(f"Customer Transfer to {number} - PRACTICE PERSON {n}", -units, "Failed")]


_SCENES = (_send, _receive, _receive, _overdrawn, _failed)
