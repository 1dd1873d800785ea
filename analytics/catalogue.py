"""What a typology and an innocent pattern are, and where they are found: one file each, or a plug-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from analytics.errors import PolicyError
from graph.registry import discover

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from analytics.lead import Candidate, NotEvaluated, Severity, Verdict
    from analytics.material import Material

Value: TypeAlias = "int | Fraction"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A threshold of a rule: its default, unit, and why it is what it is."""

    name: str
    default: Value
    unit: str
    why: str


@dataclass(frozen=True)
class Typology:
    """One row of the catalogue, found as ``TYPOLOGY`` in ``analytics/typologies/<code>.py``.

    Attributes
    ----------
    id, slug : str
        ``ST-01`` and ``fan-in-collector``: stable for ever. The file is named for both.
    version : str
        Changes when a result can change.
    title : str
    severity : Severity
    references : tuple of str
        Sources of the indicator.
    preconditions : tuple of str
        Data that the rule needs, in words.
    parameters : tuple of Parameter
    detect : callable
        ``(material, values) -> candidates and what could not be evaluated``; pure and deterministic.
    chance : str
        The model of chance that ``Candidate.surprise`` comes from, in a sentence; empty: none.
    innocent : tuple of str
        Codes of the innocent patterns to test; empty: all.
    lowered_by : mapping
        Innocent pattern to the severity that a lead has when the evidence supports it.
    sentences : mapping
        Of a plug-in: template of its sentence by language. Ours are in ``analytics.sentences``.
    """

    id: str
    slug: str
    version: str
    title: str
    severity: Severity
    references: tuple[str, ...]
    preconditions: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    detect: Callable[[Material, Mapping[str, Value]], Iterable[Candidate | NotEvaluated]]
    chance: str = ""
    innocent: tuple[str, ...] = ()
    lowered_by: Mapping[str, Severity] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Name of the file: id and slug."""
        return f"{self.id.replace('-', '').lower()}_{self.slug.replace('-', '_')}"


@dataclass(frozen=True)
class Benign:
    """An innocent pattern, found as ``BENIGN`` in ``analytics/benign/<code>.py``.

    Attributes
    ----------
    assess : callable
        ``(material, subject, transfers) -> Verdict``: whether the evidence supports that the subject's
        transfers are of this pattern.
    sentences : mapping
        Of a plug-in: what the pattern is, by language.
    tests : callable, optional
        Of the same arguments: what the verdict weighs, by name; None where the record is too short.
    """

    code: str
    version: str
    title: str
    references: tuple[str, ...]
    assess: Callable[[Material, int, Sequence[int]], Verdict]
    sentences: Mapping[str, str] = field(default_factory=dict)
    tests: Callable[[Material, int, Sequence[int]], Mapping[str, bool | None]] | None = None


@cache
def typologies() -> Mapping[str, Typology]:
    """Return every typology by code: ours and those of plug-ins, looked for once per process."""
    found: dict[str, Typology] = discover(
        "analytics.typologies", "TYPOLOGY", "fuatilia.typologies", lambda one: str(one.code)
    )
    return MappingProxyType(found)


@cache
def benign() -> Mapping[str, Benign]:
    """Return every innocent pattern by code."""
    found: dict[str, Benign] = discover(
        "analytics.benign", "BENIGN", "fuatilia.benign", lambda one: str(one.code)
    )
    return MappingProxyType(found)


def typology_of(name: str) -> Typology:
    """Return the typology that an id, a slug or a code names.

    Raises
    ------
    PolicyError
        None does.
    """
    wanted = name.strip().casefold()
    for one in typologies().values():
        if wanted in {one.id.casefold(), one.slug, one.code}:
            return one
    known = ", ".join(one.id for one in typologies().values())
    raise PolicyError(f"there is no typology {name!r}", hint=f"choose one of {known}")


def values_of(typology: Typology, given: Mapping[str, Value]) -> dict[str, Value]:
    """Return the thresholds to run with: the defaults, and what was given instead.

    Raises
    ------
    PolicyError
        A parameter that the typology does not have, or a value below zero.
    """
    known = {p.name: p.default for p in typology.parameters}
    for name, value in given.items():
        if name not in known:
            raise PolicyError(
                f"{typology.id} has no parameter {name!r}", hint=f"choose one of {', '.join(known)}"
            )
        if isinstance(known[name], int) and Fraction(value).denominator != 1:
            raise PolicyError("a parameter is a whole number", parameter=name, value=str(value))
        if value < 0:
            raise PolicyError("a parameter is not negative", parameter=name, value=str(value))
    return {**known, **{n: int(v) if isinstance(known[n], int) else v for n, v in given.items()}}


def value_text(value: Value) -> str:
    """Write a threshold exactly: a decimal where one ends, else a fraction.

    Examples
    --------
    >>> value_text(7), value_text(Fraction(17, 20)), value_text(Fraction(1, 3))
    ('7', '0.85', '1/3')
    """
    whole = Fraction(value)
    for places in range(10):
        scaled = whole * 10**places
        if scaled.denominator == 1:
            digits = str(scaled.numerator).rjust(places + 1, "0")
            return f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return str(whole)
