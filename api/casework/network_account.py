"""What passed through one instrument in a window: sums, charges apart, and the balances as printed.

The sums are over the transfers of the evidence, each payment once however many statements tell of it.
A balance is only ever one that a statement prints, or that printed one without its own line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from api.casework.network_charges import CHARGES
from graph.counting import Filter, kept, number_of, units_at
from graph.model.provenance import Balance
from graph.store import Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graph.model.provenance import Receipt, Reconciliation
    from graph.model.scope import Scope
    from graph.store import View

MOST = 50_000
"""Transfers of one instrument that told apart by kind; beyond, charges are in what it paid."""
IN, OUT, FEE = "in", "out", "fee"
PARTS = (IN, OUT, FEE)

Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer of the instrument: ``part`` says whether it came in, went out or was a charge."""

    lo: int
    part: str
    other: str
    asset: str
    units: int
    observation: str


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed balance: base units before and after its line."""

    lo: int
    asset: str
    before: int
    after: int
    observation: str


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that is known to have passed through one instrument, in the total order.

    Attributes
    ----------
    checked : tuple of Reconciliation
        What became of checking its statements against their own balances.
    """

    instrument: str
    lines: tuple[Line, ...]
    printed: tuple[Printed, ...]
    checked: tuple[Reconciliation, ...]

    @property
    def verdict(self) -> Balance:
        """Return the worst of what the checks of its statements found."""
        found = {c.verdict for c in self.checked}
        order = (Balance.BREAKS, Balance.INCOMPLETE, Balance.RECONCILES)
        return next((v for v in order if v in found), Balance.NONE)


@dataclass(frozen=True, slots=True)
class Known:
    """A balance with the observation that prints it."""

    units: int
    observation: str


@dataclass(frozen=True, slots=True)
class Passed:
    """What came in, went out, or was charged: exact sum, how many, how many others."""

    units: int
    events: int
    others: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One asset of an instrument in a window; base units.

    Attributes
    ----------
    opening, closing : Known or None
        Balance before the first and after the last printed line of the window; None where no statement
        prints one.
    other : int
        What the balances moved by besides what is told here; 0 where they are not known.
    """

    asset: str
    opening: Known | None
    received: Passed
    paid: Passed
    charged: Passed
    closing: Known | None

    @property
    def other(self) -> int:
        """What the balances moved by that no transfer explains."""
        if self.opening is None or self.closing is None:
            return 0
        moved = self.received.units - self.paid.units - self.charged.units
        return self.closing.units - self.opening.units - moved


def account(view: View, scope: Scope, instrument: str, receipts: Iterable[Receipt] = ()) -> Account:
    """Return what passed through one instrument over all time; nothing for one without a transfer."""
    checked = tuple(c for r in receipts for c in r.reconciliation if c.statement == instrument)
    return Account(instrument, _lines(view, scope, instrument), _printed(view, scope, instrument), checked)


def _lines(view: View, scope: Scope, instrument: str) -> tuple[Line, ...]:
    s = view.snapshot(scope)
    number = number_of(s, instrument)
    if number is None:
        return ()
    at = np.flatnonzero((s.src == number) | (s.dst == number))
    told: list[dict[str, Any]] = [{"kind": "", "observation": ""}] * len(at)
    if len(at) <= MOST:
        told = view.rows_at(scope, s.version, s.row[at].tolist()).select(["kind", "observation"]).to_pylist()
    found = []
    columns = (s.src[at], s.dst[at], s.asset[at], s.lo[at])
    for row, units, (src, dst, asset, lo) in zip(
        told, units_at(s, at), zip(*(c.tolist() for c in columns), strict=True), strict=True
    ):
        parts = [FEE if row["kind"] in CHARGES else OUT] if src == number else []
        parts += [IN] if dst == number else []
        other = s.nodes[dst if src == number else src]
        found += [Line(lo, p, other, s.assets[asset], units, row["observation"]) for p in parts]
    return tuple(found)


def _printed(view: View, scope: Scope, instrument: str) -> tuple[Printed, ...]:
    answer = view.select(scope, Selection(instruments=(instrument,), limit=MOST))
    if answer.truncated:
        return ()
    wanted = ["statement", "balance", "amount", "debit", "credit", "asset", "lo", "observation"]
    found = []
    for row in answer.table.select(wanted).to_pylist():
        if row["statement"] != instrument or row["balance"] is None or row["amount"] is None:
            continue
        after, units = int(row["balance"]), int(row["amount"])
        moved = units * ((row["credit"] == instrument) - (row["debit"] == instrument))
        found.append(Printed(row["lo"], row["asset"], after - moved, after, row["observation"]))
    return tuple(found)


def figures(known: Account, window: Window | None = None, asset: str = "") -> tuple[Figures, ...]:
    """Return what a window holds of an account, an asset each; of the whole time without a window.

    Examples
    --------
    >>> lines = (Line(5, IN, "a", "KES:2", 700, "o1"), Line(6, FEE, "b", "KES:2", 10, "o2"))
    >>> (one,) = figures(Account("x", lines, (Printed(5, "KES:2", 300, 1000, "o1"),), ()))
    >>> one.opening.units, one.received.units, one.charged.units, one.closing.units, one.other
    (300, 700, 10, 1000, 10)
    """
    lines = [n for n in known.lines if window is None or window[0] <= n.lo < window[1]]
    assets = [asset] if asset else sorted({n.asset for n in known.lines} | {p.asset for p in known.printed})

    def passed(key: str, part: str) -> Passed:
        return _passed([n for n in lines if (n.asset, n.part) == (key, part)])

    return tuple(
        Figures(
            asset=key,
            opening=opening(known, window, key),
            received=passed(key, IN),
            paid=passed(key, OUT),
            charged=passed(key, FEE),
            closing=closing(known, window, key),
        )
        for key in assets
    )


def _passed(lines: Sequence[Line]) -> Passed:
    return Passed(sum(n.units for n in lines), len(lines), len({n.other for n in lines}))


def opening(known: Account, window: Window | None, asset: str) -> Known | None:
    """Return the balance at the beginning of a window."""
    mine = [p for p in known.printed if p.asset == asset]
    before = [] if window is None else [p for p in mine if p.lo < window[0]]
    if before:
        return Known(before[-1].after, before[-1].observation)
    return Known(mine[0].before, mine[0].observation) if mine else None


def closing(known: Account, window: Window | None, asset: str) -> Known | None:
    """Return the balance at the end of a window."""
    mine = [p for p in known.printed if p.asset == asset]
    until = [p for p in mine if window is None or p.lo < window[1]]
    if until:
        return Known(until[-1].after, until[-1].observation)
    return Known(mine[0].before, mine[0].observation) if mine else None


def others_within(view: View, scope: Scope, instrument: str, window: Window) -> int:
    """Return how many others an instrument dealt with in a window."""
    s = view.snapshot(scope)
    number = number_of(s, instrument)
    if number is None:
        return 0
    keep = kept(s, Filter(window))
    others = {*s.dst[keep & (s.src == number)].tolist(), *s.src[keep & (s.dst == number)].tolist()}
    return len(others - {number})
