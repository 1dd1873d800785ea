from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from api.demo.explanation import (
    WIDTH,
    Claimed,
    DemoSummary,
    Freezable,
    Loaded,
    Rests,
    Shared,
    Went,
    render,
)

SUMMARY = DemoSummary(
    case="PRACTICE-2026-001",
    question="Where did the money of the two families go, and what of it can be held now?",
    loaded=(
        Loaded("mobile-statement-collector.pdf", "wallet that both families paid into", "accepted", "48",
               "balances follow"),
        Loaded("rates.csv", "dated rates", "accepted", "61", ""),
    ),
    claims=(Claimed("V1", "KES 217,500.00", "family A"), Claimed("V2", "KES 138,000.00", "family B")),
    claim="KES 355,500.00",
    rule="own_first",
    rule_meaning="The holder is taken to spend his own money first.",
    rules="fifo, lifo, own_first, pro_rata_rolling, tainted_first",
    went=(
        Went("held", "deposit at Example Exchange Two", "KES 250,000.00", "KES 240,000.00", "KES 260,000.00"),
        Went("swallowed", "overdraft", "KES 1,500.00", "KES 1,500.00", "KES 1,500.00"),
    ),
    rests=(Rests("Both rows are one payment", "Practice Analyst", "KES 138,000.00 held"),),
    freezable=(
        Freezable("deposit at Example Exchange Two", "Example Exchange Two", "USDT 2,000.00", "USDT 1,900.00",
                  "USDT 2,040.00", "at once", "tokens can move in seconds"),
    ),
    pool="KES 260,000.00",
    shared=(
        Shared("net_loss", "in proportion to loss", (("V1", "KES 159,000.00"), ("V2", "KES 101,000.00"))),
    ),
    folder="practice-pack",
    fingerprint="0123 4567 89ab cdef",
    verify=("fuatilia verify practice-pack", "python3 practice-pack/data/replay/replay.py"),
    limits=("Cash that was taken out is not followed.",),
)  # fmt: skip


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for one in value for text in texts(one)]
    assert is_dataclass(value)
    return [text for f in fields(value) for text in texts(getattr(value, f.name))]


def numbers(page: str) -> list[str]:
    return [line.partition(".")[0] for line in page.splitlines() if line[:1].isdigit()]


def test_every_text_given_is_on_the_page() -> None:
    page = " ".join(render(SUMMARY).split())
    assert [text for text in texts(SUMMARY) if text not in page] == []


def test_the_page_is_a_page() -> None:
    page = render(SUMMARY)
    assert page.endswith("\n")
    assert max(map(len, page.splitlines())) <= WIDTH
    assert [line for line in page.splitlines() if line != line.rstrip()] == []
    assert numbers(page) == ["1", "2", "3", "4", "5", "6", "7"]


def test_agreement_of_all_rules_is_said_in_words() -> None:
    page = render(SUMMARY)
    assert "overdraft (every rule)" in page
    assert "(KES 240,000.00 to KES 260,000.00)" in page


def test_nothing_to_hold_is_said() -> None:
    page = render(replace(SUMMARY, freezable=(), rests=(), limits=()))
    assert "Nothing: no claimed money" in page
    assert numbers(page) == ["1", "2", "3", "4", "5"]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
def test_no_text_breaks_the_page(name: str, amount: str) -> None:
    hostile = replace(
        SUMMARY,
        case=name,
        loaded=(Loaded(name, amount, name, amount, name),),
        went=(Went(name, amount, name, amount, name),),
        shared=(Shared(name, amount, ((name, amount),)),),
        freezable=(Freezable(name, amount, name, amount, name, amount, name),),
        verify=(name,),
    )
    page = render(hostile)
    assert max(map(len, page.split("\n"))) <= WIDTH
    assert all(sign == "\n" or sign.isprintable() for sign in page)
