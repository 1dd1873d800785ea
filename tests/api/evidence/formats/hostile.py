"""Texts that try to become something else, and a network that holds them wherever a text can stand."""

from __future__ import annotations

from graph.model.network import Edge, EdgeKind, LeftOut, Network, Node, Payment

PAYLOADS = (
    "<script>document.title='owned'</script>",
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "\"><svg onload=document.title='owned'>",
    "href javascript:document.title='owned'",
    "<a href=\"javascript:document.title='owned'\">href</a>",
    "]]></style><style>body{background:url(http://198.51.100.7/x)}</style>",
    "<!--", "-->", "{{7*7}}", "${7*7}", "`${document.title='owned'}`",
    "'; document.title='owned'; //",
    "\\u003cscript\\u003edocument.title='owned'\\u003c/script\\u003e",
    "<link rel=stylesheet href=//198.51.100.7/x.css>",
    "<iframe src=//198.51.100.7></iframe>",
    "<base href=//198.51.100.7/>",
    "<meta http-equiv=refresh content=0;url=//198.51.100.7>",
    "line\u2028document.title='owned'\u2029",
    "pay \u202e00.1 backwards", "nul \x00 bell \x07", '=HYPERLINK("http://198.51.100.7")', "+1+1", "@x",
    "x" * 10_000, "አማርኛ العربية 漢字", "quote ' \" back `",
)  # fmt: skip


def hostile() -> Network:
    """Return a network with a payload in every text of every record."""
    size = len(PAYLOADS)
    nodes = tuple(
        Node(
            id=f"{i:032x}",
            kind=("msisdn", "account", "tron", "till", "unknown")[i % 5],
            label=text,
            institution=text,
            holder=text,
            members=(f"{i:032x}", f"{i + 99:032x}") if i % 6 == 5 else (),
            x=170 * (i % 6),
            y=84 * (i // 6),
        )
        for i, text in enumerate(PAYLOADS)
    )
    edges = tuple(
        Edge(
            source=nodes[i].id,
            target=nodes[(i + 1) % size].id,
            asset="" if i % 5 == 0 else "KES:2",
            units=100 * i,
            events=i % 3,
            kind=EdgeKind.ASSERTED if i % 5 == 0 else EdgeKind.PAID,
            note=text,
            citations=(text,),
        )
        for i, text in enumerate(PAYLOADS)
    )
    payments = tuple(
        Payment(
            observation=f"{i:032x}",
            origin="ab" * 32,
            locator=text,
            lo=i,
            hi=i + 1,
            source=nodes[i].id,
            target=nodes[(i + 1) % size].id,
            debit=nodes[i].id,
            credit=nodes[(i + 1) % size].id,
            asset="KES:2",
            units=i,
            kind="principal",
            ref=text,
            mark=text,
        )
        for i, text in enumerate(PAYLOADS)
    )
    left = LeftOut(node=nodes[0].id, reason=PAYLOADS[0], instruments=1, events=1, sums={"KES:2": 5})
    return Network(version="v", nodes=nodes, edges=edges, payments=payments, left_out=(left,))
