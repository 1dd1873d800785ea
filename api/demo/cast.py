"""Draws the invented people, numbers and references of the practice case; nothing is drawn twice.

Everything says of itself that it is invented. Two parties never share a number, so that no link
appears which the story did not make.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeVar

from graph.errors import ModelError
from graph.model.identifiers.base58 import encode_check

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

FIRST_DAY, LAST_DAY = dt.date(2026, 9, 1), dt.date(2026, 10, 31)
_TRON = b"\x41"
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_LETTERS = 26
_TRIES = 10_000
T = TypeVar("T")


class Cast:
    """One source of chance with a memory of everything that it gave out."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self._given: set[object] = set()
        self._named = 0

    def apart(self, chance: random.Random, first_name: int) -> Cast:
        """Return another source of chance with the same memory, so that neither disturbs the other.

        ``first_name`` is where its names begin to count.
        """
        other = Cast(chance)
        other._given, other._named = self._given, first_name
        return other

    def _new(self, draw: Callable[[], T]) -> T:
        for _ in range(_TRIES):
            found = draw()
            if found not in self._given:
                self._given.add(found)
                return found
        raise ModelError("the practice case has run out of numbers", tries=_TRIES)

    def between(self, low: int, high: int, step: int = 1) -> int:
        """Return a multiple of ``step`` from ``low`` to ``high``, both included where they fit."""
        return self.chance.randrange(low, high + 1, step)

    def person(self) -> str:
        """Return an invented name: PRACTICE PERSON and the next letters."""
        self._named += 1
        n, letters = self._named, ""
        while n:
            n, rest = divmod(n - 1, _LETTERS)
            letters = chr(ord("A") + rest) + letters
        return f"PRACTICE PERSON {letters}"

    def number(self) -> str:
        """Return a subscriber number in 0700 0xx xxx, digits with country code."""
        return self._new(lambda: f"2547000{self.between(0, 99_999):05d}")

    def party(self) -> str:
        """Return number and name as statements print a counterparty."""
        return f"{self.number()} - {self.person()}"

    def till(self, name: str) -> str:
        """Return a till, paybill or agent number with a name that says it is for practice."""
        return f"{self._new(lambda: self.between(900_000, 999_999))} - PRACTICE {name}"

    def receipt(self, day: dt.date) -> str:
        """Return a receipt of ten characters: year, month and day as letters and digits, then chance."""
        stamp = "U" + chr(ord("A") + day.month - 1) + "0123456789ABCDEFGHIJKLMNOPQRSTUV"[day.day]
        return self._new(lambda: stamp + str(self.between(0, 9)) + self._word(6))

    def reference(self, prefix: str, width: int) -> str:
        """Return a prefix and ``width`` digits."""
        return self._new(lambda: prefix + "".join(str(self.between(0, 9)) for _ in range(width)))

    def moment(self, day: dt.date, start: tuple[int, int], end: tuple[int, int]) -> dt.datetime:
        """Return a second of a day between two times of it; no two moments of a case are equal."""
        first, last = (h * 3600 + m * 60 for h, m in (start, end))
        midnight = dt.datetime.combine(day, dt.time())
        return self._new(lambda: midnight + dt.timedelta(seconds=self.between(first, last)))

    def days(self, first: dt.date, last: dt.date, count: int) -> list[dt.date]:
        """Return ``count`` days from ``first`` to ``last``, in order."""
        span = (last - first).days
        return sorted(first + dt.timedelta(days=self.between(0, span)) for _ in range(count))

    def transaction(self) -> str:
        """Return a transaction id: 64 hexadecimal digits."""
        return self._new(lambda: self.chance.randbytes(32).hex())

    def address(self) -> str:
        """Return a TRON address with a right checksum."""
        return self._new(lambda: encode_check(_TRON + self.chance.randbytes(20)))

    def look_alike(self, payload: bytes) -> str:
        """Return another address that starts and ends like the address of a payload of 21 bytes."""
        wanted = encode_check(payload)

        def draw() -> str:
            while True:
                found = encode_check(payload[:5] + self.chance.randbytes(16))
                if found[-1] == wanted[-1] and found != wanted:
                    return found

        return self._new(draw)

    def choice(self, values: Sequence[T]) -> T:
        """Return one of the values."""
        return values[self.between(0, len(values) - 1)]

    def _word(self, width: int) -> str:
        return "".join(self.choice(_ALPHABET) for _ in range(width))
