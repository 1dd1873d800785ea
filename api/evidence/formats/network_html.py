"""A network as one HTML file that opens with the cable out: the one wrapper around pyvis.

pyvis 0.3.2 writes its heading unescaped, a title with ``href`` in it as markup, and at least two
references to other hosts whatever it is told. So nothing of its page is used but the picture: its
inlined library and its one script. No text of a case reaches pyvis that could end a script, none is
given as heading or title, every remote reference is gone, and the policy of the page allows only these
scripts, by their hashes, and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.errors import UsageError
from api.evidence.display import brief, shown
from api.evidence.tables.network import network_tables
from graph.model.network import EdgeKind, Rail
from graph.model.printing import code_of, grouped
from graph.walk import HARD_STOP

if TYPE_CHECKING:
    from api.evidence.exporters import Heading
    from api.evidence.tables.table import Table
    from graph.model.network import Edge, Network, Node

LABEL = 28
COLOURS = {
    Rail.BANK: "#014270",
    Rail.MOBILE: "#569881",
    Rail.CHAIN: "#9A67CB",
    Rail.CASH: "#5F676C",
    Rail.NONE: "#5F676C",
}
SHAPES = {
    "account": "box",
    "iban": "box",
    "card": "box",
    "till": "hexagon",
    "paybill": "hexagon",
    "agent": "hexagon",
    "bitcoin": "diamond",
    "evm": "diamond",
    "tron": "diamond",
    "exchange": "square",
    "cash": "triangle",
}
EDGES = {EdgeKind.PAID: "#80878A", EdgeKind.CONVERSION: "#9A67CB", EdgeKind.ASSERTED: "#5A3F98"}
OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "interaction": {"hover": False, "keyboard": False, "navigationButtons": False},
    "nodes": {"font": {"size": 13, "face": "sans-serif", "color": "#14191C", "multi": False}},
    "edges": {"font": {"size": 11, "face": "sans-serif", "strokeWidth": 4}, "smooth": {"type": "curvedCW"}},
}
STYLE = """
body { margin: 1.5rem; font: 13px/1.45 'Segoe UI', 'Noto Sans', 'Liberation Sans', sans-serif;
       color: #14191c; background: #fff; }
h1 { font-size: 20px; margin: 0 0 .25rem; } h2 { font-size: 15px; margin: 1.5rem 0 .5rem; }
p { margin: .25rem 0; color: #454d52; }
#mynetwork { height: 560px; border: 1px solid #cfd2cf; border-radius: 6px; margin: .75rem 0;
             overflow: hidden; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: 12px; }
th { text-align: start; font-weight: 400; color: #5f676c; border-bottom: 1px solid #80878a; }
td, th { padding: 3px 10px 3px 0; vertical-align: top; max-width: 26rem; overflow-wrap: anywhere; }
td { border-bottom: 1px solid #e3e4e0; }
@media print { #mynetwork { break-inside: avoid; } }
"""
LEGEND = (
    "Shape is the kind of instrument, colour the rail: blue bank, green mobile money, violet chain. "
    "A dashed line is an exchange of one asset for another, or what a person states."
)
_SCRIPT = re.compile(r"<script(?P<with>[^>]*)>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE)
_REMOTE = re.compile(r"\b(?:src|href)\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NetworkHtml:
    """The picture, and below it the same as tables."""

    code: str = "network_html"
    title: str = "Stand-alone page"

    def files(self, network: Network, heading: Heading) -> dict[str, bytes]:
        """Return the one file.

        Raises
        ------
        UsageError
            The network has more nodes than anybody can read.
        """
        if len(network.nodes) > HARD_STOP:
            raise UsageError(
                "the network is too large for one page",
                nodes=len(network.nodes),
                hint=f"open fewer instruments: at most {HARD_STOP:,} nodes",
            )
        return {"network.html": page(network, heading).encode()}


def page(network: Network, heading: Heading) -> str:
    """Return the page."""
    scripts = [_library(), _drawing(network)]
    hashes = " ".join(f"'sha256-{_sha256(code)}'" for code in scripts)
    # vis-network sets styles of its own elements; with every fetch forbidden, they can only paint.
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
    )
    tables = "".join(_table(t) for t in network_tables(network).values())
    said = [f"Case {shown(heading.case)}.", shown(heading.note, 400), f"Evidence {network.version}."]
    return "".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}; form-action \'none\'">\n',
            '<meta name="referrer" content="no-referrer">\n',
            f"<title>{escape(shown(heading.title))}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
            f"<h1><bdi>{escape(shown(heading.title))}</bdi></h1>\n",
            *(f"<p><bdi>{escape(text)}</bdi></p>\n" for text in said if text),
            f"<p>{LEGEND}</p>\n",
            '<div id="mynetwork" role="img" aria-label="Network; the same is in the tables below"></div>\n',
            tables,
            *(f"<script>{code}</script>\n" for code in scripts),
            "</body>\n</html>\n",
        ]
    )


@cache
def _library() -> str:
    """Return pyvis's own copy of vis-network, and pyvis's helpers, as one script."""
    import pyvis

    folder = Path(pyvis.__file__).resolve().parent / "templates" / "lib"
    return (folder / "vis-9.1.2" / "vis-network.min.js").read_text("utf-8")


def _drawing(network: Network) -> str:
    """Return the script that pyvis writes for the network; all it holds of the case are plain labels."""
    from pyvis.network import Network as Drawing

    drawing = Drawing(directed=True, cdn_resources="in_line", heading="", width="100%", height="560px")
    drawing.options = OPTIONS
    numbers = {n.id: number for number, n in enumerate(network.nodes)}
    for node in network.nodes:
        drawing.add_node(numbers[node.id], **_node(node))
    for edge in network.edges:
        drawing.add_edge(numbers[edge.source], numbers[edge.target], **_edge(edge))
    drawing.options = OPTIONS
    written = [
        found["code"]
        for found in _SCRIPT.finditer(drawing.generate_html())
        if not _REMOTE.search(found["with"]) and "drawGraph();" in found["code"]
    ]
    if len(written) != 1:
        raise UsageError("pyvis writes its page differently from what is known", scripts=len(written))
    return written[0]


def _node(node: Node) -> dict[str, Any]:
    count = len(node.members)
    words = [f"{count} × {node.label}" if count else node.label, node.holder]
    return {
        "label": "\n".join(plain(w) for w in words if w) or node.kind,
        "shape": "box" if node.is_group else SHAPES.get(node.kind, "dot"),
        "color": {"border": COLOURS[node.rail], "background": "#FFFFFF", "highlight": "#1A4FD0"},
        "borderWidth": 3 if node.opened else 2,
        "size": 16 if node.opened else 12,
        "x": node.x,
        "y": node.y,
    }


def _edge(edge: Edge) -> dict[str, Any]:
    times = f"{edge.events} × · " if edge.events > 1 else ""
    label = f"{times}{grouped(edge.units, edge.asset)} {code_of(edge.asset)}" if edge.asset else "asserted"
    return {
        "label": plain(label),
        "color": EDGES[edge.kind],
        "dashes": edge.kind is not EdgeKind.PAID,
        "width": 2,
        "arrows": "to",
    }


def plain(text: str) -> str:
    """Return a label in which nothing can be markup or end a script, short and visible.

    Examples
    --------
    >>> plain("</script><b>")
    '‹/script›‹b›'
    """
    return brief(text, LABEL).translate({ord("<"): "‹", ord(">"): "›", ord("&"): "＆", ord("`"): "‘"})


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(h)}</th>" for h in table.header)
    rows = "".join(
        "<tr>" + "".join(f"<td><bdi>{escape(shown(cell))}</bdi></td>" for cell in row) + "</tr>\n"
        for row in table.rows
    )
    caption = escape(table.what[:1].upper() + table.what[1:])
    return (
        f'<h2>{caption}</h2>\n<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody></table></div>\n"
    )


def _sha256(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


EXPORTER = NetworkHtml()
