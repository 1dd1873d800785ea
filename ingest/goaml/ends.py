"""What a side of a transaction names: an account, or an end of its own where it names none.

Cash, or a person without an account, is an end of that one transaction: never one node for all,
which would join strangers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from graph.errors import IdentifierError
from graph.model.identifiers import Identifier, Kind, parse_identifier, recognise
from graph.model.identifiers.account import institution_code
from graph.model.locators import Locator, XPath
from ingest.goaml.vocabulary import vocabulary

if TYPE_CHECKING:
    from ingest.goaml.elements import Element

ACCOUNTS = ("from_account", "to_account", "account", "account_my_client")
PERSONS = ("from_person", "to_person", "person", "person_my_client")
ENTITIES = ("from_entity", "to_entity", "entity", "entity_my_client")
_CHAINS = (Kind.BITCOIN, Kind.EVM, Kind.TRON)
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_SHORTEST_ADDRESS = 14  # of any chain: a Bitcoin address of two bytes
_HEAD_OFFICE = "XXX"
_BIC_WITH_BRANCH = 11


@dataclass(frozen=True, slots=True)
class End:
    """An instrument's key, and what a reader of the row should know of it."""

    key: str
    mark: str = ""


def account_key(element: Element, source: str) -> str:
    """Return the key of the account that an element describes; empty where it names none that can be.

    An IBAN first; then an address of a chain, known by its checksum; then the number at its
    institution (BIC, else the institution's code, else its name).

    Examples
    --------
    >>> from ingest.goaml.elements import Element
    >>> said = {"swift": "EXMPKENAXXX", "account": "0100 200"}
    >>> account_key(Element("account", children=[Element(k, text=v) for k, v in said.items()]), "ab12")
    'account:EXMPKENA:0100200'
    """
    known = vocabulary()
    iban, number = known.said(element.value("iban")), known.said(element.value("account"))
    return _account(iban, number, _institution(element), source)


@lru_cache(maxsize=65_536)
def _account(iban: str, number: str, institution: str, source: str) -> str:
    for text in (iban, number):
        try:
            if text:
                return parse_identifier(Kind.IBAN, text, source=source).key
        except IdentifierError:
            continue
    chain = _on_chain(number)
    if chain or not number.strip("0"):
        return chain
    try:
        return parse_identifier(Kind.ACCOUNT, number, scope=institution, source=source).key
    except IdentifierError:
        return ""


def end_of(side: Element | None, path: str, source: str, cash: frozenset[str]) -> End:
    """Return what a side of a transaction pays from, or into.

    Parameters
    ----------
    side : Element or None
        ``t_from``, ``t_to_my_client``, ``party`` …; None where the report has none.
    path : str
        XPath that names the end, where it has no identifier.
    cash : frozenset of str
        Funds codes that mean cash.
    """
    if side is None or not side.children:
        return End(_own(Kind.UNKNOWN_END, path, source), "a side is missing")
    account = side.child(*ACCOUNTS)
    if account is not None:
        key = account_key(account, source)
        return (
            End(key)
            if key
            else End(_own(Kind.UNKNOWN_END, path, source), "an account without a usable number")
        )
    funds = next(
        (side.value(n) for n in ("from_funds_code", "to_funds_code", "funds_code") if side.child(n)), ""
    )
    if funds.upper() in cash:
        return End(_own(Kind.CASH_END, path, source))
    address = _on_chain(_address(side))
    return End(address or _own(Kind.UNKNOWN_END, path, source))


def party_key(path: str, source: str) -> str:
    """Return the key of somebody who is reported without an instrument, at one place of one source."""
    return parse_identifier(Kind.PARTY, path, scope=source).key


def holder_name(element: Element) -> tuple[str, str]:
    """Return the name of a person or entity, or of the holder of an account, and the path of its element.

    Examples
    --------
    >>> from ingest.goaml.elements import Element
    >>> said = [("last_name", "Otieno"), ("first_name", "Akinyi"), ("middle_name", "-")]
    >>> holder_name(Element("t_person", children=[Element(k, text=v) for k, v in said]))
    ('Akinyi Otieno', 'first_name')
    """
    known = vocabulary()
    if element.name in ACCOUNTS:
        for path in (("account_name",), ("t_entity", "name")):
            if name := known.said(element.value(*path)):
                return name, "/".join(path)
        return "", ""
    parts = {part: known.said(element.value(part)) for part in (*known.name_parts, "name")}
    printed = [part for part in parts if parts[part]]
    return " ".join(parts[p] for p in printed), printed[0] if printed else ""


def _own(kind: Kind, path: str, source: str) -> str:
    return Identifier(kind, str(Locator(XPath(path))), source).key


def _address(side: Element) -> str:
    names = (
        "from_transaction_additional_info",
        "to_transaction_additional_info",
        "transaction_additional_info",
    )
    return vocabulary().said(next((side.value(n, "virtual_address") for n in names if side.child(n)), ""))


def _on_chain(text: str) -> str:
    if len(text) < _SHORTEST_ADDRESS:
        return ""
    found = [i for i in recognise(text) if i.kind in _CHAINS]
    return found[0].key if found else ""


def _institution(element: Element) -> str:
    known = vocabulary()
    for name in ("swift", "institution_code", "institution_name"):
        text = known.said(element.value(name)).replace("/", " ")
        if name == "swift" and _BIC.fullmatch(text.upper()) and len(text) == _BIC_WITH_BRANCH:
            text = text.upper().removesuffix(_HEAD_OFFICE)
        if institution_code(text):
            return institution_code(text)
    return ""
