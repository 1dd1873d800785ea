"""Runs the catalogue over a case: innocent patterns beside every candidate, ranked, cut with a count.

Thresholds say what a typology is; E, the number of equally surprising groups that chance would give
in this evidence, says what is shown first. A lead in which somebody may be in danger comes before
everything, whatever chance says of it. What is not listed is counted: no lead is not a clearance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.catalogue import benign, typologies, typology_of, value_text, values_of
from analytics.gathering import gather
from analytics.lead import Innocent, Lead, NotEvaluated, Severity, Verdict, chance_text
from analytics.sentences.saying import lead_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analytics.catalogue import Benign, Typology, Value
    from analytics.lead import Candidate
    from analytics.material import Material
    from graph.model.scope import Scope
    from graph.store import View

SHARE = Fraction(1, 2)
"""q: a lead of rank r is listed while chance would give at most q times r so surprising ones."""
CAP = 30
"""Never list what chance gives more often than this."""
URGENCY = (Severity.DANGER, Severity.PRIORITY, Severity.REVIEW, Severity.CONTEXT)
_DANGER, _OPEN_FIRST, _NO_CHANCE, _OTHER = range(4)


@dataclass(frozen=True, slots=True)
class Detection:
    """What was found, what could not be looked at, and how many candidates lie beyond the list.

    Attributes
    ----------
    leads : tuple of Lead
        In the order of the queue.
    beyond : int
        Candidates that chance gives too often to be listed, or that repeat a lead's transfers.
    version : str
        Content hash of the evidence.
    families : int
        Rules with a model of chance; every E is multiplied by it, because each had its chance.
    """

    leads: tuple[Lead, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    beyond: int
    version: str
    families: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A candidate with its rule, and log10 of E over all rules."""

    typology: Typology
    candidate: Candidate
    severity: Severity
    chance: float | None
    values: Mapping[str, Value]

    @property
    def tier(self) -> int:
        if self.severity is Severity.DANGER:
            return _DANGER
        if self.chance is None:
            return _NO_CHANCE
        return _OPEN_FIRST if self.chance <= 0 else _OTHER

    @property
    def order(self) -> tuple[int, float, int, str, tuple[int, ...], int]:
        """Place in the queue; exact ties are broken by rule and then by the total order of transfers."""
        c = self.candidate
        chance = math.inf if self.chance is None else round(self.chance, 9)
        urgency = URGENCY.index(self.severity)
        return (self.tier, chance, urgency, self.typology.id, c.transfers, c.subject)


def detect(
    view: View,
    scope: Scope,
    ids: Sequence[str] = (),
    *,
    parameters: Mapping[str, Mapping[str, Value]] | None = None,
    at: int | None = None,
) -> Detection:
    """Run typologies over the cases in scope.

    Parameters
    ----------
    ids : sequence of str
        Ids, slugs or codes; every installed typology when empty.
    parameters : mapping, optional
        By typology id: thresholds instead of the defaults.
    at : int, optional
        As of when, UTC microseconds; the end of the last transfer where not given.

    Raises
    ------
    PolicyError
        No such typology or parameter.
    """
    chosen = [typology_of(name) for name in ids] or list(typologies().values())
    given = {typology_of(name).id: values for name, values in (parameters or {}).items()}
    return detect_in(gather(view, scope, at=at), chosen, given)


def detect_in(
    material: Material,
    chosen: Iterable[Typology],
    given: Mapping[str, Mapping[str, Value]] | None = None,
    patterns: Mapping[str, Benign] | None = None,
) -> Detection:
    """Run typologies over material that is already there.

    Parameters
    ----------
    given : mapping, optional
        By typology id: thresholds instead of the defaults.
    patterns : mapping, optional
        Innocent patterns by code; the installed ones when not given.

    References
    ----------
    The rule that ends the list is that of the false discovery rate: Benjamini and Hochberg, J. R.
    Stat. Soc. B 57 (1995), with E in the place of the p-value times the number of tests.
    """
    patterns = benign() if patterns is None else patterns
    families = sum(bool(t.chance) for t in typologies().values())
    rules = {t.id: t for t in chosen}
    found: list[_Found] = []
    skipped: set[tuple[str, str]] = set()
    for typology in (rules[i] for i in sorted(rules)):
        values = values_of(typology, (given or {}).get(typology.id, {}))
        for one in typology.detect(material, values):
            if isinstance(one, NotEvaluated):
                skipped.add((one.typology, one.why))
            else:
                found.append(_assessed(material, typology, values, one, patterns, families))
    if material.left_out:
        skipped.add(("all", f"{material.left_out} transfers beyond 64 bits are in no rule"))
    listed = _listed(sorted(found, key=lambda f: f.order))
    return Detection(
        tuple(_lead(material, f, patterns) for f in listed),
        tuple(NotEvaluated(*one) for one in sorted(skipped)),
        len(found) - len(listed),
        material.version,
        families,
    )


def _assessed(
    material: Material,
    typology: Typology,
    values: Mapping[str, Value],
    candidate: Candidate,
    patterns: Mapping[str, Benign],
    families: int,
) -> _Found:
    innocent = _tested(material, typology, candidate, patterns) if typology.lowered_by else ()
    supported = {one.pattern for one in innocent if one.verdict is Verdict.SUPPORTED}
    severity = candidate.severity or typology.severity
    lowered = [typology.lowered_by[code] for code in sorted(supported) if code in typology.lowered_by]
    severity = max([severity, *lowered], key=URGENCY.index)
    chance = None if candidate.surprise is None else candidate.surprise + math.log10(max(1, families))
    return _Found(typology, candidate, severity, chance, values)


def _tested(
    material: Material, typology: Typology, candidate: Candidate, patterns: Mapping[str, Benign]
) -> tuple[Innocent, ...]:
    """Test the innocent patterns that a typology names, or all, at the candidate's subject."""
    tested = [patterns[code] for code in sorted(patterns) if code in (typology.innocent or patterns)]
    where = (material, candidate.subject, candidate.transfers)
    return tuple(
        Innocent(p.code, Verdict(p.assess(*where)), dict(p.tests(*where)) if p.tests else {}) for p in tested
    )


def _listed(found: Sequence[_Found]) -> list[_Found]:
    """Drop what repeats a lead, and end the list of E where chance gives too many; keep the rest."""
    kept: list[_Found] = []
    cited: dict[str, set[int]] = {}
    rank, ended = 0, False
    for one in found:
        if _repeats(one, cited):
            continue
        if one.chance is not None and one.tier != _DANGER:
            rank += 1
            ended = ended or one.chance > math.log10(min(float(SHARE * rank), CAP))
            if ended:
                continue
        kept.append(one)
        cited.setdefault(_family(one), set()).update(one.candidate.transfers)
    return kept


def _family(one: _Found) -> str:
    """Rules with a model of chance compete for transfers; each other rule only with itself."""
    return "chance" if one.typology.chance else one.typology.id


def _repeats(one: _Found, cited: Mapping[str, set[int]]) -> bool:
    """Say whether half of what a candidate rests on is cited by leads before it."""
    transfers = one.candidate.transfers
    again = sum(t in cited.get(_family(one), ()) for t in transfers)
    return bool(transfers) and 2 * again >= len(transfers)


def _lead(material: Material, found: _Found, patterns: Mapping[str, Benign]) -> Lead:
    c = found.candidate
    shown = [material.observation[t] for t in c.transfers]
    window = (
        (int(material.lo[list(c.transfers)].min()), int(material.hi[list(c.transfers)].max()))
        if c.transfers
        else (material.at, material.at)
    )
    return Lead(
        typology=found.typology.id,
        version=found.typology.version,
        severity=found.severity,
        instruments=tuple(material.nodes[i] for i in c.instruments),
        observations=tuple(dict.fromkeys([*shown, *sorted(c.observations)])),
        window=window,
        figures=dict(c.figures),
        expected_by_chance=None if found.chance is None else chance_text(found.chance),
        innocent=_tested(material, found.typology, c, patterns),
        missing=c.missing,
        sentence=lead_sentence(found.typology.id, c.figures, own=found.typology.sentences or None),
        parameters={name: value_text(value) for name, value in sorted(found.values.items())},
    )


def in_language(lead: Lead, language: str) -> Lead:
    """Return a lead with its sentence in another language."""
    own = typology_of(lead.typology).sentences or None
    return replace(lead, sentence=lead_sentence(lead.typology, lead.figures, language, own))
