"""What a rail guarantees is joined, whatever the order of arrival; nothing else is."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from graph.model.provenance import observation_id
from tests.graph.stores.ledger.evidence import (
    ANN,
    BEN,
    CAT,
    DAY,
    MASKED,
    File,
    close,
    links_of,
    row,
    store_with,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RECEIPT, UETR = "mpesa:TZZ0000AAA", "uetr:00000000-0000-4000-8000-00000000000a"
UNKNOWN = "unknown:s#line%3A1:x"


def place(file: File, line: int) -> str:
    return observation_id(file.source.sha256, f"line:{line}")


def joined(tmp_path: Path, files: Sequence[File]) -> set[tuple[str, str, str]]:
    """Return the links as (name:line, name:line, rule), the same for every order of arrival."""
    names = {place(f, r["a"]): f"{f.name}:{r['a']}" for f in files for r in f.told}
    found = []
    orders = list(permutations(files))
    for n, order in enumerate(orders if len(orders) <= 2 else [orders[0], orders[-1], orders[3]]):
        writer = store_with(tmp_path / str(n), order)
        links = links_of(writer)
        assert links == sorted(links)
        found.append({
            (*(sorted((names[a], names[b])) if kind == "same_event" else (names[a], names[b])), rule)
            for a, b, kind, rule in links
        })  # fmt: skip
        close(writer)
    assert all(one == found[0] for one in found)
    return found[0]


def two(tmp_path: Path, one: dict[str, Any], other: dict[str, Any]) -> set[tuple[str, str, str]]:
    return joined(tmp_path, [File("x", (one,)), File("y", (other,))])


def test_a_receipt_joins_with_instrument_sign_amount_and_kind(tmp_path: Path) -> None:
    one = row(0, ANN, MASKED, 500, rail=RECEIPT)
    assert two(tmp_path, one, row(4, ANN, UNKNOWN, 500, rail=RECEIPT)) == {("x:1", "y:5", "receipt")}


@pytest.mark.parametrize(
    "other",
    [
        row(4, ANN, BEN, 501, rail=RECEIPT),
        row(4, BEN, ANN, 500, rail=RECEIPT),
        row(4, ANN, BEN, 500, rail=RECEIPT, kind="fee"),
        row(4, ANN, BEN, 500, rail=RECEIPT, asset="TZS:2"),
        row(4, ANN, BEN, 500, rail="mpesa:OTHER"),
        row(4, ANN, BEN, 500),
        row(4, CAT, MASKED, 500, rail=RECEIPT),
        row(40, ANN, BEN, 500, rail=RECEIPT),
    ],
)
def test_a_receipt_alone_joins_nothing(other: dict[str, Any], tmp_path: Path) -> None:
    assert two(tmp_path, row(0, ANN, MASKED, 500, rail=RECEIPT), other) == set()


def test_a_shared_mask_joins_nothing(tmp_path: Path) -> None:
    one = row(0, UNKNOWN, MASKED, 500, rail=RECEIPT)
    assert two(tmp_path, one, row(0, UNKNOWN, MASKED, 500, rail=RECEIPT)) == set()


def test_two_equal_rows_of_one_file_are_two_facts(tmp_path: Path) -> None:
    twice = (
        row(0, ANN, BEN, 500, rail=RECEIPT, lo=0, seq=0),
        row(1, ANN, BEN, 500, rail=RECEIPT, lo=0, seq=1),
    )
    assert joined(tmp_path / "alone", [File("x", twice)]) == set()
    pairs = {("x:1", "y:1", "receipt"), ("x:2", "y:2", "receipt")}
    assert joined(tmp_path / "both", [File("x", twice), File("y", twice)]) == pairs


def test_a_uetr_joins_the_two_sides_of_a_payment_and_not_its_return(tmp_path: Path) -> None:
    payer = File("x", (
        row(0, ANN, UNKNOWN, 500, rail=UETR, statement=ANN),
        row(1, UNKNOWN, ANN, 500, rail=UETR, statement=ANN),
    ))  # fmt: skip
    payee = File("y", (
        row(0, UNKNOWN, BEN, 500, rail=UETR, statement=BEN),
        row(1, BEN, UNKNOWN, 500, rail=UETR, statement=BEN),
    ))  # fmt: skip
    assert joined(tmp_path, [payer, payee]) == {("x:1", "y:1", "uetr"), ("x:2", "y:2", "uetr")}


def test_a_chain_joins_even_within_one_file(tmp_path: Path) -> None:
    rail = "tron:" + "ab" * 32 + ":0"
    page = File("x", (row(0, ANN, BEN, 5, rail=rail), row(1, ANN, BEN, 5, rail=rail), row(2, ANN, BEN, 5)))
    assert joined(tmp_path, [page]) == {("x:1", "x:2", "chain")}


def statement(name: str, *texts: str, first: int = 0) -> File:
    told = tuple(
        row(first + n, ANN, UNKNOWN, 500, lo=0, hi=DAY, seq=n, statement=ANN, balance=1000, text=text)
        for n, text in enumerate(texts)
    )
    return File(name, told)


def test_two_exports_of_one_statement_pair_row_by_row(tmp_path: Path) -> None:
    files = [statement("x", "a", "a", "b"), statement("y", "a", "a", "c", first=7), statement("z", "b")]
    assert joined(tmp_path, files) == {
        ("x:1", "y:8", "statement"), ("x:2", "y:9", "statement"), ("x:3", "z:1", "statement"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"balance": 999}, {"balance": None}, {"text": "b"}, {"lo": 1}, {"statement": None}, {"amount": 501}],
)
def test_a_statement_row_that_differs_is_not_joined(change: dict[str, Any], tmp_path: Path) -> None:
    one = statement("x", "a")
    assert joined(tmp_path, [one, File("y", ({**one.told[0], **change},))]) == set()


def test_a_reversal_finds_what_its_rail_names(tmp_path: Path) -> None:
    paid = File("x", (row(0, ANN, BEN, 500, rail=RECEIPT), row(1, ANN, CAT, 10, rail=RECEIPT, kind="fee")))
    back = File("y", (row(3, BEN, ANN, 500, rail="mpesa:BACK", reverses=RECEIPT, kind="reversal"),))
    assert joined(tmp_path / "two", [paid, back]) == {("y:4", "x:1", "rail")}
    both = File("x", (*paid.told, {**back.told[0]}))
    assert joined(tmp_path / "one", [both]) == {("x:4", "x:1", "rail")}


def test_three_observations_of_one_payment_are_joined_pairwise(tmp_path: Path) -> None:
    files = [File(name, (row(0, ANN, BEN, 500, rail=RECEIPT),)) for name in "xyz"]
    assert joined(tmp_path, files) == {
        ("x:1", "y:1", "receipt"), ("x:1", "z:1", "receipt"), ("y:1", "z:1", "receipt"),
    }  # fmt: skip
