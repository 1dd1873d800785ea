"""The thread: files to figures to pack through the product's own doors, for several cases."""

from __future__ import annotations

import hashlib
import re
import shutil
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from api.demo.facts import FAMILY_PDF
from api.demo.run import run_demo
from api.errors import UsageError
from api.evidence.replay.replay import main as replay
from graph.model.amounts import Asset
from graph.model.identifiers import Kind, parse_identifier
from tests.api.demo.demo_runs import (
    OUTCOMES,
    RULES,
    Demo,
    claimed,
    demo_in,
    open_bench,
    read_all,
    table,
)
from tests.api.demo.practice import SEEDS, case
from tests.api.demo.text_at import numbers_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from api.demo.scenario import Scenario

BANK, COLLECTOR, RUNNER = (
    "family-bank-statement.csv",
    "mobile-statement-collector.pdf",
    "mobile-statement-runner.pdf",
)
ORDERS, WALLET, DEPOSIT = (
    "exchange-p2p-orders.xlsx",
    "tron-transfers-wallet.json",
    "tron-transfers-deposit.json",
)
WAY = (
    {BANK, COLLECTOR},
    {COLLECTOR, RUNNER},
    {RUNNER, ORDERS},
    {WALLET},
    {WALLET, DEPOSIT},
)
"""Files that tell of each step: ransom, hand-over, purchase, withdrawal, deposit."""
QUICK, USUAL = 2, 6
"""How many of the twenty cases the quick tests take, and every run; ``make campaign`` takes all."""
FIRST_ONLY = pytest.mark.parametrize("demo", [1], indirect=True)


def _marks(seed: int) -> list[pytest.MarkDecorator]:
    return [pytest.mark.slow] * (seed > QUICK) + [pytest.mark.campaign] * (seed > USUAL)


@pytest.fixture(scope="module", params=[pytest.param(s, marks=_marks(s)) for s in SEEDS])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return demo_in(tmp_path_factory.mktemp("demo") / "out", request.param)


def steps(hops: list[Mapping[str, Any]], names: Mapping[str, str]) -> list[list[Mapping[str, Any]]]:
    """Return the hops of each step of the way, which runs on from place to place."""
    found: list[list[Mapping[str, Any]]] = []
    at = ""
    for files in WAY:
        step = [
            h
            for h in hops
            if {names[r["source"]] for r in h["rows"]} == files
            and at in {"", h["from"]}
            and h["to"] != "in the conversion"
        ]
        found.append(step)
        at = step[0]["to"] if step else "nowhere"
    return found


@pytest.mark.parametrize("rule", RULES)
def test_the_ransom_is_followed_from_the_bank_to_the_exchanges_deposit(demo: Demo, rule: str) -> None:
    hops = demo.trace["rules"][rule]["hops"]
    way = steps(hops, demo.names)
    assert all(way), [len(step) for step in way]
    assert way[0][0]["owners"].keys() == {"V1"}
    for step in way:
        assert sum(Fraction(h["traced"]) for h in step) > 0
        assert {h["to"] for h in step} == {step[0]["to"]}
    arrivals = [min(h["at"] for h in step) for step in way]
    assert arrivals == sorted(arrivals)
    deposit = next(p for p in demo.trace["rules"][rule]["holdings"] if p["label"] == way[-1][0]["to"])
    assert deposit["owners"].keys() == {"V1", "V2"}
    assert claimed([deposit]) > Fraction(demo.trace["claim"]["total"]) / 2


def test_the_demo_is_sound_and_says_so(demo: Demo) -> None:
    assert demo.done.sound
    assert demo.done.document["findings"] == []
    assert demo.trace["policy"]["rule"] == "own_first"
    assert demo.done.document["pack"]["fingerprint"] in demo.done.page
    assert max(len(line) for line in demo.done.page.splitlines()) <= 100


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_accounts_for_the_claim_to_the_last_unit_from_its_own_legs(demo: Demo, rule: str) -> None:
    claim = Fraction(demo.trace["claim"]["total"])
    told = demo.trace["rules"][rule]
    places = {"held": told["holdings"], **told["ends"]}
    for name in OUTCOMES:
        assert claimed(places[name]) == Fraction(told[name])
    assert sum(claimed(places[name]) for name in OUTCOMES) == claim
    legs = [r for r in table(demo.folder / "pack" / "data" / "trace" / "legs.csv") if r["rule"] == rule]
    ours = [r for r in legs if not r["owner"].startswith("_")]
    for owner, paid in demo.trace["claim"]["claimants"].items():
        assert sum(Fraction(r["claim"]) for r in ours if r["owner"] == owner) == Fraction(paid)
    for name in OUTCOMES:
        stated = sum((Fraction(r["claim"]) for r in ours if r["outcome"] == name), Fraction(0))
        assert stated == Fraction(told[name])


def amounts_in(text: str) -> list[Fraction]:
    return [Fraction(word.replace(",", "")) for word in re.findall(r"([\d,]+\.\d\d) KES", text)]


def section(demo: Demo, title: str) -> str:
    """Return one section of the page on one line."""
    return " ".join(demo.done.page.partition(title)[2].partition("\n\n")[0].split())


def test_the_page_splits_the_claim_to_the_last_cent_and_no_line_leaves_its_band(demo: Demo) -> None:
    outcomes = "still held|spent or cashed out|fees|swallowed by an overdraft|lost in conversion"
    lines = re.split(rf"(?=(?:{outcomes}) [\d,.]+ KES)", section(demo, "Where the money went"))[1:]
    assert len(lines) >= 10
    assert sum(amounts_in(line)[0] for line in lines) == Fraction(demo.trace["claim"]["total"])
    for line in lines:
        amount, *band = amounts_in(line)
        assert band == [] or band[0] <= amount <= band[1]


def test_the_page_shows_that_the_rule_moves_money_between_the_families(demo: Demo) -> None:
    told = section(demo, "How the families would share it")
    pool = amounts_in(told)[0]
    traced = re.findall(
        r"(?:Traced claims first|The same, traced)[^;]*; [^;]*?KES(?: \([\d,.]+ KES held)?", told
    )
    assert len(traced) == 3
    chosen, *others = map(amounts_in, traced)
    assert sum(chosen) == pool
    for first, second, held in others:
        assert first + second == held
        assert [first, second] != chosen


def test_every_row_of_every_hop_reopens_the_original_where_the_amount_stands(demo: Demo) -> None:
    originals = demo.folder / "pack" / "data" / "originals"
    by_sha = {path.name.partition(".")[0]: path for path in originals.iterdir()}
    rows: dict[tuple[str, str], list[dict[str, str]]] = {}
    for r in table(demo.folder / "pack" / "data" / "ledger" / "rows.csv"):
        rows.setdefault((r["source"], r["locator"]), []).append(r)
    passwords = demo.scenario.facts.passwords
    seen = set()
    for rule in RULES:
        for hop in demo.trace["rules"][rule]["hops"]:
            assert hop["rows"]
            seen |= {(r["source"], r["locator"], r["observation"]) for r in hop["rows"]}
    for source, locator, observation in sorted(seen):
        path = by_sha[source]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == source
        printed = numbers_at(path, locator, passwords.get(demo.names[source], ""))
        for row in rows[source, locator]:
            assert row["observation"] == observation
            assert shown(row["amount"], row["asset"]) & spelled(printed), (locator, row["amount"], printed)
    used = {BANK, COLLECTOR, RUNNER, FAMILY_PDF, ORDERS, WALLET, DEPOSIT}
    assert {demo.names[source] for source, _, _ in seen} == used


def shown(amount: str, asset: str) -> set[str]:
    """Return how an amount may be printed: in whole units, or on chain in base units."""
    units = Fraction(amount) * 10 ** (Asset.from_key(asset).exponent or 0)
    return {str(Fraction(amount)), str(units)} if asset.startswith("tron") else {str(Fraction(amount))}


def spelled(printed: list[str]) -> set[str]:
    found = set()
    for word in printed:
        try:
            found.add(str(Fraction(word)))
        except ValueError:
            continue
    return found


def test_a_leg_that_is_missing_is_missed_by_the_replay(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    legs = sum(map(len, legs_by_rule(demo.folder).values()))
    for lost in range(demo.seed, legs, 80):
        assert replay_without(demo.folder, {lost}, tmp_path / "data") == 1, lost
    assert "leg" in capsys.readouterr().out


@pytest.mark.slow
@FIRST_ONLY
def test_every_leg_of_every_rule_that_is_missing_is_missed(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One leg of each rule at a time: the replay follows every rule by itself and names it."""
    by_rule = legs_by_rule(demo.folder)
    assert sum(map(len, by_rule.values())) > 250
    for at in range(max(map(len, by_rule.values()))):
        lost = {rule: legs[at] for rule, legs in by_rule.items() if at < len(legs)}
        assert replay_without(demo.folder, set(lost.values()), tmp_path / "data") == 1, lost
        lines = capsys.readouterr().out.splitlines()
        assert {line.split()[0] for line in lines if line.endswith("  DIFFERS")} == set(lost), lost


def legs_by_rule(folder: Path) -> dict[str, list[int]]:
    """Return the places of each rule's legs in their table."""
    found: dict[str, list[int]] = {}
    for at, leg in enumerate(table(folder / "pack" / "data" / "trace" / "legs.csv")):
        found.setdefault(leg["rule"], []).append(at)
    return found


def replay_without(folder: Path, lost: set[int], copy: Path) -> int:
    """Replay a pack's tables without some legs."""
    if not copy.exists():
        shutil.copytree(folder / "pack" / "data", copy, ignore=shutil.ignore_patterns("originals"))
    place = "trace/legs.csv"
    head, *lines = (folder / "pack" / "data" / place).read_bytes().splitlines(keepends=True)
    kept = [line for at, line in enumerate(lines) if at not in lost]
    (copy / place).write_bytes(b"".join([head, *kept]))
    try:
        return replay([str(copy)])
    finally:
        (copy / place).write_bytes(b"".join([head, *lines]))


def literals(scenario: Scenario) -> set[str]:
    """Return what must not be read outside the originals: people, numbers, accounts, in every spelling."""
    who = scenario.truth.roles
    found = {who.family_name, who.user, who.merchant}
    account = scenario.contents()[BANK].decode().splitlines()[1].split(";")[1]
    found |= {account, account.lstrip("0")}
    for party in (who.collector, who.runner, who.second_family, who.seller):
        number, _, name = party.partition(" - ")
        assert parse_identifier(Kind.MSISDN, number).value
        found |= {number, f"+{number}", f"0{number[3:]}", number[3:], name}
    return found


def test_no_person_number_or_account_is_readable_outside_the_originals(demo: Demo) -> None:
    forbidden = literals(demo.scenario)
    pack = demo.folder / "pack"
    texts = {
        path.relative_to(pack).as_posix(): path.read_text("utf-8")
        for path in sorted(pack.rglob("*"))
        if path.is_file() and "originals" not in path.parts
    }
    assert {path.rpartition(".")[2] for path in texts} >= {"html", "svg", "csv", "json", "jsonl", "txt"}
    texts |= {"page": demo.done.page, "document": repr(demo.done.document)}
    found = [(path, word) for path, text in texts.items() for word in sorted(forbidden) if word in text]
    assert found == []


def test_reading_twice_and_in_another_order_gives_the_same_content(tmp_path: Path) -> None:
    scenario, versions = case(1), []
    for name, order in (("forwards", 1), ("backwards", -1)):
        files = scenario.write(tmp_path / name / "files")
        with open_bench(tmp_path / name, scenario) as bench:
            assert set(read_all(bench, files[::order])) == {"accepted"}
            versions.append(bench.store.version(bench.scope))
            assert read_all(bench, files[2:3]) == ["duplicate"]
            versions.append(bench.store.version(bench.scope))
    assert len(set(versions)) == 1


@FIRST_ONLY
def test_a_second_run_replaces_the_first_and_says_the_same(demo: Demo, tmp_path: Path) -> None:
    out = shutil.copytree(demo.folder, tmp_path / "out")
    (out / "left over.txt").write_text("of the first run", encoding="utf-8")
    again = run_demo(out, demo.seed)
    assert again.sound
    assert not (out / "left over.txt").exists()
    for part in (demo.folder / "files", out / "files"):
        assert {p.name: p.read_bytes() for p in part.iterdir()} == demo.scenario.contents()
    for code in RULES:
        told, before = again.document["trace"]["rules"][code], demo.trace["rules"][code]
        assert [told[name] for name in OUTCOMES] == [before[name] for name in OUTCOMES]
    assert again.document["allocation"]["schemes"] == demo.done.document["allocation"]["schemes"]


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="no demo"):
        run_demo(tmp_path, 1)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]
