"""What one answer moves: a token, the coin, or a token that exists once; each with its place."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model.locators import expand

_SHIFT = 16
_MOST = (1 << _SHIFT) - 1
FEE, VALUE, FIRST_INNER = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where it stands: a locator form with its two numbers."""

    form: str
    a: int = 0
    b: int = 0

    def __str__(self) -> str:
        return expand(self.form, self.a, self.b)

    @classmethod
    def pointer(cls, place: str, *below: str | int) -> Place:
        """Return the place of a value below an item, in the form that its neighbours share.

        Examples
        --------
        >>> Place.pointer("/3/answer/result", "transactions", 7)
        Place(form='pointer:/{a}/answer/result/transactions/{b}', a=3, b=7)
        >>> str(Place.pointer("/result", "transactions", 7)), str(Place.pointer("/12"))
        ('pointer:/result/transactions/7', 'pointer:/12')
        """
        first, _, rest = place.removeprefix("/").partition("/")
        last = below[-1] if below and isinstance(below[-1], int) else None
        words = [*([rest] if rest else []), *map(str, below[:-1] if last is not None else below)]
        if not first.isdecimal():
            return cls(
                "pointer:" + "".join(f"/{w}" for w in (place.removeprefix("/"), *map(str, below)) if w)
            )
        tail = "".join(f"/{word}" for word in words)
        return cls(f"pointer:/{{a}}{tail}{'' if last is None else '/{b}'}", int(first), last or 0)


@dataclass(frozen=True, slots=True)
class Point:
    """When: the instant, and the order within it: block, transaction, position in the transaction."""

    lo: int
    hi: int
    block: int
    index: int
    inner: int

    @property
    def seq(self) -> int:
        """One number in the order of the chain; within a transaction the fee, the coin, then its logs."""
        return (self.block << 2 * _SHIFT) | (min(self.index, _MOST) << _SHIFT) | min(self.inner, _MOST)


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement; an empty end is one of its own, which nobody else shares."""

    place: Place
    point: Point
    debit: str
    credit: str
    units: int
    asset: str
    rail: str
    tx: str
    channel: str
    kind: str = "principal"
    status: str = "completed"
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unique:
    """A token that exists once (ERC-721) passed on: it has a number and no amount."""

    place: Place
    point: Point
    giver: str
    taker: str
    contract: str
    number: int
    rail: str
    tx: str
