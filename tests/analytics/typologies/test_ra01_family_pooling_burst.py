from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.detection import detect_in
from analytics.lead import NotEvaluated, Severity, Verdict
from analytics.material import DAY
from analytics.pooling import Terms, Wallet, pools
from analytics.typologies.ra01_family_pooling_burst import TYPOLOGY
from tests.analytics.by_hand import ByHand
from tests.contracts.typology import Examples, detection, found

if TYPE_CHECKING:
    from analytics.detection import Detection
    from analytics.lead import Candidate

SHARES = (18_000, 14_000, 23_000, 12_000, 26_000, 9_000, 11_000)


def family(*, shares: tuple[int, ...] = SHARES, to: str = "receiver", left: int = 100) -> ByHand:
    """Seven relatives pay an organiser within four days, and most leaves on the fifth."""
    case = ByHand().rate().record("organiser", -40, 60)
    case.pay("friend", "organiser", 900, -20).pay("organiser", "T1", 400, -15).pay("A1", "organiser", 600, -9)
    for n, whole in enumerate(shares):
        case.pay(f"kin{n}", "organiser", whole, 0.5 * n)
    return case.pay("organiser", to, sum(shares) * left // 100, 4)


EXAMPLES = Examples(
    positive=family(),
    near_miss=family(left=79),
    look_alike=family(to="B1").tag("B1", "hospital"),
    pattern="harambee",
    missing=ByHand(rows=family().rows, covered=family().covered),
)


def run(case: ByHand) -> Detection:
    return detection(TYPOLOGY, case, EXAMPLES)


def candidates(case: ByHand) -> list[Candidate]:
    return found(TYPOLOGY, case.material(), EXAMPLES)


def test_a_pool_that_leaves_is_a_person_in_danger_and_comes_with_its_figures() -> None:
    (lead,) = run(family()).leads
    assert lead.severity is Severity.DANGER
    assert len(lead.observations) == len(SHARES) + 1 + 1
    assert lead.observations[-1] == "rate-10"
    assert {k: lead.figures[k] for k in ("senders", "total", "share", "receivers", "dollars", "rate_of")} == {
        "senders": 7,
        "total": "113000.00 KES",
        "share": "100 %",
        "receivers": 1,
        "dollars": 875,
        "rate_of": "USD",
    }
    # 1,500 in the 40 days of record before the pool
    assert lead.figures["usual"] == "375.00 KES"
    assert {one.pattern for one in lead.innocent} == {"harambee", "chama", "agents"}
    assert lead.missing == ("whether the senders are kin, and where the receivers are",)


@pytest.mark.parametrize(
    "case",
    [
        family(shares=SHARES[:5] * 1),
        family(shares=(7_000,) * 7),  # USD 380
        family(shares=(380_000,) * 7),  # over USD 20,000
        family(left=79),
        family().pay("organiser", "receiver", 100, -10),  # no new receiver
        family(to="A1"),  # cash
        family(to="kin0"),  # back to one who paid
        family().pay("friend", "organiser", 95_000, -12),  # such sums are usual here
    ],
    ids=["five", "small", "large", "kept", "known", "cash", "back", "usual"],
)
def test_near_misses(case: ByHand) -> None:
    assert candidates(case) == []


def test_one_who_gives_twice_is_one_sender() -> None:
    case = family(shares=SHARES[:5])
    for n in range(5):
        case.pay(f"kin{n}", "organiser", 8_000, 3 + n / 10)
    assert candidates(case) == []


def test_two_receivers_may_share_but_not_three() -> None:
    def split(*parts: int) -> ByHand:
        case = ByHand(rows=[r for r in family().rows if r[2] != "organiser"], rates=family().rates)
        case.record("organiser", -40, 60)
        for n, whole in enumerate(parts):
            case.pay("organiser", f"receiver{n}", whole, 4 + n / 10)
        return case

    (two,) = candidates(split(60_000, 50_000))
    assert two.figures["receivers"] == 2
    assert candidates(split(40_000, 40_000, 30_000)) == []


def test_a_hospital_lowers_it_and_an_unknown_business_number_does_not() -> None:
    (known,) = run(EXAMPLES.look_alike).leads
    (unknown,) = run(family(to="B1")).leads
    assert known.severity is Severity.PRIORITY
    assert unknown.severity is Severity.DANGER
    verdicts = [{i.pattern: i.verdict for i in lead.innocent}["harambee"] for lead in (known, unknown)]
    assert verdicts == [Verdict.SUPPORTED, Verdict.NOT_EVALUATED]


def test_without_a_record_before_nothing_is_usual_and_the_lead_says_so() -> None:
    case = ByHand(rows=[r for r in family().rows if r[0] >= family().material().at - 6 * DAY])
    case.rate().record("organiser", -1, 60)
    (one,) = candidates(case)
    assert one.severity is Severity.PRIORITY
    assert one.figures["usual"] == "?"
    assert any("too little before" in text for text in one.missing)


def test_without_a_rate_the_sum_is_not_measured() -> None:
    (skipped,) = run(EXAMPLES.missing).not_evaluated
    assert skipped == NotEvaluated("RA-01", "1 pools cannot be measured: no dated rate of KES:2 in dollars")
    old = ByHand(rows=family().rows).rate(day=-90)
    assert len(run(old).not_evaluated) == 1


def test_a_priced_dollar_token_measures_and_is_named() -> None:
    case = ByHand(rows=family().rows, covered=family().covered).rate(base="tron:T/USDT:6")
    (one,) = candidates(case)
    assert (one.figures["rate_of"], one.figures["dollars"]) == ("USDT", 875)


def test_days_that_leave_the_order_open_are_said() -> None:
    case = ByHand(rates=family().rates).record("organiser", -40, 60)
    for n, whole in enumerate(SHARES):
        case.pay(f"kin{n}", "organiser", whole, 0, lasting=DAY)
    case.pay("organiser", "receiver", sum(SHARES), 0, lasting=DAY)
    case.rows.sort(key=lambda r: (r[0], r[2] == "organiser"))
    (one,) = candidates(case)
    assert "the order of payments of one day" in one.missing


def test_two_pools_are_two_leads() -> None:
    case = family()
    for n, whole in enumerate(SHARES):
        case.pay(f"kin{n}", "organiser", whole, 100 + 0.5 * n)
    case.pay("organiser", "another", sum(SHARES), 104)
    case.rate(day=90)
    assert [set(c.transfers) & set(o.transfers) for c, o in [candidates(case)]] == [set()]


TERMS = Terms(10 * DAY, 3, 3, Fraction(4, 5), 2, 3 * DAY, 90 * DAY, 14 * DAY)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 6), st.booleans(), st.integers(1, 60)),
        min_size=3,
        max_size=24,
    )
)
def test_pools_are_what_the_definition_says(rows: list[tuple[int, int, bool, int]]) -> None:
    """Oracle: every release, every definition checked by plain loops over all payments."""
    rows = sorted(rows, key=lambda r: r[0])
    src = np.array([other if into else 0 for _, other, into, _ in rows], np.int32)
    dst = np.array([0 if into else other for _, other, into, _ in rows], np.int32)
    at = np.array([day * DAY for day, *_ in rows], np.int64)
    units = np.array([r[3] for r in rows], np.int64)
    took = [i for i, r in enumerate(rows) if r[2]]
    paid = [i for i, r in enumerate(rows) if not r[2]]
    wallet = Wallet(0, took, took, paid, -20 * DAY, src, dst, at, units)
    given_pools = pools(wallet, TERMS)
    used = [i for p in given_pools for i in (*p.credits, *p.releases)]
    assert len(set(used)) == len(used)
    for pool in given_pools:
        first, last = pool.credits[0], pool.releases
        assert all(i in took for i in pool.credits)
        assert at[last[-1]] - at[first] <= TERMS.window + TERMS.leaving
        assert len({rows[i][1] for i in pool.credits}) == pool.senders >= TERMS.senders
        assert pool.pooled == sum(rows[i][3] for i in pool.credits)
        assert pool.released == sum(rows[i][3] for i in pool.releases) >= TERMS.share * pool.pooled
        new = {rows[i][1] for i in pool.releases}
        assert len(new) <= TERMS.receivers
        assert not any(rows[i][1] in new for i in range(first + 1))
        before = sum(rows[i][3] for i in took if at[i] < at[first])
        assert pool.usual == Fraction(before * TERMS.window, int(at[first]) + 20 * DAY)
        assert pool.pooled >= TERMS.times * pool.usual
    assert bool(given_pools) == bool(_anchors(rows))


def _anchors(rows: list[tuple[int, int, bool, int]]) -> list[int]:
    """Return the releases for which a pool exists, by the definition alone."""
    return [n for n, (_, _, into, _) in enumerate(rows) if not into and _is_anchor(rows, n)]


def _is_anchor(rows: list[tuple[int, int, bool, int]], n: int) -> bool:
    day, receiver = rows[n][0], rows[n][1]
    credits_ = [i for i in range(n) if rows[i][2] and day - rows[i][0] <= 10]
    senders = {rows[i][1] for i in credits_}
    if len(senders) < 3:
        return False
    first = credits_[0]
    met = {rows[i][1] for i in range(first + 1)}
    sums: dict[int, int] = {}
    for i in range(first + 1, len(rows)):
        when, other, into, units = rows[i]
        if not into and other not in met and other not in senders and when <= day + 3:
            sums[other] = sums.get(other, 0) + units
    pooled = sum(rows[i][3] for i in credits_)
    ranked = sorted(sums, key=lambda o: (-sums[o], o))[:2]
    enough = next((k for k in (1, 2) if 5 * sum(sums[o] for o in ranked[:k]) >= 4 * pooled), 0)
    before = sum(r[3] for r in rows if r[2] and r[0] < rows[first][0])
    usual = Fraction(before * 10, rows[first][0] + 20)
    return receiver in ranked[:enough] and pooled >= 3 * usual


def test_thresholds_can_be_given() -> None:
    case = family(shares=SHARES[:5])
    assert detect_in(case.material(), [TYPOLOGY], {"RA-01": {"senders": 5}}).leads
