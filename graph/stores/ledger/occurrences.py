"""Which row of its observation each row is: rows are told apart by it in the files of texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int32 = NDArray[np.int32]


def _none() -> Int32:
    return np.zeros(0, np.int32)


@dataclass(slots=True)
class Occurrences:
    """Which row of its observation each row is, from 0, over all parts of a batch.

    Most readings tell observations in rising order, one row each: such parts are only kept, and
    counted when an observation comes again.
    """

    _seen: Int32 = field(default_factory=_none)
    _counts: Int32 = field(default_factory=_none)
    _rising: list[Int32] = field(default_factory=list)
    _last: int = -1

    def next(self, obs: NDArray[Any]) -> Int32:
        """Return each row's place among the rows of its observation.

        Examples
        --------
        >>> seen = Occurrences()
        >>> seen.next(np.array([1, 0, 1])).tolist(), seen.next(np.array([1, 2])).tolist()
        ([0, 0, 1], [2, 0])
        """
        if not len(obs):
            return _none()
        if obs[0] > self._last and bool(np.all(obs[1:] > obs[:-1])):
            self._rising.append(obs.astype(np.int32))
            self._last = int(obs[-1])
            return np.zeros(len(obs), np.int32)
        self._last = max(self._last, int(obs.max()))
        self._settle()
        return self._count(obs)

    def _settle(self) -> None:
        """Count the rising parts, whose observations came once and after all others."""
        new = sum(map(len, self._rising))
        self._seen = np.concatenate([self._seen, *self._rising])
        self._counts = np.concatenate([self._counts, np.ones(new, np.int32)])
        self._rising = []

    def _count(self, obs: NDArray[Any]) -> Int32:
        order = np.argsort(obs, kind="stable")
        ordered = obs[order]
        first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        lengths = np.diff(np.append(first, len(ordered)))
        ids = ordered[first].astype(np.int32)
        before = np.zeros(len(ids), np.int32)
        if len(self._seen):
            at = np.minimum(np.searchsorted(self._seen, ids), len(self._seen) - 1)
            before = np.where(self._seen[at] == ids, self._counts[at], 0).astype(np.int32)
        within = np.arange(len(ordered)) - np.repeat(first, lengths) + np.repeat(before, lengths)
        places = np.empty(len(obs), np.int32)
        places[order] = within
        self._remember(ids, (before + lengths).astype(np.int32))
        return places

    def _remember(self, ids: Int32, counts: Int32) -> None:
        kept = ~np.isin(self._seen, ids)
        both = np.append(self._seen[kept], ids)
        order = np.argsort(both, kind="stable")
        self._seen, self._counts = both[order], np.append(self._counts[kept], counts)[order]

    @property
    def observations(self) -> int:
        """How many observations were seen."""
        return len(self._seen) + sum(map(len, self._rising))
