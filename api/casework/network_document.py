"""A network as one JSON document: what the canvas, the table and REST show. Amounts are texts."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from api.casework.network import sums_of
from graph.model.amounts import Asset
from graph.model.instants import iso_text
from graph.model.network import EdgeKind
from graph.model.printing import code_of, exact_text
from graph.walk import WARN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analytics.metrics import Measure
    from graph.model.network import Edge, LeftOut, Network, Node, Payment

_ENDS = 4
_PRICE = 6


def network_document(network: Network) -> dict[str, Any]:
    """Return a whole network as texts, whole numbers, lists and mappings, in a fixed order."""
    names = asset_names(network)
    return {
        "version": network.version,
        "budget": network.budget,
        "warning": len(network.nodes) > WARN,
        "window": None if network.window is None else [iso_text(us) for us in network.window],
        "asset": network.asset,
        "least": exact_text(network.least, network.asset) if network.asset else "",
        "leaves": network.leaves,
        "assets": [{"asset": key, "name": name} for key, name in names.items()],
        "nodes": [_node(n) for n in network.nodes],
        "edges": [_edge(e, names) for e in network.edges],
        "payments": [payment_document(p, names) for p in network.payments],
        "sums": _sums(sums_of(network), names),
        "left_out": [_left_out(o, names) for o in network.left_out],
        "asks": list(network.asks),
        "days": [
            {
                "day": iso_text(d.lo),
                "lo": str(d.lo),
                "asset": d.asset,
                "amount": exact_text(d.units, d.asset),
                "events": d.events,
            }
            for d in network.days
        ],
    }


def asset_names(network: Network) -> dict[str, str]:
    """Return what each asset is called; tokens of one code are told apart by their contracts.

    A worthless token may bear a famous name: the code alone would let it pass for the real one.
    """
    keys = sorted(
        {e.asset for e in network.edges if e.asset}
        | {e.given_asset for e in network.edges if e.given_asset}
        | {d.asset for d in network.days}
        | {a for o in network.left_out for a in o.sums}
    )
    return names_of(keys)


def names_of(keys: Sequence[str]) -> dict[str, str]:
    """Return a name for each asset key, distinct within the keys given.

    Examples
    --------
    >>> names_of(["KES:2", "tron:TAAAAAAAA1/USDT:6", "tron:TBBBBBBBB2/USDT:6"])["tron:TAAAAAAAA1/USDT:6"]
    'USDT TAAA…AAA1'
    """
    codes = [code_of(key) for key in keys]
    return {
        key: code if codes.count(code) == 1 else f"{code} {_contract(key)}"
        for key, code in zip(keys, codes, strict=True)
    }


def _contract(key: str) -> str:
    contract = key.rpartition("/")[0].partition(":")[2]
    return contract if len(contract) <= 2 * _ENDS else f"{contract[:_ENDS]}…{contract[-_ENDS:]}"


def _node(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind,
        "rail": str(node.rail),
        "label": node.label,
        "institution": node.institution,
        "holder": node.holder,
        "masked": node.masked,
        "protected": node.protected,
        "opened": node.opened,
        "count": max(1, len(node.members)),
        "members": list(node.members),
        "events": node.events,
        "not_drawn": node.unseen,
        "x": node.x,
        "y": node.y,
    }


def _edge(edge: Edge, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": edge.id,
        "source": edge.source,
        "target": edge.target,
        "kind": str(edge.kind),
        "asset": edge.asset,
        "name": names.get(edge.asset, ""),
        "amount": exact_text(edge.units, edge.asset) if edge.asset else "",
        "events": edge.events,
        "first": iso_text(edge.first) if edge.events else "",
        "last": iso_text(edge.last) if edge.events else "",
        "given": exact_text(edge.given, edge.given_asset) if edge.given_asset else "",
        "given_asset": edge.given_asset,
        "given_name": names.get(edge.given_asset, ""),
        "price": price(edge),
        "note": edge.note,
        "citations": list(edge.citations),
    }


def price(edge: Edge) -> str:
    """Return what one whole unit cost in a conversion, cut after six decimals; empty for anything else.

    Examples
    --------
    >>> from graph.model.network import Edge
    >>> price(Edge(source="a", target="b", asset="tron:T/USDT:6", units=2_000_000, events=1,
    ...            kind=EdgeKind.CONVERSION, given=26_500, given_asset="KES:2"))
    '132.5'
    """
    if edge.kind is not EdgeKind.CONVERSION or not edge.units:
        return ""
    whole = Fraction(edge.given, 10 ** (Asset.from_key(edge.given_asset).exponent or 0))
    units = Fraction(edge.units, 10 ** (Asset.from_key(edge.asset).exponent or 0))
    cut = whole / units * 10**_PRICE // 1
    digits = str(cut).rjust(_PRICE + 1, "0")
    return f"{digits[:-_PRICE]}.{digits[-_PRICE:]}".rstrip("0").rstrip(".")


def payment_document(payment: Payment, names: Mapping[str, str]) -> dict[str, Any]:
    """Return one payment as texts, with the way to its record."""
    return {
        "observation": payment.observation,
        "source": payment.origin,
        "locator": payment.locator,
        "at": iso_text(payment.lo),
        "lo": str(payment.lo),
        "hi": str(payment.hi),
        "from": payment.source,
        "to": payment.target,
        "debit": payment.debit,
        "credit": payment.credit,
        "asset": payment.asset,
        "name": names.get(payment.asset, code_of(payment.asset)),
        "amount": exact_text(payment.units, payment.asset),
        "kind": payment.kind,
        "reference": payment.ref,
        "mark": payment.mark,
    }


def _left_out(left: LeftOut, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "node": left.node,
        "reason": left.reason,
        "instruments": left.instruments,
        "events": left.events,
        "sums": _sums(left.sums, names),
    }


def _sums(sums: Mapping[str, int], names: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"asset": asset, "name": names.get(asset, code_of(asset)), "amount": exact_text(units, asset)}
        for asset, units in sums.items()
    ]


def measures_document(measures: Iterable[Measure]) -> list[dict[str, Any]]:
    """Return measures with the sentences that say what they mean and what they do not."""
    return [
        {
            "code": m.code,
            "title": m.title,
            "means": m.means,
            "does_not_mean": m.does_not_mean,
            "source": m.source,
            "values": dict(m.values),
            "why_not": m.why_not,
        }
        for m in measures
    ]
