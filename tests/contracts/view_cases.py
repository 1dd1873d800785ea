"""Random evidence in neutral form: what any store is given before a ``View`` is asked about it.

Small multigraphs with everything that has ever made two backends disagree: hubs, self loops, equal
times, overlapping intervals, parallel transfers, several assets, amounts beyond int64 and beyond 38
digits, failed rows, one-sided rows, one event in two sources with different ends, observations of one
event that disagree, and several facts at one place.
"""

from __future__ import annotations

# ruff: noqa: S311 - chance from a seed, so that a failure can be repeated
import hashlib
import json
import random
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graph.model.provenance import Batch, Link, LinkKind, Source, observation_id
from graph.model.tables import FACTS, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = 86_400_000_000
ASSETS = ("KES:2", "UGX:0")


@dataclass(frozen=True, slots=True)
class Row:
    """One stored row; ``line`` is its locator, so rows with one line are one observation."""

    line: int
    lo: int
    hi: int
    seq: int
    debit: str | None
    credit: str | None
    amount: int | None
    asset: str = ASSETS[0]
    status: str = "completed"
    kind: str = "principal"
    statement: str | None = None
    digits: str | None = None
    ref: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One observation without legs; several may stand on one line, and on the line of a row."""

    line: int
    lo: int
    hi: int
    kind: str
    subject: str | None
    object: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """One source, with its rows and facts in reading order."""

    name: str
    rows: tuple[Row, ...]
    facts: tuple[Fact, ...] = ()

    @property
    def raw(self) -> bytes:
        """Bytes of the original."""
        return json.dumps([self.name, *(repr(r) for r in self.rows)]).encode()

    @property
    def source(self) -> Source:
        """The source record."""
        return Source(hashlib.sha256(self.raw).hexdigest(), self.name, len(self.raw))

    @property
    def batch(self) -> Batch:
        """The batch record."""
        return Batch(self.source.sha256, "random", "1")

    def observation(self, line: int) -> str:
        """Observation id of a line."""
        return observation_id(self.source.sha256, f"line:{line}")

    def record_batch(self) -> pa.RecordBatch:
        """Return the rows in the schema that readers hand over."""
        return _batch(ROWS, [self._row(row) for row in self.rows])

    def fact_batch(self) -> pa.RecordBatch:
        """Return the facts in the schema that readers hand over."""
        told = [{**self._place(fact.line), "fields": "{}", **asdict(fact)} for fact in self.facts]
        return _batch(FACTS, told)

    def _row(self, row: Row) -> dict[str, Any]:
        return {
            **self._place(row.line),
            **dict.fromkeys(("channel", "balance", "rail", "reverses", "mark")),
            **asdict(row),
            "amount": None if row.amount is None else Decimal(row.amount),
        }

    def _place(self, line: int) -> dict[str, Any]:
        lines = dict.fromkeys([*(row.line for row in self.rows), *(fact.line for fact in self.facts)])
        return {"obs": list(lines).index(line), "form": "line:{a}", "a": line, "b": 0}


def _batch(schema: pa.Schema, told: list[dict[str, Any]]) -> pa.RecordBatch:
    arrays = [pa.array([one[f.name] for one in told], _plain(f.type)).cast(f.type) for f in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one case admits."""

    case: str
    files: tuple[File, ...]
    links: tuple[Link, ...] = field(default=())

    @property
    def keys(self) -> list[str]:
        """Identifier keys that occur, sorted."""
        rows = [row for file in self.files for row in file.rows]
        return sorted({end for row in rows for end in (row.debit, row.credit, row.statement) if end})


def random_evidence(seed: int) -> Evidence:
    """Return the case that a seed stands for."""
    r = random.Random(seed)
    nodes = [f"account:BANK:{seed:05d}{i:03d}" for i in range(r.randint(2, 9))]
    hub = r.choice(nodes)
    files = [_file(r, f"{seed}-{i}", nodes, hub) for i in range(r.randint(1, 3))]
    twin, links = _second_view(r, seed, files[0])
    return Evidence(f"case-{seed}", (*files, *([twin] if twin.rows else [])), tuple(links))


def _file(r: random.Random, name: str, nodes: list[str], hub: str) -> File:
    rows = tuple(_rows(r, nodes, hub))
    return File(name, rows, tuple(_facts(random.Random(name), rows)))


def _facts(r: random.Random, rows: tuple[Row, ...]) -> Iterator[Fact]:
    """Tell of the ends of some rows: both on the line of the row, or on a line of their own."""
    for row in rows:
        if r.random() < 0.4:
            continue
        line, lo = row.line + r.choice((0, 0, 100)), r.randrange(3) * DAY
        for end, other in ((row.debit, row.credit), (row.credit, row.debit)):
            if end:
                kind = r.choice(("holder", "holder", "tag"))
                text = r.choice((None, "", *(f"NAME {r.randrange(50)}" for _ in range(5))))
                yield Fact(line, lo, lo + DAY, kind, end, r.choice((None, other)), text)


def _rows(r: random.Random, nodes: list[str], hub: str) -> Iterator[Row]:
    line = 0
    for _ in range(r.randint(0, 14)):
        line += 0 if line and r.random() < 0.1 else 1
        lo = r.randrange(0, 6) * DAY + r.choice((0, 0, 1, 3_600_000_000))
        debit, credit = r.choice(nodes), r.choice(nodes)
        if r.random() < 0.3:
            debit, credit = r.choice(((hub, credit), (debit, hub)))
        amount: int | None = r.choice((0, 5, 5, 700, 2**63, 2**64 + 3, 10**37))
        digits = None
        if r.random() < 0.06:
            amount, digits = None, "9" * 40
        sided = r.random()
        yield Row(
            line,
            lo,
            lo + r.choice((1, 1, 1_000_000, DAY, 3 * DAY)),
            r.randrange(0, 4),
            None if sided < 0.05 else debit,
            None if sided > 0.95 else credit,
            amount,
            r.choice(ASSETS),
            r.choice(("completed",) * 6 + ("failed", "pending")),
            r.choice(("principal",) * 5 + ("fee",)),
            r.choice((None, debit, credit)),
            digits,
            ref=f"REF{r.randrange(5)}",
            text=f"narration {r.randrange(5)}",
        )


def _second_view(r: random.Random, seed: int, first: File) -> tuple[File, list[Link]]:
    """Return a file that tells of some events again, from its own side, and the links that say so."""
    rows, links = [], []
    for line in sorted({row.line for row in first.rows}):
        if r.random() < 0.5:
            continue
        told = [row for row in first.rows if row.line == line]
        for row in told:
            masked = f"msisdn:{seed}:+2547*****{r.randrange(3):03d}"
            debit = r.choice((row.debit, masked, f"name:{seed}:A%20B", None))
            credit = r.choice((row.credit, masked, row.credit)) or (None if debit else masked)
            amount = row.amount + 1 if row.amount == 5 and r.random() < 0.3 else row.amount
            rows.append(
                Row(
                    line,
                    row.lo + r.choice((0, 5)),
                    row.hi + 10,
                    r.randrange(0, 4),
                    debit,
                    credit,
                    amount,
                    row.asset,
                    row.status,
                    row.kind,
                    r.choice((None, debit, credit)),
                    row.digits,
                )
            )
        links.append(line)
    twin = File(f"{seed}-twin", tuple(rows))
    return twin, [_joined(r, first.observation(line), twin.observation(line)) for line in links]


def _joined(r: random.Random, a: str, b: str) -> Link:
    first, second = r.choice(((a, b), (b, a)))
    return Link(first, second, LinkKind.SAME_EVENT, "asserted", "A. Officer", "receipt seen")
