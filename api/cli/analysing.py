"""Following the money: ``trace``, ``assets`` and ``allocate``."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import table
from api.cli.state import state_of
from api.errors import UsageError
from graph.model.printing import code_of

if TYPE_CHECKING:
    from api.workbench import Traced, Workbench

Seeds = Annotated[
    list[str], typer.Argument(help="[CLAIMANT=]PAYMENT: an observation id or a printed reference.")
]
Rule = Annotated[str, typer.Option(help="The rule chosen before the results are seen.")]
Arithmetic = Annotated[str, typer.Option(help="exact or fixed.")]
Without = Annotated[list[str] | None, typer.Option(help="Id of an assertion not to accept; may be repeated.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(epilog="Example: fuatilia trace V1=SGH1234567 --compare all")(trace)
    app.command(epilog="Example: fuatilia assets V1=SGH1234567")(assets)
    app.command(epilog="Example: fuatilia allocate V1=SGH1234567 V2=SGH7654321 --at 2026-10-01")(allocate)


def trace(
    context: typer.Context,
    seeds: Seeds,
    rule: Rule = "own_first",
    compare: Annotated[str, typer.Option(help="Rules beside it: all, none, or names with commas.")] = "all",
    arithmetic: Arithmetic = "fixed",
    without: Without = None,
) -> None:
    """Follow payments through every account, wallet and address, under one rule and beside the others."""
    from api.casework.trace_document import trace_document

    state = state_of(context)
    with state.bench("trace") as bench:
        traced = _traced(bench, seeds, rule, compare, arithmetic, without)
    document = {"id": traced.result, **trace_document(traced.run)}
    state.console.result(document, lambda: _trace_text(document, rule))


def assets(
    context: typer.Context,
    seeds: Seeds,
    rule: Rule = "own_first",
    arithmetic: Arithmetic = "fixed",
    without: Without = None,
) -> None:
    """List what can be frozen now: where, with whom to ask, how much, as of when, how urgent."""
    from api.casework.freezing import sheet_document

    state = state_of(context)
    with state.bench("assets") as bench:
        traced = _traced(bench, seeds, rule, "all", arithmetic, without)
    document = {"trace": traced.result, **sheet_document(traced.run, traced.sheet)}
    state.console.result(document, lambda: _sheet_text(document))


def allocate(
    context: typer.Context,
    seeds: Seeds,
    at: Annotated[str, typer.Option(help="Instant of the valuation, ISO date or time.")],
    scheme: Annotated[str, typer.Option(help="The base of the comparison.")] = "net_loss",
    rule: Rule = "own_first",
    arithmetic: Arithmetic = "fixed",
    received: Annotated[
        list[str] | None, typer.Option(help="CLAIMANT=AMOUNT already returned; may be repeated.")
    ] = None,
    costs: Annotated[str, typer.Option(help="General costs, in the claim's currency.")] = "0",
    without: Without = None,
) -> None:
    """Share what is held among the claimants under every scheme. The choice is the court's."""
    from api.casework.allocations import sharing_document
    from graph.model.amounts import Amount, Asset

    state = state_of(context)
    with state.bench("allocate") as bench:
        traced = _traced(bench, seeds, rule, "all", arithmetic, without)
        asset = Asset.from_key(traced.run.following.trace_input.claim_asset)
        back = {}
        for pair in received or []:
            name, _, amount = pair.partition("=")
            back[name] = Fraction(Amount.parse(amount, asset).units)
        sharing = bench.allocate(
            traced, instant(at), base=scheme, received=back, general_costs=Amount.parse(costs, asset).units
        )
    document = {"trace": traced.result, **sharing_document(sharing)}
    state.console.result(document, lambda: _sharing_text(document))


def instant(text: str) -> datetime:
    """Read an ISO date or time; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as cause:
        raise UsageError(
            "no such date", text=text, hint="write 2026-10-01 or 2026-10-01T09:00:00+03:00"
        ) from cause
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _traced(
    bench: Workbench, seeds: list[str], rule: str, compare: str, arithmetic: str, without: list[str] | None
) -> Traced:
    codes = {"all": None, "none": []}.get(compare, [c.strip() for c in compare.split(",")])
    return bench.trace(seeds, rule=rule, compare=codes, arithmetic=arithmetic, without=without or [])


def _trace_text(document: dict, rule: str) -> str:  # type: ignore[type-arg]
    claim = document["claim"]
    names = ["held", "spent", "fees", "swallowed", "lost"]
    rows = [
        [("* " if code == rule else "  ") + code, *(found[n] for n in names)]
        for code, found in document["rules"].items()
    ]
    totals = {r["outcome"]: r for r in document["band"] if r["place"] == "" and r["owner"] == ""}
    band = ["  band", *(_span(totals.get("holdings" if n == "held" else n)) for n in names)]
    code = code_of(claim["asset"])
    lines = [f"claim {claim['total']} {code} of {', '.join(claim['claimants'])}", ""]
    lines.append(table(["RULE", *(n.upper() for n in names)], [*rows, band], right=range(1, 6)))
    lines += ["", f"held under {rule}:"]
    held = document["rules"][rule]["holdings"]
    lines.append(
        table(
            ["PLACE", "AMOUNT", "ASSET", f"CLAIM {code}"],
            [[h["label"], h["amount"], code_of(h["asset"]), h["claim"]] for h in held],
            right=[1, 3],
        )
    )
    lines += [f"warning: {gap}" for gap in document["gaps"]]
    lines.append("next: fuatilia assets for the sheet to send, fuatilia --json trace for every hop")
    return "\n".join(lines)


def _span(row: dict | None) -> str:  # type: ignore[type-arg]
    return "0" if row is None else (row["least"] if row["agreed"] else f"{row['least']} to {row['most']}")


def _sheet_text(document: dict) -> str:  # type: ignore[type-arg]
    rows = [
        [
            a["label"],
            a["institution"] or "–",
            a["amount"],
            f"{a['least']} to {a['most']}",
            code_of(a["asset"]),
            a["as_of"],
            a["urgency"],
            a["basis"],
        ]
        for a in document["assets"]
    ]
    head = ["PLACE", "ASK", "AMOUNT", "ANY RULE", "ASSET", "AS OF", "CAN BE GONE IN", "RESTS ON"]
    return table(head, rows, right=[2, 3])


def _sharing_text(document: dict) -> str:  # type: ignore[type-arg]
    claimants = sorted(document["losses"])
    rows = [
        [code, *(found["payments"][c] for c in claimants), found["residual"]]
        for code, found in document["schemes"].items()
    ]
    head = ["SCHEME", *claimants, "RESIDUAL"]
    left = [f"warning: {place} is not in the pool: {why}" for place, why in document["left_out"].items()]
    money = f"pool {document['pool']} {code_of(document['asset'])}"
    return "\n".join([money, table(head, rows, right=range(1, len(head))), *left, document["statement"]])
