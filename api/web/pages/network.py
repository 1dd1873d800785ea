"""The network of a case: the canvas, the same as a table, the brush of days, and what is selected."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import Response

from analytics.metrics import SCOPE
from api.casework.network import framed_network
from api.casework.network_account import others_within
from api.casework.network_document import asset_names, network_document
from api.casework.saved_views import SavedView, saved_views
from api.casework.steady import steady
from api.evidence.exporters import Heading, exporters
from api.web.addresses import case_url
from api.web.network_brush import Brush, brush_of
from api.web.network_canvas import canvas
from api.web.network_rows import LISTED, EdgeRow, PaymentRow, edge_rows, payment_rows, traced_of
from api.web.network_selected import Selected, selected_node
from api.web.network_state import AUTO, PAYMENTS, SPAN, TOTALS, NetworkState, address
from api.web.press import script_text
from graph.errors import NotFoundError
from graph.walk import HARD_STOP, WARN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from api.casework.network import Framed, NetworkQuery
    from api.desk import Desk
    from api.web.press import Press
    from api.workbench import Workbench
    from graph.model.network import Node

FEW = 500
"""Payments up to which they are shown one by one unless the address says otherwise."""
MEDIA = {"html": "text/html; charset=utf-8", "graphml": "application/xml", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class SelectedEdge:
    """The selected edge with its records; amounts are exact texts."""

    of_case: str
    edge: dict[str, Any]
    payments: tuple[dict[str, Any], ...]
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """An instrument with more counterparties than are drawn unasked; ``within`` is how many of a window."""

    id: str
    events: int
    within: int
    value_url: str
    count_url: str
    all_url: str
    window_url: str


@dataclass(frozen=True, slots=True)
class PanelPage:
    """What is told beside the canvas of what is selected."""

    names: dict[str, tuple[str, str, int]]
    state: dict[str, Any]
    sums: list[dict[str, str]]
    selected: Selected | None
    edge: SelectedEdge | None
    asks: tuple[Ask, ...]
    measures_scope: str

    @property
    def account(self) -> str:
        """What passed through what is selected, as JSON inside the page."""
        return script_text(self.selected.account if self.selected else {})


@dataclass(frozen=True, slots=True)
class NetworkPage:
    """What the page shows; the JSON twin is this record.

    Attributes
    ----------
    network : dict
        What is shown. ``drawing`` holds all that a moved window may show, as the canvas is given it.
    names : dict
        By node: kind, label, and of a group how many.
    payments, edges : tuple
        The table, of all that the page holds; what is not shown is marked so.
    hidden : int
        Payments between what is drawn that the filter hides.
    """

    network: dict[str, Any]
    names: dict[str, tuple[str, str, int]]
    view: str
    state: dict[str, Any]
    selected: Selected | None
    edge: SelectedEdge | None
    asks: tuple[Ask, ...]
    brush: Brush
    payments: tuple[PaymentRow, ...]
    edges: tuple[EdgeRow, ...]
    traced: dict[str, str]
    hidden: int
    views: tuple[SavedView, ...]
    measures_scope: str
    hard_stop: int
    warn: int
    listed: int
    query: str
    urls: dict[str, str]
    exports: tuple[tuple[str, str], ...]
    drawing: dict[str, Any]

    @property
    def canvas(self) -> str:
        """Nodes and payments as JSON inside the page, for the canvas."""
        return script_text(self.drawing)

    @property
    def account(self) -> str:
        """What passed through what is selected, as JSON, for its figures to follow the window."""
        return script_text(self.selected.account if self.selected else {})

    @property
    def sums(self) -> list[dict[str, str]]:
        """Exact sum of what is shown, per asset."""
        found: list[dict[str, str]] = self.network["sums"]
        return found

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of instrument on the canvas, for the words of its labels."""
        return tuple(sorted({kind for kind, _, _ in self.names.values()}))


def create_router(desk: Desk, press: Press) -> APIRouter:  # noqa: ARG001 - every page module has this shape
    """Return the routes of this screen."""
    router = APIRouter()

    def build(request: Request) -> NetworkPage:
        bench = press.bench(request, "network")
        return network_page(bench, NetworkState.of(press.asked(request, bench)))

    def panel(request: Request) -> PanelPage:
        bench = press.bench(request, "network selection")
        return panel_page(bench, NetworkState.of(press.asked(request, bench)))

    def download(request: Request) -> Response:
        bench = press.bench(request, "network export")
        return exported(bench, NetworkState.of(press.asked(request, bench)), request.path_params["code"])

    press.page(router, "/cases/{case}/network", "network.html.j2", build, rail="network")
    press.part(router, "/cases/{case}/network/panel", "network_panel.html.j2", panel)
    router.add_route("/cases/{case}/network/export/{code}", download, methods=["GET"])
    return router


def network_page(bench: Workbench, state: NetworkState) -> NetworkPage:
    """Gather what an address of the network page shows."""
    framed, state, leads = _found(bench, state)
    names, traced = asset_names(framed.whole), traced_of(bench)
    told = _panel(bench, state, framed, leads)
    drawing = {
        **canvas(framed, names),
        "view": state.view,
        "selected": state.selected,
        "main": brush_asset(framed),
        "window": state.window(),
        "pinned": list(state.pinned),
        "through": state.through,
        "trail": list(told.selected.trails.pairs) if told.selected and told.selected.trails else [],
    }
    return NetworkPage(
        network=network_document(framed.shown),
        names=told.names,
        view=state.view,
        state=told.state,
        selected=told.selected,
        edge=told.edge,
        asks=told.asks,
        brush=brush_of(framed.whole, state, bench.case),
        payments=payment_rows(bench, framed, traced, names) if state.view == PAYMENTS else (),
        edges=edge_rows(framed, names) if state.view == TOTALS else (),
        traced={"rule": traced.rule, "url": traced.url},
        hidden=framed.hidden,
        views=saved_views(bench.store, bench.scope, bench.masking),
        measures_scope=SCOPE,
        hard_stop=HARD_STOP,
        warn=WARN,
        listed=LISTED,
        query=address(bench.case, state).partition("?")[2],
        urls={
            "totals": state.url(bench.case, view=TOTALS),
            "payments": state.url(bench.case, view=PAYMENTS),
            "whole": state.url(bench.case, since="", until=""),
            "start": case_url(bench.case, "network"),
            "assets": state.url(bench.case, asset="", least=""),
            "all_ways": state.url(bench.case, through=""),
            "all": state.url(bench.case, since="", until="", asset="", least="", through=""),
        },
        exports=tuple(
            (e.title, address(bench.case, state, "export", code)) for code, e in exporters().items()
        ),
        drawing=drawing,
    )


def panel_page(bench: Workbench, state: NetworkState) -> PanelPage:
    """Gather what is told beside the canvas at an address."""
    framed, state, leads = _found(bench, state)
    return _panel(bench, state, framed, leads)


def framed_of(bench: Workbench, query: NetworkQuery) -> Framed:
    """Return the network of a workbench's case with what a moved window needs, reasons masked."""
    words = bench.masking.words
    shown = [replace(a, reason=words(a.reason)) for a in bench.assertions()]
    return steady(lambda: framed_network(bench.store, bench.scope, query, assertions=shown))


def brush_asset(framed: Framed) -> str:
    """Return the asset that the bars are of, whose name the labels leave out."""
    return framed.whole.days[0].asset if framed.whole.days else ""


def _found(bench: Workbench, state: NetworkState) -> tuple[Framed, NetworkState, Sequence[Mapping[str, Any]]]:
    """Return the network of an address, the address with everything that it left open, and the leads."""
    framed = framed_of(bench, state.query())
    leads: Sequence[Mapping[str, Any]] = bench.leads_document()["leads"]
    return framed, _settled(state, framed, leads), leads


def _panel(
    bench: Workbench, state: NetworkState, framed: Framed, leads: Sequence[Mapping[str, Any]]
) -> PanelPage:
    document = network_document(framed.shown)
    nodes = {n.id: n for n in framed.whole.nodes} | {n.id: n for n in framed.shown.nodes}
    node = nodes.get(state.selected)
    edge = next((e for e in document["edges"] if e["id"] == state.selected), None)
    return PanelPage(
        names={i: (n.kind, n.label, len(n.members)) for i, n in sorted(nodes.items())},
        state=asdict(state),
        sums=document["sums"],
        selected=None if node is None else selected_node(bench, state, framed, node, leads),
        edge=None if edge is None else _edge(bench.case, edge, document),
        asks=tuple(_ask(bench, state, nodes[i]) for i in framed.shown.asks if i in nodes),
        measures_scope=SCOPE,
    )


def exported(bench: Workbench, state: NetworkState, code: str) -> Response:
    """Return the network in a format; several files come as one archive without times in it.

    Raises
    ------
    NotFoundError
        There is no such format.
    """
    exporter = exporters().get(code)
    if exporter is None:
        raise NotFoundError("no such format", code=code[:40], hint=", ".join(exporters()))
    network = framed_of(bench, replace(state.query(), charges=False)).shown  # each charge in its own row
    files = exporter.files(network, Heading(f"Network of case {bench.case}", bench.case))
    if len(files) == 1:
        ((name, data),) = files.items()
        return _attachment(name, data, MEDIA.get(name.rpartition(".")[2], "application/octet-stream"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), data)
    return _attachment("network.zip", packed.getvalue(), "application/zip")


def _attachment(name: str, data: bytes, media: str) -> Response:
    return Response(data, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _settled(state: NetworkState, framed: Framed, leads: Sequence[Mapping[str, Any]]) -> NetworkState:
    """Write down what the address left open, so that what grows from here keeps what is drawn."""
    whole = framed.whole
    nodes = {n.id for n in whole.nodes}
    chosen = nodes | {e.id for e in whole.edges}
    few = len(whole.payments) <= FEW and framed.complete
    return replace(
        state,
        opened=state.opened or tuple(n.id for n in whole.nodes if n.opened),
        asset=state.asset if state.asset in {e.asset for e in whole.edges} else "",
        leaves=str(whole.leaves),
        view=state.view or (PAYMENTS if few else TOTALS),
        selected=_first(whole.nodes, leads)
        if state.selected == AUTO
        else state.selected
        if state.selected in chosen
        else "",
        through=state.through if state.through in nodes else "",
    )


def _first(nodes: Sequence[Node], leads: Sequence[Mapping[str, Any]]) -> str:
    """Return the opened instrument that most leads name, the busiest of those."""
    cited = Counter(str(i.get("id")) for lead in leads for i in lead.get("instruments", ()))
    opened = [n for n in nodes if n.opened]
    return max(opened, key=lambda n: (cited[n.id], n.events, n.id)).id if opened else ""


def _edge(case: str, edge: dict[str, Any], document: dict[str, Any]) -> SelectedEdge:
    key = (edge["source"], edge["target"], edge["asset"])
    mine = [p for p in document["payments"] if (p["from"], p["to"], p["asset"]) == key]
    return SelectedEdge(
        case, edge, tuple(mine[:LISTED]) if edge["kind"] == "paid" else (), tuple(edge["citations"])
    )


def _ask(bench: Workbench, state: NetworkState, node: Node) -> Ask:
    def url(choice: str) -> str:
        return state.url(bench.case, opened=state.opening(node.id, choice=choice))

    window = state.window() if state.since and state.until else None
    return Ask(
        node.id,
        node.events,
        others_within(bench.store, bench.scope, node.id, window) if window else 0,
        url("value"),
        url("count"),
        url("all"),
        url(f"{state.since}{SPAN}{state.until}") if window else "",
    )
