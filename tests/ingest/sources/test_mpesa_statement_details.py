"""The vocabulary of Details: each entry is read as itself, masks stay masks, nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mpesa.details import Entry, meaning, vocabulary

SOURCE = "5a" * 32


@pytest.mark.parametrize("entry", vocabulary(), ids=lambda e: e.example)
def test_every_example_is_read_by_its_own_entry(entry: Entry) -> None:
    found = meaning(entry.example, SOURCE)
    first = next(e for e in vocabulary() if e.pattern.fullmatch(entry.example))
    assert first is entry
    assert (found.channel, found.kind) == (entry.channel, entry.kind)
    assert (found.counterparty is None) == (entry.end == "own")


@pytest.mark.parametrize(
    ("details", "channel", "key", "name"),
    [
        ("Customer Transfer to 0700000123 - PRACTICE B", "send", "msisdn::+254700000123", "PRACTICE B"),
        ("Customer Transfer to 2547***000 - PRACTICE", "send", f"msisdn:{SOURCE}:+2547*****000", "PRACTICE"),
        (
            "Funds received from 0722XXXX89 - PRACTICE",
            "receive",
            f"msisdn:{SOURCE}:+254722****89",
            "PRACTICE",
        ),
        (
            "Pay Bill to 888880 - PRACTICE POWER Acc. 0123",
            "paybill",
            "paybill:mpesa:888880",
            "PRACTICE POWER",
        ),
        (
            "Pay Bill Online to 888880 - A CHARGE LTD Acc. X",
            "paybill",
            "paybill:mpesa:888880",
            "A CHARGE LTD",
        ),
        ("Merchant Payment to 005501 - SCHOOL FEES", "buy_goods", "till:mpesa:005501", "SCHOOL FEES"),
        ("Merchant Payment to 5501 - INTEREST SHOP", "buy_goods", "till:mpesa:5501", "INTEREST SHOP"),
        ("Customer Withdrawal At Agent Till 123456 - P", "withdrawal", "agent:mpesa:123456", "P"),
        (
            "Business Payment from 300600 - EXAMPLE BANK VIA API",
            "business",
            "paybill:mpesa:300600",
            "EXAMPLE BANK",
        ),
        ("Customer Transfer to 254700000123 - REVERSAL JOE", "send", "msisdn::+254700000123", "REVERSAL JOE"),
    ],
)
def test_counterparties(details: str, channel: str, key: str, name: str) -> None:
    found = meaning(details, SOURCE)
    assert found.counterparty is not None
    assert (found.channel, found.counterparty.key, found.name) == (channel, key, name)


@pytest.mark.parametrize(
    "details",
    ["Customer Transfer of Funds Charge", "Pay Bill Charge", "Withdrawal Charge", "Pay Merchant Charge"],
)
def test_charges_are_fees_of_nobody_named(details: str) -> None:
    found = meaning(details, SOURCE)
    assert (found.kind.value, found.counterparty) == ("fee", None)


@pytest.mark.parametrize(
    "details",
    ["Pay Bill Reversal of TAB1234567 from 400200 - X", "Transaction Reversal of original tab1234567"],
)
def test_a_reversal_gives_the_original_receipt(details: str) -> None:
    assert (meaning(details, SOURCE).kind.value, meaning(details, SOURCE).reverses) == (
        "reversal",
        "TAB1234567",
    )


def test_a_number_that_its_kind_does_not_allow_names_nobody() -> None:
    assert meaning("Customer Transfer to 12345 - PRACTICE", SOURCE).counterparty is None


@given(st.text(max_size=80))
def test_no_text_is_too_strange(text: str) -> None:
    found = meaning(text, SOURCE)
    assert found.counterparty is None or found.counterparty.key
