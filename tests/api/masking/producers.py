"""Everything that leaves, as a table: add a line where something new leaves.

A producer takes the planted case and yields what came out under a label. Nothing here looks for anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.settings import Settings
from api.workbench import Workbench
from graph.model.results import ResultKind
from graph.model.scope import Clearance
from graph.store import Selection
from tests.api.masking.drawn_outputs import exported, notebook
from tests.api.masking.earlier_outputs import earlier
from tests.api.masking.http_outputs import pages, rest
from tests.api.masking.planted import CASE, RUNNER, SEED
from tests.api.web.seeded_leads import plant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.api.masking.planted import Planted

Output = tuple[str, bytes]
READERS: tuple[tuple[str, ...], ...] = ((), ("--json",), ("--unmask",), ("--unmask", "--json"))
"""Without names and with, as text and as JSON."""
LEVELS = (Clearance.MASKED, Clearance.CASE)


def lines(case: Planted) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return the lines of the command line that answer, and those that are refused."""
    v = case.victim
    typed = (v.name, v.phone, v.account, v.own[-4:], f"0{v.own}", v.last.lower(), "RAN0000001", f"{v.last}-2")
    answered: list[tuple[str, ...]] = [
        ("case",),
        ("sources",),
        ("assertions",),
        ("roles",),
        ("checklist",),
        ("restraints",),
        ("leads",),
        ("detect",),
        ("store", "info"),
        ("store", "verify"),
        ("trace", SEED),
        ("trace", SEED, "--arithmetic", "exact", "--rule", "fifo"),
        ("assets", SEED),
        ("allocate", SEED, "--at", "2026-11-10"),
        *(("search", text) for text in typed),
    ]
    refused = [
        *(("trace", f"V1={text}") for text in typed if text != "RAN0000001"),
        ("trace", f"{v.name}=RAN0000001"),
        ("allocate", SEED, "--at", v.name),
        ("allocate", SEED, "--at", "2026-11-10", "--received", f"V1={v.name}"),
        ("assert", "paid_for", "RAN0000001", v.name, "--reason", f"{v.name} says"),
        ("assert", "same_event", v.name, v.phone, "--reason", "x"),
        ("assert", "restraint", v.name, "asked", "--by", v.name, "--reason", v.phone),
        ("assert", "restraint", RUNNER, v.name, "--asset", "KES", "--reason", v.phone),
        ("assert", "restraint", RUNNER, "held_until", "--until", v.name, "--reason", v.phone),
        ("assert", "returned", v.name, "5", "--asset", "KES", "--reason", v.phone),
        ("assert", "returned", "V1", v.phone, "--asset", v.name, "--reason", v.phone),
        ("role", f"{v.name} {v.phone}", "witness", "--reason", "x"),
        ("lead", "confirm", v.name, "--reason", v.phone),
        ("lead", "dismiss", v.phone, "--reason", "duplicate", "--note", v.name),
        ("withdraw", v.name, "--reason", v.phone),
        ("rerun", v.name),
        ("case", "--question", v.name, "--due", v.phone, "--reason", v.name),
        ("checklist", v.name, "done", "--reason", v.phone),
        ("checklist", "A1", v.name, "--reason", v.phone),
        ("retract", v.name, "--reason", v.phone),
        ("export", str(case.folder / "none"), SEED, "--rendering", "court"),
    ]
    return answered, refused


def command_line(case: Planted) -> Iterator[Output]:
    """Every command, as text and as JSON, for a reader without names and one with."""
    answered, refused = lines(case)
    asked = [(options, line) for line in answered for options in READERS]
    asked += [(options, line) for line in refused for options in READERS[1:3]]
    for options, line in asked:
        said = case.talk(*options, *line)
        yield f"{' '.join(options)} {line[0]} (exit {said.code})", (said.out + said.err).encode()


def intake(case: Planted) -> Iterator[Output]:
    """The same files again: receipts, what was rejected and why, progress."""
    for path in sorted(p for p in case.folder.iterdir() if p.is_file() and p.suffix != ".yaml"):
        kind = "statement" if path.suffix == ".xlsx" else "transfers"
        for options in READERS[1:3]:
            said = case.talk(*options, "ingest", path, "--mapping", case.folder / f"{kind}.yaml")
            yield f"{' '.join(options)} ingest {path.suffix}", (said.out + said.err).encode()


def pack(case: Planted) -> Iterator[Output]:
    """Every file of a masked pack and its cover sheet, and what checking it says."""
    v = case.victim
    for name, options in (("pack", ()), ("named", ("--unmask",)), ("cleared", ("--unmask-protected",))):
        out = case.folder / name
        said = case.talk(
            *options, "export", out, SEED, "--sealed", "2026-11-20T10:00:00",
            "--title", f"Loss of {v.name}", "--question", f"Where is the money of {v.phone}?",
        )  # fmt: skip
        assert said.code == 0, said
        yield f"{name}: export", (said.out + said.err).encode()
        checked = case.talk("--json", "verify", out)
        assert checked.document["sound"] is True, checked
        yield f"{name}: verify", (checked.out + checked.err).encode()
        yield f"{name}: cover", (case.folder / f"{name}.fingerprint.txt").read_bytes()
        for path in sorted(p for p in out.rglob("*") if p.is_file()):
            yield f"{name}: {path.relative_to(out)}", str(path.relative_to(out)).encode() + path.read_bytes()


def facade(case: Planted, levels: Sequence[Clearance] = LEVELS) -> Iterator[Output]:
    """What the workbench and the view hand out, one answer at a time."""
    settings = Settings(store=str(case.folder / "store"), case=CASE, actor="Officer A")
    for clearance in levels:
        with Workbench.open(settings, purpose="test", clearance=clearance) as bench:
            store, scope = bench.store, bench.scope
            v = case.victim
            lead, *_ = plant(bench, f"{v.name} of {v.phone} paid from {v.account}")
            bench.dispose(lead, "dismissed", f"{v.name} explained it", ground="known_relation")
            rows = store.select(scope, Selection(statuses=())).table
            ids = sorted({i for end in ("debit", "credit") for i in rows[end].to_pylist() if i})
            answers = {
                "rows": rows.to_pylist(),
                "again": store.rows(scope, rows["observation"].to_pylist()).to_pylist(),
                "expand": store.expand(scope, ids, "both", 2).table.to_pylist(),
                "facts": store.facts(scope).to_pylist(),
                "instruments": store.instruments(scope, ids),
                "sources": bench.sources(),
                "receipts": store.receipts(scope),
                "summary": bench.case_summary(),
                "leads": bench.leads_document(),
                "roles": bench.roles_document(),
                "assertions": bench.assertions_document(),
                "audit": store.audit(scope),
                "network": bench.network(),
                "results": [r.fields for r in store.results(scope) if r.kind is not ResultKind.LEAD],
            }
        for name, answer in answers.items():
            yield f"{clearance.name} {name}", str(answer).encode()


PRODUCERS: tuple[Callable[[Planted], Iterator[Output]], ...] = (
    command_line, intake, facade, pack, rest, pages, exported, notebook, earlier,
)  # fmt: skip
