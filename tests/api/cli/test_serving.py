"""``serve`` as it is run: it prints the one link that lets a browser in, and serves this machine only."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.api.cli.talking import talk
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path


EVERYWHERE = "0.0.0.0"  # noqa: S104 - to be refused


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.0.2.1", "example.org"])
def test_any_address_but_this_machine_is_refused(host: str, tmp_path: Path) -> None:
    said = talk("--store", str(tmp_path / "store"), "serve", "--host", host, "--json")
    assert said.code == 2
    assert said.error["what"] == "only this machine may be served until there is sign-in"
    assert not (tmp_path / "store").exists()


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        said = talk("--store", str(tmp_path / "store"), "serve", "--port", port, "--json")
    assert said.code == 2
    assert said.error["port"] == port
    assert not (tmp_path / "store").exists()


def test_the_printed_link_lets_in_and_nothing_else_does(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "api.cli", "--store", str(tmp_path / "store"), "--case", "KE-1"]
    with subprocess.Popen(
        [*command, "serve", "--port", "0", "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        told = ""
        for line in server.stdout or ():
            told += line
            if line.startswith("}"):
                break
        document = json.loads(told)
        base, _, token = document["url"].partition("/?token=")
        with pytest.raises(HTTPError, match="401") as refused:
            urlopen(base + "/cases.json")  # noqa: S310 - loopback
        refused.value.close()
        asked = Request(base + "/cases.json", headers={"Authorization": f"Bearer {token}"})  # noqa: S310
        with urlopen(asked) as answer:  # noqa: S310
            assert json.load(answer) == {"cases": []}
        server.terminate()
        assert server.wait(20) in (0, -15)
