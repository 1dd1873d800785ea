"""Between whom observations say that money moved, as they stand in a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.stores.ledger import query
from graph.stores.ledger.query import Asked
from graph.stores.ledger.view_rows import take_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.stores.ledger.view_reading import Reading


def ends_of(reading: Reading, observations: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return ``debit, credit, kind, asset, amount, row`` of each row of observations, as they print them.

    ``row`` is the packed number of the stored row, ``amount`` the digits of base units.
    """
    numbers = sorted({n for found in reading.locate(observations).values() for n in found})
    if not numbers:
        return {}
    stored = query.rows(reading.engine, reading.evidence, Asked(numbers=numbers))
    places = stored["place"].to_numpy()
    columns: dict[str, list[Any]] = {
        end: take_ids(reading.own, places, stored[end]).to_pylist() for end in ("debit", "credit")
    }
    for name in ("observation", "kind", "asset", "row"):
        columns[name] = stored[name].to_pylist()
    columns["amount"] = [None if v is None else str(int(v)) for v in stored["amount"].to_pylist()]
    found: dict[str, list[dict[str, Any]]] = {}
    for at, observation in enumerate(columns["observation"]):
        found.setdefault(observation, []).append({name: values[at] for name, values in columns.items()})
    return found
