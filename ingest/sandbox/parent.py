"""Starting a child, hearing it, stopping it in time, and turning its end into an outcome or an error."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from graph.errors import FuatiliaError
from graph.model.provenance import Balance, Reconciliation, Reject
from ingest.errors import SandboxError
from ingest.sandbox.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "LC_ALL": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30),  # one short life: pages given back are pages faulted in again
    "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
_ROOT = str(Path(__file__).resolve().parents[2])
# -I leaves out the working directory and PYTHON* variables; the folder of our own packages is named
# so that a checkout, an editable install and a wheel all run the code that the parent runs.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from ingest.sandbox.__main__ import main; main()"
_MOST_ERROR_BYTES = 2000
_FIELDS = ("code", "what", "hint")


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read.

    ``reader``: a code, else the surest reader is taken. ``mapping`` makes it the table reader.
    """

    path: Path
    name: str
    source: str
    reader: str = ""
    mapping: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What one reader said of the first bytes."""

    code: str
    title: str
    confidence: int
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a child found; ``rows`` and ``facts`` are IPC streams that live as long as the context."""

    sniffs: tuple[Sniffed, ...]
    reader: str = ""
    version: str = ""
    mapping: Mapping[str, Any] = field(default_factory=dict)
    rows: Path | None = None
    facts: Path | None = None
    row_count: int = 0
    records: int = 0
    rejected: tuple[Reject, ...] = ()
    left_out: tuple[Reject, ...] = ()
    reconciliation: tuple[Reconciliation, ...] = ()
    assumptions: Mapping[str, str] = field(default_factory=dict)
    confinement: Mapping[str, str] = field(default_factory=dict)


@contextlib.contextmanager
def reading(
    job: Job, limits: Limits | None = None, on_progress: Callable[[int, int], None] | None = None
) -> Iterator[Outcome]:
    """Read a file in a child; its answers are removed when the context ends.

    Parameters
    ----------
    on_progress : callable, optional
        Called with (done, total) as the reader counts.

    Raises
    ------
    FuatiliaError
        What the reader raised: an ``UnreadableError``, ``PasswordError``, ``MappingError`` …
    SandboxError
        The child was stopped by a limit or died, with the place it had reached.
    """
    scratch = Path(tempfile.mkdtemp(prefix="fuatilia-read-"))
    try:
        report = _run(
            job, limits or Limits.of(job.path.stat().st_size), scratch, on_progress, sniff_only=False
        )
        yield _outcome(report, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def sniff(job: Job, limits: Limits | None = None) -> Outcome:
    """Ask every reader about a file, in a child as well."""
    scratch = Path(tempfile.mkdtemp(prefix="fuatilia-read-"))
    try:
        return _outcome(_run(job, limits or Limits(), scratch, None, sniff_only=True), scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _run(
    job: Job,
    limits: Limits,
    scratch: Path,
    on_progress: Callable[[int, int], None] | None,
    *,
    sniff_only: bool,
) -> dict[str, Any]:
    message = {
        "path": str(job.path.resolve()),
        "name": job.name,
        "source": job.source,
        "reader": job.reader,
        "mapping": dict(job.mapping),
        "values": dict(job.values),
        "password": job.password,
        "sniff_only": sniff_only,
        "scratch": str(scratch),
        "limits": limits.as_numbers(),
    }
    reached: dict[str, int] = {}
    with (scratch / "errors").open("wb") as errors:
        child = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", _START, _ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_ENVIRONMENT,
            cwd=scratch,
            start_new_session=True,
            close_fds=True,
        )
        try:
            timely = _talk(child, message, limits.wall, reached, on_progress)
        finally:
            _end(child)
    if not timely:
        raise SandboxError(
            f"the reader took longer than {limits.wall} s",
            file=job.name,
            records_reached=reached.get("records", 0),
            hint="split the file, or raise the limit",
        )
    return _report(child.returncode, scratch, job, reached)


def _talk(
    child: subprocess.Popen[bytes],
    message: Mapping[str, Any],
    wall: int,
    reached: dict[str, int],
    on_progress: Callable[[int, int], None] | None,
) -> bool:
    """Give the child its job and hear it to its end; False when its time is up."""
    deadline = time.monotonic() + wall
    if child.stdin is None or child.stdout is None:
        raise SandboxError("the reader's process has no pipes")
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(json.dumps(message).encode())
        child.stdin.close()
    with selectors.DefaultSelector() as waiting:
        waiting.register(child.stdout, selectors.EVENT_READ)
        held = b""
        while (left := deadline - time.monotonic()) > 0:
            if not waiting.select(left):
                continue
            part = os.read(child.stdout.fileno(), 1 << 16)
            if not part:
                return _gone(child, deadline)
            *lines, held = (held + part).split(b"\n")
            for line in lines:
                _hear(line, reached, on_progress)
            held = held[: 1 << 16]
    return False


def _gone(child: subprocess.Popen[bytes], deadline: float) -> bool:
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True


def _hear(line: bytes, reached: dict[str, int], on_progress: Callable[[int, int], None] | None) -> None:
    try:
        said = json.loads(line)
    except ValueError:
        return  # not ours: a library found the pipe
    if isinstance(said, dict) and all(isinstance(v, int) for v in said.values()):
        reached.update(said)
        if on_progress is not None:
            on_progress(said.get("done", 0), said.get("total", 0))


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill whatever of the child's group still lives, and let go of its pipes."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    pipes: tuple[IO[bytes] | None, ...] = (child.stdin, child.stdout)
    for pipe in pipes:
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def _report(code: int, scratch: Path, job: Job, reached: Mapping[str, int]) -> dict[str, Any]:
    place = scratch / "report.json"
    if code != 0 or not place.is_file():
        said = (scratch / "errors").read_bytes()[-_MOST_ERROR_BYTES:].decode(errors="replace").strip()
        last = said.splitlines()[-1][:200] if said else None
        raise SandboxError(
            f"the reader's process was stopped ({_why(code)})",
            file=job.name,
            records_reached=reached.get("records", 0),
            last_words=last,
            hint="the original is kept; ask for it again",
        )
    report: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    if "error" in report:
        raise _error(report["error"], report.get("sniffs", []), job, reached)
    return report


def _why(code: int) -> str:
    if code >= 0:
        return f"it ended with {code}"
    known = {signal.SIGXCPU: "processor time used up", signal.SIGKILL: "killed, most likely out of memory"}
    number = -code
    name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
    return known.get(signal.Signals(number), name) if number in set(signal.Signals) else name


def _error(
    said: dict[str, Any], sniffs: list[dict[str, Any]], job: Job, reached: Mapping[str, int]
) -> FuatiliaError:
    """Raise again what the child reported, as the class it was."""
    kinds: dict[str, type[FuatiliaError]] = {c.code: c for c in _below(FuatiliaError)}
    where = {k: v for k, v in said.items() if k not in _FIELDS}
    kind: type[FuatiliaError] = kinds.get(str(said.get("code")), SandboxError)
    if kind is SandboxError:
        where |= {"file": job.name, "records_reached": reached.get("records", 0)}
    error = kind(str(said.get("what", "")), hint=str(said.get("hint", "")), **where)
    error.add_note(json.dumps(sniffs))
    return error


def _below(kind: type[FuatiliaError]) -> Iterator[type[FuatiliaError]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from _below(sub)


def _outcome(report: Mapping[str, Any], scratch: Path) -> Outcome:
    rejected, left_out = (tuple(Reject(**r) for r in report.get(k, ())) for k in ("rejected", "left_out"))
    verdicts = tuple(
        Reconciliation(**{**r, "verdict": Balance(r["verdict"])}) for r in report.get("reconciliation", ())
    )
    return Outcome(
        sniffs=tuple(Sniffed(**s) for s in report.get("sniffs", ())),
        reader=report.get("reader", ""),
        version=report.get("version", ""),
        mapping=report.get("mapping", {}),
        rows=scratch / "rows.arrow" if report.get("rows") else None,
        facts=scratch / "facts.arrow" if report.get("facts") else None,
        row_count=int(report.get("rows", 0)),
        records=int(report.get("records", 0)),
        rejected=rejected,
        left_out=left_out,
        reconciliation=verdicts,
        assumptions=report.get("assumptions", {}),
        confinement=report["confinement"],
    )
