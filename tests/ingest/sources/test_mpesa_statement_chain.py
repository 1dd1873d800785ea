"""The chain of balances: whatever the print does to order, the solution replays; a change is found."""

from __future__ import annotations

import random
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from ingest.mpesa.chain import Step, solve
from ingest.mpesa.columns import Columns, Line, lines_of, table_head
from ingest.mpesa.pages import Page, Word
from ingest.mpesa.table import HEAD_INSIDE, TableReader
from ingest.mpesa.verdict import Numbering

GROUPS = st.lists(st.lists(st.integers(-50_000, 50_000), min_size=1, max_size=4), min_size=1, max_size=12)


def printed(groups: list[list[int]], seed: int, *, newest_first: bool, repeat: bool) -> list[Step]:
    """Print groups of rows, each of one receipt and second, in any order within the group."""
    shuffle = random.Random(seed)  # noqa: S311 - an order, no secret
    out, balance = [], 1_000_000
    for n, moves in enumerate(groups):
        after = [balance := balance + move for move in moves]
        shown = [after[-1]] * len(after) if repeat and n % 2 else after
        steps = [Step(f"R{n}", n, move, seen) for move, seen in zip(moves, shown, strict=True)]
        shuffle.shuffle(steps)
        out.append(steps)
    rows = [step for steps in out for step in steps]
    return [step for steps in reversed(out) for step in steps] if newest_first else rows


@given(GROUPS, st.integers(0, 99), st.booleans(), st.booleans())
def test_any_print_of_a_true_statement_chains(
    groups: list[list[int]], seed: int, newest_first: bool, repeat: bool
) -> None:
    steps = printed(groups, seed, newest_first=newest_first, repeat=repeat)
    found = solve(steps)
    assert found.breaks == ()
    assert sorted(found.order) == list(range(len(steps)))
    assert found.opening is not None
    running = found.opening
    for position in found.order:
        running += -steps[position].units if position in found.flipped else steps[position].units
        if position not in found.repeated:
            assert steps[position].balance == running
    assert running == found.closing


@given(GROUPS, st.integers(0, 99), st.booleans())
def test_receipts_stay_together_in_time(groups: list[list[int]], seed: int, newest_first: bool) -> None:
    steps = printed(groups, seed, newest_first=newest_first, repeat=False)
    found = solve(steps)
    receipts = [key for key, _ in groupby(steps[p].receipt for p in found.order)]
    assert len(receipts) == len(set(receipts))


@given(st.lists(st.integers(1, 50_000), min_size=4, max_size=20), st.integers(1, 9_999), st.data())
def test_a_changed_amount_is_found_at_its_row(moves: list[int], by: int, data: st.DataObject) -> None:
    steps = printed([[move] for move in moves], 0, newest_first=False, repeat=False)
    at = data.draw(st.integers(1, len(steps) - 2))
    steps[at] = Step(steps[at].receipt, steps[at].lo, steps[at].units + by, steps[at].balance)
    (found,) = solve(steps).breaks
    assert found.at == at
    assert found.expected - found.found == by


def test_balances_that_start_late_still_give_the_opening() -> None:
    found = solve([Step("A", 1, 100, None), Step("B", 2, -30, None), Step("C", 3, 5, 1075)])
    assert (found.opening, found.closing, found.breaks) == (1000, 1075, ())


def test_no_balance_at_all_is_no_chain() -> None:
    found = solve([Step("A", 1, 100, None), Step("B", 2, -30, None)])
    assert (found.opening, found.closing) == (None, None)
    assert solve([]).order == ()


def test_only_rows_that_may_be_turned_are_turned() -> None:
    steps = [Step("A", 1, 0, 50), Step("B", 2, -100, 150, may_flip=True), Step("C", 3, 10, 160)]
    assert solve(steps).flipped == {1}
    fixed = [steps[0], Step("B", 2, -100, 150), steps[2]]
    assert (solve(fixed).flipped, len(solve(fixed).breaks)) == (frozenset(), 1)


def test_missing_page_numbers() -> None:
    pages = Numbering({1: 1, 2: 2, 3: 5}, 6)
    assert (pages.missing, pages.between(2, 3), pages.between(1, 2)) == ((3, 4, 6), (3, 4), ())
    assert Numbering({}, 0).missing == ()


TITLES = ("Receipt", "Completion", "Details", "Transaction", "Paid", "Withdrawn", "Balance")
LEFT = (36.0, 98.0, 182.0, 350.0, 412.0, 462.0, 512.0)


def words(top: float, *cells: str) -> list[Word]:
    return [
        Word(text, x, x + 5 * len(text), top, 7.0, "Helvetica")
        for text, x in zip(cells, LEFT, strict=False)
        if text
    ]


def test_titles_in_two_lines_make_one_head() -> None:
    second = [
        Word("No.", 36, 50, 109, 7, "H"),
        Word("Time", 98, 120, 109, 7, "H"),
        Word("Status", 350, 372, 109, 7, "H"),
    ]
    found = table_head(lines_of([*words(100, *TITLES), *second]), 0)
    assert found == (Columns(LEFT, found[0].right if found else ()), 2)


def test_amounts_without_a_gap_are_parted() -> None:
    fused = Word("-1,000.0012,345.00", 400, 490, 100, 7, "H")
    (line,) = lines_of([fused])
    assert [word.text for word in line.words] == ["-1,000.00", "12,345.00"]
    assert line == Line(100, line.words)


def test_a_head_inside_the_rows_is_marked() -> None:
    first = words(120, "TAA00001PX", "2026-02-03", "Airtime", "Completed", "", "5.00", "10.00")
    second = words(160, "TAA00002PX", "2026-02-04", "Airtime", "Completed", "", "5.00", "5.00")
    page = Page(1, 1, (*words(100, *TITLES), *first, *words(140, *TITLES), *second), pictures=False)
    sheet = TableReader().read(page)
    assert [row.marks for row in sheet.rows] == [[], [HEAD_INSIDE]]


def test_details_that_go_on_below_the_next_pages_head_belong_to_the_row_before() -> None:
    reader = TableReader()
    row = words(120, "TAA00001PX", "2026-02-03", "Airtime", "Completed", "", "5.00", "10.00")
    sheet = reader.read(Page(1, 2, (*words(100, *TITLES), *row), pictures=False))
    rest = words(112, "", "", "Purchase")
    after = words(130, "TAA00002PX", "2026-02-04", "Other", "Completed", "", "5.00", "5.00")
    other = reader.read(Page(2, 2, (*words(100, *TITLES), *rest, *after), pictures=False))
    assert sheet.rows[0].cell("details") == "Airtime Purchase"
    assert [one.cell("details") for one in other.rows] == ["Other"]
