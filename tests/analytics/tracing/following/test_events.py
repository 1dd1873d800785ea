from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analytics.tracing.following.events import Event, Row, disputed, merge, regroup, rows_of
from tests.analytics.tracing.following.evidence import SCOPE, SECOND, USDT, Evidence

KINDS = {"A": "msisdn", "B": "msisdn", "~B": "msisdn", "somebody": "unknown", "N": "name"}


def merged(evidence: Evidence) -> list[Event]:
    rows = rows_of(evidence.rows(SCOPE, [r["observation"] for r in evidence.stored]))
    return merge(rows, regroup(rows, [(link.a, link.b) for link in evidence.joined]), KINDS)


def test_each_statement_decides_on_its_own_side() -> None:
    evidence = Evidence()
    paid = evidence.row("a", 1, "A", "~B", 100, 10, statement="A")
    came = evidence.row("b", 1, "N", "B", 100, 10, statement="B")
    evidence.link(paid, came)
    (event,) = merged(evidence)
    (posting,) = event.postings
    assert (posting.debit, posting.credit, posting.units) == ("A", "B", 100)
    assert event.id == min(paid, came)
    assert {r.observation for r in posting.rows} == {paid, came}


def test_a_known_end_is_preferred_to_a_vague_one_where_no_statement_decides() -> None:
    for first, second in (("somebody", "B"), ("B", "somebody"), (None, "B"), ("N", "B")):
        evidence = Evidence()
        evidence.link(
            evidence.row("a", 1, "A", first, 100, 10),
            evidence.row("b", 1, "A", second, 100, 10),
        )
        (event,) = merged(evidence)
        assert event.postings[0].credit == "B"


def test_two_equal_rows_of_one_file_are_two_payments() -> None:
    evidence = Evidence()
    evidence.row("a", 1, "A", "B", 100, 10, statement="A")
    evidence.row("a", 2, "A", "B", 100, 10, statement="A")
    assert len(merged(evidence)) == 2


def test_two_equal_amounts_within_one_observation_are_two_postings() -> None:
    evidence = Evidence()
    evidence.row("a", 1, "A", "B", 100, 10)
    evidence.row("a", 1, "A", "B", 100, 10)
    (event,) = merged(evidence)
    assert len(event.postings) == 2


def test_joins_are_transitive_and_the_least_observation_names_the_event() -> None:
    evidence = Evidence()
    three = [evidence.row(source, 1, "A", "B", 100, 10) for source in "abc"]
    evidence.link(three[2], three[1])
    evidence.link(three[1], three[0])
    (event,) = merged(evidence)
    assert event.id == min(three)
    assert len(event.postings) == 1
    assert not disputed(event)


def test_the_common_instant_is_what_all_observations_allow() -> None:
    evidence = Evidence()
    day = evidence.row("bank", 1, "A", "B", 100, 0, lasting=86_400 * SECOND)
    minute = evidence.row("wallet", 1, "A", "B", 100, 600)
    evidence.link(day, minute)
    (event,) = merged(evidence)
    assert (event.lo, event.hi) == (600 * SECOND, 601 * SECOND)


def test_where_observations_contradict_each_other_in_time_the_narrower_stands() -> None:
    evidence = Evidence()
    evidence.link(
        evidence.row("bank", 1, "A", "B", 100, 0, lasting=100 * SECOND),
        evidence.row("wallet", 1, "A", "B", 100, 600),
    )
    (event,) = merged(evidence)
    assert event.lo == 600 * SECOND


def test_different_amounts_of_one_event_are_named_but_a_fee_told_by_one_side_is_not() -> None:
    evidence = Evidence()
    paid = evidence.row("a", 1, "A", "B", 100, 10, statement="A")
    evidence.row("a", 1, "A", None, 3, 10, statement="A", kind="fee")
    same = evidence.row("b", 1, "A", "B", 100, 10, statement="B")
    evidence.link(paid, same)
    (event,) = merged(evidence)
    assert not disputed(event)
    evidence.link(paid, evidence.row("c", 1, "A", "B", 99, 10))
    (event,) = merged(evidence)
    assert disputed(event)


def test_rows_that_moved_nothing_and_amounts_beyond_38_digits_are_left_out() -> None:
    evidence = Evidence()
    evidence.row("a", 1, "A", "B", 100, 10, status="failed")
    evidence.row("a", 2, "A", "B", 100, 11, status="pending")
    evidence.row("a", 3, "A", "B", 100, 12, status="reversed")
    evidence.row("a", 4, "A", "B", 0, 13, amount=None, digits="9" * 40, asset=USDT)
    kept = evidence.row("a", 5, "A", "B", 100, 14)
    rows = rows_of(evidence.rows(SCOPE, [r["observation"] for r in evidence.stored]))
    assert [r.observation for r in rows] == [kept]


names = st.sampled_from("abcdefgh")


@given(st.lists(st.tuples(names, names), max_size=12), st.randoms(use_true_random=False))
def test_grouping_does_not_depend_on_the_order_or_direction_of_joins(
    joins: list[tuple[str, str]], chance: object
) -> None:
    rows: list[Row] = []
    shuffled = [pair[::-1] for pair in joins]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = regroup(rows, joins), regroup(rows, shuffled)
    assert one == other
    assert all(event <= member for member, event in one.items())
    assert all(one[a] == one[b] for a, b in joins)
