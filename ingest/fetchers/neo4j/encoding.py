"""Values as the driver gives them into JSON that says their type; ``ingest.neo4j_graph.values`` reads it."""

from __future__ import annotations

import hashlib
from typing import Any

from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time

from ingest.neo4j_graph.values import LONGEST_TEXT

_START = 200


def saved(value: Any) -> Any:
    """Return a value as it is saved: nothing is rounded, and nothing changes its type.

    Examples
    --------
    >>> saved(0.1 + 0.2), saved([1, "x"]), saved(Date(2026, 1, 2))
    ({'float': '0.30000000000000004'}, [1, 'x'], {'date': '2026-01-02'})
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else _long(value)
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, list):
        return [saved(v) for v in value]
    return _temporal(value) or _other(value)


def _temporal(value: Any) -> dict[str, str] | None:
    if isinstance(value, DateTime):
        if value.tzinfo is None:
            return {"localdatetime": value.iso_format()}
        zone = getattr(value.tzinfo, "zone", None) or getattr(value.tzinfo, "key", None)
        return {"datetime": value.iso_format()} | ({"zone": str(zone)} if zone else {})
    if isinstance(value, Date):
        return {"date": value.iso_format()}
    if isinstance(value, Time):
        return {"localtime" if value.tzinfo is None else "time": value.iso_format()}
    return {"duration": value.iso_format()} if isinstance(value, Duration) else None


def _other(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {"map": {str(k): saved(v) for k, v in sorted(value.items())}}
    if isinstance(value, bytes | bytearray):
        return {"bytes": value.hex()}
    if isinstance(value, Point):
        return {"point": {"coordinates": [repr(c) for c in value], "srid": value.srid}}
    return {"other": f"{type(value).__name__}: {value!r}"[:LONGEST_TEXT]}


def _long(text: str) -> dict[str, Any]:
    raw = text.encode("utf-8", "surrogatepass")
    return {
        "long text": {
            "characters": len(text),
            "sha256": hashlib.sha256(raw).hexdigest(),
            "start": text[:_START],
        }
    }
