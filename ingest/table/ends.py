"""Identifiers of a table's columns, read once per distinct text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import IdentifierError
from graph.model.identifiers import Identifier, Kind, parse_identifier
from graph.model.locators import expand
from ingest.errors import MappingError
from ingest.table.words import Words, pick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.table.grid import Grid
    from ingest.table.mapping import End
    from ingest.table.statements import Array

_BETWEEN = "\x1f"
_PLAIN = re.compile(r"[A-Z]?[0-9]+", re.ASCII)
_KINDS = {k.value: k for k in Kind if k not in (Kind.CASH_END, Kind.UNKNOWN_END)}
_AT_INSTITUTION = frozenset({Kind.ACCOUNT, Kind.TILL, Kind.PAYBILL, Kind.AGENT, Kind.EXCHANGE})


@dataclass(frozen=True, slots=True)
class Ends:
    """Identifier key per row (none where nothing identifies), names printed beside, refusals by row."""

    keys: Words
    names: Words
    refused: dict[int, tuple[str, str]]


def resolve(grid: Grid, ends: Sequence[End], institution: str, source: str) -> Ends:
    """Read the first of ``ends`` that identifies something, row by row.

    Parameters
    ----------
    institution : str
        Scope of accounts, tills and exchange users whose mapping names none.
    source : str
        Sha256 of the source, which scopes masks and names.
    """
    n = grid.rows
    keys, names = Words(np.full(n, -1, np.int32), []), Words(np.full(n, -1, np.int32), [])
    refused: dict[int, tuple[str, str]] = {}
    open_rows = np.ones(n, dtype=bool)
    for end in ends:
        if not open_rows.any():
            break
        found = _resolve(grid, end, institution, source)
        taken = open_rows & (found.keys.codes >= 0)
        keys, names = _overlay(taken, found.keys, keys), _overlay(taken, found.names, names)
        for row, problem in found.refused.items():
            if open_rows[row]:
                refused[row] = problem
                open_rows[row] = False
        open_rows &= ~taken
    return Ends(keys, names, refused)


def _overlay(mask: Array, over: Words, under: Words) -> Words:
    return pick(mask, over, under) if over.vocabulary else under


def _resolve(grid: Grid, end: End, institution: str, source: str) -> Ends:
    n = grid.rows
    texts = grid.texts(end.column) if end.column else pa.array([end.value] * n, pa.string())
    scopes = grid.texts(end.scope_column) if end.scope_column else None
    joined = texts if scopes is None else pc.binary_join_element_wise(texts, scopes, _BETWEEN)
    encoded = joined.dictionary_encode()
    words = encoded.dictionary.to_pylist()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    bare = [w.partition(_BETWEEN)[0] for w in words]
    printed, holders = _extract(bare, end.pattern)
    vocabulary: dict[str, int] = {}
    names: dict[str, int] = {}
    key_of = np.full(len(words), -1, dtype=np.int32)
    name_of = np.full(len(words), -1, dtype=np.int32)
    bad: dict[int, tuple[str, str]] = {}
    quick = _Plain(end, institution, source)
    for i, word in enumerate(words):
        text = printed[i]
        if not text or text in end.blank:
            continue
        scope = word.partition(_BETWEEN)[2] or end.scope
        try:
            key = quick.key(text, scope) or identifier(end, text, scope, institution, source).key
        except IdentifierError as cause:
            if not end.optional:
                bad[i] = (cause.what, cause.hint or f"expected: {end.kind}")
            continue
        key_of[i] = vocabulary.setdefault(key, len(vocabulary))
        if holders[i]:
            name_of[i] = names.setdefault(holders[i], len(names))
    found_names = Words(name_of[codes], list(names))
    if end.name:
        found_names = Words.of(grid.texts(end.name))
    wrong = np.isin(codes, list(bad)) if bad else np.zeros(n, dtype=bool)
    refused = {int(r): bad[int(codes[r])] for r in np.flatnonzero(wrong)}
    return Ends(Words(key_of[codes], list(vocabulary)), found_names, refused)


class _Plain:
    """Keys of account numbers that are digits, maybe after one letter: in canonical form as printed.

    What stands before the number in the key is taken from ``parse_identifier`` once per scope.
    """

    def __init__(self, end: End, institution: str, source: str) -> None:
        self.end, self.institution, self.source = end, institution, source
        self.prefixes: dict[str, str] = {}

    def key(self, text: str, scope: str) -> str:
        """Return the key, or nothing where the text needs a closer look."""
        if self.end.kind != Kind.ACCOUNT or not _PLAIN.fullmatch(text):
            return ""
        if scope not in self.prefixes:
            whole = identifier(self.end, text, scope, self.institution, self.source).key
            self.prefixes[scope] = whole.removesuffix(text)
        return self.prefixes[scope] + text


def identifier(end: End, text: str, scope: str, institution: str, source: str) -> Identifier:
    """Return the identifier that a text of this column names."""
    kind = _KINDS.get(end.kind)
    if kind is None:
        raise MappingError("no such kind of identifier", kind=end.kind, hint=", ".join(_KINDS))
    at = scope or (institution if kind in _AT_INSTITUTION else "")
    return parse_identifier(kind, text, scope=at, region=end.region, source=source)


def _extract(words: list[str], pattern: str) -> tuple[list[str], list[str]]:
    if not pattern:
        return words, [""] * len(words)
    try:
        found = pc.extract_regex(pa.array(words, pa.string()), pattern)
    except pa.ArrowInvalid as cause:
        raise MappingError(
            "not a pattern with (?P<id>…)", pattern=pattern, hint="RE2 syntax; (?P<name>…) may follow"
        ) from cause
    fields = {f.name for f in found.type}
    if "id" not in fields:
        raise MappingError("a pattern for an identifier names (?P<id>…)", pattern=pattern)
    parts = found.to_pylist()
    ids = [(p or {}).get("id") or "" for p in parts]
    names = [(p or {}).get("name") or "" for p in parts]
    return [i.strip() for i in ids], [" ".join(n.split()) for n in names]


def own_stem(kind: str, source: str, form: str, side: str = "") -> tuple[str, str]:
    """Return what stands before and after the place in the key of an end that one row has of its own.

    ``side`` tells the two ends of one row apart where neither is known.

    Examples
    --------
    >>> own_stem("unknown", "ab12", "line:{a}")
    ('unknown:ab12:line%3A', '')
    """
    probe = 987654321
    whole = Identifier(Kind(kind), expand(form, probe, 1) + side, source).key
    before, _, after = whole.partition(quote(str(probe)))
    return before, after
