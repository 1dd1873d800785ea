"""Exact amounts: integer base units of one asset.

No float ever holds money, assets are never added together, and an amount with more decimals than
its asset has is refused rather than rounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from babel.numbers import get_currency_precision, list_currencies
from iso4217 import raw_table

from graph.errors import AmountError
from graph.model.identifiers import evm, tron

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMN_DIGITS = 38
COLUMN_LIMIT: int = 10**COLUMN_DIGITS
LONGEST_TEXT = 400  # 2**256 with 255 decimal places has 333 digits
BLANK = " \t\r\n\u00a0"
_MOST_EXPONENT = 255
_SHARED_CURRENCIES = {"XAF", "XCD", "XCG", "XOF", "XPF"}
_KEY = re.compile(r"(?:([^:/]+):([^:/]*)/)?([^:/]+):(\?|0|[1-9]\d{0,2})")


@dataclass(frozen=True, slots=True, order=True)
class Asset:
    """What an amount counts.

    Parameters
    ----------
    code : str
        ISO 4217 code, or the symbol of a coin or token (which proves nothing: contracts choose it).
    exponent : int or None
        Decimal places of one whole unit; None where it is not known, and amounts stay in base units.
    chain, contract : str
        Where a token lives; both empty for fiat, ``contract`` empty for a chain's own coin.

    Examples
    --------
    >>> fiat("KES").key, token("bitcoin", "", "BTC", 8).key
    ('KES:2', 'bitcoin:/BTC:8')
    """

    code: str
    exponent: int | None
    chain: str = ""
    contract: str = ""

    def __post_init__(self) -> None:
        if not self.code or (self.contract and not self.chain):
            raise AmountError("an asset has a code, and a contract has a chain", asset=repr(self))
        if self.exponent is not None and not 0 <= self.exponent <= _MOST_EXPONENT:
            raise AmountError("an exponent lies between 0 and 255", code=self.code, exponent=self.exponent)

    @property
    def key(self) -> str:
        """Canonical text: ``KES:2`` or ``chain:contract/SYMBOL:6``; ``?`` for an unknown exponent."""
        place = f"{quote(self.chain, safe='')}:{quote(self.contract, safe='')}/" if self.chain else ""
        return f"{place}{quote(self.code, safe='')}:{'?' if self.exponent is None else self.exponent}"

    @classmethod
    def from_key(cls, key: str) -> Asset:
        """Read back ``key``; text that ``key`` would not write is an AmountError."""
        found = _KEY.fullmatch(key)
        if found is None:
            raise AmountError("an asset key reads CODE:EXPONENT or chain:contract/SYMBOL:EXPONENT", key=key)
        chain, contract, code, exponent = found.groups(default="")
        asset = cls(
            unquote(code), None if exponent == "?" else int(exponent), unquote(chain), unquote(contract)
        )
        if asset.key != key:
            raise AmountError("asset key is not in canonical form", key=key, hint=f"write {asset.key}")
        return asset


@lru_cache(maxsize=512)
def fiat(code: str) -> Asset:
    """Return a currency by its ISO 4217 code, with the minor units of that standard.

    A currency withdrawn from the standard, which old evidence may name, has the minor units that Unicode
    CLDR gives.

    Raises
    ------
    AmountError
        A code that is no currency: unknown, a metal, a test code or ``XXX``.

    Examples
    --------
    >>> [fiat(c).exponent for c in ("KES", "UGX", "DJF", "ETB", "LYD", "SOS", "YER")]
    [2, 0, 0, 2, 3, 2, 2]
    """
    name = code.strip().upper()
    pseudo = name.startswith("X") and name not in _SHARED_CURRENCIES
    if pseudo or name not in list_currencies():
        raise AmountError("no such currency", code=code, hint="use the ISO 4217 code, such as KES")
    units = str(raw_table.get(name, {}).get("CcyMnrUnts", ""))
    return Asset(name, int(units) if units.isdigit() else get_currency_precision(name))


def token(chain: str, contract: str, symbol: str, exponent: int | None) -> Asset:
    """Return a coin or token; the contract's address takes its canonical form.

    Examples
    --------
    >>> token("ethereum", "0x" + "00" * 20, "ETH2", 18).contract
    '0x0000000000000000000000000000000000000000'
    """
    if not chain:
        raise AmountError("a token lives on a chain", symbol=symbol)
    if contract.startswith(("0x", "0X", "T")) and chain == "tron":
        contract = tron.canonical(contract)
    elif contract.startswith(("0x", "0X")):
        contract = evm.canonical(contract)
    return Asset(symbol, exponent, chain, contract)


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount, possibly negative, of one asset.

    Parameters
    ----------
    units : int
        Base units: cents, satoshi, wei.
    asset : Asset
        What is counted. Fiat above 38 digits is refused; a token amount above is kept, see ``fits``.

    Examples
    --------
    >>> kes = fiat("KES")
    >>> (Amount.parse("1,000.50", kes) - Amount(50, kes)).text()
    '1000.00'
    """

    units: int
    asset: Asset

    def __post_init__(self) -> None:
        if type(self.units) is not int:
            raise AmountError("an amount is a whole number of base units", units=repr(self.units))
        if not self.fits and not self.asset.chain:
            raise AmountError("a sum of money of more than 38 digits", asset=self.asset.key)

    @property
    def fits(self) -> bool:
        """Whether a column of 38 digits holds it; one that does not fit stays out of every sum."""
        return abs(self.units) < COLUMN_LIMIT

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.units + self._same(other), self.asset)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.units - self._same(other), self.asset)

    def __neg__(self) -> Amount:
        return Amount(-self.units, self.asset)

    def _same(self, other: Amount) -> int:
        if self.asset != other.asset:
            raise AmountError(
                "two assets are never added",
                left=self.asset.key,
                right=other.asset.key,
                hint="a conversion record says what one is worth in the other",
            )
        return other.units

    def text(self) -> str:
        """Return the canonical decimal: no grouping, every decimal place of the asset."""
        places = self.asset.exponent or 0
        digits = str(abs(self.units)).rjust(places + 1, "0")
        sign = "-" if self.units < 0 else ""
        return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)

    @classmethod
    def parse(cls, text: str, asset: Asset, decimal: str = ".", group: str = ",") -> Amount:
        """Read a printed amount exactly; see ``parse_units`` for what is refused."""
        return cls(parse_units(text, asset.exponent or 0, decimal, group), asset)


def parse_units(text: str, exponent: int, decimal: str = ".", group: str = ",") -> int:
    """Return the base units of a printed amount.

    Parameters
    ----------
    text : str
        Optional sign, ASCII digits, groups of three or none, decimals. Blanks around it are ignored;
        brackets, trailing signs and currency names belong to normalisation.
    exponent : int
        Decimal places of the asset.
    decimal, group : str
        Decimal sign; grouping sign, empty for none (a space also stands for the no-break spaces).

    Raises
    ------
    AmountError
        Blank text, exponent notation, NaN, other digits, or non-zero decimals beyond the exponent.

    Examples
    --------
    >>> parse_units("1,000.50", 2), parse_units("100.00", 0), parse_units("-.5", 1)
    (100050, 100, -5)
    """
    bare = text.strip(BLANK)
    if not re.fullmatch(grammar(None, decimal, group), bare):
        raise AmountError("no plain decimal amount", text=text, hint=f"digits with {decimal} as decimal sign")
    for sign in group_signs(group):
        bare = bare.replace(sign, "")
    whole, _, fraction = bare.partition(decimal)
    if fraction[exponent:].strip("0"):
        raise AmountError("more decimals than the asset has", text=text, places=exponent)
    if len(bare) > LONGEST_TEXT:
        raise AmountError("longer than any amount", characters=len(bare))
    ones = "" if whole[-1:].isdigit() else "0"
    return int(f"{whole}{ones}{fraction[:exponent].ljust(exponent, '0')}")


def grammar(exponent: int | None, decimal: str, group: str) -> str:
    """Return the pattern of a printed amount, of those with at most ``exponent`` significant decimals.

    The pattern means the same to Python and to RE2, which reads whole columns.
    """
    digits = any(c.isalnum() or c in "+-" for c in decimal + group)
    if len(decimal) != 1 or len(group) > 1 or decimal == group or digits:
        raise AmountError("decimal and grouping sign are two different signs", decimal=decimal, group=group)
    signs = "".join(group_signs(group))
    whole = f"(?:[0-9]+|[0-9]{{1,3}}(?:[{re.escape(signs)}][0-9]{{3}})+)" if signs else "[0-9]+"
    places = {None: "[0-9]+", 0: "0+"}.get(exponent, f"[0-9]{{1,{exponent}}}0*")
    return f"[+-]?(?:{whole}(?:{re.escape(decimal)}{places})?|{re.escape(decimal)}{places})"


def group_signs(group: str) -> tuple[str, ...]:
    """Return every sign that stands for the grouping sign ``group``."""
    return (" ", "\u00a0", "\u202f") if group == " " else tuple(group)


def largest_remainder(shares: Mapping[str, Fraction], total: int) -> dict[str, int]:
    """Split ``total`` base units in proportion to exact shares, to the last unit.

    Parameters
    ----------
    shares : mapping of str to Fraction
        Non-negative weights, or exact amounts that sum to ``total``.
    total : int
        What the parts sum to.

    Returns
    -------
    dict of str to int
        In order of key; each within one unit of its exact share. Equal remainders: the lower key
        first.

    References
    ----------
    Hamilton's method of largest remainders.

    Examples
    --------
    >>> largest_remainder({"a": Fraction(1), "b": Fraction(1), "c": Fraction(1)}, 100)
    {'a': 34, 'b': 33, 'c': 33}
    """
    whole = sum(shares.values(), Fraction(0))
    if any(s < 0 for s in shares.values()):
        raise AmountError("a share is not negative", shares=str(dict(shares)))
    if not whole:
        if total:
            raise AmountError("nothing to split by: the shares sum to nothing", total=total)
        return dict.fromkeys(sorted(shares), 0)
    quotas = {key: Fraction(shares[key]) * total / whole for key in sorted(shares)}
    parts = {key: quota.__floor__() for key, quota in quotas.items()}
    by_remainder = sorted(quotas, key=lambda key: (parts[key] - quotas[key], key))
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    return parts
