"""What an instrument is called: a kind, the scope in which the name is unique, and a canonical value.

Two spellings of one number must give one identifier, and two people must never share one: hence
one canonical text per kind, and a scope wherever the value alone is not unique.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

from graph.errors import IdentifierError
from graph.model.identifiers.masks import is_masked

_READABLE = "/+*#@.,!=$&'();"
_VISIBLE = 4


class Kind(StrEnum):
    """What sort of instrument, or end of a movement, an identifier names."""

    MSISDN = "msisdn"
    IBAN = "iban"
    ACCOUNT = "account"
    TILL = "till"
    PAYBILL = "paybill"
    AGENT = "agent"
    BITCOIN = "bitcoin"
    EVM = "evm"
    TRON = "tron"
    EXCHANGE = "exchange"
    CARD = "card"
    NAME = "name"
    CASH_END = "cash"
    UNKNOWN_END = "unknown"
    PARTY = "party"


_NEVER_MASKED = {Kind.EXCHANGE, Kind.CASH_END, Kind.UNKNOWN_END, Kind.PARTY}


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """One name of one instrument, in canonical form.

    Parameters
    ----------
    kind : Kind
        What the value is.
    value : str
        Canonical text, as ``parse_identifier`` makes it.
    scope : str
        Institution, operator or exchange; for masked numbers and for names the sha256 of their
        source; for cash and unknown ends ``source#locator``. Empty where the value is unique alone.

    Examples
    --------
    >>> i = Identifier(Kind.TILL, "000123", "mpesa")
    >>> i.key, i.short
    ('till:mpesa:000123', '••123')
    >>> Identifier.from_key(i.key) == i
    True
    """

    kind: Kind
    value: str
    scope: str = ""

    @property
    def masked(self) -> bool:
        """Whether part of the value is hidden, so that it can only have candidates."""
        return self.kind not in _NEVER_MASKED and is_masked(self.value)

    @property
    def key(self) -> str:
        """Canonical text ``kind:scope:value``; scope and value percent-escaped as UTF-8."""
        return f"{self.kind.value}:{quote(self.scope, safe=_READABLE)}:{quote(self.value, safe=_READABLE)}"

    @property
    def short(self) -> str:
        """Display that names no one: the last characters, at most four and at most half."""
        if self.kind in (Kind.CASH_END, Kind.UNKNOWN_END):
            return self.kind.value
        if self.kind is Kind.NAME:
            return " ".join(f"{word[0]}••" for word in self.value.split())
        visible = min(_VISIBLE, len(self.value) // 2)
        return "••" + self.value[len(self.value) - visible :]

    @classmethod
    def from_key(cls, key: str) -> Identifier:
        """Read back ``key``.

        Raises
        ------
        IdentifierError
            When the text is not what ``key`` writes, to the character.
        """
        parts = key.split(":")
        if len(parts) != len(("kind", "scope", "value")):
            raise IdentifierError("an identifier key reads kind:scope:value", key=key)
        kind, scope, value = parts
        found = cls(kind_of(kind), unquote(value), unquote(scope))
        if found.key != key:
            raise IdentifierError(
                "identifier key is not in canonical form", key=key, hint=f"write {found.key}"
            )
        return found


def kind_of(name: str) -> Kind:
    """Return the kind called ``name``; an unknown name is an error that lists the known ones."""
    try:
        return Kind(name)
    except ValueError:
        known = ", ".join(k.value for k in Kind)
        raise IdentifierError("no such kind of identifier", kind=name, hint=f"known: {known}") from None
