"""Who had a result computed, and when: from the audit log, which is the only place that keeps it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from api.web.masked import plain_text

if TYPE_CHECKING:
    from api.workbench import Workbench


def recorded_by(bench: Workbench, result: str) -> tuple[str, str]:
    """Return who had a result computed first, and the instant as ISO text; empty where the log is silent."""
    for line in bench.store.audit(bench.scope)[0]:
        if result in line:
            row = json.loads(line)
            if row["action"] == "record":
                return plain_text(bench, str(row["actor"])), str(row["at"])
    return "", ""
