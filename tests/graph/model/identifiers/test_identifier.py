from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import IdentifierError
from graph.model.identifiers import Identifier, Kind, matches, parse_identifier, recognise

IDENTIFIERS = st.builds(Identifier, st.sampled_from(Kind), st.text(), st.text())


@given(IDENTIFIERS)
def test_the_key_reads_back(identifier: Identifier) -> None:
    assert Identifier.from_key(identifier.key) == identifier
    assert identifier.key.isascii()
    assert len(identifier.key.splitlines()) == 1


@given(IDENTIFIERS, IDENTIFIERS)
def test_two_identifiers_never_share_a_key(a: Identifier, b: Identifier) -> None:
    assert (a.key == b.key) == (a == b)


@pytest.mark.parametrize(
    "key", ["", "till", "till:mpesa", "till:a:b:c", "tills:a:b", "till:a:%3a", "till:a:b c", "TILL:a:b"]
)
def test_other_keys_are_refused(key: str) -> None:
    with pytest.raises(IdentifierError):
        Identifier.from_key(key)


@given(IDENTIFIERS)
def test_the_short_form_shows_at_most_half(identifier: Identifier) -> None:
    shown = identifier.short.removeprefix("••")
    if identifier.kind not in (Kind.NAME, Kind.CASH_END, Kind.UNKNOWN_END):
        assert identifier.value.endswith(shown)
        assert len(shown) <= min(4, len(identifier.value) / 2)


def test_short_forms() -> None:
    assert parse_identifier("msisdn", "0700004417").short == "••4417"
    assert parse_identifier("name", "jane  example", source="s").short == "J•• E••"
    assert parse_identifier("cash", "", scope="s#line:1").short == "cash"


@pytest.mark.parametrize(
    ("kind", "text", "scope", "key"),
    [
        ("msisdn", "0700000000", "ab12", "msisdn::+254700000000"),
        ("iban", "GB29 NWBK 6016 1331 9268 19", "", "iban::GB29NWBK60161331926819"),
        ("account", "0001", "equity", "account:EQUITY:0001"),
        ("account", "EQUITY/0001", "", "account:EQUITY:0001"),
        ("till", "000123", "M-Pesa", "till:m-pesa:000123"),
        ("agent", "000123", "mpesa", "agent:mpesa:000123"),
        ("paybill", "000999/ab", "mpesa", "paybill:mpesa:000999/AB"),
        ("evm", "0x" + "0" * 40, "ethereum", "evm::0x" + "0" * 40),
        ("exchange", "00077", "Example", "exchange:example:00077"),
        ("card", "4111111111111111", "ab12", "card:ab12:411111...1111"),
        ("name", "  Jane   Example", "ab12", "name:ab12:JANE%20EXAMPLE"),
        ("unknown", "", "ab12#line:3", "unknown:ab12#line%3A3:"),
        ("party", "p-1", "", "party::p-1"),
    ],
)
def test_parsing(kind: str, text: str, scope: str, key: str) -> None:
    assert parse_identifier(kind, text, scope=scope).key == key


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("msisdn", "0722XXXX89"),
        ("account", "0001"),
        ("till", "000123"),
        ("exchange", "1"),
        ("card", "4111111111111111"),
        ("name", "Jane"),
        ("cash", ""),
        ("unknown", ""),
        ("party", " "),
        ("name", "123"),
        ("nothing", "1"),
    ],
)
def test_what_needs_a_scope_is_refused_without(kind: str, text: str) -> None:
    with pytest.raises(IdentifierError):
        parse_identifier(kind, text)


def test_equal_masks_of_two_sources_are_two_instruments() -> None:
    here = parse_identifier("msisdn", "0722XXXX89", source="aa")
    there = parse_identifier("msisdn", "+254722****89", source="bb")
    assert here.value == there.value
    assert here != there
    assert here.masked
    assert matches(here.value, parse_identifier("msisdn", "0722000089").value)


def test_a_masked_account_keeps_bank_and_source() -> None:
    assert parse_identifier("account", "****4417", scope="equity", source="aa").scope == "EQUITY@aa"
    assert parse_identifier("account", "4417", scope="equity", source="aa").scope == "EQUITY"
    assert parse_identifier("account", "4417", source="aa").scope == "aa"


def test_only_what_is_hidden_is_masked() -> None:
    assert not parse_identifier("msisdn", "0700000000").masked
    assert not Identifier(Kind.CASH_END, "", "aa#sheet:*!cell:1,1").masked


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("0700000000", ["msisdn"]),
        ("GB29NWBK60161331926819", ["iban"]),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", ["bitcoin"]),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", ["tron"]),
        ("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", ["evm", "tron"]),
        ("0722XXXX89", []),
        ("12345", []),
        ("Jane Example", []),
        ("", []),
    ],
)
def test_recognising(text: str, kinds: list[str]) -> None:
    assert [i.kind.value for i in recognise(text)] == kinds


@given(st.text())
def test_recognising_never_fails(text: str) -> None:
    assert all(not i.masked and not i.scope for i in recognise(text))
