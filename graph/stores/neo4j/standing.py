"""What links make of the rows of a batch, case by case: which stand, between whom, and for which payment.

Only rows that a link touches are looked at, by the same rule as the ledger's index
(``graph.stores.ledger.index_events``); every other row stands as its source prints it, in every case
that admits the source.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.model.events import Status
from graph.stores.ledger import query
from graph.stores.ledger.index_arrays import split_row
from graph.stores.ledger.index_events import merge
from graph.stores.ledger.index_read import limbs, read_nodes
from graph.stores.ledger.query import Asked
from graph.stores.ledger.view_rows import take_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from graph.stores.ledger.layout import VisibleBatch
    from graph.stores.ledger.view_reading import Reading


@dataclass(frozen=True, slots=True)
class Seen:
    """How one row stands in one case where links touch it.

    Attributes
    ----------
    stands : bool
        It is drawn; another observation of the payment is drawn in place of one that does not stand.
    debit, credit : str or None
        The ends of the payment, where ``merged``.
    event, reverses : str or None
        The payment where it is not its own observation; what it takes back.
    """

    stands: bool = True
    merged: bool = False
    debit: str | None = None
    credit: str | None = None
    event: str | None = None
    reverses: str | None = None
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Touched:
    """What links say of one batch in one case: by observation, and by row, both numbered in the batch."""

    events: dict[int, str] = field(default_factory=dict)
    reverses: dict[int, str] = field(default_factory=dict)
    rows: dict[int, Seen] = field(default_factory=dict)

    def seen(self, observation: int, row: int) -> Seen:
        """Return how a row stands."""
        known = self.rows.get(row, Seen())
        return Seen(
            known.stands,
            known.merged,
            known.debit,
            known.credit,
            self.events.get(observation),
            self.reverses.get(observation),
            known.conflict,
        )

    def told(self) -> list[Any]:
        """Return all of it in one order, for a hash."""
        rows = [
            [row, s.stands, s.merged, s.debit or "", s.credit or "", s.conflict]
            for row, s in sorted(self.rows.items())
        ]
        return [sorted(self.events.items()), sorted(self.reverses.items()), rows]


def touched(reading: Reading) -> dict[str, Touched]:
    """Return what links say of each batch of a case, by batch id; nothing for one they do not touch."""
    found: dict[str, Touched] = {}

    def of(number: int) -> tuple[Touched, int]:
        place, low = split_row(number)
        return found.setdefault(reading.evidence.batches[place].batch, Touched()), low

    for number, event in reading.members.events.items():
        batch, low = of(number)
        batch.events[low] = event
    for number, other in reading.reverses.items():
        batch, low = of(number)
        batch.reverses[low] = other
    for number, seen in _merged(reading).items():
        batch, low = of(number)
        batch.rows[low] = seen
    return found


def _merged(reading: Reading) -> dict[int, Seen]:
    """Return how the completed rows of linked observations stand, by packed row."""
    linked = reading.members.linked
    if not len(linked.observation):
        return {}
    stored = query.rows(reading.engine, reading.evidence, Asked(numbers=linked.observation))
    completed = np.array(stored["status"].to_pylist()) == Status.COMPLETED.value
    stored = stored.filter(completed & stored["amount"].is_valid().to_numpy(zero_copy_only=False))
    if not stored.num_rows:
        return {}
    columns, ids, known = _columns(reading, stored)
    keep, changed, conflicting = merge(columns, linked, known)
    merged = np.zeros(len(keep), bool)
    merged[changed] = True
    conflict = np.isin(columns["row"], conflicting)
    ends = {end: [None if n < 0 else ids[n] for n in columns[end]] for end in ("debit", "credit")}
    return {
        int(row): Seen(
            bool(keep[at]),
            bool(merged[at]),
            ends["debit"][at] if merged[at] else None,
            ends["credit"][at] if merged[at] else None,
            conflict=bool(conflict[at]),
        )
        for at, row in enumerate(columns["row"])
    }


def _columns(
    reading: Reading, stored: pa.Table
) -> tuple[dict[str, NDArray[Any]], list[str], NDArray[np.bool_]]:
    """Return the rows as the merging wants them, the ids of their ends, and which are fully known."""
    places = stored["place"].to_numpy()
    ends = {
        end: take_ids(reading.own, places, stored[end]).to_pylist()
        for end in ("debit", "credit", "statement")
    }
    ids = sorted({i for column in ends.values() for i in column if i is not None})
    number = {opaque: at for at, opaque in enumerate(ids)}
    columns: dict[str, NDArray[Any]] = {
        end: np.array([number.get(i, -1) if i is not None else -1 for i in column], np.int32)
        for end, column in ends.items()
    }
    for name in ("kind", "asset"):
        columns[name] = np.unique(np.array(stored[name].to_pylist()), return_inverse=True)[1].reshape(-1)
    columns["amount"], columns["amount_hi"] = limbs(stored["amount"])
    columns |= {
        "lo": stored["lo"].to_numpy(),
        "row": stored["row"].to_numpy(),
        "obs": stored["number"].to_numpy(),
    }
    sure = {opaque for place in np.unique(places) for opaque in _known(reading, int(place))}
    return columns, ids, np.array([i in sure for i in ids], bool)


def _known(reading: Reading, place: int) -> set[str]:
    files = reading.evidence.batches[place].of("nodes")
    ids, known = read_nodes([reading.evidence.path(file) for file in files])
    return {bytes(raw).ljust(16, b"\0").hex() for raw in ids[known]}


@dataclass(frozen=True, slots=True)
class Standing:
    """One batch, the cases that admit it, and what links say of it in each."""

    batch: VisibleBatch
    cases: tuple[str, ...]
    touched: dict[str, Touched]

    def variants(self, observation: int, row: int) -> list[tuple[Seen, list[str] | None]]:
        """Return the ways in which a row stands, each with its cases; None stands for every case."""
        ways: dict[Seen, list[str]] = {}
        for case in self.cases:
            seen = self.touched[case].seen(observation, row) if case in self.touched else Seen()
            ways.setdefault(seen, []).append(case)
        return [(seen, cases if len(ways) > 1 else None) for seen, cases in ways.items()]

    @property
    def observations(self) -> NDArray[np.int64]:
        """Numbers of the observations that a link touches in any case, rising."""
        numbers = {o for t in self.touched.values() for known in (t.events, t.reverses) for o in known}
        return np.array(sorted(numbers), np.int64)

    def told(self) -> list[Any]:
        """Return what the rows depend on beside their files, for a hash."""
        told = [[case, *found.told()] for case, found in sorted(self.touched.items())]
        return [sorted(self.cases), told] if told else []


def standings(readings: dict[str, Reading], batches: Sequence[VisibleBatch]) -> dict[str, Standing]:
    """Return how every batch stands in the cases, by batch id.

    Parameters
    ----------
    readings : dict
        The reading of each single case, by case.
    """
    admitting: dict[str, list[str]] = {b.batch: [] for b in batches}
    found: dict[str, dict[str, Touched]] = {b.batch: {} for b in batches}
    for case, reading in sorted(readings.items()):
        for batch in reading.evidence.batches:
            admitting[batch.batch].append(case)
        for name, said in touched(reading).items():
            found[name][case] = said
    return {b.batch: Standing(b, tuple(admitting[b.batch]), found[b.batch]) for b in batches}
