"""JSON as evidence: numbers stay exact, and an object that says one thing twice is known for it."""

from __future__ import annotations

import json
from typing import Any


class Twice(dict[str, Any]):
    """A JSON object in which a key stands twice, so that nobody can say which value was meant."""


def parse(text: bytes) -> Any:
    """Parse JSON without ever making a float: numbers with a point, NaN and Infinity stay texts.

    Raises
    ------
    ValueError
        With the place, for anything that is not JSON in UTF-8.

    Examples
    --------
    >>> parse(b'{"value": 1.50, "n": 3}')
    {'value': '1.50', 'n': 3}
    """
    try:
        return json.loads(
            text.decode("utf-8-sig"), object_pairs_hook=_pairs, parse_float=str, parse_constant=str
        )
    except UnicodeDecodeError as fault:
        raise ValueError(f"not UTF-8 at byte {fault.start}") from None
    except json.JSONDecodeError as fault:
        raise ValueError(f"not JSON at line {fault.lineno}, column {fault.colno}: {fault.msg}") from None
    except RecursionError:
        raise ValueError("not an answer: nested too deep") from None
    except ValueError:
        raise ValueError("not an answer: a number of thousands of digits") from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Twice(found)
