"""What of the evidence is in the graph in clear, and what stands there instead of the protected.

Anybody who may open the graph sees everything in it, so it holds nothing that a reader of any case may
not see: whom one case protects is a token for all. By setting everybody is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from graph.errors import IdentifierError
from graph.model.identifiers import Identifier
from graph.model.identifiers.identifier import Kind
from graph.model.network import rail_of
from graph.model.provenance import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.model.protection import Protected
    from graph.model.provenance import Source
    from graph.stores.ledger.keys import StoreKey

ERASED = "(erased)"
_SHOWN = 8
_WITH_INSTITUTION = frozenset({Kind.ACCOUNT, Kind.TILL, Kind.PAYBILL, Kind.AGENT, Kind.EXCHANGE, Kind.CARD})
_ENDS = frozenset({Kind.CASH_END, Kind.UNKNOWN_END})


class Tokens(StrEnum):
    """Who is a token in the graph instead of a number or a name."""

    PROTECTED = "protected"
    ALL = "all"


def token(kind: str, opaque: str) -> str:
    """Return what stands in place of a number or a name.

    Examples
    --------
    >>> token("msisdn", "0123456789abcdef" * 2)
    'msisdn 01234567'
    """
    return f"{kind} {opaque[:_SHOWN]}"


@dataclass(frozen=True, slots=True)
class Hiding:
    """What may be shown, for a whole store: ``protected`` is whom any of its cases protects."""

    protected: Protected
    tokens: Tokens
    key: StoreKey = field(repr=False)

    def mark(self, *words: str) -> str:
        """Return a keyed hash of who is hidden, and ``words``: it shows a change, and to nobody who it is."""
        told = {
            "instruments": sorted(self.protected.instruments),
            "names": list(self.protected.names),
            "identifiers": [identifier.key for identifier in self.protected.identifiers],
            "tokens": self.tokens.value,
            "words": list(words),
        }
        return self.key.id_of(f"hidden:{canonical(told)}").hex()

    def words(self, text: str) -> str:
        """Return free text without the protected."""
        return self.protected.hide(text) if self.protected else text

    def word(self, name: str) -> Callable[[str], str]:
        """Return what takes the protected out of a column of rows, as the ledger's view does."""
        if name == "locator":
            return self.protected.hide_in_place
        return self.protected.hide_in_assets if name == "asset" else self.words

    @property
    def all(self) -> bool:
        """Whether everybody is a token."""
        return self.tokens is Tokens.ALL

    def name(self, name: str, opaque: str, *, protected: bool) -> tuple[str, bool]:
        """Return how a party is called, and whether it is protected, by its name or by what it holds."""
        mine = protected or (bool(self.protected) and self.protected.occurs(name))
        return (token("party", opaque) if mine or self.all else name), mine

    def source(self, source: Source) -> Source:
        """Return the record of an original as it may be shown; under tokens for all, without its name."""
        return self.protected.source(source, named=not self.all)

    def instrument(self, opaque: str, key: str | None) -> dict[str, Any]:
        """Return the properties of an instrument; ``key`` is None where it was erased."""
        mine = True if opaque in self.protected.instruments else None
        if key is None:
            return _properties(opaque, Kind.UNKNOWN_END.value, ERASED, "", None, mine, None)
        try:
            known = Identifier.from_key(key)
        except IdentifierError:  # a plug-in's own form: what it names is not known, so it is not shown
            return _properties(opaque, "other", token("other", opaque), "", None, mine, True)
        institution = known.scope if known.kind in _WITH_INSTITUTION else ""
        label = known.short if known.kind in _ENDS else known.value
        if (mine or self.all) and known.kind not in _ENDS:
            shown, kept = token(known.kind.value, opaque), self.words(institution)
        else:
            shown, kept = self.words(label), self.words(institution)
        veiled = True if not mine and (kept != institution or self.words(label) != label) else None
        return _properties(opaque, known.kind.value, shown, kept, known.masked or None, mine, veiled)


def _properties(
    opaque: str,
    kind: str,
    label: str,
    institution: str,
    masked: bool | None,
    mine: bool | None,
    veiled: bool | None,
) -> dict[str, Any]:
    return {
        "id": opaque,
        "kind": kind,
        "rail": rail_of(kind).value,
        "label": label,
        "institution": institution or None,
        "masked": masked,
        "protected": mine,
        "veiled": veiled,
    }
