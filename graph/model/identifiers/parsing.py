"""From printed text to an identifier: the one door for readers, search and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.errors import IdentifierError
from graph.model.identifiers import account, bitcoin, evm, exchange_account, iban, mobile_money, msisdn, tron
from graph.model.identifiers.identifier import Identifier, Kind, kind_of
from graph.model.identifiers.masks import is_masked, plain

if TYPE_CHECKING:
    from collections.abc import Callable

_UNIQUE_ALONE = {Kind.MSISDN, Kind.IBAN, Kind.BITCOIN, Kind.EVM, Kind.TRON}
_OF_ONE_SOURCE = {Kind.NAME, Kind.CARD}
_ENDS = {Kind.CASH_END, Kind.UNKNOWN_END}


def parse_identifier(
    kind: Kind | str, text: str, *, scope: str = "", region: str = "KE", source: str = ""
) -> Identifier:
    """Read ``text`` as an identifier of ``kind``.

    Parameters
    ----------
    kind : Kind or str
        What the text is known, or claimed, to be.
    text : str
        As printed.
    scope : str
        Institution (account), operator (till, paybill, agent), exchange (exchange user), or
        ``source#locator`` (cash and unknown ends). Ignored for numbers and addresses that are
        unique alone, so that every source gives them one identifier.
    region : str
        ISO 3166 alpha-2 country in which a subscriber number without a country code was printed.
    source : str
        Sha256 of the source. It scopes masked numbers, names, cards, and accounts whose
        institution is not known: equal masks or names of two sources are not one instrument.
        Where it is empty ``scope`` is taken in its place.

    Raises
    ------
    IdentifierError
        Text that is not valid for its kind, or a scope that is missing.

    Examples
    --------
    >>> parse_identifier("msisdn", "0700 000 000").key
    'msisdn::+254700000000'
    >>> parse_identifier("msisdn", "0722XXXX89", source="ab12").key
    'msisdn:ab12:+254722****89'
    >>> parse_identifier("account", "EQUITY/000123").key
    'account:EQUITY:000123'
    """
    known = kind_of(kind)
    at, value = _canonical(known, text, scope, region)
    if known in _UNIQUE_ALONE and not is_masked(value):
        return Identifier(known, value)
    return Identifier(known, value, _scope(known, value, at, source))


def _scope(kind: Kind, value: str, at: str, source: str) -> str:
    masked = kind not in _ENDS | {Kind.EXCHANGE, Kind.PARTY} and is_masked(value)
    if kind in _UNIQUE_ALONE | _OF_ONE_SOURCE:
        found = source or at
    elif masked and source:
        found = f"{at}@{source}" if at else source
    else:
        found = at or source
    if not found and kind is not Kind.PARTY:
        raise IdentifierError(
            "this identifier means something only within a scope",
            kind=kind.value,
            hint="name the institution, operator or exchange, or the source it is printed in",
        )
    return found


def _canonical(kind: Kind, text: str, scope: str, region: str) -> tuple[str, str]:
    if kind is Kind.MSISDN:
        return scope, msisdn.canonical(text, region)
    if kind is Kind.ACCOUNT:
        return account.canonical(text, scope)
    if kind is Kind.EXCHANGE:
        return exchange_account.user(text, scope)
    if kind in _OPERATED:
        return _operator(scope), _OPERATED[kind](text)
    return scope, _PLAIN[kind](text)


def _operator(scope: str) -> str:
    return "_".join(plain(scope).lower().split())


def _name(text: str) -> str:
    name = " ".join(plain(text).upper().split())
    if not any(c.isalpha() for c in name):
        raise IdentifierError("a name has letters", text=text)
    return name


def _word(text: str) -> str:
    if not text.strip():
        raise IdentifierError("an identifier of a party is not blank", text=text)
    return text.strip()


_OPERATED: dict[Kind, Callable[[str], str]] = {
    Kind.TILL: mobile_money.till,
    Kind.AGENT: mobile_money.till,
    Kind.PAYBILL: mobile_money.paybill,
}
_PLAIN: dict[Kind, Callable[[str], str]] = {
    Kind.IBAN: iban.canonical,
    Kind.BITCOIN: bitcoin.canonical,
    Kind.EVM: evm.canonical,
    Kind.TRON: tron.canonical,
    Kind.CARD: exchange_account.card,
    Kind.NAME: _name,
    Kind.CASH_END: str.strip,
    Kind.UNKNOWN_END: str.strip,
    Kind.PARTY: _word,
}


def recognise(text: str, region: str = "KE") -> tuple[Identifier, ...]:
    """Return every identifier that ``text`` can be by its checksum, the surest first, for search.

    A subscriber number has no checksum: it is listed last, and only in a range known to be in use.

    Examples
    --------
    >>> [i.kind.value for i in recognise("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")]
    ['evm', 'tron']
    >>> recognise("hello")
    ()
    """
    found = []
    for kind in (Kind.IBAN, Kind.BITCOIN, Kind.EVM, Kind.TRON, Kind.MSISDN):
        try:
            value = _canonical(kind, text, "", region)[1]
        except IdentifierError:
            continue
        if not is_masked(value) and (kind is not Kind.MSISDN or msisdn.is_assigned(value)):
            found.append(Identifier(kind, value))
    return tuple(found)
