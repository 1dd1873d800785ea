"""Dates and times as typed on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from api.errors import UsageError


def instant(text: str) -> datetime:
    """Read an ISO date or time; without a zone it is UTC.

    Examples
    --------
    >>> instant("2026-10-01").isoformat()
    '2026-10-01T00:00:00+00:00'
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as cause:
        raise UsageError(
            "no such date", text=text, hint="write 2026-10-01 or 2026-10-01T09:00:00+03:00"
        ) from cause
    return found if found.tzinfo else found.replace(tzinfo=UTC)
