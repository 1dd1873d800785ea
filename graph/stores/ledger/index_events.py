"""One transfer per event: what several observations of it say, put together.

The payer's bank prints the receiver masked, the receiver's operator prints the payer by name: each
statement is sure of its own side. So the paying end is taken from the observation that is the
payer's own statement, the receiving end from the receiver's; failing that a fully known instrument
goes before a masked number, a bare name or an unknown end; ties go to the least observation id,
which no order of arrival can change.

Observations that disagree about the amount are not merged: all stand, marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Columns = dict[str, NDArray[Any]]

_OWN, _KNOWN, _VAGUE, _EMPTY = range(4)


@dataclass(frozen=True, slots=True)
class Linked:
    """Observations that share an event with others.

    Attributes
    ----------
    observation : ndarray of int64
        Row numbers built of (batch place, observation number), rising.
    event : ndarray of int32
        Equal for members of one event.
    rank : ndarray of int32
        Place of the observation's id among all linked ids.
    """

    observation: Int64
    event: NDArray[np.int32]
    rank: NDArray[np.int32]


NOTHING_LINKED = Linked(np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32))


def merge(
    columns: Columns, linked: Linked, known: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], Int64, Int64]:
    """Merge linked rows in place.

    Parameters
    ----------
    columns : dict of arrays
        Completed rows in the total order; ``debit`` and ``credit`` of standing rows are rewritten.
    known : ndarray of bool
        Which nodes name an instrument fully.

    Returns
    -------
    tuple
        Which rows stand; positions of standing rows whose ends changed; row numbers in conflict.
    """
    keep = np.ones(len(columns["lo"]), bool)
    at = np.searchsorted(linked.observation, columns["obs"])
    at[at == len(linked.observation)] = 0
    rows = np.flatnonzero(linked.observation[at] == columns["obs"]) if len(linked.observation) else at[:0]
    if not len(rows):
        return keep, np.zeros(0, np.int64), np.zeros(0, np.int64)
    event, rank = linked.event[at[rows]], linked.rank[at[rows]]
    group = _groups(columns, rows, event, rank)
    together = np.bincount(group)[group] > 1
    conflicting = np.sort(columns["row"][rows[_conflicts(event, columns["kind"][rows], rank, together)]])
    rows, rank, group = rows[together], rank[together], group[together]
    first = _first(group, (rows,))
    standing = rows[first]
    keep[rows] = False
    keep[standing] = True
    changed = np.zeros(len(standing), bool)
    for end in ("debit", "credit"):
        ends = columns[end][rows]
        order = np.where(np.append(known, False)[ends], _KNOWN, _VAGUE)
        order[(ends == columns["statement"][rows])] = _OWN
        order[ends < 0] = _EMPTY
        best = ends[_first(group, (order, rank))]
        changed |= best != columns[end][standing]
        columns[end][standing] = best
    return keep, np.sort(standing[changed]), conflicting


def _groups(columns: Columns, rows: Int64, event: NDArray[Any], rank: NDArray[Any]) -> NDArray[np.int64]:
    """Give rows numbers so that those of one number tell of one movement.

    Equal event, kind, asset and amount; and of several equal rows in one observation, the n-th with
    the n-th of the others.
    """
    same = [event, *(columns[name][rows] for name in ("kind", "asset", "amount_hi", "amount"))]
    order = np.lexsort([rows, rank, *reversed(same)])
    start = np.ones(len(rows), bool)
    fresh = np.ones(len(rows), bool)
    start[1:] = np.any([key[order][1:] != key[order][:-1] for key in same], axis=0)
    fresh[1:] = start[1:] | (rank[order][1:] != rank[order][:-1])
    begun = np.maximum.accumulate(np.where(fresh, np.arange(len(rows)), 0))
    nth = np.arange(len(rows)) - begun
    movement = np.cumsum(start)
    pairs = np.stack([movement, nth], axis=1)
    numbered = np.unique(pairs, axis=0, return_inverse=True)[1].reshape(-1)
    group = np.empty(len(rows), np.int64)
    group[order] = numbered
    return group


def _first(group: NDArray[np.int64], keys: tuple[NDArray[Any], ...]) -> Int64:
    """Return for each group, in order of number, the row that is least by ``keys``."""
    order = np.lexsort([*reversed(keys), group])
    start = np.ones(len(order), bool)
    start[1:] = group[order][1:] != group[order][:-1]
    return order[start]


def _conflicts(
    event: NDArray[Any], kind: NDArray[Any], rank: NDArray[Any], together: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Say which rows belong to an event where some observation agrees with no other on that kind."""
    _, topic = np.unique(np.stack([event, kind], axis=1), axis=0, return_inverse=True)
    topic = topic.reshape(-1)
    _, voice = np.unique(np.stack([topic, rank], axis=1), axis=0, return_inverse=True)
    voice = voice.reshape(-1)
    topic_of = np.zeros(voice.max() + 1, np.int64)
    topic_of[voice] = topic
    agrees = np.zeros(len(topic_of), bool)
    agrees[voice[together]] = True
    several = np.bincount(topic_of) > 1
    alone = np.zeros(len(several), bool)
    alone[topic_of[~agrees]] = True
    answer: NDArray[np.bool_] = (several & alone)[topic]
    return answer
