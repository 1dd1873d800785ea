"""International bank account numbers (ISO 13616), checked by length, structure and check digits."""

from __future__ import annotations

import schwifty
from schwifty.exceptions import SchwiftyException

from graph.errors import IdentifierError
from graph.model.identifiers.masks import collapse, is_masked, plain


def canonical(text: str) -> str:
    """Return the electronic form: upper case, no spaces; a masked one keeps only what it shows.

    Raises
    ------
    IdentifierError
        Unknown country, wrong length or structure, or check digits that do not hold. Kenya, Uganda,
        Ethiopia, Rwanda and Tanzania have no IBAN: their accounts are plain accounts.

    Examples
    --------
    >>> canonical("gb29 NWBK 6016 1331 9268 19"), canonical("GB29 **** **** 19")
    ('GB29NWBK60161331926819', 'GB29...19')
    """
    compact = "".join(plain(text).split()).replace("-", "").upper()
    masked = collapse(compact, letters=3)
    if is_masked(masked):
        return masked
    try:
        return str(schwifty.IBAN(compact))
    except SchwiftyException as problem:
        raise IdentifierError("no valid IBAN", text=text, reason=str(problem)) from problem
