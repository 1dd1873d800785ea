"""Places of a stored trace as pages name them: by what the reader may see now, in the reader's language.

A trace keeps masked labels. An instrument is named anew, so that its kind has words in every language
and its label is the one that the clearance gives; other ends keep the words that were stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.web.addresses import case_url
from api.web.rows import ends_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.web.rows import End
    from api.workbench import Workbench

NOBODY = "unknown"


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place: its kind (empty: ``label`` is words of its own), its label, and where it is drawn."""

    kind: str
    label: str
    url: str = ""


class PlaceNames:
    """Names of the instruments of one trace."""

    def __init__(self, bench: Workbench, instruments: Iterable[str]) -> None:
        self._case = bench.case
        self._ends: Mapping[str, End] = ends_of(bench, (i for i in instruments if i))

    def of(self, instrument: str, label: str) -> PlaceName:
        """Return the name of a place by its instrument, or by what was stored."""
        end = self._ends.get(instrument)
        if end is None or end.kind == NOBODY:
            return PlaceName("", label)
        return PlaceName(end.kind, end.label, case_url(self._case, "network", focus=instrument))


def instruments_of(fields: Mapping[str, Any], rule: str) -> set[str]:
    """Return the ids of all instruments that the document of a trace names under a rule."""
    found = {row["instrument"] for row in fields["band"]}
    found |= {hop.get(side, "") for hop in fields["rules"][rule]["hops"] for side in ("debit", "credit")}
    for one in fields["without"]:
        for stop in one.get("stops", {}).values():
            found |= {stop["instrument"], stop["payer"]["instrument"]}
    drawn = fields.get("flows", {})
    found |= {n.get("instrument", "") for part in ("ledgers", "ends") for n in drawn.get(part, ())}
    return found
