"""How a name looks to whoever reads it: two names that print alike are one to the eye.

A token's symbol and name are chosen by whoever deploys the contract. Letters of other scripts, invisible
signs and accents make a false name pass for a known one, so names are compared by their looks.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml


@lru_cache(maxsize=1)
def _signs() -> dict[int, str]:
    """Return the Latin letter that each sign of another script prints like."""
    listed = yaml.safe_load(Path(__file__).with_name("printed_like.yaml").read_text(encoding="utf-8"))
    return {ord(sign): latin for latin, signs in listed.items() for sign in signs}


@lru_cache(maxsize=4096)
def looks(text: str) -> str:
    r"""Write a name as it looks: compatibility forms, case, accents, gaps and other scripts aside.

    References
    ----------
    Unicode Technical Standard 39, confusable detection, for the signs that imitate token names.

    Examples
    --------
    >>> looks("U\u200bSD\u0422") == looks("usdt")
    True
    """
    seen = text.casefold().translate(_signs())  # before NFKD, which makes another letter of the lunate sigma
    folded = unicodedata.normalize("NFKD", seen).casefold().translate(_signs())
    return "".join(sign for sign in folded if sign.isalnum())
