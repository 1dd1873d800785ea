"""Constants are what they are hashes of; known contracts stand in canonical form."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from Crypto.Hash import keccak

from graph.model.identifiers.evm import canonical
from ingest.evm import tokens, transfers
from ingest.fetchers.evm import question


def hashed(text: str) -> str:
    return "0x" + keccak.new(digest_bits=256, data=text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("signature", "constant"),
    [
        ("Transfer(address,address,uint256)", transfers.TRANSFER),
        ("Transfer(address,address,uint256)", question.TRANSFER),
        ("TransferSingle(address,address,address,uint256,uint256)", transfers._SINGLE),
        ("TransferBatch(address,address,address,uint256[],uint256[])", transfers._BATCH),
    ],
)
def test_topics_are_hashes_of_signatures(signature: str, constant: str) -> None:
    assert constant == hashed(signature)


@pytest.mark.parametrize(
    ("signature", "constant"),
    [("decimals()", tokens.DECIMALS), ("symbol()", tokens.SYMBOL), ("name()", tokens.NAME)],
)
def test_selectors_are_the_first_bytes_of_hashes(signature: str, constant: str) -> None:
    assert constant == hashed(signature)[:10]


def test_known_contracts_are_canonical_and_their_chains_are_named() -> None:
    known = yaml.safe_load(Path(tokens.__file__).with_name("known_tokens.yaml").read_text(encoding="utf-8"))
    assert set(known["tokens"]) <= set(known["chains"])
    contracts = [t["contract"] for listed in known["tokens"].values() for t in listed]
    assert contracts == [canonical(c) for c in contracts]
    names = [c["name"] for c in known["chains"].values()]
    assert len(set(names)) == len(names)


def test_a_known_contract_is_no_look_alike_and_unknown_ones_are_not_named() -> None:
    usdt = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
    found = tokens.Tokens(1)
    assert (found.mark(usdt), found.unknown(usdt)) == ("", True)
    found.answer(usdt, tokens.SYMBOL, b"USDT".ljust(32, b"\0"))
    found.answer(usdt, tokens.SYMBOL, b"FAKE".ljust(32, b"\0"))
    assert found.asset(usdt) == f"ethereum:{usdt}/USDT:?"
    assert found.mark(usdt) == ""
    elsewhere = tokens.Tokens(137)
    elsewhere.answer(usdt, tokens.SYMBOL, b"USDT".ljust(32, b"\0"))
    assert elsewhere.mark(usdt) == ""  # this chain's real one is not in the list: nothing is claimed
