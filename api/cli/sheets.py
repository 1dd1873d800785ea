"""Traces, freezing sheets and allocations as tables for a terminal, made from their documents."""

from __future__ import annotations

from typing import Any

from api.cli.layout import NONE, amount, is_rounded, table, visible
from graph.model.printing import code_of

_OUTCOMES = {"held": "holdings", "spent": "spent", "fees": "fees", "swallowed": "swallowed", "lost": "lost"}
_ROUNDED = "amounts are rounded to the asset's last decimal; --json has every digit"


def trace_text(document: dict[str, Any], rule: str) -> str:
    """Return the rules side by side, the chosen one marked, the band last; then what is held."""
    claim = document["claim"]
    asset, code = claim["asset"], code_of(claim["asset"])
    rows = [
        [("* " if name == rule else "  ") + name, *(amount(found[n], asset) for n in _OUTCOMES)]
        for name, found in document["rules"].items()
    ]
    totals = {r["outcome"]: r for r in document["band"] if r["place"] == "" and r["owner"] == ""}
    band = ["  band", *(_span(totals.get(outcome), asset) for outcome in _OUTCOMES.values())]
    held = document["rules"][rule]["holdings"]
    places = [
        [h["label"], amount(h["amount"], h["asset"]), code_of(h["asset"]), amount(h["claim"], asset)]
        for h in held
    ]
    shown = [(found[n], asset) for found in document["rules"].values() for n in _OUTCOMES]
    shown += [(h["amount"], h["asset"]) for h in held]
    lines = [
        f"claim {amount(claim['total'], asset)} {code} of {', '.join(claim['claimants'])}",
        "",
        table(["  RULE", *(n.upper() for n in _OUTCOMES)], [*rows, band], right=range(1, 6)),
        "",
        f"held under {rule}:",
        table(["PLACE", "AMOUNT", "ASSET", f"CLAIM {code}"], places, right=[1, 3]),
    ]
    lines += [_ROUNDED] if any(is_rounded(*one) for one in shown) else []
    lines += [visible(f"warning: {gap}") for gap in document["gaps"]]
    lines += [
        visible(f"warning: not followed beyond {cut['place']}: {cut['why']}")
        for cut in document["not_followed"]
    ]
    lines += [
        f"warning: figures of {name} depend on an order that no source states; --json gives both"
        for name in document["order_matters"]
    ]
    lines.append("next: fuatilia assets, with the same payments, for the sheet to send")
    return "\n".join(lines)


def _span(row: dict[str, Any] | None, asset: str) -> str:
    if row is None:
        return amount("0", asset)
    least, most = amount(row["least"], asset), amount(row["most"], asset)
    return least if row["agreed"] or least == most else f"{least} to {most}"


def sheet_text(document: dict[str, Any]) -> str:
    """Return the sheet of what can be frozen."""
    sheet = document["assets"]
    rows = [
        [
            a["label"],
            a["institution"] or NONE,
            amount(a["amount"], a["asset"]),
            f"{amount(a['least'], a['asset'])} to {amount(a['most'], a['asset'])}",
            code_of(a["asset"]),
            a["as_of"],
            a["urgency"],
            a["basis"],
        ]
        for a in sheet
    ]
    head = ["PLACE", "ASK", "AMOUNT", "ANY RULE", "ASSET", "AS OF", "CAN BE GONE IN", "RESTS ON"]
    lines = [table(head, rows, right=[2, 3])]
    lines += [_ROUNDED] if any(is_rounded(a["amount"], a["asset"]) for a in sheet) else []
    if not sheet:
        lines.append("nothing of the claim is held anywhere that the evidence shows")
    return "\n".join(lines)


def sharing_text(document: dict[str, Any]) -> str:
    """Return every scheme side by side, the base marked, and whose the choice is."""
    asset = document["asset"]
    claimants = sorted(document["losses"])
    base = document["base"]
    rows = [
        [
            ("* " if code == base else "  ") + code,
            *(amount(found["payments"][c], asset) for c in claimants),
            amount(found["residual"], asset),
            found["title"],
        ]
        for code, found in document["schemes"].items()
    ]
    head = ["  SCHEME", *claimants, "RESIDUAL", "METHOD"]
    lines = [
        f"pool {amount(document['pool'], asset)} {code_of(asset)}",
        table(head, rows, right=range(1, len(head) - 1)),
    ]
    out = [f"warning: {one['place']} is not in the pool: {one['why']}" for one in document["left_out"]]
    out += [f"not evaluated: {n['scheme']}: {n['why']}" for n in document["not_evaluated"]]
    lines += [visible(line) for line in out]
    return "\n".join([*lines, document["statement"]])
