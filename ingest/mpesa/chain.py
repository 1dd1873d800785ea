"""Solves the order of a statement's rows from its running balance, and says where it breaks.

Statements print newest or oldest first; the rows of one receipt (payment, charge, overdraft) share
a second, stand in any order, and sometimes all print the balance after the last of them; overdraft
rows sometimes print their amount in the wrong column. The chain of balances decides all of it:

* both directions are tried, and the one with fewer breaks holds (equal: the one the times support);
* rows of one receipt, or of one second, are put into the order in which their balances chain;
* a row may print the balance that holds after the last row of its receipt: such a printed balance
  is kept on that last row only (``repeated`` lists the others), since it is true of that row alone;
* an overdraft row, and no other, may count with the opposite sign, when only so the chain holds.

A failed operation moves nothing and is in no chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, permutations, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_PERMUTED = 5


@dataclass(frozen=True, slots=True)
class Step:
    """A row that moved money: signed base units, and the balance printed after it if any."""

    receipt: str
    lo: int
    units: int
    balance: int | None
    may_flip: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """A row whose printed balance is not what the rows before it explain.

    ``before`` and ``at`` are positions in the steps as given: the row before in time, and the row.
    """

    before: int
    at: int
    expected: int
    found: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The solution.

    Attributes
    ----------
    order : tuple of int
        Positions of the steps, oldest first.
    newest_first : bool
        Direction in which they were printed.
    flipped, repeated : frozenset of int
        Positions whose sign was turned, and whose printed balance is that of their receipt's end.
    opening, closing : int or None
        Balance before the first and after the last step; ``None`` where no balance is printed.
    """

    order: tuple[int, ...]
    newest_first: bool
    flipped: frozenset[int]
    repeated: frozenset[int]
    breaks: tuple[Break, ...]
    opening: int | None
    closing: int | None


@dataclass(frozen=True, slots=True)
class _Arrangement:
    order: tuple[int, ...]
    flipped: tuple[int, ...]
    repeated: tuple[int, ...]
    breaks: tuple[Break, ...]
    opening: int | None
    closing: int | None

    @property
    def cost(self) -> tuple[int, int, int]:
        return len(self.breaks), len(self.flipped), len(self.repeated)


def solve(steps: Sequence[Step]) -> Chain:
    """Return the order in which the balances chain.

    Parameters
    ----------
    steps : sequence of Step
        In the order in which they are printed.

    Examples
    --------
    >>> rows = [Step("B", 2, -40, 60), Step("A", 1, 100, 100)]
    >>> found = solve(rows)
    >>> found.order, found.newest_first, found.opening, found.closing, found.breaks
    ((1, 0), True, 0, 60, ())
    """
    printed = tuple(range(len(steps)))
    ways = [_walk(steps, printed[::-1], newest_first=True), _walk(steps, printed, newest_first=False)]
    times = [step.lo for step in steps]
    falling = sum(a > b for a, b in pairwise(times))
    rising = sum(a < b for a, b in pairwise(times))
    ways = ways if falling > rising else ways[::-1]
    return min(ways, key=lambda way: len(way.breaks))


def _walk(steps: Sequence[Step], positions: tuple[int, ...], *, newest_first: bool) -> Chain:
    order: list[int] = []
    flipped: list[int] = []
    repeated: list[int] = []
    breaks: list[Break] = []
    opening = running = None
    unseen = 0  # moved before the first printed balance
    for group in _groups(steps, positions):
        best = _arrange(steps, group, running, order[-1] if order else -1)
        if running is None and best.opening is not None:
            opening = best.opening - unseen
        elif running is None:
            unseen += sum(steps[p].units for p in group)
        order += best.order
        flipped += best.flipped
        repeated += best.repeated
        breaks += best.breaks
        running = best.closing
    return Chain(
        tuple(order), newest_first, frozenset(flipped), frozenset(repeated), tuple(breaks), opening, running
    )


def _groups(steps: Sequence[Step], positions: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield runs of rows of one receipt or one second, whose order the print does not settle."""
    group: list[int] = []
    for position in positions:
        if group:
            last, step = steps[group[-1]], steps[position]
            if step.receipt != last.receipt and step.lo != last.lo:
                yield tuple(group)
                group = []
        group.append(position)
    if group:
        yield tuple(group)


def _arrange(steps: Sequence[Step], group: tuple[int, ...], running: int | None, before: int) -> _Arrangement:
    best = _try(steps, group, (), running, before)
    orders = permutations(group) if len(group) <= _MOST_PERMUTED else iter((group, group[::-1]))
    flippable = [p for p in group if steps[p].may_flip][:_MOST_PERMUTED]
    turns = [tuple(p for p, turn in zip(flippable, t, strict=True) if turn)
             for t in product((False, True), repeat=len(flippable))]  # fmt: skip
    for order, flipped in product(orders, turns):
        if best.cost == (0, 0, 0):
            break
        found = _try(steps, order, flipped, running, before)
        best = min(best, found, key=lambda one: one.cost)
    return best


def _try(
    steps: Sequence[Step], order: tuple[int, ...], flipped: tuple[int, ...], running: int | None, before: int
) -> _Arrangement:
    moves = [-steps[p].units if p in flipped else steps[p].units for p in order]
    opening = running if running is not None else _before(steps, order, moves)
    if opening is None:
        return _Arrangement(order, flipped, (), (), None, None)
    after: list[int] = []
    total = opening
    for move in moves:
        total += move
        after.append(total)
    ends = {steps[p].receipt: after[n] for n, p in enumerate(order)}
    lasts = {steps[p].receipt: p for p in order}
    repeated: list[int] = []
    breaks: list[Break] = []
    shift = 0  # what the breaks so far have moved the balance by
    for n, p in enumerate(order):
        printed = steps[p].balance
        if printed is None or printed == after[n] + shift:
            continue
        if printed == ends[steps[p].receipt] + shift and p != lasts[steps[p].receipt]:
            repeated.append(p)
        else:
            breaks.append(Break(order[n - 1] if n else before, p, after[n] + shift, printed))
            shift = printed - after[n]
    return _Arrangement(order, flipped, tuple(repeated), tuple(breaks), opening, after[-1] + shift)


def _before(steps: Sequence[Step], order: tuple[int, ...], moves: list[int]) -> int | None:
    """Return the balance before a first group, from the last balance that it prints."""
    for n in range(len(order) - 1, -1, -1):
        printed = steps[order[n]].balance
        if printed is not None:
            return printed - sum(moves[: n + 1])
    return None
