"""Values of a graph as they are saved: JSON that says the type, and what an instant or an amount in it is.

Texts, booleans and integers (of any size) are themselves. Everything else is an object that names
its type: ``{"float": "0.1"}`` with the digits that a float prints, ``{"datetime": "…"}`` (and
``"zone"``), ``{"localdatetime": "…"}``, ``{"date": "…"}``, ``{"time": …}``, ``{"localtime": …}``,
``{"duration": …}``, ``{"point": …}``, ``{"bytes": "hex"}``, ``{"map": {…}}``; a list is a JSON array.
A text of more than a mebibyte is ``{"long text": {"characters", "sha256", "start"}}``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from graph.errors import AmountError, IdentifierError, InstantError
from graph.model.amounts import Asset, fiat, parse_units, token
from graph.model.instants import Instant, epoch_instant, iso_text, parse_instant, parse_iso
from graph.model.intervals import DAY, MINUTE, SECOND
from ingest.errors import MappingError

if TYPE_CHECKING:
    from ingest.neo4j_graph.mapping import AssetOf, Money, When

LONGEST_TEXT = 1 << 20
LONGEST_ID = 400
LONGEST_HOLDER = 1000
_BRIEF = 200
_WIDTHS = {"millisecond": 1000, "second": SECOND, "minute": MINUTE, "day": DAY}
_TIMES = ("datetime", "localdatetime", "date")
_NOISE = Fraction(1, 1000)


def sort_of(value: Any) -> str:
    """Return what a saved value is, in words.

    Examples
    --------
    >>> sort_of({"float": "0.5"}), sort_of([1]), sort_of(True), sort_of(None)
    ('float', 'list', 'boolean', 'nothing')
    """
    if isinstance(value, dict) and value:
        return "datetime" if "datetime" in value else str(next(iter(value)))[:40]
    names = {str: "text", bool: "boolean", int: "integer", list: "list", type(None): "nothing"}
    return names.get(type(value), "object")


def identifier_text(value: Any, named: str = "") -> str:
    """Return the text of an identifier: a text, or an integer's digits.

    Raises
    ------
    IdentifierError
        Nothing, a float (which may have lost digits), or any other sort of value.
    """
    if type(value) is int:
        return str(value)
    if isinstance(value, str) and value.strip() and len(value) <= LONGEST_ID:
        return value.strip()
    if isinstance(value, str):
        raise IdentifierError("the identifier is too long" if value.strip() else "the identifier is blank")
    hint = f"the property {named!r} of it identifies nothing" if named else ""
    hint = "a float may have lost digits: ask for a text" if sort_of(value) == "float" else hint
    raise IdentifierError(f"the identifier is {_a(value)}", hint=hint)


def word_of(value: Any) -> str:
    """Return a value as one line of text: what a status, a channel or a narration says; blank for none.

    Examples
    --------
    >>> word_of(True), word_of({"float": "0.5"}), word_of(["a", "b"]), word_of(None)
    ('true', '0.5', 'a, b', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(word_of(v) for v in value)
    if isinstance(value, dict):
        return _told(value)
    return str(value).strip()


def brief(text: str) -> str:
    """Return a word that is counted and compared; of one that is a story, its start and its length.

    Examples
    --------
    >>> brief("USSD"), brief("x" * 300)[198:]
    ('USSD', 'xx [… 300 characters]')
    """
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]} [… {len(text)} characters]"


def _told(value: dict[str, Any]) -> str:
    long = value.get("long text")
    if isinstance(long, dict):
        return f"{long.get('start')} [… {long.get('characters')} characters, sha256 {long.get('sha256')}]"
    return ", ".join(word_of(v) for k, v in sorted(value.items()) if k != "zone")


def instant_of(value: Any, when: When) -> Instant:
    """Read a time property.

    Raises
    ------
    InstantError
        No time, a sort of value that is none, or a time that cannot be.

    Examples
    --------
    >>> from ingest.neo4j_graph.mapping import When
    >>> i = instant_of({"localdatetime": "2026-09-03T09:14:07.000000000"}, When("at"))
    >>> iso_text(i.lo), i.precision
    ('2026-09-03T06:14:07+00:00', 'second')
    """
    if value is None:
        raise InstantError("no time in it", hint=f"the property {when.property!r} is missing or null")
    found = _instant(value, when)
    return _widened(found, when) if when.precision else found


def _instant(value: Any, when: When) -> Instant:
    sort = sort_of(value)
    if sort in _TIMES and isinstance(value[sort], str):
        return parse_iso(_plain_fraction(value[sort]), when.zone)
    if sort == "text":
        return _printed(value, when)
    if sort == "integer" and when.unit:
        return epoch_instant(value, when.unit)
    hint = "say its unit (s, ms or us) in the mapping" if sort == "integer" else "map a date or a text"
    raise InstantError(f"the time is {_a(value)}", hint=hint)


def _printed(text: str, when: When) -> Instant:
    problem = InstantError("no pattern for times")
    for pattern in when.formats:
        try:
            return parse_iso(text, when.zone) if pattern == "iso" else parse_instant(text, pattern, when.zone)
        except InstantError as cause:
            problem = cause
    raise InstantError(problem.what, hint=problem.hint or f"expected: {' or '.join(when.formats)}")


def _plain_fraction(text: str) -> str:
    """Take the zeros off a fraction: a date-time has nine decimals, whatever its facts have."""
    head, point, rest = text.partition(".")
    if not point:
        return text
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    kept = digits.rstrip("0")
    return head + (f".{kept}" if kept else "") + rest[len(digits) :]


def _widened(found: Instant, when: When) -> Instant:
    width = _WIDTHS[when.precision]
    if found.hi - found.lo >= width:
        return found
    if when.precision == "day":
        return parse_iso(iso_text(found.lo, when.zone)[:10], when.zone)
    lo = found.lo - found.lo % width
    return Instant(lo, lo + width, found.raw, found.zone, found.alternatives)


def asset_of(value: Any, spec: AssetOf) -> Asset:
    """Return what an amount counts.

    Raises
    ------
    AmountError
        Neither a token of the mapping nor a currency.
    """
    said = word_of(value) or spec.code
    if not said:
        raise AmountError("no currency in it", hint=f"the property {spec.property!r} is missing or null")
    name = str(spec.alias.get(said, said)).strip()
    if name not in spec.tokens:
        return fiat(name)
    facts = spec.tokens[name]
    if not isinstance(facts, dict) or not {"chain", "exponent"} <= set(facts):
        raise MappingError("a token has chain, contract and exponent", token=name)
    return token(str(facts["chain"]), str(facts.get("contract", "")), name, facts["exponent"])


def units_of(value: Any, money: Money, asset: Asset) -> tuple[int, str]:
    """Read an amount exactly: base units, maybe below zero, and a mark where it came as a float.

    Raises
    ------
    AmountError
        No amount, more decimals than the asset has, or a sort of value that counts nothing.

    Examples
    --------
    >>> from ingest.neo4j_graph.mapping import Money
    >>> kes = fiat("KES")
    >>> units_of(1250, Money("a", unit="minor"), kes), units_of("12.50", Money("a"), kes)
    ((1250, ''), (1250, ''))
    >>> units_of({"float": "0.30000000000000004"}, Money("a", floats="nearest"), kes)
    (30, 'float source 0.30000000000000004')
    """
    places = (asset.exponent or 0) if money.unit == "major" else 0
    sort = sort_of(value)
    if sort == "integer":
        return value * 10**places, ""
    if sort == "text":
        return parse_units(value, places, money.decimal, money.group), ""
    if sort == "float":
        digits = str(value["float"])
        return _whole(digits, places, money), f"float source {digits}"
    if value is None:
        raise AmountError("no amount in it", hint=f"the property {money.property!r} is missing or null")
    raise AmountError(f"the amount is {_a(value)}", hint="map a number, or its digits as text")


def _whole(digits: str, places: int, money: Money) -> int:
    try:
        exact = Fraction(digits) * 10**places
    except ValueError as cause:
        raise AmountError("a float that is no number") from cause
    near: int = round(exact)
    if exact == near or (money.floats == "nearest" and abs(exact - near) < _NOISE):
        return near
    raise AmountError(
        "a float with more decimals than the asset has",
        places=places,
        hint="it is the noise of a float? floats: nearest in the mapping takes what is that near",
    )


def _a(value: Any) -> str:
    sort = sort_of(value)
    return sort if sort == "nothing" else f"a {sort}" if sort[0] not in "aeiou" else f"an {sort}"
