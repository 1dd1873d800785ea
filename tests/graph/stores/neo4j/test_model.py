"""The model is whole, and its page and its statements are made from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph.stores.neo4j.model import Kind, Label, Type
from graph.stores.neo4j.model_page import page
from graph.stores.neo4j.schema import NODES, RELATIONS, schema_statements

ROOT = Path(__file__).resolve().parents[4]
NAME = re.compile(r"[a-z][a-z0-9_]*")


def test_every_label_and_type_is_described_once() -> None:
    assert set(NODES) == set(Label)
    assert set(RELATIONS) == set(Type)


@pytest.mark.parametrize("label", list(Label))
def test_a_node_has_its_key_and_its_indexes_among_its_properties(label: Label) -> None:
    kind = NODES[label]
    names = [p.name for p in kind.properties]
    assert {kind.key, *kind.indexed} <= set(names)
    assert len(names) == len(set(names))
    assert all(NAME.fullmatch(name) for name in names)
    assert all(p.meaning and p.origin for p in kind.properties)


@pytest.mark.parametrize("kind", list(Type))
def test_a_relationship_has_an_id_and_ends_that_exist(kind: Type) -> None:
    relation = RELATIONS[kind]
    names = [p.name for p in relation.properties]
    assert {"id", *relation.indexed} <= set(names)
    assert len(names) == len(set(names))
    assert {end for pair in relation.ends for end in pair} <= set(NODES)


def test_money_is_digits_and_the_one_float_says_so() -> None:
    numbers = {
        (str(owner), p.name)
        for owner, properties in (
            *((label, node.properties) for label, node in NODES.items()),
            *((kind, relation.properties) for kind, relation in RELATIONS.items()),
        )
        for p in properties
        if p.kind is Kind.NUMBER
    }
    assert numbers == {("TRANSFER", "value"), ("Entry", "value")}


def test_no_free_text_stands_in_an_index_that_has_a_limit() -> None:
    """A range index takes 8 kB a key; what evidence chooses freely may be longer."""
    free = {"label", "name", "title", "reason", "sentence", "locator", "channel", "object"}
    assert not free & {p for node in NODES.values() for p in node.indexed}
    assert not free & {p for relation in RELATIONS.values() for p in relation.indexed}


def test_statements_use_no_enterprise_feature() -> None:
    assert all("IF NOT EXISTS" in s and "NOT NULL" not in s and "KEY" not in s for s in schema_statements())


def test_the_page_is_current() -> None:
    """``python -m graph.stores.neo4j.model_page > docs/methods/shared-graph.md`` writes it."""
    assert (ROOT / "docs/methods/shared-graph.md").read_text() == page()
