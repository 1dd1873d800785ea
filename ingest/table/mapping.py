"""A mapping: what the columns of one institution's table mean, as data that is reviewed like code.

It says nothing about one file, only about a layout. Everything it does not mention is reported as
unmapped; a key it does not know is an error, because a misspelt rule would silently not apply.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, cast, get_type_hints

from graph.model.events import LegKind, Status
from ingest.errors import MappingError

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict

SHAPES = ("statement", "transfers", "orders", "rates", "tags", "holders")


@dataclass(frozen=True, slots=True)
class Table:
    """Where the rows are: everything left empty is found out and reported as assumed.

    ``header`` is the physical line (or sheet row) of the header; 0: found by its names; -1: there is
    none and ``columns`` names them. ``sheet`` empty: every sheet whose header matches.
    """

    delimiter: str = ""
    encoding: str = ""
    quote: str = ""
    header: int = 0
    columns: tuple[str, ...] = ()
    sheet: str = ""
    decimal: str = "."
    group: str = ","


@dataclass(frozen=True, slots=True)
class When:
    """Times of the rows: columns (joined by a space), patterns tried in turn, zone.

    ``formats`` are strptime patterns or ``iso``. Or a counter: ``unit`` (hour, day) since
    ``origin`` (ISO date-time), as simulations print it. ``origin`` is then an assumption.
    """

    columns: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    zone: str = "Africa/Nairobi"
    unit: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """An identifier: from a column, or constant.

    ``pattern`` takes the identifier out of a longer text (first group; second group: the holder's
    name); rows it does not match have no such end. ``scope_column`` names a column that holds the
    institution. ``blank`` lists texts that stand for nothing. ``optional``: text that is no
    identifier leaves the end unknown instead of rejecting the row.
    """

    column: str = ""
    value: str = ""
    kind: str = "account"
    scope: str = ""
    scope_column: str = ""
    pattern: str = ""
    region: str = "KE"
    name: str = ""
    blank: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts. Either ``paid_in`` and ``paid_out`` columns, or one ``column``.

    One column is signed, unless ``direction`` names a column whose texts are in ``incoming`` or
    ``outgoing``. ``signs``: ``solve`` (the convention that reconciles), or one of
    ``ingest.table.signs.CONVENTIONS``.
    """

    column: str = ""
    paid_in: str = ""
    paid_out: str = ""
    direction: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    signs: str = "solve"


@dataclass(frozen=True, slots=True)
class AssetOf:
    """What amounts count: constant ``code``, or a ``column`` (``code`` where it is blank).

    ``tokens`` maps symbols to ``{chain, contract, exponent}``; ``alias`` maps printed names to
    codes. What is neither is a currency, or rejects its row.
    """

    code: str = ""
    column: str = ""
    alias: Dict[str, str] = field(default_factory=dict)
    tokens: Dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowRule:
    """What a row is, told by a pattern (RE2, searched) in a column.

    Of each attribute the first matching rule decides.

    ``end``: ``cash`` or ``unknown``, for the other side. ``swap``: payer and payee change places.
    ``leave_out``: why the row is no movement (an opening balance, a page total).
    """

    column: str
    matches: str
    kind: str = ""
    status: str = ""
    channel: str = ""
    end: str = ""
    swap: bool = False
    leave_out: str = ""


@dataclass(frozen=True, slots=True)
class Rail:
    """A reference that the rail guarantees: ``prefix:VALUE`` in upper case."""

    column: str
    prefix: str
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """A charge in a column of its own: a row of the same observation, paid by the payer."""

    column: str
    kind: str = "fee"


@dataclass(frozen=True, slots=True)
class Mapping:
    """One layout.

    ``opening``: ``zero`` where accounts start with nothing in the file, ``derived`` from the first
    balance otherwise. ``rounding``: how far the bank's own rounding may move the balance in one
    row, as a decimal text. ``order``: ``solve``, ``file`` or ``reverse``. ``assumes``: what this
    mapping takes for granted, said with every reading.
    """

    name: str
    shape: str
    title: str = ""
    header: tuple[str, ...] = ()
    institution: str = ""
    table: Table = field(default_factory=Table)
    when: When = field(default_factory=When)
    account: End | None = None
    counterparty: tuple[End, ...] = ()
    payer: tuple[End, ...] = ()
    payee: tuple[End, ...] = ()
    amount: Money = field(default_factory=Money)
    asset: AssetOf = field(default_factory=AssetOf)
    balance: str = ""
    opening: str = "derived"
    rounding: str = ""
    order: str = "solve"
    status: str = ""
    statuses: Dict[str, str] = field(default_factory=dict)
    rows: tuple[RowRule, ...] = ()
    rail: Rail | None = None
    reverses: Rail | None = None
    ref: str = ""
    channel: str = ""
    text: tuple[str, ...] = ()
    fees: tuple[Fee, ...] = ()
    quantity: Money = field(default_factory=Money)
    token: AssetOf = field(default_factory=AssetOf)
    buyer: End | None = None
    seller: End | None = None
    subject: End | None = None
    label: str = ""
    base: AssetOf = field(default_factory=AssetOf)
    quote: AssetOf = field(default_factory=AssetOf)
    rate: str = ""
    facts: Dict[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    assumes: Dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise MappingError("unknown shape", shape=self.shape, hint="one of " + ", ".join(SHAPES))
        for need in _NEEDS[self.shape]:
            if not getattr(self, need):
                raise MappingError(f"a mapping of {self.shape} needs {need!r}", mapping=self.name)
        if self.shape in ("statement", "transfers", "orders") and not _counts(self.amount):
            raise MappingError("a mapping of payments says where amounts are", mapping=self.name)
        if self.opening not in ("zero", "derived") or self.order not in ("solve", "file", "reverse"):
            raise MappingError(
                "opening is zero or derived; order is solve, file or reverse", mapping=self.name
            )
        _check_words(self)


_NEEDS: Dict[str, tuple[str, ...]] = {
    "statement": ("account",),
    "transfers": ("payer", "payee"),
    "orders": ("buyer", "seller"),
    "rates": ("rate",),
    "tags": ("subject", "label"),
    "holders": ("subject", "label"),
}


_WORDS: Dict[str, frozenset[str]] = {
    "kind": frozenset(k.value for k in LegKind),
    "status": frozenset(s.value for s in Status),
    "end": frozenset({"cash", "unknown"}),
}


def _check_words(mapping: Mapping) -> None:
    """Refuse words of the model that do not exist; they would be found out only with the first row."""
    said = [(name, getattr(rule, name)) for rule in mapping.rows for name in _WORDS]
    said += [("kind", fee.kind) for fee in mapping.fees]
    said += [("status", str(word)) for word in mapping.statuses.values()]
    for name, word in said:
        if word and word not in _WORDS[name]:
            raise MappingError(
                f"unknown {name} {word!r}", mapping=mapping.name, hint=", ".join(sorted(_WORDS[name]))
            )


def _counts(money: Money) -> bool:
    return bool(money.column or money.paid_in or money.paid_out)


def mapping_of(data: Any, name: str = "") -> Mapping:
    """Read a mapping from plain data (as YAML gives it).

    Raises
    ------
    MappingError
        A key that is not known, a value of the wrong sort, or a part that the shape needs.

    Examples
    --------
    >>> mapping_of({"name": "fx", "shape": "rates", "rate": "Mid"}).rate
    'Mid'
    """
    if not isinstance(data, dict):
        raise MappingError("a mapping is a table of keys and values", mapping=name)
    return cast("Mapping", _build(Mapping, {"name": name, **data} if name else data, "mapping"))


def _build(kind: type, data: Any, at: str) -> Any:
    if not isinstance(data, dict):
        raise MappingError("expected keys and values", at=at, found=repr(data)[:60])
    known = {f.name: f for f in fields(kind)}
    if unknown := sorted(set(map(str, data)) - set(known)):
        raise MappingError(f"unknown key {unknown[0]!r}", at=at, hint="known: " + ", ".join(known))
    if missing := [n for n, f in known.items() if n not in data and _required(f)]:
        raise MappingError(f"key {missing[0]!r} is missing", at=at)
    hints = get_type_hints(kind, globals() | {"Dict": dict}, {})
    return kind(**{key: _value(hints[key], value, f"{at}.{key}") for key, value in data.items()})


def _required(f: Any) -> bool:
    return f.default is MISSING and f.default_factory is MISSING


def _value(hint: Any, value: Any, at: str) -> Any:
    parts = [a for a in getattr(hint, "__args__", ()) if a not in (type(None), Ellipsis)]
    if getattr(hint, "__origin__", None) is tuple:
        items = value if isinstance(value, (list, tuple)) else [value]
        return tuple(_value(parts[0], item, f"{at}[{i}]") for i, item in enumerate(items))
    if type(None) in getattr(hint, "__args__", ()):
        return None if value is None else _value(parts[0], value, at)
    if getattr(hint, "__origin__", hint) is dict:
        if not isinstance(value, dict):
            raise MappingError("expected keys and values", at=at)
        return {str(k): v for k, v in value.items()}
    if hasattr(hint, "__dataclass_fields__"):
        return _build(hint, {"column": value} if isinstance(value, str) else value, at)
    return _scalar(hint, value, at)


def _scalar(hint: type, value: Any, at: str) -> Any:
    if hint is str and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if type(value) is not hint:
        raise MappingError(
            f"expected {hint.__name__}", at=at, found=repr(value)[:60], hint="quote texts in YAML"
        )
    return value
