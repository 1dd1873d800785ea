"""What detectors see of a case: transfers as arrays, and coded facts. Never a name, never a text.

Fees, taxes, overdrafts and reversals are no transfers here. Whoever writes a rule gets numbers of
instruments and the kind that their identifier has; labels, narrations and holders stay in the store.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from graph.model.printing import code_of, exact_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from analytics.tracing.following.conversions import Rate

Ints: TypeAlias = "NDArray[np.int64]"
Ids: TypeAlias = "NDArray[np.int32]"
Flags: TypeAlias = "NDArray[np.bool_]"

DAY = 86_400_000_000
HOUR = 3_600_000_000
EAST_AFRICA = 3 * HOUR
"""What the clocks of East Africa are ahead of UTC; there is no summer time."""
LARGEST = 2**62
"""Amounts up to here are compared exactly in 64 bits; larger ones are counted in ``left_out``."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a recorded trace shows as held: exact base units, the trace's id and what it cites."""

    node: int
    asset: str
    amount: str
    claim: str
    claim_asset: str
    trace: str
    observations: tuple[str, ...]


@dataclass(frozen=True)
class Material:
    """Completed principal transfers of a case in the total order, and what is known of their ends.

    Attributes
    ----------
    version : str
        Content hash of the evidence.
    nodes : sequence of str
        Opaque instrument id of each number.
    kind : tuple of str
        Identifier kind of each number: ``msisdn``, ``agent``, ``till``, ``cash``, ``unknown`` …
    src, dst, asset : ndarray of int32, shape (m,)
    lo, hi, amount, row : ndarray of int64, shape (m,)
        Instant ``[lo, hi)`` in UTC microseconds; base units.
    assets : tuple of str
    observation : sequence of str, shape (m,)
        Observation that shows each transfer.
    channel : tuple of str, shape (m,)
        The source's own code for the kind of operation; empty where it has none.
    balance, balance_of : ndarray of int64, of int32, shape (m,)
        Balance printed after the row and whose it is; -1: none printed.
    tags : mapping
        Categories that tag lists give, by number.
    covered : mapping
        Instruments with a record of their own, and its first and last instant.
    held : tuple of Held
        What recorded traces of the case show as held.
    left_out : int
        Transfers beyond 64 bits, in no rule.
    at : int
        As of when: the end of the last transfer where nobody said.
    """

    version: str
    nodes: Sequence[str]
    kind: tuple[str, ...]
    src: Ids
    dst: Ids
    lo: Ints
    hi: Ints
    amount: Ints
    asset: Ids
    row: Ints
    assets: tuple[str, ...]
    observation: Sequence[str]
    channel: Sequence[str] = ()
    balance: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    balance_of: Ids = field(default_factory=lambda: np.zeros(0, np.int32))
    tags: Mapping[int, frozenset[str]] = field(default_factory=dict)
    covered: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    rates: tuple[Rate, ...] = ()
    held: tuple[Held, ...] = ()
    left_out: int = 0
    at: int = 0

    def __len__(self) -> int:
        return len(self.src)

    @cached_property
    def institutions(self) -> tuple[int, ...]:
        """Numbers that a tag list calls an exchange's own."""
        return tuple(n for n in sorted(self.tags) if any(c.startswith(EXCHANGE) for c in self.tags[n]))

    @cached_property
    def person(self) -> Flags:
        """Instruments that are somebody's own: by kind of number, unless their shape is a business's."""
        own = np.array([k in PERSONAL for k in self.kind], np.bool_)
        own &= ~self.busy
        own[list(self.institutions)] = False
        return own

    @cached_property
    def business(self) -> Flags:
        """Agents, tills, business numbers, institutions, and what has the shape of one."""
        by_kind = np.array([k in BUSINESS for k in self.kind], np.bool_)
        by_kind |= self.busy
        by_kind[list(self.institutions)] = True
        return by_kind

    @cached_property
    def busy(self) -> Flags:
        """Shape of an agent (over 100 parties both ways) or a utility (200 parties, 5 % of all)."""
        pays, takes = self.parties
        both = pays + takes
        accounts = int(np.count_nonzero(both))
        return ((pays > AGENT) & (takes > AGENT)) | ((both >= UTILITY) & (both * 20 >= accounts))

    @cached_property
    def parties(self) -> tuple[Ints, Ints]:
        """Distinct receivers and distinct senders of each instrument; cash and unknown ends aside."""
        n = len(self.nodes)
        named = np.array([k not in NOBODY for k in self.kind], np.bool_)
        keep = named[self.src] & named[self.dst] & (self.src != self.dst)
        pairs = np.unique(self.src[keep].astype(np.int64) * n + self.dst[keep])
        pays = np.bincount(pairs // n, minlength=n) if len(pairs) else np.zeros(n, np.int64)
        takes = np.bincount(pairs % n, minlength=n) if len(pairs) else np.zeros(n, np.int64)
        return pays.astype(np.int64), takes.astype(np.int64)

    def into(self, node: int) -> Ints:
        """Return positions of what an instrument took, in the total order."""
        start, order = self._incoming
        return order[start[node] : start[node + 1]]

    def out_of(self, node: int) -> Ints:
        """Return positions of what an instrument paid, in the total order."""
        start, order = self._outgoing
        return order[start[node] : start[node + 1]]

    @cached_property
    def _incoming(self) -> tuple[Ints, Ints]:
        return listed(self.dst, len(self.nodes))

    @cached_property
    def _outgoing(self) -> tuple[Ints, Ints]:
        return listed(self.src, len(self.nodes))

    @cached_property
    def span(self) -> int:
        """Time from the first transfer to the last, microseconds; at least one."""
        return max(1, int(self.lo.max() - self.lo.min())) if len(self) else 1

    def day(self, position: int) -> int:
        """Return the number of the local day of a transfer (days since 1970 in East Africa)."""
        return int(self.lo[position] + EAST_AFRICA) // DAY

    def sum(self, transfers: Iterable[int]) -> int:
        """Add amounts exactly, beyond 64 bits too."""
        return sum(int(self.amount[t]) for t in transfers)

    def money(self, units: int, asset: int) -> str:
        """Write base units with the code of their asset.

        Examples
        --------
        ``"1380.00 KES"``
        """
        return f"{exact_text(units, self.assets[asset])} {code_of(self.assets[asset])}"

    def unsure(self, earlier: int, later: int) -> bool:
        """Say whether the evidence leaves open which of two transfers came first."""
        return bool(self.hi[earlier] > self.lo[later])


AGENT, UTILITY = 100, 200
EXCHANGE = "exchange"
BUSINESS = frozenset({"agent", "till", "paybill"})
NOBODY = frozenset({"cash", "unknown"})
PERSONAL = frozenset(
    {
        "msisdn",
        "iban",
        "account",
        "bitcoin",
        "evm",
        "tron",
        "exchange",
        "card",
        "name",
        "party",
    }
)


def listed(ends: Ids, nodes: int) -> tuple[Ints, Ints]:
    """Return where each node's transfers begin, and all positions by node in the total order.

    Examples
    --------
    >>> start, order = listed(np.array([1, 0, 1], np.int32), 2)
    >>> start.tolist(), order.tolist()
    ([0, 1, 3], [1, 0, 2])
    """
    start = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(ends, minlength=nodes), out=start[1:])
    return start, np.argsort(ends, kind="stable").astype(np.int64)


def of_snapshot(snapshot: Any, kind: Sequence[str], keep: Flags, **facts: Any) -> Material:
    """Return the material of a snapshot's kept rows that move money.

    Parameters
    ----------
    kind : sequence of str
        Identifier kind of each node.
    keep : ndarray of bool
        Rows that are principal.
    facts
        Further fields as ``Material`` has them, by the snapshot's rows where they have rows.
    """
    fits = (snapshot.amount >= 0) & (snapshot.amount <= LARGEST)
    paid = snapshot.amount != 0
    if snapshot.amount_hi is not None:
        fits &= snapshot.amount_hi == 0
        paid |= snapshot.amount_hi != 0
    keep = keep & paid
    at = np.flatnonzero(keep & fits)
    for name in ("observation", "channel"):
        if name in facts:
            facts[name] = [facts[name][i] for i in at.tolist()]
    for name in ("balance", "balance_of"):
        if name in facts:
            facts[name] = facts[name][at]
    facts.setdefault("at", int(snapshot.hi.max()) if len(snapshot.hi) else 0)
    return Material(
        version=snapshot.version,
        nodes=snapshot.nodes,
        kind=tuple(kind),
        src=snapshot.src[at],
        dst=snapshot.dst[at],
        lo=snapshot.lo[at],
        hi=snapshot.hi[at],
        amount=snapshot.amount[at],
        asset=snapshot.asset[at],
        row=snapshot.row[at],
        assets=snapshot.assets,
        left_out=int(np.count_nonzero(keep & ~fits)),
        **facts,
    )
