from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from api.demo.cast import FIRST_DAY
from api.demo.wallet import MOST_HELD, MOST_PAID
from tests.api.demo.practice import SEEDS, case, crime_of, moved

both = pytest.mark.parametrize("without_crime", [False, True])
every_seed = pytest.mark.parametrize("seed", SEEDS)


@both
@every_seed
def test_wallets_chain_stay_within_the_limits_and_never_go_below_zero(seed: int, without_crime: bool) -> None:
    scenario = case(seed, without_crime=without_crime)
    for statement in (scenario.collector, scenario.runner):
        lines = statement.lines
        assert [line.time for line in lines] == sorted(line.time for line in lines)
        for before, line in pairwise(lines):
            step = line.units if line.status == "Completed" else 0
            assert before.balance is not None
            assert line.balance == before.balance + step
        assert all(0 <= (line.balance or 0) <= MOST_HELD for line in lines)
        assert all(abs(line.units) <= MOST_PAID for line in lines)
        assert all(FIRST_DAY.isoformat() <= line.time for line in lines)


@both
@every_seed
def test_the_bank_chains_by_day_and_never_goes_below_zero(seed: int, without_crime: bool) -> None:
    rows = case(seed, without_crime=without_crime).bank
    assert 38 <= len(rows) <= 45
    for before, row in pairwise(rows):
        assert before.day <= row.day
        assert row.balance == before.balance + row.units
    assert all(row.balance >= 0 for row in rows)
    assert len({row.reference for row in rows}) == len(rows)


@every_seed
def test_what_the_collector_gets_is_handed_on_kept_or_spent(seed: int) -> None:
    done, lines = crime_of(seed), moved(case(seed).collector.lines)
    assert 200_000_00 <= done.ransom.units <= 245_000_00
    assert 100_000_00 <= done.second.units <= 150_000_00
    first = next(n for n, line in enumerate(lines) if line.receipt == done.ransom.receipt)
    assert 6_000_00 <= (lines[first - 1].balance or 0) <= 14_000_00
    assert 10_000_00 <= (lines[-1].balance or 0) <= 25_000_00
    paid = [line for line in lines if "Customer Withdrawal" in line.details]
    assert [15_000_00 <= -line.units <= 25_000_00 for line in paid] == [True]
    for one in done.handed_on:
        principal, charge = (line for line in lines if line.receipt == one.receipt)
        assert (principal.units, charge.units) == (one.units, -one.charge)
        assert "Charge" in charge.details


@every_seed
def test_the_first_money_repays_the_runners_overdraft(seed: int) -> None:
    done, lines = crime_of(seed), moved(case(seed).runner.lines)
    drawn = next(n for n, line in enumerate(lines) if line.details == "OverDraft of Credit Party")
    assert lines[drawn + 1].balance == 0
    came, repaid = (line for line in lines if line.receipt == done.received[0].receipt)
    assert came == lines[drawn + 2]
    assert repaid.details.startswith("OD Loan Repayment")
    assert -repaid.units == lines[drawn].units * 101 // 100
    assert [line for line in lines if line.details.startswith("OD Loan")] == [repaid]
    own = [
        line.units for line in lines if line.time[:10] > f"{done.day}" and "Deposit of Funds" in line.details
    ]
    assert 3_000_00 <= own[0] <= 8_000_00
    assert 5_000_00 <= (lines[-1].balance or 0) <= 15_000_00


@every_seed
def test_orders_equal_the_payments_to_the_cent_at_a_price_above_the_market(seed: int) -> None:
    scenario, done = case(seed), crime_of(seed)
    by_receipt = {order.receipt: order for order in scenario.orders}
    assert 180_000_00 <= done.purchases[0].units <= 200_000_00
    for one in done.purchases:
        order = by_receipt[one.receipt]
        paid = [line for line in scenario.runner.lines if line.receipt == one.receipt]
        assert paid[0].units == -order.units == -one.units
        assert f"{order.payee} - " in paid[0].details
        assert order.payer == scenario.runner.msisdn
        assert order.created < order.completed
    for order in scenario.orders:
        rate = Fraction(scenario.rates[order.created.date()], 10_000)
        spread = Fraction(order.price, 100) / rate - 1
        assert Fraction(45, 10_000) <= spread <= Fraction(105, 10_000)
        worth = Fraction(order.units, order.price)
        assert 0 <= worth - Fraction(order.quantity, 10**6) < Fraction(1, 10**6)
    assert sum(order.status == "Cancelled" for order in scenario.orders) == 1


@every_seed
def test_tokens_that_leave_were_there(seed: int) -> None:
    done, who, own = crime_of(seed), case(seed).truth.roles, case(seed).histories.own
    bought = sum(one.quantity for one in done.purchases)
    assert done.withdrawal.quantity == bought - done.stays_at_exchange
    held = own + done.withdrawal.quantity
    deposited = [one.quantity for one in done.onward if one.receiver == who.deposit]
    elsewhere = [one.quantity for one in done.onward if one.receiver == who.other]
    assert 20_000_000 <= own <= 80_000_000
    assert len(deposited) == 2
    assert Fraction(74, 100) * held <= sum(deposited) <= Fraction(90, 100) * held
    assert [100_000_000 <= one <= 300_000_000 for one in elsewhere] == [True]
    assert held - sum(deposited) - sum(elsewhere) >= 40_000_000


@both
@every_seed
def test_chain_balances_never_go_below_zero(seed: int, without_crime: bool) -> None:
    scenario = case(seed, without_crime=without_crime)
    who = scenario.truth.roles
    for address, entries in (
        (who.wallet, scenario.histories.wallet),
        (who.deposit, scenario.histories.deposit),
    ):
        balance = 0
        for entry in sorted(entries, key=lambda e: e.sent.when):
            if not entry.token:
                balance += entry.sent.quantity if entry.sent.receiver == address else -entry.sent.quantity
            assert balance >= 0
        assert balance > 0
