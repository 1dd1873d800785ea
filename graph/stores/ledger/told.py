"""What a ledger tells others of its security domain: the rows of its catalogue, with when each was written.

Most rows stand for themselves: a source, an admission, an assertion are the same wherever they are
held, and adding them twice adds nothing. Others have their meaning by what came before: a
retraction undone, a decision changed. Those travel with their moment, the place and hash of the
audit row that wrote them first, so that every ledger can put them in the one order.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.model.provenance import canonical
from graph.stores.ledger.migrations import COVERED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.stores.ledger.catalogue_reads import CatalogueReads

STANDING = (
    "cases",
    "sources",
    "admissions",
    "batches",
    "files",
    "retired",
    "links",
    "assertions",
    "results",
)
"""Tables whose rows mean the same in any order."""
ORDERED = ("retractions", "restorations", "fallen", "risen", "dispositions", "documents", "erasures")
"""Tables whose rows mean something after what was written before them."""
ADOPTED = "adopt"
"""Action of an audit row that repeats what another ledger wrote; its ``what`` holds the moment."""


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """When a row was written first: time, number and hash of that audit row; sorts in the one order."""

    at: str
    seq: int
    by: str


ALWAYS = Moment("", 0, "")
"""The moment of a row that means the same whenever it came."""


@dataclass(frozen=True, slots=True)
class Told:
    """One row of a table, its values in the order of ``COVERED``; ``ALWAYS`` outside the ordered tables."""

    table: str
    values: tuple[str | int, ...]
    moment: Moment = ALWAYS

    @property
    def body(self) -> str:
        """The row as canonical JSON; equal rows of two ledgers have equal bodies."""
        when = [] if self.moment == ALWAYS else [self.moment.at, self.moment.seq, self.moment.by]
        return canonical({"table": self.table, "values": list(self.values), "when": when})

    @classmethod
    def read(cls, body: str) -> Told:
        """Read a body back.

        Raises
        ------
        ValueError
            It is no row of a table that is told.

        Examples
        --------
        >>> Told.read(Told("retired", ("identities/b/texts-1.parquet",)).body).values
        ('identities/b/texts-1.parquet',)
        """
        told = json.loads(body)
        table, values, when = told["table"], tuple(told["values"]), told["when"]
        if table not in (*STANDING, *ORDERED) or len(values) != len(COVERED[table]):
            raise ValueError(table)
        return cls(table, values, Moment(*when) if when else ALWAYS)

    def value(self, column: str) -> Any:
        """Return one value by its column's name."""
        return self.values[COVERED[self.table].index(column)]


def told_rows(catalogue: CatalogueReads) -> Iterator[Told]:
    """Yield every row that others need; links that follow from rows are left out: each ledger finds them."""
    for table in STANDING:
        columns = ", ".join(COVERED[table])
        made = " WHERE batch_a = ''" if table == "links" else ""
        for values in catalogue.fetch(f"SELECT {columns} FROM {table}{made} ORDER BY {columns}"):  # noqa: S608
            yield Told(table, values)
    for table in ORDERED:
        yield from ordered_rows(catalogue, table)


def ordered_rows(catalogue: CatalogueReads, table: str) -> Iterator[Told]:
    """Yield the rows of an ordered table with their moments, in the order of this ledger's audit log."""
    columns = ", ".join(f"r.{name}" for name in COVERED[table])
    rows = catalogue.fetch(
        f"""SELECT {columns}, a.seq, a.at, a.hash, a.action, a.what
        FROM {table} r JOIN audit a ON a.seq = r.audit ORDER BY r.audit, r.rowid"""  # noqa: S608
    )
    for *values, seq, at, by, action, what in rows:
        moment = Moment(at, seq, by)
        if action == ADOPTED:
            told = json.loads(what).get("when")
            moment = Moment(*told) if told else moment
        yield Told(table, tuple(values), moment)
