"""The network of a case: the canvas, the same as a table, the brush of days, and what is selected."""

from __future__ import annotations

import io
import zipfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import Response

from analytics.metrics import SCOPE, measures
from api.casework.network import passed
from api.casework.network_document import measures_document, names_of, network_document
from api.evidence.exporters import Heading, exporters
from api.web.addresses import case_url
from api.web.leadlist import LAST, SEVERITIES, severity_of
from api.web.network_brush import Brush, brush_of
from api.web.network_state import PAYMENTS, TOTALS, NetworkState, address
from api.web.press import script_text
from graph.errors import NotFoundError
from graph.model.printing import exact_text
from graph.walk import GUARD, HARD_STOP, WARN

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.casework.network import Passed
    from api.desk import Desk
    from api.web.press import Press
    from api.workbench import Workbench
    from graph.model.network import Network, Node

LISTED = 500
"""Rows of the table beside the canvas; more are in the exports."""
MEASURED = 400
"""Nodes up to which measures are shown at once."""
MEDIA = {"html": "text/html; charset=utf-8", "graphml": "application/xml", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Sums:
    """What passed one way: per asset a name and an exact text."""

    amounts: tuple[tuple[str, str], ...]
    events: int
    others: int


@dataclass(frozen=True, slots=True)
class Citing:
    """A lead that names this instrument; ``bars`` are those of its severity, four for a person in danger."""

    id: str
    title: str
    code: str
    severity: str
    bars: int
    url: str


@dataclass(frozen=True, slots=True)
class Selected:
    """The selected instrument or group, with the ways on from it."""

    id: str
    kind: str
    label: str
    institution: str
    holder: str
    masked: bool
    protected: bool
    opened: bool
    pinned: bool
    count: int
    members: tuple[tuple[str, str, str], ...]
    events: int
    not_drawn: int
    received: Sums
    paid: Sums
    citing: tuple[Citing, ...]
    measures: tuple[dict[str, str], ...]
    urls: dict[str, str]


@dataclass(frozen=True, slots=True)
class SelectedEdge:
    """The selected edge with its records; amounts are exact texts."""

    edge: dict[str, Any]
    payments: tuple[dict[str, Any], ...]
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """An instrument with more counterparties than are drawn unasked."""

    id: str
    events: int
    value_url: str
    count_url: str
    all_url: str


@dataclass(frozen=True, slots=True)
class NetworkPage:
    """What the page shows; the JSON twin is this record."""

    network: dict[str, Any]
    names: dict[str, tuple[str, str, int]]
    view: str
    state: dict[str, Any]
    selected: Selected | None
    edge: SelectedEdge | None
    asks: tuple[Ask, ...]
    brush: Brush
    measures_scope: str
    hard_stop: int
    warn: int
    listed: int
    urls: dict[str, str]
    exports: tuple[tuple[str, str], ...]

    @property
    def canvas(self) -> str:
        """Nodes and edges as JSON inside the page, for the canvas."""
        chosen = self.selected.id if self.selected else self.edge.edge["id"] if self.edge else ""
        return script_text(
            {
                "nodes": self.network["nodes"],
                "edges": self.network["edges"],
                "payments": [
                    {k: p[k] for k in ("observation", "from", "to", "asset", "name", "amount")}
                    for p in self.network["payments"][:LISTED]
                ],
                "view": self.view,
                "selected": chosen,
                "main": self.brush.asset,
                "pinned": list(self.state["pinned"]),
            }
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of instrument on the canvas, for the words of its labels."""
        return tuple(sorted({n["kind"] for n in self.network["nodes"]}))


def create_router(desk: Desk, press: Press) -> APIRouter:  # noqa: ARG001 - every page module has this shape
    """Return the routes of this screen."""
    router = APIRouter()

    def build(request: Request) -> NetworkPage:
        bench = press.bench(request, "network")
        return network_page(bench, NetworkState.of(press.asked(request, bench)))

    def download(request: Request) -> Response:
        bench = press.bench(request, "network export")
        return exported(bench, NetworkState.of(press.asked(request, bench)), request.path_params["code"])

    press.page(router, "/cases/{case}/network", "network.html.j2", build, rail="network")
    router.add_route("/cases/{case}/network/export/{code}", download, methods=["GET"])
    return router


def network_page(bench: Workbench, state: NetworkState) -> NetworkPage:
    """Gather what an address of the network page shows."""
    network = bench.network(state.query())
    state = _settled(state, network)
    document = network_document(network)
    nodes = {n.id: n for n in network.nodes}
    node = nodes.get(state.selected)
    edge = next((e for e in document["edges"] if e["id"] == state.selected), None)
    return NetworkPage(
        network=document,
        names={n.id: (n.kind, n.label, len(n.members)) for n in network.nodes},
        view=state.view,
        state=asdict(state),
        selected=None if node is None else _selected(bench, state, network, node),
        edge=None if edge is None else _edge(edge, document),
        asks=tuple(_ask(bench, state, nodes[i]) for i in network.asks),
        brush=brush_of(network, state, bench.case),
        measures_scope=SCOPE,
        hard_stop=HARD_STOP,
        warn=WARN,
        listed=LISTED,
        urls={
            "totals": state.url(bench.case, view=TOTALS),
            "payments": state.url(bench.case, view=PAYMENTS),
            "whole": state.url(bench.case, since="", until=""),
            "start": case_url(bench.case, "network"),
            "assets": state.url(bench.case, asset="", least=""),
        },
        exports=tuple(
            (e.title, address(bench.case, state, "export", code)) for code, e in exporters().items()
        ),
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
    network = bench.network(state.query())
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


def _settled(state: NetworkState, network: Network) -> NetworkState:
    """Write down what the address left open, so that what grows from here keeps what is drawn."""
    opened = state.opened or tuple(n.id for n in network.nodes if n.opened)
    chosen = {n.id for n in network.nodes} | {e.id for e in network.edges}
    return NetworkState(
        opened,
        state.pinned,
        state.apart,
        state.since,
        state.until,
        state.asset if state.asset in {e.asset for e in network.edges} else "",
        state.least,
        str(network.leaves),
        state.view,
        state.selected if state.selected in chosen else "",
    )


def _selected(bench: Workbench, state: NetworkState, network: Network, node: Node) -> Selected:
    received, paid = (
        (Sums((), 0, 0), Sums((), 0, 0))
        if node.is_group
        else tuple(_sums(p) for p in passed(bench.store, bench.scope, node.id, state.query().wanted))
    )
    return Selected(
        id=node.id,
        kind=node.kind,
        label=node.label,
        institution=node.institution,
        holder=node.holder,
        masked=node.masked,
        protected=node.protected,
        opened=node.opened,
        pinned=node.id in state.pinned,
        count=max(1, len(node.members)),
        members=_members(bench, state, node),
        events=node.events,
        not_drawn=node.unseen,
        received=received,
        paid=paid,
        citing=() if node.is_group else _citing(bench, node.id),
        measures=_measures(network, node.id),
        urls=_ways(bench.case, state, node),
    )


def _ways(case: str, state: NetworkState, node: Node) -> dict[str, str]:
    if node.is_group:
        hub = node.id.split(":")[1]
        return {"apart": state.url(case, apart=tuple(dict.fromkeys([*state.apart, hub])), selected=hub)}
    others = tuple(p for p in state.pinned if p != node.id)
    closed = tuple(o for o in state.opened if o.partition(":")[0] != node.id)
    return {
        "both": state.url(case, opened=state.opening(node.id)),
        "in": state.url(case, opened=state.opening(node.id, direction="in")),
        "out": state.url(case, opened=state.opening(node.id, direction="out")),
        "only": state.url(case, opened=(node.id,), apart=(), leaves=""),
        "close": state.url(case, opened=closed) if closed else "",
        "pin": state.url(case, pinned=others if node.id in state.pinned else (*others, node.id)),
        "trace": case_url(case, "traces", instrument=node.id),
        "note": case_url(case, "assertions"),
        "records": case_url(case, "records", instrument=node.id),
    }


def _members(bench: Workbench, state: NetworkState, node: Node) -> tuple[tuple[str, str, str], ...]:
    """Return kind, label and address of a group's members, the first of many."""
    shown = node.members[:GUARD]
    described = bench.store.instruments(bench.scope, list(shown)) if shown else {}
    return tuple(
        (what.kind, what.label, state.url(bench.case, pinned=(*state.pinned, i), selected=i))
        for i in shown
        if (what := described.get(i)) is not None
    )


def _sums(one: Passed) -> Sums:
    names = names_of(sorted(one.sums))
    return Sums(tuple((names[a], exact_text(u, a)) for a, u in one.sums.items()), one.events, one.others)


def _citing(bench: Workbench, instrument: str) -> tuple[Citing, ...]:
    """Return the leads of the case that name the instrument, the gravest first."""
    found = []
    for lead in bench.leads_document()["leads"]:
        if instrument in {i.get("id") for i in lead.get("instruments", ())}:
            letter = severity_of(lead)
            found.append(
                Citing(
                    str(lead["id"]),
                    str(lead.get("title") or lead.get("typology", "")),
                    str(lead.get("typology", "")),
                    letter,
                    LAST - SEVERITIES.index(letter),
                    case_url(bench.case, "leads", lead=str(lead["id"])),
                )
            )
    return tuple(sorted(found, key=lambda c: (-c.bars, c.code, c.id)))


def _measures(network: Network, node: str) -> tuple[dict[str, str], ...]:
    if len(network.nodes) > MEASURED:
        return ()
    return tuple(
        {
            "code": m["code"],
            "title": m["title"],
            "means": m["means"],
            "does_not_mean": m["does_not_mean"],
            "value": m["values"].get(node, ""),
        }
        for m in measures_document(measures(network))
        if m["code"] not in ("received", "paid")
    )


def _edge(edge: dict[str, Any], document: dict[str, Any]) -> SelectedEdge:
    key = (edge["source"], edge["target"], edge["asset"])
    mine = [p for p in document["payments"] if (p["from"], p["to"], p["asset"]) == key]
    return SelectedEdge(
        edge, tuple(mine[:LISTED]) if edge["kind"] == "paid" else (), tuple(edge["citations"])
    )


def _ask(bench: Workbench, state: NetworkState, node: Node) -> Ask:
    def url(choice: str) -> str:
        return state.url(bench.case, opened=state.opening(node.id, choice=choice))

    return Ask(node.id, node.events, url("value"), url("count"), url("all"))
