"""``ingest`` and ``sources``: the contract's shapes, masking, file names that want to act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.cli.talking import talk
from tests.ingest.tables_made_up import STATEMENT_TEXT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.conftest import Practice

FILE = {
    "path", "name", "sha256", "reader", "verdict", "batch", "records", "accepted", "rejected", "left_out",
    "sums", "reconciliation", "statements", "assumptions",
}  # fmt: skip
CHECK = {"verdict", "statement", "locator", "expected", "found", "why"}
MAPPING = """\
shape: statement
institution: EXAMPLE
header: [Date, Details, Ref, Debit, Credit, Balance]
when: {columns: [Date], formats: ["%d/%m/%Y"], zone: Africa/Nairobi}
account: {value: "0001112223"}
amount: {paid_in: Credit, paid_out: Debit}
asset: {code: KES}
balance: Balance
ref: Ref
text: [Details]
"""


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    path = tmp_path / "statement.csv"
    path.write_text(STATEMENT_TEXT, encoding="utf-8")
    (tmp_path / "bank.yaml").write_text(MAPPING, encoding="utf-8")
    return path


def test_a_receipt_is_what_the_contract_says(statement: Path, tmp_path: Path) -> None:
    place = ("--store", tmp_path / "store", "--case", "KE-1", "--json")
    options = ("--mapping", tmp_path / "bank.yaml", "--supplier", "Example Bank", "--received", "2026-11-03")
    said = talk(*place, "ingest", statement, *options)
    assert said.code == 0, said
    assert set(said.document) == {"files"}
    (found,) = said.document["files"]
    assert set(found) == FILE
    label = f"file {found['sha256'][:6]}….csv"
    assert (found["path"], found["reader"], found["verdict"]) == (label, "mapped_table", "accepted")
    assert (found["records"], found["accepted"], found["rejected"], found["left_out"]) == (4, 4, [], [])
    assert found["sums"] == {"KES:2": {"in": "3000.50", "out": "400.50"}}
    assert set(found["reconciliation"]) == CHECK
    check = found["reconciliation"]
    assert (check["verdict"], check["locator"], check["expected"], check["found"]) == (
        "reconciles", "line:5", "2600.00", "2600.00",
    )  # fmt: skip
    assert found["statements"] == [check]
    listed = talk(*place, "sources").document["sources"]
    assert [(s["name"], s["supplier"], s["received"]) for s in listed] == [
        (label, "Example Bank", "2026-11-03")
    ]
    (named,) = talk(*place, "--unmask", "sources").document["sources"]
    assert named["name"] == "statement.csv"
    again = talk(*place, "ingest", statement, *options)
    assert (again.code, again.document["files"][0]["verdict"]) == (0, "duplicate")
    assert again.document["files"][0]["batch"] == found["batch"]


def test_a_rejected_row_and_a_break_are_named_with_place_and_figures(tmp_path: Path, statement: Path) -> None:
    text = STATEMENT_TEXT.replace("03/09/2026", "31/02/2026").replace('"2,600.50"', '"2,600.75"')
    statement.write_text(text, encoding="utf-8")
    line = ("ingest", "--dry-run", statement, "--mapping", tmp_path / "bank.yaml")
    (found,) = talk("--json", *line).document["files"]
    assert found["verdict"] == "partial"
    assert [set(r) for r in found["rejected"]] == [{"locator", "reason", "hint"}]
    assert found["rejected"][0]["locator"] == "line:5"
    check = found["reconciliation"]
    assert (check["verdict"], check["locator"]) == ("breaks", "line:4")
    assert (check["expected"], check["found"]) == ("2600.50", "2600.75")
    assert "statement.csv" not in talk(*line).out
    said = talk("--unmask", *line)
    assert said.code == 0
    assert "statement.csv line:5: rejected: " in said.out
    assert "statement.csv line:4: balance breaks, expected 2600.50, found 2600.75" in said.out


def test_a_dry_run_needs_and_leaves_no_store(statement: Path, tmp_path: Path) -> None:
    store = tmp_path / "none"
    said = talk("--store", store, "ingest", "--dry-run", statement, "--mapping", tmp_path / "bank.yaml")
    assert said.code == 0
    assert not store.exists()


def test_the_last_line_of_talk_has_rows_rate_and_rejected(statement: Path, tmp_path: Path) -> None:
    line = ("ingest", "--dry-run", statement, "--mapping", tmp_path / "bank.yaml")
    told = talk(*line).err
    assert told.startswith("1 of 1 files, 4 rows, ")
    assert " rows/s, 0 rejected, " in told
    assert told.count("\n") == 1
    assert talk("--quiet", *line).err == ""


def test_identifiers_of_a_dry_run_are_masked_unless_asked_for(practice: Practice, tmp_path: Path) -> None:
    wallet = next(iter(practice.facts.names)).rpartition(":")[2]
    password = tmp_path / "password"
    password.write_text(practice.facts.passwords["mobile-statement-collector.pdf"] + "\n", encoding="utf-8")
    pdf = practice.file("mobile-statement-collector.pdf")
    line = ("--json", "ingest", "--dry-run", pdf, "--password-file", password)
    masked, shown = talk(*line), talk("--unmask", *line)
    assert masked.document["files"][0]["verdict"] == "accepted"
    assert masked.document["files"][0]["reconciliation"]["statement"] == f"••{wallet[-4:]}"
    for spelling in (wallet, wallet[1:], "0" + wallet[4:]):
        assert spelling not in masked.out
    assert wallet in shown.out


HOSTILE = ["two\nlines.csv", "\x1b[31mred\x1b[0m.csv", "pay\u202evsc.csv", "[bold]x.csv", "\x9b2J.csv"]


def test_hostile_file_names_are_printed_harmlessly_and_kept_whole(statement: Path, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in HOSTILE]
    for number, path in enumerate(paths):
        path.write_text(STATEMENT_TEXT.replace("RENT", f"RENT {number}"), encoding="utf-8")
    place = ("--unmask", "--store", tmp_path / "store")
    said = talk(*place, "ingest", *paths, "--mapping", tmp_path / "bank.yaml")
    assert said.code == 0
    listed, document = talk(*place, "sources"), talk(*place, "sources", "--json")
    for text in (said.out, said.err, listed.out, document.out):
        assert [c for c in text if not c.isprintable() and c != "\n"] == []
    assert len(listed.out.splitlines()) == 1 + len(HOSTILE)
    assert sorted(s["name"] for s in document.document["sources"]) == sorted(HOSTILE)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--as", "mapped"], "no such reader"),
        (["--mapping", "nothing"], "no such mapping"),
        (["--received", "last week"], "no such date"),
        (["--option", "zone"], "an option reads NAME=VALUE"),
        (["--password-file", "nowhere"], "Invalid value for '--password-file'"),
    ],
)
def test_wrong_options_change_nothing(options: list[str], what: str, statement: Path, tmp_path: Path) -> None:
    said = talk("--json", "--store", tmp_path / "store", "ingest", statement, *options)
    assert said.code == 2
    assert what in said.error["what"]
    assert said.error["hint"]
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("text", ["[1, 2", "- a\n- b\n", "\x00\x01"])
def test_a_mapping_that_is_none_is_a_usage_error(text: str, statement: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    said = talk("ingest", "--dry-run", statement, "--mapping", tmp_path / "bad.yaml")
    assert said.code == 2
    assert "mapping" in said.err


def test_a_folder_and_a_missing_file_are_told_and_the_good_one_goes_on(
    statement: Path, tmp_path: Path
) -> None:
    mapping = ("--mapping", tmp_path / "bank.yaml")
    paths = (tmp_path, tmp_path / "gone.csv", statement)
    said = talk("--json", "--store", tmp_path / "store", "ingest", *paths, *mapping)
    assert said.code == 3
    first, second, third = said.document["files"]
    assert "a folder, not a file" in first["rejected"][0]["reason"]
    assert "No such file" in second["rejected"][0]["reason"]
    assert third["verdict"] == "accepted"


def test_sources_of_an_empty_case_say_so(practice: Practice) -> None:
    said = talk("--store", practice.store, "--case", "OTHER", "sources")
    assert (said.code, said.out.split(";")[0]) == (0, "no sources in case OTHER")
