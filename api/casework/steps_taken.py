"""What was done in a case and when: the lowest lane of the timeline, on the page and in the pack."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.casework.awards import awards
from api.casework.question import questions
from api.casework.restraints import RestraintState, restraint_history, returned
from api.casework.triage import triaged
from graph.model.printing import code_of, grouped
from graph.model.results import CASEWORK, AssertionKind, ResultKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.casework.bench import Bench
    from api.casework.restraints import Restraint, Returned

ZONE = ZoneInfo("Africa/Nairobi")


@dataclass(frozen=True, slots=True)
class Taken:
    """Something done at an instant (microseconds UTC); ``until`` is where it ends, 0 for what has no end."""

    at: int
    label: str
    until: int = 0


def steps_taken(bench: Bench, until: datetime) -> tuple[Taken, ...]:
    """Return what was done up to an instant, in its order; labels as the reader may see them.

    Questions, restraints and what came back stand for themselves; statements about the evidence,
    decisions about leads and ticked steps are counted by day.
    """
    found = [*_questions(bench), *_restraints(bench), *_paid(bench), *_counted(bench)]
    last = int(until.timestamp()) * 1_000_000
    return tuple(sorted((s for s in found if s.at <= last), key=lambda s: (s.at, s.until, s.label)))


def instant_of(day: str) -> int:
    """Return where a day begins, in microseconds UTC, in the zone of the case.

    Examples
    --------
    >>> instant_of("2026-11-25")
    1795554000000000
    """
    begins = datetime.combine(date.fromisoformat(day), time(), ZONE)
    return int(begins.timestamp()) * 1_000_000


def _questions(bench: Bench) -> Iterator[Taken]:
    for one in questions(bench):
        yield Taken(instant_of(one.on), "question" + (f" of {one.asked_by}" if one.asked_by else ""))


def _restraints(bench: Bench) -> Iterator[Taken]:
    for one in restraint_history(bench):
        ends = instant_of(one.until) + 86_400_000_000 - 1_000_000 if one.until else 0
        yield Taken(instant_of(one.on), _done(one), ends)


def _done(one: Restraint) -> str:
    by = f", {one.by}" if one.by else ""
    if one.state is RestraintState.HELD_UNTIL:
        return f"hold to {_short_day(one.until)}{by}"
    reference = f" {one.reference}" if one.reference else ""
    words = {
        RestraintState.OPEN: "nothing asked yet",
        RestraintState.ASKED: "hold asked",
        RestraintState.ORDERED: "order",
        RestraintState.LIFTED: "restraint lifted",
    }
    return words[one.state] + reference + by


def _short_day(day: str) -> str:
    at = date.fromisoformat(day)
    return f"{at.day} {at:%b}"


def _paid(bench: Bench) -> Iterator[Taken]:
    for one in returned(bench):
        yield Taken(instant_of(one.on), _back(one))
    for one in awards(bench):
        yield Taken(instant_of(one.on), f"ordered, {one.reference}: {_back(one)}")


def _back(one: Returned) -> str:
    return f"{grouped(one.amount, one.asset)} {code_of(one.asset)} to {one.claimant}"


def _counted(bench: Bench) -> Iterator[Taken]:
    """Count by day what persons stated and decided."""
    days: Counter[tuple[str, str]] = Counter()
    for said in bench.assertions():
        if said.kind is AssertionKind.STEP:
            days[_day(said.made), "step"] += 1
        elif said.kind is AssertionKind.ROLE:
            days[_day(said.made), "role"] += 1
        elif said.kind not in CASEWORK:
            days[_day(said.made), "statement"] += 1
    for lead in triaged(
        bench.store.results(bench.scope, ResultKind.LEAD), bench.store.dispositions(bench.scope)
    ):
        for decided in lead.decisions:
            days[_day(decided.made), "decision"] += 1
    for (day, what), n in sorted(days.items()):
        if day:
            yield Taken(instant_of(day), f"{n} {what}" + ("" if n == 1 else "s"))


def _day(made: str) -> str:
    """Return the day of a recorded moment in the zone of the case; empty where none was recorded."""
    try:
        at = datetime.fromisoformat(made)
    except ValueError:
        return ""
    return (at if at.tzinfo is None else at.astimezone(ZONE)).date().isoformat()
