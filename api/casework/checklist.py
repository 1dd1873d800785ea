"""The checklist of a case: the steps of the procedure by stage, what the case shows of each, who said what.

A step is done when the case itself shows it (a file that reconciles, a trace with its policy) or when a
person states it with a reason. A person's statement counts over what is counted; each stays on record.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from api.casework.checklist_facts import FACTS, unreconciled, work_of
from api.casework.restraints import RestraintState
from api.casework.triage import OPEN
from api.errors import UsageError
from graph.model.results import AssertionKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from api.casework.bench import Bench
    from api.casework.checklist_facts import Fact, Work
    from api.casework.masking import Masking
    from graph.model.results import Assertion

LONGEST = 1_000


class StepState(StrEnum):
    """How a step stands."""

    OPEN = "open"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the procedure has it.

    Attributes
    ----------
    id : str
        Letter of its stage and number: ``B2``.
    titles : mapping
        By language code.
    fact : str
        What the case shows of it, a key of ``FACTS``; empty where only a person can say.
    decides : bool
        Whether that fact alone says that the step is done.
    """

    id: str
    titles: Mapping[str, str]
    fact: str
    decides: bool

    @property
    def stage(self) -> str:
        """The letter of its stage."""
        return self.id[0]


@dataclass(frozen=True, slots=True)
class Procedure:
    """Stages and steps in their order, and the words for facts; texts by language code."""

    stages: Mapping[str, Mapping[str, str]]
    steps: tuple[Step, ...]
    facts: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Said:
    """What a person stated about a step."""

    id: str
    state: StepState
    author: str
    reason: str
    made: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as it stands in a case.

    Attributes
    ----------
    shows : str
        What was counted, in words; empty where nothing is counted.
    said : tuple of Said
        Everything that persons stated about it, the latest last; that one counts.
    """

    id: str
    title: str
    state: StepState
    counted: bool
    shows: str
    said: tuple[Said, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do: done, or not applicable."""
        return self.state is not StepState.OPEN


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage with its steps, and what presses in it."""

    letter: str
    title: str
    steps: tuple[StepLine, ...]
    notes: tuple[Note, ...]

    @property
    def settled(self) -> int:
        """Number of its steps that are done or not applicable."""
        return sum(s.settled for s in self.steps)


@dataclass(frozen=True, slots=True)
class Note:
    """What presses in a stage: ``key`` says what, ``n`` how many, ``day`` until when."""

    key: str
    n: int
    day: str = ""


@cache
def procedure() -> Procedure:
    """Return the steps as the package has them."""
    text = files("api.casework").joinpath("steps.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)
    steps = tuple(
        Step(
            name,
            {k: v for k, v in body.items() if k not in {"fact", "decides"}},
            str(body.get("fact", "")),
            bool(body.get("decides")),
        )
        for name, body in sorted(found["step"].items())
    )
    return Procedure(found["stage"], steps, found["fact"])


def checklist(bench: Bench, today: date, language: str = "en") -> tuple[StageLine, ...]:
    """Return the stages of a case with every step as it stands.

    Parameters
    ----------
    today : date
        Decides which holds have ended, and how soon the others do.
    language : str
        Code of a language; English where there are no words in it.
    """
    work, masking, known = work_of(bench, today), bench.masking, procedure()
    told: dict[str, list[Said]] = {}
    for said in bench.assertions():
        if said.kind is AssertionKind.STEP:
            told.setdefault(said.subject, []).append(_said(said, masking))
    lines = [_line(step, work, tuple(told.get(step.id, ())), language) for step in known.steps]
    return tuple(
        StageLine(
            letter,
            in_words(titles, language),
            tuple(line for line in lines if line.id[0] == letter),
            _notes(letter, work),
        )
        for letter, titles in known.stages.items()
    )


def state_step(bench: Bench, step: str, state: str, reason: str) -> Assertion:
    """State how a step stands; what was stated before stays on record.

    Parameters
    ----------
    step : str
        Its id, as ``B2``.
    state : str
        A ``StepState``.

    Raises
    ------
    UsageError
        No such step or state, or no reason.
    """
    wanted = step.strip().upper()
    if wanted not in {s.id for s in procedure().steps}:
        raise UsageError("no such step", step=step, hint="see `checklist`")
    try:
        chosen = StepState(state)
    except ValueError as cause:
        known = ", ".join(s.value for s in StepState)
        raise UsageError("no such state of a step", state=state, hint=f"one of {known}") from cause
    if not reason.strip():
        raise UsageError("a step needs a reason", step=wanted, hint="say what it rests on: --reason")
    if len(reason) > LONGEST:
        raise UsageError("the text is too long", field="reason", length=len(reason), longest=LONGEST)
    return bench.state(AssertionKind.STEP, wanted, chosen.value, reason)


def checklist_document(bench: Bench, today: date, language: str = "en") -> dict[str, Any]:
    """Return the checklist as one document: the contract of ``checklist --json``."""
    stages = checklist(bench, today, language)
    return {
        "case": bench.case,
        "steps": sum(len(s.steps) for s in stages),
        "settled": sum(s.settled for s in stages),
        "stages": [
            {
                "letter": s.letter,
                "title": s.title,
                "settled": s.settled,
                "notes": [asdict(n) for n in s.notes],
                "steps": [_step_document(line) for line in s.steps],
            }
            for s in stages
        ],
    }


def step_title(step: str, language: str = "en") -> str:
    """Return what a step is called; its id where there is no such step."""
    found = next((s for s in procedure().steps if s.id == step), None)
    return step if found is None else in_words(found.titles, language)


def in_words(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, in English where there is none."""
    return texts.get(language) or texts["en"]


def _line(step: Step, work: Work, said: tuple[Said, ...], language: str) -> StepLine:
    fact = FACTS[step.fact](work) if step.fact else None
    counted = fact is not None and step.decides and fact.done
    state = said[-1].state if said else StepState.DONE if counted else StepState.OPEN
    return StepLine(
        step.id,
        in_words(step.titles, language),
        state,
        counted and not said,
        "" if fact is None else _counted(step.fact, fact, language),
        said,
    )


def _counted(name: str, fact: Fact, language: str) -> str:
    """Say what was counted; nothing where there is nothing to count."""
    if not fact.n and not fact.m:
        return ""
    return in_words(procedure().facts[name], language).format(n=f"{fact.n:,}", m=f"{fact.m:,}")


def _notes(letter: str, work: Work) -> tuple[Note, ...]:
    """Return what presses: holds that end, statements that do not reconcile, leads that wait."""
    found: list[Note] = []
    if letter == "B":
        ends = sorted(r.until for r in work.restraints if r.state is RestraintState.HELD_UNTIL)
        running = [day for day in ends if day >= work.today.isoformat()]
        ended = len(ends) - len(running)
        found += [Note("hold_ends", running.count(running[0]), running[0])] if running else []
        found += [Note("hold_ended", ended, ends[ended - 1])] if ended else []
    gaps = unreconciled(work.receipts) if letter == "C" else 0
    waiting = sum(t.state == OPEN for t in work.leads) if letter == "D" else 0
    found += [Note("gaps", gaps)] if gaps else []
    found += [Note("undecided", waiting)] if waiting else []
    return tuple(found)


def _said(said: Assertion, masking: Masking) -> Said:
    known: Sequence[str] = [s.value for s in StepState]
    state = StepState(said.object) if said.object in known else StepState.OPEN
    return Said(said.id, state, said.author, masking.words(said.reason), said.made)


def _step_document(line: StepLine) -> dict[str, Any]:
    said = [{**asdict(x), "state": x.state.value} for x in line.said]
    return {**asdict(line), "state": line.state.value, "said": said}
