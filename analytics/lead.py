"""What detection says: a reason to look, with everything that a person needs to judge it.

A lead is never a finding about anyone and carries no score on a person. It states its figures, what
chance alone would give, which innocent explanations were tested, and what was missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Severity(StrEnum):
    """How urgent a lead is: context, review, priority, or a person who may be in danger now."""

    CONTEXT = "L"
    REVIEW = "M"
    PRIORITY = "H"
    DANGER = "C"


class Verdict(StrEnum):
    """What the evidence says of an innocent explanation."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    NOT_SUPPORTED = "not supported"
    NOT_EVALUATED = "not evaluated"


@dataclass(frozen=True, slots=True)
class Innocent:
    """An innocent pattern that was tested, by its code, and what came of it.

    ``tests`` says what the verdict weighs: by name whether it held; None where the record is too short
    to say. Empty where the pattern does not tell.
    """

    pattern: str
    verdict: Verdict
    tests: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """What a typology could not look at, and why: missing data is never a clearance."""

    typology: str
    why: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a typology's rule found, in the numbers of the material it was given.

    Attributes
    ----------
    subject : int
        Instrument that the pattern turns on; innocent patterns are tested there.
    instruments : tuple of int
        All members, the subject first.
    transfers : tuple of int
        Positions of the transfers that make the pattern, ascending; a lead cites their observations.
    figures : mapping
        Exact figures that the sentence is filled from: texts and whole numbers; money with its code.
    surprise : float, optional
        log10 of the number of equally surprising groups that chance would give in this evidence, for
        this rule alone; ``None`` where the rule states no model of chance.
    missing : tuple of str
        What would have been needed to say more.
    observations : tuple of str
        Ids of observations cited besides those of the transfers.
    severity : Severity, optional
        Where it differs from the typology's own.
    """

    subject: int
    instruments: tuple[int, ...]
    transfers: tuple[int, ...]
    figures: Mapping[str, str | int]
    surprise: float | None = None
    missing: tuple[str, ...] = ()
    observations: tuple[str, ...] = ()
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead as it leaves detection, in opaque ids that the evidence explains.

    Attributes
    ----------
    window : tuple of int
        First instant and end of the last one, UTC microseconds.
    expected_by_chance : str or None
        How many equally surprising groups chance would give in this evidence, two digits
        (``"0.03"``); ``None`` where no model of chance is stated.
    parameters : mapping
        The thresholds used, as texts.
    """

    typology: str
    version: str
    severity: Severity
    instruments: tuple[str, ...]
    observations: tuple[str, ...]
    window: tuple[int, int]
    figures: Mapping[str, str | int]
    expected_by_chance: str | None
    innocent: tuple[Innocent, ...]
    missing: tuple[str, ...]
    sentence: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def chance_text(surprise: float) -> str:
    """Write a number of groups given by its decimal logarithm with two digits, the same everywhere.

    Examples
    --------
    >>> chance_text(-1.5229), chance_text(0.0), chance_text(2.4), chance_text(-7.0)
    ('0.030', '1.0', '250', '1.0e-07')
    """
    number = 10.0 ** min(surprise, 300.0)
    if number < 1e-4 or number >= 1e6:  # noqa: PLR2004 - where digits stop helping a reader
        return f"{number:.1e}"
    if number >= 100:  # noqa: PLR2004
        return f"{float(f'{number:.1e}'):.0f}"
    return f"{number:#.2g}".rstrip(".")
