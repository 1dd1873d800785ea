"""Subscriber numbers (ITU-T E.164), whole or masked.

Whole numbers become ``+`` and digits. A masked number becomes ``+2547*****000``: country code and
visible digits in place, each ``*`` one hidden digit. Printed runs do not keep their length
(``2547***000`` hides five digits), so a single run is stretched to the length that mobile numbers
of the country have; where that does not settle the length, a run is written ``...``.
"""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from graph.errors import IdentifierError
from graph.model.identifiers.masks import RUN, plain, runs

_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_FLOAT = re.compile(r"\+?\d+\.0+")
_ALLOWED = re.compile(r"\+?[0-9() ./\-]+")
_PUNCTUATION = re.compile(r"[() ./\-]")
_LONGEST_CODE = 3


def canonical(text: str, region: str = "KE") -> str:
    """Return the E.164 form of a number, or the canonical masked form of a mask.

    Parameters
    ----------
    text : str
        As printed. ``region`` (ISO 3166 alpha-2) reads numbers without a country code.

    Raises
    ------
    IdentifierError
        Letters, scientific notation, a number of a length the country does not have, or a mask that
        shows no digit or hides none.

    Examples
    --------
    >>> canonical("0700 000 000"), canonical("256700000000"), canonical("2547***000")
    ('+254700000000', '+256700000000', '+2547*****000')
    """
    digits = plain(text)
    if _SCIENTIFIC.fullmatch(digits) or _FLOAT.fullmatch(digits):
        raise IdentifierError(
            "a spreadsheet turned this subscriber number into a quantity",
            text=text,
            hint="digits may be lost: ask for the column as text",
        )
    if runs(digits):
        return _masked(digits, region, text)
    if not _ALLOWED.fullmatch(digits):
        raise IdentifierError("a subscriber number has digits only", text=text)
    number = _number(digits, region)
    if number is None:
        raise IdentifierError(
            "not the length of a subscriber number", text=text, region=region, hint="write + and country code"
        )
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_assigned(e164: str) -> bool:
    """Say whether the whole number lies in a range known to be in use (metadata lags new ranges)."""
    return phonenumbers.is_valid_number(phonenumbers.parse(e164))


def _number(digits: str, region: str) -> PhoneNumber | None:
    bare = _PUNCTUATION.sub("", digits)
    if bare.startswith("00"):
        found = _possible("+" + bare[2:], None)
        if found is not None:
            return found
    found = _possible(bare, region)
    if found is None and not bare.startswith(("+", "0")):
        abroad = _possible("+" + bare, None)
        if abroad is not None and phonenumbers.is_valid_number(abroad):
            return abroad
    return found


def _possible(text: str, region: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_for_type_with_reason(number, PhoneNumberType.MOBILE)
    return number if reason == ValidationResult.IS_POSSIBLE else None


def _masked(digits: str, region: str, text: str) -> str:
    bare = _PUNCTUATION.sub("", re.sub(r"\.{2,}", "***", digits))
    hidden = runs(bare)
    shown = "".join(c for c in bare if c.isdigit())
    if not shown or not re.fullmatch(r"\+?[0-9*#?•●∙·█xX]+", bare):
        raise IdentifierError("a masked number shows some digits and no other letters", text=text)
    pieces = [
        bare[a:b] for a, b in zip([0, *(e for _, e in hidden)], [*(s for s, _ in hidden), None], strict=True)
    ]
    code, head, lengths = _country(pieces[0], len(bare), region)
    pieces[0] = head
    return code + _fill(pieces, [b - a for a, b in hidden], lengths, text)


def _country(head: str, printed: int, region: str) -> tuple[str, str, tuple[int, ...]]:
    """Split visible leading digits into ``+code`` and the rest; with the lengths of mobile numbers."""
    own = phonenumbers.country_code_for_region(region)
    metadata = PhoneMetadata.metadata_for_region(region)
    if head in ("", "+"):
        return "", "", ()
    if head.startswith(("+", "00")):
        return _abroad(head.lstrip("+0"))
    trunk = metadata.national_prefix if metadata else None
    if trunk and head.startswith(trunk):
        return f"+{own}", head.removeprefix(trunk), _lengths(metadata)
    if own and head.startswith(str(own)):
        return f"+{own}", head.removeprefix(str(own)), _lengths(metadata)
    if printed in _lengths(metadata) and _begins_mobile(own, head, printed):
        return f"+{own}", head, _lengths(metadata)
    return _abroad(head)


def _begins_mobile(code: int, head: str, length: int) -> bool:
    """Say whether some number of this length that begins so is in use."""
    filled = (f"+{code}{head.ljust(length, digit)}" for digit in "0123456789")
    return any(is_assigned(number) for number in filled)


def _abroad(head: str) -> tuple[str, str, tuple[int, ...]]:
    for width in range(1, _LONGEST_CODE + 1):
        code = int(head[:width] or 0)
        if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE and len(head) >= width:
            region = phonenumbers.region_code_for_country_code(code)
            return f"+{code}", head[width:], _lengths(PhoneMetadata.metadata_for_region(region))
    return "+", head, ()


def _lengths(metadata: PhoneMetadata | None) -> tuple[int, ...]:
    if metadata is None or metadata.mobile is None:
        return ()
    return tuple(n for n in metadata.mobile.possible_length if n > 0)


def _fill(pieces: list[str], printed: list[int], lengths: tuple[int, ...], text: str) -> str:
    shown = sum(map(len, pieces))
    if lengths and shown >= max(lengths):
        raise IdentifierError("the mask hides no digit of a number this long", text=text)
    exact = len(lengths) == 1 and shown + sum(printed) == lengths[0]
    if exact:
        fills = ["*" * n for n in printed]
    elif len(printed) == 1 and len(lengths) == 1:
        fills = ["*" * (lengths[0] - shown)]
    else:
        fills = [RUN] * len(printed)
    return "".join(a + b for a, b in zip(pieces, [*fills, ""], strict=True))
