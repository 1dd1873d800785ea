"""What a contract says of its token, and whether it only bears another token's name.

Decimals come from the contract, never from the symbol: one symbol has six decimals on one chain and
eighteen on the next. A contract that was not asked, or did not answer, leaves the exponent unknown,
and its amounts stay in base units.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from graph.model.amounts import Asset, token
from ingest.evm.quantities import returned_decimals, returned_text
from ingest.normalise.looks import looks

DECIMALS, SYMBOL, NAME = "0x313ce567", "0x95d89b41", "0x06fdde03"  # selectors of the three questions
LOOK_ALIKE = "look-alike token"
SHARED_SYMBOL = "symbol shared with another contract"
_COIN_EXPONENT = 18


@lru_cache(maxsize=1)
def _known() -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_name("known_tokens.yaml").read_text(encoding="utf-8")))


@lru_cache(maxsize=64)
def _named(chain: int) -> dict[str, str]:
    tokens = _known()["tokens"].get(chain, ())
    return {looks(t[key]): str(t["contract"]) for t in tokens for key in ("symbol", "name")}


def chain_name(chain: int) -> str:
    """Return the name under which a chain's assets are kept.

    Examples
    --------
    >>> chain_name(1), chain_name(1337)
    ('ethereum', 'evm-1337')
    """
    known = _known()["chains"].get(chain)
    return str(known["name"]) if known else f"evm-{chain}"


def coin(chain: int) -> Asset:
    """Return a chain's own coin; of a chain that is not in the list neither name nor exponent is known.

    Examples
    --------
    >>> coin(1).key, coin(1337).key
    ('ethereum:/ETH:18', 'evm-1337:/coin:?')
    """
    known = _known()["chains"].get(chain)
    if known is None:
        return token(chain_name(chain), "", "coin", None)
    return token(chain_name(chain), "", str(known["coin"]), _COIN_EXPONENT)


@dataclass(slots=True)
class Contract:
    """What was answered for one contract."""

    symbol: str = ""
    name: str = ""
    decimals: int | None = None


class Tokens:
    """The contracts of one file on one chain."""

    def __init__(self, chain: int) -> None:
        self.chain = chain
        self._said: dict[str, Contract] = {}
        self._assets: dict[str, str] = {}

    def answer(self, contract: str, selector: str, returned: bytes) -> None:
        """Take in the answer to one of the three questions; the first answer stands."""
        said = self._said.setdefault(contract, Contract())
        if selector == DECIMALS and said.decimals is None:
            said.decimals = returned_decimals(returned)
        elif selector == SYMBOL and not said.symbol:
            said.symbol = returned_text(returned)
        elif selector == NAME and not said.name:
            said.name = returned_text(returned)

    def asset(self, contract: str) -> str:
        """Return the asset key of a contract's token."""
        if contract not in self._assets:
            said = self._said.get(contract, Contract())
            name = chain_name(self.chain)
            self._assets[contract] = token(name, contract, said.symbol or "?", said.decimals).key
        return self._assets[contract]

    def unknown(self, contract: str) -> bool:
        """Say whether the contract's decimals are not known."""
        return self._said.get(contract, Contract()).decimals is None

    def mark(self, contract: str) -> str:
        """Say why the contract's name must not be trusted; empty where nothing speaks against it."""
        said = self._said.get(contract)
        if said is None:
            return ""
        known = _named(self.chain)
        if contract in known.values():
            return ""
        if any(looks(text) in known for text in (said.symbol, said.name) if text):
            return LOOK_ALIKE
        return SHARED_SYMBOL if said.symbol and self._symbols(looks(said.symbol)) > 1 else ""

    def _symbols(self, looked: str) -> int:
        return sum(1 for said in self._said.values() if said.symbol and looks(said.symbol) == looked)
