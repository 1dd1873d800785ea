"""What stands at a place of saved JSON: a value by its pointer, a log or transaction by its hash.

A file of JSON Lines is the array of its physical lines (as the readers of saved answers count them), so
``/4/data/0`` is found on the fifth line and told with that line's number.
"""

from __future__ import annotations

import itertools
import json
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.model.locators import ChainLog, Pointer

Lines = list[tuple[str, str, bool]]
LARGEST = 64 << 20
AROUND = 200
MOST = 40
_HASHES = ("transactionHash", "transaction_hash", "hash", "transaction_id", "txID")
_OF_A_LOG = ("logIndex", "log_index")


def at_pointer(stream: IO[bytes], place: Pointer) -> Lines:
    """Return the value at a pointer, written out; nothing where there is none.

    Parameters
    ----------
    stream : binary file
        At its start; it can be set back.

    Raises
    ------
    ValueError
        No JSON.
    """
    steps = [step.replace("~1", "/").replace("~0", "~") for step in place.path.split("/")[1:]]
    numbered = bool(steps) and steps[0].isdecimal()
    try:
        found = _below(_document(stream), steps)
    except ValueError:
        if not numbered:
            raise
        found = []
    if found or not numbered:
        return [line for value in found for line in _written(value)]
    stream.seek(0)
    number = int(steps[0])
    for line in itertools.islice(stream, number, number + 1):
        found = _below(_parsed(line), steps[1:])
    return [line for value in found for line in _written(value, str(number + 1))]


def on_chain(stream: IO[bytes], place: ChainLog) -> Lines:
    """Return a log of a transaction; the transaction where it has no such log; else the lines that name it.

    The last is what a file that is no JSON gives: a table exported from a chain prints the hash on a line.
    """
    wanted = place.transaction.lower()
    told = [one for one in _objects(stream, wanted.encode()) if _hash(one[1]) == wanted]
    logs = [one for one in told if _log(one[1]) == place.log]
    whole = [one for one in told if _log(one[1]) is None]
    found = [line for number, value in logs[:1] or whole for line in _written(value, number)]
    if found or told:
        return found[:MOST]
    stream.seek(0)
    return list(itertools.islice(_naming(stream, wanted), MOST))


def _document(stream: IO[bytes]) -> Any:
    return _parsed(stream.read(LARGEST))


def _parsed(text: bytes) -> Any:
    return json.loads(text.decode("utf-8-sig"), parse_float=str, parse_constant=str)


def _below(value: Any, steps: list[str]) -> list[Any]:
    """Return the value below another, alone in a list; an empty list where there is none."""
    for step in steps:
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return []
    return [value]


def _written(value: Any, number: str = "") -> Lines:
    text = json.dumps(value, indent=2, ensure_ascii=False).splitlines()
    return [(number or str(n), line, True) for n, line in enumerate(text, 1)]


def _objects(stream: IO[bytes], wanted: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the JSON objects of a document; of JSON Lines those of lines with a text, and their number."""
    try:
        document = _document(stream)
    except ValueError:
        stream.seek(0)
        for number, line in enumerate(stream, 1):
            if wanted not in line.lower():
                continue
            try:
                value = _parsed(line)
            except ValueError:
                continue  # a damaged line is none of the answers; the receipt lists it as rejected
            for found in _inside(value):
                yield str(number), found
    else:
        for found in _inside(document):
            yield "", found


def _inside(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _inside(one)


def _hash(value: dict[str, Any]) -> str:
    said = next((value[name] for name in _HASHES if isinstance(value.get(name), str)), "")
    return str(said).lower()


def _log(value: dict[str, Any]) -> int | None:
    """Return which log an object is; None where it is none."""
    said = next((value[name] for name in _OF_A_LOG if name in value), None)
    if isinstance(said, str):
        return int(said, 16) if said.startswith("0x") else int(said) if said.isdecimal() else None
    return said if isinstance(said, int) else None


def _naming(stream: IO[bytes], transaction: str) -> Iterator[tuple[str, str, bool]]:
    for number, line in enumerate(stream, 1):
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        at = text.lower().find(transaction)
        if at >= 0:
            yield str(number), text[max(at - AROUND, 0) :], True
