"""Says a lead in words: a hedged sentence a typology, in each language, filled from the lead's figures.

The sentences are data, so that whoever knows the language can correct them without touching a rule.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from string import Formatter
from types import MappingProxyType
from typing import TYPE_CHECKING

from analytics.errors import AnalyticsError

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "analytics.sentences"
SECTIONS = ("phrases", "words", "severities", "verdicts", "innocent", "typologies")
DEFAULT = "en"
UNKNOWN = "?"
"""A figure that the evidence does not give."""


class SentenceError(AnalyticsError):
    """A sentence that is not there, or that wants a figure which its lead does not have."""

    code = "sentence"


@cache
def languages() -> Mapping[str, str]:
    """Return the name of each language by its code.

    >>> sorted(languages())
    ['am', 'en', 'fr', 'sw']
    """
    return MappingProxyType({code: text for code, (text, _) in _read().items()})


def phrase(code: str, language: str = DEFAULT, **values: str | int) -> str:
    """Return a fixed phrase.

    >>> phrase("not_a_finding")
    'A lead is a reason to look, not a finding about anyone.'
    """
    return fill(template("phrases", code, language), values)


def lead_sentence(
    typology: str,
    figures: Mapping[str, object],
    language: str = DEFAULT,
    own: Mapping[str, str] | None = None,
) -> str:
    """Return the sentence of a lead.

    Parameters
    ----------
    typology : str
        Id, as ``RA-01``.
    figures : mapping
        Figures of the lead: texts and whole numbers; those that the sentence does not use are left.
    own : mapping, optional
        Templates by language of a typology that is not in our files; English stands in for a
        language that it lacks.

    Raises
    ------
    SentenceError
        Neither the files nor ``own`` have a sentence, or a figure is missing.
    """
    if own:
        found = own.get(language) or own.get(DEFAULT)
        if not found:
            raise SentenceError(
                "a typology of a plug-in says nothing in English", typology=typology, hint="add en"
            )
        return fill(found, _told(figures, language))
    return fill(template("typologies", typology, language), _told(figures, language))


def _told(figures: Mapping[str, object], language: str) -> dict[str, object]:
    """Say in words which figures the evidence does not give."""
    return {k: template("words", "unknown", language) if v == UNKNOWN else v for k, v in figures.items()}


def innocent_sentence(
    pattern: str, verdict: str, language: str = DEFAULT, own: Mapping[str, str] | None = None
) -> str:
    """Return an innocent pattern with its verdict.

    >>> innocent_sentence("payroll", "not supported")
    'wages paid at a steady rhythm: the evidence does not support it'
    """
    named = (own.get(language) or own.get(DEFAULT)) if own else None
    told = named or template("innocent", pattern, language)
    return f"{told}: {template('verdicts', verdict, language)}"


def template(section: str, code: str, language: str) -> str:
    """Return a sentence as the files have it.

    Raises
    ------
    SentenceError
        No such language, section or sentence.
    """
    tables = _read()
    if language not in tables:
        raise SentenceError("no such language", language=language, hint="one of " + ", ".join(tables))
    found = tables[language][1].get(section, {}).get(code)
    if found is None:
        raise SentenceError("no such sentence", section=section, sentence=code, language=language)
    return found


def placeholders(text: str) -> frozenset[str]:
    """Return the names of the figures that a sentence wants.

    >>> sorted(placeholders("{a} of {b}"))
    ['a', 'b']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def fill(text: str, figures: Mapping[str, object]) -> str:
    """Put figures into a sentence; a figure is a text or a whole number, never a float."""
    wanted = placeholders(text)
    missing = sorted(wanted - figures.keys())
    if missing:
        raise SentenceError("the lead lacks a figure of its sentence", figures=", ".join(missing))
    values = {name: figures[name] for name in wanted}
    wrong = sorted(name for name, value in values.items() if not isinstance(value, str | int))
    if wrong:
        raise SentenceError("a figure is neither text nor whole number", figures=", ".join(wrong))
    return text.format_map(values)


@cache
def _read() -> Mapping[str, tuple[str, Mapping[str, Mapping[str, str]]]]:
    found = {}
    for entry in sorted(files(FOLDER).iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            table = tomllib.loads(entry.read_text(encoding="utf-8"))
            sections = {name: MappingProxyType(table[name]) for name in SECTIONS}
            found[entry.name.removesuffix(".toml")] = (str(table["language"]), MappingProxyType(sections))
    return MappingProxyType(found)
