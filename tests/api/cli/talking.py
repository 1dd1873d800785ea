"""Running the command line as a person does, in this process or in one of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.cli.main import main
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = [sys.executable, "-m", "api.cli"]


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one document on stdout; anything beside it is an error here."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """The fields of an error told as JSON."""
        found: dict[str, str] = self.document["error"]
        return found


def talk(*arguments: object) -> Said:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main([str(a) for a in arguments])
        except SystemExit as left:
            code = left.code
    assert isinstance(code, int)
    said = Said(code, out.getvalue(), err.getvalue())
    no_fault(said)
    return said


def spawn(*arguments: object, env: Mapping[str, str] | None = None) -> Said:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=120,
        cwd=ROOT,
        env=surroundings(**(env or {})),
    )
    said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
    no_fault(said)
    return said


def surroundings(**changes: str) -> dict[str, str]:
    """Return an environment in which nothing of ours is set but what is given."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FUATILIA_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **changes}


def no_fault(said: Said) -> None:
    """No command shows a traceback, or an error that nobody foresaw."""
    told = said.out + said.err
    assert "Traceback" not in told
    assert "a fault in Fuatilia" not in told, told
