"""Tells a token that only bears the name of a stablecoin from the stablecoin.

A symbol proves nothing: whoever deploys a contract chooses it. Fake "USDT" is sent to make a
history look like another (address poisoning), so it must never be read as the real one.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from ingest.normalise.looks import looks


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    raw = yaml.safe_load(Path(__file__).with_name("known_tokens.yaml").read_text(encoding="utf-8"))
    return {looks(token[key]): token["contract"] for token in raw["tokens"] for key in ("symbol", "name")}


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
    return any(_known().get(looks(text), contract) != contract for text in (symbol, name))
