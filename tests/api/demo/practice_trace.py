"""The engine's input as the files of a practice case tell it, put together without any reader.

Every printed row of the two wallets, the two purchases and the transfers of the first address, in
their order. Written apart from ``analytics.tracing.following``, so that it can differ from it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analytics.tracing.movements import Claim, End, Movement, Opening, TraceInput
from tests.api.demo.practice import case, crime_of, moved

if TYPE_CHECKING:
    from api.demo.scenario import Scenario
    from api.demo.statement_pdf import Line

COLLECTOR, RUNNER, USER, WALLET, DEPOSIT, OTHER = "collector", "runner", "user", "wallet", "deposit", "other"
KES, USDT = "KES:2", "USDT"
ENDS = {
    DEPOSIT: End(DEPOSIT, "held", "at an exchange"),
    OTHER: End(OTHER, "held", "last seen here"),
    "overdraft": End("overdraft", "swallowed", "repaid"),
}


def trace_input(seed: int) -> TraceInput:
    scenario, done = case(seed), crime_of(seed)
    lines = [(line.time, 0, n, COLLECTOR, line) for n, line in enumerate(moved(scenario.collector.lines))]
    lines += [(line.time, 1, n, RUNNER, line) for n, line in enumerate(moved(scenario.runner.lines))]
    handed = {one.receipt for one in done.handed_on}
    bought = {one.receipt: one.quantity for one in done.purchases}
    movements: list[Movement] = []
    for _, _, _, whose, line in sorted(lines, key=lambda row: row[:3]):
        told = whose == RUNNER and line.receipt in handed and line.units > 0
        if not told:
            movements.append(_movement(movements, whose, line, handed, bought))
    movements += _chain(scenario)
    openings = [
        Opening(name, "_own", (first.balance or 0) - first.units)
        for name, first in ((COLLECTOR, scenario.collector.lines[0]), (RUNNER, scenario.runner.lines[0]))
    ]
    claims = (Claim(f"{done.ransom.receipt}.0", "V1"), Claim(f"{done.second.receipt}.0", "V2"))
    tokens = dict.fromkeys((USER, WALLET, DEPOSIT, OTHER), USDT)
    return TraceInput(
        ledgers=(COLLECTOR, RUNNER, USER, WALLET),
        movements=tuple(movements),
        openings=tuple(openings),
        claims=claims,
        ends=ENDS,
        assets={COLLECTOR: KES, RUNNER: KES, "overdraft": KES, **tokens},
        claim_asset=KES,
    )


def _movement(
    before: list[Movement], whose: str, line: Line, handed: set[str], bought: dict[str, int]
) -> Movement:
    parts = sum(m.id.startswith(f"{line.receipt}.") for m in before)
    name, paid = f"{line.receipt}.{parts}", abs(line.units)
    kind = "fee" if line.details.endswith("Charge") else "principal"
    if line.units > 0:
        found = re.search(r"Reversal of transaction (\w+)", line.details)
        back = f"{found[1]}.0" if found else None
        return Movement(name, f"end of {found[1]}" if found else None, whose, paid, reverses=back)
    if kind == "principal" and whose == RUNNER and line.receipt in bought:
        return Movement(name, RUNNER, USER, paid, bought[line.receipt])
    if kind == "principal" and line.receipt in handed and whose == COLLECTOR:
        return Movement(name, COLLECTOR, RUNNER, paid)
    if line.details.startswith("OD Loan"):
        return Movement(name, RUNNER, "overdraft", paid)
    return Movement(
        name, whose, f"end of {line.receipt}" if kind == "principal" else "charges", paid, kind=kind
    )


def _chain(scenario: Scenario) -> list[Movement]:
    """Return the real tokens' transfers, those of nothing included; the hot wallet paid for the user."""
    who = scenario.truth.roles
    names = {who.wallet: WALLET, who.deposit: DEPOSIT, who.other: OTHER, who.hot_wallet: USER}
    listed = sorted((e.sent for e in scenario.histories.wallet if not e.token), key=lambda sent: sent.when)
    return [
        Movement(
            one.transaction,
            names.get(one.sender),
            names.get(one.receiver, f"end {one.receiver}"),
            one.quantity,
            one.quantity,
        )
        for one in listed
    ]
