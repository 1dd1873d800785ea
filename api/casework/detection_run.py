"""What detection could not look at, kept with the case: missing data is never a clearance, also tomorrow."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.documents import Documents
from graph.model.provenance import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from analytics.detection import Detection
    from graph.model.scope import Scope
    from graph.store import Store

KIND, NAME = "detection", "last run"


@dataclass(frozen=True, slots=True)
class DetectionRun:
    """How the last detection over a case ended.

    Attributes
    ----------
    made : str
        When, as ISO text.
    content : str
        Content hash of the evidence.
    beyond : int
        Candidates that were not listed.
    not_evaluated : tuple of (str, str)
        Typology and why it could not be evaluated, over all runs since it last could.
    """

    made: str
    content: str
    beyond: int
    not_evaluated: tuple[tuple[str, str], ...]


def keep_run(
    store: Store, scope: Scope, case: str, detection: Detection, ran: Sequence[str], made: datetime
) -> None:
    """Keep how a detection ended; a store that keeps no documents is left as it is.

    Parameters
    ----------
    ran : sequence of str
        Ids of the typologies that were run; what earlier runs could not evaluate of others stands.
    """
    if not isinstance(store, Documents):
        return
    told = {(n.typology, n.why) for n in detection.not_evaluated}
    before = last_run(store, scope, case)
    if before is not None:
        told |= {one for one in before.not_evaluated if one[0] not in ran and one[0] != "all"}
    body = {
        "content": detection.version,
        "beyond": detection.beyond,
        "not_evaluated": [{"typology": typology, "why": why} for typology, why in sorted(told)],
    }
    at = made.isoformat(timespec="seconds")
    store.keep_document(scope, case, KIND, NAME, at, canonical(body))


def last_run(store: Store, scope: Scope, case: str) -> DetectionRun | None:
    """Return how the last detection over a case ended; None where none was run."""
    if not isinstance(store, Documents):
        return None
    found = [d for d in store.documents(scope, KIND) if d.case == case and d.name == NAME]
    if not found:
        return None
    told = json.loads(found[-1].body)
    return DetectionRun(
        found[-1].made,
        str(told["content"]),
        int(told["beyond"]),
        tuple((str(n["typology"]), str(n["why"])) for n in told["not_evaluated"]),
    )
