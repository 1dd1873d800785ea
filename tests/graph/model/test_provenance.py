"""Ids depend on what was said and where, and on nothing else."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph.model.provenance import Batch, canonical, digest, observation_id
from graph.model.results import Assertion, AssertionKind, Result, ResultKind

texts = st.lists(st.text(), min_size=1, max_size=4)


@given(texts, texts)
def test_digest_tells_lists_apart(a: list[str], b: list[str]) -> None:
    assert (digest(*a) == digest(*b)) == (a == b)


def test_observation_id_is_fixed_for_ever() -> None:
    assert observation_id("ab" * 32, "line:2") == digest("observation", "ab" * 32, "line:2")[:32]
    assert observation_id("ab" * 32, "line:2") != observation_id("ab" * 32, "line:3")


def test_every_field_of_a_batch_is_in_its_id() -> None:
    batch = Batch("s", "r", "1", "m", "o")
    changed = {replace(batch, **{f.name: "other"}).id for f in fields(batch)}
    assert len(changed | {batch.id}) == len(fields(batch)) + 1


def test_a_result_is_addressed_by_what_ran_and_not_by_what_came_out() -> None:
    one = Result(ResultKind.TRACE, "c", "trace/1", {"rule": "fifo"}, {}, "inputs", ("o1",), {"held": "1.00"})
    assert replace(one, fields={"held": "2.00"}).id == one.id
    assert replace(one, policy={"rule": "lifo"}).id != one.id


def test_every_field_of_an_assertion_is_in_its_id() -> None:
    said = Assertion(AssertionKind.SAME_EVENT, "c", "a", "b", "who", "why", "2026-09-03")
    others = [f.name for f in fields(said) if f.name != "kind"]
    assert len({_changed(said, n).id for n in others} | {said.id}) == len(others) + 1


def _changed(said: Assertion, name: str) -> Assertion:
    given: dict[str, Any] = {name: "other"}
    return replace(said, **given)


@given(st.dictionaries(st.text(), st.integers() | st.text()))
def test_canonical_text_ignores_the_order_of_keys(value: dict[str, object]) -> None:
    assert canonical(value) == canonical(dict(reversed(value.items())))
