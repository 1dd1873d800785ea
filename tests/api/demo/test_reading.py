"""The real readers read the practice files whole, through the saved mappings."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from api.demo.facts import COLLECTOR_PDF, FAMILY_PDF, file_list
from graph.model.provenance import Balance
from ingest.errors import PasswordError
from ingest.source import Head, Options
from ingest.sources import mapped_table, mpesa_statement, tron
from tests.api.demo.practice import case, crime_of

if TYPE_CHECKING:
    from pathlib import Path

    from api.demo.facts import DemoFile
    from ingest.source import Reading

READERS: dict[str, Any] = {m.SOURCE.code: m.SOURCE for m in (mapped_table, mpesa_statement, tron)}


def readings(one: DemoFile) -> list[Reading]:
    source = hashlib.sha256(one.path.read_bytes()).hexdigest()
    return list(READERS[one.reader].read(one.path, Options(source, password=one.password)))


def rows_of(found: list[Reading]) -> list[dict[str, Any]]:
    return [row for one in found if one.rows is not None for row in one.rows.to_pylist()]


def facts_of(found: list[Reading]) -> list[dict[str, Any]]:
    return [fact for one in found if one.facts is not None for fact in one.facts.to_pylist()]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Reading]]:
    return {one.name: readings(one) for one in case(1).write(tmp_path_factory.mktemp("in"))}


@pytest.mark.parametrize("seed", [1, 2, 7])
@pytest.mark.parametrize("without_crime", [False, True])
def test_everything_is_read_and_every_statement_reconciles(
    seed: int, without_crime: bool, tmp_path: Path
) -> None:
    verdicts = {}
    for one in case(seed, without_crime=without_crime).write(tmp_path):
        found = readings(one)
        assert [reject for reading in found for reject in reading.rejected] == []
        assert [left for reading in found for left in reading.left_out] == []
        verdicts[one.name] = {r.verdict for reading in found for r in reading.reconciliation}
    statements = ("family-bank-statement.csv", COLLECTOR_PDF, "mobile-statement-runner.pdf", FAMILY_PDF)
    assert {name: verdicts[name] for name in statements} == {
        name: {Balance.RECONCILES} for name in statements
    }


def test_one_reader_is_surest_of_each_file(tmp_path: Path) -> None:
    for one in case(1).write(tmp_path):
        raw = one.path.read_bytes()
        sure = {
            code: r.sniff(Head(one.name, len(raw), raw[: 1 << 18])).confidence for code, r in READERS.items()
        }
        assert max(sure, key=lambda code: sure[code]) == one.reader
        assert sum(confidence == max(sure.values()) for confidence in sure.values()) == 1


def test_a_saved_mapping_fits_each_table(read: dict[str, list[Reading]]) -> None:
    for one in file_list(case(1).facts):
        if one.mapping:
            assert {r.assumptions["mapping"] for r in read[one.name]} == {f"{one.mapping} (saved or given)"}


def test_the_emailed_statement_is_locked(tmp_path: Path) -> None:
    one = next(f for f in case(1).write(tmp_path) if f.password)
    with pytest.raises(PasswordError):
        list(mpesa_statement.SOURCE.read(one.path, Options("ab" * 32)))


def test_the_rail_joins_both_statements_and_the_orders(read: dict[str, list[Reading]]) -> None:
    done = crime_of(1)

    def told(name: str) -> set[tuple[Any, ...]]:
        return {
            (row["rail"], row["debit"], row["credit"], row["amount"], row["asset"])
            for row in rows_of(read[name])
            if row["kind"] == "principal" and row["rail"]
        }

    paying, receiving = told(COLLECTOR_PDF), told("mobile-statement-runner.pdf")
    assert {rail for rail, *_ in paying & receiving} == {f"mpesa:{one.receipt}" for one in done.handed_on}
    ordered = told("exchange-p2p-orders.xlsx")
    assert {rail for rail, *_ in receiving & ordered} == {f"mpesa:{one.receipt}" for one in done.purchases}
    chain = told("tron-transfers-wallet.json") & told("tron-transfers-deposit.json")
    assert len(chain) == 2


def test_the_bank_does_not_name_the_wallet_it_paid(read: dict[str, list[Reading]]) -> None:
    reference = case(1).facts.bank_reference
    rows = [row for row in rows_of(read["family-bank-statement.csv"]) if row["ref"] == reference]
    assert [row["credit"].partition(":")[0] for row in rows] == ["unknown"]
    assert [row["debit"] for row in rows] == ["account:EXAMPLE_BANK:0100200304471"]


def test_the_user_is_called_as_the_facts_call_it(read: dict[str, list[Reading]]) -> None:
    done, facts = crime_of(1), case(1).facts
    rows = rows_of(read["exchange-p2p-orders.xlsx"])
    bought = {row["obs"] for row in rows if row["rail"] in {f"mpesa:{one.receipt}" for one in done.purchases}}
    tokens = [row for row in rows if row["obs"] in bought and row["asset"].startswith("tron:")]
    assert {row["credit"] for row in tokens} == {facts.user}
    assert sum(int(row["amount"]) for row in tokens) == sum(one.quantity for one in done.purchases)
    named = {key for row in rows for key in (row["debit"], row["credit"])}
    named |= {key for name in read for row in rows_of(read[name]) for key in (row["debit"], row["credit"])}
    assert set(facts.names) <= named


def test_one_asset_runs_through_orders_chain_and_rates(read: dict[str, list[Reading]]) -> None:
    orders = {row["asset"] for row in rows_of(read["exchange-p2p-orders.xlsx"])}
    chain = {row["asset"] for row in rows_of(read["tron-transfers-deposit.json"])}
    rates = [json.loads(fact["fields"]) for fact in facts_of(read["rates.csv"])]
    assert {rate["base"] for rate in rates} == chain
    assert {rate["quote"] for rate in rates} | chain == orders


def test_histories_are_known_to_be_whole(read: dict[str, list[Reading]]) -> None:
    for name in ("wallet", "deposit"):
        facts = [json.loads(f["fields"]) for f in facts_of(read[f"tron-transfers-{name}.json"])]
        assert facts
        assert all(fact["complete"] is True for fact in facts)
    marks = {row["mark"] for row in rows_of(read["tron-transfers-wallet.json"])}
    assert {"look-alike token", "zero value (poisoning?)"} <= marks
