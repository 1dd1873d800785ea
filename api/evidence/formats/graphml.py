"""A network as GraphML, which Gephi, yEd, Cytoscape and NetworkX read.

References
----------
Brandes, U. et al. (2002), GraphML progress report. Graph Drawing, LNCS 2265.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.evidence.display import shown
from graph.frames import to_networkx

if TYPE_CHECKING:
    from api.evidence.exporters import Heading
    from graph.model.network import Network


@dataclass(frozen=True, slots=True)
class GraphMl:
    """One directed multigraph: an edge for each pair and asset, amounts as exact texts."""

    code: str = "graphml"
    title: str = "GraphML"

    def files(self, network: Network, heading: Heading) -> dict[str, bytes]:
        """Return the one file; texts show what XML cannot hold as ``[U+0000]``."""
        import networkx as nx

        g = to_networkx(network)
        g.graph |= {"title": shown(heading.title), "case": shown(heading.case), "note": shown(heading.note)}
        for attributes in [*(d for _, d in g.nodes(data=True)), *(d for *_, d in g.edges(data=True))]:
            attributes |= {k: shown(v) for k, v in attributes.items() if isinstance(v, str)}
        out = io.BytesIO()
        nx.readwrite.graphml.write_graphml_xml(g, out, named_key_ids=True)
        return {"network.graphml": out.getvalue() + b"\n"}


EXPORTER = GraphMl()
