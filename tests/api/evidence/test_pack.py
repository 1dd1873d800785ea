from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import bagit
import pytest

from analytics.tracing.policy import Policy
from api.errors import PackError
from api.evidence.canonical import canonical, grouped, sha256_of
from api.evidence.formats.csv_schedule import read_csv
from api.evidence.pack import SEALING, Sealed, export
from tests.api.evidence.example import DAY, SEALED, original, pack_input, sealed_at

if TYPE_CHECKING:
    from pathlib import Path


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_the_same_input_gives_the_same_bytes(sealed: Sealed, tmp_path: Path) -> None:
    again = export(pack_input(tmp_path / "store"), tmp_path / "pack")
    assert contents(again.folder) == contents(sealed.folder)
    assert again.fingerprint == sealed.fingerprint


def test_another_sealing_time_changes_the_listed_files_and_no_others(sealed: Sealed, tmp_path: Path) -> None:
    later = export(sealed_at(pack_input(tmp_path / "store"), SEALED + DAY), tmp_path / "pack")
    one, other = contents(sealed.folder), contents(later.folder)
    assert one.keys() == other.keys()
    assert sorted(p for p in one if one[p] != other[p]) == sorted(SEALING)
    assert json.loads(one["data/manifest.json"])["sealing_files"] == list(SEALING)
    assert later.fingerprint != sealed.fingerprint


def test_the_reference_library_accepts_the_bag(sealed: Sealed) -> None:
    bag = bagit.Bag(str(sealed.folder))
    assert bag.is_valid()
    assert bag.version_info == (1, 0)
    assert bag.info["Bagging-Date"] == "2026-11-02"


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not on this machine")
def test_the_commands_of_the_sheet_work_as_printed(sealed: Sealed) -> None:
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        done = subprocess.run(
            ["sha256sum", "-c", name],  # noqa: S607 - as a reader would type it
            cwd=sealed.folder,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "FAILED" not in done.stdout
    assert sha256_of(sealed.folder / "tagmanifest-sha256.txt") == sealed.fingerprint


def test_the_fingerprint_stands_beside_the_pack_and_nowhere_in_it(sealed: Sealed) -> None:
    assert grouped(sealed.fingerprint[:32]) in sealed.cover.read_text("utf-8")
    assert sealed.cover.parent == sealed.folder.parent
    assert not [p for p, data in contents(sealed.folder).items() if sealed.fingerprint[:12].encode() in data]


def test_the_manifest_names_every_payload_file_and_holds_no_number(sealed: Sealed) -> None:
    data = (sealed.folder / "data" / "manifest.json").read_bytes()
    manifest = json.loads(data)
    assert canonical(manifest) == data
    listed = {f["path"]: f["sha256"] for f in manifest["files"]}
    found = {p: sha256_of(sealed.folder / p) for p in contents(sealed.folder) if p.startswith("data/")}
    assert listed == {p: h for p, h in found.items() if p != "data/manifest.json"}

    def numbers(value: object) -> bool:
        if isinstance(value, dict):
            return any(numbers(v) for v in value.values())
        if isinstance(value, list):
            return any(numbers(v) for v in value)
        return isinstance(value, (int, float)) and not isinstance(value, bool)

    assert not numbers(manifest)
    assert manifest["totals"]["own_first"]["swallowed"].startswith("15233.8")
    assert manifest["csv"]["prefix"] == "'"


def test_originals_lie_there_byte_for_byte(sealed: Sealed) -> None:
    rows = read_csv((sealed.folder / "data" / "ledger" / "originals.csv").read_bytes())
    assert len(rows) == 2
    for row in rows:
        place = next((sealed.folder / "data" / "originals").glob(f"{row['sha256']}*"))
        assert sha256_of(place) == row["sha256"]


def test_an_original_with_other_bytes_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    pack = pack_input(tmp_path / "store")
    pack.originals[0].path.write_bytes(b"changed")
    with pytest.raises(PackError, match="other bytes than its hash"):
        export(pack, tmp_path / "pack")
    assert [p.name for p in tmp_path.iterdir()] == ["store"]


def test_nothing_is_overwritten(sealed: Sealed, tmp_path: Path) -> None:
    before = contents(sealed.folder.parent)
    with pytest.raises(PackError, match="already has this name"):
        export(pack_input(tmp_path), sealed.folder)
    assert contents(sealed.folder.parent) == before


def test_a_rule_that_was_not_run_cannot_be_the_chosen_one(tmp_path: Path) -> None:
    pack = pack_input(tmp_path)
    wrong = replace(
        pack,
        trace=replace(
            pack.trace, policy=Policy("fifo"), comparison=replace(pack.trace.comparison, results={})
        ),
    )
    with pytest.raises(PackError, match="not among the results"):
        export(wrong, tmp_path / "pack")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/shadow", "a\nb.pdf", "=cmd|' /C calc'!A0.csv", "x" * 3000]
)
def test_a_hostile_file_name_is_a_text_and_never_a_path(name: str, tmp_path: Path) -> None:
    file = original(tmp_path / "store", name)
    done = export(replace(pack_input(tmp_path / "store"), originals=(file,)), tmp_path / "pack")
    kept = [p for p in done.files if p.startswith("data/originals/")]
    assert len(kept) == 1
    assert kept[0].startswith(f"data/originals/{file.sha256}")
    assert read_csv((done.folder / "data" / "ledger" / "originals.csv").read_bytes())[0]["name"] == name
    assert bagit.Bag(str(done.folder)).is_valid()


def test_a_pack_of_the_fixed_arithmetic_states_its_bound(tmp_path: Path) -> None:
    policy = Policy("pro_rata_rolling", arithmetic="fixed", sub_units=1)
    done = export(pack_input(tmp_path / "store", policy), tmp_path / "pack")
    rows = read_csv((done.folder / "data" / "trace" / "bounds.csv").read_bytes())
    assert {r["rule"] for r in rows} >= {"pro_rata_rolling"}
    assert "at most KES" in (done.folder / "data" / "report" / "report.html").read_text("utf-8")


def test_nothing_in_a_pack_names_this_machine(sealed: Sealed) -> None:
    place = str(sealed.folder.parent).encode()
    assert not [p for p, data in contents(sealed.folder).items() if place in data]


def test_the_methods_say_what_was_chosen(sealed: Sealed) -> None:
    text = (sealed.folder / "data" / "methods" / "tracing.md").read_text("utf-8")
    assert "`rule`" not in text
    assert "Own money first (lowest intermediate balance) (`own_first`, version 1, the rule chosen)" in text
    assert "Re Hallett" in text
