"""Rows that say who holds an instrument: names on its own node, or of a party tied to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.errors import IdentifierError, ModelError
from graph.model.events import FactKind
from graph.model.intervals import DAY
from graph.model.provenance import canonical
from ingest.neo4j_graph.transfers import FORM, place_of, properties_of
from ingest.neo4j_graph.values import LONGEST_HOLDER, identifier_text, instant_of, word_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.neo4j_graph.ends import Ends
    from ingest.neo4j_graph.mapping import Holders, Instrument, When

EVER = (-25_567 * DAY, 47_847 * DAY)
"""1900 to 2100: all years that instants have."""


class HolderRows:
    """Reads the rows of one section of holders: of relationships, or of instruments with a name."""

    def __init__(self, instrument: Instrument, ends: Ends, section: Holders | None = None) -> None:
        self._id = instrument.id
        self._section = section
        self._names = section.name if section else instrument.name
        self._ends = ends

    def id_of(self, row: Mapping[str, Any]) -> str:
        """Return what tells rows apart: the instrument, and the party's name where there is one."""
        node = row.get("instrument")
        values = node.get("properties") if isinstance(node, dict) else None
        if not isinstance(values, dict):
            raise IdentifierError("the row names no instrument")
        properties_of(row)
        return f"{identifier_text(values.get(self._id), self._id)} {canonical(row)}"

    def read(self, row: Mapping[str, Any], number: int, obs: int) -> dict[str, Any] | None:
        """Return one row of ``graph.model.tables.FACTS``; nothing where no one is named."""
        of = properties_of(row)
        party = row.get("party")
        said = party.get("properties") if isinstance(party, dict) else None
        named = of if self._section is None else said if isinstance(said, dict) else {}
        name = " ".join(" ".join(word_of(named.get(p)) for p in self._names).split())
        if not name:
            return None
        if len(name) > LONGEST_HOLDER:
            raise ModelError(f"a name of {len(name)} characters", hint="is it the property of the name?")
        lo, hi = self._window(of)
        return {
            "obs": obs,
            "lo": lo,
            "hi": hi,
            "form": FORM,
            "a": number,
            "b": 1,
            "kind": FactKind.HOLDER.value,
            "subject": self._ends.key(row.get("instrument"), "instrument", place_of(number)),
            "fields": canonical({"role": self._section.role if self._section else "holder"}),
            "text": name,
        }

    def _window(self, of: Mapping[str, Any]) -> tuple[int, int]:
        since = self._section.since if self._section else None
        until = self._section.until if self._section else None
        lo, hi = _edge(of, since, EVER[0]), _edge(of, until, EVER[1])
        if lo >= hi:
            raise ModelError("it ends before it begins", hint="are since and until the right way round?")
        return lo, hi


def _edge(of: Mapping[str, Any], when: When | None, otherwise: int) -> int:
    if when is None or of.get(when.property) is None:
        return otherwise
    return instant_of(of[when.property], when).lo
