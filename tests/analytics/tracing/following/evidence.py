"""Evidence written by hand: a few rows, as a store would answer with them, and nothing else.

Opaque ids are readable names here. ``Evidence`` answers what ``follow`` asks of a ``View``.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from graph.model.parties import Instrument
from graph.model.provenance import Balance, Link, LinkKind, Receipt, Reconciliation, Verdict
from graph.model.results import Assertion, AssertionKind
from graph.model.scope import Scope
from graph.model.tables import VIEW_FACTS, VIEW_ROWS
from graph.store import Answer, Selection, View

if TYPE_CHECKING:
    from collections.abc import Sequence

SCOPE = Scope("officer", ("c",), "test")
SECOND, DAY = 1_000_000, 86_400_000_000
KES, USDT = "KES:2", "tron:T/USDT:6"


def observation(source: str, line: int) -> str:
    """Return the id of a line."""
    return hashlib.sha256(f"{source} {line}".encode()).hexdigest()[:32]


@dataclass(slots=True)
class Evidence:
    """Rows, facts, links and assertions of one case."""

    kinds: dict[str, str] = field(default_factory=dict)
    stored: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    joined: list[Link] = field(default_factory=list)
    stated: list[Assertion] = field(default_factory=list)
    read: list[Receipt] = field(default_factory=list)

    def row(
        self,
        source: str,
        line: int,
        debit: str | None,
        credit: str | None,
        units: int,
        at: int,
        **more: Any,
    ) -> str:
        """Add a row; ``at`` in seconds; rows of one line are one observation."""
        values: dict[str, Any] = {
            "observation": observation(source, line),
            "source": source,
            "batch": source,
            "locator": f"line:{line}",
            "lo": at * SECOND,
            "hi": at * SECOND + more.pop("lasting", SECOND),
            "seq": line,
            "status": "completed",
            "kind": "principal",
            "debit": debit,
            "credit": credit,
            "amount": units,
            "asset": KES,
        }
        values |= more
        values["event"] = values["observation"]
        self.stored.append(values)
        return str(values["observation"])

    def fact(
        self, kind: str, subject: str | None, at: int = 0, text: str | None = None, **fields: Any
    ) -> None:
        """Add an observation without legs."""
        number = len(self.told)
        self.told.append(
            {
                "observation": observation("facts", number),
                "source": "facts",
                "batch": "facts",
                "locator": f"line:{number + 1}",
                "lo": at * SECOND,
                "hi": at * SECOND + 1,
                "kind": kind,
                "subject": subject,
                "object": None,
                "fields": json.dumps(fields),
                "text": text,
            }
        )

    def rate(self, at: int, price: str, base: str = USDT, quote: str = KES) -> None:
        """Add a dated price: whole units of ``quote`` for one of ``base``."""
        self.fact("rate", None, at, base=base, quote=quote, rate=price, source="desk")

    def link(self, a: str, b: str, rule: str = "receipt") -> None:
        """Join two observations by a rail's guarantee."""
        self.joined.append(Link(a, b, LinkKind.SAME_EVENT, rule))

    def state(self, kind: AssertionKind, subject: str, other: str) -> Assertion:
        """Record a person's statement, and the link that a store makes of it."""
        made = Assertion(kind, "c", subject, other, "officer", f"reason {len(self.stated)}", "2026-11-01")
        self.stated.append(made)
        if kind is AssertionKind.SAME_EVENT:
            self.joined.append(Link(subject, other, LinkKind.SAME_EVENT, "asserted", "officer", "seen"))
        return made

    def balance(self, statement: str, verdict: Balance) -> None:
        """Add the receipt of a reading that checked a statement."""
        check = Reconciliation(verdict, statement)
        name = f"file {len(self.read)}"
        self.read.append(Receipt(name, name, "reader", Verdict.ACCEPTED, reconciliation=(check,)))

    @property
    def view(self) -> View:
        """Return the evidence as a view; what ``follow`` does not ask for is not there."""
        return cast("View", self)

    def version(self, scope: Scope) -> str:
        return hashlib.sha256(repr((scope.cases, self.stored, self.told)).encode()).hexdigest()

    def select(self, scope: Scope, selection: Selection) -> Answer:
        ends, told = set(selection.instruments), set(selection.observations)
        rows = [
            r
            for r in self.stored
            if (not ends or ends & {r["debit"], r["credit"], r.get("statement")})
            and (not told or r["observation"] in told)
            and r["status"] in selection.statuses
        ]
        rows.sort(key=lambda r: (r["lo"], r["seq"], r["source"], r["locator"]))
        cut = selection.limit is not None and len(rows) > selection.limit
        return Answer(_table(rows[: selection.limit], VIEW_ROWS), cut)

    def rows(self, scope: Scope, observations: Sequence[str]) -> pa.Table:
        wanted = set(observations)
        return _table([r for r in self.stored if r["observation"] in wanted], VIEW_ROWS)

    def references(self, scope: Scope, text: str) -> list[str]:
        return list(dict.fromkeys(r["observation"] for r in self.stored if r.get("ref") == text))

    def facts(self, scope: Scope, kinds: tuple[str, ...] = (), subjects: tuple[str, ...] = ()) -> pa.Table:
        return _table([f for f in self.told if not kinds or f["kind"] in kinds], VIEW_FACTS)

    def instruments(self, scope: Scope, ids: Sequence[str]) -> dict[str, Instrument]:
        return {i: Instrument(i, self.kinds.get(i, "msisdn"), f"••{i}") for i in sorted(set(ids))}

    def links(self, scope: Scope) -> list[Link]:
        return sorted(self.joined, key=lambda link: (link.a, link.b, link.rule))

    def assertions(self, scope: Scope) -> list[Assertion]:
        return list(self.stated)

    def receipts(self, scope: Scope) -> list[Receipt]:
        return list(self.read)


def _table(rows: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([{n: r.get(n) for n in schema.names} for r in rows], schema=schema)
