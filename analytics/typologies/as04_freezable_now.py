"""AS-04: where a recorded trace ends in something that somebody can still hold.

It is the list of letters to write today. Third parties with rights of their own may stand behind an
instrument; the sheet of the trace names holder, institution and the band over all rules.
"""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from statistics import median_low
from typing import TYPE_CHECKING

from analytics.assets.identify import CHAINS, URGENCY, Urgency
from analytics.catalogue import Typology
from analytics.lead import Candidate, NotEvaluated, Severity
from analytics.material import HOUR
from graph.model.amounts import Asset
from graph.model.instants import iso_text
from graph.model.printing import code_of, exact_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.catalogue import Value
    from analytics.material import Held, Material

ID = "AS-04"
NOWHERE = frozenset({"cash", "unknown", "name", "agent"})
"""Kinds at which nobody can be asked to hold anything."""


def holds(moves: Sequence[tuple[int, int]]) -> list[int]:
    """Return how long money stayed, part by part: the first to come is taken to leave first.

    Parameters
    ----------
    moves : sequence of (instant, amount)
        In order; positive came, negative left. What leaves beyond what came is of before.

    Examples
    --------
    >>> holds([(0, 100), (5, 50), (10, -120)])
    [10, 5]
    """
    waiting: deque[list[int]] = deque()
    found: list[int] = []
    for at, amount in moves:
        if amount > 0:
            waiting.append([at, amount])
        left = -amount
        while left > 0 and waiting:
            since, rest = waiting[0]
            found.append(at - since)
            waiting[0][1] -= left
            left -= rest
            if waiting[0][1] <= 0:
                waiting.popleft()
    return found


def detect(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate | NotEvaluated]:  # noqa: ARG001
    """List what recorded traces show as held, instrument by instrument; it has no thresholds."""
    if not material.held:
        yield NotEvaluated(ID, "no recorded trace of the case shows anything held: trace a claim first")
        return
    number = {key: n for n, key in enumerate(material.assets)}
    by: dict[tuple[int, str], list[Held]] = {}
    for one in material.held:
        if material.kind[one.node] not in NOWHERE:
            by.setdefault((one.node, one.asset), []).append(one)
    for (node, asset), shown in sorted(by.items()):
        yield _candidate(material, node, asset, shown, number.get(asset, -1))


def _candidate(
    material: Material, node: int, asset: str, shown: Sequence[Held], asset_number: int
) -> Candidate:
    most = max(shown, key=lambda h: (Fraction(h.amount), h.trace))
    here = [int(i) for i in material.into(node) if material.asset[i] == asset_number]
    gone = [int(i) for i in material.out_of(node) if material.asset[i] == asset_number]
    cited = {o for h in shown for o in h.observations}
    rests_on = tuple(i for i in here if material.observation[i] in cited)
    stayed = holds(
        [
            (int(material.lo[i]), int(material.amount[i]) * (1 if material.dst[i] == node else -1))
            for i in sorted({*here, *gone})
        ]
    )
    return Candidate(
        subject=node,
        instruments=(node,),
        transfers=rests_on,
        figures={
            "as_of": iso_text(_seen_until(material, node)),
            "held": _whole(most.amount, asset),
            "claim": _whole(most.claim, most.claim_asset),
            "hold": median_low(stayed) // HOUR if stayed else "?",
            "urgency": str(_urgency(material, node)),
            "traces": len({h.trace for h in shown}),
        },
        missing=_missing(shown),
        observations=() if rests_on else most.observations,
    )


def _whole(amount: str, asset: str) -> str:
    """Write an exact amount in whole base units, parts of one left off, with its code.

    >>> _whole("2099.148664331463", "tron:T/USDT:6"), _whole("1/3", "KES:2")
    ('2099.148664 USDT', '0.33 KES')
    """
    exponent = Asset.from_key(asset).exponent or 0
    return f"{exact_text(int(Fraction(amount) * 10**exponent), asset)} {code_of(asset)}"


def _seen_until(material: Material, node: int) -> int:
    """Return the end of the instrument's own record, else of the last transfer that shows it."""
    if node in material.covered:
        return min(material.covered[node][1], material.at)
    seen = [*material.into(node), *material.out_of(node)]
    return max((int(material.hi[i]) for i in seen), default=material.at)


def _urgency(material: Material, node: int) -> Urgency:
    kind = material.kind[node]
    run_by = "exchange" if kind in CHAINS and node in material.institutions else kind
    return URGENCY.get(run_by, (Urgency.HOURS, ""))[0]


def _missing(shown: Sequence[Held]) -> tuple[str, ...]:
    found = ["rights of third parties"]
    if len({h.amount for h in shown}) > 1:
        found.append("which of several traces is relied on: the one that shows most is given")
    return tuple(found)


TYPOLOGY = Typology(
    id=ID,
    slug="freezable-now",
    version="1",
    title="Freezable now",
    severity=Severity.PRIORITY,
    references=("This project: the freezing sheet of a trace (analytics.assets.identify)",),
    preconditions=("a recorded trace of a claim in the case",),
    parameters=(),
    detect=detect,
    innocent=("agents",),
)
