"""A network in a notebook: the stand-alone page in a frame of its own, its tables, and networkx beneath."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from analytics.metrics import measures
from api.casework.network_document import network_document
from api.evidence.exporters import Heading, exporters
from api.evidence.formats.network_html import page
from api.notebook.shown import Shown
from graph.frames import to_networkx

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import networkx as nx

    from graph.model.network import Network


class NetworkShown:
    """The part of a case's network that was asked for.

    Parameters
    ----------
    network : Network
        Every text in it is as the reader's clearance gives it.
    case : str
    source : callable
        Returns the rows behind observations.
    """

    def __init__(self, network: Network, case: str, source: Callable[[Sequence[str]], Shown]) -> None:
        self.network, self._case, self._source = network, case, source
        self.document = network_document(network)

    def edges(self) -> Shown:
        """Return who paid whom, summed by pair and asset."""
        labels = {node["id"]: node["label"] for node in self.document["nodes"]}
        columns = ("from", "to", "kind", "name", "amount", "events", "first", "last")
        rows = tuple(
            {
                **{name: edge[name] for name in columns[2:]},
                "from": labels[edge["source"]],
                "to": labels[edge["target"]],
            }
            for edge in self.document["edges"]
        )
        cited = tuple(sorted({o for edge in self.document["edges"] for o in edge["citations"]}))
        left = tuple(
            f"left out at {labels.get(one['node'], 'the edge of the picture')}: {one['reason']}, "
            f"{one['instruments']:,} instruments, {one['events']:,} payments"
            for one in self.document["left_out"]
        )
        return Shown(
            "Who paid whom", columns, rows, ("amount",), left, (), cited, self.document, self._source
        )

    def measures(self) -> Shown:
        """Return measures of the network, each with what it means and what it does not."""
        labels = {node["id"]: node["label"] for node in self.document["nodes"]}
        rows = tuple(
            {"measure": m.title, "instrument": labels.get(node, node), "value": str(value)}
            for m in measures(self.network)
            for node, value in m.values.items()
        )
        notes = tuple(
            f"{m.title}: {m.means} It does not mean: {m.does_not_mean}" for m in measures(self.network)
        )
        return Shown(
            "Measures of this part of the network", ("measure", "instrument", "value"), rows, (), notes
        )

    def to_networkx(self, *, each_payment: bool = False) -> nx.MultiDiGraph[str]:
        """Return the network as a networkx graph, one edge a pair and asset, or one a payment."""
        return to_networkx(self.network, each_payment=each_payment)

    def to_frame(self) -> Any:
        """Return the edges as a data frame."""
        return self.edges().to_frame()

    def save(self, folder: Path, code: str = "network_html") -> list[Path]:
        """Write the network in one of the installed formats; return the files."""
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, content in exporters()[code].files(self.network, self._heading()).items():
            (folder / name).write_bytes(content)
            written.append(folder / name)
        return written

    def _heading(self) -> Heading:
        return Heading(title=f"Network of {self._case}", case=self._case)

    def _repr_html_(self) -> str:
        whole = escape(page(self.network, self._heading()))
        frame = f'<iframe sandbox="allow-scripts" width="100%" height="620" srcdoc="{whole}"></iframe>'
        return self.edges()._repr_html_() + frame
