"""The pool shared once more under every scheme; loaded by ``replay.py``. Standard library only."""

from __future__ import annotations

import json
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ZERO = Fraction(0)
EXTORTED = "extorted_payment"
Sums = dict[str, Fraction]


class Tables(Protocol):
    """The tables of the pack, as ``replay.py`` reads them."""

    root: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        """Read one table."""

    def units(self, text: str, asset: str) -> Fraction:
        """Turn an amount in whole units into base units."""


class Claims:
    """Pool and losses, in base units."""

    def __init__(self, t: Tables) -> None:
        text = (t.root / "allocation" / "terms.json").read_text("utf-8")
        self.terms: dict[str, Any] = json.loads(text)
        asset = self.terms["asset"]
        properties = t.rows("allocation/pool.csv")
        self.values = {r["property"]: t.units(r["value"], asset) for r in properties}
        self.sale = {r["property"]: t.units(r["sale_costs"], asset) for r in properties}
        self.general = t.units(self.terms["general_costs"], asset)
        self.total = sum(self.values.values(), ZERO)
        self.costs = min(self.general + sum(self.sale.values(), ZERO), self.total)
        self.to_share = self.total - self.costs
        self.net_values = {k: max(ZERO, v - self.sale[k]) for k, v in self.values.items()}
        self.rows: dict[str, list[dict[str, str]]] = defaultdict(list)
        for r in t.rows("allocation/losses.csv"):
            if r["kind"] in self.terms["kinds"]:
                self.rows[r["claimant"]].append(r)
        self.names = sorted(self.rows)
        self.asset, self.t = asset, t
        self.loss = {c: self._sum(c, self._loss) for c in self.names}
        self.paid_in = {c: self._all(c, "paid_in") for c in self.names}
        self.net = {c: None if self.paid_in[c] is None else self._sum(c, self._net) for c in self.names}
        self.traced: dict[str, list[tuple[str, Fraction]]] = defaultdict(list)
        for r in t.rows("allocation/traced.csv"):
            if EXTORTED in self.terms["kinds"]:
                self.traced[r["claimant"]].append((r["property"], t.units(r["amount"], asset)))

    def _money(self, row: dict[str, str], column: str) -> Fraction:
        return self.t.units(row[column], self.asset) if row[column] else ZERO

    def _net(self, row: dict[str, str]) -> Fraction:
        return max(ZERO, self._money(row, "paid_in") - self._money(row, "received"))

    def _loss(self, row: dict[str, str]) -> Fraction:
        return self._money(row, "admitted") if row["admitted"] else self._net(row)

    def _sum(self, claimant: str, figure: Callable[[dict[str, str]], Fraction]) -> Fraction:
        return sum((figure(r) for r in self.rows[claimant]), ZERO)

    def _all(self, claimant: str, column: str) -> Fraction | None:
        if any(not r[column] for r in self.rows[claimant]):
            return None
        return sum((self._money(r, column) for r in self.rows[claimant]), ZERO)

    def traceable(self, claimant: str) -> Fraction:
        """Return the loss that was paid, as against wages and damages."""
        return sum((self._loss(r) for r in self.rows[claimant] if r["kind"] == EXTORTED), ZERO)

    def entitled(self, claimant: str) -> Fraction:
        """Return the most that a scheme on net losses may pay."""
        net = self.net[claimant]
        return self.loss[claimant] if net is None else min(net, self.loss[claimant])


def at_one_rate(owed: Sums, available: Fraction) -> Sums:
    """Pay everybody the same share, at most all of it."""
    everything = sum(owed.values(), ZERO)
    rate = min(Fraction(1), available / everything) if everything else ZERO
    return {k: v * rate for k, v in owed.items()}


def _beyond(c: Claims, paid: Sums) -> tuple[Sums, Fraction]:
    left = c.to_share - sum(paid.values(), ZERO)
    more = at_one_rate({k: c.loss[k] - c.entitled(k) for k in c.names}, left)
    return {k: paid[k] + more[k] for k in c.names}, left - sum(more.values(), ZERO)


def net_loss(c: Claims) -> tuple[Sums, Fraction, Fraction]:
    """One rate on net losses; returns payments, costs borne, residual."""
    paid, residual = _beyond(c, at_one_rate({k: c.entitled(k) for k in c.names}, c.to_share))
    return paid, c.costs, residual


def rising_tide(c: Claims) -> tuple[Sums, Fraction, Fraction]:
    """One level of recovery, found between the two corners that enclose it."""

    def at(level: Fraction) -> Sums:
        return {
            k: max(ZERO, min(level * (c.paid_in[k] or ZERO) - _received(c, k), c.entitled(k)))
            for k in c.names
        }

    def spent(level: Fraction) -> Fraction:
        return sum(at(level).values(), ZERO)

    available = min(c.to_share, sum((c.entitled(k) for k in c.names), ZERO))
    corners = {ZERO}
    for k in c.names:
        paid_in = c.paid_in[k]
        if paid_in and c.entitled(k):
            corners |= {_received(c, k) / paid_in, (_received(c, k) + c.entitled(k)) / paid_in}
    ranked = sorted(corners)
    high = next((i for i, x in enumerate(ranked) if spent(x) >= available), len(ranked) - 1)
    upper, lower = ranked[high], ranked[max(0, high - 1)]
    full, part = spent(upper), spent(lower)
    level = lower + (upper - lower) * (available - part) / (full - part) if full > part else upper
    paid, residual = _beyond(c, at(level))
    return paid, c.costs, residual


def _received(c: Claims, claimant: str) -> Fraction:
    paid_in, net = c.paid_in[claimant], c.net[claimant]
    return ZERO if paid_in is None or net is None else paid_in - net


def pari_passu(c: Claims) -> tuple[Sums, Fraction, Fraction]:
    """One rate on admitted claims."""
    paid = at_one_rate(c.loss, c.to_share)
    return paid, c.costs, c.to_share - sum(paid.values(), ZERO)


def traced_first(c: Claims) -> tuple[Sums, Fraction, Fraction]:
    """Property by right first, then costs, then one rate on what is still unpaid."""
    ceiling = {k: min(c.traceable(k), c.loss[k]) for k in c.names}
    by_right: Sums = dict.fromkeys(c.names, ZERO)
    for name in sorted(c.values):
        wanted: Sums = {}
        for k in c.names:
            for place, amount in c.traced[k]:
                if place == name:
                    wanted[k] = min(ceiling[k], wanted.get(k, ZERO) + amount)
        for k, amount in at_one_rate(wanted, c.net_values[name]).items():
            by_right[k] = min(ceiling[k], by_right[k] + amount)
    net = sum(c.net_values.values(), ZERO)
    free = net - sum(by_right.values(), ZERO)
    due = c.general + sum((max(ZERO, c.sale[k] - v) for k, v in c.values.items()), ZERO)
    charged = dict.fromkeys(c.names, ZERO)
    if c.terms["general_costs_on"] == "traced_claimants_too" and net:
        due = min(due, net)
        charged = {k: v * due / net for k, v in by_right.items()}
        free -= free * due / net
    else:
        due = min(due, free)
        free -= due
    got = {k: by_right[k] - charged[k] for k in c.names}
    later = dict.fromkeys(c.names, ZERO)
    if c.terms["deficiency"] == "ranks_after_the_other_claimants":
        later = {k: c.traceable(k) - got[k] if any(n for _, n in c.traced[k]) else ZERO for k in c.names}
    first = at_one_rate({k: c.loss[k] - got[k] - later[k] for k in c.names}, free)
    free -= sum(first.values(), ZERO)
    second = at_one_rate(later, free)
    paid = {k: got[k] + first[k] + second[k] for k in c.names}
    return paid, c.total - net + due, free - sum(second.values(), ZERO)


SCHEMES = {
    "net_loss": net_loss,
    "rising_tide": rising_tide,
    "pari_passu": pari_passu,
    "traced_first": traced_first,
}


def to_the_unit(exact: Sums, whole: Fraction) -> dict[str, int]:
    """Round so that the sum is kept: largest remainder, the lower key first."""
    parts = {k: v.numerator // v.denominator for k, v in exact.items()}
    ranked = sorted(exact, key=lambda k: (parts[k] - exact[k], k))
    for k in ranked[: int(whole) - sum(parts.values())]:
        parts[k] += 1
    return parts


def check(t: Tables, say: Callable[[str], object]) -> list[str]:
    """Share again under every scheme of the pack, print a line each, and name what differs."""
    c = Claims(t)
    faults: list[str] = []
    say(f"pool {c.total} base units of {c.asset}\n")
    for scheme in t.rows("allocation/totals.csv"):
        code = scheme["scheme"]
        rows = {r["claimant"]: r for r in t.rows("allocation/schedule.csv") if r["scheme"] == code}
        found = _compare(c, scheme, rows)
        verdict = "agrees" if code in SCHEMES else "summed only: this replay does not know the scheme"
        say(f"{code:<18}{'DIFFERS' if found else verdict}\n")
        faults += [f"{code}: {fault}" for fault in found]
    return faults


def _compare(c: Claims, scheme: dict[str, str], rows: dict[str, dict[str, str]]) -> list[str]:
    def units(text: str) -> Fraction:
        return c.t.units(text, c.asset)

    stated = {f"claimant:{k}": units(r["total"]) for k, r in rows.items()}
    stated |= {"costs": units(scheme["costs"]), "residual": units(scheme["residual"])}
    paid = {f"claimant:{k}": units(r["paid"]) for k, r in rows.items()}
    paid |= {"costs": units(scheme["costs_paid"]), "residual": units(scheme["residual_paid"])}
    faults = []
    if sum(stated.values(), ZERO) != c.total or units(scheme["pool"]) != c.total:
        faults.append(f"the exact amounts sum to {sum(stated.values(), ZERO)}, the pool is {c.total}")
    if sum(paid.values(), ZERO) + units(scheme["rounding"]) != c.total:
        faults.append(f"the payments sum to {sum(paid.values(), ZERO)}, the pool is {c.total}")
    if scheme["scheme"] not in SCHEMES:
        return faults
    payments, costs, residual = SCHEMES[scheme["scheme"]](c)
    exact = {f"claimant:{k}": v for k, v in payments.items()} | {"costs": costs, "residual": residual}
    whole = {k: Fraction(v) for k, v in to_the_unit(exact, c.total).items()}
    for k in c.names:
        whole[f"claimant:{k}"] = min(whole[f"claimant:{k}"], Fraction(c.loss[k].__floor__()))
    for what, said, found in (("is given", stated, exact), ("is paid", paid, whole)):
        faults += [
            f"{k.removeprefix('claimant:')} {what} {said.get(k)} in the pack, {found.get(k)} in the replay"
            for k in sorted({*said, *found})
            if said.get(k) != found.get(k)
        ]
    return faults
