"""The child: takes one job from stdin, gives up what it does not need, reads, writes columns.

Answers: progress as JSON lines on stdout, ``rows.arrow`` and ``facts.arrow`` (IPC streams) and
``report.json`` in the scratch folder. What goes wrong on purpose is in the report; anything else
kills the child, which is what it is for.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.source import Reader, Reading

_CHUNK = 1 << 17


def main() -> None:
    """Do one job."""
    job = json.load(sys.stdin)
    channel = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer of ours
    from ingest.sandbox.confinement import confine

    scratch = Path(job["scratch"])
    report: dict[str, Any] = {"confinement": confine(job["limits"], str(scratch))}
    from graph.errors import FuatiliaError

    try:
        _work(job, scratch, report, channel)
    except FuatiliaError as cause:
        report["error"] = cause.fields()
    except (MemoryError, OSError) as cause:
        report["error"] = {"code": "sandbox", "what": _limit(cause)}
    except RecursionError:
        report["error"] = {"code": "unreadable", "what": "nested too deeply to be read"}
    except Exception as cause:  # noqa: BLE001 - hostile bytes may raise anything; it is reported with its place
        report["error"] = {"code": "sandbox", "what": _fault(cause)}
    text = json.dumps(report, ensure_ascii=False, sort_keys=True)
    (scratch / "report.json").write_text(text, encoding="utf-8", errors="backslashreplace")


def _limit(cause: Exception) -> str:
    if isinstance(cause, MemoryError):
        return "the reader ran out of memory"
    return f"the reader was refused something: {type(cause).__name__}: {cause}"


def _fault(cause: Exception) -> str:
    trace = cause.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
    return f"the reader failed over this file: {type(cause).__name__} at {at}: {str(cause)[:200]}"


def _work(job: Mapping[str, Any], scratch: Path, report: dict[str, Any], channel: IO[str]) -> None:
    from ingest.errors import UnreadableError
    from ingest.sandbox.choosing import choose, head_of, readers, settled_mapping, sniff_all
    from ingest.source import Options

    path = Path(job["path"])
    known = readers()
    head = head_of(path, job["name"])
    if not head.start.strip():
        raise UnreadableError("the file is empty", hint="ask for it again")
    said = sniff_all(known, head)
    report["sniffs"] = [
        {"code": c, "title": known[c].title, "confidence": s.confidence, "why": s.why}
        for c, s in said.items()
    ]
    if job["sniff_only"]:
        return
    code = choose(known, said, job["reader"], mapped=bool(job["mapping"]))
    reader = known[code]
    report["reader"], report["version"] = code, reader.version
    options = Options(job["source"], job["mapping"], job["values"], job["password"])
    report["mapping"] = settled_mapping(reader, path, options)
    _read(reader, path, options, scratch, report, channel)


def _read(
    reader: Reader, path: Path, options: Any, scratch: Path, report: dict[str, Any], channel: IO[str]
) -> None:
    from dataclasses import asdict

    from graph.model.tables import FACTS, ROWS

    streams = {
        "rows": _Stream(scratch / "rows.arrow", ROWS),
        "facts": _Stream(scratch / "facts.arrow", FACTS),
    }
    for name in ("rejected", "left_out", "reconciliation"):
        report[name] = []
    report["assumptions"], report["records"] = {}, 0
    for piece in reader.read(path, options):
        for name, stream in streams.items():
            stream.write(getattr(piece, name))
        for name in ("rejected", "left_out", "reconciliation"):
            report[name] += [asdict(item) for item in getattr(piece, name)]
        report["assumptions"] |= dict(piece.assumptions)
        report["records"] += piece.records
        channel.write(_progress(piece, report["records"]))
    for name, stream in streams.items():
        report[name] = stream.close()


def _progress(piece: Reading, records: int) -> str:
    return json.dumps({"done": piece.done, "total": piece.total, "records": records}) + "\n"


class _Stream:
    """An IPC stream that is made when there is something to write; counts rows."""

    def __init__(self, path: Path, schema: Any) -> None:
        self.path, self.schema = path, schema
        self.writer: Any = None
        self.count = 0

    def write(self, table: Any) -> None:
        import pyarrow as pa

        if table is None or not table.num_rows:
            return
        if isinstance(table, pa.RecordBatch):
            table = pa.Table.from_batches([table])
        if table.schema != self.schema:
            table = table.cast(self.schema)
        if self.writer is None:
            self.writer = pa.ipc.new_stream(str(self.path), self.schema)
        self.writer.write_table(table, max_chunksize=_CHUNK)
        self.count += table.num_rows

    def close(self) -> int:
        if self.writer is not None:
            self.writer.close()
        return self.count


if __name__ == "__main__":
    main()
