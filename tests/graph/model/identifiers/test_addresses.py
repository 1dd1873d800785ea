"""Addresses against the vectors that BIP 173, BIP 350 and EIP-55 publish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import IdentifierError
from graph.model.identifiers import bitcoin, evm, tron
from graph.model.identifiers.base58 import decode_check, encode_check

SEGWIT = [
    ("bc", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", 0, "751e76e8199196d454941c45d1b3a323f1433bd6"),
    (
        "tb",
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
        0,
        "1863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
    ),
    (
        "bc",
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        1,
        "751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6",
    ),
    ("bc", "BC1SW50QGDZ25J", 16, "751e"),
    ("bc", "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", 2, "751e76e8199196d454941c45d1b3a323"),
    (
        "bc",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        1,
        "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
    ),
]
NOT_SEGWIT = [
    "tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
    "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
    "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
    "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
    "bc1pw5dgrnzv",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
    "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
    "bc1gmk9yu",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7KV8F3T4",
]
CHECKSUMMED = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]
USDT_TRON, USDT_HEX = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "41a614f803b6fd780986a42c78ec9c7f77e6ded13c"


@pytest.mark.parametrize(("prefix", "address", "version", "program"), SEGWIT)
def test_segwit_vectors(prefix: str, address: str, version: int, program: str) -> None:
    assert bitcoin.segwit_program(prefix, address) == (version, bytes.fromhex(program))
    if prefix == "bc":
        assert bitcoin.canonical(address) == address.lower()


@pytest.mark.parametrize("address", NOT_SEGWIT)
def test_invalid_segwit_vectors(address: str) -> None:
    assert bitcoin.segwit_program("bc", address) is None
    with pytest.raises(IdentifierError):
        bitcoin.canonical(address)


@pytest.mark.parametrize(
    "address", ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3P14159f73E4gFr7JterCCQh9QjiTjiZrG"]
)
def test_base58_addresses(address: str) -> None:
    assert bitcoin.canonical(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    ["", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", USDT_TRON, "1" * 200],
)
def test_other_base58_texts_are_no_bitcoin_address(address: str) -> None:
    with pytest.raises(IdentifierError):
        bitcoin.canonical(address)


@given(st.binary(min_size=1, max_size=60))
def test_base58_reads_back(payload: bytes) -> None:
    assert decode_check(encode_check(payload)) == payload


@given(
    st.binary(min_size=21, max_size=21),
    st.integers(0, 33),
    st.sampled_from("23456789ABCDEFGHJKLMNPQRSTUVWXYZ"),
)
def test_one_wrong_sign_breaks_base58(payload: bytes, place: int, sign: str) -> None:
    text = encode_check(payload)
    place %= len(text)
    if text[place] != sign:
        assert decode_check(text[:place] + sign + text[place + 1 :]) is None


@pytest.mark.parametrize("address", CHECKSUMMED)
def test_eip_55_vectors(address: str) -> None:
    for form in (address, address.lower(), "0x" + address[2:].upper(), f" {address}\n"):
        assert evm.canonical(form) == address


@pytest.mark.parametrize("address", CHECKSUMMED[4:])
def test_wrong_case_is_refused(address: str) -> None:
    with pytest.raises(IdentifierError, match="EIP-55"):
        evm.canonical("0x" + address[2:].swapcase())


@pytest.mark.parametrize("text", ["", "0x", "0x" + "0" * 39, "0x" + "0" * 41, "0" * 40, "0x" + "g" * 40])
def test_other_texts_are_no_evm_address(text: str) -> None:
    with pytest.raises(IdentifierError):
        evm.canonical(text)


def test_tron_forms_are_one_address() -> None:
    forms = (USDT_TRON, USDT_HEX, "0x" + USDT_HEX, USDT_HEX.upper(), "0x" + USDT_HEX[2:])
    assert {tron.canonical(f) for f in forms} == {USDT_TRON}
    assert tron.hex_form(USDT_TRON) == USDT_HEX


@given(st.binary(min_size=20, max_size=20))
def test_tron_addresses_read_back(raw: bytes) -> None:
    address = tron.canonical("41" + raw.hex())
    assert address.startswith("T")
    assert tron.canonical(address) == address
    assert tron.hex_form(address) == "41" + raw.hex()


@pytest.mark.parametrize(
    "text",
    [
        "",
        USDT_TRON[:-1],
        USDT_TRON.lower(),
        "42" + USDT_HEX[2:],
        USDT_HEX[2:],
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    ],
)
def test_other_texts_are_no_tron_address(text: str) -> None:
    with pytest.raises(IdentifierError):
        tron.canonical(text)
