"""A graph mapping: which labels, relationship types and properties are instruments, transfers, holders.

It is data that is reviewed like code, in the way of the mappings of tables. Whatever it does not
mention is reported as unmapped; a key it does not know is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from graph.model.events import LegKind, Status
from graph.model.identifiers import Kind
from ingest.errors import MappingError
from ingest.mappings.building import built

LONGEST_NAME = 200
OWN_ENDS = (Kind.CASH_END.value, Kind.UNKNOWN_END.value)
_REFUSED = re.compile(r"[\\`\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_PRECISIONS = ("", "millisecond", "second", "minute", "day")


@dataclass(frozen=True, slots=True)
class Instrument:
    """Nodes of one label as instruments.

    Attributes
    ----------
    id : str
        Property that identifies the node to people: account number, telephone number, address.
    kind : str
        Kind of identifier (``graph.model.identifiers.Kind``). With ``cash`` or ``unknown`` every
        transfer has an end of its own and ``id`` stays empty: one node for all cash joins strangers.
    scope, scope_property : str
        Institution or operator: constant, or a property (the constant where it is blank).
    name : tuple of str
        Properties that hold the holder's name, joined by a space.
    """

    label: str
    id: str = ""
    kind: str = "account"
    scope: str = ""
    scope_property: str = ""
    region: str = "KE"
    name: tuple[str, ...] = ()

    @property
    def properties(self) -> tuple[str, ...]:
        """What is fetched of such a node where it is the end of a transfer."""
        return tuple(p for p in (self.id, self.scope_property) if p)


@dataclass(frozen=True, slots=True)
class When:
    """A time property.

    A date, date-time, or text in one of ``formats`` (strptime patterns, or ``iso``); an integer only
    with ``unit`` (``s``, ``ms``, ``us`` since 1970). Without an offset it is in ``zone``.
    ``precision`` widens what is finer than the facts (millisecond, second, minute, day).
    """

    property: str
    zone: str = "Africa/Nairobi"
    formats: tuple[str, ...] = ("iso",)
    unit: str = ""
    precision: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount property: integer, digits as text, or float.

    ``unit``: ``major`` (shillings) or ``minor`` (cents, base units). ``floats``: ``exact`` takes the
    digits that the float prints, and rejects the row where the asset has fewer decimals; ``nearest``
    also takes those within a thousandth of a base unit. ``negative``: ``refuse``, or ``swap`` payer
    and payee.
    """

    property: str
    unit: str = "major"
    decimal: str = "."
    group: str = ""
    floats: str = "exact"
    negative: str = "refuse"


@dataclass(frozen=True, slots=True)
class AssetOf:
    """What amounts count: constant ``code``, or a ``property`` (``code`` where it is blank).

    ``tokens`` maps symbols to ``{chain, contract, exponent}``; ``alias`` maps words to codes.
    """

    property: str = ""
    code: str = ""
    alias: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusOf:
    """A status property and what its words mean; a word that is not listed rejects its row."""

    property: str
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rail:
    """A property whose value the rail guarantees to name one event: ``prefix:VALUE``."""

    property: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A relationship between a transaction's node and one end; ``to`` says where it points.

    ``transaction``: from the account to the transaction; ``end``: from the transaction to the account.
    """

    relationship: str
    to: str


@dataclass(frozen=True, slots=True)
class Transfers:
    """Relationships of one type, or nodes of one label, each of which is a transfer.

    Attributes
    ----------
    id : tuple of str
        Business identifier; pages are cut by the first of them, and all together name one transfer.
    relationship, payer
        A relationship is the transfer; ``payer`` is its ``start`` or its ``end``.
    node, paid_by, paid_to
        A node is the transfer, tied to its ends.
    """

    id: tuple[str, ...]
    when: When
    amount: Money
    asset: AssetOf
    relationship: str = ""
    payer: str = "start"
    node: str = ""
    paid_by: Tie | None = None
    paid_to: Tie | None = None
    kind: str = "principal"
    status: StatusOf | None = None
    channel: str = ""
    text: tuple[str, ...] = ()
    rail: Rail | None = None

    @property
    def properties(self) -> tuple[str, ...]:
        """What is fetched of the transfer itself."""
        parts = (self.when, self.amount, self.asset, self.status, self.rail)
        named = [*self.id, *(p.property for p in parts if p), self.channel, *self.text]
        return tuple(dict.fromkeys(n for n in named if n))


@dataclass(frozen=True, slots=True)
class Holders:
    """Relationships that say who holds an instrument, maybe since and until when.

    ``instrument`` and ``party`` are labels; ``points`` says where the relationship points:
    ``instrument`` or ``party``. ``name`` are properties of the party.
    """

    relationship: str
    instrument: str
    party: str
    name: tuple[str, ...]
    points: str = "instrument"
    since: When | None = None
    until: When | None = None
    role: str = "holder"

    @property
    def properties(self) -> tuple[str, ...]:
        """What is fetched of the relationship itself."""
        return tuple(w.property for w in (self.since, self.until) if w)


@dataclass(frozen=True, slots=True)
class GraphMapping:
    """One agency's graph. ``ignore`` names labels and types that are left aside on purpose."""

    name: str
    shape: str
    instruments: tuple[Instrument, ...]
    transfers: tuple[Transfers, ...] = ()
    holders: tuple[Holders, ...] = ()
    title: str = ""
    institution: str = ""
    ignore: tuple[str, ...] = ()
    assumes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.shape != "graph":
            raise MappingError("a mapping of a graph has shape: graph", mapping=self.name, shape=self.shape)
        if not self.transfers and not self.holders:
            raise MappingError("the mapping names neither transfers nor holders", mapping=self.name)
        for one in self.instruments:
            _check_instrument(one)
        for transfers in self.transfers:
            _check_transfers(transfers)
        for holders in self.holders:
            _one_of("points", holders.points, ("instrument", "party"))
            self.instrument(holders.instrument)
            _check_names("holders", holders.relationship, holders.party, *holders.name, *holders.properties)

    def instrument(self, label: str) -> Instrument:
        """Return the instruments of a label."""
        for one in self.instruments:
            if one.label == label and one.id:
                return one
        raise MappingError(
            "no instruments of this label", label=label, hint="name it under instruments, with its id"
        )


def mapping_of(data: Any, name: str = "") -> GraphMapping:
    """Read a mapping from plain data.

    Raises
    ------
    MappingError
        A key that is not known, a value of the wrong sort, or a name that no graph should have.

    Examples
    --------
    >>> account = {"label": "Account", "id": "number", "scope": "BANK"}
    >>> paid = {"relationship": "PAID", "id": "ref", "when": "at", "amount": "sum", "asset": {"code": "KES"}}
    >>> found = mapping_of({"shape": "graph", "instruments": [account], "transfers": [paid]}, "mine")
    >>> found.transfers[0].properties
    ('ref', 'at', 'sum')
    """
    if not isinstance(data, dict):
        raise MappingError("a mapping is a table of keys and values", mapping=name)
    return built(GraphMapping, {"name": name, **data} if name else data)


def _check_instrument(one: Instrument) -> None:
    kinds = [k.value for k in Kind]
    _one_of("kind", one.kind, kinds)
    if bool(one.id) == (one.kind in OWN_ENDS):
        raise MappingError(
            "instruments have an id, cash and unknown ends have none", label=one.label, kind=one.kind
        )
    _check_names("instruments", one.label, *one.properties, *one.name)


def _check_transfers(one: Transfers) -> None:
    tied = (one.paid_by, one.paid_to)
    if bool(one.relationship) == bool(one.node):
        raise MappingError("transfers are relationships of one type, or nodes of one label", at="transfers")
    if (any(tied) if one.relationship else not any(tied)) or not one.id:
        raise MappingError(
            "a transfer has an id; a node also says how its ends are tied",
            at=f"transfers {one.relationship or one.node}",
            hint="paid_by: {relationship: SENT, to: transaction}",
        )
    if not (one.asset.code or one.asset.property):
        raise MappingError("no asset: name a currency", at="transfers", hint="asset: {code: KES}")
    _one_of("payer", one.payer, ("start", "end"))
    _one_of("unit", one.amount.unit, ("major", "minor"))
    _one_of("floats", one.amount.floats, ("exact", "nearest"))
    _one_of("negative", one.amount.negative, ("refuse", "swap"))
    _one_of("precision", one.when.precision, _PRECISIONS)
    _one_of("kind", one.kind, [k.value for k in LegKind])
    for word in one.status.words.values() if one.status else ():
        _one_of("status", str(word), [s.value for s in Status])
    for tie in tied:
        if tie is not None:
            _one_of("to", tie.to, ("transaction", "end"))
            _check_names("transfers", tie.relationship)
    needed = (one.relationship or one.node, one.when.property, one.amount.property)
    _check_names("transfers", *needed, *one.text, *one.properties)


def _one_of(name: str, word: str, known: Any) -> None:
    if word not in known:
        raise MappingError(f"unknown {name} {word!r}", hint=", ".join(k for k in known if k))


def can_be_quoted(name: str) -> bool:
    r"""Say whether a name may stand between backticks, whatever it says.

    In Cypher a backslash may begin a hidden sign, also there.

    Examples
    --------
    >>> can_be_quoted("PAID; DROP //"), can_be_quoted("a\u0060b")
    (True, False)
    """
    return 0 < len(name) <= LONGEST_NAME and not _REFUSED.search(name)


def _check_names(at: str, *names: str) -> None:
    """Refuse names that cannot be quoted beyond doubt."""
    for name in names:
        if not can_be_quoted(name):
            raise MappingError(
                "a label, type or property is 1 to 200 signs without backslash, backtick or control signs",
                at=at,
                found=repr(name)[:60],
            )
