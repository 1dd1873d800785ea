"""A real machine, a real token, a node with bad manners: in the end the ledger equals the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.casework.fetching import fetch_evm, saved_pages
from graph.model.amounts import Asset
from graph.model.results import Result, ResultKind
from graph.model.scope import Clearance, Scope
from graph.store import Selection
from graph.stores.ledger import STORE
from ingest.fetchers.evm import FetchError, Node, Question
from ingest.runner import Intake
from tests.ingest.fetchers.chain import fresh_chain
from tests.ingest.fetchers.loopback_node import Manners, serving
from tests.ingest.fetchers.scripted_chain import ScriptedChain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.casework.fetching import Fetched
    from graph.stores.ledger.store import LedgerStore
    from tests.ingest.fetchers.chain import Chain

SCOPE = Scope("officer", ("case",), "test", Clearance.PROTECTED)
AT = "2026-11-24T12:00:00+00:00"
ZERO = "0x" + "0" * 40


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LedgerStore]:
    opened = STORE.open(str(tmp_path / "store"), create=True)
    opened.open_case(SCOPE, "case")
    yield opened
    opened.close()


def fetched(store: LedgerStore, node: Any, question: Question, at: str = AT) -> Fetched:
    return fetch_evm(store, SCOPE, "case", node, question, Intake(authority="order 1"), fetched=at)


def balances(store: LedgerStore, contract: str) -> dict[str, int]:
    """Return what the ledger says each address holds of a token; empty contract: the coin."""
    rows = store.select(SCOPE, Selection()).table.to_pylist()
    found: dict[str, int] = {}
    for row in rows:
        if Asset.from_key(row["asset"]).contract == contract:
            for end, sign in ((row["debit"], -1), (row["credit"], 1)):
                found[end] = found.get(end, 0) + sign * int(row["amount"])
    known = store.instruments(SCOPE, sorted(found))
    return {known[end].label: units for end, units in found.items() if known[end].kind == "evm"}


def test_2000_transfers_a_reorganisation_and_refusals_and_the_ledger_equals_the_chain(
    store: LedgerStore,
) -> None:
    chain = fresh_chain()
    token = chain.deploy("PRA", 6, 10**15)
    for block in range(58):
        chain.send(token.functions.spread(block * 30, 30, 5))
    state = chain.remember()
    for block in range(3):
        chain.send(token.functions.spread(9_000 + block * 30, 30, 7))
    manners = Manners(chain.answer)
    manners.most_blocks = 50
    manners.drop = lambda n: n % 13 == 0
    question = Question(0, contracts=(token.address,), finality=0)
    with serving(manners) as url:
        node = Node(url, sleep=lambda seconds: None)
        first = fetched(store, node, question)
        assert held(chain, token, 20).items() <= balances(store, token.address).items()

        chain.fork(state)
        for block in range(9):
            chain.send(token.functions.spread(20_000 + block * 30, 30, 11))
        chain.send(token.functions.transfer(chain.accounts[1], 1_234))
        chain.send(token.functions.burn(77))
        second = fetched(store, node, question, "2026-11-24T13:00:00+00:00")
    assert len(first.receipts) == 2
    assert [(r.first, r.last) for r in second.replaced] == [(50, 62)]
    assert "was reorganised" in second.replaced[0].reason
    assert second.covered == [(0, chain.head)]
    transfers = 1 + 67 * 30 + 1 + 1
    assert store.select(SCOPE, Selection()).table.num_rows == transfers
    assert transfers > 2_000
    assert node.retried > 3
    assert balances(store, token.address) == held(chain, token)


def held(chain: Chain, token: Any, step: int = 1) -> dict[str, int]:
    """Return what the token's contract says every ``step``-th of the addresses used here holds."""
    named = [chain.web3.to_checksum_address(f"0x{65_536 + n:040x}") for n in range(120)]
    found = {a: token.functions.balanceOf(a).call() for a in [*chain.accounts[:2], *named][::step]}
    return {address: units for address, units in found.items() if units}


def test_whole_blocks_give_coin_fees_and_failures_to_the_last_unit(store: LedgerStore) -> None:
    chain = fresh_chain()
    token = chain.deploy("PRA", 6, 10**9)
    before = {a: int(chain.web3.eth.get_balance(a, 0)) for a in chain.accounts}
    poor = chain.accounts[3]
    chain.pay(1, chain.accounts[2], 10**18)
    chain.pay(2, poor, 5 * 10**17)
    chain.send(token.functions.transfer(poor, 500))
    chain.send(token.functions.transfer(chain.accounts[4], 10**12), sender=3, gas=100_000)  # more than it has
    with serving(Manners(chain.answer)) as url:
        done = fetched(store, Node(url), Question(0, whole=True, traces=True, finality=0))
    rows = store.select(SCOPE, Selection(statuses=())).table.to_pylist()
    kinds = sorted((r["kind"], r["channel"], r["status"]) for r in rows)
    assert kinds.count(("fee", "gas", "completed")) == 5
    assert kinds.count(("principal", "coin", "completed")) == 2
    moved = balances(store, "")
    now = {a: int(chain.web3.eth.get_balance(a)) for a in chain.accounts}
    assert {a: moved.get(a, 0) for a in chain.accounts} == {a: now[a] - before[a] for a in chain.accounts}
    assert balances(store, token.address) == {chain.accounts[0]: 10**9 - 500, poor: 500}
    failed = [r for r in rows if r["mark"] == "failed transaction"]
    assert [r["kind"] for r in failed] == ["fee"]
    assert "internal value: the node offers no traces" in done.receipts[0].assumptions["not read"]


def test_a_failed_payment_of_coin_moves_nothing(store: LedgerStore) -> None:
    chain = fresh_chain()
    token = chain.deploy("PRA", 6, 10**9)
    call = {"from": chain.accounts[1], "to": token.address, "value": 10**17, "gas": 60_000}
    chain.web3.eth.send_transaction(call)  # the token takes no coin
    with serving(Manners(chain.answer)) as url:
        fetched(store, Node(url), Question(2, whole=True, finality=0))
    rows = store.select(SCOPE, Selection(statuses=())).table.to_pylist()
    assert sorted((r["kind"], r["status"], r["mark"]) for r in rows) == [
        ("fee", "completed", "failed transaction"),
        ("principal", "failed", "failed transaction"),
    ]


def test_two_questions_that_overlap_tell_of_each_transfer_once(store: LedgerStore) -> None:
    chain = ScriptedChain(6)
    fetched(store, chain, Question(0, finality=0))
    fetched(store, chain, Question(2, finality=0, contracts=(log_contract(chain),)))
    observed = store.select(SCOPE, Selection()).table
    assert (observed.num_rows, len(set(observed["event"].to_pylist()))) == (10, 6)
    assert len(store.snapshot(SCOPE).amount) == 6


def log_contract(chain: ScriptedChain) -> str:
    return str(chain.log(0)["address"])


def test_the_cursor_is_what_is_saved_and_a_fetch_goes_on_where_it_broke(store: LedgerStore) -> None:
    chain = ScriptedChain(40)

    class Breaking:
        stated = ""
        left = 30

        def ask(self, method: str, params: list[Any]) -> dict[str, Any]:
            self.left -= 1
            if self.left < 0:
                raise FetchError("the node did not answer")
            return chain.ask(method, params)

    question = Question(0, finality=2)
    with pytest.raises(FetchError):
        fetch_evm(store, SCOPE, "case", Limited(Breaking(), 10), question, Intake(), fetched=AT)
    before = saved_pages(store, SCOPE)
    assert before
    done = fetched(store, Limited(chain, 10), question)
    assert done.covered == [(0, 37)]
    assert done.replaced == []
    assert {p.name for p in before} < {p.name for p in saved_pages(store, SCOPE)}
    assert store.select(SCOPE, Selection()).table.num_rows == 38
    again = fetched(store, chain, question)
    assert (again.receipts, again.covered) == ([], [(0, 37)])


class Limited:
    """A node that refuses ranges of more than some blocks."""

    stated = ""

    def __init__(self, node: Any, most: int) -> None:
        self.node, self.most = node, most

    def ask(self, method: str, params: list[Any]) -> dict[str, Any]:
        if method == "eth_getLogs":
            blocks = int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1
            if blocks > self.most:
                return {"error": {"code": -32602, "message": f"more than {self.most} blocks"}}
        return self.node.ask(method, params)  # type: ignore[no-any-return]


def test_results_that_rested_on_replaced_blocks_fall(store: LedgerStore) -> None:
    chain = ScriptedChain(8)
    fetched(store, chain, Question(0, finality=0))
    cited = store.select(SCOPE, Selection()).table["observation"].to_pylist()[-1]
    result = Result(ResultKind.TRACE, "case", "test 1", {}, {}, store.version(SCOPE), (cited,))
    kept = store.record(SCOPE, result)
    chain.fork(2, 3, salt=1)
    done = fetched(store, chain, Question(0, finality=0), "2026-11-24T13:00:00+00:00")
    assert [r.fallen for r in done.replaced] == [(kept,)]
    assert store.results(SCOPE) == []


def test_a_page_that_cannot_be_read_is_kept_and_covers_nothing(store: LedgerStore) -> None:
    chain = ScriptedChain(4)

    class Garbled:
        stated = ""

        def ask(self, method: str, params: list[Any]) -> dict[str, Any]:
            found = chain.ask(method, params)
            if method == "eth_getLogs":
                return {"result": [{**one, "data": "0x"} for one in found["result"]]}
            return found

    done = fetched(store, Garbled(), Question(0, finality=0))
    assert [r.verdict.value for r in done.receipts] == ["quarantined"]
    assert done.covered == []
    assert len(store.sources(SCOPE)) == 1
    assert fetched(store, chain, Question(0, finality=0), "2026-11-24T13:00:00+00:00").covered == [(0, 3)]


def test_a_range_without_transfers_is_covered_all_the_same(store: LedgerStore) -> None:
    chain = ScriptedChain(4)

    class Quiet:
        stated = ""

        def ask(self, method: str, params: list[Any]) -> dict[str, Any]:
            return {"result": []} if method == "eth_getLogs" else chain.ask(method, params)

    done = fetched(store, Quiet(), Question(0, finality=0))
    assert (done.receipts[0].verdict.value, done.covered) == ("accepted", [(0, 3)])
    assert fetched(store, Quiet(), Question(0, finality=0)).receipts == []


def test_a_chain_that_comes_back_is_read_again(store: LedgerStore) -> None:
    chain = ScriptedChain(4)
    before = list(chain.salts)
    fetched(store, chain, Question(0, finality=0))
    chain.fork(2, 2, salt=1)
    fetched(store, chain, Question(0, finality=0))
    chain.salts = before
    back = fetched(store, chain, Question(0, finality=0))
    assert (len(back.replaced), back.covered) == (1, [(0, 3)])
    units = store.select(SCOPE, Selection()).table["amount"].to_pylist()
    assert [int(u) for u in units] == [chain.units(n) for n in range(4)]
