"""Postings of unknown order: sorts them by the declared policy and says whether that moves a figure."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from analytics.tracing.engine import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tracing.movements import Movement, TraceInput
    from analytics.tracing.policy import OrderPolicy, Policy
    from analytics.tracing.result import TraceResult
    from analytics.tracing.rule import TracingRule


def reorder(trace_input: TraceInput, policy: Policy) -> TraceInput:
    """Return the input with each block of unknown order sorted by ``policy.order_policy``.

    A block is a run of neighbours with ``order_known`` False whose instants overlap. Within it, for
    every ledger, credits come before debits (or debits before credits) wherever that is possible; a
    circle of payments, and everything else, keeps the order given. A reversal or a matched debit
    never comes before what it refers to.

    Examples
    --------
    >>> from analytics.tracing.movements import Movement, TraceInput
    >>> from analytics.tracing.policy import Policy
    >>> day = dict(lo=0, hi=86_400_000_000, order_known=False)
    >>> moves = (Movement("out", "M", "shop", 5, **day), Movement("in", "A", "M", 5, **day))
    >>> [m.id for m in reorder(TraceInput(("M",), moves), Policy()).movements]
    ['in', 'out']
    """
    if policy.order_policy == "as_given":
        return trace_input
    ledgers = frozenset(trace_input.ledgers)
    out: list[Movement] = []
    for block in _blocks(trace_input.movements):
        out += _sorted(block, ledgers, policy.order_policy) if len(block) > 1 else block
    return replace(trace_input, movements=tuple(out))


def both_orders(
    trace_input: TraceInput, policy: Policy, *, rule: TracingRule | None = None
) -> tuple[TraceResult, TraceResult] | None:
    """Return the trace with credits first and with debits first, or None if no figure depends on it."""
    first = replace(policy, order_policy="credits_first")
    last = replace(policy, order_policy="debits_first")
    one, other = reorder(trace_input, first), reorder(trace_input, last)
    if one.movements == other.movements:
        return None
    results = run(one, first, rule=rule), run(other, last, rule=rule)
    return results if _figures(results[0]) != _figures(results[1]) else None


def _figures(result: TraceResult) -> tuple[object, ...]:
    return (
        *(sorted(map(repr, result.outcome(n))) for n in ("holdings", "spent", "fees", "swallowed", "lost")),
        sorted(result.overdrafts.items()),
    )


def _blocks(movements: Sequence[Movement]) -> list[list[Movement]]:
    blocks: list[list[Movement]] = []
    reach = 0
    for movement in movements:
        end = max(movement.hi, movement.lo + 1)
        last = blocks[-1][-1] if blocks else None
        if last and not last.order_known and not movement.order_known and movement.lo < reach:
            blocks[-1].append(movement)
            reach = max(reach, end)
        else:
            blocks.append([movement])
            reach = end
    return blocks


def _sorted(block: list[Movement], ledgers: frozenset[str], order: OrderPolicy) -> list[Movement]:
    """Sort topologically, the earliest given first; a circle is cut at its earliest movement."""
    first_credits = order == "credits_first"
    feeds = [_at(m, m.credit if first_credits else m.debit, ledgers) for m in block]
    gates = [_at(m, m.debit if first_credits else m.credit, ledgers) for m in block]
    pending = Counter(key for key in feeds if key is not None)
    place = {m.id: i for i, m in enumerate(block)}
    bound = [{place[k] for k in (m.reverses, m.follows) if k is not None and k in place} for m in block]
    behind: dict[object, list[int]] = defaultdict(list)
    blockers = [0] * len(block)
    for i, gate in enumerate(gates):
        for key in (*bound[i], *((gate,) if gate is not None and pending[gate] else ())):
            behind[key].append(i)
            blockers[i] += 1
    ready = [i for i, count in enumerate(blockers) if not count]
    done = [False] * len(block)
    out: list[Movement] = []
    earliest = 0
    while len(out) < len(block):
        while done[earliest]:
            earliest += 1
        i = heapq.heappop(ready) if ready else earliest
        if done[i]:
            continue
        done[i] = True
        out.append(block[i])
        freed: list[object] = [i]
        fed = feeds[i]
        if fed is not None:
            pending[fed] -= 1
            freed += [fed] if not pending[fed] else []
        for key in freed:
            for j in behind[key]:
                blockers[j] -= 1
                if not blockers[j] and not done[j]:
                    heapq.heappush(ready, j)
    return out


def _at(movement: Movement, key: str | None, ledgers: frozenset[str]) -> str | None:
    return key if key in ledgers and movement.debit != movement.credit else None
