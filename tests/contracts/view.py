"""The one suite that every ``View`` passes: random evidence in, answers by the definitions out.

A backend's test module gives a factory that builds a store from ``view_cases.Evidence`` and runs
``CHECKS`` over it; nothing here knows which backend answers.
"""

from __future__ import annotations

# ruff: noqa: S311 - chance from a seed, so that a failure can be repeated
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from graph.model.scope import Clearance, Scope
from graph.model.tables import VIEW_FACTS, VIEW_ROWS
from graph.store import Selection
from tests.contracts import view_oracle as oracle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from graph.store import View
    from tests.contracts.view_cases import Evidence, Fact
    from tests.contracts.view_oracle import Told


class Factory(Protocol):
    """Builds a store that holds all the cases."""

    def __call__(self, cases: Sequence[Evidence]) -> View:
        """Return the view of that store."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One case in a store, with what the oracle knows about it."""

    view: View
    evidence: Evidence
    scope: Scope
    ids: dict[str, str]
    rows: list[Told]
    transfers: list[Told]
    chance: random.Random

    def key(self, end: str | None) -> str | None:
        """Return the opaque id of an identifier key."""
        return None if end is None else self.ids[end]

    def some(self) -> str:
        """Return one of the case's identifier keys."""
        return self.chance.choice(self.evidence.keys)


def scope_of(evidence: Evidence, clearance: Clearance = Clearance.CASE) -> Scope:
    """Return a reader's scope of one case."""
    return Scope("reader", (evidence.case,), "conformance", clearance)


def ask(view: View, evidence: Evidence, seed: int) -> Asked:
    """Look up opaque ids and compute the oracle's side."""
    scope = scope_of(evidence)
    keys = {_named(key): key for key in evidence.keys}
    told = view.instruments(scope, list(view.snapshot(scope).nodes))
    ids = {keys[i.kind, i.label]: i.id for i in told.values()}
    assert sorted(ids) == evidence.keys
    links = view.links(scope)
    assert {frozenset((k.a, k.b)) for k in evidence.links} <= {frozenset((k.a, k.b)) for k in links}
    rows = oracle.told(evidence, links)
    return Asked(view, evidence, scope, ids, rows, oracle.transfers(rows), random.Random(seed))


def _named(key: str) -> tuple[str, str]:
    kind, _, value = key.split(":")
    return kind, value.replace("%20", " ")


def check_snapshot(asked: Asked) -> None:
    """Every transfer once, in the total order, exact to the last unit."""
    s = asked.view.snapshot(asked.scope)
    assert s.amount_hi is not None or all(s.amount >= 0)
    upper = [0] * len(s.lo) if s.amount_hi is None else s.amount_hi.tolist()
    found = [
        (
            s.nodes[s.src[i]],
            s.nodes[s.dst[i]],
            s.lo[i],
            s.hi[i],
            s.seq[i],
            s.assets[s.asset[i]],
            (upper[i] << 64) + (int(s.amount[i]) & (2**64 - 1)),
        )
        for i in range(len(s.lo))
    ]
    wanted = [
        (
            asked.key(t.row.debit),
            asked.key(t.row.credit),
            t.row.lo,
            t.row.hi,
            t.row.seq,
            t.row.asset,
            t.row.amount,
        )
        for t in asked.transfers
    ]
    assert found == wanted
    assert list(s.nodes) == sorted(s.nodes)
    assert s.version == asked.view.version(asked.scope)


def check_select(asked: Asked) -> None:
    """Rows as observed, filtered, in the total order; a limit says that it cut."""
    r = asked.chance
    everything = Selection(statuses=())
    whole = asked.view.select(asked.scope, everything)
    expect_rows(asked, whole.table, asked.rows)
    some = sorted({t.observation for t in r.sample(asked.rows, min(2, len(asked.rows)))})
    selections: list[tuple[Selection, Callable[[Told], bool]]] = [
        (Selection(), lambda t: t.row.status == "completed"),
        (
            replace(everything, window=(86_400_000_000, 3 * 86_400_000_000)),
            lambda t: 86_400_000_000 <= t.row.lo < 3 * 86_400_000_000,
        ),
    ]
    if asked.rows:
        end, source = asked.some(), r.choice(asked.rows).source
        selections += [
            (replace(everything, instruments=(asked.ids[end],)), lambda t: end in t.ends),
            (replace(everything, observations=tuple(some)), lambda t: t.observation in some),
            (
                Selection(sources=(source,), statuses=("failed", "pending")),
                lambda t: t.source == source and t.row.status in ("failed", "pending"),
            ),
        ]
    for selection, holds in r.sample(selections, 2):
        wanted = [t for t in asked.rows if holds(t)]
        limit = r.choice((None, r.randint(0, len(wanted) + 1)))
        answer = asked.view.select(asked.scope, replace(selection, limit=limit))
        expect_rows(asked, answer.table, wanted[:limit])
        assert answer.truncated == (limit is not None and limit < len(wanted))
    told = asked.view.rows(asked.scope, some)
    expect_rows(asked, told, [t for t in asked.rows if t.observation in some])


def check_facts(asked: Asked) -> None:
    """Every fact with its own text, also where several stand at one place; holders by the latest name."""
    told = oracle.facts(asked.evidence)
    expect_facts(asked, asked.view.facts(asked.scope), told)
    expect_facts(asked, asked.view.facts(asked.scope, ("tag",)), [t for t in told if t[0].kind == "tag"])
    if asked.rows:
        key = asked.some()
        near = [t for t in told if key in (t[0].subject, t[0].object)]
        expect_facts(asked, asked.view.facts(asked.scope, (), (asked.ids[key],)), near)
        shown = asked.view.instruments(asked.scope, sorted(asked.ids.values()))
        assert {k: shown[i].holder for k, i in asked.ids.items()} == {
            k: oracle.holder(asked.evidence, k) for k in asked.ids
        }


def expect_facts(asked: Asked, table: pa.Table, wanted: Sequence[tuple[Fact, str, str]]) -> None:
    """Compare a table of ``VIEW_FACTS`` with the oracle's facts."""
    assert table.schema.equals(VIEW_FACTS)
    assert table.drop(["batch"]).to_pylist() == [
        {
            "observation": observation,
            "source": source,
            "locator": f"line:{fact.line}",
            "lo": fact.lo,
            "hi": fact.hi,
            "kind": fact.kind,
            "subject": asked.key(fact.subject),
            "object": asked.key(fact.object),
            "fields": "{}",
            "text": fact.text,
        }
        for fact, source, observation in wanted
    ]


def check_expand(asked: Asked) -> None:
    """One to three hops, each way, with windows and limits."""
    r = asked.chance
    if not asked.rows:
        return
    for direction in ("out", "in", "both"):
        for hops in (r.randint(1, 3),):
            starts = sorted({asked.some() for _ in range(r.randint(1, 2))})
            window = r.choice((None, (r.randrange(4) * 86_400_000_000, 4 * 86_400_000_000)))
            wanted = oracle.expand(asked.transfers, starts, direction, hops, window)
            limit = r.choice((None, 1, len(wanted), len(wanted) // 2))
            answer = asked.view.expand(
                asked.scope,
                [asked.ids[s] for s in starts],
                direction,
                hops,
                window,
                limit,
            )
            expect_rows(asked, answer.table, wanted[:limit])
            assert answer.truncated == bool(answer.left_out) == (limit is not None and limit < len(wanted))


def check_paths(asked: Asked) -> None:
    """Trails in the three modes, cut at the same one everywhere."""
    r = asked.chance
    if not asked.rows:
        return
    for mode in ("shortest", "all", "time_respecting"):
        a, b = asked.some(), asked.some()
        if asked.transfers and r.random() < 0.7:
            a = str(r.choice(asked.transfers).row.debit)
            b = str(r.choice(asked.transfers).row.credit)
        hops = r.randint(1, 3)
        window = r.choice((None, None, (0, 3 * 86_400_000_000)))
        wanted = oracle.trails(asked.transfers, a, b, hops, mode, window)
        limit = r.choice((1, 5, 1000))
        answer = asked.view.paths(
            asked.scope,
            asked.ids[a],
            asked.ids[b],
            hops,
            mode,
            window,
            limit,
        )
        assert answer.table.column_names[:2] == ["path", "hop"]
        steps = [(i, j) for i, path in enumerate(wanted[:limit]) for j in range(len(path))]
        assert (
            list(zip(answer.table["path"].to_pylist(), answer.table["hop"].to_pylist(), strict=True)) == steps
        )
        flat = [t for path in wanted[:limit] for t in path]
        expect_rows(asked, answer.table.select(VIEW_ROWS.names), flat)
        assert answer.truncated == (len(wanted) > limit)
        if mode == "time_respecting":
            unsure = [
                any(earlier.row.hi - 1 > t.row.lo for earlier in path[:j])
                for path in wanted[:limit]
                for j, t in enumerate(path)
            ]
            assert ["order unknown" in (m or "") for m in answer.table["mark"].to_pylist()] == unsure


def check_clearance(asked: Asked) -> None:
    """Masked is the default: no narration, no whole identifier; and no case but one's own."""
    masked = scope_of(asked.evidence, Clearance.MASKED)
    table = asked.view.select(masked, Selection(statuses=())).table
    assert table["text"].null_count == table["ref"].null_count == table.num_rows
    facts = asked.view.facts(masked)
    assert facts["text"].null_count == facts.num_rows
    shown = asked.view.instruments(masked, sorted(asked.ids.values()))
    assert not {i.holder for i in shown.values()} - {""}
    assert not [key for key, opaque in asked.ids.items() if _named(key)[1] in shown[opaque].label]
    if asked.rows:
        key = asked.some()
        assert [i.id for i in asked.view.find(masked, key)][:1] == [asked.ids[key]]
    nobody = Scope("reader", (), "conformance", Clearance.PROTECTED)
    assert asked.view.select(nobody, Selection(statuses=())).table.num_rows == 0
    assert asked.view.instruments(nobody, sorted(asked.ids.values())) == {}
    assert len(asked.view.snapshot(nobody).lo) == 0


def expect_rows(asked: Asked, table: pa.Table, wanted: Sequence[Told]) -> None:
    """Compare a table of ``VIEW_ROWS`` with the oracle's rows."""
    assert table.schema.equals(VIEW_ROWS)
    torn = oracle.conflicts(oracle.moving(asked.rows))
    found = [{k: v for k, v in row.items() if k in COMPARED} for row in table.to_pylist()]
    assert found == [_outward(asked, t) for t in wanted]
    for mark, t in zip(table["mark"].to_pylist(), wanted, strict=True):
        moves = t.row.status == "completed" and t.row.amount is not None
        assert ("disagree" in (mark or "")) == (moves and (t.event, t.row.kind) in torn)


def _outward(asked: Asked, t: Told) -> dict[str, Any]:
    row = t.row
    return {
        "observation": t.observation,
        "event": t.event,
        "source": t.source,
        "locator": f"line:{row.line}",
        "lo": row.lo,
        "hi": row.hi,
        "seq": row.seq,
        "status": row.status,
        "kind": row.kind,
        "debit": asked.key(row.debit),
        "credit": asked.key(row.credit),
        "amount": row.amount,
        "asset": row.asset,
        "digits": row.digits,
        "statement": asked.key(row.statement),
        "ref": row.ref,
        "text": row.text,
    }


COMPARED = (
    "observation",
    "event",
    "source",
    "locator",
    "lo",
    "hi",
    "seq",
    "status",
    "kind",
    "debit",
    "credit",
    "amount",
    "asset",
    "digits",
    "statement",
    "ref",
    "text",
)
CHECKS: tuple[Callable[[Asked], None], ...] = (
    check_snapshot,
    check_select,
    check_facts,
    check_expand,
    check_paths,
    check_clearance,
)
