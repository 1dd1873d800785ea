"""Tells a token that only bears the name of a stablecoin from the stablecoin.

A symbol proves nothing: whoever deploys a contract chooses it. Fake "USDT" is sent to make a
history look like another (address poisoning), so it must never be read as the real one.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, str], dict[int, str]]:
    raw = yaml.safe_load(Path(__file__).with_name("known_tokens.yaml").read_text(encoding="utf-8"))
    signs = {ord(sign): latin for latin, others in raw["printed_like"].items() for sign in others}
    names = {
        _fold(token[key], signs): token["contract"] for token in raw["tokens"] for key in ("symbol", "name")
    }
    return names, signs


def _fold(text: str, signs: dict[int, str]) -> str:
    """Write a name as it looks: compatibility forms, case, accents, gaps and other scripts aside."""
    looks = unicodedata.normalize("NFKD", text).casefold().translate(signs)
    return "".join(sign for sign in looks if sign.isalnum())


@lru_cache(maxsize=4096)
def is_look_alike(symbol: str, name: str, contract: str) -> bool:
    r"""Say whether a token bears a known stablecoin's symbol or name on another contract.

    Parameters
    ----------
    symbol, name : str
        As the contract gives them.
    contract : str
        Canonical address.

    Examples
    --------
    >>> is_look_alike("USDT", "Tether USD", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t")
    False
    >>> is_look_alike("U\u200bSD\u0422", "", "T" + "1" * 33)
    True
    """
    names, signs = _known()
    return any(names.get(_fold(text, signs), contract) != contract for text in (symbol, name))
