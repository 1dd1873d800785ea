"""Printed amounts into plain decimals: brackets, trailing signs, Dr and Cr, currency names.

The figure itself is never touched; what stands around it is taken off and said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.identifiers.masks import plain

_UNUSUAL = r"[^0-9.,\-+ ]|[-+ ]$"
_ODD_BYTES = np.array([chr(b) not in "0123456789.," for b in range(256)])
_SIDE = re.compile(r"(?i)\s*\b(dr|cr|d|c)\.?$|(?i:(?<=\d)(dr|cr|d|c)\.?$)")
_BEFORE = re.compile(r"^([^\W\d_]{1,4}|[$€£])\.?/?=?\s*(?=[-+(.\d])")
_AFTER = re.compile(r"(?<=[\d)])\s*(?:([^\W\d_]{2,4})\.?|/[=-])$")
_ALIASES = {
    "KSH": "KES",
    "KSHS": "KES",
    "SH": "",
    "SHS": "",
    "USH": "UGX",
    "TSH": "TZS",
    "TSHS": "TZS",
    "BIRR": "ETB",
    "BR": "ETB",
    "FDJ": "DJF",
    "$": "",
    "€": "EUR",
    "£": "GBP",
}


@dataclass(frozen=True, slots=True)
class Printed:
    """What an amount says: its figure, the side it names (``in``, ``out`` or none), its currency."""

    figure: str
    side: str = ""
    currency: str = ""


def plain_amount(text: str) -> Printed:
    """Take a printed amount apart.

    Examples
    --------
    >>> plain_amount("(1,000.50)"), plain_amount("Ksh 300.00 Dr")
    (Printed(figure='-1,000.50', side='', currency=''), Printed(figure='300.00', side='out', currency='KES'))
    >>> plain_amount("250-").figure, plain_amount("UGX 5,000").currency
    ('-250', 'UGX')
    """
    rest = plain(text).replace("\u2212", "-").strip()
    side = ""
    if found := _SIDE.search(rest):
        word = (found[1] or found[2]).upper()
        side = "out" if word.startswith("D") else "in"
        rest = rest[: found.start()].strip()
    currency = ""
    for pattern in (_BEFORE, _AFTER):
        if found := pattern.search(rest):
            name = (found[1] or "").upper()
            currency = _ALIASES.get(name, name) or currency
            rest = (rest[: found.start()] + rest[found.end() :]).strip()
    if rest.startswith("(") and rest.endswith(")"):
        rest = "-" + rest[1:-1].strip()
    elif rest.startswith("-(") and rest.endswith(")"):
        rest = "-" + rest[2:-1].strip()
    elif rest.endswith(("-", "+")) and not rest.startswith(("-", "+")):
        rest = rest[-1].replace("+", "") + rest[:-1].strip()
    if rest in ("-", "--", "nil", "NIL", "Nil"):
        rest = ""
    return Printed(rest, side, currency)


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A column of printed amounts: figures, and by row the side and the currency that were printed."""

    figures: pa.Array
    sides: dict[int, str]
    currencies: dict[int, str]


def plain_amounts(column: pa.Array) -> PrintedColumn:
    """Take a column of printed amounts apart; plain figures pass without being looked at one by one.

    Examples
    --------
    >>> plain_amounts(pa.array(["1.00", "2.00 Dr"])).sides
    {1: 'out'}
    """
    data = column.buffers()[2]
    if data is None or not _ODD_BYTES[np.frombuffer(data, np.uint8)].any():
        return PrintedColumn(column, {}, {})
    odd = pc.match_substring_regex(column, _UNUSUAL)
    if not pc.any(odd).as_py():
        return PrintedColumn(column, {}, {})
    rows = pc.indices_nonzero(odd).to_pylist()
    words = column.filter(odd).dictionary_encode()
    parts = [plain_amount(w) for w in words.dictionary.to_pylist()]
    codes = words.indices.to_pylist()
    figures = pc.replace_with_mask(column, odd, pa.array([parts[c].figure for c in codes], pa.string()))
    sides = {r: parts[c].side for r, c in zip(rows, codes, strict=True) if parts[c].side}
    currencies = {r: parts[c].currency for r, c in zip(rows, codes, strict=True) if parts[c].currency}
    return PrintedColumn(figures, sides, currencies)
