"""Saved TRC-20 histories: exact, each transfer once whoever tells of it, poison kept and marked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from graph.model.identifiers.tron import hex_form
from ingest.source import Head
from ingest.sources.tron import SOURCE
from tests.ingest.sources.practice_answers import (
    START,
    USDT,
    address,
    answer,
    asked,
    entry,
    saved,
    transaction,
)
from tests.ingest.sources.practice_statements import Whole, place_of, read_whole

if TYPE_CHECKING:
    from pathlib import Path

KEY = f"tron:{USDT}/USDT:6"


def read(folder: Path, value: Any) -> Whole:
    return read_whole(SOURCE, saved(folder, value))


def test_a_transfer_is_read_exactly(tmp_path: Path) -> None:
    (row,) = read(tmp_path, answer(entry(1))).rows
    assert (row["debit"], row["credit"]) == (f"tron::{address('A')}", f"tron::{address('B')}")
    assert (int(row["amount"]), row["asset"], row["digits"]) == (1_500_000, KEY, None)
    assert (row["lo"], row["hi"]) == ((START + 3_000) * 1_000, (START + 3_001) * 1_000)
    assert row["rail"] == f"tron:{transaction(1)}:{USDT}:{address('A')}:{address('B')}:1500000:0"
    assert (row["status"], row["kind"], row["ref"], row["statement"]) == (
        "completed",
        "principal",
        transaction(1),
        None,
    )
    assert place_of(row) == "pointer:/data/0"


def test_addresses_of_every_form_are_one(tmp_path: Path) -> None:
    form = hex_form(address("A"))
    entries = [
        entry(n, **{"from": text})
        for n, text in enumerate([address("A"), form, f"0x{form}", f"0x{form[2:]}"])
    ]
    whole = read(tmp_path, answer(*entries))
    assert {row["debit"] for row in whole.rows} == {f"tron::{address('A')}"}
    assert len(whole.rows) == 4


def test_order_is_block_time_then_place_in_the_file(tmp_path: Path) -> None:
    whole = read(tmp_path, answer(entry(3), entry(2), entry(1), entry(1, value="7")))
    assert [row["seq"] for row in whole.rows] == [3, 2, 0, 1]


def test_look_alikes_and_nothing_are_kept_and_marked(tmp_path: Path) -> None:
    fake = address("fake contract")
    whole = read(tmp_path, answer(
        entry(1, contract=fake),
        entry(2, contract=fake, token={"symbol": "USD\u0422", "name": ""}),
        entry(3, contract=fake, token={"symbol": "GIFT", "name": "Tether  USD"}),
        entry(4, value="0"),
        entry(5, contract=fake, value="0"),
        entry(6, contract=fake, token={"symbol": "WIN", "name": "Example"}),
        entry(7),
    ))  # fmt: skip
    look, zero = "look-alike token", "zero value (poisoning?)"
    assert [row["mark"] for row in whole.rows] == [look, look, look, zero, f"{look}; {zero}", None, None]
    assert whole.rows[0]["asset"] != KEY


def test_what_moves_nothing_is_listed_as_left_out(tmp_path: Path) -> None:
    whole = read(tmp_path, answer(entry(1), entry(2, type="Approval"), entry(3, type="Blacklist")))
    assert [(r.locator, r.reason) for r in whole.left_out] == [
        ("pointer:/data/1", "Approval moves nothing"),
        ("pointer:/data/2", "type 'Blacklist' is not read"),
    ]
    assert (whole.records, len(whole.rows)) == (3, 1)


def test_an_amount_beyond_38_digits_is_kept_as_digits(tmp_path: Path) -> None:
    value = str(10**60)
    whole = read(tmp_path, answer(entry(1, value=value), entry(2, value=str(10**38 - 1))))
    assert (whole.rows[0]["amount"], whole.rows[0]["digits"]) == (None, value)
    assert (int(whole.rows[1]["amount"]), whole.rows[1]["digits"]) == (10**38 - 1, None)
    assert [(r.locator, r.raw) for r in whole.left_out] == [("pointer:/data/0", value)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": 1500000}, "value is not an integer string"),
        ({"value": 1.5}, "value is not an integer string"),
        ({"value": "1.5"}, "value is not an integer string"),
        ({"value": "1e6"}, "value is not an integer string"),
        ({"value": "-5"}, "value is not an integer string"),
        ({"value": ""}, "value is not an integer string"),
        ({"value": "\uff11"}, "value is not an integer string"),
        ({"value": None}, "value is not an integer string"),
        ({"value": str(2**256)}, "value is larger than a contract can hold (256 bit)"),
        ({"value": "9" * 5000}, "value is larger than a contract can hold (256 bit)"),
        ({"to": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u"}, "no valid TRON address"),
        ({"from": ""}, "from is missing or no text"),
        ({"transaction_id": "abc"}, "a transaction hash is 32 bytes in hexadecimal"),
        ({"block_timestamp": "1770000000000"}, "block_timestamp is no whole number of milliseconds"),
        ({"block_timestamp": 1.77e12}, "block_timestamp is no whole number of milliseconds"),
        ({"block_timestamp": 10**20}, "Unix time outside 1970 to 2100"),
        ({"type": None}, "type is missing or no text"),
        ({"token_info": None}, "no token_info: which token it was is not known"),
        ({"token": {"decimals": "6"}}, "decimals is no number from 0 to 255"),
        ({"token": {"decimals": True}}, "decimals is no number from 0 to 255"),
        ({"token": {"decimals": 7}}, "one contract with two numbers of decimals"),
        ({"contract": "T123"}, "no valid TRON address"),
    ],
)
def test_a_bad_entry_is_rejected_at_its_place_and_the_rest_goes_on(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    whole = read(tmp_path, answer(entry(1), entry(2, **change), entry(3)))
    assert [(r.locator, r.reason) for r in whole.rejected] == [("pointer:/data/1", reason)]
    assert len(whole.rows) == 2


def test_unknown_decimals_stay_unknown(tmp_path: Path) -> None:
    (row,) = read(tmp_path, answer(entry(1, token={"decimals": None}))).rows
    assert row["asset"] == f"tron:{USDT}/USDT:?"


def test_a_key_that_stands_twice_rejects_its_entry_only(tmp_path: Path) -> None:
    text = json.dumps(answer(entry(1), entry(2))).replace(
        '"value": "1500000"}]', '"value": "1", "value": "2"}]'
    )
    whole = read(tmp_path, text)
    assert [(r.locator, r.reason) for r in whole.rejected] == [("pointer:/data/1", "a key stands twice")]
    assert len(whole.rows) == 1


def test_nan_is_no_amount(tmp_path: Path) -> None:
    text = json.dumps(answer(entry(1), entry(2, value=float("nan"))))
    assert [r.reason for r in read(tmp_path, text).rejected] == ["value is not an integer string"]


def test_hostile_symbols_do_no_harm(tmp_path: Path) -> None:
    tokens = ["\ud800", "\u202eTDSU", "x" * 10_000, "", 7, "a:b/c%{a}"]
    entries = [
        entry(n, contract=address(f"c{n}"), token={"symbol": s, "name": s}) for n, s in enumerate(tokens)
    ]
    whole = read(tmp_path, answer(*entries))
    assert len(whole.rows) == len(tokens)
    assert max(len(row["asset"]) for row in whole.rows) < 300


def test_sniffing_knows_answers_and_leaves_other_json() -> None:
    def confidence(value: Any) -> int:
        start = json.dumps(value).encode()
        return SOURCE.sniff(Head("a.json", len(start), start)).confidence

    assert confidence(answer(entry(1))) == 95
    assert confidence([asked(answer(entry(1)))]) == 95
    assert confidence(asked(answer())) == 70
    assert confidence({"data": []}) == 0
    assert confidence({"jsonrpc": "2.0", "result": [{"topics": [], "data": "0x"}]}) == 0
    assert SOURCE.sniff(Head("a.pdf", 5, b"%PDF-")).confidence == 0


def test_the_shared_answer_is_read(shared_data: Path) -> None:
    whole = read_whole(SOURCE, shared_data / "chain-data/trongrid/trc20_transfers.json")
    assert [(int(r["amount"]), r["asset"].rsplit("/")[-1]) for r in whole.rows] == [
        (1506542, "WIN:6"),
        (195170000, "USDT:6"),
    ]
    assert (whole.rejected, whole.left_out, whole.records) == ([], [], 2)
