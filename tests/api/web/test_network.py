"""The network and trace pages, asked in process: twins, exports, masking, and what cannot be read."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import networkx as nx
import pytest

from api.web.network_state import NetworkState, address, day_start, day_text
from graph.model.results import ResultKind
from tests.api.web.conftest import CASE

if TYPE_CHECKING:
    from graph.model.scope import Scope
    from tests.api.web.conftest import Site

NETWORK, TRACES = f"/cases/{CASE}/network", f"/cases/{CASE}/traces"


def test_an_address_says_everything_and_reads_back() -> None:
    state = NetworkState(
        opened=("a:out:value", "b"),
        pinned=("c",),
        apart=("d",),
        since="2026-09-01",
        until="2026-09-03",
        asset="KES:2",
        least="10.00",
        leaves="2",
        view="payments",
        selected="paid:a:b:KES:2",
    )
    from starlette.datastructures import QueryParams

    assert NetworkState.of(QueryParams(parse_qsl(urlsplit(address("c", state)).query))) == state
    query = state.query()
    assert query.wanted.least == 1000
    assert query.wanted.window == (day_start("2026-09-01"), day_start("2026-09-03"))
    assert (query.opened[0].direction, query.opened[0].choice) == ("out", "value")


@pytest.mark.parametrize("day", ["1970-01-01", "2024-02-29", "2026-12-31"])
def test_days_read_back(day: str) -> None:
    assert day_text(day_start(day)) == day
    assert day_text(day_start(day) - 1) < day


@pytest.mark.parametrize(
    "query", ["open=x:sideways", "from=yesterday", "asset=KES:2&least=ten", "open=a:out:most"]
)
def test_what_cannot_be_read_is_told(site: Site, query: str) -> None:
    answer = site.client.get(f"{NETWORK}?{query}")
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "query", ["", "sel=nobody", "open=" + "0" * 32, "pin=zz&apart=zz", "leaves=x", "focus=' OR 1=1"]
)
def test_strange_addresses_still_give_a_page(site: Site, query: str) -> None:
    assert site.twin(f"{NETWORK}?{query}")["network"]["budget"] == 300
    assert 'id="cy"' in site.page(f"{NETWORK}?{query}")


def test_every_way_on_from_a_selection_leads_somewhere(site: Site) -> None:
    start = site.twin(NETWORK)
    for node in start["network"]["nodes"][:6]:
        selected = site.twin(f"{NETWORK}?sel={node['id']}")["selected"]
        assert selected["id"] == node["id"]
        for url in selected["urls"].values():
            if url:
                assert site.client.get(url).status_code == 200, url


def test_what_passed_is_exact_and_of_the_whole_instrument(site: Site) -> None:
    start = site.twin(NETWORK)
    node = max((n for n in start["network"]["nodes"] if n["opened"]), key=lambda n: n["events"])
    one = site.twin(f"{NETWORK}?sel={node['id']}")["selected"]
    assert one["received"]["events"] + one["paid"]["events"] == node["events"]
    edges = start["network"]["edges"]
    drawn = sum(
        e["events"] for e in edges if e["kind"] == "paid" and node["id"] in (e["source"], e["target"])
    )
    assert drawn == node["events"] - node["not_drawn"]


def test_exports_hold_what_the_page_shows(site: Site) -> None:
    network = site.twin(NETWORK)["network"]
    graphml = site.client.get(f"{NETWORK}/export/graphml")
    assert "attachment" in graphml.headers["content-disposition"]
    g = nx.read_graphml(io.BytesIO(graphml.content), force_multigraph=True)
    assert {n["id"] for n in network["nodes"]} == set(g.nodes)
    assert sorted(e["amount"] for e in network["edges"]) == sorted(
        d["amount"] for *_, d in g.edges(data=True)
    )
    packed = site.client.get(f"{NETWORK}/export/csv_network")
    assert packed.content == site.client.get(f"{NETWORK}/export/csv_network").content
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert len(archive.read("network_payments.csv").splitlines()) == len(network["payments"]) + 1
    assert site.client.get(f"{NETWORK}/export/network_html").status_code == 200
    assert site.client.get(f"{NETWORK}/export/exe").status_code == 404


def test_names_and_numbers_stay_masked(site: Site) -> None:
    bench = site.desk.bench(CASE, purpose="test")
    labels = {
        i.label
        for i in bench.store.instruments(bench.scope, list(bench.store.snapshot(bench.scope).nodes)).values()
    }
    assert all(label.startswith("••") or label in ("unknown", "cash") for label in labels if label)
    for path in (f"{NETWORK}/export/csv_network", f"{NETWORK}/export/graphml", NETWORK, TRACES):
        text = site.client.get(path).content.decode("utf-8", "replace")
        assert "+2547" not in text


def test_a_trace_shows_what_was_stored(site: Site) -> None:
    bench = site.desk.bench(CASE, purpose="test")
    scope: Scope = bench.scope
    (stored, *_) = bench.store.results(scope, ResultKind.TRACE)
    told = site.twin(f"{TRACES}/{stored.id}")
    rule = stored.fields["rules"][told["rule"]]
    assert told["held"] == rule["held"]
    assert [h["traced"] for h in told["hops"]] == [h["traced"] for h in rule["hops"]]
    assert {r["code"] for r in told["rules"]} == set(stored.fields["rules"])
    for line in told["rules"]:
        assert [a for _, a, _, _ in line["ends"]] == [
            stored.fields["rules"][line["code"]][end]
            for end in ("held", "spent", "fees", "swallowed", "lost")
        ]
    assert {name for name, _, _ in told["policy"]} == set(stored.policy)
    assert site.client.get(f"{TRACES}/{'0' * 32}").status_code == 404


def test_the_figure_is_made_once_and_is_that_of_the_pack(site: Site) -> None:
    bench = site.desk.bench(CASE, purpose="test")
    (stored, *_) = bench.store.results(bench.scope, ResultKind.TRACE)
    one, two = (site.twin(f"{TRACES}/{stored.id}/figure")["figure"] for _ in range(2))
    assert one == two
    assert one["stale"] is False
    assert one["svg"].startswith("<svg ")
