"""Files that are damaged, hostile or unknown, through the command as it is installed."""

from __future__ import annotations

import gzip
import json
import random
from typing import TYPE_CHECKING

import pytest

from tests.api.cli.talking import Said, spawn
from tests.api.cli.test_receiving import MAPPING
from tests.ingest.tables_made_up import STATEMENT_TEXT
from tests.ingest.test_runner import bomb

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.conftest import Practice

HEAD = b"Date,Details,Ref,Debit,Credit,Balance\n"
NOISE = random.Random(7).randbytes(2000)  # noqa: S311 - made-up bytes
BAD: dict[str, tuple[bytes, str]] = {
    "empty.csv": (b"", "the file is empty"),
    "zeros.csv": (b"\0" * 400, "the file holds no text"),
    "cut.csv.gz": (gzip.compress(STATEMENT_TEXT.encode() * 50)[:-20], "damaged or cut"),
    "noise.pdf": (b"%PDF-1.7\n" + NOISE, ""),
    "bomb.xlsx": (bomb(), "a cell lies beyond any table"),
    "unknown.csv": (b"alpha,beta\n1,2\n3,4\n", ""),
    "endless.csv": (HEAD + b"01/09/2026,a,1,," + b"9" * 60 + b",5\n", "more than 38 digits"),
    "currencies.csv": (HEAD + b"01/09/2026,a,1,,USD 5,5\n", "none of the 1 rows could be read"),
}
ROWS = {
    "formulas.csv": STATEMENT_TEXT.replace("RENT", '=HYPERLINK(""http://x"")'),
    "mixed.csv": STATEMENT_TEXT.replace("400.00", "USD 400.00"),
    "nul-in-a-row.csv": STATEMENT_TEXT.replace("SHOP", "SH\0OP"),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory, practice: Practice) -> Said:
    """Everything bad, and a good file last, in one run."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "bank.yaml").write_text(MAPPING, encoding="utf-8")
    paths: list[Path] = []
    contents = {name: data for name, (data, _) in BAD.items()}
    contents |= {name: text.encode() for name, text in {**ROWS, "good.csv": STATEMENT_TEXT}.items()}
    for name, data in contents.items():
        paths.append(folder / name)
        paths[-1].write_bytes(data)
    (folder / "password").write_text("wrong", encoding="utf-8")
    tables = [p for p in paths if ".csv" in p.suffixes and p.name != "unknown.csv"]
    others = [*(p for p in paths if p not in tables), practice.file("mobile-statement-collector.pdf")]
    place = ("--json", "--unmask", "--store", folder / "store", "ingest")
    first = spawn(*place, *others, "--password-file", folder / "password")
    second = spawn(*place, *tables, "--mapping", folder / "bank.yaml")
    assert (first.code, second.code) == (3, 3)
    files = [*first.document["files"], *second.document["files"]]
    store = spawn("--json", "--store", folder / "store", "store", "verify")
    assert store.document["sound"] is True
    return Said(0, json.dumps(files), first.err + second.err)


def found(said: Said, name: str) -> dict[str, object]:
    (one,) = [f for f in said.document if f["name"] == name]
    assert isinstance(one, dict)
    return one


@pytest.mark.parametrize("name", [*BAD, "mobile-statement-collector.pdf"])
def test_a_bad_file_is_kept_out_with_its_reason(said: Said, name: str) -> None:
    one = found(said, name)
    assert one["verdict"] == "quarantined"
    rejected = one["rejected"]
    assert isinstance(rejected, list)
    assert BAD.get(name, (b"", "password"))[1] in rejected[0]["reason"]
    assert rejected[0]["hint"]


def test_the_good_file_beside_them_goes_on(said: Said) -> None:
    one = found(said, "good.csv")
    assert (one["verdict"], one["accepted"]) == ("accepted", 4)


def test_formulas_are_text(said: Said) -> None:
    one = found(said, "formulas.csv")
    assert (one["verdict"], one["accepted"]) == ("accepted", 4)


@pytest.mark.parametrize("name", ["mixed.csv", "nul-in-a-row.csv"])
def test_a_bad_row_is_kept_out_and_the_rest_goes_on(said: Said, name: str) -> None:
    one = found(said, name)
    assert one["verdict"] in {"partial", "accepted"}
    rejected, accepted = one["rejected"], one["accepted"]
    assert isinstance(rejected, list)
    assert isinstance(accepted, int)
    assert len(rejected) + accepted == one["records"] == 4
    assert all(r["locator"] and r["reason"] for r in rejected)


def test_nothing_but_the_sum_is_said_on_stderr(said: Said) -> None:
    assert [line.split(" files,")[0] for line in said.err.splitlines()] == ["4 of 4", "9 of 9"]
