"""The brush under the canvas: one bar a day, and the window that is looked at, as whole pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.web.network_state import day_start, day_text
from graph.model.amounts import Asset
from graph.model.intervals import DAY
from graph.model.printing import code_of, grouped

if TYPE_CHECKING:
    from api.web.network_state import NetworkState
    from graph.model.network import Network

WIDTH, HEIGHT = 800, 40
START = 40
"""Where the first day begins, leaving room for the scale."""
TICKS = 7
KILO = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: place and size in pixels, what it stands for as text."""

    x: int
    y: int
    width: int
    height: int
    day: str
    amount: str
    events: int
    url: str


@dataclass(frozen=True, slots=True)
class Brush:
    """Bars, ticks and window; days are of East Africa Time, the window's last day is not in it."""

    asset: str
    code: str
    first: str
    days: int
    since: str
    until: str
    low: int
    high: int
    most: str
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, int], ...]


def brush_of(network: Network, state: NetworkState, case: str) -> Brush:
    """Lay out the days of a network.

    Heights are in proportion, at least one pixel; a day before the first or after the last counts as
    that edge of the window.
    """
    if not network.days:
        return Brush("", "", "", 0, state.since, state.until, START, WIDTH, "", (), ())
    asset = network.days[0].asset
    first, last = network.days[0].lo, network.days[-1].lo
    count = (last - first) // DAY + 1
    most = max(d.units for d in network.days) or 1

    def x(lo: int) -> int:
        return START + min(max((lo - first) // DAY, 0), count) * (WIDTH - START) // count

    bars = tuple(
        Bar(
            x(d.lo),
            HEIGHT - max(1, d.units * (HEIGHT - 4) // most),
            max(1, x(d.lo + DAY) - x(d.lo) - 2),
            max(1, d.units * (HEIGHT - 4) // most),
            day_text(d.lo),
            grouped(d.units, asset),
            d.events,
            state.url(case, since=day_text(d.lo), until=day_text(d.lo + DAY)),
        )
        for d in network.days
    )
    step = max(1, -(-count // TICKS))
    ticks = tuple((x(first + n * DAY), first + n * DAY) for n in range(0, count, step))
    return Brush(
        asset,
        code_of(asset),
        day_text(first),
        count,
        state.since,
        state.until,
        x(day_start(state.since)) if state.since else START,
        x(day_start(state.until)) if state.until else WIDTH,
        _scale(most, asset),
        bars,
        ticks,
    )


def _scale(most: int, asset: str) -> str:
    """Write the longest bar for the axis, in whole units or thousands, rounded down.

    Examples
    --------
    >>> _scale(46012345, "KES:2"), _scale(99900, "KES:2")
    ('460 k', '999')
    """
    whole = most // 10 ** (Asset.from_key(asset).exponent or 0)
    return f"{whole // KILO:,} k" if whole >= KILO * 10 else f"{whole:,}"
