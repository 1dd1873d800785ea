"""From a trace to a pack: everything an exhibit rests on, gathered for the exporter."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from api.casework.freezing import freezing_sheet
from api.casework.masking import Masking, receipts_by_source
from api.casework.places import instrument_text, place_text
from api.casework.question import asked_words, question
from api.casework.restrained import restraints_of, what_was_done
from api.casework.running import labelled
from api.casework.steps_taken import steps_taken
from api.casework.withholding import withheld
from api.errors import NotPermittedError, UsageError
from api.evidence import contents
from graph.model.instants import iso_text
from graph.model.printing import exact_text
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from api.casework.allocations import Sharing
    from api.workbench import Traced, Workbench
    from graph.model.provenance import Receipt


MASKED, COURT = "masked", "court"
RENDERINGS = (MASKED, COURT)


def pack_input(
    bench: Workbench,
    traced: Traced,
    sharing: Sharing | None,
    sealed: datetime,
    *,
    rendering: str = MASKED,
    title: str = "",
    question: str = "",
    reviewer: str = "",
    steps: Sequence[contents.Step] = (),
) -> contents.PackInput:
    """Gather one trace, its sheet and its sharing with the originals, rows and audit log they rest on.

    Parameters
    ----------
    sealed : datetime
        The time of sealing is an input; nothing in a pack reads a clock.
    question : str
        As it was put on record when empty.
    steps : sequence of Step
        What was done in the case until the time of sealing when empty.
    rendering : str
        ``masked``: victims and witnesses are shown nowhere, and originals in which they can be read are
        listed by their hash but withheld. ``court``: everything; needs clearance ``PROTECTED``.

    Raises
    ------
    UsageError, NotPermittedError
        No such rendering; the court's without the clearance for it.

    Notes
    -----
    Labels are as the workbench's clearance allows, and never of the protected in a masked rendering.
    """
    bench = _permitted(bench, rendering)
    masking = bench.masking
    traced = _labelled(bench, traced)
    run = traced.run
    receipts = receipts_by_source(bench.store.receipts(bench.scope))
    sources = bench.sources()
    kept_back = {} if rendering == COURT else withheld(bench.store, bench.scope, sources, masking.protected)
    cited = {r.source for rows in run.following.cites.values() for r in rows}
    network = bench.network()
    lines, head = bench.store.audit(bench.scope)
    return contents.PackInput(
        case=masking.words(bench.case),
        rendering=rendering,
        sealed=int(sealed.timestamp()) * 1_000_000,
        actor=bench.scope.actor,
        trace=shown_trace(traced, masking),
        title=masking.words(title),
        question=masking.words(question) or _asked(bench),
        reviewer=masking.words(reviewer),
        store_version=run.inputs,
        originals=tuple(
            contents.Original(
                path=bench.store.original(bench.scope, s.sha256),
                sha256=s.sha256,
                name=s.name,
                supplier=s.supplier,
                authority=s.authority,
                received=s.received,
                receipt=_receipt(receipts.get(s.sha256, [])),
                withheld=kept_back.get(s.sha256, ""),
            )
            for s in sources
        ),
        rows=_rows(bench, traced),
        rejects=tuple(
            contents.Reject(source=r.sha256, locator=x.locator, reason=x.reason)
            for found in receipts.values()
            for r in found
            for x in r.rejected
        ),
        sheet=traced.sheet,
        restraints=restraints_of(bench, traced.sheet),
        done=tuple(contents.Done(**asdict(d)) for d in what_was_done(bench)),
        sharing=None if sharing is None else shown_sharing(sharing),
        network=network,
        steps=_steps(bench, steps or drawn_steps(bench, sealed)),
        limits=_limits(receipts, cited),
        audit=lines,
        audit_head=head,
    )


def drawn_steps(bench: Workbench, until: datetime) -> tuple[contents.Step, ...]:
    """Return what was done in the case until an instant, as the timeline takes it."""
    return tuple(contents.Step(s.at, s.label, s.until) for s in steps_taken(bench, until))


def _steps(bench: Workbench, steps: Sequence[contents.Step]) -> tuple[contents.Step, ...]:
    masking = bench.masking
    return tuple(replace(s, label=masking.words(s.label)) for s in steps)


def _asked(bench: Workbench) -> str:
    """Return what the case is asked, as it was put on record; empty where nothing was."""
    found = question(bench)
    return "" if found is None else asked_words(found)


def shown_sharing(sharing: Sharing) -> contents.Sharing:
    """Return an allocation as figures and tables of a pack take it."""
    return contents.Sharing(
        pool=sharing.pool,
        losses=sharing.losses,
        comparison=sharing.comparison,
        valuations={place: v.record() for place, v in sharing.valuations.items()},
        left_out=sharing.left_out,
    )


def _permitted(bench: Workbench, rendering: str) -> Workbench:
    """Return the workbench under what the rendering may show."""
    if rendering not in RENDERINGS:
        raise UsageError("no such rendering", rendering=rendering, hint="one of: " + ", ".join(RENDERINGS))
    if rendering == COURT and bench.scope.clearance < Clearance.PROTECTED:
        raise NotPermittedError(
            "the court's rendering shows victims and witnesses",
            rendering=rendering,
            hint="it needs the clearance for them: --unmask-protected",
        )
    if rendering == MASKED and bench.scope.clearance >= Clearance.PROTECTED:
        return bench.with_clearance(Clearance.CASE)
    return bench


def _labelled(bench: Workbench, traced: Traced) -> Traced:
    run = labelled(bench.store, bench.scope, traced.run)
    return replace(traced, run=run, sheet=freezing_sheet(run, bench.sources()))


def shown_trace(traced: Traced, masking: Masking | None = None) -> contents.Trace:
    """Return a trace as figures and tables of a pack take it; free text as far as ``masking`` allows."""
    seen = masking or Masking()
    following = traced.run.following
    instruments = following.instruments
    kinds = {
        key: instruments[place.instrument].kind
        for key, place in following.places.items()
        if place.instrument in instruments
    }
    return contents.Trace(
        given=following.trace_input,
        policy=traced.run.policy,
        comparison=traced.run.comparison,
        inputs=traced.run.inputs,
        labels={
            key: place_text(following, key)
            for key in sorted({*following.places, *following.trace_input.ends})
        },
        kinds=kinds,
        citations={
            movement: tuple(
                contents.Citation(r.observation, r.source, r.locator)
                for r in sorted(rows, key=lambda r: (r.hi - r.lo, r.source, r.locator))
            )
            for movement, rows in following.cites.items()
        },
        notes={
            key: contents.LedgerNote(basis=note.basis, balance_check=note.balance_check)
            for key, note in following.notes.items()
        },
        assertions=tuple(
            contents.Statement(
                id=a.id, kind=str(a.kind), author=a.author, reason=seen.words(a.reason), made=a.made
            )
            for a in following.assertions
        ),
        without={w.assertion.id: w.totals for w in traced.run.without},
        order_matters=traced.run.order_matters,
        gaps=tuple(seen.words(gap) for gap in following.gaps),
        not_followed=following.cut,
        rates=tuple(
            contents.RateNote(r.base, r.quote, iso_text(r.lo), str(r.per_unit), r.source, r.observation)
            for r in following.rates
        ),
    )


def _rows(bench: Workbench, traced: Traced) -> tuple[contents.Row, ...]:
    """Return every row that a movement rests on, in the order of the movements."""
    instruments = traced.run.following.instruments
    wanted = list(dict.fromkeys(r.observation for rows in traced.run.following.cites.values() for r in rows))
    found: dict[str, list[Mapping[str, object]]] = {}
    for row in bench.store.rows(bench.scope, sorted(wanted)).to_pylist():
        found.setdefault(row["observation"], []).append(row)

    def label(instrument: object) -> str:
        what = instruments.get(str(instrument))
        return "" if instrument is None else (str(instrument) if what is None else instrument_text(what))

    return tuple(
        contents.Row(
            observation=observation,
            source=str(row["source"]),
            locator=str(row["locator"]),
            lo=iso_text(int(str(row["lo"]))),
            hi=iso_text(int(str(row["hi"]))),
            kind=str(row["kind"]),
            status=str(row["status"]),
            debit=label(row["debit"]),
            credit=label(row["credit"]),
            amount=str(row["digits"])
            if row["amount"] is None
            else exact_text(int(str(row["amount"])), str(row["asset"])),
            asset=str(row["asset"]),
        )
        for observation in wanted
        for row in found.get(observation, [])
    )


def _receipt(receipts: Sequence[Receipt]) -> dict[str, object]:
    return {
        "readings": [
            {
                "reader": r.reader,
                "batch": r.batch,
                "verdict": str(r.verdict),
                "records": str(r.records),
                "accepted": str(r.accepted),
                "rejected": str(len(r.rejected)),
                "sums": {asset: dict(sums) for asset, sums in sorted(r.sums.items())},
                "balance": [
                    {
                        "verdict": str(c.verdict),
                        "locator": c.locator,
                        "expected": c.expected,
                        "found": c.found,
                    }
                    for c in r.reconciliation
                ],
                "assumptions": dict(sorted(r.assumptions.items())),
            }
            for r in sorted(receipts, key=lambda r: r.batch)
        ]
    }


def _limits(receipts: Mapping[str, Sequence[Receipt]], cited: set[str]) -> tuple[str, ...]:
    found = []
    for sha, readings in sorted(receipts.items()):
        for r in readings:
            uses = (
                "movements of the trace rest on it"
                if sha in cited
                else "no movement of the trace rests on it"
            )
            if r.rejected:
                found.append(f"{r.name}: {len(r.rejected)} of {r.records} rows were rejected; {uses}.")
            for c in r.reconciliation:
                if c.verdict in {"breaks", "incomplete"}:
                    place = f" at {c.locator}" if c.locator else ""
                    found.append(
                        f"{r.name}: the running balance {c.verdict}{place}; {uses}. {c.why}".rstrip()
                    )
    return tuple(found)
