"""Real files through the command line: the verdicts that the issue demands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.api.cli.talking import talk

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.shared
FILES = {
    "ORG_till_paybill.csv": "mobile-money/mpesa-org-portal",
    "ORG_preamble.csv": "mobile-money/mpesa-org-portal",
    "mpesa_transactions.csv": "mobile-money/kifaa-mpesa",
    "trc20_transfers.json": "chain-data/trongrid",
}


@pytest.fixture(scope="module")
def files(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    store = tmp_path_factory.mktemp("shared") / "store"
    paths = [shared_data / folder / name for name, folder in FILES.items()]
    said = talk("--json", "--unmask", "--store", store, "ingest", *paths)
    assert said.code == 0
    text = talk("--store", store, "ingest", *paths)
    assert (text.code, text.out.count("duplicate")) == (0, len(FILES))
    return {f["name"]: f for f in said.document["files"]}


def test_the_portal_statement_reconciles_to_its_closing_balance(files: dict[str, dict[str, Any]]) -> None:
    one = files["ORG_till_paybill.csv"]
    check = one["reconciliation"]
    assert (one["verdict"], one["records"], one["accepted"], one["rejected"]) == ("accepted", 3, 3, [])
    assert (check["verdict"], check["expected"], check["found"]) == ("reconciles", "1100.00", "1100.00")
    assert one["sums"] == {"KES:2": {"in": "5100.00", "out": "4000.00"}}


def test_the_portal_statement_with_missing_balances_names_its_rows(files: dict[str, dict[str, Any]]) -> None:
    check = files["ORG_preamble.csv"]["reconciliation"]
    assert (check["verdict"], check["locator"]) == ("incomplete", "line:4")
    assert check["why"] == "no balance is printed at line:4, line:5"


def test_kifaa_has_no_balance_to_check_and_says_why(files: dict[str, dict[str, Any]]) -> None:
    one = files["mpesa_transactions.csv"]
    assert (one["accepted"], one["reconciliation"]["verdict"]) == (1_030, "none")
    assert "no running balance" in one["reconciliation"]["why"]


def test_chain_transfers_keep_every_decimal(files: dict[str, dict[str, Any]]) -> None:
    one = files["trc20_transfers.json"]
    assert (one["reader"], one["accepted"]) == ("tron", 2)
    assert {asset.rpartition("/")[2]: s for asset, s in one["sums"].items()} == {
        "USDT:6": {"in": "195.170000", "out": "195.170000"},
        "WIN:6": {"in": "1.506542", "out": "1.506542"},
    }
