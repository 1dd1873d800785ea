"""Small networks written by hand: payments between named instruments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.model.network import Edge, EdgeKind, Network, Node, Payment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.graph.snapshots import Paid


def network(
    paid: Sequence[Paid], kinds: Mapping[str, str] | None = None, joined: Sequence[Edge] = ()
) -> Network:
    """Return a network in which everything is drawn and nothing is grouped."""
    ordered = sorted(paid, key=lambda p: p.at)
    names = sorted(
        {n for p in ordered for n in (p.src, p.dst)} | {n for e in joined for n in (e.source, e.target)}
    )
    payments = tuple(
        Payment(
            observation=f"{i:032x}",
            origin="ab" * 32,
            locator=f"line:{i + 1}",
            lo=p.at * 1_000_000,
            hi=(p.at + 1) * 1_000_000,
            source=p.src,
            target=p.dst,
            debit=p.src,
            credit=p.dst,
            asset=p.asset,
            units=p.units,
            kind="principal",
        )
        for i, p in enumerate(ordered)
    )
    edges: dict[tuple[str, str, str], list[Payment]] = {}
    for payment in payments:
        edges.setdefault((payment.source, payment.target, payment.asset), []).append(payment)
    return Network(
        version="v",
        nodes=tuple(Node(id=n, kind=(kinds or {}).get(n, "msisdn"), label=n) for n in names),
        edges=tuple(
            sorted(
                [
                    *(
                        Edge(
                            source=a,
                            target=b,
                            asset=asset,
                            units=sum(p.units for p in found),
                            events=len(found),
                            first=found[0].lo,
                            last=found[-1].lo,
                            kind=EdgeKind.PAID,
                        )
                        for (a, b, asset), found in edges.items()
                    ),
                    *joined,
                ],
                key=lambda e: (e.source, e.target, e.asset, e.kind),
            )
        ),
        payments=payments,
    )
