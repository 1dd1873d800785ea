"""Following the money: ``trace``, ``assets`` and ``allocate``."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from api.casework.stated_amounts import units_of
from api.cli.arguments import among
from api.cli.moments import instant
from api.cli.sheets import sharing_text, sheet_text, trace_text
from api.cli.state import state_of
from api.errors import UsageError

if TYPE_CHECKING:
    from api.workbench import Traced, Workbench

Seeds = Annotated[
    list[str], typer.Argument(help="[CLAIMANT=]PAYMENT: an observation id or a printed reference.")
]
Rule = Annotated[str, typer.Option(help="The rule chosen before the results are seen (see catalogue).")]
Arithmetic = Annotated[str, typer.Option(help="exact or fixed.")]
Without = Annotated[list[str] | None, typer.Option(help="Id of an assertion not to accept; may be repeated.")]


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
        document = {"id": traced.result, **trace_document(traced.run, bench.masking)}
    state.console.result(document, lambda: trace_text(document, rule))


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
    state.console.result(document, lambda: sheet_text(document))


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
        back = received_of(received or [], asset, claimants)
        sharing = bench.allocate(
            traced, moment, base=base, received=back, general_costs=units_of(costs, asset, "--costs")
        )
    document = {"trace": traced.result, **sharing_document(sharing)}
    state.console.result(document, lambda: sharing_text(document))


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


def received_of(pairs: list[str], asset: str, claimants: list[str]) -> dict[str, Fraction]:
    """Read ``CLAIMANT=AMOUNT`` pairs into base units.

    Raises
    ------
    UsageError
        No such claimant, one named twice, or no amount.

    Examples
    --------
    >>> received_of(["V1=1,000.50"], "KES:2", ["V1", "V2"])
    {'V1': Fraction(100050, 1)}
    """
    found: dict[str, Fraction] = {}
    for pair in pairs:
        name, split, text = pair.partition("=")
        if not split or name in found:
            raise UsageError(
                "what came back reads CLAIMANT=AMOUNT, once each", received=pair, hint="as V1=1234.56"
            )
        found[among("claimant", name, claimants)] = Fraction(units_of(text, asset, "--received"))
    return found
