"""Saved node answers: exact, each movement once, poison kept and marked, failures paid for."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from graph.model.amounts import Asset
from graph.model.identifiers import Identifier
from ingest.errors import UnreadableError
from ingest.source import Head
from ingest.sources.evm import SOURCE
from tests.ingest.evm.practice_blocks import (
    START,
    USDT,
    address,
    asked,
    block,
    coin_page,
    log,
    logs_page,
    name,
    page,
    receipt,
    saved,
    token_answers,
    topic,
    transaction,
    word,
)
from tests.ingest.sources.practice_statements import Whole, place_of, read_whole

if TYPE_CHECKING:
    from pathlib import Path

KEY = f"ethereum:{USDT}/USDT:6"
ZERO = "0x" + "0" * 40
ETH = "ethereum:/ETH:18"


def read(folder: Path, lines: list[Any], **values: str) -> Whole:
    return read_whole(SOURCE, saved(folder, lines), **values)


def marks(whole: Whole) -> list[str | None]:
    return [row["mark"] for row in whole.rows]


def own(key: str) -> bool:
    """Say whether an end is of one row alone."""
    return Identifier.from_key(key).kind.value == "unknown"


def test_a_token_transfer_is_read_exactly(tmp_path: Path) -> None:
    (row,) = read(tmp_path, logs_page(log(index=3))).rows
    assert (row["debit"], row["credit"]) == (f"evm::{address('A')}", f"evm::{address('B')}")
    assert (int(row["amount"]), row["asset"], row["digits"]) == (1_500_000, KEY, None)
    assert (row["lo"], row["hi"]) == ((START + 60) * 10**6, (START + 61) * 10**6)
    assert row["rail"] == f"evm:1:{name('t')}:3"
    assert place_of(row) == f"chain:1,tx:{name('t')},log:3"
    assert (row["status"], row["kind"], row["channel"], row["ref"], row["mark"]) == (
        "completed", "principal", "erc20", name("t"), None,
    )  # fmt: skip


def test_an_asset_is_chain_and_contract_with_the_exponent_that_the_contract_gave(tmp_path: Path) -> None:
    other = address("18 decimals")
    lines = page(
        asked(
            "eth_getLogs", [{}], [log(), log(index=1, address=other), log(index=2, address=address("silent"))]
        ),
        *token_answers(),
        *token_answers(other, "WIN", "", 18),
        {
            "request": {"method": "eth_call", "params": [{"to": address("silent"), "data": "0x313ce567"}]},
            "answer": {"error": {"code": 3, "message": "execution reverted"}},
        },
    )
    whole = read(tmp_path, lines)
    assets = [Asset.from_key(row["asset"]) for row in whole.rows]
    assert [(a.contract, a.exponent) for a in assets] == [(USDT, 6), (other, 18), (address("silent"), None)]
    assert marks(whole) == [None, None, "decimals not known"]
    assert whole.rejected == []


def test_look_alikes_shared_symbols_and_nothing_are_kept_and_marked(tmp_path: Path) -> None:
    fake, homoglyph, named, one, two = map(address, ("fake", "homoglyph", "named", "one", "two"))
    lines = page(
        asked("eth_getLogs", [{}], [
            log(index=n, address=contract)
            for n, contract in enumerate((USDT, fake, homoglyph, named, one, two))
        ] + [log(index=6, data="0x" + word(0))]),
        *token_answers(),
        *token_answers(fake, "USDT"),
        *token_answers(homoglyph, "USD\u0422"),
        *token_answers(named, "GIFT", "Tether  USD"),
        *token_answers(one, "CUP"),
        *token_answers(two, "cup"),
    )  # fmt: skip
    shared = "symbol shared with another contract"
    look = "look-alike token"
    assert marks(read(tmp_path, lines)) == [None, look, look, look, shared, shared, "zero value (poisoning?)"]


def test_minted_and_burnt_tokens_come_from_and_go_to_nobody(tmp_path: Path) -> None:
    from_nobody = [log()["topics"][0], topic(ZERO), topic(address("B"))]
    to_nobody = [log()["topics"][0], topic(address("A")), topic(ZERO)]
    mint, burn, again = read(
        tmp_path,
        logs_page(log(topics=from_nobody), log(index=1, topics=to_nobody), log(index=2, topics=from_nobody)),
    ).rows
    assert (mint["mark"], burn["mark"]) == ("minted", "burnt")
    assert own(mint["debit"])
    assert own(burn["credit"])
    assert mint["debit"] != again["debit"]


def test_tokens_that_exist_once_are_facts_without_an_amount(tmp_path: Path) -> None:
    topics = [*log()["topics"], "0x" + word(894)]
    whole = read(tmp_path, logs_page(log(topics=topics, data="0x")))
    assert whole.rows == []
    (fact,) = whole.facts
    assert (fact["kind"], fact["subject"], fact["object"]) == (
        "tag", f"evm::{address('A')}", f"evm::{address('B')}",
    )  # fmt: skip
    fields = json.loads(fact["fields"])
    assert (fields["category"], fields["contract"], fields["token"]) == ("non-fungible transfer", USDT, "894")
    assert place_of(fact) == f"chain:1,tx:{name('t')},log:0"


def test_what_is_not_read_is_listed_or_counted(tmp_path: Path) -> None:
    single = "0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62"
    whole = read(
        tmp_path,
        logs_page(
            log(topics=[single, *log()["topics"]]),
            log(index=1, topics=log()["topics"][:1], data="0x" + word(1) * 3),
            log(index=2, removed=True),
            log(index=3, topics=["0x" + word(9)]),
            log(index=4, topics=[]),
        ),
    )
    assert [r.reason.split(":")[0] for r in whole.left_out] == [
        "an ERC-1155 transfer",
        "a Transfer with fields that are not indexed",
        "taken back by a reorganisation of the chain",
    ]
    assert whole.assumptions["other events"] == "2 logs of other events, which state no transfer"
    assert (whole.records, whole.rows) == (3, [])


def test_an_amount_beyond_38_digits_is_kept_as_digits(tmp_path: Path) -> None:
    most = 2**256 - 1
    whole = read(tmp_path, logs_page(log(data="0x" + word(most)), log(index=1, data="0x" + word(10**38 - 1))))
    assert [(r["amount"], r["digits"]) for r in whole.rows[:1]] == [(None, str(most))]
    assert int(whole.rows[1]["amount"]) == 10**38 - 1
    assert [r.raw for r in whole.left_out] == [str(most)]


def test_a_log_told_twice_is_read_once_and_one_told_otherwise_is_rejected(tmp_path: Path) -> None:
    whole = read(tmp_path, logs_page(log(), log(), log(data="0x" + word(2))))
    assert [int(r["amount"]) for r in whole.rows] == [1_500_000]
    assert [r.locator for r in whole.rejected] == ["pointer:/2/answer/result/2"]
    assert "told otherwise" in whole.rejected[0].reason
    assert "1 movements stand in the file more than once" in whole.assumptions["told again"]


def test_a_log_of_another_block_than_the_header_is_rejected(tmp_path: Path) -> None:
    whole = read(tmp_path, logs_page(log(blockHash=name("another")), log(index=1)))
    assert (len(whole.rows), [r.reason for r in whole.rejected]) == (
        1, ["of another block than the header of that number"],
    )  # fmt: skip


def test_two_blocks_of_one_number_make_both_doubtful(tmp_path: Path) -> None:
    lines = logs_page(log())
    lines.insert(2, asked("eth_getBlockByNumber", ["0x5", False], block(5, hash=name("uncle"))))
    whole = read(tmp_path, lines)
    assert (whole.rows, len(whole.rejected)) == ([], 1)
    lines = logs_page(log())
    lines.insert(2, asked("eth_getBlockByNumber", ["0x6", False], block(6, parentHash=name("uncle"))))
    assert read(tmp_path, lines).rows == []


def test_coin_and_fee_of_a_transaction_are_two_legs_of_one_observation(tmp_path: Path) -> None:
    fee, value = read(tmp_path, coin_page([transaction()], [receipt()])).rows
    assert fee["obs"] == value["obs"]
    assert place_of(value) == "pointer:/1/answer/result/transactions/0"
    assert (fee["kind"], int(fee["amount"]), fee["asset"]) == ("fee", 21_000 * 2 * 10**9, ETH)
    assert (value["kind"], int(value["amount"]), value["asset"]) == ("principal", 7 * 10**18, ETH)
    assert own(fee["credit"])
    assert value["credit"] == f"evm::{address('B')}"
    assert (fee["rail"], value["rail"]) == (f"evm:1:{name('t')}:fee", f"evm:1:{name('t')}:value")
    assert fee["seq"] < value["seq"]


def test_a_failed_transaction_moves_nothing_and_pays_its_fee(tmp_path: Path) -> None:
    fee, value = read(tmp_path, coin_page([transaction()], [receipt(status="0x0")])).rows
    assert (fee["status"], value["status"]) == ("completed", "failed")
    assert fee["mark"] == value["mark"] == "failed transaction"


@pytest.mark.parametrize(("gas", "status"), [(90_000, "pending"), (89_999, "completed")])
def test_old_receipts_do_not_say_whether_a_transaction_succeeded(
    gas: int, status: str, tmp_path: Path
) -> None:
    old = receipt(gasUsed=hex(gas))
    del old["status"]
    assert read(tmp_path, coin_page([transaction()], [old])).rows[1]["status"] == status


def test_fees_for_blobs_and_for_the_chain_below_are_in_the_fee(tmp_path: Path) -> None:
    paid = receipt(blobGasUsed=hex(131_072), blobGasPrice=hex(3), l1Fee=hex(17))
    fee = read(tmp_path, coin_page([transaction()], [paid])).rows[0]
    assert int(fee["amount"]) == 21_000 * 2 * 10**9 + 131_072 * 3 + 17


def test_a_created_contract_receives_the_value(tmp_path: Path) -> None:
    made = receipt(contractAddress=address("made"))
    value = read(tmp_path, coin_page([transaction(to=None)], [made])).rows[1]
    assert value["credit"] == f"evm::{address('made')}"


def test_a_transaction_without_its_receipt_is_rejected(tmp_path: Path) -> None:
    whole = read(tmp_path, coin_page([transaction(), transaction(tx="u", index=1)], [receipt()]))
    assert [r.locator for r in whole.rejected] == ["pointer:/1/answer/result/transactions/1"]
    assert whole.rejected[0].hint == "fetch receipts as well"


def test_logs_of_receipts_are_read_like_logs(tmp_path: Path) -> None:
    lines = coin_page([transaction(value="0x0")], [receipt(logs=[log()])], *token_answers())
    fee, moved = read(tmp_path, lines).rows
    assert (fee["kind"], moved["asset"], place_of(moved)) == (
        "fee", KEY, f"chain:1,tx:{name('t')},log:0",
    )  # fmt: skip
    assert fee["seq"] < moved["seq"]


def test_withdrawals_of_validators_are_in_billionths_of_the_coin(tmp_path: Path) -> None:
    entry = {"index": "0x7", "validatorIndex": "0x1", "address": address("V"), "amount": hex(45_762_059)}
    lines = coin_page([], [])
    lines[1]["answer"]["result"]["withdrawals"] = [entry]
    (row,) = read(tmp_path, lines).rows
    assert (int(row["amount"]), row["rail"]) == (45_762_059 * 10**9, "evm:1:withdrawal:7")
    assert own(row["debit"])


def flat(at: list[int], giver: str, taker: str, value: int, **changes: Any) -> dict[str, Any]:
    action = {"callType": "call", "from": address(giver), "to": address(taker), "value": hex(value)}
    placed = {"blockNumber": 5, "blockHash": name("block 5"), "transactionPosition": 0}
    found = {**placed, "type": "call", "traceAddress": at, "transactionHash": name("t"), "action": action}
    return {**found, **changes}


def test_value_inside_a_transaction_is_read_from_flat_traces(tmp_path: Path) -> None:
    delegated = flat([2], "B", "E", 9)
    delegated["action"]["callType"] = "delegatecall"
    traces = [
        flat([], "A", "B", 7 * 10**18),
        flat([0], "B", "C", 5),
        flat([1], "B", "D", 6, error="Reverted"),
        flat([1, 0], "D", "E", 4),
        delegated,
        {"type": "reward", "action": {"author": address("M"), "value": "0x1"}, "blockNumber": 5},
    ]
    lines = coin_page([transaction()], [receipt()], asked("trace_block", ["0x5"], traces))
    rows = [r for r in read(tmp_path, lines).rows if r["channel"] == "internal"]
    assert [(r["debit"], r["credit"], int(r["amount"])) for r in rows] == [
        (f"evm::{address('B')}", f"evm::{address('C')}", 5)
    ]
    assert rows[0]["rail"] == f"evm:1:{name('t')}:trace:0"
    assert place_of(rows[0]) == "pointer:/3/answer/result/1"


def test_value_inside_a_transaction_is_read_from_a_tree_of_calls(tmp_path: Path) -> None:
    def call(giver: str, taker: str, value: int, *calls: Any, **changes: Any) -> dict[str, Any]:
        ends = {"from": address(giver), "to": address(taker)}
        return {"type": "CALL", **ends, "value": hex(value), "calls": list(calls), **changes}

    tree = call(
        "A", "B", 7 * 10**18,
        call("B", "C", 5, call("C", "D", 2)),
        call("B", "D", 6, call("D", "E", 4), error="execution reverted"),
        call("B", "E", 9, type="CALLCODE"),
    )  # fmt: skip
    traced = asked("debug_traceBlockByNumber", ["0x5", {}], [{"txHash": name("t"), "result": tree}])
    whole = read(tmp_path, coin_page([transaction()], [receipt()], traced))
    rows = [r for r in whole.rows if r["channel"] == "internal"]
    assert [(int(r["amount"]), place_of(r)) for r in rows] == [
        (5, "pointer:/3/answer/result/0/result/calls/0"),
        (2, "pointer:/3/answer/result/0/result/calls/0/calls/0"),
    ]
    assert [r["rail"].partition(":trace:")[2] for r in rows] == ["0", "0.0"]


def test_a_page_says_what_was_asked_and_never_that_a_history_is_whole(tmp_path: Path) -> None:
    question = {"addresses": [address("A")], "contracts": [USDT], "traces": False, "whole": False}
    whole = read(tmp_path, logs_page(log(), question=question, unread=["coin"]))
    (fact,) = whole.facts
    fields = json.loads(fact["fields"])
    assert (fact["kind"], fact["subject"]) == ("statement", f"evm::{address('A')}")
    assert (fields["complete"], fields["whole_in_window"], fields["assets"]) == (False, False, [KEY])
    assert (fact["lo"], fact["hi"]) == (whole.rows[0]["lo"], whole.rows[0]["hi"])
    assert whole.rows[0]["statement"] == f"evm::{address('A')}"
    assert "coin" in whole.assumptions["not read"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"data": "0x"}, "data is not one 256-bit number"),
        ({"data": "0x0"}, "data is no hexadecimal text"),
        ({"data": 5}, "data is no hexadecimal text"),
        ({"address": "0x12"}, "an EVM address is 0x and 40 hexadecimal digits"),
        ({"transactionHash": None}, "hash is no hexadecimal text"),
        ({"logIndex": "-1"}, "logIndex is no quantity"),
        ({"logIndex": True}, "logIndex is no quantity"),
        ({"blockNumber": "5"}, "blockNumber is no quantity"),
        ({"topics": [log()["topics"][0], "0x" + "f" * 64, topic(ZERO)]}, "a topic holds no address"),
        ({"topics": "0x"}, "the log has no topics"),
    ],
)
def test_a_log_that_cannot_be_one_is_rejected_with_its_place(
    change: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    whole = read(tmp_path, logs_page(log(index=1), log(**change)))
    assert [(r.locator, r.reason) for r in whole.rejected] == [("pointer:/2/answer/result/1", reason)]
    assert len(whole.rows) == 1


def test_the_chain_is_stated_by_the_file_or_by_the_officer(tmp_path: Path) -> None:
    bare = [{"jsonrpc": "2.0", "id": 1, "result": [log()]}]
    (row,) = read(tmp_path, bare, chain="137").rows
    assert (Asset.from_key(row["asset"]).chain, row["rail"].split(":")[1]) == ("polygon", "137")
    with pytest.raises(UnreadableError, match="does not say of which chain"):
        read(tmp_path, bare)
    with pytest.raises(UnreadableError, match="two chains"):
        read(tmp_path, logs_page(log()), chain="137")


def test_without_block_times_an_instant_is_all_the_time_there_was(tmp_path: Path) -> None:
    (row,) = read(tmp_path, [{"jsonrpc": "2.0", "id": 1, "result": [log()]}], chain="1").rows
    assert row["lo"] == 1_438_269_973 * 10**6
    assert row["hi"] - row["lo"] > 80 * 365 * 86_400 * 10**6
    assert row["mark"] == "decimals not known; the block's time is not in the file"


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"a": 1}', "{", "\x1f\x8b"])
def test_what_is_no_answer_is_refused_whole_or_by_item(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UnreadableError):
        list(read_whole(SOURCE, path, chain="1").rows)


def test_a_line_that_is_cut_is_rejected_and_the_others_are_read(tmp_path: Path) -> None:
    path = saved(tmp_path, logs_page(log()))
    path.write_text(path.read_text(encoding="utf-8") + '{"request": {"meth', encoding="utf-8")
    whole = read_whole(SOURCE, path)
    assert (len(whole.rows), [r.hint for r in whole.rejected]) == (1, ["the line is cut or damaged"])


def expected_transfers(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "expected_token_transfers.json").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.shared
def test_two_blocks_of_ethereum_give_the_transfers_that_others_decoded(shared_data: Path) -> None:
    folder = shared_data / "chain-data" / "ethereum-17173049"
    whole = read_whole(SOURCE, folder / "expected_logs.json.gz", chain="1")
    assert (len(whole.rows), len(whole.facts), whole.rejected) == (282, 9, [])

    def told(
        contract: str, giver: str, taker: str, units: int, tx: str, index: int, time: int
    ) -> tuple[Any, ...]:
        return contract.lower(), giver.lower(), taker.lower(), units, tx, index, time

    fungible = {
        told(
            Asset.from_key(row["asset"]).contract,
            _literal(row["debit"]),
            _literal(row["credit"]),
            int(row["amount"] if row["amount"] is not None else row["digits"]),
            row["ref"],
            row["a"],
            row["lo"] // 10**6,
        )
        for row in whole.rows
    }
    unique = set()
    for fact in whole.facts:
        fields = json.loads(fact["fields"])
        ends = (_literal(fact["subject"]), _literal(fact["object"]))
        when = fact["lo"] // 10**6
        unique.add(
            told(fields["contract"], *ends, int(fields["token"]), fields["transaction"], fact["a"], when)
        )
    with gzip.open(folder / "expected_logs.json.gz") as file:
        four = {
            (one["transaction_hash"], one["log_index"])
            for one in map(json.loads, file)
            if len(one["topics"]) == 4
        }
    expected = [
        told(
            t["token_address"], t["from_address"], t["to_address"], t["value"], t["transaction_hash"],
            t["log_index"], t["block_timestamp"],
        )
        for t in expected_transfers(folder)
    ]  # fmt: skip
    assert fungible == {t for t in expected if (t[4], t[5]) not in four}
    # The others' decode puts the number of a unique token where an amount stands; here it is no amount.
    assert {u[:3] + u[4:] for u in unique} == {t[:3] + t[4:] for t in expected if (t[4], t[5]) in four}


def _literal(key: str | None) -> str:
    if key is None:
        return ZERO
    found = Identifier.from_key(key)
    return ZERO if found.kind.value == "unknown" else found.value


@pytest.mark.shared
def test_two_blocks_of_ethereum_give_coin_fees_and_failures(shared_data: Path) -> None:
    path = shared_data / "chain-data" / "ethereum-17173049" / "expected_transactions.json.gz"
    with gzip.open(path) as file:
        given = [json.loads(line) for line in file]
    whole = read_whole(SOURCE, path, chain="1")
    assert whole.rejected == []
    paid = {r["ref"]: int(r["amount"]) for r in whole.rows if r["kind"] == "fee"}
    moved = {(r["ref"], r["status"]): int(r["amount"]) for r in whole.rows if r["kind"] == "principal"}
    assert paid == {t["hash"]: t["receipt_gas_used"] * t["receipt_effective_gas_price"] for t in given}
    status = {1: "completed", 0: "failed"}
    assert moved == {(t["hash"], status[t["receipt_status"]]): t["value"] for t in given if t["value"]}
    assert Counter(t["receipt_status"] for t in given)[0] > 0


@pytest.mark.shared
def test_a_bare_answer_gives_the_transfers_that_others_decoded(shared_data: Path) -> None:
    folder = shared_data / "chain-data" / "erc20-rpc" / "block_with_transfers"
    path = folder / "web3_response.eth_getFilterLogs_0x0.json"
    raw = path.read_bytes()
    assert SOURCE.sniff(Head(path.name, len(raw), raw)).confidence > 90
    whole = read_whole(SOURCE, path, chain="1")
    found = [
        {
            "token_address": Asset.from_key(row["asset"]).contract.lower(),
            "from_address": _literal(row["debit"]).lower(),
            "to_address": _literal(row["credit"]).lower(),
            "value": str(row["amount"]),
            "transaction_hash": row["ref"],
            "log_index": str(row["a"]),
            "block_number": str(row["seq"] >> 32),
        }
        for row in whole.rows
    ]
    with (folder / "expected_token_transfers.csv").open(encoding="utf-8", newline="") as file:
        assert found == list(csv.DictReader(file))


@pytest.mark.shared
def test_withdrawals_of_exported_blocks_are_read(shared_data: Path) -> None:
    path = shared_data / "chain-data" / "ethereum-17173049" / "expected_blocks.json"
    given = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    whole = read_whole(SOURCE, path, chain="1")
    assert [int(r["amount"]) for r in whole.rows] == [
        w["amount"] * 10**9 for b in given for w in b["withdrawals"]
    ]
