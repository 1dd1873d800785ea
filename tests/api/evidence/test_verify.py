from __future__ import annotations

import hashlib
import json
import random
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from api.errors import PackError
from api.evidence.bag import manifest_bytes
from api.evidence.canonical import canonical, grouped, sha256_of
from api.evidence.pack import export
from api.evidence.verify import fingerprint_of, verify
from tests.api.evidence.example import pack_input

if TYPE_CHECKING:
    from pathlib import Path

    from api.evidence.pack import Sealed


@pytest.fixture
def pack(sealed: Sealed, tmp_path: Path) -> Path:
    """Return a copy that may be changed."""
    return shutil.copytree(sealed.folder, tmp_path / "pack")


def rebag(pack: Path) -> None:
    """Write the lists of hashes again, as a forger would."""
    name = "data/manifest.json"
    files = {p.relative_to(pack).as_posix(): p for p in pack.rglob("*") if p.is_file()}
    stated = json.loads((pack / name).read_bytes())
    for note in stated["files"]:
        note["sha256"] = sha256_of(files[note["path"]])
        note["bytes"] = str(files[note["path"]].stat().st_size)
    (pack / name).write_bytes(canonical(stated))
    payload = {p: sha256_of(f) for p, f in files.items() if p.startswith("data/")}
    info = (pack / "bag-info.txt").read_text("utf-8").splitlines(keepends=True)
    size = sum(files[p].stat().st_size for p in payload)
    info = [f"Payload-Oxum: {size}.{len(payload)}\n" if x.startswith("Payload-Oxum") else x for x in info]
    (pack / "bag-info.txt").write_text("".join(info), encoding="utf-8")
    (pack / "manifest-sha256.txt").write_bytes(manifest_bytes(payload))
    tags = {p: sha256_of(f) for p, f in files.items() if not p.startswith(("data/", "tagmanifest"))}
    (pack / "tagmanifest-sha256.txt").write_bytes(manifest_bytes(tags))


def test_a_sound_pack_has_no_findings(sealed: Sealed) -> None:
    assert verify(sealed.folder, sealed.fingerprint) == []
    assert verify(sealed.folder, grouped(sealed.fingerprint).upper()) == []
    assert fingerprint_of(sealed.folder) == sealed.fingerprint


def test_a_rebagged_pack_that_nobody_changed_is_the_same_pack(pack: Path, sealed: Sealed) -> None:
    rebag(pack)
    assert verify(pack, sealed.fingerprint) == []


@pytest.mark.parametrize("seed", range(5))
def test_every_flipped_bit_is_found_and_its_file_named(pack: Path, sealed: Sealed, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret
    files = sorted(p for p in pack.rglob("*") if p.is_file() and p.stat().st_size)
    assert len(files) > 50
    for _ in range(20):
        place = dice.choice(files)
        data = bytearray(place.read_bytes())
        bit = dice.randrange(8 * len(data))
        data[bit // 8] ^= 1 << bit % 8
        whole = place.read_bytes()
        place.write_bytes(bytes(data))
        name = place.relative_to(pack).as_posix()
        assert name in {f.path for f in verify(pack, sealed.fingerprint, replay=False)}, (name, bit)
        place.write_bytes(whole)
    assert verify(pack, sealed.fingerprint, replay=False) == []


def test_every_file_of_the_pack_is_missed(pack: Path, sealed: Sealed) -> None:
    for place in sorted(p for p in pack.rglob("*") if p.is_file()):
        name = place.relative_to(pack).as_posix()
        if name == "tagmanifest-sha256.txt":
            continue
        whole = place.read_bytes()
        place.unlink()
        assert name in {f.path for f in verify(pack, sealed.fingerprint, replay=False)}
        place.write_bytes(whole)


@pytest.mark.parametrize(
    "name", ["data/extra.csv", "extra.txt", "data/originals/.hidden", "data/replay/json.py"]
)
def test_a_file_too_many_is_named(pack: Path, name: str) -> None:
    (pack / name).write_text("x", encoding="utf-8")
    assert name in {f.path for f in verify(pack)}


def test_links_and_empty_folders_are_named_and_not_followed(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (pack / "data" / "link").symlink_to(tmp_path / "secret.txt")
    (pack / "data" / "up").symlink_to(tmp_path)
    (pack / "empty").mkdir()
    assert {"data/link", "data/up", "empty"} <= {f.path for f in verify(pack)}


def test_a_path_that_leads_out_of_the_pack_is_refused(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text("x", encoding="utf-8")
    digest = hashlib.sha256(b"x").hexdigest()
    place = pack / "manifest-sha256.txt"
    place.write_bytes(place.read_bytes() + f"{digest}  data/../../out.txt\n".encode())
    assert any(f.path == "manifest-sha256.txt" and "no entry" in f.what for f in verify(pack))


def test_a_forger_who_writes_all_hashes_again_is_caught_by_the_fingerprint(
    pack: Path, sealed: Sealed
) -> None:
    place = pack / "data" / "report" / "report.html"
    place.write_bytes(place.read_bytes().replace(b"469,949.18", b"169,949.18"))
    rebag(pack)
    found = verify(pack, sealed.fingerprint)
    assert [f.path for f in found] == ["tagmanifest-sha256.txt"]
    assert found[0].expected == grouped(sealed.fingerprint)


def test_a_forger_who_changes_a_figure_is_caught_by_the_replay(pack: Path) -> None:
    place = pack / "data" / "trace" / "legs.csv"
    lines = place.read_text("utf-8").splitlines(keepends=True)
    held = next(line for line in lines if line.startswith("own_first,held,,wallet,V"))
    place.write_text("".join(line for line in lines if line != held), encoding="utf-8")
    rebag(pack)
    found = verify(pack)
    assert {f.path for f in found} == {"data/trace"}
    assert any("own_first: leg held / - / wallet" in f.found for f in found)


def test_the_replay_of_a_forger_is_not_run(pack: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    evil = f"import pathlib; pathlib.Path({str(mark)!r}).touch()\n"
    (pack / "data" / "replay" / "replay.py").write_text(evil, encoding="utf-8")
    rebag(pack)
    verify(pack)
    assert not mark.exists()


def test_a_log_whose_chain_breaks_is_named_by_line(pack: Path) -> None:
    place = pack / "data" / "log" / "audit.jsonl"
    lines = place.read_text("utf-8").splitlines(keepends=True)
    place.write_text("".join([lines[0], lines[1].replace("trace", "other"), *lines[2:]]), encoding="utf-8")
    rebag(pack)
    assert any(f.path == "data/log/audit.jsonl" and "line 2" in f.what for f in verify(pack, replay=False))


def test_a_log_that_was_cut_is_named(pack: Path) -> None:
    place = pack / "data" / "log" / "audit.jsonl"
    lines = place.read_text("utf-8").splitlines(keepends=True)
    for kept in (lines[:-1], lines[1:], []):
        place.write_text("".join(kept), encoding="utf-8")
        rebag(pack)
        assert {f.path for f in verify(pack, replay=False)} == {"data/log/audit.jsonl"}


def test_a_manifest_written_another_way_is_named(pack: Path) -> None:
    place = pack / "data" / "manifest.json"
    place.write_text(json.dumps(json.loads(place.read_bytes()), indent=1), encoding="utf-8")
    payload = {
        p.relative_to(pack).as_posix(): sha256_of(p) for p in (pack / "data").rglob("*") if p.is_file()
    }
    (pack / "manifest-sha256.txt").write_bytes(manifest_bytes(payload))
    assert any("canonical" in f.what for f in verify(pack, replay=False))


def test_a_pack_of_a_trace_alone_is_whole(tmp_path: Path) -> None:
    bare = replace(
        pack_input(tmp_path / "store"), originals=(), rows=(), sheet=(), sharing=None, audit=(), audit_head=""
    )
    done = export(bare, tmp_path / "pack")
    assert verify(done.folder, done.fingerprint) == []


def test_a_folder_that_is_no_pack_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no evidence pack"):
        verify(tmp_path)
