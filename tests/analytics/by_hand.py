"""Material written by hand: who paid whom, how much, on which day and at which hour."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.material import DAY, HOUR, Material
from analytics.tracing.following.conversions import Rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.material import Held

KES = "KES:2"
START = 20_700 * DAY  # a day of September 2026, midnight UTC
KINDS = {"A": "agent", "C": "cash", "T": "till", "B": "paybill", "U": "unknown", "X": "exchange"}


@dataclass
class ByHand:
    """Payments as they are written down; a name's first letter may say its kind, else it is a wallet.

    ``A1`` agent, ``C1`` cash, ``T1`` till, ``B1`` business number, ``U1`` unknown end, ``X1`` exchange.
    """

    rows: list[tuple[int, int, str, str, int, str]] = field(default_factory=list)
    tags: dict[str, frozenset[str]] = field(default_factory=dict)
    covered: dict[str, tuple[int, int]] = field(default_factory=dict)
    rates: list[Rate] = field(default_factory=list)
    held: list[tuple[str, str, str, str, tuple[str, ...]]] = field(default_factory=list)

    def pay(
        self, src: str, dst: str, whole: int, day: float, *, asset: str = KES, lasting: int = 1_000_000
    ) -> ByHand:
        """Note a payment of whole units ``day`` days after the start; it is known to ``lasting``."""
        lo = START + round(day * 24 * 60) * (HOUR // 60)
        units = whole * 10 ** int(asset.rpartition(":")[2])
        self.rows.append((lo, lo + lasting, src, dst, units, asset))
        return self

    def rate(self, shillings: str = "129", day: int = -10, base: str = "USD:2") -> ByHand:
        """Note what a dollar costs from a day on."""
        exponent = int(base.rpartition(":")[2])
        per_unit = Fraction(shillings) * 100 / 10**exponent
        self.rates.append(Rate(base, KES, START + day * DAY, per_unit, f"rate{day}", "by hand"))
        return self

    def record(self, name: str, first: int, last: int) -> ByHand:
        """Say that an instrument's own record is there from one day to another."""
        self.covered[name] = (START + first * DAY, START + last * DAY)
        return self

    def tag(self, name: str, *categories: str) -> ByHand:
        """Note what a tag list says of an instrument."""
        self.tags[name] = frozenset(categories)
        return self

    def material(self, order: Sequence[str] | None = None) -> Material:
        """Return the material; ``order`` numbers the instruments otherwise than by name."""
        rows = sorted(self.rows)
        assets = sorted({r[5] for r in rows} | {h[1] for h in self.held}) or [KES]
        named = {n for r in rows for n in (r[2], r[3])} | set(self.tags) | {h[0] for h in self.held}
        names = list(order) if order is not None else sorted(named)
        number = {name: i for i, name in enumerate(names)}

        def column(place: int) -> Any:
            return np.array([r[place] for r in rows], np.int64)

        found = Material(
            version="by hand",
            nodes=tuple(names),
            kind=tuple(KINDS.get(name[0], "msisdn") for name in names),
            src=np.array([number[r[2]] for r in rows], np.int32),
            dst=np.array([number[r[3]] for r in rows], np.int32),
            lo=column(0),
            hi=column(1),
            amount=column(4),
            asset=np.array([assets.index(r[5]) for r in rows], np.int32),
            row=np.arange(len(rows), dtype=np.int64),
            assets=tuple(assets),
            observation=tuple(f"o{i:05d}" for i in range(len(rows))),
            channel=("",) * len(rows),
            balance=np.zeros(len(rows), np.int64),
            balance_of=np.full(len(rows), -1, np.int32),
            tags={number[n]: t for n, t in sorted(self.tags.items())},
            covered={number[n]: c for n, c in sorted(self.covered.items()) if n in number},
            rates=tuple(self.rates),
            held=tuple(self._held(number)),
            at=max((r[1] for r in rows), default=START),
        )
        for array in (found.src, found.dst, found.lo, found.hi, found.amount, found.asset, found.row):
            array.flags.writeable = False
        return found

    def _held(self, number: dict[str, int]) -> list[Held]:
        from analytics.material import Held

        return [
            Held(number[n], a, amount, amount, a, trace, cites) for n, a, amount, trace, cites in self.held
        ]


def renumbered(by_hand: ByHand) -> tuple[Material, Material]:
    """Return the material with its instruments numbered one way and the other."""
    plain = by_hand.material()
    return plain, by_hand.material(list(reversed(plain.nodes)))


def nothing() -> Material:
    """Return the material of a case that holds no payment."""
    return replace(ByHand().material(), at=START)
