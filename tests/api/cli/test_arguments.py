"""Global options work wherever they stand, and never eat what belongs to a command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.arguments import FLAGS, VALUED, among, hoisted
from api.errors import UsageError

WORDS = st.text("abc=-", min_size=1, max_size=4).filter(lambda w: w not in FLAGS | {"--"})


@pytest.mark.parametrize(
    ("line", "front", "rest"),
    [
        ("sources --json", "--json", "sources"),
        ("store info --case A --quiet", "--case A --quiet", "store info"),
        ("trace X --store=/e --rule fifo", "--store=/e", "trace X --rule fifo"),
        ("case --open", "", "case --open"),
        ("search -- --json", "", "search -- --json"),
        ("sources --case", "--case", "sources"),
    ],
)
def test_global_options_move_to_the_front(line: str, front: str, rest: str) -> None:
    assert hoisted(line.split()) == (front.split(), rest.split())


@given(st.lists(WORDS | st.sampled_from(sorted(FLAGS))))
def test_no_word_is_lost_or_changed_and_the_rest_keeps_its_order(line: list[str]) -> None:
    front, rest = hoisted(line)
    assert sorted(front + rest) == sorted(line)
    assert rest == [w for w in line if w not in FLAGS]
    assert hoisted([*front, *rest]) == (front, rest)


@given(st.sampled_from(sorted(VALUED)), WORDS)
def test_a_value_stays_with_its_option(option: str, value: str) -> None:
    assert hoisted(["sources", option, value]) == ([option, value], ["sources"])


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UsageError) as refused:
        among("tracing rule", "fifoo", ["fifo", "lifo"])
    assert refused.value.fields()["hint"] == "did you mean fifo? one of: fifo, lifo"
