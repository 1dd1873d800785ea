"""The child gives up network, memory, time and other files; the parent survives whatever it does."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.errors import PasswordError, SandboxError
from ingest.sandbox import Job, Limits, parent, reading, sniff
from tests.ingest.table.older_books import xls
from tests.ingest.table.xls_records import inserted_xls
from tests.ingest.tables_made_up import STATEMENT, STATEMENT_TEXT

CONFINED = (
    "import sys, json; sys.path.insert(0, sys.argv[1]); from ingest.sandbox.confinement import confine; "
)
SMALL = Limits().as_numbers()


def confined(code: str, folder: Path, **limits: int) -> str:
    start = CONFINED + f"held = confine({SMALL | limits!r}, {str(folder)!r})\n" + code
    done = subprocess.run(
        [sys.executable, "-I", "-c", start, parent._ROOT],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def job(folder: Path, text: str = STATEMENT_TEXT) -> Job:
    path = folder / "a.csv"
    path.write_text(text, encoding="utf-8")
    return Job(path, "a.csv", "ab" * 32, mapping=STATEMENT)


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), 2)",
        "import socket; socket.getaddrinfo('example.invalid', 80)",
        "import socket; socket.socket().bind(('127.0.0.1', 0))",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
    ],
)
def test_no_network_and_no_other_program(tmp_path: Path, code: str) -> None:
    assert "PermissionError" in confined(code, tmp_path)


def test_what_held_is_said(tmp_path: Path) -> None:
    with reading(job(tmp_path)) as outcome:
        assert outcome.confinement["network"] in {"namespace", "audit hook"}
        assert outcome.confinement["files"] in {"landlock", "none"}


def test_only_the_scratch_folder_can_be_written(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    code = "print(held['files']); open(sys.argv[2] if len(sys.argv) > 2 else {!r}, 'w')"
    said = confined(code.format(str(tmp_path / "outside")), scratch)
    if said.startswith("none"):
        pytest.skip("this kernel has no landlock")
    assert "PermissionError" in said
    assert not (tmp_path / "outside").exists()
    assert confined(f"open({str(scratch / 'inside')!r}, 'w').write('x')", scratch) == ""
    assert (scratch / "inside").read_text(encoding="utf-8") == "x"


def test_memory_and_output_are_limited(tmp_path: Path) -> None:
    assert "MemoryError" in confined("b = bytearray(2 << 30)", tmp_path)
    code = f"open({str(tmp_path / 'big')!r}, 'wb').write(bytes(2 << 20))"
    assert "File too large" in confined(code, tmp_path, output=1 << 20)


def test_the_environment_is_empty_of_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUATILIA_TEST_SECRET", "made-up")
    monkeypatch.setattr(
        parent, "_START", "import os; print(os.environ.get('FUATILIA_TEST_SECRET')); os._exit(3)"
    )
    with pytest.raises(SandboxError) as caught, reading(job(tmp_path)):
        pass
    assert "made-up" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os.abort()", "SIGABRT"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "killed, most likely out of memory"),
        ("import os; os._exit(7)", "it ended with 7"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        (
            "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass",
            "processor time used up",
        ),
        (
            'print(\'{"done": 1, "total": 2, "records": 41}\', flush=True); import os; os._exit(1)',
            "records_reached 41",
        ),
        ("import sys; sys.stdout.write('noise\\x00' * 100000); sys.exit(2)", "it ended with 2"),
    ],
)
def test_a_child_that_dies_is_an_error_with_the_place_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    monkeypatch.setattr(parent, "_START", code)
    with pytest.raises(SandboxError) as caught, reading(job(tmp_path)):
        pass
    assert said in str(caught.value)


def ended(state: Path) -> bool:
    for _ in range(100):
        try:
            if state.read_text(encoding="utf-8").split()[2] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


def test_a_child_that_hangs_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "pid"
    code = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(place)!r}, 'w').write(str(p.pid)); time.sleep(60)"
    )
    monkeypatch.setattr(parent, "_START", code)
    with pytest.raises(SandboxError, match="took longer than 2 s"), reading(job(tmp_path), Limits(wall=2)):
        pass
    state = Path(f"/proc/{place.read_text(encoding='utf-8')}/stat")
    assert ended(state)


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with reading(job(tmp_path)) as outcome:
        assert outcome.rows is not None
        assert outcome.rows.is_relative_to(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv"]


FILEPASS = b"\x2f\x00\x06\x00\x00\x00\x01\x00\x02\x00"  # of an XLS: what follows is encrypted


def test_errors_arrive_as_the_class_they_were(tmp_path: Path) -> None:
    path = inserted_xls(xls(tmp_path / "a.xls", {"Data": [["x"]]}), FILEPASS)
    with pytest.raises(PasswordError) as caught, reading(Job(path, "a.xls", "ab" * 32)):
        pass
    assert caught.value.hint == "save it as .xlsx without password"


def test_a_password_is_in_no_argument_and_no_text(tmp_path: Path) -> None:
    path = job(tmp_path).path
    assert "hunter2" not in repr(Job(path, "a.csv", "ab" * 32, password="hunter2"))


def test_sniffing_runs_in_a_child_too(tmp_path: Path) -> None:
    said = {s.code: s.confidence for s in sniff(job(tmp_path)).sniffs}
    assert said["mapped_table"] == 50
    assert said["tron"] == 0
