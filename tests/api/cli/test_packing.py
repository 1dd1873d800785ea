"""``export``, ``verify`` and ``demo``."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.api.cli.talking import talk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.conftest import Practice


def test_the_demo_runs_from_files_to_a_verified_pack(practice: Practice) -> None:
    document = practice.made.document
    assert document["findings"] == []
    assert {f["verdict"] for f in document["files"]} == {"accepted"}
    assert document["pack"]["folder"] == str(practice.pack)
    told = [line for line in practice.made.err.splitlines() if line]
    assert all(line.startswith("[") for line in told)


def test_the_demo_leaves_a_foreign_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x", encoding="utf-8")
    said = talk("--json", "demo", "--out", tmp_path)
    assert (said.code, said.error["code"]) == (2, "usage")
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]
    assert talk("demo", "--out", tmp_path / "mine").code == 1
    assert talk("demo", "--out", tmp_path / "new", "--seed", "-1").code == 2


def test_a_pack_is_verified_byte_by_byte(practice: Practice) -> None:
    fingerprint = practice.made.document["pack"]["fingerprint"]
    grouped = " ".join(fingerprint[i : i + 8] for i in range(0, 64, 8))
    said = talk("--json", "verify", practice.pack, "--expect", grouped)
    assert said.code == 0
    assert said.document == {
        "pack": str(practice.pack),
        "sound": True,
        "fingerprint": fingerprint,
        "findings": [],
    }
    text = talk("verify", practice.pack)
    assert text.out.splitlines()[1] == f"fingerprint {fingerprint}"


def test_a_changed_byte_is_named_with_exit_code_4(practice: Practice, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(practice.pack, pack)
    path = pack / "data/trace/legs.csv"
    path = path if path.exists() else min((pack / "data/trace").glob("*.csv"))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    said = talk("--json", "verify", pack)
    assert said.code == 4
    assert said.document["sound"] is False
    (finding,) = said.document["findings"]
    assert set(finding) == {"path", "what", "expected", "found"}
    assert finding["path"] == path.relative_to(pack).as_posix()
    assert talk("verify", pack).code == 4


def test_another_fingerprint_is_an_integrity_failure(practice: Practice) -> None:
    said = talk("--json", "verify", practice.pack, "--expect", "0" * 64)
    assert said.code == 4
    assert [f["what"] for f in said.document["findings"]] == ["has another fingerprint than expected"]


@pytest.mark.parametrize("text", ["abc", "7c1e…", "hello", "0" * 63])
def test_half_a_fingerprint_is_no_fingerprint(practice: Practice, text: str) -> None:
    said = talk("--json", "verify", practice.pack, "--expect", text)
    assert (said.code, said.error["expect"]) == (2, text)


def test_what_is_no_pack_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for place in (tmp_path, tmp_path / "file", tmp_path / "none"):
        said = talk("--json", "verify", place)
        assert (said.code, said.error["code"]) == (1, "pack")


def test_an_export_is_sealed_verified_and_never_written_over(own_practice: Practice, tmp_path: Path) -> None:
    line = ("export", tmp_path / "pack", *own_practice.seeds, "--sealed", "2026-11-20T14:40:00+03:00")
    document = own_practice.document(*line, "--at", "2026-11-10")
    assert set(document) == {"pack", "fingerprint", "files", "trace", "sealed"}
    assert document["sealed"] == "2026-11-20T14:40:00+03:00"
    assert talk("verify", tmp_path / "pack", "--expect", document["fingerprint"]).code == 0
    wallet = next(iter(own_practice.facts.names)).rpartition(":")[2]
    for path in sorted((tmp_path / "pack").rglob("*")):
        if path.is_file() and "originals" not in path.parts:
            assert wallet[4:].encode() not in path.read_bytes(), path
    again = own_practice.talk("--json", *line)
    assert (again.code, again.error["what"]) == (2, "something already has this name")


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--sealed", "then"], "no such date"),
        (["--at", "then"], "no such date"),
        (["--base", "fair"], "no such allocation scheme"),
        (["--rule", "best"], "no such tracing rule"),
    ],
)
def test_an_export_that_cannot_be_meant_writes_nothing(
    practice: Practice, tmp_path: Path, options: list[str], what: str
) -> None:
    said = practice.talk("--json", "export", tmp_path / "pack", practice.seeds[0], *options)
    assert said.code == 2
    assert what in said.error["what"]
    assert list(tmp_path.iterdir()) == []


def test_an_export_of_an_unknown_payment_leaves_nothing(practice: Practice, tmp_path: Path) -> None:
    assert practice.talk("export", tmp_path / "pack", "V1=NOPE").code == 2
    assert list(tmp_path.iterdir()) == []
