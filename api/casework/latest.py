"""Which result of the case was recorded last: what a page shows when the reader names none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.casework.bench import Bench
    from graph.model.results import Result, ResultKind

_RECORDED = '"action":"record"'


def latest_result(bench: Bench, kind: ResultKind) -> Result | None:
    """Return the standing result of a kind that was recorded last; None where there is none.

    The audit log gives the order, as a result itself holds no time.
    """
    found = {r.id: r for r in bench.store.results(bench.scope, kind)}
    if len(found) < 2:  # noqa: PLR2004 - the log need not be read for one
        return next(iter(found.values()), None)
    lines, _ = bench.store.audit(bench.scope)
    for line in reversed(lines):
        if _RECORDED in line:
            name = str(json.loads(json.loads(line)["what"]).get("id", ""))
            if name in found:
                return found[name]
    return found[max(found)]
