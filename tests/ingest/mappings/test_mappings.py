"""Mappings are data that is checked: saved ones load, wrong ones say which key is wrong."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from ingest.errors import MappingError
from ingest.mappings.loading import load_mapping, saved_mappings
from ingest.table.mapping import mapping_of
from tests.ingest.tables_made_up import ORDERS, STATEMENT, TRANSFERS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", sorted(saved_mappings()))
def test_every_saved_mapping_loads_and_names_a_header(name: str) -> None:
    mapping = mapping_of(saved_mappings()[name])
    assert mapping.header
    assert mapping.title


def test_no_two_saved_mappings_claim_one_header() -> None:
    headers = [tuple(sorted(m["header"])) for m in saved_mappings().values()]
    assert len(set(headers)) == len(headers)


@pytest.mark.parametrize("data", [STATEMENT, ORDERS, TRANSFERS, *saved_mappings().values()])
def test_a_mapping_survives_being_written_as_data(data: dict[str, Any]) -> None:
    mapping = mapping_of(data)
    assert mapping_of(asdict(mapping)) == mapping


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"shape": "ledger"}, "unknown shape"),
        ({"acount": {}}, "unknown key 'acount'"),
        ({"account": None}, "needs 'account'"),
        ({"amount": {}}, "says where amounts are"),
        ({"when": {"columns": 7.5}}, "expected str"),
        ({"rows": [{"column": "Details"}]}, "key 'matches' is missing"),
        ({"order": "sideways"}, "order is solve, file or reverse"),
        ({"table": "x"}, "unknown key 'column'"),
        ({"rows": [{"column": "Details", "matches": "x", "kind": "bonus"}]}, "unknown kind 'bonus'"),
        ({"rows": [{"column": "Details", "matches": "x", "end": "bank"}]}, "unknown end 'bank'"),
        ({"statuses": {"Done": "done"}}, "unknown status 'done'"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(change: dict[str, Any], said: str) -> None:
    with pytest.raises(MappingError) as caught:
        mapping_of(STATEMENT | change)
    assert said in str(caught.value)


def test_a_users_file_is_read_and_its_name_is_the_default(tmp_path: Path) -> None:
    path = tmp_path / "my-bank.yaml"
    path.write_text("shape: rates\nrate: Mid\n", encoding="utf-8")
    assert mapping_of(load_mapping(path)).name == "my-bank"
    assert mapping_of(load_mapping("berka_trans")).institution == "BERKA"


@pytest.mark.parametrize(
    "text", ["a: [1", "- 1\n", "x: !!python/object/apply:os.system [true]\n", "a: &a [*a]\n\tb"]
)
def test_text_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError):
        load_mapping(path)
    with pytest.raises(MappingError, match="no such mapping"):
        load_mapping("nosuch")
