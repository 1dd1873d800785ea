"""Cypher of a mapping: names between backticks, values as parameters, nothing that writes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fetchers.neo4j import FetchError
from ingest.fetchers.neo4j.statements import SORTS, Statement, quoted, statement_of
from ingest.neo4j_graph.sections import sections_of
from tests.ingest.fetchers.neo4j.agency import mapping

OUTSIDE = re.compile(r"`[^`]*`|'[^']*'")
WRITES = re.compile(r"\b(create|merge|delete|set|remove|drop|load|foreach|call|show)\b", re.IGNORECASE)


def statements() -> list[Statement]:
    practice = mapping().mapping
    return [statement_of(practice, section) for section in sections_of(practice)]


def texts() -> list[str]:
    found: list[str] = []
    for one in statements():
        found += [one.nameless(), one.nameless_count()]
        for sort in SORTS:
            edges = [(first, bounded) for first in (True, False) for bounded in (True, False)]
            found += [one.page(sort, first=f, bounded=b) for f, b in edges]
            found += [one.count(sort, first=f, bounded=b) for f, b in edges]
            found.append(one.least(sort))
    return found


def test_no_statement_writes_and_no_hostile_name_stands_outside_backticks() -> None:
    said = texts()
    assert len(said) == 80
    for text in said:
        bare = OUTSIDE.sub("", text)
        assert "`" not in bare
        assert not WRITES.search(bare), text
        assert "DROP" not in bare


def test_a_relationship_is_asked_for_by_its_identifier() -> None:
    first = statements()[0].page("text", first=False, bounded=True)
    assert first == (
        "MATCH (a)-[r:`PAID; DROP //`]->(b) WHERE r.`ref` > $after AND r.`ref` <= $upto "
        "AND size(toStringOrNull(r.`ref`)) <= 1000 RETURN r.`ref` AS key, "
        "r {.`ref`, .`at`, .`amount (c)`, .`currency`, .`note`} AS of, "
        "[{labels: labels(a), properties: a {.`number`, .`msisdn`}}] AS start, "
        "[{labels: labels(b), properties: b {.`number`, .`msisdn`}}] AS end ORDER BY key LIMIT $most"
    )


def test_ties_of_a_transaction_point_as_the_mapping_says() -> None:
    said = statements()[1].page("number", first=True, bounded=False)
    assert "[(e)-[:`SENT`]->(t) |" in said
    assert "[(e)<-[:`TO`]-(t) |" in said
    assert "t.`txid` >= (-1.0 / 0.0)" in said


@given(st.text(max_size=300))
def test_a_name_is_quoted_whole_or_refused(name: str) -> None:
    try:
        found = quoted(name)
    except FetchError:
        assert not name or len(name) > 200 or re.search(r"[\\`\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]", name)
        return
    assert found == f"`{name}`"
    assert OUTSIDE.sub("", found) == ""


@pytest.mark.parametrize("name", ["`", "\\", "a\\u0060", "\u2029", ""])
def test_what_could_end_a_quotation_is_refused(name: str) -> None:
    with pytest.raises(FetchError):
        quoted(name)
