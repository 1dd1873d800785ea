from __future__ import annotations

import pytest

from graph.errors import IdentifierError
from graph.model.identifiers import recognise_transaction, transactions

HASH = "00" * 31 + "ff"


def test_receipts() -> None:
    assert transactions.mpesa_receipt(" tzz0000abc ") == "TZZ0000ABC"
    for text in ("", "ABCDEFGHIJ", "0123456789", "TZZ0000AB", "TZZ0000ABCD", "TZZ-000ABC", "TZZ0000ABÉ"):
        with pytest.raises(IdentifierError):
            transactions.mpesa_receipt(text)


def test_uetrs_are_version_4() -> None:
    assert transactions.uetr("00000000-0000-4000-8000-00000000000A").endswith("0a")
    for text in (
        "00000000-0000-1000-8000-000000000000",
        "00000000-0000-4000-c000-000000000000",
        "00000000000040008000000000000000",
        "{00000000-0000-4000-8000-000000000000}",
        "no",
    ):
        with pytest.raises(IdentifierError):
            transactions.uetr(text)


def test_hashes() -> None:
    assert transactions.evm_transaction(HASH.upper()) == "0x" + HASH
    assert transactions.bitcoin_transaction(HASH) == HASH
    assert transactions.tron_transaction("0x" + HASH) == HASH
    for text in (HASH[:-1], HASH + "0", "", "zz" * 32):
        with pytest.raises(IdentifierError):
            transactions.tron_transaction(text)


def test_recognising() -> None:
    assert [kind for kind, _ in recognise_transaction(HASH)] == [
        "evm_transaction",
        "bitcoin_transaction",
        "tron_transaction",
    ]
    assert recognise_transaction("TZZ0000ABC") == (("mpesa_receipt", "TZZ0000ABC"),)
    assert recognise_transaction("hello") == ()
