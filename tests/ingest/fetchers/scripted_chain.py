"""A chain that only exists as answers: it grows, forks and forgets as a test says."""

from __future__ import annotations

from typing import Any

from tests.ingest.evm.practice_blocks import USDT, log, name, text_answer, word

CHAIN_ID = 1


class ScriptedChain:
    """Blocks of transfers; each block has a salt, so that a fork's blocks have other hashes.

    Every block moves ``salt + number`` units in one log. ``asked`` counts requests by method.
    """

    stated = ""

    def __init__(self, blocks: int) -> None:
        self.salts = [0] * blocks
        self.asked: dict[str, int] = {}

    @property
    def head(self) -> int:
        return len(self.salts) - 1

    def grow(self, blocks: int, salt: int = 0) -> None:
        self.salts += [salt] * blocks

    def fork(self, depth: int, blocks: int, salt: int) -> None:
        """Replace the newest ``depth`` blocks by ``blocks`` others."""
        del self.salts[len(self.salts) - depth :]
        self.grow(blocks, salt)

    def hash(self, number: int) -> str:
        # A hash commits to everything below it.
        return name(f"block {self.salts[: number + 1]}") if number >= 0 else name("before")

    def ask(self, method: str, params: list[Any]) -> dict[str, Any]:
        self.asked[method] = self.asked.get(method, 0) + 1
        answers = {
            "eth_chainId": self._chain_id,
            "eth_blockNumber": self._newest,
            "eth_getBlockByNumber": self._block,
            "eth_getLogs": self._logs,
            "eth_call": self._call,
        }
        found: dict[str, Any] = answers[method](*params)  # type: ignore[operator]
        return found

    def _chain_id(self) -> dict[str, Any]:
        return {"result": hex(CHAIN_ID)}

    def _newest(self) -> dict[str, Any]:
        return {"result": hex(self.head)}

    def _block(self, number: str, full: bool) -> dict[str, Any]:
        at = int(number, 16)
        if at > self.head:
            return {"result": None}
        return {
            "result": {
                "number": number,
                "hash": self.hash(at),
                "parentHash": self.hash(at - 1),
                "timestamp": hex(1_790_000_000 + at),
                "transactions": [],
            }
        }

    def _logs(self, wanted: dict[str, Any]) -> dict[str, Any]:
        first, last = (int(wanted[key], 16) for key in ("fromBlock", "toBlock"))
        return {"result": [self.log(n) for n in range(first, min(last, self.head) + 1)]}

    def log(self, number: int) -> dict[str, Any]:
        units = self.units(number)
        return log(
            number, f"tx {number} {self.salts[number]}", blockHash=self.hash(number), data="0x" + word(units)
        )

    def units(self, number: int) -> int:
        return 1_000 * self.salts[number] + number + 1

    def _call(self, call: dict[str, str], block: str) -> dict[str, Any]:
        known = {
            "0x313ce567": "0x" + word(6),
            "0x95d89b41": text_answer("USDT"),
            "0x06fdde03": text_answer(""),
        }
        assert call["to"] == USDT.lower()
        return {"result": known[call["data"]]}
