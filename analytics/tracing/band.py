"""All rules side by side: what each destination gets at least and at most, whichever rule is applied.

Across hops the ends of the band change roles, so own-first and tainted-first do not bracket the other
rules at a second ledger. Therefore every rule is run and the band is the least and the most of those
runs, per destination and owner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analytics.tracing.conservation import require_conserved
from analytics.tracing.engine import run
from analytics.tracing.movements import UNTRACED, Number
from analytics.tracing.order import reorder
from analytics.tracing.result import OUTCOMES, TraceResult
from analytics.tracing.rule import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from analytics.tracing.movements import TraceInput
    from analytics.tracing.policy import Policy
    from analytics.tracing.result import Leg

EVERYONE = ""
"""Owner of a row that sums all claimants."""


@dataclass(frozen=True, slots=True)
class BandRow:
    """Least and most at one place for one claimant (or ``EVERYONE``), with what each rule gives.

    ``outcome`` is one of the five outcomes; ``place`` is empty in a row that sums all places, which is
    in claim units, as every ``principal`` is. ``asset`` is empty there.
    """

    outcome: str
    place: str
    owner: str
    asset: str
    unit: str
    low: Number
    high: Number
    values: Mapping[str, Number]

    @property
    def agreed(self) -> bool:
        """Say whether every rule gives the same."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Comparison:
    """Results by rule code, and the band over them."""

    results: Mapping[str, TraceResult]
    band: tuple[BandRow, ...]
    totals: tuple[BandRow, ...]


def trace(trace_input: TraceInput, policy: Policy, *, watch: Collection[str] = ()) -> TraceResult:
    """Order, run and independently check one trace: the call for every door.

    Raises
    ------
    ConservationError
        When the legs of the result do not add up to the input.
    """
    ordered = reorder(trace_input, policy)
    result = run(ordered, policy, watch=watch)
    require_conserved(ordered, result)
    return result


def compare(
    trace_input: TraceInput, policy: Policy, codes: Collection[str] = (), *, watch: Collection[str] = ()
) -> Comparison:
    """Run every rule (or those named) under one policy.

    Parameters
    ----------
    trace_input, policy
        As for ``trace``; the rule of the policy is replaced by each rule in turn.
    codes : collection of str
        Rules to run; all that are installed when empty.

    Returns
    -------
    Comparison
        Rows sorted by outcome, place, owner: those of one place in its asset (``unit`` ``amount``)
        and in claim units (``unit`` ``principal``), then ``totals`` over all places.

    Examples
    --------
    >>> from analytics.tracing.movements import Claim, Movement, Opening, TraceInput
    >>> from analytics.tracing.policy import Policy
    >>> moves = (Movement("t1", "A", "M", 60), Movement("t2", "M", "shop", 50))
    >>> given = TraceInput(("M",), moves, (Opening("M", "_own", 40),), (Claim("t1", "A"),))
    >>> row = compare(given, Policy()).band[0]
    >>> row.outcome, row.place, row.owner, row.low, row.high
    ('holdings', 'M', '', 10, 50)
    """
    chosen = sorted(codes) or list(rules())
    results = {code: trace(trace_input, replace(policy, rule=code), watch=watch) for code in chosen}
    return Comparison(results, _band(results, _by_place), _band(results, _over_all))


def draw_bounds(balance: Number, traced: Number, debit: Number) -> tuple[Number, Number]:
    """Return the least and the most traced money in a debit under any conserving rule.

    The lower end is own-first, the upper end tainted-first. All in one unit; ``debit <= balance``.

    >>> draw_bounds(100, 60, 50)
    (10, 50)
    """
    return max(0, traced - (balance - debit)), min(debit, traced)


_Key = tuple[str, str, str, str, str]


def _band(
    results: Mapping[str, TraceResult], keys: Callable[[str, Leg], Iterable[_Key]]
) -> tuple[BandRow, ...]:
    sums: dict[_Key, dict[str, Number]] = {}
    for code, result in results.items():
        for outcome in OUTCOMES:
            for leg in result.outcome(outcome):
                if leg.owner in UNTRACED:
                    continue
                for key in keys(outcome, leg):
                    row = sums.setdefault(key, dict.fromkeys(results, 0))
                    row[code] += leg.principal if key[4] == "principal" else leg.amount
    ranked = sorted(sums, key=lambda key: (OUTCOMES.index(key[0]), *key[1:]))
    return tuple(
        BandRow(*key, low=min(sums[key].values()), high=max(sums[key].values()), values=sums[key])
        for key in ranked
    )


def _by_place(outcome: str, leg: Leg) -> list[_Key]:
    return [
        (outcome, leg.place, owner, leg.asset, unit)
        for owner in (leg.owner, EVERYONE)
        for unit in ("amount", "principal")
    ]


def _over_all(outcome: str, leg: Leg) -> list[_Key]:
    return [(outcome, "", owner, "", "principal") for owner in (leg.owner, EVERYONE)]
