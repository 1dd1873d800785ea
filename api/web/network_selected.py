"""The instrument or group that is selected: who, what passed in the window, which leads, the ways on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from analytics.metrics import measures
from api.casework.network_account import FEE, IN, OUT, PARTS, account, figures
from api.casework.network_document import measures_document, names_of
from api.web.addresses import case_url
from api.web.leadlist import LAST, SEVERITIES, severity_of
from api.web.network_trails import Trails, trails_of
from api.web.network_who import Who, who_of
from graph.model.amounts import Asset
from graph.model.institutions import institution_name
from graph.model.printing import exact_text
from graph.walk import GUARD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.casework.network import Framed
    from api.casework.network_account import Account, Figures, Known, Passed
    from api.web.network_state import NetworkState
    from api.workbench import Workbench
    from graph.model.network import Network, Node

MEASURED = 400
"""Nodes up to which measures are shown at once."""
SENT = 5_000
"""Transfers of the selected instrument that a page carries, for its figures to follow the window."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the figures: exact text, how many events and others, and the way to the records.

    ``amount`` is empty where the records do not say.
    """

    part: str
    amount: str
    events: int
    others: int
    url: str


@dataclass(frozen=True, slots=True)
class AssetFigures:
    """What passed in one asset in the window. ``other`` is what balances moved by besides; mostly empty."""

    asset: str
    name: str
    places: int
    lines: tuple[Figure, ...]
    balanced: bool
    other: str


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
    """The selected instrument or group, with the ways on from it.

    ``checked`` is what became of checking its statements, ``printed`` how many balances they print.
    """

    id: str
    kind: str
    label: str
    institution: str
    assets: str
    masked: bool
    protected: bool
    opened: bool
    pinned: bool
    group: bool
    count: int
    members: tuple[tuple[str, str, str], ...]
    events: int
    not_drawn: int
    who: Who | None
    figures: tuple[AssetFigures, ...]
    checked: str
    printed: int
    citing: tuple[Citing, ...]
    measures: tuple[dict[str, str], ...]
    targets: tuple[str, ...]
    trails: Trails | None
    urls: dict[str, str]
    fields: tuple[tuple[str, str], ...]
    account: dict[str, Any]


def selected_node(
    bench: Workbench, state: NetworkState, framed: Framed, node: Node, leads: Sequence[Mapping[str, Any]]
) -> Selected:
    """Gather what is told of a selected node."""
    network = framed.shown
    known: Account | None = None
    told: tuple[Figures, ...] = ()
    names: dict[str, str] = {}
    if not node.is_group:
        known = account(bench.store, bench.scope, node.id, bench.store.receipts(bench.scope))
        told = figures(known, state.window(), state.asset)
        names = names_of([f.asset for f in told])
    return Selected(
        id=node.id,
        kind=node.kind,
        label=node.label,
        institution=institution_name(node.institution),
        assets=", ".join(names.values()),
        masked=node.masked,
        protected=node.protected,
        opened=node.opened,
        pinned=node.id in state.pinned,
        group=node.is_group,
        count=max(1, len(node.members)),
        members=_members(bench, state, node),
        events=node.events,
        not_drawn=node.unseen,
        who=None if node.is_group else who_of(bench, framed.whole, node.id, node.holder),
        figures=tuple(_figures(bench.case, state, node.id, f, names[f.asset]) for f in told),
        checked="" if known is None or not known.checked else str(known.verdict),
        printed=0 if known is None else len(known.printed),
        citing=() if node.is_group else citing(bench.case, leads, node.id),
        measures=_measures(network, node.id),
        targets=tuple(n.id for n in network.nodes if not n.is_group and n.id != node.id),
        trails=trails_of(bench, state, node.id) if state.trail and not node.is_group else None,
        urls=_ways(bench.case, state, node),
        fields=tuple(parse_qsl(state.url(bench.case, trail="").partition("?")[2], keep_blank_values=True)),
        account={} if known is None else _account(known, [f.asset for f in told]),
    )


def _account(known: Account, assets: Sequence[str]) -> dict[str, Any]:
    """Return the account as numbers and texts; nothing of one that is too long to carry."""
    if len(known.lines) > SENT or len(known.printed) > SENT:
        return {"complete": False}
    others: dict[str, int] = {}
    for line in known.lines:
        others.setdefault(line.other, len(others))
    number = {a: i for i, a in enumerate(assets)}
    return {
        "complete": True,
        "assets": list(assets),
        "lines": [
            [n.lo, PARTS.index(n.part), others[n.other], number[n.asset], str(n.units)]
            for n in known.lines
            if n.asset in number
        ],
        "printed": [
            [p.lo, number[p.asset], str(p.before), str(p.after)] for p in known.printed if p.asset in number
        ],
    }


def _figures(case: str, state: NetworkState, instrument: str, f: Figures, name: str) -> AssetFigures:
    def url(part: str) -> str:
        asked = {"from": state.since, "to": state.until, "asset": f.asset, "part": part}
        return case_url(case, "network", "lines", instrument=instrument, **asked)

    def balance(part: str, known: Known | None) -> Figure:
        return Figure(part, exact_text(known.units, f.asset) if known else "", 0, 0, url(part))

    def passed(part: str, p: Passed) -> Figure:
        return Figure(part, exact_text(p.units, f.asset), p.events, p.others, url(part))

    return AssetFigures(
        f.asset,
        name,
        Asset.from_key(f.asset).exponent or 0,
        (
            balance("opening", f.opening),
            passed(IN, f.received),
            passed(OUT, f.paid),
            passed(FEE, f.charged),
            balance("closing", f.closing),
        ),
        f.opening is not None,
        exact_text(f.other, f.asset) if f.other else "",
    )


def _ways(case: str, state: NetworkState, node: Node) -> dict[str, str]:
    if node.is_group:
        hub = node.id.split(":")[1]
        return {"apart": state.url(case, apart=tuple(dict.fromkeys([*state.apart, hub])), selected=hub)}
    others = tuple(p for p in state.pinned if p != node.id)
    closed = tuple(o for o in state.opened if o.partition(":")[0] != node.id)
    return {
        "here": case_url(case, "network"),
        "both": state.url(case, opened=state.opening(node.id)),
        "in": state.url(case, opened=state.opening(node.id, direction="in")),
        "out": state.url(case, opened=state.opening(node.id, direction="out")),
        "only": state.url(case, opened=(node.id,), apart=(), leaves=""),
        "close": state.url(case, opened=closed) if closed else "",
        "pin": state.url(case, pinned=others if node.id in state.pinned else (*others, node.id)),
        "through": state.url(case, through="" if state.through == node.id else node.id),
        "trace": case_url(case, "traces", instrument=node.id),
        "note": case_url(case, "assertions", subject=node.id),
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


def citing(case: str, leads: Sequence[Mapping[str, Any]], instrument: str) -> tuple[Citing, ...]:
    """Return the leads of the case that name the instrument, the gravest first."""
    found = []
    for lead in leads:
        if instrument in {i.get("id") for i in lead.get("instruments", ())}:
            letter = severity_of(lead)
            found.append(
                Citing(
                    str(lead["id"]),
                    str(lead.get("title") or lead.get("typology", "")),
                    str(lead.get("typology", "")),
                    letter,
                    LAST - SEVERITIES.index(letter),
                    case_url(case, "leads", lead=str(lead["id"])),
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
