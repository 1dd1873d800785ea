"""Printed columns into exact ones: assets, amounts in base units, statuses and row kinds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import AmountError
from graph.model.amount_columns import parse_amount_column
from graph.model.amounts import Asset, fiat, parse_units, token
from ingest.errors import MappingError
from ingest.normalise.money import plain_amounts
from ingest.table.grid import same
from ingest.table.statements import Array, bounded
from ingest.table.words import Words, pick

if TYPE_CHECKING:
    from ingest.table.grid import Grid
    from ingest.table.mapping import AssetOf, Mapping

Refused = dict[int, tuple[str, str]]
_LIMIT = 10**38


@dataclass(frozen=True, slots=True)
class Assets:
    """Number of each row's asset (-1: refused) and the assets."""

    codes: Array
    assets: list[Asset]
    refused: Refused = field(default_factory=dict)

    @property
    def keys(self) -> Words:
        """Asset keys by row."""
        return Words(self.codes, [a.key for a in self.assets])


def read_assets(grid: Grid, spec: AssetOf) -> Assets:
    """Say what the amounts of each row count."""
    n = grid.rows
    if not spec.column:
        if not spec.code:
            raise MappingError("no asset: name a currency", hint="asset: {code: KES}, or a column")
        return Assets(np.zeros(n, np.int32), [asset_of(spec.code, spec)])
    words = Words.of(grid.texts(spec.column), blank_is_none=False)
    assets: dict[Asset, int] = {}
    codes = np.full(len(words.vocabulary) + 1, -1, np.int32)
    bad: dict[int, tuple[str, str]] = {}
    for i, word in enumerate(words.vocabulary):
        try:
            asset = asset_of(word or spec.code, spec)
        except AmountError as cause:
            bad[i] = (cause.what, cause.hint)
            continue
        codes[i] = assets.setdefault(asset, len(assets))
    wrong = np.isin(words.codes, list(bad)) if bad else np.zeros(n, dtype=bool)
    refused = {int(r): bad[int(words.codes[r])] for r in np.flatnonzero(wrong)}
    return Assets(codes[words.codes], list(assets), refused)


def asset_of(text: str, spec: AssetOf) -> Asset:
    """Return the asset that a printed name stands for.

    Raises
    ------
    AmountError
        Neither a token of the mapping nor a currency.
    """
    alias = {same(k): v for k, v in spec.alias.items()}
    name = str(alias.get(same(text), text)).strip()
    tokens = {same(k): (k, v) for k, v in spec.tokens.items()}
    if same(name) not in tokens:
        return fiat(name)
    symbol, facts = tokens[same(name)]
    if not isinstance(facts, dict) or not {"chain", "exponent"} <= set(facts):
        raise MappingError("a token has chain, contract and exponent", token=symbol)
    return token(str(facts["chain"]), str(facts.get("contract", "")), symbol, facts["exponent"])


@dataclass(frozen=True, slots=True)
class Units:
    """A column of amounts in base units.

    Attributes
    ----------
    values : ndarray of int64, or of Python integers where int64 cannot hold every sum
    given : ndarray of bool, shape (n,)
        Whether the row prints an amount that fits 38 digits.
    digits : dict
        Token amounts beyond 38 digits, by row.
    sides, currencies : dict
        ``in`` or ``out`` printed beside the figure, and the currency printed there, by row.
    """

    values: Array
    given: Array
    refused: Refused
    digits: dict[int, str]
    sides: dict[int, str]


def read_units(texts: pa.Array, assets: Assets, decimal: str, group: str) -> Units:
    """Read a column of printed amounts, each in the base units of its row's asset; blank is none."""
    printed = plain_amounts(texts)
    n = len(texts)
    blank = pc.equal(printed.figures, "").to_numpy(zero_copy_only=False)
    exponents = np.array([a.exponent or 0 for a in assets.assets] + [-1], np.int32)[assets.codes]
    parts: list[tuple[Array, pa.Array, Array]] = []
    for exponent in (int(e) for e in np.unique(exponents) if e >= 0):
        rows = np.flatnonzero(exponents == exponent)
        figures = printed.figures if len(rows) == n else printed.figures.take(pa.array(rows))
        units, ok = parse_amount_column(figures, exponent, decimal, group)
        parts.append((rows, units, ok.to_numpy(zero_copy_only=False)))
    values, given = _gather(n, parts)
    refused: Refused = {}
    digits: dict[int, str] = {}
    for row in np.flatnonzero(~given & ~blank & (exponents >= 0)).tolist():
        text = str(printed.figures[row])
        try:
            whole = parse_units(text, int(exponents[row]), decimal, group)
        except AmountError as cause:
            refused[row] = (cause.what, cause.hint)
            continue
        if assets.assets[assets.codes[row]].chain:
            digits[row] = str(whole)
        else:
            refused[row] = ("a sum of money of more than 38 digits", "is it the amount column?")
    for row, currency in printed.currencies.items():
        code = int(assets.codes[row])
        if code >= 0 and currency != same(assets.assets[code].code).upper():
            found = assets.assets[code].code
            refused[row] = (
                f"the amount is printed in {currency}, the row is in {found}",
                "map the currency column",
            )
    return Units(values, given, refused, digits, printed.sides)


def _gather(n: int, parts: list[tuple[Array, pa.Array, Array]]) -> tuple[Array, Array]:
    given = np.zeros(n, dtype=bool)
    values: Array = np.zeros(n, dtype=np.int64)
    for rows, units, ok in parts:
        given[rows] = ok
        found = whole_numbers(units)
        if found.dtype == object and values.dtype != object:
            values = values.astype(object)
        values[rows] = found
    return (values if values.dtype == object or bounded(values) else values.astype(object)), given


def whole_numbers(units: pa.Array) -> Array:
    """Return decimal128(38, 0) as int64 where it fits, else as Python integers; null is 0."""
    filled = pc.fill_null(units, pa.scalar(0, units.type))
    try:
        found: Array = filled.cast(pa.int64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return np.array([int(v) for v in filled.to_pylist()], dtype=object)
    return found


def decimals(values: Array, given: Array | None = None) -> pa.Array:
    """Return whole numbers as decimal128(38, 0); null where not ``given``, or beyond 38 digits."""
    kind = pa.decimal128(38, 0)
    if values.dtype == object:
        fits = [v if abs(v) < _LIMIT else None for v in values.tolist()]
        found = pa.array(fits, kind)
    else:
        found = pa.array(values, pa.int64()).cast(kind)
    return found if given is None or bool(given.all()) else pc.if_else(pa.array(given), found, None)


@dataclass(frozen=True, slots=True)
class Kinds:
    """What each row is: words for kind, status, channel and other end; masks; why rows are left out."""

    kind: Words
    status: Words
    channel: Words
    end: Words
    swap: Array
    left_out: Words
    refused: Refused


def read_kinds(grid: Grid, mapping: Mapping) -> Kinds:
    """Apply a mapping's row rules and its status column."""
    n = grid.rows
    refused: Refused = {}
    found: dict[str, list[Any]] = {}
    for name, default in (
        ("kind", "principal"),
        ("status", ""),
        ("channel", ""),
        ("end", ""),
        ("leave_out", ""),
    ):
        found[name] = [np.zeros(n, np.int32), [default]]
    swap = np.zeros(n, dtype=bool)
    for rule in mapping.rows:
        hit = matching(grid, rule.column, rule.matches)
        swap |= hit if rule.swap else False
        for name, (codes, words) in found.items():
            if value := getattr(rule, name):
                codes[hit & (codes == 0)] = len(words)
                words.append(value)
    status = _statuses(grid, mapping, found["status"], refused)
    channel = _first(Words(*found["channel"]), mapping.channel, grid)
    return Kinds(
        _words(found["kind"]),
        status,
        channel,
        _words(found["end"]),
        swap,
        _words(found["leave_out"]),
        refused,
    )


def _words(part: list[Any]) -> Words:
    codes, words = part
    order = {w: i for i, w in enumerate(dict.fromkeys(w for w in words if w))}
    renumbered = np.array([order[w] if w else -1 for w in words], np.int32)
    return Words(renumbered[codes], list(order))


def matching(grid: Grid, column: str, pattern: str) -> Array:
    """Return a mask of the rows whose text in a column holds a pattern (RE2)."""
    encoded = grid.texts(column).dictionary_encode()
    try:
        hit = pc.match_substring_regex(encoded.dictionary, pattern)
    except pa.ArrowInvalid as cause:
        raise MappingError("not a pattern (RE2 syntax)", pattern=pattern, column=column) from cause
    yes: Array = hit.to_numpy(zero_copy_only=False).astype(bool)
    found: Array = yes[encoded.indices.to_numpy(zero_copy_only=False)]
    return found


def _statuses(grid: Grid, mapping: Mapping, ruled: list[Any], refused: Refused) -> Words:
    codes, words = ruled
    known = {"completed": 0, "failed": 1, "reversed": 2, "pending": 3}
    out = np.zeros(grid.rows, np.int32)
    if mapping.status:
        said = {same(k): str(v) for k, v in mapping.statuses.items()}
        column = Words.of(grid.texts(mapping.status), blank_is_none=False)
        wanted = [said.get(same(w), same(w)) for w in column.vocabulary]
        numbers = np.array([known.get(w, -1) for w in wanted] or [0], np.int32)
        out = numbers[column.codes]
        for row in np.flatnonzero((out < 0) & (codes == 0)).tolist():
            refused[row] = ("unknown status", "say in the mapping what it means (statuses)")
    rule_numbers = np.array([0] + [known[w] for w in words[1:]], np.int32)
    return Words(np.where(codes > 0, rule_numbers[codes], np.maximum(out, 0)).astype(np.int32), list(known))


def _first(ruled: Words, column: str, grid: Grid) -> Words:
    set_by_rule = ruled.codes > 0  # word 0 is "no rule said anything"
    printed = Words.of(grid.texts(column)) if column else Words.constant("", grid.rows)
    return pick(set_by_rule, ruled, printed)
