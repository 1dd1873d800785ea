"""Notes that persons write to a lead while they look into it: kept with the case, never edited.

A note decides nothing. It is shown as something that somebody said, with author and time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.errors import UsageError
from graph.documents import Documents
from graph.model.provenance import canonical

if TYPE_CHECKING:
    from datetime import datetime

    from api.casework.masking import Masking
    from graph.model.scope import Scope
    from graph.store import Store

KIND = "note to a lead"
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote, who, and when (ISO text)."""

    author: str
    text: str
    made: str


def notes_to(store: Store, scope: Scope, case: str, lead: str, masking: Masking) -> tuple[Note, ...]:
    """Return the notes to a lead, oldest first, as the reader may see them."""
    if not isinstance(store, Documents):
        return ()
    found = [d for d in store.documents(scope, KIND) if d.name == lead and d.case == case]
    told = ((json.loads(d.body), d.made) for d in found)
    words = masking.words
    return tuple(Note(words(str(one["author"])), words(str(one["text"])), made) for one, made in told)


def add_note(store: Store, scope: Scope, case: str, lead: str, text: str, made: datetime) -> None:
    """Keep a note to a standing lead, by its id.

    Raises
    ------
    UsageError
        No text, or one too long; a store that keeps no notes.
    """
    if not text.strip() or len(text) > LONGEST:
        raise UsageError("a note is a text", longest=LONGEST, hint="say what was seen or asked")
    if not isinstance(store, Documents):
        raise UsageError("this store keeps no notes", hint="write it into the reason of the decision")
    body = canonical({"author": scope.actor, "text": text.strip()})
    store.keep_document(scope, case, KIND, lead, made.isoformat(timespec="seconds"), body)
