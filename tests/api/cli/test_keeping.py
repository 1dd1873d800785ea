"""``store info``, ``store verify``, ``catalogue`` and ``doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.cli.checkup import LIBRARIES, own_version
from tests.api.cli.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.api.cli.conftest import Practice


def test_a_sound_store_is_sound(practice: Practice) -> None:
    assert practice.document("store", "verify") == {
        "store": str(practice.store),
        "sound": True,
        "findings": [],
    }
    assert practice.talk("store", "verify").out == "sound: every byte as recorded\n"


def test_store_info_says_what_is_held(practice: Practice) -> None:
    document = practice.document("store", "info")
    assert set(document) == {"store", "case", "content", "sources", "batches", "accepted", "results"}
    assert (document["sources"], document["batches"]) == (9, 9)


def flip(path: Path) -> None:
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def a_segment(store: Path) -> Path:
    path = min(store.glob("segments/*/rows-*.parquet"))
    flip(path)
    return path


def an_original(store: Path) -> Path:
    path = min(store.glob("originals/*/*"))
    flip(path)
    return path


def the_catalogue(store: Path) -> Path:
    path = store / "catalogue.sqlite"
    path.write_bytes(b"no database\n" * 1000)
    for end in ("-wal", "-shm"):
        (store / f"catalogue.sqlite{end}").unlink(missing_ok=True)
    return path


def the_key(store: Path) -> Path:
    (store / "identity.key").unlink()
    return store / "identity.key"


@pytest.mark.parametrize("damage", [a_segment, an_original, the_catalogue, the_key])
def test_damage_is_named_and_is_exit_code_4(own_practice: Practice, damage: Callable[[Path], Path]) -> None:
    path = damage(own_practice.store)
    said = own_practice.talk("--json", "store", "verify")
    assert said.code == 4
    assert said.document["sound"] is False
    assert path.relative_to(own_practice.store).as_posix() in {f["path"] for f in said.document["findings"]}
    assert all(set(f) == {"path", "what", "expected", "found"} for f in said.document["findings"])
    assert own_practice.talk("store", "verify").code == 4


@pytest.mark.parametrize("damage", [a_segment, the_catalogue])
def test_nothing_is_read_from_a_damaged_store(own_practice: Practice, damage: Callable[[Path], Path]) -> None:
    damage(own_practice.store)
    said = own_practice.talk("--json", "trace", own_practice.seeds[0])
    assert said.code == 4
    assert said.error["code"] == "integrity"
    assert said.error["hint"]


def test_a_missing_store_is_a_failure_with_a_remedy(tmp_path: Path) -> None:
    for line in (["sources"], ["store", "info"], ["store", "verify"], ["trace", "X"], ["search", "1"]):
        said = talk("--json", "--store", tmp_path / "none", *line)
        assert (said.code, said.error["code"]) == (1, "not_found")
        assert said.error["hint"] == "ingest something first"
    assert not (tmp_path / "none").exists()


def test_a_file_is_no_store(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("x", encoding="utf-8")
    for line in (["sources"], ["ingest", str(place)]):
        said = talk("--json", "--store", place, *line)
        assert said.code == 1
        assert str(place) in said.err


def test_an_address_that_no_store_answers_to_is_a_failure() -> None:
    said = talk("--json", "--store", "nobody://here", "store", "info")
    assert (said.code, said.error["code"]) == (1, "store")
    assert "ledger" in said.error["hint"]


def test_the_catalogue_lists_what_is_installed_with_version_and_authority() -> None:
    document = talk("--json", "catalogue").document
    codes = {kind: [e["code"] for e in found] for kind, found in document.items()}
    assert {"mapped_table", "mpesa_statement", "tron"} <= set(codes["readers"])
    assert {"fifo", "lifo", "own_first", "pro_rata_rolling", "tainted_first"} <= set(codes["tracing_rules"])
    assert {"net_loss", "pari_passu", "rising_tide", "traced_first"} <= set(codes["allocations"])
    assert "mpesa_org_portal" in codes["mappings"]
    assert all(e["source"] and e["version"] for k in ("tracing_rules", "allocations") for e in document[k])
    text = talk("catalogue").out
    assert all(code in text for found in codes.values() for code in found)


def test_the_doctor_finds_nothing_wrong_here(practice: Practice) -> None:
    said = practice.talk("--json", "doctor")
    document = said.document
    installed = bool(own_version())  # a checkout that runs without being installed is told, and is no fault
    expected = [] if installed else ["fuatilia runs without being installed"]
    assert [p.partition(":")[0] for p in document["problems"]] == expected
    assert said.code == (0 if installed else 1)
    assert document["store_state"] == "opens"
    assert set(document["libraries"]) == set(LIBRARIES)
    assert set(document["readers_confined_by"]) == {"files", "network"}
    assert document["free_bytes"] > 0


def test_the_doctor_names_a_store_that_does_not_open(own_practice: Practice, tmp_path: Path) -> None:
    the_key(own_practice.store)
    said = own_practice.talk("--json", "doctor")
    assert (said.code, said.document["store_state"]) == (1, "does not open")
    assert any("key is missing" in p for p in said.document["problems"])
    fresh = talk("--json", "--store", tmp_path / "none", "doctor")
    assert fresh.document["store_state"].startswith("none yet")
