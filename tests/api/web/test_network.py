"""The network pages, asked in process: twins, exports, masking, and what cannot be read."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import networkx as nx
import pytest

from api.casework.saved_views import KIND
from api.web.network_state import NetworkState, address, day_start, day_text
from graph.documents import Documents
from graph.model.results import ResultKind
from tests.api.web.conftest import CASE

if TYPE_CHECKING:
    from tests.api.web.conftest import Site

KES = "KES:2"
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
        through="a",
        trail="b",
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


def busiest(site: Site) -> tuple[Any, str]:
    """The start of the network, and its opened instrument with the most payments."""
    start = site.twin(NETWORK)
    nodes = [n for n in start["network"]["nodes"] if n["opened"]]
    return start, max(nodes, key=lambda n: n["events"])["id"]


def lines_of(told: Any) -> dict[str, Any]:
    (figures,) = told["selected"]["figures"]
    return {line["part"]: line for line in figures["lines"]}


def test_a_bare_address_shows_what_suits_the_case_and_an_empty_selection_stays_empty(site: Site) -> None:
    start = site.twin(NETWORK)
    assert start["view"] == "payments"
    cited = {
        i["id"]
        for lead in site.desk.bench(CASE, purpose="test").leads_document()["leads"]
        for i in lead["instruments"]
    }
    assert start["selected"]["id"] in cited
    assert start["selected"]["citing"]
    again = site.twin(f"{NETWORK}?{start['query']}")
    assert {k: v for k, v in again.items() if k != "drawing"} == {
        k: v for k, v in start.items() if k != "drawing"
    }
    assert site.twin(f"{NETWORK}?sel=")["selected"] is None


def test_what_passed_is_exact_and_of_the_whole_instrument(site: Site) -> None:
    start, name = busiest(site)
    node = next(n for n in start["network"]["nodes"] if n["id"] == name)
    told = site.twin(f"{NETWORK}?view=totals&sel={name}")
    lines = lines_of(told)
    charged = sum(bool(p["fee"]) for p in start["payments"] if name == p["payer"]["id"])
    events = sum(lines[part]["events"] for part in ("in", "out", "fee"))
    assert events == node["events"] + charged
    edges = start["network"]["edges"]
    drawn = sum(e["events"] for e in edges if e["kind"] == "paid" and name in (e["source"], e["target"]))
    assert drawn == node["events"] - node["not_drawn"]


@pytest.mark.parametrize(
    "window", ["", "&from=2026-10-10&to=2026-10-15", "&to=2026-09-20", "&from=2026-10-20"]
)
def test_printed_balances_meet_what_passed_and_every_figure_opens_to_its_records(
    site: Site, window: str
) -> None:
    start = site.twin(NETWORK)
    checked = 0
    for node in [n for n in start["network"]["nodes"] if n["opened"]]:
        told = site.twin(f"{NETWORK}/panel?sel={node['id']}{window}")["selected"]
        for figures in told["figures"]:
            amounts = {line["part"]: line["amount"] for line in figures["lines"]}
            if amounts["opening"]:
                parts = {k: Decimal(v) for k, v in amounts.items()}
                assert parts["opening"] + parts["in"] - parts["out"] - parts["fee"] == parts["closing"]
                assert told["checked"] == "reconciles"
                assert figures["other"] == ""
                checked += 1
            for line in figures["lines"] if "from" in window else ():
                page = site.twin(line["url"])
                assert page["total"] == line["amount"]
                balance = line["part"] in ("opening", "closing")
                assert page["events"] == (int(bool(line["amount"])) if balance else line["events"])
                assert len({r["observation"] for r in page["rows"]}) <= page["events"] or balance
    assert checked >= 4


def test_a_charge_is_told_with_its_payment_and_counted_once(site: Site) -> None:
    start = site.twin(NETWORK)
    assert sum(bool(p["fee"]) for p in start["payments"]) > 8
    assert all(p["kind"] != "fee" or not p["fee"] for p in start["payments"])
    folded = {p["fee_url"] for p in start["payments"] if p["fee"]}
    assert len(folded) == sum(bool(p["fee"]) for p in start["payments"])
    assert not folded & {p["url"] for p in start["payments"]}


def test_what_is_traced_is_that_of_the_chosen_rule(site: Site) -> None:
    bench = site.desk.bench(CASE, purpose="test")
    (stored, *_) = bench.store.results(bench.scope, ResultKind.TRACE)
    start = site.twin(NETWORK)
    rule = start["traced"]["rule"]
    hops: dict[str, Fraction] = {}
    for hop in stored.fields["rules"][rule]["hops"]:  # a conversion is two hops of one payment
        hops[hop["observation"]] = hops.get(hop["observation"], Fraction(0)) + Fraction(hop["traced"])
    rows = {p["url"].rpartition("/")[2]: p for p in start["payments"]}
    met = {o: t for o, t in hops.items() if o in rows}
    assert len(met) > 8
    assert {o: Fraction(rows[o]["traced"]) for o in met} == met
    assert all(Fraction(p["traced"]) <= Fraction(p["amount"]) for p in rows.values() if p["traced"])
    assert "0.00" in {p["traced"] for p in rows.values()}


def test_a_window_hides_and_moves_nothing(site: Site) -> None:
    start = site.twin(NETWORK)
    cut = site.twin(f"{NETWORK}?from=2026-10-13&to=2026-10-15")
    places = {n["id"]: (n["x"], n["y"]) for n in start["network"]["nodes"]}
    inside = {n["id"]: (n["x"], n["y"]) for n in cut["network"]["nodes"]}
    assert inside.items() <= places.items()
    assert len(inside) < len(places)
    shown = [p for p in cut["payments"] if not p["hidden"]]
    assert len(shown) == len(cut["network"]["payments"])
    assert cut["hidden"] == len(start["network"]["payments"]) - len(shown) > 0
    assert len(cut["payments"]) == len(start["payments"])  # all that a moved window may show


def test_only_paths_through_a_node_and_paths_to_another(site: Site) -> None:
    start, name = busiest(site)
    told = site.twin(f"{NETWORK}?view=totals&through={name}&sel={name}")
    edges = [e for e in told["network"]["edges"] if e["kind"] == "paid"]
    assert any(e["target"] == name for e in edges)
    assert any(e["source"] == name for e in edges)
    assert told["hidden"] == sum(e["events"] for e in start["network"]["edges"] if e["kind"] == "paid") - sum(
        e["events"] for e in edges
    )
    other = next(e["target"] for e in edges if e["source"] == name and not e["target"].startswith("group"))
    trails = site.twin(f"{NETWORK}?sel={name}&trail={other}")["selected"]["trails"]
    assert trails["trails"]
    for trail in trails["trails"]:
        assert (trail[0]["payer"]["id"], trail[-1]["payee"]["id"]) == (name, other)
        assert all(a["hi"] > b["lo"] - 1 or a["lo"] <= b["lo"] for a, b in pairwise(trail))
    assert site.twin(f"{NETWORK}?sel={name}&trail=nobody")["selected"]["trails"]["trails"] == []


def test_a_view_is_saved_replaced_and_removed_and_stays_on_record(own_site: Site) -> None:
    path = f"{NETWORK}/views"
    for query in ("view=totals", "view=totals&from=2026-10-13&evil=//x"):
        answer = own_site.post(path, name="  Two   days ", query=query)
        assert answer.status_code == 303
    assert answer.headers["location"] == f"{NETWORK}?view=totals&from=2026-10-13"
    (view,) = own_site.twin(NETWORK)["views"]
    assert (view["name"], view["query"]) == ("Two days", "view=totals&from=2026-10-13")
    assert own_site.twin(f"{NETWORK}?{view['query']}")["state"]["since"] == "2026-10-13"
    assert own_site.post(path, name=" ", query="").status_code == 400
    assert own_site.post(path, name="n" * 81, query="").status_code == 400
    own_site.post(path, remove=view["id"], query="view=totals")
    assert own_site.twin(NETWORK)["views"] == []
    bench = own_site.desk.bench(CASE, purpose="test")
    assert isinstance(bench.store, Documents)
    assert [d.body != "" for d in bench.store.documents(bench.scope, KIND)] == [True, True, False]


def test_the_panel_alone_is_that_of_the_page(site: Site) -> None:
    _, name = busiest(site)
    whole, panel = site.twin(f"{NETWORK}?sel={name}"), site.twin(f"{NETWORK}/panel?sel={name}")
    assert {k: panel[k] for k in ("selected", "edge", "asks")} == {
        k: whole[k] for k in ("selected", "edge", "asks")
    }
    assert 'id="panel"' in site.page(f"{NETWORK}/panel?sel={name}")


def test_exports_hold_what_the_page_shows(site: Site) -> None:
    told = site.twin(NETWORK)
    network = told["network"]
    graphml = site.client.get(f"{NETWORK}/export/graphml")
    assert "attachment" in graphml.headers["content-disposition"]
    g = nx.read_graphml(io.BytesIO(graphml.content), force_multigraph=True)
    assert {n["id"] for n in network["nodes"]} <= set(g.nodes)
    single = {e["id"]: e["amount"] for e in network["edges"] if "group" not in e["id"]}
    exported = {(a, b): d["amount"] for a, b, d in g.edges(data=True) if d["asset"] == KES}
    assert all(
        exported[e["source"], e["target"]] == e["amount"]
        for e in network["edges"]
        if e["id"] in single and e["asset"] == KES and e["kind"] == "paid"
    )
    packed = site.client.get(f"{NETWORK}/export/csv_network")
    assert packed.content == site.client.get(f"{NETWORK}/export/csv_network").content
    charges = sum(bool(p["fee"]) for p in told["payments"])  # in the tables each is a row of its own
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        rows = archive.read("network_payments.csv").splitlines()
    assert len(rows) == len(network["payments"]) + charges + 1
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
