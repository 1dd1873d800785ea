"""Which reader reads a file: every reader says how sure it is; one must be surest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.registry import discover
from ingest.errors import MappingError, UnreadableError
from ingest.source import Head, Sniff

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ingest.source import Reader

HEAD_BYTES = 1 << 18
LEAST = 20
TABLES = "mapped_table"


def readers() -> dict[str, Reader]:
    """Return every reader by code, ours and plugged in."""
    return discover("ingest.sources", "SOURCE", "fuatilia.sources", lambda reader: str(reader.code))


def head_of(path: Path, name: str) -> Head:
    """Return what sniffing may look at."""
    with path.open("rb") as f:
        start = f.read(HEAD_BYTES)
        f.seek(0, 2)
        return Head(name, f.tell(), start)


def sniff_all(known: Mapping[str, Reader], head: Head) -> dict[str, Sniff]:
    """Ask every reader; one that fails over the bytes knows nothing about them."""
    said = {}
    for code, reader in known.items():
        try:
            said[code] = reader.sniff(head)
        except Exception as cause:  # noqa: BLE001 - hostile bytes may raise anything; it is the reason
            said[code] = Sniff(0, f"could not look at it: {type(cause).__name__}")
    return said


def choose(known: Mapping[str, Reader], said: Mapping[str, Sniff], wanted: str, *, mapped: bool) -> str:
    """Return the code of the reader to use.

    Raises
    ------
    MappingError
        A code that no reader has.
    UnreadableError
        No reader knows the bytes, or two are equally sure; with what each said.
    """
    if wanted or mapped:
        code = wanted or TABLES
        if code not in known:
            raise MappingError("no such reader", reader=code, hint="readers: " + ", ".join(known))
        return code
    heard = "; ".join(f"{code}: {s.why or 'no'} ({s.confidence})" for code, s in said.items())
    most = max((s.confidence for s in said.values()), default=0)
    best = [code for code, s in said.items() if s.confidence == most]
    if most < LEAST:
        raise UnreadableError(
            "no reader knows this file", said=heard, hint="say --as CODE, or give a --mapping"
        )
    if len(best) > 1:
        raise UnreadableError(
            "several readers claim this file", said=heard, hint="say --as " + " or ".join(best)
        )
    return best[0]


def settled_mapping(reader: Any, path: Path, options: Any) -> dict[str, Any]:
    """Return the mapping a reader will use, where it uses one: it is part of the batch's identity."""
    found = getattr(reader, "mapping_for", None)
    return found(path, options) if found else dict(options.mapping)
