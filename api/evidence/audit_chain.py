"""The audit log inside a pack: one JSON object a line, each holding the hash of the line before it.

An entry's hash is the sha256 over the word ``audit`` and its texts in the order of ``FIELDS``, each with
its length in UTF-8 bytes in front (eight bytes, big-endian), so that no two entries can be confused.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FIELDS = ("seq", "prev", "at", "actor", "channel", "purpose", "action", "what", "outcome", "covers")


def entry_hash(entry: dict[str, Any]) -> str:
    """Return the hash that one entry must have."""
    found = hashlib.sha256()
    for part in ("audit", *(str(entry[name]) for name in FIELDS)):
        raw = part.encode()
        found.update(len(raw).to_bytes(8, "big") + raw)
    return found.hexdigest()


def chain_faults(lines: Iterable[str], head: str) -> Iterator[tuple[int, str]]:
    """Name every line (from 1) at which the chain breaks; line 0 stands for the whole log.

    Parameters
    ----------
    lines : iterable of str
        From the first entry ever on, oldest first.
    head : str
        Hash that the last line must have; empty for an empty log.
    """
    last = ""
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            stated, before, seq = str(entry["hash"]), str(entry["prev"]), str(entry["seq"])
            found = entry_hash(entry)
            again = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        except (ValueError, KeyError, TypeError, RecursionError) as fault:
            yield number, f"is no audit entry ({type(fault).__name__})"
            continue
        if again != line or set(entry) != {*FIELDS, "hash"}:
            yield number, "is not written in the one way that an entry is written"
        if stated != found:
            yield number, f"states hash {stated}, its content has {found}"
        if before != last:
            yield number, f"follows {before or 'nothing'}, the line before has {last or 'nothing'}"
        if seq != str(number):
            yield number, f"is entry {seq}"
        last = stated
    if last != head:
        yield 0, f"the last entry has hash {last or 'none'}, the manifest pins {head or 'none'}"
