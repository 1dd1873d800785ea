"""A bounded picture of who paid whom: what is drawn, what is grouped, and what is left out.

One neutral record between the store and everything that shows it: the canvas and its table, the
stand-alone page, GraphML, CSV, and the measures. Whoever fills it has masked every text already.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Rail(StrEnum):
    """What carries the money of an instrument."""

    BANK = "bank"
    MOBILE = "mobile"
    CHAIN = "chain"
    CASH = "cash"
    NONE = "none"


RAILS = {
    "account": Rail.BANK,
    "iban": Rail.BANK,
    "card": Rail.BANK,
    "msisdn": Rail.MOBILE,
    "till": Rail.MOBILE,
    "paybill": Rail.MOBILE,
    "agent": Rail.MOBILE,
    "bitcoin": Rail.CHAIN,
    "evm": Rail.CHAIN,
    "tron": Rail.CHAIN,
    "exchange": Rail.CHAIN,
    "cash": Rail.CASH,
}
"""Rail of each kind of instrument; a kind that is not here is on none."""


def rail_of(kind: str) -> Rail:
    """Return the rail of a kind of instrument.

    Examples
    --------
    >>> rail_of("till"), rail_of("unknown")
    (<Rail.MOBILE: 'mobile'>, <Rail.NONE: 'none'>)
    """
    return RAILS.get(kind, Rail.NONE)


class EdgeKind(StrEnum):
    """What joins two ends: payments seen, an exchange of one asset for another, or a statement."""

    PAID = "paid"
    CONVERSION = "conversion"
    ASSERTED = "asserted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An instrument, or a group of instruments that only deal with one neighbour.

    Attributes
    ----------
    id : str
        Opaque instrument id; of a group ``group:HUB:SIDE``.
    kind, label, institution, holder : str
        As the reader's clearance allows. A group has its members' kind, ``mixed`` where they differ.
    masked, protected : bool
        Whether the identifier is masked in its source; whether it belongs to a protected person.
    opened : bool
        Whether its neighbours were asked for.
    members : tuple of str
        Instruments of a group, sorted; empty for a single instrument.
    events, unseen : int
        Transfers of this node within the filter, and how many of them are not drawn.
    x, y : int
        Where it stands in a drawing, pixels.
    """

    id: str
    kind: str
    label: str
    institution: str = ""
    holder: str = ""
    masked: bool = False
    protected: bool = False
    opened: bool = False
    members: tuple[str, ...] = ()
    events: int = 0
    unseen: int = 0
    x: int = 0
    y: int = 0

    @property
    def rail(self) -> Rail:
        """Rail of the instrument."""
        return rail_of(self.kind)

    @property
    def is_group(self) -> bool:
        """Whether it stands for several instruments."""
        return bool(self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Everything drawn from one node to another in one asset.

    Attributes
    ----------
    units : int
        Exact sum, base units of ``asset``.
    first, last : int
        Instants (``lo``) of the first and the last payment, microseconds UTC; 0 for a statement.
    given, given_asset : int, str
        Of a conversion: what was paid for it.
    note : str
        Of a statement: who says so and why.
    citations : tuple of str
        Observations behind a conversion or a statement; payments are in ``Network.payments``.
    """

    source: str
    target: str
    asset: str
    units: int
    events: int
    first: int = 0
    last: int = 0
    kind: EdgeKind = EdgeKind.PAID
    given: int = 0
    given_asset: str = ""
    note: str = ""
    citations: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Name of the edge, the same whenever the same ends are drawn."""
        return f"{self.kind}:{self.source}:{self.target}:{self.asset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One transfer that an edge is made of, with its place in its source.

    ``source`` and ``target`` are nodes of the network, ``debit`` and ``credit`` the instruments;
    ``statement`` is whose statement prints it, at ``seq`` there; ``fee`` what was charged for it in the
    same event, base units of ``asset``, where charges are told with their payments.
    """

    observation: str
    origin: str
    locator: str
    lo: int
    hi: int
    source: str
    target: str
    debit: str
    credit: str
    asset: str
    units: int
    kind: str
    ref: str = ""
    mark: str = ""
    statement: str = ""
    seq: int = 0
    fee: int = 0
    fee_observation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What is not drawn, where, and how much it is.

    Attributes
    ----------
    node : str
        Beside which node; empty for the network as a whole.
    reason : str
        ``budget``, ``top``, ``window``, ``guard``, ``rows`` or ``unopened``.
    instruments, events : int
    sums : mapping
        Asset to exact base units of the events left out.
    """

    node: str
    reason: str
    instruments: int
    events: int
    sums: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What passed on one day in one asset: ``lo`` is its beginning, microseconds UTC."""

    lo: int
    asset: str
    units: int
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A bounded sub-network of a case.

    Attributes
    ----------
    version : str
        Content hash of the evidence it was read from.
    nodes : tuple of Node, sorted by id
    edges : tuple of Edge, sorted by (source, target, asset, kind)
    payments : tuple of Payment, in the total order
    left_out : tuple of LeftOut
    asks : tuple of str
        Opened nodes with so many neighbours that a choice is needed before any is drawn.
    budget : int
        Most nodes that may be drawn.
    window : tuple of int or None
        Half-open, microseconds UTC.
    asset : str
        Key of the only asset shown; empty for all.
    least : int
        Least amount of a payment that is shown, base units of ``asset``.
    leaves : int
        How many counterparties without other neighbours were drawn one by one, per hub and side.
    days : tuple of Day
        What the opened instruments paid and received a day, whatever the window.
    """

    version: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    payments: tuple[Payment, ...]
    left_out: tuple[LeftOut, ...] = ()
    asks: tuple[str, ...] = ()
    budget: int = 300
    window: tuple[int, int] | None = None
    asset: str = ""
    least: int = 0
    leaves: int = 0
    days: tuple[Day, ...] = ()
