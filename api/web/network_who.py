"""Who stands behind an instrument, and how that is known: what records print, and what people stated."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.web.addresses import case_url
from graph.model.events import FactKind
from graph.model.network import EdgeKind

if TYPE_CHECKING:
    from typing import Any

    from api.workbench import Workbench
    from graph.model.network import Network

OWN = ("customer", "holder", "owner")
"""As which a statement names the person whose account it is; others are named by a counterparty."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A record that names the holder: from which instant, where, and how many others do."""

    lo: int
    url: str
    file: str
    locator: str
    own: bool
    others: int


@dataclass(frozen=True, slots=True)
class SaidOfIt:
    """What a person stated of it: a role in the case, or that it paid for another."""

    kind: str
    text: str
    other: str
    author: str
    made: str
    reason: str


@dataclass(frozen=True, slots=True)
class Who:
    """How a person stands to the instrument. Holder, user and controller are kept apart."""

    holder: str
    printed: Printed | None
    said: tuple[SaidOfIt, ...]


def who_of(bench: Workbench, network: Network, instrument: str, holder: str) -> Who:
    """Return who is known to stand behind an instrument; names as the clearance gives them."""
    facts = bench.store.facts(bench.scope, (FactKind.HOLDER.value,), (instrument,)).to_pylist()
    return Who(holder, _printed(bench, facts), (*_roles(bench, instrument), *_paid_for(network, instrument)))


def _printed(bench: Workbench, facts: list[dict[str, Any]]) -> Printed | None:
    if not facts:
        return None
    found = sorted(facts, key=lambda f: (not _own(f), f["lo"], f["source"], f["observation"]))
    first = found[0]
    names = {s.sha256: s.name for s in bench.sources()}
    return Printed(
        first["lo"],
        case_url(bench.case, "observations", first["observation"]),
        names.get(first["source"], ""),
        first["locator"],
        _own(first),
        len(found) - 1,
    )


def _own(fact: dict[str, Any]) -> bool:
    return json.loads(fact["fields"]).get("as") in OWN


def _roles(bench: Workbench, instrument: str) -> list[SaidOfIt]:
    words = bench.masking.words
    return [
        SaidOfIt("role", a.object, "", a.author, a.made[:10], words(a.reason))
        for one in bench.roles()
        if instrument in one.instruments
        for a in one.said
    ]


def _paid_for(network: Network, instrument: str) -> list[SaidOfIt]:
    """Return statements that it paid for another, or that another paid for it."""
    found = []
    for e in network.edges:
        if e.kind is EdgeKind.ASSERTED and instrument in (e.source, e.target):
            author, _, reason = e.note.partition(": ")
            kind, other = ("paid_by", e.target) if instrument == e.source else ("paid_for", e.source)
            found.append(SaidOfIt(kind, "", other, author, "", reason))
    return found
