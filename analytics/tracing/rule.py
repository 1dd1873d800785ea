"""What a tracing rule is, and the two ways in which rules consume lots.

A rule answers one question: which lots does a debit consume? Everything else (overdrafts, fees,
reversals, conversions, conservation) belongs to the engine and is the same under every rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from analytics.errors import PolicyError
from analytics.tracing.lots import Lot, split
from graph.registry import discover

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analytics.tracing.arithmetic import Reckoning
    from analytics.tracing.movements import Number


@dataclass(frozen=True, slots=True)
class Draw:
    """What a debit took, in draw order, and what stayed, in queue order."""

    taken: tuple[Lot, ...]
    left: tuple[Lot, ...]


class TracingRule(Protocol):
    """One rule, found as ``RULE`` in ``analytics/tracing/rules/<code>.py`` or by entry point.

    Attributes
    ----------
    code, title, version : str
        Name in policies, name for people, and version: it changes when a result can change.
    source : str
        Legal authority or origin of the rule.
    ordered : bool
        True when the place of a lot in the queue matters. Where it does not, equal lots are blended.
        A repayment of an overdraft takes the front of an ordered credit, else its composition.
    non_expansive : bool
        True when an error in a composition can never grow under the rule, so that the bound of the
        ``fixed`` arithmetic is proven (ADR-0005).
    """

    @property
    def code(self) -> str:
        """Return the name in policies."""

    @property
    def title(self) -> str:
        """Return the name for people."""

    @property
    def version(self) -> str:
        """Return the version of the results."""

    @property
    def source(self) -> str:
        """Return the authority."""

    @property
    def ordered(self) -> bool:
        """Say whether the order of lots matters."""

    @property
    def non_expansive(self) -> bool:
        """Say whether errors of composition cannot grow."""

    def draw(self, lots: Sequence[Lot], amount: Number, reckoning: Reckoning, asset: str) -> Draw:
        """Consume ``amount`` from ``lots`` (oldest first); ``0 < amount <= `` their sum."""

    def restore(self, lots: Sequence[Lot], returned: Sequence[Lot]) -> tuple[Lot, ...]:
        """Put back what a reversed debit had drawn (in draw order), where it came from."""


@cache
def rules() -> Mapping[str, TracingRule]:
    """Return every rule by code: ours and those of plug-ins, looked for once per process.

    >>> sorted(rules())[:2]
    ['fifo', 'lifo']
    """
    found: dict[str, TracingRule] = discover(
        "analytics.tracing.rules", "RULE", "fuatilia.tracing_rules", _code
    )
    return MappingProxyType(found)


def _code(rule: TracingRule) -> str:
    return rule.code


def rule_of(code: str) -> TracingRule:
    """Return the rule with that code.

    Raises
    ------
    PolicyError
        When no rule has it.
    """
    known = rules()
    if code not in known:
        raise PolicyError(f"there is no tracing rule {code!r}", hint=f"choose one of {', '.join(known)}")
    return known[code]


def take_in_order(lots: Sequence[Lot], amount: Number, reckoning: Reckoning) -> Draw:
    """Consume the first lots of a queue.

    >>> from analytics.tracing.arithmetic import Exact
    >>> draw = take_in_order([Lot("A", 3, 3), Lot("B", 4, 4)], 5, Exact().begin())
    >>> [(lot.owner, lot.amount) for lot in draw.taken], [(lot.owner, lot.amount) for lot in draw.left]
    ([('A', 3), ('B', 2)], [('B', 2)])
    """
    taken: list[Lot] = []
    need = amount
    for place, lot in enumerate(lots):
        if not need:
            return Draw(tuple(taken), tuple(lots[place:]))
        if lot.amount <= need:
            taken.append(lot)
            need -= lot.amount
            continue
        part, rest = split(lot, need, reckoning)
        taken.append(part)
        return Draw(tuple(taken), (*((rest,) if rest else ()), *lots[place + 1 :]))
    return Draw(tuple(taken), ())


def take_in_proportion(lots: Sequence[Lot], amount: Number, reckoning: Reckoning, asset: str) -> Draw:
    """Consume the same share of every lot.

    >>> from analytics.tracing.arithmetic import Exact
    >>> draw = take_in_proportion([Lot("A", 3, 3), Lot("B", 1, 1)], 2, Exact().begin(), "KES")
    >>> [(lot.owner, str(lot.amount)) for lot in draw.taken]
    [('A', '3/2'), ('B', '1/2')]
    """
    parts = reckoning.apportion(amount, [lot.amount for lot in lots], [lot.owner for lot in lots], asset)
    taken: list[Lot] = []
    left: list[Lot] = []
    for lot, amount_of_lot in zip(lots, parts, strict=True):
        if not amount_of_lot:
            left.append(lot)
            continue
        part, rest = split(lot, amount_of_lot, reckoning)
        taken.append(part)
        if rest:
            left.append(rest)
    return Draw(tuple(taken), tuple(left))


def take_by_class(
    lots: Sequence[Lot],
    amount: Number,
    reckoning: Reckoning,
    asset: str,
    first: Callable[[Lot], bool],
) -> Draw:
    """Consume one class of lots before the other, each in proportion within itself."""
    preferred = [lot for lot in lots if first(lot)]
    others = [lot for lot in lots if not first(lot)]
    available = sum((lot.amount for lot in preferred), 0)
    if amount >= available:
        taken, left = tuple(preferred), others
        if amount > available:
            draw = take_in_proportion(others, amount - available, reckoning, asset)
            taken, left = (*taken, *draw.taken), list(draw.left)
        return Draw(taken, tuple(left))
    draw = take_in_proportion(preferred, amount, reckoning, asset)
    return Draw(draw.taken, (*draw.left, *others))
