from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import AmountError
from graph.model.amounts import COLUMN_LIMIT, Amount, Asset, fiat, largest_remainder, parse_units, token

KES, UGX = fiat("KES"), fiat("UGX")
ASSETS = st.one_of(
    st.sampled_from([fiat(c) for c in ("KES", "UGX", "LYD")]),
    st.builds(
        Asset,
        st.text(min_size=1),
        st.none() | st.integers(0, 255),
        st.text(min_size=1),
        st.text(),
    ),
)


@pytest.mark.parametrize(
    ("code", "exponent"),
    [("KES", 2), ("ETB", 2), ("UGX", 0), ("DJF", 0), ("RWF", 0), ("USD", 2), ("LYD", 3), ("XOF", 0)],
)
def test_minor_units_of_currencies(code: str, exponent: int) -> None:
    assert fiat(code) == Asset(code, exponent)


@pytest.mark.parametrize("code", ["XXX", "XTS", "XAU", "ZZZ", "", "KSH", "USDT", "KE"])
def test_what_is_no_currency_is_refused(code: str) -> None:
    with pytest.raises(AmountError):
        fiat(code)


@given(ASSETS)
def test_the_key_of_an_asset_reads_back(asset: Asset) -> None:
    assert Asset.from_key(asset.key) == asset


@pytest.mark.parametrize(
    "key", ["KES", "KES:02", "kes%3a:2", "a/b:2", "tron:USDT:6", ":2", "KES:2 ", "KES:256"]
)
def test_other_asset_keys_are_refused(key: str) -> None:
    with pytest.raises(AmountError):
        Asset.from_key(key)


def test_a_contract_takes_its_canonical_form() -> None:
    asset = token("ethereum", "0x" + "AB" * 20, "TKN", 18)
    assert asset == token("ethereum", "0x" + "ab" * 20, "TKN", 18)
    assert token("tron", "0x" + "00" * 20, "TKN", 6).contract.startswith("T")
    with pytest.raises(AmountError):
        token("", "", "TKN", 6)


@pytest.mark.parametrize(
    ("text", "exponent", "units"),
    [
        ("1,000.50", 2, 100050),
        ("100.00", 0, 100),
        ("-0.05", 2, -5),
        (".5", 2, 50),
        ("+7", 2, 700),
        (" 1 \n", 0, 1),
        ("0001", 0, 1),
        ("-0", 2, 0),
        ("-.0", 0, 0),
        ("-.00", 2, 0),
        ("1,234,567.10000", 1, 12345671),
        ("9" * 60, 0, int("9" * 60)),
    ],
)
def test_amounts_read_exactly(text: str, exponent: int, units: int) -> None:
    assert parse_units(text, exponent) == units


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "100.505",
        "9" * 5_000,
        "1." + "0" * 5_000,
        "1e3",
        "1E+3",
        "NaN",
        "inf",
        "1,00",
        "1,0000",
        ",100",
        "1.",
        ".",
        "-",
        "--1",
        "1-",
        "(1)",
        "１２",
        "١٢",
        "1 000",
        "1_000",
        "0x10",
        "KES 1",
        "1.0.0",
        "1,000,",
        "1−",
        "−1",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(AmountError):
        Amount.parse(text, KES)


def test_decimals_beyond_the_asset_are_refused_unless_zero() -> None:
    assert Amount.parse("100.00", UGX).units == 100
    with pytest.raises(AmountError, match="more decimals"):
        Amount.parse("100.50", UGX)
    with pytest.raises(AmountError):
        Amount.parse("1.5", Asset("TKN", None, "chain", "c"))


@pytest.mark.parametrize(
    ("text", "decimal", "group"),
    [
        ("1.000,50", ",", "."),
        ("1 000,50", ",", " "),
        ("1\u00a0000,50", ",", " "),
        ("1'000.50", ".", "'"),
        ("1000.50", ".", ""),
    ],
)
def test_other_layouts(text: str, decimal: str, group: str) -> None:
    assert parse_units(text, 2, decimal, group) == 100050


@pytest.mark.parametrize(("decimal", "group"), [(".", "."), ("", ","), ("..", ","), ("1", ","), (".", "ab")])
def test_signs_that_cannot_be_told_apart_are_refused(decimal: str, group: str) -> None:
    with pytest.raises(AmountError):
        parse_units("1", 0, decimal, group)


@given(st.integers(-COLUMN_LIMIT + 1, COLUMN_LIMIT - 1), st.sampled_from(["KES", "UGX", "LYD"]))
def test_text_and_parse_are_inverse(units: int, code: str) -> None:
    amount = Amount(units, fiat(code))
    assert Amount.parse(amount.text(), amount.asset) == amount
    assert Fraction(amount.text()) == Fraction(units, 10 ** (amount.asset.exponent or 0))


@given(st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30))
def test_sums_are_exact(a: int, b: int) -> None:
    assert (Amount(a, KES) + Amount(b, KES) - Amount(b, KES)).units == a
    assert (-Amount(a, KES) + Amount(a, KES)).units == 0


def test_assets_are_never_added() -> None:
    with pytest.raises(AmountError, match="never added"):
        Amount(1, KES) + Amount(1, UGX)
    with pytest.raises(AmountError):
        Amount(1, token("tron", "", "TRX", 6)) - Amount(1, token("tron", "", "TRX", 7))


def test_bounds_of_38_digits() -> None:
    tkn = token("chain", "c", "TKN", 18)
    assert Amount(COLUMN_LIMIT - 1, KES).fits
    assert not Amount(-COLUMN_LIMIT, tkn).fits
    assert Amount.parse("9" * 50, tkn).text() == "9" * 50 + "." + "0" * 18
    with pytest.raises(AmountError):
        Amount(COLUMN_LIMIT, KES)


@pytest.mark.parametrize("units", [1.0, True, "1", Fraction(1)])
def test_only_whole_numbers_hold_money(units: object) -> None:
    with pytest.raises(AmountError):
        Amount(units, KES)  # type: ignore[arg-type]


SHARES = st.dictionaries(st.text(max_size=3), st.fractions(min_value=0, max_value=10**6), min_size=1)


@given(SHARES, st.integers(-(10**12), 10**12))
def test_largest_remainder_conserves(shares: dict[str, Fraction], total: int) -> None:
    whole = sum(shares.values())
    if not whole:
        with pytest.raises(AmountError) if total else pytest.MonkeyPatch.context():
            largest_remainder(shares, total)
        return
    parts = largest_remainder(shares, total)
    assert sum(parts.values()) == total
    assert list(parts) == sorted(shares)
    assert all(abs(parts[k] - shares[k] * total / whole) < 1 for k in shares)


@given(SHARES, st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_largest_remainder_knows_no_order(shares: dict[str, Fraction], total: int, random: object) -> None:
    shares["one"] = Fraction(1)
    backwards = dict(reversed(shares.items()))
    assert largest_remainder(shares, total) == largest_remainder(backwards, total)


def test_largest_remainder_ties_go_to_the_lower_key() -> None:
    thirds = {k: Fraction(1, 3) for k in "cba"}
    assert largest_remainder(thirds, 2) == {"a": 1, "b": 1, "c": 0}
    with pytest.raises(AmountError):
        largest_remainder({"a": Fraction(-1), "b": Fraction(2)}, 1)
    assert largest_remainder({}, 0) == {}
