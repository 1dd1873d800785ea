"""The statements of a push: one list per column, so that a transaction carries few and long parameters.

Labels, types and names of properties come from the model, values are parameters; nothing of the evidence
is ever part of a statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.errors import StoreError
from graph.stores.neo4j.model import LIMIT, Label, Type
from graph.stores.neo4j.schema import NODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graph.stores.neo4j.desired_rows import Columns

UNFINISHED = "loading"
LONGEST_KEY = 8_000
"""Bytes of the longest key that the server's unique index takes."""
_EACH = "UNWIND range(0, size($id) - 1) AS i "
_END = "MATCH ({0}:{1} {{{2}: ${3}[i]}}) "


def sent(columns: Columns, names: Sequence[str], seldom: Sequence[str] = ()) -> Columns:
    """Return the columns to send, after each text was found short enough.

    Those that seldom have something to say are left out together: few statements are planned often.

    Parameters
    ----------
    seldom : sequence of str
        Names of such columns.

    Raises
    ------
    StoreError
        A property is longer than the graph takes; named by its row.
    """
    needless = not any(value is not None for name in seldom for value in columns.get(name, ()))
    kept = {name: columns[name] for name in names if not (needless and name in seldom)}
    for name, values in kept.items():
        most = LONGEST_KEY if name in ("id", "sha256") else LIMIT
        for at, value in enumerate(values):
            if isinstance(value, str) and 4 * len(value) > most and len(value.encode()) > most:
                raise StoreError(
                    "a text is too long for the shared graph",
                    property=name,
                    of=str(columns["id"][at])[:64],
                    bytes=len(value.encode()),
                    most=most,
                    hint="nothing of this part was written",
                )
    return kept


def relate(kind: Type, ends: tuple[Label, Label], keys: tuple[str, str], names: Iterable[str]) -> str:
    """Return what creates relationships between nodes named by the columns ``keys``.

    Examples
    --------
    >>> relate(Type.DEBIT, (Label.ENTRY, Label.INSTRUMENT), ("id", "debit"), ["id"])[36:]
    'MATCH (x:Entry {id: $id[i]}) MATCH (y:Instrument {id: $debit[i]}) CREATE (x)-[:DEBIT {id: $id[i]}]->(y)'
    """
    (one, other), (left, right) = ends, keys
    found = _END.format("x", one, NODES[one].key, left) + _END.format("y", other, NODES[other].key, right)
    return f"{_EACH}{found}CREATE (x)-[:{kind} {_listed(names)}]->(y)"


def create(label: Label, names: Iterable[str]) -> str:
    """Return what creates nodes."""
    return f"{_EACH}CREATE (:{label} {_listed(names)})"


def merge(label: Label, names: Sequence[str]) -> str:
    """Return what makes nodes say exactly these properties, made where they are missing.

    The key's column is always called ``id``. Of a batch its state stays: a push moves it apart.
    """
    key = NODES[label].key
    stays = [f"state: coalesce(n.state, '{UNFINISHED}')"] if label is Label.BATCH else []
    said = ", ".join(
        [f"{key}: $id[i]", *(f"{name}: ${name}[i]" for name in names if name not in ("id", key)), *stays]
    )
    return f"{_EACH}MERGE (n:{label} {{{key}: $id[i]}}) SET n = {{{said}}}"


def columns_of(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> Columns:
    """Return rows as columns."""
    return {name: [row.get(name) for row in rows] for name in names}


def _listed(names: Iterable[str]) -> str:
    return "{" + ", ".join(f"{name}: ${name}[i]" for name in names) + "}"
