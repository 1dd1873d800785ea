"""Files that could not be read: the original is kept, the reason is said, nothing else is stored.

Also bad rows: they are kept beside the rows that could be read, each with place, reason, hint and
text, and never dropped.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from graph.model.provenance import Receipt, Reject, Verdict

if TYPE_CHECKING:
    from graph.errors import FuatiliaError
    from graph.model.provenance import Source

_SAID = "proposal"


def quarantined(name: str, source: Source | None, error: FuatiliaError, reader: str = "") -> Receipt:
    """Return the receipt of a file that stays outside.

    Parameters
    ----------
    name : str
        The file as given.
    source : Source, optional
        None where not even its bytes could be had.
    error : FuatiliaError
        Why; what each reader said of it is among its notes.

    Examples
    --------
    >>> from ingest.errors import UnreadableError
    >>> r = quarantined("a.csv", None, UnreadableError("cut", at_byte=7, hint="ask again"))
    >>> r.verdict.value, r.rejected[0].reason, r.rejected[0].hint
    ('quarantined', 'cut (at_byte 7)', 'ask again')
    """
    fields = error.fields()
    where = {k: v for k, v in fields.items() if k not in ("code", "what", "hint", _SAID)}
    shown = ", ".join(f"{k} {v}" for k, v in where.items())
    reason = f"{error.what} ({shown})" if shown else error.what
    notes = {"error": str(fields["code"])} | _heard(error)
    if _SAID in fields:
        notes["proposed mapping"] = str(fields[_SAID])
    return Receipt(
        sha256=source.sha256 if source else "",
        name=name,
        reader=reader,
        verdict=Verdict.QUARANTINED,
        rejected=(Reject(str(where.get("locator", "")), reason, error.hint),),
        assumptions=notes,
    )


def _heard(error: FuatiliaError) -> dict[str, str]:
    """Return what each reader said when it looked at the file."""
    for note in getattr(error, "__notes__", ()):
        try:
            said = json.loads(note)
        except ValueError:
            continue
        if isinstance(said, list):
            return {f"reader {s['code']}": f"{s['confidence']}: {s['why']}" for s in said}
    return {}
