"""Following the money: ``trace``, ``assets`` and ``allocate``."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.arguments import among
from api.cli.layout import NONE, amount, is_rounded, table, visible
from api.cli.moments import instant
from api.cli.state import state_of
from api.errors import UsageError
from graph.errors import ModelError
from graph.model.printing import code_of

if TYPE_CHECKING:
    from api.workbench import Traced, Workbench

Seeds = Annotated[
    list[str], typer.Argument(help="[CLAIMANT=]PAYMENT: an observation id or a printed reference.")
]
Rule = Annotated[str, typer.Option(help="The rule chosen before the results are seen (see catalogue).")]
Arithmetic = Annotated[str, typer.Option(help="exact or fixed.")]
Without = Annotated[list[str] | None, typer.Option(help="Id of an assertion not to accept; may be repeated.")]

_OUTCOMES = {"held": "holdings", "spent": "spent", "fees": "fees", "swallowed": "swallowed", "lost": "lost"}
_ROUNDED = "amounts are rounded to the asset's last decimal; --json has every digit"


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(epilog="Example: fuatilia trace V1=SGH1234567 --compare all")(trace)
    app.command(epilog="Example: fuatilia assets V1=SGH1234567")(assets)
    app.command(epilog="Example: fuatilia allocate V1=SGH1234567 V2=SGH7654321 --at 2026-11-10")(allocate)


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
    checked_choices(rule, arithmetic, compare)
    with state.bench("trace") as bench:
        traced = traced_by(bench, seeds, rule, compare, arithmetic, without)
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
    checked_choices(rule, arithmetic)
    with state.bench("assets") as bench:
        traced = traced_by(bench, seeds, rule, "all", arithmetic, without)
    document = {"trace": traced.result, **sheet_document(traced.run, traced.sheet)}
    state.console.result(document, lambda: _sheet_text(document))


def allocate(
    context: typer.Context,
    seeds: Seeds,
    at: Annotated[str, typer.Option(help="Instant of the valuation, ISO date or time.")],
    scheme: Annotated[str, typer.Option(help="The base of the comparison (see catalogue).")] = "net_loss",
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

    state = state_of(context)
    checked_choices(rule, arithmetic)
    base = checked_scheme(scheme)
    moment = instant(at)
    with state.bench("allocate") as bench:
        traced = traced_by(bench, seeds, rule, "all", arithmetic, without)
        asset = traced.run.following.trace_input.claim_asset
        claimants = sorted(traced.run.chosen.claims)
        back = _received(received or [], asset, claimants)
        sharing = bench.allocate(
            traced, moment, base=base, received=back, general_costs=_units(costs, asset, "--costs")
        )
    document = {"trace": traced.result, **sharing_document(sharing)}
    state.console.result(document, lambda: _sharing_text(document))


def checked_choices(rule: str, arithmetic: str, compare: str = "all") -> None:
    """Refuse names that nobody knows before anything is opened or computed.

    Raises
    ------
    UsageError
        No such rule or arithmetic.
    """
    from analytics.tracing.rule import rules

    known = list(rules())
    for name in [rule, *(_named(compare) or [])]:
        among("tracing rule", name, known)
    among("arithmetic", arithmetic, ["exact", "fixed"])


def checked_scheme(name: str) -> str:
    """Return the code of the scheme that a name means.

    Raises
    ------
    UsageError
        No such scheme.
    """
    from analytics.assets.allocation import allocations, find_allocation
    from analytics.errors import AllocationError

    try:
        return find_allocation(name).code
    except AllocationError:
        return among("allocation scheme", name, list(allocations()))


def traced_by(
    bench: Workbench, seeds: list[str], rule: str, compare: str, arithmetic: str, without: list[str] | None
) -> Traced:
    """Run the trace that the options describe.

    Raises
    ------
    UsageError
        An assertion to leave out is not one of the case, or a seed names no payment.
    """
    known = {a.id for a in bench.assertions()}
    for name in without or []:
        if name not in known:
            raise UsageError("no such assertion", assertion=name, hint="see `assertions`")
    return bench.trace(
        seeds, rule=rule, compare=_named(compare), arithmetic=arithmetic, without=without or []
    )


def _named(compare: str) -> list[str] | None:
    """Return the rules to run beside the chosen one; None for all of them."""
    return {"all": None, "none": []}.get(compare, [c.strip() for c in compare.split(",")])


def _received(pairs: list[str], asset: str, claimants: list[str]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for pair in pairs:
        name, split, text = pair.partition("=")
        if not split or name in found:
            raise UsageError("what came back reads CLAIMANT=AMOUNT, once each", received=pair)
        found[among("claimant", name, claimants)] = Fraction(_units(text, asset, "--received"))
    return found


def _units(text: str, asset: str, option: str) -> int:
    from graph.model.amounts import Amount, Asset

    try:
        units = Amount.parse(text, Asset.from_key(asset)).units
    except ModelError as cause:
        raise UsageError(
            f"{option}: {cause.what}", text=text, hint=f"write 1234.56, in {code_of(asset)}"
        ) from cause
    if units < 0:
        raise UsageError(f"{option}: an amount is not negative", text=text)
    return units


def _trace_text(document: dict[str, Any], rule: str) -> str:
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


def _sheet_text(document: dict[str, Any]) -> str:
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


def _sharing_text(document: dict[str, Any]) -> str:
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
    out = [f"warning: {place} is not in the pool: {why}" for place, why in document["left_out"].items()]
    out += [f"not evaluated: {n['scheme']}: {n['why']}" for n in document["not_evaluated"]]
    lines += [visible(line) for line in out]
    return "\n".join([*lines, document["statement"]])
