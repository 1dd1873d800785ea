"""Words of the interface: one catalogue file a language, every key in every file.

What the evidence or a computation says is never here; this is only what the screen calls things.
Sentences are hedged in every language: a lead is a reason to look, never a finding about anyone.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_datetime

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

LANGUAGES = {"en": "English", "fr": "Français", "sw": "Kiswahili", "am": "አማርኛ"}
"""Code and own name; the order of the menu."""
DEFAULT = "en"


class UnknownWordError(KeyError):
    """A template asks for words that the catalogue does not hold: a fault of ours, found by tests."""


def flat(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Return nested tables as one, keys joined by points.

    Examples
    --------
    >>> flat({"case": {"title": "Case", "files": {"one": "file"}}})
    {'case.title': 'Case', 'case.files.one': 'file'}
    """
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = str(value)
    return found


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return the words of one language by key; every ``*.toml`` in its folder counts."""
    found: dict[str, str] = {}
    folder = files("api.web").joinpath("strings", language)
    for place in sorted(folder.iterdir(), key=lambda p: p.name):
        if place.name.endswith(".toml"):
            found |= flat(tomllib.loads(place.read_text(encoding="utf-8")))
    return found


def chosen(wanted: str, accepted: str = "") -> str:
    """Return the language to speak: what was chosen, else the first that the browser asks for.

    Examples
    --------
    >>> chosen("sw"), chosen("", "de,fr;q=0.8"), chosen("xx", "")
    ('sw', 'fr', 'en')
    """
    asked = [wanted, *(part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))]
    return next((code for code in asked if code in LANGUAGES), DEFAULT)


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language as templates use it: ``t("case.title")``, ``t.n("case.files", 12)``."""

    code: str

    def __call__(self, key: str, **values: object) -> str:
        """Return the words of a key with its places filled in."""
        words = catalogue(self.code).get(key)
        if words is None:
            raise UnknownWordError(f"{key} in {self.code}")
        return words.format(**values) if values else words

    def n(self, key: str, number: int, **values: object) -> str:
        """Return the words for so many of something, with ``{n}`` grouped by thousands."""
        form = Locale(self.code).plural_form(number)
        known = catalogue(self.code)
        rule = f"{key}.{form}" if f"{key}.{form}" in known else f"{key}.other"
        return self(rule, n=f"{number:,}", **values)

    def has(self, key: str) -> bool:
        """Say whether the catalogue holds words for a key; for codes that plug-ins bring."""
        return key in catalogue(self.code)

    def word(self, group: str, code: str) -> str:
        """Return the words for a code (a verdict, a kind); the code itself where there are none."""
        key = f"{group}.{code}"
        return self(key) if self.has(key) else code.replace("_", " ")

    def moment(self, at: dt.datetime, pattern: str = "d MMM y HH:mm:ss") -> str:
        """Write a moment in this language's months, digits Western."""
        return format_datetime(at, pattern, tzinfo=at.tzinfo, locale=self.code)

    def day(self, at: dt.date) -> str:
        """Write a day."""
        return format_date(at, "d MMM y", locale=self.code)

    @property
    def direction(self) -> str:
        """Return ``ltr`` or ``rtl``."""
        return str(Locale(self.code).text_direction)
