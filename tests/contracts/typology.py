"""What every typology owes, whoever wrote it; a typology's test brings the cases.

Four cases at least: one that it must find, one that just fails, one that looks alike and is innocent, and
one in which what it needs is not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.catalogue import Typology, typologies, value_text, values_of
from analytics.detection import detect_in
from analytics.lead import Candidate, NotEvaluated, Severity, Verdict
from analytics.sentences.saying import languages, placeholders, template
from tests.analytics.by_hand import ByHand, nothing, renumbered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.catalogue import Benign, Value
    from analytics.detection import Detection
    from analytics.material import Material


@dataclass(frozen=True)
class Examples:
    """Cases written by hand.

    ``look_alike`` must either not be found, or be found with ``pattern`` supported beside it.
    ``missing`` must be said not to be evaluated. ``values`` are thresholds other than the defaults.
    """

    positive: ByHand
    near_miss: ByHand
    look_alike: ByHand
    pattern: str
    missing: ByHand
    values: Mapping[str, Value] = field(default_factory=dict)
    patterns: Mapping[str, Benign] | None = None


def check(typology: Typology, examples: Examples) -> None:
    """Hold a typology to the whole contract."""
    says_who_it_is(typology)
    finds_what_it_is_for(typology, examples)
    lets_the_near_miss_pass(typology, examples)
    shows_the_innocent_pattern(typology, examples)
    says_what_it_could_not_look_at(typology, examples)
    for case in (examples.positive, examples.near_miss, examples.look_alike, examples.missing):
        gives_the_same_again(typology, case, examples)
        cites_what_it_says(typology, case.material(), examples)


def says_who_it_is(typology: Typology) -> None:
    """It has an id, a source, preconditions, and a reason for each threshold."""
    assert re.fullmatch(r"[A-Z]{2}-\d\d", typology.id)
    assert re.fullmatch(r"[a-z]+(?:-[a-z]+)*", typology.slug)
    assert all((typology.version, typology.title, typology.references, typology.preconditions))
    assert isinstance(typology.severity, Severity)
    for one in typology.parameters:
        assert type(one.default) in {int, Fraction}, one
        assert one.default >= 0
        assert one.unit, one
        assert one.why, one
        assert value_text(one.default)
    names = [p.name for p in typology.parameters]
    assert len(set(names)) == len(names)
    for language in languages():
        assert _template(typology, language)


def _template(typology: Typology, language: str) -> str:
    if typology.sentences:
        return typology.sentences.get(language) or typology.sentences["en"]
    return template("typologies", typology.id, language)


def found(typology: Typology, material: Material, examples: Examples) -> list[Candidate]:
    """Return the candidates in a material."""
    values = values_of(typology, examples.values)
    return [c for c in typology.detect(material, values) if isinstance(c, Candidate)]


def detection(typology: Typology, case: ByHand, examples: Examples) -> Detection:
    """Run the typology as the program does."""
    return detect_in(case.material(), [typology], {typology.id: examples.values}, examples.patterns)


def finds_what_it_is_for(typology: Typology, examples: Examples) -> None:
    """The positive case is a lead whose sentence is filled."""
    leads = detection(typology, examples.positive, examples).leads
    assert leads, f"{typology.id} does not see its positive case"
    for lead in leads:
        assert lead.typology == typology.id
        assert lead.observations
        assert "{" not in lead.sentence
        assert set(lead.parameters) == {p.name for p in typology.parameters}
        assert (lead.expected_by_chance is None) == (not typology.chance)


def lets_the_near_miss_pass(typology: Typology, examples: Examples) -> None:
    """What just fails is no candidate."""
    assert found(typology, examples.near_miss.material(), examples) == []


def shows_the_innocent_pattern(typology: Typology, examples: Examples) -> None:
    """What looks alike is not found, or is shown with its innocent pattern supported."""
    for lead in detection(typology, examples.look_alike, examples).leads:
        verdicts = {one.pattern: one.verdict for one in lead.innocent}
        assert verdicts[examples.pattern] is Verdict.SUPPORTED, (lead, verdicts)
        if examples.pattern in typology.lowered_by:
            assert lead.severity is typology.lowered_by[examples.pattern]


def says_what_it_could_not_look_at(typology: Typology, examples: Examples) -> None:
    """Missing data gives "not evaluated", and never a clear answer."""
    for material in (examples.missing.material(), nothing()):
        answers = list(typology.detect(material, values_of(typology, examples.values)))
        skipped = [a for a in answers if isinstance(a, NotEvaluated)]
        assert skipped, f"{typology.id} is silent where its data are missing"
        assert all(a.typology == typology.id and a.why for a in skipped)
    assert detection(typology, examples.missing, examples).not_evaluated


def gives_the_same_again(typology: Typology, case: ByHand, examples: Examples) -> None:
    """The same evidence gives the same answer, whatever numbers the instruments have in this store."""
    first, other = renumbered(case)
    values = values_of(typology, examples.values)
    assert list(typology.detect(first, values)) == list(typology.detect(first, values))
    assert _told(first, found(typology, first, examples)) == _told(other, found(typology, other, examples))


def _told(material: Material, candidates: list[Candidate]) -> list[tuple[object, ...]]:
    return sorted(
        (
            c.transfers,
            material.nodes[c.subject],
            sorted(material.nodes[i] for i in c.instruments),
            sorted((k, str(v)) for k, v in c.figures.items()),
            c.missing,
            c.observations,
        )
        for c in candidates
    )


def cites_what_it_says(typology: Typology, material: Material, examples: Examples) -> None:
    """A candidate rests on observations, its figures are exact, and its sentence finds them all."""
    wanted = {name for language in languages() for name in placeholders(_template(typology, language))}
    for one in found(typology, material, examples):
        assert one.transfers or one.observations
        assert list(one.transfers) == sorted(set(one.transfers))
        assert all(0 <= t < len(material) for t in one.transfers)
        assert one.instruments[0] == one.subject
        assert len(set(one.instruments)) == len(one.instruments)
        ends = {int(n) for t in one.transfers for n in (material.src[t], material.dst[t])}
        assert not one.transfers or set(one.instruments) <= ends
        assert all(type(value) in {int, str} for value in one.figures.values()), one.figures
        assert wanted <= set(one.figures)
        assert (one.surprise is not None) == bool(typology.chance)
        assert all(text and text[0].islower() for text in one.missing), one.missing


def every_code() -> list[str]:
    """Return the codes of the typologies in our own folder."""
    return [code for code, one in typologies().items() if one.detect.__module__.startswith("analytics.")]
