from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter

import pytest

from api.demo.chain_files import USDT
from graph.errors import IdentifierError
from graph.model.identifiers import Kind, parse_identifier
from graph.model.identifiers.transactions import mpesa_receipt
from tests.api.demo.practice import SEEDS, case, crime_of, moved, number

every_seed = pytest.mark.parametrize("seed", SEEDS)
NUMBER = re.compile(r"2547000\d{5}")


@every_seed
def test_a_receipt_names_one_payment(seed: int) -> None:
    scenario = case(seed)
    for statement in (scenario.collector, scenario.runner):
        payments = Counter(
            line.receipt
            for line in statement.lines
            if not re.search(r"Charge$|^OD Loan|^OverDraft", line.details)
        )
        assert set(payments.values()) == {1}
        assert all(mpesa_receipt(receipt) == receipt for receipt in payments)
    shared = {line.receipt for line in scenario.collector.lines} & {
        line.receipt for line in scenario.runner.lines
    }
    assert shared == {one.receipt for one in crime_of(seed).handed_on}


@every_seed
def test_both_statements_tell_of_the_money_handed_on_with_whole_numbers(seed: int) -> None:
    scenario, who = case(seed), case(seed).truth.roles
    for one in crime_of(seed).handed_on:
        paid = next(line for line in scenario.collector.lines if line.receipt == one.receipt)
        came = next(line for line in scenario.runner.lines if line.receipt == one.receipt)
        assert paid.units == -came.units
        assert paid.time == came.time
        assert number(who.runner) == scenario.runner.msisdn
        assert number(who.runner) in paid.details
        assert number(who.collector) in came.details


@every_seed
def test_the_bank_names_nobody_and_the_wallet_follows_within_the_day(seed: int) -> None:
    scenario, done = case(seed), crime_of(seed)
    row = next(r for r in scenario.bank if r.reference == scenario.facts.bank_reference)
    came = next(line for line in scenario.collector.lines if line.receipt == done.ransom.receipt)
    assert row.units == -came.units
    assert not NUMBER.search(row.narration)
    assert came.receipt not in row.narration
    assert came.time.startswith(row.day.isoformat())
    assert [r for r in scenario.bank if r.units == row.units] == [row]


@every_seed
def test_no_two_files_share_a_number_that_the_story_does_not_link(seed: int) -> None:
    scenario, who = case(seed), case(seed).truth.roles
    seen = [
        {n for line in statement.lines for n in NUMBER.findall(line.details)}
        for statement in (scenario.collector, scenario.runner)
    ]
    orders = {n for order in scenario.orders for n in (order.payer, order.payee)}
    assert seen[0] & seen[1] == set()
    assert seen[0] & orders == {number(who.runner)}
    assert seen[1] & orders == {number(who.seller)}
    told = Counter(n for one in seen for n in one)
    assert set(told.values()) == {1}
    users = Counter(uid for order in scenario.orders for uid in (order.buyer, order.seller))
    assert {uid for uid, times in users.items() if times > 1} == {who.user, who.merchant}


@every_seed
def test_a_small_payment_is_reversed_by_its_receipt(seed: int) -> None:
    lines = moved(case(seed).collector.lines)
    back = [line for line in lines if line.details.startswith("Reversal")]
    assert len(back) == 1
    taken = [line for line in lines if line.receipt in back[0].details]
    assert [line.units for line in taken] == [-back[0].units]
    assert [line.status for line in case(seed).collector.lines].count("Failed") == 1


@every_seed
def test_addresses_hold_their_checksum_and_transactions_tell_the_same_twice(seed: int) -> None:
    contents, who = case(seed).contents(), case(seed).truth.roles
    wallet, deposit = (json.loads(contents[f"tron-transfers-{name}.json"]) for name in ("wallet", "deposit"))
    assert wallet["request"]["address"] == who.wallet
    rows = [*wallet["answer"]["data"], *deposit["answer"]["data"]]
    for row in rows:
        for text in (row["from"], row["to"], row["token_info"]["address"]):
            assert parse_identifier(Kind.TRON, text).value == text
    both = [row for row in wallet["answer"]["data"] if row in deposit["answer"]["data"]]
    assert {row["transaction_id"] for row in both} == {
        one.transaction for one in crime_of(seed).onward if one.receiver == who.deposit
    }
    real = [row for row in rows if row["token_info"]["address"] == USDT]
    assert len(real) < len(rows)
    assert [row for row in deposit["answer"]["data"] if row["from"] == who.deposit] == []


@every_seed
def test_spam_comes_from_addresses_that_only_look_alike(seed: int) -> None:
    wallet = json.loads(case(seed).contents()["tron-transfers-wallet.json"])
    spam = [
        row["to"]
        for row in wallet["answer"]["data"]
        if row["value"] == "0" or row["token_info"]["address"] != USDT
    ]
    deposit = case(seed).truth.roles.deposit
    like = [text for text in spam if text[:5] == deposit[:5]]
    assert deposit not in spam
    assert len(like) == 4
    assert {text[-1] for text in like} == {deposit[-1]}


def test_tags_and_rates_name_their_source() -> None:
    contents, who = case(1).contents(), case(1).truth.roles
    tags = list(csv.DictReader(io.StringIO(contents["tags.csv"].decode())))
    by_address = {row["Address"]: row for row in tags}
    assert by_address[who.deposit]["Category"] == "exchange_deposit"
    assert by_address[who.hot_wallet]["Category"] == "exchange_hot_wallet"
    assert all(row["Source"] and row["As of"] for row in tags)
    rates = list(csv.DictReader(io.StringIO(contents["rates.csv"].decode())))
    assert len(rates) == 61
    assert {row["Source"] for row in rates} == {"Example rates desk (invented)"}


def test_a_damaged_address_would_be_seen() -> None:
    address = case(1).truth.roles.wallet
    with pytest.raises(IdentifierError):
        parse_identifier(Kind.TRON, address[:-1] + ("2" if address[-1] != "2" else "3"))
