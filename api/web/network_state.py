"""The address of a network page holds the whole of what is shown: read here, and written with changes.

``open=ID[:DIRECTION[:CHOICE]]`` repeated (a choice may be a window, ``FROM..TO``), ``pin=ID`` and
``apart=ID`` repeated, ``from`` and ``to`` as days of East Africa Time (``to`` is not included), ``asset``,
``least``, ``leaves``, ``view``, ``sel``, ``through=ID``, ``trail=ID`` (trails from what is selected).
Without ``view`` and without ``sel``, what suits the case is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from api.casework.network import EAT, NetworkQuery
from api.errors import UsageError
from api.web.addresses import case_url
from graph.counting import Filter
from graph.errors import ModelError
from graph.model.amounts import Asset, parse_units
from graph.model.intervals import DAY
from graph.walk import BUDGET, Opening

if TYPE_CHECKING:
    from typing import Any

    from starlette.datastructures import QueryParams

TOTALS, PAYMENTS = "totals", "payments"
DIRECTIONS = ("both", "in", "out")
WINDOW = "window"
CHOICES = ("", "all", "value", "count", WINDOW)
AUTO = "auto"
"""Selected: what suits the case; an address that names something, or nothing, says so itself."""
SPAN = ".."
LATEST = 2**53
"""An instant after everything, in the year 2255: the end of a window without one."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NetworkState:
    """What an address of the network page says."""

    opened: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    asset: str = ""
    least: str = ""
    leaves: str = ""
    view: str = ""
    selected: str = ""
    through: str = ""
    trail: str = ""

    @classmethod
    def of(cls, params: QueryParams) -> NetworkState:
        """Read an address; ``focus`` opens and selects one instrument."""
        focus = params.get("focus", "")
        opened = tuple(dict.fromkeys([*params.getlist("open"), *([focus] if focus else [])]))
        return cls(
            opened,
            tuple(dict.fromkeys(params.getlist("pin"))),
            tuple(dict.fromkeys(params.getlist("apart"))),
            params.get("from", ""),
            params.get("to", ""),
            params.get("asset", ""),
            params.get("least", ""),
            params.get("leaves", ""),
            view if (view := params.get("view", "")) in (PAYMENTS, TOTALS) else "",
            focus or params.get("sel", "" if opened else AUTO),
            params.get("through", ""),
            params.get("trail", ""),
        )

    def query(self) -> NetworkQuery:
        """Return what the address asks of the case.

        Raises
        ------
        UsageError
            When a day, an amount or a direction cannot be read.
        """
        return NetworkQuery(
            opened=tuple(_opening(text) for text in self.opened),
            wanted=Filter(self.window(), self.asset, self._units()),
            pinned=self.pinned,
            ungrouped=self.apart,
            budget=BUDGET,
            leaves=int(self.leaves) if self.leaves.isdecimal() else None,
            steady=True,
            charges=True,
            through=self.through,
        )

    def url(self, case: str, **changes: Any) -> str:
        """Return the address of the page with something changed."""
        return address(case, replace(self, **changes))

    def opening(self, instrument: str, *, direction: str = "both", choice: str = "") -> tuple[str, ...]:
        """Return what is opened, with one instrument opened in addition, or otherwise than before."""
        others = [text for text in self.opened if text.partition(":")[0] != instrument]
        told = f"{instrument}:{direction}:{choice}" if direction != "both" or choice else instrument
        return (*others, told)

    def window(self) -> tuple[int, int] | None:
        """Return the half-open window in microseconds UTC; None for the whole time."""
        if not self.since and not self.until:
            return None
        lo = day_start(self.since) if self.since else 0
        return lo, day_start(self.until) if self.until else LATEST

    def _units(self) -> int:
        if not self.least or not self.asset:
            return 0
        try:
            return parse_units(self.least, Asset.from_key(self.asset).exponent or 0)
        except ModelError as cause:
            raise UsageError("the least amount is no amount of this asset", least=self.least) from cause


def address(case: str, state: NetworkState, *parts: str) -> str:
    """Return the address of a state of the network page, or of a part below it."""
    given: list[tuple[str, str]] = [("open", text) for text in state.opened]
    given += [("pin", text) for text in state.pinned] + [("apart", text) for text in state.apart]
    words = (
        ("from", state.since),
        ("to", state.until),
        ("asset", state.asset),
        ("least", state.least),
        ("leaves", state.leaves),
        ("view", state.view),
        ("through", state.through),
        ("trail", state.trail),
    )
    given += [(key, text) for key, text in words if text]
    if state.selected != AUTO and (state.selected or not state.opened):
        given.append(("sel", state.selected))
    return case_url(case, "network", *parts) + (f"?{urlencode(given)}" if given else "")


def day_start(text: str) -> int:
    """Return the beginning of a day of East Africa Time, microseconds UTC.

    Examples
    --------
    >>> day_start("1970-01-02")
    75600000000
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as cause:
        raise UsageError("no such day", day=text, hint="write it as 2026-09-03") from cause
    return (day - _EPOCH.date()).days * DAY - EAT


def day_text(us: int) -> str:
    """Return the day of East Africa Time in which an instant lies.

    Examples
    --------
    >>> day_text(75600000000), day_text(75599999999)
    ('1970-01-02', '1970-01-01')
    """
    return (_EPOCH + timedelta(microseconds=us + EAT)).date().isoformat()


def _opening(text: str) -> Opening:
    instrument, _, rest = text.partition(":")
    direction, _, choice = rest.partition(":")
    direction = direction or "both"
    window = None
    if SPAN in choice:
        since, _, until = choice.partition(SPAN)
        choice, window = WINDOW, (day_start(since), day_start(until))
    if direction not in DIRECTIONS or choice not in CHOICES:
        raise UsageError("what to open cannot be read", open=text, hint="ID, ID:out or ID:both:value")
    return Opening(instrument, direction, choice, window)  # type: ignore[arg-type]
