"""A chain in this process (py-evm), with a token written in Vyper, that speaks JSON-RPC in plain JSON."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import pytest

from tests.conftest import required

TOKEN = """
# pragma version ^0.4.0

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    value: uint256

symbol: public(String[16])
name: public(String[32])
decimals: public(uint8)
balanceOf: public(HashMap[address, uint256])

@deploy
def __init__(symbol: String[16], decimals: uint8, supply: uint256):
    self.symbol = symbol
    self.name = "Practice token"
    self.decimals = decimals
    self.balanceOf[msg.sender] = supply
    log Transfer(sender=empty(address), receiver=msg.sender, value=supply)

@internal
def _move(sender: address, receiver: address, units: uint256):
    self.balanceOf[sender] -= units
    self.balanceOf[receiver] += units
    log Transfer(sender=sender, receiver=receiver, value=units)

@external
def transfer(receiver: address, units: uint256) -> bool:
    self._move(msg.sender, receiver, units)
    return True

@external
def spread(first: uint256, count: uint256, units: uint256):
    for i: uint256 in range(count, bound=200):
        n: uint256 = first + i
        receiver: address = convert(convert(65536 + n % 120, uint160), address)
        self._move(msg.sender, receiver, units + n)

@external
def burn(units: uint256):
    self.balanceOf[msg.sender] -= units
    log Transfer(sender=msg.sender, receiver=empty(address), value=units)
"""

# The middleware leaves the transactions of a full block as the machine's own library names them.
_CAMEL = {
    "block_hash": "blockHash",
    "block_number": "blockNumber",
    "chain_id": "chainId",
    "gas_price": "gasPrice",
    "transaction_index": "transactionIndex",
}


class _NoMiddleware:
    def as_tuple_of_middleware(self) -> tuple[Any, ...]:
        return ()


class Chain:
    """A fresh chain; every transaction is a block of its own unless mining is held."""

    def __init__(self) -> None:
        depth = sys.getrecursionlimit()
        from eth_tester import EthereumTester, PyEVMBackend  # type: ignore[import-untyped]
        from web3 import EthereumTesterProvider, Web3

        sys.setrecursionlimit(depth)  # py_ecc lifts it so far that other tests' deep JSON ends the process
        self.tester: Any = EthereumTester(PyEVMBackend())
        provider: Any = EthereumTesterProvider(self.tester)
        self.web3: Any = Web3(provider)
        self._ask = provider.request_func(self.web3, _NoMiddleware())
        self.lock = threading.RLock()
        self.accounts: list[str] = list(self.web3.eth.accounts)

    @property
    def id(self) -> int:
        return int(self.web3.eth.chain_id)

    @property
    def head(self) -> int:
        return int(self.web3.eth.block_number)

    def deploy(self, symbol: str, decimals: int, supply: int) -> Any:
        """Put a token on the chain; its whole supply is the first account's."""
        from vyper.compiler import compile_code  # type: ignore[import-untyped]

        made = compile_code(TOKEN, output_formats=["bytecode", "abi"])
        factory = self.web3.eth.contract(abi=made["abi"], bytecode=made["bytecode"])
        hashed = factory.constructor(symbol, decimals, supply).transact({"from": self.accounts[0]})
        receipt = self.web3.eth.wait_for_transaction_receipt(hashed)
        return self.web3.eth.contract(address=receipt["contractAddress"], abi=made["abi"])

    def send(self, call: Any, sender: int = 0, gas: int = 12_000_000) -> None:
        """Run a contract's method in a transaction."""
        call.transact({"from": self.accounts[sender], "gas": gas})

    def pay(self, sender: int, receiver: str, wei: int) -> None:
        """Send the chain's own coin."""
        self.web3.eth.send_transaction({"from": self.accounts[sender], "to": receiver, "value": wei})

    def remember(self) -> Any:
        """Return the present state, for ``fork``."""
        return self.tester.take_snapshot()

    def fork(self, state: Any) -> None:
        """Go back to a state; the blocks mined next differ from those forgotten, because time has passed."""
        newest = self.tester.get_block_by_number(self.head)
        self.tester.revert_to_snapshot(state)
        self.tester.time_travel(int(newest["timestamp"]) + 1_000)

    def answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        """Answer one request as a node does."""
        from eth_tester.exceptions import TransactionFailed  # type: ignore[import-untyped]

        with self.lock:
            try:
                answer = self._ask(method, params)
            except TransactionFailed as fault:
                return {"error": {"code": 3, "message": str(fault)}}
        if "error" in answer:
            return {"error": dict(answer["error"])}
        return {"result": plain(answer["result"])}


def plain(value: Any) -> Any:
    """Write a value as JSON-RPC does: numbers and bytes in hexadecimal."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return hex(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, Mapping):
        return {_CAMEL.get(key, key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value]


def fresh_chain() -> Chain:
    """Return a chain; skips where its machine is not installed, unless the run requires it."""
    missing = [name for name in ("eth_tester", "eth", "vyper", "web3") if find_spec(name) is None]
    if missing:
        reason = f"no test chain: {', '.join(missing)} not installed"
        if required("evm"):
            pytest.fail(reason)
        pytest.skip(reason)
    return Chain()
