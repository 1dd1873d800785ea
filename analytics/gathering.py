"""Makes the material of a case: asks the store for arrays and coded facts, and leaves every text behind."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.material import LARGEST, Held, of_snapshot
from analytics.tracing.following.following import rates_of
from graph.model.results import ResultKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.material import Material
    from graph.model.scope import Scope
    from graph.store import Snapshot, View

CHUNK = 200_000
UNKNOWN = "unknown"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")


def gather(view: View, scope: Scope, *, at: int | None = None) -> Material:
    """Return what detectors may see of the cases in scope.

    Parameters
    ----------
    at : int, optional
        As of when, UTC microseconds; the end of the last transfer where not given.
    """
    snapshot = view.snapshot(scope)
    number = {node: i for i, node in enumerate(snapshot.nodes)}
    rows = _rows(view, scope, snapshot, number)
    facts: dict[str, Any] = {} if at is None else {"at": at}
    return of_snapshot(
        snapshot,
        _kinds(view, scope, snapshot),
        rows.pop("keep"),
        tags=_tags(view, scope, number),
        covered=_covered(view, scope, number),
        rates=tuple(rates_of(view, scope)),
        held=_held(view, scope, number),
        **rows,
        **facts,
    )


def _kinds(view: View, scope: Scope, snapshot: Snapshot) -> list[str]:
    """Return the identifier kind of each node; the label that comes with it is dropped here."""
    nodes = list(snapshot.nodes)
    found: list[str] = []
    for start in range(0, len(nodes), CHUNK):
        some = nodes[start : start + CHUNK]
        known = view.instruments(scope, some)
        found += [known[i].kind if i in known else UNKNOWN for i in some]
    return found


def _rows(view: View, scope: Scope, snapshot: Snapshot, number: Mapping[str, int]) -> dict[str, Any]:
    observation: list[str] = []
    channel: list[str] = []
    keep = np.zeros(len(snapshot.row), np.bool_)
    balance = np.zeros(len(snapshot.row), np.int64)
    balance_of = np.full(len(snapshot.row), -1, np.int32)
    for start, table in _tables(view, scope, snapshot):
        end = start + table.num_rows
        keep[start:end] = pc.equal(table["kind"], "principal").to_numpy(zero_copy_only=False)
        observation += table["observation"].to_pylist()
        channel += [_code(word) for word in table["channel"].to_pylist()]
        balance[start:end], balance_of[start:end] = _balances(table, number)
    return {
        "keep": keep,
        "observation": observation,
        "channel": channel,
        "balance": balance,
        "balance_of": balance_of,
    }


def _tables(view: View, scope: Scope, snapshot: Snapshot) -> Iterator[tuple[int, pa.Table]]:
    for start in range(0, len(snapshot.row), CHUNK):
        yield start, view.rows_at(scope, snapshot.version, snapshot.row[start : start + CHUNK].tolist())


def _code(word: str | None) -> str:
    """Return a reader's code for an operation; a source's own wording is text, and stays behind.

    >>> _code("send"), _code("Payment to Jane"), _code(None)
    ('send', '', '')
    """
    return word if word and _CODE.fullmatch(word) else ""


def _balances(table: pa.Table, number: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
    column = table["balance"]
    least, most = (pa.scalar(sign * LARGEST, pa.decimal128(38, 0)) for sign in (-1, 1))
    fits = pc.and_(pc.greater_equal(column, least), pc.less_equal(column, most))
    units = pc.if_else(fits, column, None).cast(pa.int64())
    valid = pc.is_valid(units).to_numpy(zero_copy_only=False)
    owners = np.array(
        [-1 if s is None else number.get(s, -1) for s in table["statement"].to_pylist()], np.int32
    )
    return units.fill_null(0).to_numpy(), np.where(valid, owners, np.int32(-1))


def _tags(view: View, scope: Scope, number: Mapping[str, int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for fact in view.facts(scope, ("tag",)).select(["subject", "fields"]).to_pylist():
        category = str(json.loads(fact["fields"]).get("category", "")).casefold()
        if fact["subject"] in number and category:
            found.setdefault(number[fact["subject"]], set()).add(category)
    return {node: frozenset(found[node]) for node in sorted(found)}


def _covered(view: View, scope: Scope, number: Mapping[str, int]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for fact in view.facts(scope, ("statement",)).select(["subject", "lo", "hi"]).to_pylist():
        node = number.get(fact["subject"])
        if node is not None:
            lo, hi = found.get(node, (fact["lo"], fact["hi"]))
            found[node] = (min(lo, fact["lo"]), max(hi, fact["hi"]))
    return {node: found[node] for node in sorted(found)}


def _held(view: View, scope: Scope, number: Mapping[str, int]) -> tuple[Held, ...]:
    """Return what the rule that each standing trace was run under shows as held."""
    found = []
    for result in view.results(scope, ResultKind.TRACE):
        ran: Mapping[str, Any] = result.fields["rules"].get(result.policy["rule"], {})
        claimed: Sequence[Mapping[str, Any]] = ran.get("holdings", ())
        for one in claimed:
            node = number.get(str(one["instrument"]))
            if node is not None and Fraction(one["amount"]) > 0:
                found.append(
                    Held(
                        node,
                        str(one["asset"]),
                        str(one["amount"]),
                        str(one["claim"]),
                        str(result.fields["claim"]["asset"]),
                        result.id,
                        result.citations,
                    )
                )
    return tuple(sorted(found, key=lambda h: (h.node, h.asset, h.trace)))
