"""The demo: an invented case through the same doors as a real one, from files to a verified pack."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from analytics.tracing.following.following import rates_of
from api.casework.allocations import Sharing, share, sharing_document
from api.casework.freezing import freezing_sheet, sheet_document
from api.casework.trace_document import trace_document
from api.demo.explanation import render
from api.demo.scenario import Scenario
from api.demo.summary import summary
from api.demo.work_done import record_work
from api.errors import UsageError
from api.evidence.pack import export
from api.evidence.verify import verify
from api.sealing import pack_input
from api.settings import Settings
from api.workbench import Traced, Workbench
from ingest.mappings.loading import load_mapping
from ingest.runner import Intake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.demo.facts import DemoFile
    from graph.model.provenance import Receipt

MARK = ".fuatilia-demo"
RULE = "own_first"
BY_DATE = ("fifo", "lifo")
"""Rules under which the dates of the payments decide between the claimants."""


@dataclass(frozen=True, slots=True)
class DemoDone:
    """What the demo did: a document, the page for a newcomer, and whether everything held."""

    document: dict[str, Any]
    page: str
    sound: bool


def run_demo(out: Path, seed: int, *, talk: Callable[[str], None] = lambda _: None) -> DemoDone:
    """Make an invented case, read it as files, trace, share, seal and verify.

    Parameters
    ----------
    out : Path
        Folder of the demo; an earlier demo there is replaced, anything else is left alone.
    seed : int
        Seed of the case; the same seed gives the same files.

    Raises
    ------
    UsageError
        The folder holds something that is no demo.
    """
    started = time.monotonic()

    def say(what: str) -> None:
        talk(f"[{time.monotonic() - started:5.1f} s] {what}")

    _clear(out)
    scenario = Scenario.make(seed)
    facts = scenario.facts
    files = scenario.write(out / "files")
    say(f"{len(files)} files written as suppliers would send them")
    settings = Settings(store=str(out / "store"), case=facts.case, actor=facts.actor)
    now = datetime.fromisoformat(facts.sealed)
    with Workbench.open(settings, purpose="demo", now=lambda: now, create=True, title=facts.title) as bench:
        receipts = [_read(bench, one) for one in files]
        for r in receipts:
            for x in r.rejected:
                say(f"{r.name} {r.verdict}: {x.locator} {x.reason} - {x.hint}")
        say(f"{sum(r.accepted for r in receipts):,} rows read, each with its place in its file")
        for stated in facts.stated:
            bench.assert_(stated.kind, stated.subject, stated.object, stated.reason, made=stated.made)
        record_work(bench, facts)
        say(f"{len(facts.stated)} statements of the analyst recorded")
        traced = bench.trace([c.seed for c in facts.claimants], rule=RULE)
        say(f"traced under {len(traced.run.comparison.results)} rules")
        valued = datetime.fromisoformat(facts.valued)
        sharing = bench.allocate(traced, valued)
        given = pack_input(bench, traced, sharing, now, title="", question=facts.question)
        pack = export(given, out / "pack")
        say(f"pack of {len(pack.files)} files sealed")
        findings = verify(pack.folder, pack.fingerprint)
        say("pack verified, figures recomputed by a second program" if not findings else "PACK NOT SOUND")
        document = {
            "folder": str(out),
            "case": facts.case,
            "files": [
                {"name": f.name, "verdict": str(r.verdict), "accepted": r.accepted}
                for f, r in zip(files, receipts, strict=True)
            ],
            "trace": {"id": traced.result, **trace_document(traced.run)},
            "assets": sheet_document(traced.run, traced.sheet),
            "allocation": sharing_document(sharing),
            "pack": {"folder": str(pack.folder), "fingerprint": pack.fingerprint, "files": len(pack.files)},
            "findings": [{"path": f.path, "what": f.what} for f in findings],
        }
        names = {what.id: name for key, name in facts.names.items() for what in bench.search(key)}
        others = {code: _shared_under(code, bench, traced, valued) for code in BY_DATE}
        page = render(summary(facts, files, receipts, traced, sharing, others, pack, names))
    sound = not findings and all(str(r.verdict) == "accepted" for r in receipts)
    return DemoDone(document, page, sound)


def _shared_under(code: str, bench: Workbench, traced: Traced, at: datetime) -> Sharing:
    """Share what another rule of the same trace shows as held."""
    run = replace(traced.run, policy=replace(traced.run.policy, rule=code))
    moment = int(at.timestamp()) * 1_000_000
    return share(run, freezing_sheet(run, bench.sources()), rates_of(bench.store, bench.scope), moment)


def _read(bench: Workbench, one: DemoFile) -> Receipt:
    intake = Intake(
        supplier=one.supplier,
        authority=one.authority,
        received=one.received,
        as_code=one.reader,
        mapping=load_mapping(one.mapping) if one.mapping else {},
        passwords={one.name: one.password} if one.password else {},
    )
    return bench.ingest([one.path], intake)[0]


def _clear(out: Path) -> None:
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise UsageError(
            "the folder holds something that is no demo", path=str(out), hint="name another: --out"
        )
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    (out / MARK).write_text("An invented case; this folder may be deleted.\n", encoding="utf-8")
