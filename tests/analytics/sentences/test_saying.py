"""Every language says the same, hedged, with the same figures."""

from __future__ import annotations

import re

import pytest

from analytics.sentences.saying import (
    SECTIONS,
    SentenceError,
    _read,
    fill,
    innocent_sentence,
    languages,
    lead_sentence,
    phrase,
    placeholders,
    template,
)
from tests.architecture.test_names import banned_words

EVERY = [(s, c) for s in SECTIONS for c in _read()["en"][1][s]]
VERDICTS = ("supported", "partly", "not supported", "not evaluated")
SURE = re.compile(
    r"\b(criminal|launder(?:er|ed|s)|guilty|suspect(?:s|ed)?|crime|offender|proves?|kidnapper|illegal)\b",
    re.IGNORECASE,
)


def test_the_languages_of_the_region() -> None:
    assert dict(languages()) == {"am": "አማርኛ", "en": "English", "fr": "français", "sw": "Kiswahili"}


@pytest.mark.parametrize("language", ["am", "fr", "sw"])
def test_each_language_says_what_english_says(language: str) -> None:
    for section in SECTIONS:
        here, there = _read()["en"][1][section], _read()[language][1][section]
        assert list(here) == list(there)
        assert {c: placeholders(t) for c, t in here.items()} == {c: placeholders(t) for c, t in there.items()}
        assert [c for c in here if here[c] == there[c]] == []


@pytest.mark.parametrize(("section", "code"), EVERY)
@pytest.mark.parametrize("language", sorted(languages()))
def test_a_sentence_is_whole_and_takes_its_figures(section: str, code: str, language: str) -> None:
    text = template(section, code, language)
    figures = {name: f"<{name}>" for name in placeholders(text)}
    told = fill(text, figures)
    assert all(value in told for value in figures.values())
    assert re.fullmatch(r"\S(?:.*\S)?", told)
    assert "{" not in told
    assert "}" not in told
    if section in {"phrases", "typologies"}:
        assert told[-1] in ".።"


@pytest.mark.parametrize("code", [c for s, c in EVERY if s == "typologies"])
def test_a_lead_speaks_of_a_pattern_and_never_of_guilt(code: str) -> None:
    text = template("typologies", code, "en")
    assert not SURE.search(text)
    assert not set(re.findall(r"[a-z]+", text.lower())) & set(banned_words())
    if not code.startswith("AS-"):  # what can be frozen is a balance, not a pattern
        assert text.endswith(".")
        assert "Pattern consistent with" in text


def test_the_fixed_phrases() -> None:
    assert phrase("not_a_finding") == "A lead is a reason to look, not a finding about anyone."
    assert phrase("chance", expected="0.03") == "Chance would give 0.03 such groups in this evidence."
    assert phrase("beyond", "fr", count=4) == "Candidats non listés : 4."


def test_every_verdict_is_worded() -> None:
    for language in languages():
        assert len({innocent_sentence("chama", v, language) for v in VERDICTS}) == len(VERDICTS)


def test_a_plug_in_brings_its_own_sentence() -> None:
    own = {"en": "{n} loans.", "fr": "{n} prêts."}
    assert [lead_sentence("XX-01", {"n": 3}, code, own) for code in ("en", "fr", "sw")] == [
        "3 loans.",
        "3 prêts.",
        "3 loans.",
    ]
    assert innocent_sentence("fair", "partly", "en", {"en": "fair"}) == (
        "fair: the evidence supports it in part"
    )
    with pytest.raises(SentenceError):
        lead_sentence("XX-01", {"n": 3}, "en", {"fr": "{n} prêts."})


@pytest.mark.parametrize(
    ("code", "figures", "language"),
    [
        ("BE-01", {"days": 3}, "en"),
        ("XX-99", {}, "en"),
        ("BE-01", {}, "xx"),
        ("AS-04", {"as_of": "2026-10-31", "held": 1.5, "urgency": "days"}, "en"),
    ],
)
def test_what_cannot_be_said_is_an_error(code: str, figures: dict[str, object], language: str) -> None:
    with pytest.raises(SentenceError):
        lead_sentence(code, figures, language)
