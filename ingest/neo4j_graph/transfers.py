"""Rows of transfers: relationships, or nodes tied to their ends, as legs of two instruments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.errors import AmountError, ModelError
from graph.model.amounts import COLUMN_LIMIT
from graph.model.events import Status
from graph.model.locators import Pointer
from ingest.neo4j_graph.values import asset_of, brief, identifier_text, instant_of, units_of, word_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.neo4j_graph.ends import Ends
    from ingest.neo4j_graph.mapping import GraphMapping, Transfers

FORM = "pointer:/rows/{a}"


def place_of(number: int) -> str:
    """Return the locator of a row of a page.

    Examples
    --------
    >>> place_of(3)
    'pointer:/rows/3'
    """
    return str(Pointer(f"/rows/{number}"))


class TransferRows:
    """Reads the rows of one section of transfers."""

    def __init__(self, mapping: GraphMapping, section: Transfers, ends: Ends) -> None:
        self.section = section
        self.floats = 0
        self._ends = ends
        self._title = mapping.title or mapping.name
        sides = ("paid_by", "paid_to") if section.node else ("start", "end")
        self._sides = sides if section.payer == "start" else sides[::-1]

    def id_of(self, row: Mapping[str, Any]) -> str:
        """Return the business identifier of a row.

        Raises
        ------
        IdentifierError
            A part of it is missing, blank, or of a sort that identifies nothing.
        """
        of = properties_of(row)
        return " ".join(identifier_text(of.get(name), name) for name in self.section.id)

    def read(self, row: Mapping[str, Any], number: int, obs: int) -> dict[str, Any]:
        """Return one row of ``graph.model.tables.ROWS``.

        Raises
        ------
        ModelError
            What cannot be read, with the reason and what to do.
        """
        section, of, place = self.section, properties_of(row), place_of(number)
        when = instant_of(of.get(section.when.property), section.when)
        asset = asset_of(of.get(section.asset.property), section.asset)
        units, mark = units_of(of.get(section.amount.property), section.amount, asset)
        debit = self._ends.only(row.get(self._sides[0]), "payer", place)
        credit = self._ends.only(row.get(self._sides[1]), "payee", place)
        if units < 0:
            debit, credit, units = credit, debit, self._turned(units)
        fits = units < COLUMN_LIMIT
        if not fits and not asset.chain:
            raise AmountError("a sum of money of more than 38 digits", hint="is it the amount property?")
        self.floats += bool(mark)
        doubts = [why for _, _, why in when.alternatives]
        return {
            "obs": obs,
            "lo": when.lo,
            "hi": when.hi,
            "seq": number,
            "form": FORM,
            "a": number,
            "b": 1,
            "status": self._status(of),
            "kind": section.kind,
            "channel": brief(word_of(of.get(section.channel))) or None,
            "debit": debit,
            "credit": credit,
            "amount": units if fits else None,
            "asset": asset.key,
            "digits": None if fits else str(units),
            "rail": self._rail(of),
            "ref": self.id_of(row),
            "text": " | ".join(t for t in (word_of(of.get(name)) for name in section.text) if t) or None,
            "mark": "; ".join([m for m in (mark, *doubts) if m]) or None,
        }

    def _turned(self, units: int) -> int:
        if self.section.amount.negative != "swap":
            raise AmountError(
                "an amount below zero between two ends",
                hint="negative: swap in the mapping says that payer and payee change places",
            )
        return -units

    def _status(self, of: Mapping[str, Any]) -> str:
        spec = self.section.status
        if spec is None:
            return Status.COMPLETED.value
        said = word_of(of.get(spec.property))
        if said not in spec.words:
            raise ModelError("a status that the mapping does not know", hint=f"words of {spec.property!r}")
        return spec.words[said]

    def _rail(self, of: Mapping[str, Any]) -> str | None:
        rail = self.section.rail
        said = word_of(of.get(rail.property)) if rail else ""
        return f"{rail.prefix}:{said.upper()}" if rail and said else None


def properties_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the properties of what a row is about."""
    of = row.get("of")
    if not isinstance(of, dict) or "unreadable" in row:
        raise ModelError("the answer for it could not be read when it was fetched", hint="see the original")
    return of
