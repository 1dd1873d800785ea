"""What is asked of a node, and by which name saved pages know it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph.errors import IdentifierError
from graph.model.identifiers import Kind, parse_identifier
from graph.model.provenance import canonical, digest
from ingest.fetchers.evm.errors import FetchError

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"


@dataclass(frozen=True, slots=True)
class Question:
    """Which movements of which blocks.

    Parameters
    ----------
    first : int
        First block.
    last : int, optional
        Last block; None for as far as finality allows.
    contracts, addresses : tuple of str
        Tokens, and holders, that are asked for; empty means all. Kept in canonical form.
    whole : bool
        Whole blocks: every transaction with its receipt, so also the coin, fees and failures. The
        two lists above then restrict nothing that is fetched.
    traces : bool
        With ``whole``: ask for value passed on inside transactions, where the node offers traces.
    finality : int
        Blocks at least this far below the head are fetched, and no others.

    Examples
    --------
    >>> Question(5, contracts=("0x" + "ab" * 20,)).filters(5, 9)[0]["fromBlock"]
    '0x5'
    """

    first: int
    last: int | None = None
    contracts: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    whole: bool = False
    traces: bool = False
    finality: int = 12

    def __post_init__(self) -> None:
        if self.first < 0 or self.finality < 0 or (self.last is not None and self.last < self.first):
            raise FetchError(
                "blocks are counted upwards from 0",
                first=self.first,
                last=self.last,
                finality=self.finality,
            )
        if self.traces and not self.whole:
            raise FetchError("traces are of whole blocks", hint="ask for whole blocks as well")
        for name in ("contracts", "addresses"):
            object.__setattr__(self, name, tuple(sorted({_address(a) for a in getattr(self, name)})))

    def asked(self) -> dict[str, Any]:
        """Return what is asked, without the blocks: as it stands in the header of every page."""
        return {
            "addresses": list(self.addresses),
            "contracts": list(self.contracts),
            "traces": self.traces,
            "whole": self.whole,
        }

    def id(self, chain: int) -> str:
        """Return the name by which pages of one question on one chain belong together."""
        return question_id(chain, self.asked())

    def filters(self, first: int, last: int) -> list[dict[str, Any]]:
        """Return the log filters that cover the question for a range: one, or one for either end."""
        base: dict[str, Any] = {"fromBlock": hex(first), "toBlock": hex(last)}
        if self.contracts:
            base["address"] = [c.lower() for c in self.contracts]
        if not self.addresses:
            return [{**base, "topics": [TRANSFER]}]
        topics = ["0x" + a[2:].lower().rjust(64, "0") for a in self.addresses]
        return [{**base, "topics": [TRANSFER, topics]}, {**base, "topics": [TRANSFER, None, topics]}]


def question_id(chain: int, asked: Any) -> str:
    """Return the name of what a page's header says was asked."""
    return digest("evm question", str(chain), canonical(asked))[:8]


def _address(text: str) -> str:
    try:
        return parse_identifier(Kind.EVM, text).value
    except IdentifierError as fault:
        raise FetchError(fault.what, text=text, hint=fault.hint) from fault
