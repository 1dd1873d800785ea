"""Writes an evidence pack: a BagIt bag that can be checked, read and computed again without this program.

The same input with the same sealing time gives the same bytes; another sealing time changes only the
files that ``SEALING`` names. The fingerprint is the sha256 of ``tagmanifest-sha256.txt``: it covers the
payload manifest, which covers every file. As it cannot stand inside what it covers, it is printed on a
cover sheet beside the folder.
"""

from __future__ import annotations

import importlib.metadata
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.tracing.result import OUTCOMES
from api.errors import PackError
from api.evidence.allocation_files import allocation_files
from api.evidence.bag import BagWriter
from api.evidence.canonical import canonical, grouped
from api.evidence.certificates import certificates
from api.evidence.display import clock, day, shown
from api.evidence.exporters import Heading, exporters
from api.evidence.figures.allocation import allocation
from api.evidence.figures.sankey import sankey
from api.evidence.figures.timeline import timeline
from api.evidence.formats.csv_schedule import csv_bytes, rule
from api.evidence.formats.report import report
from api.evidence.methods import tracing_text
from api.evidence.tables.ledger import ledger_tables
from api.evidence.tables.trace import WORDS, principal, trace_tables
from graph.errors import ModelError
from graph.model.amounts import Asset
from graph.model.instants import iso_text
from graph.model.printing import exact_text
from graph.model.protection import ending_of
from graph.walk import WARN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.evidence.contents import Original, PackInput, Trace

NEWLINE = "\n"
FORMAT = "fuatilia-pack"
FORMAT_VERSION = "1"
SEALING = (
    "bag-info.txt",
    "data/manifest.json",
    "data/report/report.html",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
)
"""Files in which the sealing time shows; every other file is the same whenever it is sealed."""
REPLAY = ("replay.py", "follow.py", "share.py")

VERIFY = """HOW TO CHECK THIS PACK WITH PUBLIC TOOLS ALONE

Open a terminal in the folder that holds this file.

1. Every file is as it was sealed (all lines must say OK):
     sha256sum -c manifest-sha256.txt

2. The lists themselves are as they were sealed:
     sha256sum -c tagmanifest-sha256.txt

3. The fingerprint is the one that was written down when the pack was sealed:
     sha256sum tagmanifest-sha256.txt
   It covers every file of this pack, so it is not printed in any of them. It stands on the cover sheet
   that lies beside this folder, and wherever that was copied to: an occurrence book, a court registry.

4. The figures follow from the tables (needs Python 3.11 or later and nothing else):
     python3 -I data/replay/replay.py

On macOS use `shasum -a 256` for `sha256sum`. With Fuatilia itself: fuatilia verify PACK --expect FINGERPRINT

What lies where: data/originals (byte for byte), data/ledger (rows read from them, receipts),
data/trace (policy, movements, legs, holdings, band), data/allocation, data/network (the network of the
case: a page that opens with the cable out, and tables), data/report, data/figures,
data/log (audit log), data/methods, data/certificates (drafts for signature), data/replay,
data/manifest.json (what each file is, and which originals are withheld). In CSV files a cell that could
run as a formula has an apostrophe in front; data/manifest.json states the rule.
"""

COVER = """EVIDENCE PACK: COVER SHEET

Case          {case}
Rendering     {rendering}
Folder        {folder}
Sealed        {sealed}
Prepared by   {actor}
Files         {files}

Fingerprint (sha256 of tagmanifest-sha256.txt), to be written in the occurrence book:

    {first}
    {second}

Check it in the folder of the pack with:  sha256sum tagmanifest-sha256.txt
Then follow VERIFY.txt there.             fuatilia verify {folder} --expect {fingerprint}

Prepared by ____________________   Reviewed by ____________________   Received by ____________________
Date, stamp ____________________   Date, stamp ____________________   Date, stamp ____________________
"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A pack that was written; ``files`` holds the payload with its hashes."""

    folder: Path
    fingerprint: str
    cover: Path
    files: dict[str, str]


def export(pack: PackInput, folder: Path) -> Sealed:
    """Write a pack.

    Parameters
    ----------
    pack : PackInput
    folder : Path
        Must not exist; the cover sheet is written beside it as ``<name>.fingerprint.txt``.

    Returns
    -------
    Sealed

    Raises
    ------
    PackError
        When something has that name, an original differs from its hash, or the input contradicts itself.
        Nothing is left behind.
    """
    folder = folder.absolute()
    cover = folder.with_name(f"{folder.name}.fingerprint.txt")
    _require_sound(pack)
    for place in (folder, cover):
        if place.exists():
            raise PackError("something already has this name", path=str(place), hint="choose another folder")
    if not folder.parent.is_dir():
        raise PackError("the folder above does not exist", path=str(folder.parent))
    bag = BagWriter(folder)
    try:
        files = _fill(bag, pack)
        fingerprint = bag.finish({"VERIFY.txt": VERIFY.encode()}, _info(pack))
    except BaseException:
        bag.abandon()
        raise
    half = len(fingerprint) // 2
    sheet = COVER.format(
        case=shown(pack.case),
        rendering=shown(pack.rendering),
        folder=folder.name,
        sealed=clock(pack.sealed),
        actor=shown(pack.actor),
        files=len(files),
        first=grouped(fingerprint[:half]),
        second=grouped(fingerprint[half:]),
        fingerprint=fingerprint,
    )
    with cover.open("x", encoding="utf-8") as file:
        file.write(sheet)
        file.flush()
        os.fsync(file.fileno())
    return Sealed(folder, fingerprint, cover, files)


def software() -> str:
    """Return the name and version of this program."""
    try:
        return f"Fuatilia {importlib.metadata.version('fuatilia')}"
    except importlib.metadata.PackageNotFoundError:
        return "Fuatilia, run from its source"


def _fill(bag: BagWriter, pack: PackInput) -> dict[str, str]:
    notes: list[dict[str, object]] = []
    for path, what, original in _originals(pack):
        noted = bag.copy(path, original.path, original.sha256)
        notes.append({"path": path, "what": what, "bytes": noted.bytes, "sha256": noted.sha256})
    for path, what, data in _files(pack):
        noted = bag.put(path, data)
        notes.append({"path": path, "what": what, "bytes": noted.bytes, "sha256": noted.sha256})
    notes.sort(key=lambda note: str(note["path"]))
    bag.put("data/manifest.json", canonical(_manifest(pack, notes)))
    return {path: note.sha256 for path, note in sorted(bag.payload.items())}


def _originals(pack: PackInput) -> Iterator[tuple[str, str, Original]]:
    """Name originals by their hash: a name from outside is never a path; its plain ending is kept."""
    seen = set()
    for original in sorted(pack.originals, key=lambda o: (o.sha256, o.name)):
        if original.sha256 not in seen and not original.withheld:
            seen.add(original.sha256)
            path = f"data/originals/{original.sha256}{ending_of(original.name)}"
            yield path, f"original: {shown(original.name)}", original


def _withheld(pack: PackInput) -> list[dict[str, str]]:
    """List the originals that do not travel, by their hash, with the reason."""
    found = {o.sha256: o for o in pack.originals if o.withheld}
    return [
        {"sha256": sha256, "what": f"original: {shown(o.name)}", "why": o.withheld}
        for sha256, o in sorted(found.items())
    ]


def _files(pack: PackInput) -> Iterator[tuple[str, str, bytes]]:
    """Yield every other file but the manifest: path, what it is, bytes."""
    for name, table in ledger_tables(pack).items():
        yield f"data/ledger/{name}", table.what, csv_bytes(table.header, table.rows)
    receipts = [
        {
            **dict(o.receipt),
            "sha256": o.sha256,
            "name": o.name,
            "supplier": o.supplier,
            "authority": o.authority,
        }
        | {"received": o.received}
        for o in sorted(pack.originals, key=lambda o: (o.sha256, o.name))
    ]
    yield "data/ledger/receipts.json", "receipts of intake", canonical(receipts)
    for name, table in trace_tables(pack.trace).items():
        yield f"data/trace/{name}", table.what, csv_bytes(table.header, table.rows)
    yield "data/trace/policy.json", "the policy of the trace", canonical(policy_record(pack.trace))
    figures = [sankey(pack.trace), timeline(pack.trace, pack.steps)]
    yield "data/methods/tracing.md", "how the money was traced", tracing_text(pack.trace).encode()
    if pack.sharing is not None:
        yield from allocation_files(pack.sharing, pack.trace)
        figures.append(allocation(pack.sharing))
    yield from _network(pack)
    for figure in figures:
        yield f"data/figures/{figure.name}.svg", figure.title, figure.svg.encode()
    drafts = certificates(pack, software())
    for draft in drafts:
        yield f"data/certificates/{draft.name}", "draft certificate, not signed", draft.text.encode()
    yield "data/report/report.html", "the report", report(pack, figures, drafts, software())
    log = "".join(f"{line.removesuffix(NEWLINE)}\n" for line in pack.audit)
    yield "data/log/audit.jsonl", "audit log, each entry holding the hash of the one before", log.encode()
    scripts = Path(__file__).resolve().parent / "replay"
    for name in REPLAY:
        yield (
            f"data/replay/{name}",
            "recomputes the figures, standard library only",
            (scripts / name).read_bytes(),
        )


def _network(pack: PackInput) -> Iterator[tuple[str, str, bytes]]:
    """Yield the network in every format, where it is small enough to be read."""
    if pack.network is None or len(pack.network.nodes) > WARN:
        return
    heading = Heading(f"Network of case {shown(pack.case)}", pack.case, f"{pack.rendering} rendering")
    for exporter in exporters().values():
        for name, data in sorted(exporter.files(pack.network, heading).items()):
            yield f"data/network/{name}", f"the network of the case, {exporter.title}", data


def policy_record(trace: Trace) -> dict[str, Any]:
    """Return the policy as the replay reads it."""
    return {
        **trace.policy.canonical(),
        "claim_asset": trace.given.claim_asset,
        "inputs": trace.inputs,
        "in_words": dict(trace.policy.in_words()),
    }


def _manifest(pack: PackInput, notes: list[dict[str, object]]) -> dict[str, object]:
    trace = pack.trace
    claim = trace.given.claim_asset
    results = sorted(trace.comparison.results.items())
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "case": pack.case,
        "title": pack.title,
        "question": pack.question,
        "rendering": pack.rendering,
        "sealed": iso_text(pack.sealed),
        "actor": pack.actor,
        "reviewer": pack.reviewer,
        "store_version": pack.store_version,
        "software": software(),
        "policy": trace.policy.canonical(),
        "inputs": trace.inputs,
        "rules": {code: result.rule_version for code, result in results},
        "schemes": {}
        if pack.sharing is None
        else {s.scheme: s.version for s in pack.sharing.comparison.schedules},
        "claim": {
            "asset": claim,
            "claimants": {
                o: exact_text(n, claim)
                for o, n in sorted(trace.comparison.results[trace.policy.rule].claims.items())
            },
        },
        "totals": {
            code: {
                WORDS.get(name, name): exact_text(principal(result.outcome(name)), claim) for name in OUTCOMES
            }
            for code, result in results
        },
        "audit": {"head": pack.audit_head, "entries": len(pack.audit)},
        "csv": rule(),
        "sealing_files": list(SEALING),
        "files": notes,
        "withheld": _withheld(pack),
    }


def _info(pack: PackInput) -> dict[str, str]:
    return {
        "Bagging-Date": day(pack.sealed),
        "Bag-Software-Agent": software(),
        "External-Identifier": shown(pack.case),
        "External-Description": f"Evidence pack, {shown(pack.rendering)} rendering",
        "Contact-Name": shown(pack.actor),
    }


def _require_sound(pack: PackInput) -> None:
    trace = pack.trace
    if trace.policy.rule not in trace.comparison.results:
        raise PackError("the rule that was chosen is not among the results", rule=trace.policy.rule)
    try:
        for key in {trace.given.claim_asset, *trace.given.assets.values()}:
            Asset.from_key(key)
    except ModelError as fault:
        raise PackError("an asset of the trace is no asset key", why=str(fault)) from fault
    if any(NEWLINE in line.removesuffix(NEWLINE) for line in pack.audit):
        raise PackError("a line of the audit log holds a line break")
