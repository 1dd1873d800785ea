from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import IdentifierError
from graph.model.identifiers import account, exchange_account, iban, mobile_money


@pytest.mark.parametrize(
    "text",
    [
        "GB29 NWBK 6016 1331 9268 19",
        "de89370400440532013000",
        "AE070331234567890123456",
        "DJ2100010000000154000100186",
        "SD8811123456789012",
        "LY83002048000020100120361",
        "SA0380000000608010167519",
    ],
)
def test_ibans_of_the_registry(text: str) -> None:
    assert iban.canonical(text) == text.replace(" ", "").upper()


@pytest.mark.parametrize(
    "text", ["", "GB28NWBK60161331926819", "GB29NWBK6016133192681", "KE00", "ZZ29NWBK60161331926819"]
)
def test_other_ibans_are_refused(text: str) -> None:
    with pytest.raises(IdentifierError):
        iban.canonical(text)


@pytest.mark.parametrize(
    ("text", "institution", "expected"),
    [
        ("0001234567", "equity", ("EQUITY", "0001234567")),
        ("EQUITY/0001234567", "", ("EQUITY", "0001234567")),
        ("EQUITY/0001234567", "Equity", ("EQUITY", "0001234567")),
        ("000-123 4567", "EQUITY", ("EQUITY", "0001234567")),
        ("ab/0001", "EQUITY", ("EQUITY", "AB0001")),
        ("0001", "", ("", "0001")),
        ("00XXXX17", "EQUITY", ("EQUITY", "00...17")),
        ("FXX017", "EQUITY", ("EQUITY", "FXX017")),
    ],
)
def test_accounts(text: str, institution: str, expected: tuple[str, str]) -> None:
    assert account.canonical(text, institution) == expected


@pytest.mark.parametrize("text", ["", "EQUITY/", "1.234E+18", "123456.0", "n/a", "12_34", "****", "12€"])
def test_other_accounts_are_refused(text: str) -> None:
    with pytest.raises(IdentifierError):
        account.canonical(text)


@given(st.from_regex(r"[0-9]{1,20}", fullmatch=True))
def test_leading_zeros_stay(number: str) -> None:
    assert account.canonical(f"BANK/{number}") == ("BANK", number)


@pytest.mark.parametrize(("text", "till"), [("000123", "000123"), (" 12 34 ", "1234"), ("00**23", "00...23")])
def test_tills(text: str, till: str) -> None:
    assert mobile_money.till(text) == till


@pytest.mark.parametrize("text", ["", "12", "12345678901", "12a4", "-123", "***"])
def test_other_tills_are_refused(text: str) -> None:
    with pytest.raises(IdentifierError):
        mobile_money.till(text)


def test_paybills_keep_the_account_they_are_paid_for() -> None:
    assert mobile_money.paybill("000999") == "000999"
    assert mobile_money.paybill("000999/school 7") == "000999/SCHOOL 7"
    assert mobile_money.paybill("000999", "school  7") == "000999/SCHOOL 7"


def test_exchange_users() -> None:
    assert exchange_account.user("00077", "Example Exchange") == ("example_exchange", "00077")
    for text, exchange in (("00077", ""), ("", "example"), ("other/1", "example"), ("a b", "example")):
        with pytest.raises(IdentifierError):
            exchange_account.user(text, exchange)


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("4111-1111-1111-1111", "411111...1111"),
        ("4111 11** **** 1111", "411111...1111"),
        ("41111111XXXX1111", "411111...1111"),
        ("XXXX XXXX XXXX 1111", "...1111"),
    ],
)
def test_cards_are_cut(text: str, card: str) -> None:
    assert exchange_account.card(text) == card


@pytest.mark.parametrize("text", ["", "4111111111111112", "1111", "4111**11", "**** ****"])
def test_other_cards_are_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(IdentifierError) as raised:
        exchange_account.card(text)
    assert not text or text not in str(raised.value)
