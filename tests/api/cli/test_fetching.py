"""``fetch evm``: asks only the node that is named, goes on where it stopped, says what it replaced."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import typer

from api.cli.main import app
from tests.api.cli.talking import talk
from tests.conftest import ROOT
from tests.ingest.evm.practice_blocks import USDT
from tests.ingest.fetchers.loopback_node import Manners, serving
from tests.ingest.fetchers.scripted_chain import ScriptedChain

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.talking import Said

QUESTION = ("--from", 0, "--contract", USDT, "--finality", 2)


def fetch(store: Path, *more: object) -> Said:
    return talk("--store", store, "--case", "KE-1", "--json", "fetch", "evm", *more)


def test_a_fetch_goes_on_and_says_what_was_replaced(tmp_path: Path) -> None:
    chain, store = ScriptedChain(12), tmp_path / "store"
    with serving(Manners(chain.ask)) as url:
        first = fetch(store, "--endpoint", url, *QUESTION)
        assert first.code == 0, first
        assert first.document["covered"] == [{"from": 0, "to": 9}]
        (file,) = first.document["files"]
        assert (file["verdict"], file["accepted"], file["reader"]) == ("accepted", 10, "evm")
        assert "blocks 0 to 9 saved; the head is 11" in first.err

        assert fetch(store, "--endpoint", url, *QUESTION).document["files"] == []
        chain.fork(4, 6, salt=1)
        third = fetch(store, "--endpoint", url, *QUESTION)
    assert [(r["from"], r["to"]) for r in third.document["replaced"]] == [(0, 9)]
    assert third.document["covered"] == [{"from": 0, "to": 11}]
    sources = talk("--store", store, "--case", "KE-1", "--json", "sources").document["sources"]
    assert len(sources) == 2
    assert all(url.rpartition("/")[2] not in str(source) for source in sources)


def test_text_names_blocks_pages_and_what_was_retracted(tmp_path: Path) -> None:
    chain, address = ScriptedChain(6), tmp_path / "node.txt"
    options = ("--store", tmp_path / "store", "--case", "KE-1", "--quiet", "fetch", "evm")
    with serving(Manners(chain.ask)) as url:
        address.write_text(url + "\n", encoding="utf-8")
        talk(*options, "--endpoint-file", address, *QUESTION)
        chain.fork(3, 3, salt=1)
        said = talk(*options, "--endpoint-file", address, *QUESTION)
        again = talk(*options, "--endpoint-file", address, *QUESTION)
    assert said.out.startswith("blocks held: 0 to 3; head 5\nretracted ")
    assert "the chain was reorganised" in said.out
    assert again.out == "blocks held: 0 to 3\nnothing new to fetch\n"


def test_a_line_that_asks_nobody_or_everything_is_refused(tmp_path: Path) -> None:
    for more in (
        QUESTION,
        ("--endpoint", "http://127.0.0.1:1", "--from", 0),
        ("--endpoint", "http://127.0.0.1:1", "--endpoint-file", __file__, *QUESTION),
        ("--endpoint", "127.0.0.1:1", *QUESTION),
        ("--endpoint", "http://127.0.0.1:1", *QUESTION, "--traces"),
        ("--endpoint", "http://127.0.0.1:1", *QUESTION, "--address", "0x12"),
        ("--endpoint", "http://127.0.0.1:1", *QUESTION, "--from", 7, "--to", 6),
    ):
        said = fetch(tmp_path / "store", *more)
        assert (said.code, said.error["code"]) == (2, "usage")
    assert not (tmp_path / "store").exists()


def test_a_node_that_refuses_is_told_with_exit_code_three(tmp_path: Path) -> None:
    manners = Manners(lambda method, params: {"error": {"code": -32000, "message": "not today"}})
    with serving(manners) as url:
        said = fetch(tmp_path / "store", "--endpoint", url, *QUESTION)
    assert (said.code, said.error["code"]) == (3, "fetch")
    assert "not today" in said.error["what"]


def test_the_examples_run_against_a_node(tmp_path: Path) -> None:
    group: Any = typer.main.get_command(app)
    fetching = group.commands["fetch"]
    address = tmp_path / "node.txt"
    with serving(Manners(ScriptedChain(120).ask)) as url:
        address.write_text(url, encoding="utf-8")
        for number, command in enumerate((fetching, fetching.commands["evm"])):
            words = shlex.split(command.epilog.removeprefix("Example: fuatilia "))
            real = {"node.txt": address, "http://localhost:8545": url}
            store = tmp_path / f"store-{number}"
            said = talk("--store", store, "--case", "KE-1", *(real.get(word, word) for word in words))
            assert (said.code, said.out.startswith("blocks held: 100 to ")) == (0, True), said


def test_starting_up_imports_neither_web3_nor_a_network_library() -> None:
    script = "import sys, api.cli.main, ingest.fetchers.evm, api.casework.fetching, ingest.sources.evm\n"
    script += "print(sorted({'web3', 'requests', 'aiohttp', 'eth_abi'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.strip() == "[]"
