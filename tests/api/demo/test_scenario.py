from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from api.demo.scenario import Scenario
from tests.api.demo.practice import SEEDS, case
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DIGEST = """
import hashlib
from api.demo.scenario import Scenario
files = Scenario.make(3).contents()
print(hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest())
"""


@pytest.mark.parametrize("without_crime", [False, True])
def test_the_same_seed_gives_the_same_bytes(without_crime: bool) -> None:
    first = Scenario.make(3, without_crime=without_crime)
    assert first.contents() == Scenario.make(3, without_crime=without_crime).contents()
    assert first.facts == case(3, without_crime=without_crime).facts


def test_another_run_of_python_gives_the_same_bytes() -> None:
    told = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", DIGEST], capture_output=True, text=True, check=True, env=environment
        )
        told.append(done.stdout)
    assert told[0] == told[1]


def test_another_seed_gives_another_case() -> None:
    first, second = case(1).contents(), case(2).contents()
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] == second[name]] == []


def test_files_are_written_as_listed(tmp_path: Path) -> None:
    files = case(1).write(tmp_path / "in")
    assert [one.path.name for one in files] == [one.name for one in files]
    assert {one.path.name: one.path.read_bytes() for one in files} == case(1).contents()
    assert all(one.supplier and one.authority and one.received for one in files)
    locked = {one.name: one.password for one in files if one.password}
    assert locked == dict(case(1).facts.passwords)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_background_is_the_same_with_and_without_the_crime(seed: int) -> None:
    real, plain = case(seed), case(seed, without_crime=True)
    assert plain.truth.crime is None
    assert (plain.facts.claimants, plain.facts.stated, plain.facts.bank_reference) == ((), (), "")
    assert {r.reference for r in plain.bank} < {r.reference for r in real.bank}
    for there, here in ((plain.collector, real.collector), (plain.runner, real.runner)):
        assert {line.receipt for line in there.lines} < {line.receipt for line in here.lines}
        assert there.lines[0] == here.lines[0]
    assert set(plain.orders) < set(real.orders)
    assert set(plain.histories.wallet) < set(real.histories.wallet)
    assert set(plain.histories.deposit) < set(real.histories.deposit)
    assert (plain.rates, plain.tags) == (real.rates, real.tags)


def test_without_the_crime_nothing_leads_from_file_to_file() -> None:
    plain = case(1, without_crime=True)
    shown = plain.contents()
    receipts = {line.receipt for line in plain.collector.lines}
    assert receipts.isdisjoint({line.receipt for line in plain.runner.lines})
    assert receipts.isdisjoint({order.receipt for order in plain.orders})
    assert plain.truth.roles.wallet.encode() not in shown["tron-transfers-deposit.json"]
    assert plain.truth.roles.deposit.encode() not in shown["tron-transfers-wallet.json"]


def test_facts_name_what_the_files_print() -> None:
    scenario = case(1)
    facts, shown = scenario.facts, scenario.contents()
    assert facts.bank_reference.encode() in shown["family-bank-statement.csv"]
    assert facts.withdrawal.encode() in shown["tron-transfers-wallet.json"]
    printed = {line.receipt: line for line in scenario.collector.lines}
    assert printed[facts.receipt].details.startswith("Business Payment from 300600 - EXAMPLE BANK")
    assert printed[facts.second_receipt].details.startswith("Funds received from")
    assert [one.seed for one in facts.claimants] == [
        f"V1={facts.bank_reference}",
        f"V2={facts.second_receipt}",
    ]
    assert [(one.kind, one.subject, one.object) for one in facts.stated] == [
        ("same_event", facts.bank_reference, facts.receipt),
        ("paid_for", facts.withdrawal, facts.user),
    ]


def test_every_file_says_that_it_is_invented() -> None:
    shown = case(1).contents()
    for name in ("family-bank-statement.csv", "rates.csv", "tags.csv"):
        assert b"invented" in shown[name]
