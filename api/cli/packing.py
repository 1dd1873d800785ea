"""What leaves: ``export``, ``verify`` and the ``demo``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.analysing import Arithmetic, Rule, Seeds, Without, checked_choices, checked_scheme, traced_by
from api.cli.console import DONE, INTEGRITY
from api.cli.layout import table, visible
from api.cli.moments import instant
from api.cli.state import state_of
from api.errors import UsageError

_FINGERPRINT = 64


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(epilog="Example: fuatilia export pack V1=SGH1234567 --sealed 2026-11-20T14:40:00")(export)
    app.command(epilog="Example: fuatilia verify pack --expect FINGERPRINT")(verify)
    app.command(epilog="Example: fuatilia demo --out demo-case")(demo)


def export(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="Folder to write; must not exist.")],
    seeds: Seeds,
    rule: Rule = "own_first",
    arithmetic: Arithmetic = "fixed",
    without: Without = None,
    sealed: Annotated[str, typer.Option(help="Time of sealing, ISO; now when not given.")] = "",
    at: Annotated[
        str, typer.Option(help="Instant of the valuation; the time of sealing when not given.")
    ] = "",
    base: Annotated[str, typer.Option(help="Scheme that the allocation is compared with.")] = "net_loss",
    rendering: Annotated[
        str, typer.Option(help="masked, or court: with victims and witnesses (needs --unmask-protected).")
    ] = "masked",
    title: Annotated[str, typer.Option(help="Title; composed from the finding when empty.")] = "",
    question: Annotated[str, typer.Option(help="What was asked, by whom and when.")] = "",
) -> None:
    """Write a sealed pack: originals, rows, trace, figures, report, and the means to check it all."""
    from api.cli.arguments import among
    from api.evidence.pack import export as write
    from api.sealing import RENDERINGS, pack_input

    state = state_of(context)
    checked_choices(rule, arithmetic)
    scheme = checked_scheme(base)
    among("rendering", rendering, list(RENDERINGS))
    moment = instant(sealed) if sealed else datetime.now(UTC)
    valued = instant(at) if at else moment
    if out.exists():
        raise UsageError("something already has this name", path=str(out), hint="name a new folder")
    with state.bench("export") as bench:
        traced = traced_by(bench, seeds, rule, "all", arithmetic, without)
        sharing = bench.allocate(traced, valued, base=scheme)
        given = pack_input(
            bench, traced, sharing, moment, rendering=rendering, title=title, question=question
        )
        written = write(given, out)
    document = {
        "pack": str(written.folder),
        "fingerprint": written.fingerprint,
        "files": len(written.files),
        "trace": traced.result,
        "sealed": moment.isoformat(),
    }
    state.console.result(
        document,
        lambda: (
            f"pack {visible(str(written.folder))}\nfiles {len(written.files)}\n"
            f"fingerprint {written.fingerprint}\n"
            f"next: fuatilia verify {visible(str(out))} --expect {written.fingerprint}"
        ),
    )


def verify(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="Folder of the pack.")],
    expect: Annotated[str, typer.Option(help="Fingerprint that it must have.")] = "",
) -> None:
    """Check a pack: every byte, the audit chain, and the figures recomputed; exit code 4 on a finding."""
    from api.evidence.verify import fingerprint_of
    from api.evidence.verify import verify as check

    state = state_of(context)
    findings = check(pack, _fingerprint(expect))
    document = {
        "pack": str(pack),
        "sound": not findings,
        "fingerprint": fingerprint_of(pack),
        "findings": [
            {"path": f.path, "what": f.what, "expected": f.expected, "found": f.found} for f in findings
        ],
    }
    rows = [[f.path, f.what, f.expected[:24], f.found[:24]] for f in findings]
    sound = f"sound: every byte as sealed, figures recomputed\nfingerprint {document['fingerprint']}"
    state.console.result(
        document, lambda: table(["PATH", "WHAT", "EXPECTED", "FOUND"], rows) if rows else sound
    )
    raise typer.Exit(INTEGRITY if findings else DONE)


def _fingerprint(text: str) -> str:
    """Return a fingerprint without the groups and points that a person may have written."""
    from api.evidence.canonical import ungrouped

    bare = ungrouped(text)
    if text and (len(bare) != _FINGERPRINT or set(bare) - set("0123456789abcdef")):
        raise UsageError(
            "a fingerprint has 64 hexadecimal digits", expect=text, hint="copy it whole from the cover sheet"
        )
    return bare


def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder for files, store and pack; made anew.")] = Path(
        "demo-case"
    ),
    seed: Annotated[int, typer.Option(min=0, max=2**32, help="Seed of the invented case.")] = 1,
) -> None:
    """Run an invented case from files to a verified pack, and explain it."""
    from api.demo.run import run_demo

    state = state_of(context)
    done = run_demo(out, seed, talk=state.console.talk)
    state.console.result(done.document, lambda: done.page)
    raise typer.Exit(DONE if done.sound else INTEGRITY)
