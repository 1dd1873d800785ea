"""The printed place behind a record, read again from the original: the lines, cells or element themselves.

What a page shows beside a figure is not our reading of the file but the file. The bytes are checked
against their hash by the store and opened in a child without network, with limits, as readers are.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.sandbox.limits import Limits

WAIT = 20
_MOST = 1 << 20
_ROOT = str(Path(__file__).resolve().parents[2])
# -I leaves out the working directory and PYTHON* variables, as for readers.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from api.casework.reopening_child import main; main()"


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line of the original; ``here`` marks the place of the record."""

    number: str
    text: str
    here: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """What the original prints at a place; ``why`` says why there is nothing to show (a code)."""

    lines: tuple[PrintedLine, ...]
    why: str = ""


def printed_at(path: Path, locator: str, reference: str = "", encoding: str = "") -> Printed:
    """Read what an original prints at a place.

    Parameters
    ----------
    path : Path
        The original, its bytes already checked.
    locator : str
        Canonical text of the place.
    reference : str
        What the record prints as its reference; finds the line on a page of a PDF.
    encoding : str
        As the reader found it.

    Returns
    -------
    Printed
        ``why``: ``locked`` (a password, which is never kept), ``unreadable``, ``slow``, ``nothing``.
    """
    limits = Limits(memory=Limits().memory, cpu=WAIT, wall=WAIT, output=1 << 22)
    with tempfile.TemporaryDirectory(prefix="fuatilia-reopen-") as scratch:
        job = {
            "path": str(path),
            "locator": locator,
            "reference": reference,
            "encoding": encoding,
            "limits": limits.as_numbers(),
            "scratch": scratch,
        }
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-X", "utf8", "-c", _START, _ROOT],
                input=json.dumps(job).encode(),
                capture_output=True,
                timeout=WAIT,
                check=False,
                cwd=scratch,
                env={"LC_ALL": "C.UTF-8"},
            )
        except subprocess.TimeoutExpired:
            return Printed((), "slow")
    return _understood(done.stdout[:_MOST]) if done.returncode == 0 else Printed((), "unreadable")


def _understood(answer: bytes) -> Printed:
    try:
        said: dict[str, Any] = json.loads(answer)
        lines = tuple(PrintedLine(str(n), str(text), bool(here)) for n, text, here in said["lines"])
        return Printed(lines, str(said["why"]))
    except (ValueError, KeyError, TypeError):
        return Printed((), "unreadable")
