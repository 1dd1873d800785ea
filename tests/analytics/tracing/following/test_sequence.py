from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analytics.tracing.following.events import Event, merge, regroup, rows_of
from analytics.tracing.following.sequence import sequence, unsure
from tests.analytics.tracing.following.evidence import DAY, SCOPE, Evidence


def events(evidence: Evidence) -> list[Event]:
    rows = rows_of(evidence.rows(SCOPE, [r["observation"] for r in evidence.stored]))
    return merge(rows, regroup(rows, [(link.a, link.b) for link in evidence.joined]), {})


def units(ordered: list[Event]) -> list[int]:
    return [e.postings[0].units for e in ordered]


def test_a_statement_decides_within_its_day_against_the_clock_of_nobody() -> None:
    evidence = Evidence()
    for seq, amount in ((3, 30), (1, 10), (2, 20)):
        evidence.row("bank", amount, "A", "B", amount, 0, lasting=DAY, statement="A", seq=seq)
    ordered, contradictions = sequence(events(evidence))
    assert units(ordered) == [10, 20, 30]
    assert contradictions == []


def test_a_statement_decides_even_against_printed_times() -> None:
    evidence = Evidence()
    evidence.row("wallet", 1, "A", "B", 10, 60, statement="A", seq=1)
    evidence.row("wallet", 2, "A", "B", 20, 59, statement="A", seq=2)
    assert units(sequence(events(evidence))[0]) == [10, 20]


def test_between_sources_time_decides() -> None:
    evidence = Evidence()
    evidence.row("a", 1, "A", "B", 20, 20, statement="A")
    evidence.row("b", 1, "C", "B", 10, 10, statement="C")
    assert units(sequence(events(evidence))[0]) == [10, 20]


def test_overlap_without_a_common_source_is_unsure_and_only_within_one_ledger() -> None:
    evidence = Evidence()
    bank = evidence.row("bank", 1, "V", "B", 10, 0, lasting=DAY)
    wallet = evidence.row("wallet", 1, "B", "C", 20, 600, statement="B")
    later = evidence.row("wallet", 2, "B", "C", 30, 90_000, statement="B")
    ordered, _ = sequence(events(evidence))
    assert unsure(ordered, {e.id: ["B"] for e in ordered}) == {bank, wallet}
    assert later not in unsure(ordered, {e.id: ["B"] for e in ordered})
    apart = {bank: ["X"], wallet: ["B"], later: ["B"]}
    assert unsure(ordered, apart) == set()


def test_one_statement_that_shows_both_decides_between_them() -> None:
    evidence = Evidence()
    bank = evidence.row("bank", 1, "V", "B", 10, 0, lasting=DAY)
    evidence.link(bank, evidence.row("wallet", 1, "V", "B", 10, 500, lasting=DAY // 2, statement="B"))
    evidence.row("wallet", 2, "B", "C", 20, 600, statement="B")
    ordered, _ = sequence(events(evidence))
    assert units(ordered) == [10, 20]
    assert unsure(ordered, {e.id: ["B"] for e in ordered}) == set()


def test_sources_that_contradict_each_other_are_named_and_time_decides() -> None:
    evidence = Evidence()
    pairs = []
    for amount, at, first, second in ((10, 10, 1, 2), (20, 20, 2, 1)):
        one = evidence.row("a", amount, "A", "B", amount, at, statement="A", seq=first)
        other = evidence.row("b", amount, "A", "B", amount, at, statement="B", seq=second)
        evidence.link(one, other)
        pairs.append(min(one, other))
    ordered, contradictions = sequence(events(evidence))
    assert units(ordered) == [10, 20]
    assert contradictions == [pairs[0]]


rows = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.integers(1, 40)), max_size=12, unique=True
)


@given(rows, st.randoms(use_true_random=False))
def test_the_order_is_total_respects_each_statement_and_ignores_the_order_of_arrival(
    drawn: list[tuple[str, int, int]], chance: object
) -> None:
    evidence = Evidence()
    for source, at, line in drawn:
        evidence.row(source, line, source, "B", line, at, statement=source, lasting=3_000_000)
    found = events(evidence)
    ordered, contradictions = sequence(found)
    assert contradictions == []
    assert sorted(e.id for e in ordered) == sorted(e.id for e in found)
    for source in "abc":
        seqs = [r.seq for e in ordered for r in e.rows if r.source == source]
        assert seqs == sorted(seqs)
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sequence(shuffled) == (ordered, [])
