"""Pages, overlaps and outer forms: nothing doubled, nothing lost, and what is known to be whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import UnreadableError
from ingest.sources.tron import SOURCE
from ingest.tron import answers as saved_answers
from ingest.tron import histories
from tests.ingest.sources.practice_answers import START, USDT, address, answer, asked, entry, saved
from tests.ingest.sources.practice_statements import Whole, place_of, read_whole

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, value: Any) -> Whole:
    return read_whole(SOURCE, saved(folder, value))


def rails(whole: Whole) -> list[str]:
    return sorted(row["rail"] for row in whole.rows)


def head(whole: Whole) -> dict[str, Any]:
    (fact,) = whole.facts_of("statement")
    fields: dict[str, Any] = json.loads(fact["fields"])
    return fact | fields


def test_equal_transfers_of_one_transaction_are_two(tmp_path: Path) -> None:
    whole = read(tmp_path, answer(entry(1), entry(1)))
    assert [rail.rsplit(":", 1)[1] for rail in rails(whole)] == ["0", "1"]


def test_equal_transfers_parted_by_a_page_break_are_two(tmp_path: Path) -> None:
    pages = [
        asked(answer(entry(2), entry(1), following="f1")),
        asked(answer(entry(1), entry(0)), fingerprint="f1"),
    ]
    assert len(read(tmp_path, pages).rows) == 4
    bare = [page["answer"] for page in pages]
    assert len(read(tmp_path, bare).rows) == 4


def test_pages_that_overlap_double_nothing(tmp_path: Path) -> None:
    one = asked(answer(entry(3), entry(2), entry(2)), max_timestamp=START + 9_000)
    other = asked(answer(entry(2), entry(2), entry(1)), max_timestamp=START + 6_000)
    whole = read(tmp_path, [one, other])
    assert len(whole.rows) == 4
    assert [(r.locator, r.reason) for r in whole.left_out] == [
        ("pointer:/1/answer/data/0", "the same transfer as pointer:/0/answer/data/1, told again"),
        ("pointer:/1/answer/data/1", "the same transfer as pointer:/0/answer/data/2, told again"),
    ]
    assert len(read(tmp_path, [one, one]).rows) == 3
    bare = [one["answer"], other["answer"]]
    assert rails(read(tmp_path, bare)) == rails(whole)


def test_two_parties_histories_tell_of_one_transfer_once(tmp_path: Path) -> None:
    whole = read(tmp_path, [asked(answer(entry(1))), asked(answer(entry(2, "B", "C"), entry(1)), "B")])
    assert len(whole.rows) == 2
    assert [row["statement"] for row in whole.rows] == [f"tron::{address('A')}", f"tron::{address('B')}"]


def test_the_same_transfer_has_the_same_rail_in_both_parties_files(tmp_path: Path) -> None:
    of_a = read(tmp_path, asked(answer(entry(2, "A", "C"), entry(1), entry(1))))
    of_b = read(tmp_path, asked(answer(entry(1), entry(1), entry(0, "C", "B")), "B"))
    assert len(set(rails(of_a)) & set(rails(of_b))) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.integers(1, 6), st.booleans())
def test_page_size_never_changes_what_is_read(
    tmp_path: Path, blocks: list[int], size: int, wrapped: bool
) -> None:
    entries = [entry(n) for n in sorted(blocks, reverse=True)]
    parts = [entries[n : n + size] for n in range(0, len(entries), size)]
    pages = []
    for n, part in enumerate(parts):
        page = answer(*part, following=f"f{n}" if n + 1 < len(parts) else "")
        pages.append(asked(page, **({"fingerprint": f"f{n - 1}"} if n else {})) if wrapped else page)
    assert rails(read(tmp_path, pages)) == rails(read(tmp_path, answer(*entries)))


def test_forms_of_the_file_give_equal_transfers(tmp_path: Path) -> None:
    pages = [answer(entry(2), entry(1)), answer(entry(4), entry(3))]
    lines = "\n".join(json.dumps(page) for page in pages) + "\n"
    of_lines, of_array = read(tmp_path, lines), read(tmp_path, pages)
    assert of_lines.rows == of_array.rows
    assert [place_of(row) for row in of_lines.rows][2] == "pointer:/1/data/0"
    indented = read(tmp_path, json.dumps(pages[0], indent=2))
    assert rails(indented) == rails(read(tmp_path, pages[0]))
    assert rails(read(tmp_path, "\ufeff" + json.dumps(pages[0]))) == rails(indented)


def test_a_whole_history_is_known_to_be_whole(tmp_path: Path) -> None:
    fact = head(read(tmp_path, asked(answer(entry(1)), max_timestamp=START + 60_000)))
    assert fact["subject"] == f"tron::{address('A')}"
    assert (fact["lo"], fact["hi"]) == (START * 1_000, (START + 60_001) * 1_000)
    assert (fact["asset"], fact["complete"], fact["confirmed_only"]) == (f"tron:{USDT}/USDT:6", True, True)
    assert place_of(fact) == "pointer:/request"


@pytest.mark.parametrize(
    "pages",
    [
        [asked(answer(entry(1), following="f1"))],
        [asked(answer(entry(1)), fingerprint="f0")],
        [asked(answer(entry(1), entry(2, value="x")))],
    ],
    ids=["the last page is missing", "the first page is missing", "an entry was rejected"],
)
def test_a_part_is_not_taken_for_the_whole(tmp_path: Path, pages: list[dict[str, Any]]) -> None:
    assert head(read(tmp_path, pages))["complete"] is False


def test_a_history_reaches_no_further_than_the_answer(tmp_path: Path) -> None:
    fact = head(read(tmp_path, asked(answer(), max_timestamp=START + 10**12)))
    assert fact["hi"] == (START + 10**9 + 1) * 1_000
    assert (fact["asset"], fact["contract"]) == ("", USDT)


def test_a_bare_answer_claims_no_history(tmp_path: Path) -> None:
    whole = read(tmp_path, answer(entry(1)))
    assert whole.facts == []
    assert "no account's history is known to be whole" in whole.assumptions["account"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "not JSON"),
        ('{"data": [', "not JSON at line 1, column 11"),
        ("[]", "the file holds no answer"),
        ("[" * 100_000, "nested too deep"),
        ('{"data": 5}', "no list called data"),
        ('{"success": false, "error": "rate limit", "data": []}', "the service refused: rate limit"),
        ('{"data": [], "data": [], "success": true}', "a key stands twice"),
        ('{"data": [' + "9" * 5000 + "]}", "thousands of digits"),
    ],
)
def test_what_is_no_answer_is_unreadable(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(UnreadableError, match=what):
        read(tmp_path, text)


def test_other_encodings_are_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_bytes(json.dumps(answer(entry(1))).encode("utf-16"))
    with pytest.raises(UnreadableError, match="not UTF-8"):
        read_whole(SOURCE, path)


def test_a_request_without_an_address_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="names no TRON address"):
        read(tmp_path, asked(answer(entry(1)), address="nobody"))


def test_a_cut_last_line_is_rejected_at_its_line(tmp_path: Path) -> None:
    whole = read(tmp_path, json.dumps(answer(entry(1))) + "\n\n" + json.dumps(answer(entry(2)))[:-30])
    assert [r.locator for r in whole.rejected] == ["line:3"]
    assert len(whole.rows) == 1


def test_limits_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "MAX_ENTRIES", 1)
    with pytest.raises(UnreadableError, match="too many entries"):
        read(tmp_path, answer(entry(1), entry(2)))
    monkeypatch.setattr(saved_answers, "MAX_JSON", 100)
    with pytest.raises(UnreadableError, match="too large for one JSON text"):
        read(tmp_path, answer(entry(1)))
