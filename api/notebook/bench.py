"""The workbench in a notebook: every answer is a ``Shown``; the audit log keeps ``notebook`` as channel."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from api.casework.allocations import sharing_document
from api.casework.freezing import sheet_document
from api.casework.trace_document import trace_document
from api.notebook.network import NetworkShown
from api.notebook.shown import Shown
from api.settings import from_environment
from api.workbench import Workbench
from graph.errors import FuatiliaError
from graph.model.amounts import Asset
from graph.model.instants import iso_text
from graph.model.printing import code_of, exact_text
from graph.model.scope import Clearance
from graph.store import Selection
from ingest.mappings.loading import load_mapping
from ingest.runner import Intake

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from api.casework.network import NetworkQuery
    from api.workbench import Traced

_P = ParamSpec("_P")
_R = TypeVar("_R")
_ENDS = ("held", "spent", "fees", "swallowed", "lost")


def open_case(
    store: str | Path = "",
    case: str = "",
    *,
    actor: str = "",
    unmask: bool = False,
    create: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Notebook:
    """Open a case in a notebook.

    Parameters
    ----------
    store : str or Path
        Folder of the store; the usual one when empty.
    case, actor : str
        As the command line takes them.
    unmask : bool
        Show names and numbers; the audit log keeps that it did.
    create : bool
        Make store and case where they are missing.
    """
    settings = from_environment(store=str(store), case=case, actor=actor)
    clearance = Clearance.CASE if unmask else Clearance.MASKED
    bench = Workbench.open(
        settings, purpose="notebook", channel="notebook", clearance=clearance, create=create, now=now
    )
    return Notebook(bench)


def _asked(method: Callable[Concatenate[Notebook, _P], _R]) -> Callable[Concatenate[Notebook, _P], _R]:
    """Take out of what a cell fails with whatever its reader may not see: a notebook is kept and sent on."""

    @wraps(method)
    def ask(self: Notebook, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return method(self, *args, **kwargs)
        except FuatiliaError as error:
            self.bench.mask(error)
            raise

    return ask


class TraceShown:
    """A trace: rules beside each other, hops, what is held, and the drawing."""

    def __init__(self, notebook: Notebook, traced: Traced) -> None:
        self._notebook, self.traced = notebook, traced
        self.document = trace_document(traced.run, notebook.bench.masking)

    def compare(self) -> Shown:
        """Return what each rule says of every end, with the band between them."""
        asset = self.document["claim"]["asset"]
        rules = self.document["rules"]
        rows = [
            {"rule": f"{code} (chosen)" if code == self.traced.run.policy.rule else code}
            | {end: found[end] for end in _ENDS}
            for code, found in rules.items()
        ]
        notes = (
            f"Claim {self.document['claim']['total']} {code_of(asset)}; every sum is over its own legs.",
            "The rule was chosen before the results were seen; which rule applies is the court's to say.",
            *(f"Not known: {gap}" for gap in self.document["gaps"]),
        )
        return self._shown("Rules beside each other", ("rule", *_ENDS), rows, _ENDS, notes)

    def hops(self) -> Shown:
        """Return every step of the traced money under the chosen rule, with its place in its file."""
        columns = ("at", "from", "to", "asset", "amount", "traced", "source", "locator")
        rows = [
            {name: hop[name] for name in columns} | {"asset": code_of(hop["asset"])}
            for hop in self.document["rules"][self.traced.run.policy.rule]["hops"]
        ]
        return self._shown("Hops under the chosen rule", columns, rows, ("amount", "traced"))

    def holdings(self) -> Shown:
        """Return what can be held now, the most urgent first, with the band over the rules."""
        columns = ("label", "institution", "asset", "amount", "least", "most", "as_of", "urgency", "why")
        sheet = sheet_document(self.traced.run, self.traced.sheet)["assets"]
        rows = [{name: one[name] for name in columns} | {"asset": code_of(one["asset"])} for one in sheet]
        return self._shown("What can be held now", columns, rows, ("amount", "least", "most"))

    def figure(self) -> Shown:
        """Return the drawing of the trace with its table."""
        from api.evidence.figures.sankey import sankey
        from api.sealing import shown_trace

        drawn = sankey(shown_trace(self.traced))
        head = drawn.twin.header
        rows = [dict(zip(head, line.cells, strict=False)) for line in drawn.twin.lines]
        return self._shown(drawn.title, head, rows, (), (drawn.words,), (drawn.svg,))

    def to_frame(self) -> Any:
        """Return the comparison of the rules as a data frame."""
        return self.compare().to_frame()

    def records(self) -> Shown:
        """Return the source rows that the trace rests on."""
        return self.compare().records()

    def explain(self) -> str:
        """Return in words what the trace rests on."""
        return self.compare().explain()

    def _repr_html_(self) -> str:
        return self.compare()._repr_html_() + self.figure()._repr_html_()

    def __str__(self) -> str:
        """Return the comparison as text."""
        return str(self.compare())

    def _shown(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[dict[str, Any]],
        amounts: Sequence[str],
        notes: Sequence[str] = (),
        figures: Sequence[str] = (),
    ) -> Shown:
        cites = self.traced.run.following.cites
        cited = tuple(sorted({r.observation for found in cites.values() for r in found}))
        return Shown(
            title,
            tuple(columns),
            tuple(rows),
            tuple(amounts),
            tuple(notes),
            tuple(figures),
            cited,
            self.document,
            self._notebook.records,
        )


class Notebook:
    """One case, opened for a notebook.

    Parameters
    ----------
    bench : Workbench
        Everything here goes through it; nothing is computed a second way.
    """

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the store."""
        self.bench.close()

    @_asked
    def ingest(
        self,
        *paths: str | Path,
        supplier: str = "",
        authority: str = "",
        received: str = "",
        reader: str = "",
        mapping: str = "",
        password: str = "",
    ) -> Shown:
        """Read files into the case; one line a file, and what was rejected with its place."""
        intake = Intake(
            supplier=supplier,
            authority=authority,
            received=received,
            as_code=reader,
            mapping=load_mapping(mapping) if mapping else {},
            passwords={"*": password} if password else {},
        )
        receipts = self.bench.ingest([Path(p) for p in paths], intake)
        columns = ("name", "reader", "verdict", "accepted", "rejected", "balance")
        rows = tuple(
            {
                "name": r.name,
                "reader": r.reader,
                "verdict": str(r.verdict),
                "accepted": r.accepted,
                "rejected": len(r.rejected),
                "balance": ", ".join(sorted({str(c.verdict) for c in r.reconciliation})) or "none",
            }
            for r in receipts
        )
        notes = tuple(f"{r.name} {x.locator}: {x.reason}" for r in receipts for x in r.rejected)
        return Shown("Files read", columns, rows, notes=notes, source=self.records)

    @_asked
    def sources(self) -> Shown:
        """Return the files of the case."""
        columns = ("name", "supplier", "authority", "received", "size", "sha256")
        rows = tuple({name: getattr(s, name) for name in columns} for s in self.bench.sources())
        return Shown("Files of the case", columns, rows, source=self.records)

    @_asked
    def search(self, text: str) -> Shown:
        """Find instruments by identifier, tail, name or reference."""
        columns = ("id", "kind", "label", "institution", "holder")
        rows = tuple({name: getattr(i, name) for name in columns} for i in self.bench.search(text))
        cited = tuple(self.bench.store.references(self.bench.scope, text))
        return Shown("Found", columns, rows, cited=cited, source=self.records)

    @_asked
    def transfers(self, instrument: str) -> Shown:
        """Return the payments of one instrument, in order."""
        chosen = Selection(instruments=(instrument,))
        answer = self.bench.store.select(self.bench.scope, chosen)
        notes = (answer.left_out,) if answer.truncated else ()
        return self._rows("Payments", answer.table.to_pylist(), notes)

    @_asked
    def records(self, observations: Sequence[str]) -> Shown:
        """Return rows as they stand in their files: source, place, ends, amount, text by clearance."""
        table = self.bench.store.rows(self.bench.scope, list(observations))
        return self._rows("Source rows", table.to_pylist())

    @_asked
    def network(self, query: NetworkQuery | None = None) -> NetworkShown:
        """Return the bounded part of the network that a query names; the start without one."""
        return NetworkShown(self.bench.network(query), self.bench.case, self.records)

    @_asked
    def detect(self, *typologies: str, language: str = "en") -> Shown:
        """Look for leads and keep them; what could not be evaluated stands in the notes."""
        found = self.bench.detect(typologies, language=language)
        notes = tuple(f"not evaluated: {one['typology']}, {one['why']}" for one in found["not_evaluated"])
        beyond = (f"{found['beyond']:,} more candidates are no rarer than chance would give them",)
        return self._leads(found["leads"], (*notes, *(beyond if found["beyond"] else ())))

    @_asked
    def leads(self) -> Shown:
        """Return the standing leads, with what was decided about each."""
        return self._leads(self.bench.leads_document()["leads"])

    @_asked
    def assert_(self, kind: str, subject: str, object_: str, reason: str) -> str:
        """State something about the evidence under your name; returns the assertion's id."""
        return self.bench.assert_(kind, subject, object_, reason).id

    @_asked
    def trace(self, *seeds: str, rule: str = "own_first", arithmetic: str = "fixed") -> TraceShown:
        """Trace ``[CLAIMANT=]PAYMENT`` under the chosen rule, with all rules beside it."""
        return TraceShown(self, self.bench.trace(seeds, rule=rule, arithmetic=arithmetic))

    @_asked
    def compare(self, *seeds: str, rule: str = "own_first", arithmetic: str = "fixed") -> Shown:
        """Trace and return only what each rule says."""
        return self.trace(*seeds, rule=rule, arithmetic=arithmetic).compare()

    @_asked
    def allocate(self, traced: TraceShown, at: datetime, *, base: str = "net_loss") -> Shown:
        """Share what is held among the claimants, every scheme side by side; the choice is the court's."""
        from api.evidence.figures.allocation import allocation
        from api.sealing import shown_sharing

        sharing = self.bench.allocate(traced.traced, at, base=base)
        document = sharing_document(sharing)
        rows = tuple(
            {"scheme": code, **found["payments"], "unpaid": _sum(found["unpaid"], document["asset"])}
            for code, found in document["schemes"].items()
        )
        claimants = tuple(sorted(traced.traced.run.chosen.claims))
        return Shown(
            f"Shares of {document['pool']} {code_of(document['asset'])}",
            ("scheme", *claimants, "unpaid"),
            rows,
            (*claimants, "unpaid"),
            (document["statement"],),
            (allocation(shown_sharing(sharing)).svg,),
            document=document,
            source=self.records,
        )

    def _leads(self, found: Sequence[dict[str, Any]], notes: Sequence[str] = ()) -> Shown:
        columns = ("severity", "typology", "expected_by_chance", "sentence", "state", "id")
        rows = tuple({name: lead[name] for name in columns} for lead in found)
        cited = tuple(sorted({one["id"] for lead in found for one in lead["observations"]}))
        fixed = "A lead is a reason to look, not a finding about anyone. No lead is not a clearance."
        return Shown("Leads", columns, rows, notes=(fixed, *notes), cited=cited, source=self.records)

    def _rows(self, title: str, found: Sequence[dict[str, Any]], notes: Sequence[str] = ()) -> Shown:
        ids = sorted({row[end] for row in found for end in ("debit", "credit") if row[end]})
        known = self.bench.store.instruments(self.bench.scope, ids)
        columns = (
            "at", "from", "to", "amount", "asset", "kind", "status", "ref", "text", "locator", "source",
            "observation",
        )  # fmt: skip
        rows = tuple(
            {
                **{name: row[name] for name in columns[5:]},
                "at": iso_text(row["lo"]),
                "from": known[row["debit"]].label if row["debit"] in known else None,
                "to": known[row["credit"]].label if row["credit"] in known else None,
                "amount": row["digits"]
                if row["amount"] is None
                else exact_text(int(row["amount"]), row["asset"]),
                "asset": code_of(row["asset"]),
            }
            for row in found
        )
        cited = tuple(row["observation"] for row in found)
        return Shown(title, columns, rows, ("amount",), tuple(notes), cited=cited, source=self.records)


def _sum(texts: dict[str, str], asset: str) -> str:
    whole = sum((Fraction(t) for t in texts.values()), Fraction(0))
    return exact_text(whole * 10 ** (Asset.from_key(asset).exponent or 0), asset)
