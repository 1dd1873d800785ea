"""The interface speaks four languages alike, and no word of it stands in a template."""

from __future__ import annotations

import gzip
import re
import string
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import Environment

from api.web.language import LANGUAGES, Tongue, catalogue

TEMPLATES = sorted(Path(str(files("api.web").joinpath("templates"))).glob("*.j2"))
STATIC = Path(str(files("api.web").joinpath("static")))
OTHERS = sorted(set(LANGUAGES) - {"en"})
SAME_EVERYWHERE = re.compile(r"sha256|hint|can_be\.iban|role|version|total|code|\.agent|assertion|name_hint")
ALLOWED_WORDS = frozenset({"Fuatilia", "KE", "UTC", "E", "lt", "gt", "amp", "ndash"})
SHOWN_ATTRIBUTE = re.compile(r'\b(?:title|alt|placeholder|aria-label)="([^"]*)"')
MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
ASKED = re.compile(r"\bt(?:\.n|\.has)?\('([\w.]+)'(?! *~)")
ASKED_BY_CODE = re.compile(r"\bt(?:\.n|\.has)?\('([\w.]+\.)' ~")
GROUP = re.compile(r"\bt\.word\('(\w+)'")
MODULES = sorted(Path(str(files("api.web"))).glob("**/*.py"))
ASKED_IN_CODE = re.compile(r'\btongue(?:\.n)?\("([\w.]+)"')
GROUP_IN_CODE = re.compile(r'\btongue\.(?:word\("|n\(f")(\w+)')


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_key_with_the_same_places(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert sorted(english) == sorted(other)
    assert {k for k in english if places(english[k]) != places(other[k])} == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_is_not_english_copied(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    same = [k for k in english if english[k] == other[k] and len(english[k]) > 12]
    assert [k for k in same if not SAME_EVERYWHERE.search(k)] == []


def test_numbers_are_grouped_and_take_their_plural() -> None:
    assert Tongue("en").n("home.files", 1) == "1 file"
    assert Tongue("en").n("home.files", 12345) == "12,345 files"
    assert Tongue("fr").n("home.files", 0) == "0 fichier"
    assert Tongue("am").n("home.files", 2) == "2 ፋይሎች"


def bare_words(template: str) -> list[str]:
    """Return the words that a template would print in every language alike."""
    printed = "".join(
        value for _, kind, value in Environment(autoescape=True).lex(template) if kind == "data"
    )
    without = re.sub(r"<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>", " ", printed, flags=re.DOTALL)
    attributes = [
        a
        for a in SHOWN_ATTRIBUTE.findall(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", template))
        if re.search(r"[^\W\d_]", a)
    ]
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"<kbd.*?</kbd>", "", without))
    return [w for w in [*words, *attributes] if w not in ALLOWED_WORDS]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_no_template_holds_words(path: Path) -> None:
    assert bare_words(path.read_text(encoding="utf-8")) == []


def test_the_word_check_sees() -> None:
    assert bare_words("<p>{{ t('a') }} Files</p>") == ["Files"]
    assert bare_words('<p title="Files">{{ t("a") }}</p>') == ["Files"]
    assert bare_words('<p title="{{ t("a") }}">{% if x %}{{ t("b") }}{% endif %} · 12</p>') == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_every_key_that_a_template_asks_for_is_there(path: Path) -> None:
    text, known = path.read_text(encoding="utf-8"), catalogue("en")
    missing = [k for k in ASKED.findall(text) if k not in known and f"{k}.other" not in known]
    groups = [*ASKED_BY_CODE.findall(text), *(f"{g}." for g in GROUP.findall(text))]
    assert missing + [g for g in groups if not any(k.startswith(g) for k in known)] == []


def test_every_key_is_asked_for() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in TEMPLATES)
    code = "\n".join(p.read_text(encoding="utf-8") for p in MODULES)
    exact = {*ASKED.findall(text), *ASKED_IN_CODE.findall(code)}
    named = (*GROUP.findall(text), *GROUP_IN_CODE.findall(code))
    groups = {*ASKED_BY_CODE.findall(text), *(f"{g}." for g in named), "time."}
    bare = {re.sub(r"\.(one|other|few|many|zero|two)$", "", k) for k in catalogue("en")}
    assert [k for k in sorted(bare - exact) if not any(k.startswith(g) for g in groups)] == []


def test_our_scripts_keep_their_budget_and_hold_no_words_or_markup() -> None:
    own = [p for p in STATIC.glob("*.js") if p.is_file()]
    assert sum(len(gzip.compress(p.read_bytes(), mtime=0)) for p in own) <= 30 * 1024
    for path in own:
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text
        )
        assert not re.search(r"https?://", text)
