"""Every form of place is found again in the original: the line, cells, row, element, value or log itself."""

from __future__ import annotations

import gzip
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import xlwt
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

from api.casework.reopening import Printed, printed_at
from graph.model.locators import Cell, ChainLog, Line, Locator, PageRow, Place, Pointer, XPath

if TYPE_CHECKING:
    from pathlib import Path

TX, OTHER = "0x" + "ab" * 32, "0x" + "cd" * 32
REPORT = """<?xml version="1.0"?>
<report{attributes}>
  <rentity_id>7</rentity_id>
  <transaction><transactionnumber>T-1</transactionnumber></transaction>
  <transaction><transactionnumber>T-2</transactionnumber></transaction>
  <transaction>
    <transactionnumber>T-3</transactionnumber>
    <from_person><first_name>Ann</first_name></from_person>
  </transaction>
</report>
"""


def log(transaction: str, number: int, amount: int) -> dict[str, Any]:
    return {
        "topics": [],
        "transactionHash": transaction,
        "logIndex": hex(number),
        "data": hex(amount),
    }


PAGE: list[dict[str, Any]] = [
    {"page": "evm 1", "chain": 1},
    {
        "request": {"method": "eth_getLogs", "params": []},
        "answer": {"result": [log(OTHER, 0, 1), log(TX, 1, 21), log(TX, 2, 22)]},
    },
    {
        "request": {"method": "eth_getBlockByNumber", "params": []},
        "answer": {"result": {"number": "0x7", "transactions": [{"hash": TX, "value": "0x63"}]}},
    },
]


def lines(documents: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(one) + "\n" for one in documents)


def printed(folder: Path, content: str | bytes, place: Place, *members: str, reference: str = "") -> Printed:
    path = folder / "original"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return printed_at(path, str(Locator(place, members)), reference)


def here(found: Printed) -> list[tuple[str, str]]:
    assert found.why == ""
    return [(line.number, line.text) for line in found.lines if line.here]


def value(found: Printed) -> Any:
    return json.loads("\n".join(text for _, text in here(found)))


def test_a_line_with_its_neighbours(tmp_path: Path) -> None:
    found = printed(tmp_path, "".join(f"row {n}\n" for n in range(1, 10)), Line(5))
    assert here(found) == [("5", "row 5")]
    assert [line.number for line in found.lines] == ["3", "4", "5", "6", "7"]


def test_a_line_of_a_packed_file_and_of_a_member(tmp_path: Path) -> None:
    assert here(printed(tmp_path, gzip.compress(b"a\nb\nc\n"), Line(2))) == [("2", "b")]
    with zipfile.ZipFile(tmp_path / "original", "w") as archive:
        archive.writestr("in!side.csv", "a\nb\nc\n")
    assert here(printed(tmp_path, (tmp_path / "original").read_bytes(), Line(3), "in!side.csv")) == [
        ("3", "c")
    ]


def test_cells_with_the_names_of_their_columns(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("Orders!")
    for row in (["Date", "Amount"], ["1 May", 10], ["2 May", 20], ["3 May", 30], ["4 May", 40]):
        sheet.append(row)
    book.save(tmp_path / "original")
    found = printed(tmp_path, (tmp_path / "original").read_bytes(), Cell("Orders!", 4, 1))
    assert here(found) == [("4", "3 May | 30")]
    assert [line.number for line in found.lines] == ["1", "3", "4", "5"]


def test_cells_of_a_workbook_of_before_2007(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Orders")
    rows: list[list[str | int]] = [["Date", "Amount"], ["1 May", 10], ["2 May", 20]]
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    book.save(str(tmp_path / "original"))
    found = printed(tmp_path, (tmp_path / "original").read_bytes(), Cell("Orders", 3, 1))
    assert here(found) == [("3", "2 May | 20")]


def test_the_row_of_a_page_that_prints_the_reference(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "original"))
    canvas.showPage()
    for n in range(1, 9):
        canvas.drawString(72, 800 - 20 * n, f"RECEIPT{n} paid {n}.00")
    canvas.save()
    raw = (tmp_path / "original").read_bytes()
    found = printed(tmp_path, raw, PageRow(2, 4), reference="RECEIPT4")
    assert here(found) == [("4", "RECEIPT4 paid 4.00")]
    assert [line.number for line in found.lines] == ["2", "3", "4", "5", "6"]


@pytest.mark.parametrize("attributes", ["", ' xmlns="http://example.org/goaml"'])
def test_the_third_transaction_of_a_report_with_and_without_a_namespace(
    tmp_path: Path, attributes: str
) -> None:
    report = REPORT.format(attributes=attributes)
    text = [text for _, text in here(printed(tmp_path, report, XPath("/report/transaction[3]")))]
    assert "T-3" in "".join(text)
    assert not {"T-1", "T-2"} & set("".join(text).replace("<", ">").split(">"))
    found = here(printed(tmp_path, report, XPath("/report/transaction[3]/from_person/first_name")))
    assert [(number, "Ann" in text) for number, text in found] == [("8", True)]


def test_an_element_of_a_report_on_one_line_is_laid_out(tmp_path: Path) -> None:
    names = "".join(
        f"<transaction><comments>{'x' * 90}{n}</comments><a/><b/></transaction>" for n in range(9)
    )
    long = f"<report><transaction><comments>{'y' * 390}</comments><c>last</c></transaction>{names}</report>"
    text = [text.strip() for _, text in here(printed(tmp_path, long, XPath("/report/transaction[1]")))]
    assert text[0] == "<transaction>"
    assert text[-2:] == ["<c>last</c>", "</transaction>"]


def test_an_attribute_and_a_place_that_is_not_there(tmp_path: Path) -> None:
    report = REPORT.format(attributes=' rentity="7"')
    assert here(printed(tmp_path, report, XPath("/report/@rentity"))) == [("2", "7")]
    assert printed(tmp_path, report, XPath("/report/transaction[4]")).why == "nothing"


def test_a_value_of_a_document(tmp_path: Path) -> None:
    document = json.dumps({"data": [{"a/b": 1}, {"a/b": {"value": "10"}}]})
    assert value(printed(tmp_path, document, Pointer("/data/1/a~1b"))) == {"value": "10"}
    assert value(printed(tmp_path, json.dumps([["x"], ["y"]]), Pointer("/1/0"))) == "y"
    assert value(printed(tmp_path, json.dumps({"0": "own key"}), Pointer("/0"))) == "own key"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_value_of_json_lines_is_on_its_physical_line(tmp_path: Path, pack: Any) -> None:
    page = pack(b"\n" + lines(PAGE).encode())
    found = printed(tmp_path, page, Pointer("/2/answer/result/2"))
    assert value(found) == log(TX, 2, 22)
    assert {line.number for line in found.lines} == {"3"}
    found = printed(tmp_path, page, Pointer("/3/answer/result/transactions/0"))
    assert value(found) == {"hash": TX, "value": "0x63"}


def test_a_page_of_one_line_is_json_lines_too(tmp_path: Path) -> None:
    assert value(printed(tmp_path, lines(PAGE[:1]), Pointer("/0/chain"))) == 1
    assert printed(tmp_path, lines(PAGE), Pointer("/9")).why == "nothing"
    assert printed(tmp_path, lines(PAGE), Pointer("/1/answer/error")).why == "nothing"
    assert printed(tmp_path, lines(PAGE[:1]), Pointer("/0/chain/1")).why == "nothing"
    assert printed(tmp_path, json.dumps({"data": []}), Pointer("/data/0")).why == "nothing"
    assert printed(tmp_path, "no JSON", Pointer("/data/0")).why == "unreadable"


@pytest.mark.parametrize("content", [lines(PAGE), json.dumps(PAGE), gzip.compress(lines(PAGE).encode())])
def test_the_log_of_a_transaction_and_not_its_neighbour(tmp_path: Path, content: str | bytes) -> None:
    for number in (1, 2):
        found = printed(tmp_path, content, ChainLog("1", TX, number))
        assert value(found) == log(TX, number, 20 + number)
    assert value(printed(tmp_path, content, ChainLog("1", TX.upper().replace("X", "x"), 2))) == log(TX, 2, 22)


def test_a_row_without_a_log_shows_the_transaction(tmp_path: Path) -> None:
    assert value(printed(tmp_path, lines(PAGE), ChainLog("1", TX, 9))) == {"hash": TX, "value": "0x63"}
    assert printed(tmp_path, lines(PAGE), ChainLog("1", OTHER, 9)).why == "nothing"


def test_logs_of_table_exporters_and_of_tables(tmp_path: Path) -> None:
    exported = [{"type": "log", "transaction_hash": TX, "log_index": n} for n in (3, 4)]
    assert value(printed(tmp_path, lines(exported), ChainLog("1", TX, 4))) == exported[1]
    table = f"hash,log\n{OTHER},1\n{TX},2\n"
    assert here(printed(tmp_path, table, ChainLog("1", TX, 2))) == [("3", f"{TX},2")]
