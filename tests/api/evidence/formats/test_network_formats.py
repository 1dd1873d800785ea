from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path

import networkx as nx
import pytest
from lxml import etree

from api.errors import UsageError
from api.evidence.exporters import Heading, exporters
from api.evidence.formats.csv_schedule import read_csv
from api.evidence.formats.network_html import page, plain
from api.evidence.tables.network import network_tables
from graph.model.network import Network, Node
from graph.walk import HARD_STOP
from tests.api.evidence.formats.hostile import PAYLOADS, hostile
from tests.graph.networks import network
from tests.graph.snapshots import Paid

HEADING = Heading("<h1 onclick=alert(1)>Title", "</title><script>1</script>", "note & \u202e more")
ROOT = Path(__file__).resolve().parents[4]


def small() -> Network:
    return network(
        [Paid("a" * 32, "b" * 32, 12_345, 1), Paid("b" * 32, "c" * 32, 10**37 + 1, 2)], {"b" * 32: "till"}
    )


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(html)
    return parser.found


def test_the_three_formats_are_found() -> None:
    assert list(exporters()) == ["csv_network", "graphml", "network_html"]


@pytest.mark.parametrize("code", ["csv_network", "graphml", "network_html"])
def test_the_same_network_gives_the_same_bytes_in_every_process(code: str) -> None:
    script = (
        "import hashlib\n"
        "from api.evidence.exporters import Heading, exporters\n"
        "from tests.api.evidence.formats.hostile import hostile\n"
        f"files = exporters()[{code!r}].files(hostile(), Heading('t', 'c', 'n'))\n"
        "print({k: hashlib.sha256(v).hexdigest() for k, v in sorted(files.items())})\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True, text=True, check=True, cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1


def test_graphml_reads_back_with_every_amount_exact() -> None:
    data = exporters()["graphml"].files(small(), HEADING)["network.graphml"]
    g = nx.read_graphml(io.BytesIO(data), force_multigraph=True)
    assert sorted(d["amount"] for *_, d in g.edges(data=True)) == ["1" + "0" * 35 + ".01", "123.45"]
    assert g.nodes["b" * 32]["kind"] == "till"


def test_graphml_is_well_formed_whatever_the_texts_are() -> None:
    data = exporters()["graphml"].files(hostile(), HEADING)["network.graphml"]
    tree = etree.fromstring(data)
    labels = [d.text for d in tree.iter("{*}data") if d.get("key") == "label"]
    assert len(labels) == len(PAYLOADS)
    assert labels[0] == PAYLOADS[0]
    assert "pay [U+202E]00.1 backwards" in labels


def test_csv_reads_back_to_the_same_tables() -> None:
    files = exporters()["csv_network"].files(hostile(), HEADING)
    for name, table in network_tables(hostile()).items():
        rows = read_csv(files[name])
        assert [tuple(r.values()) for r in rows] == list(table.rows)
    assert not re.search(rb"(?m)^[=+@]|,[=+@]", b"".join(files.values()))


def test_the_page_refers_to_nothing_outside_and_runs_only_its_own_two_scripts() -> None:
    html = page(hostile(), HEADING)
    found = elements(html)
    assert not [a for _, a in found if {"src", "href", "action", "srcset", "data", "poster"} & {*a}]
    assert not [t for t, _ in found if t in {"link", "iframe", "object", "base", "img", "svg", "form", "a"}]
    assert not [k for _, a in found for k in a if k.startswith("on")]
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert [t for t, _ in found].count("script") == len(scripts) == 2
    (policy,) = (a["content"] for t, a in found if t == "meta" and a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    for script in scripts:
        assert f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy


def test_no_markup_of_the_evidence_stands_in_the_drawing() -> None:
    script = re.findall(r"<script>(.*?)</script>", page(hostile(), HEADING), re.DOTALL)[1]
    told = script[script.index("nodes = new vis.DataSet(") : script.index("nodeColors")]
    assert "<" not in told
    assert ">" not in told
    assert "title" not in re.findall(r'"(\w+)":', told)  # pyvis puts a title with href in as markup


def test_the_table_twin_holds_every_row() -> None:
    html = page(small(), HEADING)
    rows = sum(len(t.rows) for t in network_tables(small()).values())
    assert html.count("<tr>") == rows + len(network_tables(small()))
    assert "1" + "0" * 35 + ".01" in html


def test_a_network_that_nobody_can_read_is_refused() -> None:
    nodes = tuple(Node(id=f"{i:032x}", kind="till", label="x") for i in range(HARD_STOP + 1))
    large = Network(version="v", nodes=nodes, edges=(), payments=())
    with pytest.raises(UsageError, match="too large"):
        exporters()["network_html"].files(large, HEADING)


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_label_is_short_and_cannot_be_markup(text: str) -> None:
    assert not {"<", ">", "&", "\x00", "\u202e", "\u2028"} & {*plain(text)}
    assert len(plain(text)) <= 28 * 8
