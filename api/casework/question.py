"""What a case is asked: by whom, when, and by which day an answer is due. A person's statement, on record.

The latest statement counts; earlier ones stay beside it. No trace rests on it, and a pack prints it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from api.errors import UsageError
from graph.model.provenance import canonical
from graph.model.results import AssertionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.casework.bench import Bench
    from api.casework.masking import Masking
    from graph.model.results import Assertion

LONGEST = 1_000
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Question:
    """One question put to the case; texts as the reader may see them.

    Attributes
    ----------
    id : str
        Of the assertion.
    asked_by : str
        Who asked; empty where nobody said.
    on, due : str
        ISO days on which it was asked (the day of recording unless stated) and on which the answer is
        due (empty where no day was given).
    author, reason, made : str
        Of the statement that puts it on record.
    """

    id: str
    text: str
    asked_by: str
    on: str
    due: str
    author: str
    reason: str
    made: str


def question(bench: Bench) -> Question | None:
    """Return the question that counts: the latest; None where none was recorded."""
    found = questions(bench)
    return found[-1] if found else None


def questions(bench: Bench) -> tuple[Question, ...]:
    """Return every question on record, the earliest first."""
    return asked_in(bench.assertions(), bench.masking)


def asked_in(stated: Sequence[Assertion], masking: Masking) -> tuple[Question, ...]:
    """Return every question among standing assertions, the earliest first."""
    return tuple(_question(a, masking) for a in stated if a.kind is AssertionKind.QUESTION)


def ask(
    bench: Bench,
    text: str,
    reason: str,
    *,
    due: str = "",
    asked_by: str = "",
    on: str = "",
) -> Assertion:
    """Record what the case is asked; earlier questions stay on record.

    Parameters
    ----------
    text : str
        The question in one or two sentences.
    reason : str
        What it rests on: a letter, an order, a meeting.
    due, on : str
        ISO days; empty where none was given.
    asked_by : str
        Who asked.

    Raises
    ------
    UsageError
        No text, no reason, no such day, or an answer due before it was asked for.
    """
    asked = " ".join(text.split())
    if not asked:
        raise UsageError("a question has words", hint="write what the case is asked")
    if not reason.strip():
        raise UsageError("a question needs a reason", hint="say what it rests on: --reason")
    since, until = day_of(on, "on"), day_of(due, "due")
    if since and until and until < since:
        raise UsageError("an answer is due after the question was asked", on=since, due=until)
    told = {
        "text": _bounded(asked, "text", LONGEST),
        "asked_by": _bounded(" ".join(asked_by.split()), "asked_by", LONGEST_NAME),
        "on": since,
        "due": until,
    }
    return bench.state(AssertionKind.QUESTION, bench.case, canonical(told), reason)


def question_document(bench: Bench) -> dict[str, Any]:
    """Return the question that counts and the earlier ones: the contract of ``/question``."""
    found = [asdict(q) for q in questions(bench)]
    return {"case": bench.case, "question": found[-1] if found else None, "earlier": found[:-1][::-1]}


def asked_words(one: Question) -> str:
    """Return a question in one sentence with who asked and when, for a printed page.

    Examples
    --------
    >>> asked_words(Question("", "Where is it?", "Prosecutor 02", "2026-09-24", "2026-11-30", "", "", ""))
    'Where is it? (asked by Prosecutor 02 on 2026-09-24, due 2026-11-30)'
    >>> asked_words(Question("", "Where is it?", "", "2026-09-24", "", "Analyst 07", "", ""))
    'Where is it? (recorded by Analyst 07, asked on 2026-09-24)'
    """
    who = f"asked by {one.asked_by}" if one.asked_by else f"recorded by {one.author}, asked"
    due = f", due {one.due}" if one.due else ""
    return f"{one.text} ({who} on {one.on}{due})"


def day_of(text: str, name: str) -> str:
    """Return an ISO day as typed; empty stays empty.

    Raises
    ------
    UsageError
        There is no such day.
    """
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as cause:
        raise UsageError("no such day", field=name, text=text, hint="write 2026-11-30") from cause


def said_question(said: Assertion) -> str:
    """Return what a statement of this kind says, unmasked."""
    return _fields(said)["text"]


def _question(said: Assertion, masking: Masking) -> Question:
    told = _fields(said)
    return Question(
        said.id,
        masking.words(told["text"]),
        masking.words(told["asked_by"]),
        told["on"] or said.made[:10],
        told["due"],
        said.author,
        masking.words(said.reason),
        said.made,
    )


def _fields(said: Assertion) -> dict[str, str]:
    """Read the fields of a statement; one that another program wrote as plain text is the question itself."""
    empty = {"text": "", "asked_by": "", "on": "", "due": ""}
    try:
        told = json.loads(said.object)
    except ValueError:
        return {**empty, "text": said.object}
    if not isinstance(told, dict):
        return {**empty, "text": said.object}
    return {name: str(told.get(name, "")) for name in empty}


def _bounded(text: str, name: str, longest: int) -> str:
    if len(text) > longest:
        raise UsageError("the text is too long", field=name, length=len(text), longest=longest)
    return text
