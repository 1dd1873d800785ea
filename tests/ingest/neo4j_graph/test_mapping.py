"""A graph mapping is data that is checked: wrong ones say which key is wrong, hostile names are refused."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ingest.errors import MappingError
from ingest.neo4j_graph.mapping import mapping_of
from ingest.neo4j_graph.saved_mapping import load_mapping, text_of_mapping
from ingest.neo4j_graph.sections import sections_of
from tests.ingest.fetchers.neo4j.agency import MAPPING, mapping

if TYPE_CHECKING:
    from pathlib import Path


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the practice mapping with one place of it changed; ``...`` takes the key away."""
    found: dict[str, Any] = copy.deepcopy(yaml.safe_load(MAPPING))
    at: Any = found
    *way, last = path.split("/")
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return found


def test_the_shipped_example_and_a_users_file_are_read(tmp_path: Path) -> None:
    shipped = load_mapping("example_agency")
    assert [s.name for s in sections_of(shipped.mapping)] == [
        "transfers:0", "transfers:1", "names:0", "names:1", "holders:0",
    ]  # fmt: skip
    path = tmp_path / "ours.yaml"
    path.write_text(shipped.text, encoding="utf-8")
    again = load_mapping(path)
    assert (again.sha256, again.mapping.name) == (shipped.sha256, "ours")
    with pytest.raises(MappingError, match="cannot be read") as caught:
        load_mapping(tmp_path / "none.yaml")
    assert "example_agency" in caught.value.hint
    with pytest.raises(MappingError, match="too large"):
        text_of_mapping(b"#" * 70_000, "large")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("shape", "statement", "shape: graph"),
        ("instrumnts", [], "unknown key 'instrumnts'"),
        ("instruments", ..., "key 'instruments' is missing"),
        ("instruments/0/kind", "purse", "unknown kind 'purse'"),
        ("instruments/0/id", ..., "instruments have an id"),
        ("instruments/2/id", "number", "cash and unknown ends have none"),
        ("transfers", ..., "no instruments of this label"),
        ("transfers/0/node", "X", "relationships of one type, or nodes of one label"),
        ("transfers/0/id", ..., "key 'id' is missing"),
        ("transfers/0/id", [], "a transfer has an id"),
        ("transfers/0/asset", {}, "no asset"),
        ("transfers/0/payer", "left", "unknown payer 'left'"),
        ("transfers/0/paid_by", {"relationship": "X", "to": "end"}, "how its ends are tied"),
        ("transfers/0/amount/unit", "cents", "unknown unit 'cents'"),
        ("transfers/0/amount/floats", "round", "unknown floats 'round'"),
        ("transfers/0/amount/negative", "drop", "unknown negative 'drop'"),
        ("transfers/0/when", {"property": "at", "precision": "week"}, "unknown precision 'week'"),
        ("transfers/0/when/property", 7.5, "expected str"),
        ("transfers/0/kind", "bonus", "unknown kind 'bonus'"),
        ("transfers/0/status", {"property": "s", "words": {"OK": "done"}}, "unknown status 'done'"),
        ("transfers/1/paid_by", ..., "of_node"),
        ("transfers/1/paid_to/to", "node", "unknown to 'node'"),
        ("holders/0/points", "up", "unknown points 'up'"),
        ("holders/0/instrument", "Nothing", "no instruments of this label"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(path: str, value: Any, said: str) -> None:
    data = changed(path, value)
    if path == "transfers":
        data["holders"][0]["instrument"] = "Cash"
    if said == "of_node":  # one side alone is allowed: the other is unknown
        assert mapping_of(data, "x").transfers[1].paid_by is None
        return
    with pytest.raises(MappingError) as caught:
        mapping_of(data, "x")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "name", ["a`b", "a\\u0060b", "", "x" * 201, "a\nb", "\x00", "a\u2028b", "}) DETACH DELETE (n) //`"]
)
@pytest.mark.parametrize(
    "path",
    ["instruments/0/label", "instruments/0/id", "transfers/0/relationship", "transfers/0/when/property",
     "transfers/0/text", "transfers/1/paid_by/relationship", "holders/0/party", "holders/0/name"],
)  # fmt: skip
def test_names_that_cannot_be_quoted_are_refused(path: str, name: str) -> None:
    with pytest.raises(MappingError):
        mapping_of(changed(path, name), "x")


def test_pages_belong_together_by_what_is_asked_not_by_how_it_is_written() -> None:
    one, commented = mapping(), mapping("# a comment\n" + MAPPING.replace("Practice graph", "Other title"))
    assert one.sha256 != commented.sha256
    asked = [s.question("db", one.mapping) for s in sections_of(one.mapping)]
    assert asked == [s.question("db", commented.mapping) for s in sections_of(commented.mapping)]
    assert len(set(asked)) == len(asked)
    assert set(asked).isdisjoint(s.question("other", one.mapping) for s in sections_of(one.mapping))
