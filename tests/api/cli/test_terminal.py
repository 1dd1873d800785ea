"""Real processes: interrupts, pipes that close, terminals, environments."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.api.cli.talking import COMMAND, spawn, surroundings, talk
from tests.api.cli.test_receiving import MAPPING
from tests.conftest import ROOT
from tests.ingest.tables_made_up import STATEMENT_TEXT

if TYPE_CHECKING:
    from pathlib import Path

FILES = 8


@pytest.fixture
def line(tmp_path: Path) -> list[str]:
    """Return an intake of several files, without its store."""
    (tmp_path / "bank.yaml").write_text(MAPPING, encoding="utf-8")
    paths = []
    for number in range(FILES):
        paths.append(tmp_path / f"[bold]{number}.csv")
        paths[-1].write_text(STATEMENT_TEXT.replace("RENT", f"RENT {number}"), encoding="utf-8")
    return ["ingest", *map(str, paths), "--mapping", str(tmp_path / "bank.yaml")]


def interrupted(command: list[str], store: Path) -> tuple[int, bytes, bytes]:
    """Run a command and interrupt it when the first file of a segment is there."""
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=surroundings()
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and not list(store.glob("segments/*/rows-*.parquet")):
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    return child.returncode, out, err


def test_an_interrupt_leaves_what_was_committed_and_the_same_command_goes_on(
    line: list[str], tmp_path: Path
) -> None:
    straight = ["--json", "--store", str(tmp_path / "straight")]
    for name in ("cut", "cut-2", "cut-3"):  # on a busy machine the whole may be done before the signal comes
        cut = ["--json", "--store", str(tmp_path / name)]
        code, out, err = interrupted([*COMMAND, *cut, *line], tmp_path / name)
        if code != 0:
            break
    assert code == 130
    assert b"Traceback" not in err
    assert b"run the same command again to go on" in err
    assert re.search(rb"[0-7] of 8 files", err)
    assert b'"code": "interrupted"' in out

    again = talk(*cut, *line)
    assert again.code == 0
    assert {f["verdict"] for f in again.document["files"]} <= {"accepted", "duplicate"}
    assert talk(*straight, *line).code == 0
    one, other = (talk(*place, "store", "info").document["content"] for place in (cut, straight))
    assert one == other
    assert talk(*cut, "store", "verify").document["sound"] is True


def test_a_reader_that_went_away_is_no_fault() -> None:
    for options in ([], ["--json"]):
        reading, writing = os.pipe()
        os.close(reading)
        child = subprocess.Popen(
            [*COMMAND, *options, "catalogue"],
            stdout=writing,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=surroundings(),
        )
        os.close(writing)
        _, err = child.communicate(timeout=60)
        assert (child.returncode, err) == (1, b"")


def test_a_terminal_sees_one_line_of_progress_and_stdout_only_the_result(
    line: list[str], tmp_path: Path
) -> None:
    mine, theirs = pty.openpty()
    with (tmp_path / "out").open("wb") as result:
        child = subprocess.Popen(
            [*COMMAND, "--json", "--store", str(tmp_path / "store"), *line],
            stdout=result,
            stderr=theirs,
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env=surroundings(TERM="xterm", COLUMNS="120", NO_COLOR="1"),
        )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(mine, 1 << 16):
            shown += part
    except OSError:
        pass  # Linux says so when the other end is closed
    os.close(mine)
    assert child.wait(timeout=60) == 0
    text = shown.decode()
    for word in ("2/8 file", "rows/s", "0 rejected", "left"):
        assert word in text
    assert not re.search(r"\x1b\[[0-9;]*(3|4|9)[0-7]m", text), "NO_COLOR is honoured"
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", text).splitlines()[-1]
    assert last.startswith("8 of 8 files, 32 rows, ")
    out = (tmp_path / "out").read_text(encoding="utf-8")
    assert out.startswith("{\n")
    assert "\x1b" not in out


def test_store_case_and_actor_come_from_the_environment(tmp_path: Path, line: list[str]) -> None:
    env = {"FUATILIA_STORE": str(tmp_path / "store"), "FUATILIA_CASE": "KE-9", "FUATILIA_ACTOR": "Officer B"}
    assert spawn("--quiet", *line[:2], *line[-2:], env=env).err == ""
    info = spawn("store", "info", "--json", env=env).document
    assert (info["store"], info["case"], info["sources"]) == (env["FUATILIA_STORE"], "KE-9", 1)


def test_a_terminal_that_knows_few_letters_is_no_fault(tmp_path: Path) -> None:
    env = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    said = spawn("ingest", "--dry-run", tmp_path, env=env)
    assert said.code == 3
    assert said.out.isascii()
    assert spawn("--json", "catalogue", env=env).document["readers"]
