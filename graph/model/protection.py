"""What may be shown of whom: labels of files, and free text without those whom the law protects.

Victims and witnesses stay masked even for a reader of the case. Their identifiers are known exactly;
free text (a reason, a file's name, a narration) may spell them in any way, so it is searched for every
spelling of each: a number with or without its country code, grouped or in other digits, a name in any
case, with or without accents. Hiding too much is a nuisance, hiding too little is a harm: a part of a
name is enough.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

import phonenumbers

from graph.errors import AmountError
from graph.model.amounts import Asset
from graph.model.identifiers.identifier import Identifier, Kind
from graph.model.identifiers.masks import is_masked
from graph.model.parties import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph.model.provenance import Receipt, Reject, Source

PROTECTED_ROLES = frozenset({Role.VICTIM, Role.WITNESS})
HIDDEN = "••"
ENDINGS = frozenset(
    ("csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods", "pdf", "json", "jsonl", "xml", "html", "gz", "zip")
)
_SHORTEST_PART = 3
_SHORTEST_NUMBER = 5
_SURE_NUMBER = 9
_SHA_SHOWN = 6
_NO_NAMES = frozenset(("the", "and", "for", "ltd", "limited", "plc", "llc", "inc", "company", "bank", "mrs"))
_BETWEEN = r"[\s\u00a0\u2007\u2009\u202f()./_\-\u2010-\u2015]{0,3}"
_ACCENTS = "[\u0300-\u036f]*"
_ASSET = re.compile(r'[^:/\s"\\]+:[^:/\s"\\]*/[^:/\s"\\]+:(?:\?|0|[1-9][0-9]{0,2})(?![^\s"])')
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})|((?:%[0-9a-fA-F]{2})+)")
_NOT_PERSONAL = frozenset({Kind.CASH_END, Kind.UNKNOWN_END})


def ending_of(name: str) -> str:
    """Return the ending of a file's name where it is one of the known ones, else nothing.

    Examples
    --------
    >>> ending_of("Grace.CSV"), ending_of("statement.grace")
    ('.csv', '')
    """
    _, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and ending.lower() in ENDINGS else ""


def file_label(name: str, sha256: str) -> str:
    """Name a file without its name, which often carries a customer's.

    Examples
    --------
    >>> file_label("0700 000 000 statement.pdf", "3f2a9c" + 58 * "0")
    'file 3f2a9c….pdf'
    """
    return f"file {sha256[:_SHA_SHOWN]}…{ending_of(name)}" if sha256 else f"file not read{ending_of(name)}"


def folded(name: str) -> tuple[str, ...]:
    """Return the parts of a name without case, accents and order, for comparing names.

    Examples
    --------
    >>> folded("WANJIRŨ, Grace") == folded("grace wanjiru")
    True
    """
    plain = unicodedata.normalize("NFKD", name)
    bare = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return tuple(sorted(re.findall(r"[^\W_]+", bare)))


@dataclass(frozen=True, slots=True)
class Protected:
    """Whom a case protects: victims and witnesses, as far as the evidence shows who they are.

    Attributes
    ----------
    instruments : frozenset of str
        Opaque ids of what is theirs.
    names : tuple of str
        As the evidence prints them.
    identifiers : tuple of Identifier
        Of those instruments. Names and identifiers are here to be hidden, never to be shown.
    """

    instruments: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.instruments or self.names)

    def hide(self, text: str) -> str:
        r"""Return free text with every spelling of what is protected taken out.

        Examples
        --------
        >>> one = Protected(names=("GRACE WANJIRU",), identifiers=(Identifier(Kind.MSISDN, "+254700000417"),))
        >>> one.hide("Gráce paid from 0700 000-417 to +254711111111")
        '•• paid from •• to +254711111111'
        >>> one.hide('{"of": "Gr\\u00e1ce"} gr%C3%A1ce')
        '{"of": "••"} ••'
        """
        pattern = _pattern(self.names, self.identifiers, sure=False)
        if not pattern or not text:
            return text
        opened = _opened(text)
        return pattern.sub(HIDDEN, opened if pattern.search(opened) else text)

    def hide_in_place(self, locator: str) -> str:
        """Return a locator without a protected name in a sheet's or member's name; numbers of rows stay."""
        pattern = _pattern(self.names, self.identifiers, sure=True)
        return pattern.sub(HIDDEN, locator) if pattern else locator

    def hide_in_assets(self, text: str) -> str:
        """Return text with its keys of assets free of the protected: a contract chooses its symbol freely.

        Examples
        --------
        >>> Protected(names=("GRACE WANJIRU",)).hide_in_assets("tron:TXYZ/Grace:6 of Grace")
        'tron:TXYZ/%E2%80%A2%E2%80%A2:6 of Grace'
        """
        return _ASSET.sub(lambda found: self._asset(found.group()), text) if self and "/" in text else text

    def _asset(self, key: str) -> str:
        try:
            asset = Asset.from_key(key)
        except AmountError:  # no key after all, only written like one
            return self.hide(key)
        return replace(asset, code=HIDDEN).key if self.occurs(asset.code) else key

    def occurs(self, text: str) -> bool:
        """Say whether free text holds anything that ``hide`` would take out."""
        pattern = _pattern(self.names, self.identifiers, sure=False)
        return bool(pattern and (pattern.search(text) or pattern.search(_opened(text))))

    def file_name(self, name: str, sha256: str, *, named: bool) -> str:
        """Return what a file is called: its name where names may be shown and it names nobody protected."""
        return name if named and not self.occurs(name) else file_label(name, sha256)

    def source(self, source: Source, *, named: bool) -> Source:
        """Return the record of an original as it may be shown."""
        return replace(
            source,
            name=self.file_name(source.name, source.sha256, named=named),
            supplier=self.hide(source.supplier),
            authority=self.hide(source.authority),
            handling=self.hide(source.handling),
        )

    def receipt(self, receipt: Receipt, *, named: bool) -> Receipt:
        """Return a receipt as it may be shown: what its texts quote of a file may name somebody."""
        return replace(
            receipt,
            name=self.file_name(receipt.name, receipt.sha256, named=named),
            rejected=tuple(self._reject(r, receipt.name, receipt.sha256, named) for r in receipt.rejected),
            left_out=tuple(self._reject(r, receipt.name, receipt.sha256, named) for r in receipt.left_out),
            reconciliation=tuple(
                replace(c, why=self.hide(c.why), locator=self.hide_in_place(c.locator))
                for c in receipt.reconciliation
            ),
            sums=self._sums(receipt.sums),
            assumptions={
                self.hide(k): self._without_name(v, receipt.name, receipt.sha256, named)
                for k, v in receipt.assumptions.items()
            },
        )

    def _sums(self, sums: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for key, sides in sums.items():
            kept = found.setdefault(self.hide_in_assets(key), dict.fromkeys(sides, "0"))
            kept.update({side: str(int(kept.get(side, "0")) + int(units)) for side, units in sides.items()})
        return found

    def _reject(self, reject: Reject, name: str, sha256: str, named: bool) -> Reject:
        return replace(
            reject,
            locator=self.hide_in_place(reject.locator),
            reason=self._without_name(reject.reason, name, sha256, named),
            hint=self._without_name(reject.hint, name, sha256, named),
            raw="",
        )

    def _without_name(self, text: str, name: str, sha256: str, named: bool) -> str:
        if name and (not named or self.occurs(name)):
            text = text.replace(name, file_label(name, sha256))
        return self.hide(text)


NOBODY = Protected()


def _opened(text: str) -> str:
    """Return text with letters and digits in place of their escapes in JSON and in addresses."""
    return _ESCAPED.sub(_letters, text) if "\\u" in text or "%" in text else text


def _letters(escape: re.Match[str]) -> str:
    meant = chr(int(escape[1], 16)) if escape[1] else unquote(escape[2])
    return meant if meant.isalnum() else escape[0]


@lru_cache(maxsize=64)
def _pattern(
    names: tuple[str, ...], identifiers: tuple[Identifier, ...], *, sure: bool
) -> re.Pattern[str] | None:
    """Return what finds every spelling; ``sure`` leaves out short numbers, which may be anything."""
    parts = {part for name in names for part in _parts(name)}
    wanted = {_spelt(part) for part in parts}
    for identifier in identifiers:
        if identifier.kind in _NOT_PERSONAL:
            continue
        if identifier.kind is Kind.NAME:
            wanted |= {_spelt(part) for part in _parts(identifier.value)}
        else:
            wanted |= _number(identifier, sure=sure)
    if not wanted:
        return None
    return re.compile("|".join(sorted(wanted, key=lambda p: (-len(p), p))), re.IGNORECASE)


def _parts(name: str) -> list[str]:
    return [p for p in folded(name) if len(p) >= _SHORTEST_PART and p not in _NO_NAMES and not p.isdigit()]


def _spelt(part: str) -> str:
    """Return a pattern for a folded part of a name; a very short one counts only as a word of its own."""
    spelt = "".join(_letter(c) + _ACCENTS for c in part)
    return rf"(?<![^\W\d_]){spelt}(?![^\W\d_])" if len(part) == _SHORTEST_PART else spelt


def _letter(char: str) -> str:
    same = _variants().get(char, [])
    return "[" + "".join(re.escape(c) for c in sorted({char, char.upper()[0], *same})) + "]"


@cache
def _variants() -> dict[str, list[str]]:
    """Return, for each plain letter and digit, every character that decomposes to it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for code in range(0xA0, min(sys.maxunicode, 0x1FFFF) + 1):
        char = chr(code)
        if char.isdecimal():
            found[str(unicodedata.decimal(char))].append(char)
        elif char.isalpha():
            bare = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
            if len(bare) == 1 and bare[0].isascii():
                found[bare[0].casefold()].append(char)
    return dict(found)


def _number(identifier: Identifier, *, sure: bool) -> set[str]:
    value = identifier.value
    if is_masked(value):
        return set()
    if identifier.kind is Kind.MSISDN:
        return {_telephone(value)}
    bare = re.sub(r"[^0-9A-Za-z]", "", value)
    shortest = _SURE_NUMBER if sure else _SHORTEST_NUMBER
    if len(bare) < shortest or not any(c.isdigit() for c in bare):
        return {_spelt(p) for p in _parts(value)} if len(value) >= _SHORTEST_PART else set()
    trimmed = bare.lstrip("0") if bare.isdigit() and len(bare.lstrip("0")) >= shortest else bare
    spelt = "0*" * (trimmed != bare) + _BETWEEN.join(_letter(c) for c in trimmed.casefold())
    return {spelt if len(trimmed) >= _SURE_NUMBER else rf"(?<![0-9A-Za-z]){spelt}(?![0-9A-Za-z])"}


def _telephone(e164: str) -> str:
    """Return a pattern for a number however it is dialled: +254…, 00254…, 254…, 0…, bare, grouped."""
    number = phonenumbers.parse(e164)
    own = phonenumbers.national_significant_number(number)
    code = _BETWEEN.join(_letter(c) for c in str(number.country_code))
    zero = _letter("0")
    before = rf"(?:(?:\+|%2B|{zero}{_BETWEEN}{zero}{_BETWEEN})?{code}{_BETWEEN})?(?:\(?{zero}\)?{_BETWEEN})?"
    return before + _BETWEEN.join(_letter(c) for c in own)
