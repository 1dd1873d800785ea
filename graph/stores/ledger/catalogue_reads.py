"""What the catalogue is asked: visible batches, links, receipts, sources, statements, results."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from graph.errors import NotFoundError
from graph.model.provenance import Balance, Link, LinkKind, Receipt, Reconciliation, Reject, Source, Verdict
from graph.model.results import CASEWORK, Assertion, AssertionKind, Disposition, Result, ResultKind
from graph.stores.ledger import audit
from graph.stores.ledger.layout import StoredFile, VisibleBatch
from graph.stores.ledger.told import ordered_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

_ADMITTED = "SELECT source FROM admissions WHERE ?1 IS NULL OR case_id IN (SELECT value FROM json_each(?1))"
RETRACTED = """
    SELECT batch FROM retractions r
    WHERE NOT EXISTS (SELECT 1 FROM restorations s WHERE s.batch = r.batch AND s.audit > r.audit)"""
"""Batches whose latest retraction nothing has undone."""
FALLEN = """
    SELECT result FROM fallen f
    WHERE NOT EXISTS (SELECT 1 FROM risen r WHERE r.result = f.result AND r.audit > f.audit)"""
"""Results that rest on retracted evidence and were not computed again since."""
_VISIBLE = f"""
    SELECT id FROM batches
    WHERE source IN ({_ADMITTED}) AND id NOT IN ({RETRACTED})"""  # noqa: S608
_CASES = "(?1 IS NULL OR case_id IN (SELECT value FROM json_each(?1)))"


class CatalogueReads:
    """Questions to the catalogue; ``cases=None`` means every case, for verification only."""

    def fetch(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        raise NotImplementedError

    def stamp(self) -> int:
        """Return a number that changes whenever anything but a reading was written."""
        found = self.fetch("SELECT seq FROM audit WHERE covers <> '' ORDER BY seq DESC LIMIT 1")
        return int(found[0][0]) if found else 0

    def meta(self, name: str) -> str:
        """Return what the store says of itself under a name; empty where nothing."""
        found = self.fetch("SELECT value FROM meta WHERE name = ? ORDER BY audit DESC LIMIT 1", name)
        return str(found[0][0]) if found else ""

    def audit_rows(self) -> list[audit.AuditRow]:
        """Return the whole audit chain, oldest first."""
        return [audit.AuditRow(*row) for row in self.fetch("SELECT * FROM audit ORDER BY seq")]

    def audit_head(self) -> str:
        """Return the hash of the newest audit row."""
        found = self.fetch("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1")
        return str(found[0][0]) if found else audit.START

    def batches(self, cases: Sequence[str] | None) -> tuple[VisibleBatch, ...]:
        """Return the batches that the cases admit and nothing retracts, by source and batch."""
        return self._batches(_VISIBLE, cases)

    def admitted_batches(self, cases: Sequence[str] | None) -> tuple[VisibleBatch, ...]:
        """Return every kept batch of the sources that the cases admit, retracted ones too."""
        return self._batches(f"SELECT id FROM batches WHERE source IN ({_ADMITTED})", cases)  # noqa: S608

    def stored_batches(self) -> tuple[VisibleBatch, ...]:
        """Return every batch whose files are kept, retracted ones too, by source and batch."""
        return self._batches("SELECT id FROM batches WHERE ?1 IS NULL", None)

    def _batches(self, chosen: str, cases: Sequence[str] | None) -> tuple[VisibleBatch, ...]:
        files: dict[str, list[StoredFile]] = {}
        rows = self.fetch(
            f"""SELECT batch, role, path, sha256, rows, lo, hi, content FROM files
            WHERE batch IN ({chosen}) AND path NOT IN (SELECT path FROM retired)
            ORDER BY batch, role, place, path""",  # noqa: S608
            _json(cases),
        )
        for row in rows:
            files.setdefault(row[0], []).append(StoredFile(*row))
        known = self.fetch(
            f"SELECT source, id FROM batches WHERE id IN ({chosen}) ORDER BY source, id",  # noqa: S608
            _json(cases),
        )
        return tuple(VisibleBatch(batch, source, tuple(files.get(batch, ()))) for source, batch in known)

    def links(self, cases: Sequence[str] | None) -> list[Link]:
        """Return links sorted: automatic ones between visible batches, and what persons joined.

        A standing ``same_event`` assertion of the cases joins as well.
        """
        rows = self.fetch(
            f"""SELECT DISTINCT a, b, kind, rule, author, reason FROM links
            WHERE batch_a = '' OR (batch_a IN ({_VISIBLE}) AND batch_b IN ({_VISIBLE}))
            ORDER BY a, b, kind, rule, author, reason""",  # noqa: S608
            _json(cases),
        )
        found = {Link(a, b, LinkKind(kind), *rest) for a, b, kind, *rest in rows}
        for said in self.assertions(cases):
            if said.kind == AssertionKind.SAME_EVENT:
                a, b = sorted((said.subject, said.object))
                found.add(Link(a, b, LinkKind.SAME_EVENT, "asserted", said.author, said.reason))
        return sorted(found, key=lambda k: (k.a, k.b, k.kind, k.rule, k.author, k.reason))

    def receipts(self, cases: Sequence[str] | None) -> list[Receipt]:
        """Return the receipts of visible batches, by batch id."""
        rows = self.fetch(
            f"SELECT receipt FROM batches WHERE id IN ({_VISIBLE}) ORDER BY id",  # noqa: S608
            _json(cases),
        )
        return [receipt_from(body) for (body,) in rows]

    def sources(self, cases: Sequence[str] | None) -> list[Source]:
        """Return admitted sources by sha256, each as its least admission in these cases tells of it."""
        rows = self.fetch(
            f"""SELECT sha256, name, size, media, supplier, authority, received, handling
            FROM admissions JOIN sources ON source = sha256 WHERE {_CASES}
            ORDER BY sha256, received, name, media, supplier, authority, handling""",  # noqa: S608
            _json(cases),
        )
        return list({row[0]: Source(*row) for row in reversed(rows)}.values())[::-1]

    def admissions(self, cases: Sequence[str] | None) -> list[tuple[str, str]]:
        """Return ``(case, source)`` for every source a case admits, sorted."""
        sql = f"SELECT DISTINCT case_id, source FROM admissions WHERE {_CASES} ORDER BY case_id, source"  # noqa: S608
        return [(case, source) for case, source in self.fetch(sql, _json(cases))]

    def cases(self) -> list[tuple[str, str]]:
        """Return id and title of every case, by id."""
        return [(case, title) for case, title in self.fetch("SELECT id, title FROM cases ORDER BY id")]

    def assertions(self, cases: Sequence[str] | None) -> list[Assertion]:
        """Return assertions that no other retracts, by time and id."""
        rows = self.fetch(f"SELECT body FROM assertions WHERE {_CASES} ORDER BY made, id", _json(cases))  # noqa: S608
        made = [_assertion_from(body) for (body,) in rows]
        undone = {a.retracts for a in made if a.retracts}
        return [a for a in made if a.id not in undone and not a.retracts]

    def all_assertions(self, cases: Sequence[str] | None) -> list[str]:
        """Return ids of all assertions, retracting ones too, sorted."""
        rows = self.fetch(f"SELECT id FROM assertions WHERE {_CASES} ORDER BY id", _json(cases))  # noqa: S608
        return [found for (found,) in rows]

    def evidence_assertions(self, cases: Sequence[str] | None) -> list[str]:
        """Return ids of all assertions about the evidence, retracting ones too, sorted."""
        rows = self.fetch(f"SELECT body FROM assertions WHERE {_CASES} ORDER BY id", _json(cases))  # noqa: S608
        return [a.id for a in (_assertion_from(body) for (body,) in rows) if a.kind not in CASEWORK]

    def every_assertion(self, case: str) -> list[Assertion]:
        """Return all assertions of a case, retracted and retracting ones too, by id."""
        rows = self.fetch("SELECT body FROM assertions WHERE case_id = ? ORDER BY id", case)
        return [_assertion_from(body) for (body,) in rows]

    def every_result(self, case: str) -> list[Result]:
        """Return all results of a case, fallen ones too, by id."""
        rows = self.fetch("SELECT body FROM results WHERE case_id = ? ORDER BY id", case)
        return [_result_from(body) for (body,) in rows]

    def results(self, cases: Sequence[str] | None, kind: str = "") -> list[Result]:
        """Return results that still stand, by id."""
        rows = self.fetch(
            f"""SELECT body FROM results WHERE {_CASES} AND (?2 = '' OR kind = ?2)
            AND id NOT IN ({FALLEN}) ORDER BY id""",  # noqa: S608
            _json(cases),
            kind,
        )
        return [_result_from(body) for (body,) in rows]

    def result(self, cases: Sequence[str] | None, name: str) -> Result:
        """Return one result of the cases, fallen or not.

        Raises
        ------
        NotFoundError
            There is none of that id.
        """
        rows = self.fetch(f"SELECT body FROM results WHERE {_CASES} AND id = ?2", _json(cases), name)  # noqa: S608
        if not rows:
            raise NotFoundError("no such result in these cases", result=name)
        return _result_from(rows[0][0])

    def standing(self, cases: Sequence[str] | None, name: str) -> bool:
        """Say whether a result of the cases stands."""
        return bool(
            self.fetch(
                f"SELECT 1 FROM results WHERE {_CASES} AND id = ?2 AND id NOT IN ({FALLEN})",  # noqa: S608
                _json(cases),
                name,
            )
        )

    def retracted(self, cases: Sequence[str] | None) -> dict[str, str]:
        """Return sources of which nothing is visible because a person retracted them, with the reason."""
        rows = self.fetch(
            f"""SELECT b.source, r.reason FROM retractions r JOIN batches b ON b.id = r.batch
            WHERE b.source IN ({_ADMITTED}) AND r.batch IN ({RETRACTED}) AND r.replaced_by = ''
            AND b.source NOT IN (SELECT source FROM batches WHERE id IN ({_VISIBLE}))
            ORDER BY b.source, r.audit""",  # noqa: S608
            _json(cases),
        )
        return dict(rows)

    def dispositions(self, cases: Sequence[str] | None) -> list[Disposition]:
        """Return what persons decided about the cases' results, in the order in which they did."""
        rows = self.fetch(f"SELECT id FROM results WHERE {_CASES}", _json(cases))  # noqa: S608
        mine = {name for (name,) in rows}
        told = sorted(ordered_rows(self, "dispositions"), key=lambda one: (one.moment, one.value("result")))
        return [Disposition(*map(str, one.values)) for one in told if one.value("result") in mine]

    def documents(self, cases: Sequence[str] | None, kind: str) -> list[tuple[str, str, str, str]]:
        """Return ``(case, id, made, body)`` of documents of a kind, every version, oldest first."""
        told = sorted(ordered_rows(self, "documents"), key=lambda one: (one.moment, one.value("id")))
        return [
            (one.value("case_id"), one.value("id"), one.value("made"), one.value("body"))
            for one in told
            if one.value("kind") == kind and (cases is None or one.value("case_id") in cases)
        ]

    def require_case(self, case: str) -> None:
        """Raise NotFoundError unless the case was opened."""
        if not self.fetch("SELECT 1 FROM cases WHERE id = ?", case):
            raise NotFoundError("no such case", case=case, hint="open it first")


def _json(cases: Sequence[str] | None) -> str | None:
    return None if cases is None else json.dumps(list(cases))


def receipt_from(body: str) -> Receipt:
    """Read a stored receipt back."""
    fields = json.loads(body)
    fields["verdict"] = Verdict(fields["verdict"])
    for name in ("rejected", "left_out"):
        fields[name] = tuple(Reject(**reject) for reject in fields[name])
    fields["reconciliation"] = tuple(
        Reconciliation(**{**found, "verdict": Balance(found["verdict"])})
        for found in fields["reconciliation"]
    )
    return Receipt(**fields)


def _assertion_from(body: str) -> Assertion:
    fields = json.loads(body)
    return Assertion(**{**fields, "kind": AssertionKind(fields["kind"])})


def _result_from(body: str) -> Result:
    fields = json.loads(body)
    return Result(**{**fields, "kind": ResultKind(fields["kind"]), "citations": tuple(fields["citations"])})
