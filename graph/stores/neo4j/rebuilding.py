"""Making the projection anew: emptied and pushed, or only what differs made right.

Only what carries our labels is taken away, in transactions of bounded size; the sealed records of a pull
stay, since another workstation may have put them there, and so does everything foreign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.stores.neo4j.model import Label, Type
from graph.stores.neo4j.schema import NODES
from graph.stores.neo4j.sections import MENDING
from graph.stores.neo4j.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.store import Pushed, Verified
    from graph.stores.neo4j.desired import Desired
    from graph.stores.neo4j.server import Server

AT_ONCE = 10_000
KEPT = (Label.GRAPH, Label.DOCUMENT, Label.PART)
"""What a pull needs, and what says whose graph it is."""


def empty(server: Server) -> int:
    """Take the projection out of the graph; return how many nodes and relationships that were."""
    gone = 0
    # Whoever pushes before this has ended compares every part with what is left of it.
    server.write(
        f"MATCH (s:{Label.SECTION}) SET s.state = $state, s.made_from = '' REMOVE s.token", state=MENDING
    )
    for kind in Type:
        while taken := server.write(
            f"MATCH ()-[r:{kind}]->() WITH r LIMIT {AT_ONCE} DELETE r"
        ).relations_gone:
            gone += taken
    labels = [label for label in NODES if label not in KEPT]
    for label in sorted(labels, key=lambda label: label is Label.SECTION):
        statement = f"MATCH (n:{label}) WITH n LIMIT {AT_ONCE} DETACH DELETE n"
        while taken := server.write(statement).nodes_gone:
            gone += taken
    return gone


def rebuild(
    server: Server,
    desired: Callable[[], Desired],
    pushed: Callable[[], Pushed],
    *,
    only_differences: bool = False,
) -> tuple[Pushed, Verified]:
    """Make the graph equal the ledger whatever was done to it, and prove that it is.

    Parameters
    ----------
    desired, pushed : callable
        What the ledger says now, and a push of it.
    only_differences : bool
        Mend the parts that differ instead of emptying everything.

    Returns
    -------
    tuple
        What the push did, and the verification after it.
    """
    if only_differences:
        _loosen(server, verify(server, desired()))
    else:
        empty(server)
    done = pushed()
    return done, verify(server, desired())


def _loosen(server: Server, verified: Verified) -> None:
    """Take away what belongs to no part, and mark the parts that differ as to be mended."""
    parts = sorted({one.part for one in verified.differences if one.part != "graph"})
    marked = f"UNWIND $parts AS id MATCH (s:{Label.SECTION} {{id: id}}) SET s.state = $state"
    server.write(f"{marked} REMOVE s.token, s.made_from", parts=parts, state=MENDING)
    loose = ("graph", "label:", "judgements:")
    extra = [o for o in verified.differences if o.what == "extra" and o.part.startswith(loose)]
    for one in extra:
        name, _, key = one.of.partition(" ")
        if name in set(Type):
            match = f"MATCH ()-[n:{Type(name)}]->() WHERE n.id = $key OR elementId(n) = $key DELETE n"
        else:
            label = Label(name)
            it = f"n.{NODES[label].key}"
            test = f"{it} = $key OR elementId(n) = $key OR ({it} IS NULL AND $key = 'without an id')"
            match = f"MATCH (n:{label}) WHERE {test} DETACH DELETE n"
        server.write(match, key=key)
