"""What a row is about, read from its Details by a vocabulary kept as data (``details.yaml``).

A text outside the vocabulary stays ``other`` with an end of its own: a guess here would name the
wrong person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from graph.errors import IdentifierError
from graph.model.events import LegKind
from graph.model.identifiers import Identifier, Kind, parse_identifier

OPERATOR = "mpesa"
_PARTS = {
    "number": r"(?P<number>\+?[\dXx*#•…][\dXx*#•….]{2,18}(?!\w))",
    "name": r"(?P<name>\S.*?)(?=\.? (?:via API|Original conversation|Acc\.)|\.?$)",
    "receipt": r"(?P<receipt>(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{10})\b",
}
_TAIL = r"(?:\.? (?:via API|Original conversation).*|\.)?"
_SUBSCRIBER_LEAST = 9


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the vocabulary."""

    channel: str
    kind: LegKind
    end: str
    pattern: re.Pattern[str]
    example: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the Details of one row say.

    Attributes
    ----------
    counterparty : Identifier or None
        The other end; ``None`` where nobody is named and the row needs an end of its own.
    name : str
        The other end's name as printed, if any.
    reverses : str
        Receipt of the operation that this row takes back, where it is printed.
    """

    channel: str
    kind: LegKind
    counterparty: Identifier | None = None
    name: str = ""
    reverses: str = ""


@lru_cache(maxsize=1)
def vocabulary() -> tuple[Entry, ...]:
    """Return the entries of ``details.yaml`` in their order."""
    text = Path(__file__).with_name("details.yaml").read_text(encoding="utf-8")
    return tuple(_entry(raw) for raw in yaml.safe_load(text)["entries"])


def _entry(raw: dict[str, str]) -> Entry:
    pattern = raw["pattern"]
    for name, part in _PARTS.items():
        pattern = pattern.replace("{" + name + "}", part)
    compiled = re.compile(f"(?:{pattern}){_TAIL}", re.IGNORECASE)
    return Entry(raw["channel"], LegKind(raw.get("kind", "principal")), raw["end"], compiled, raw["example"])


def meaning(details: str, source: str) -> Meaning:
    """Read the Details of one row.

    Parameters
    ----------
    details : str
        Narration as printed, its lines joined by blanks.
    source : str
        sha256 of the original: masked numbers and bare names mean something only within it.

    Examples
    --------
    >>> found = meaning("Customer Transfer to 254700000123 - PRACTICE PERSON B", "ab")
    >>> found.channel, found.counterparty.key, found.name
    ('send', 'msisdn::+254700000123', 'PRACTICE PERSON B')
    >>> meaning("Something else", "ab").channel
    'other'
    """
    text = " ".join(details.split())
    for entry in vocabulary():
        match = entry.pattern.fullmatch(text)
        if match:
            return _meaning(entry, match.groupdict(), source)
    return Meaning("other", LegKind.PRINCIPAL)


def _meaning(entry: Entry, parts: dict[str, str | None], source: str) -> Meaning:
    name = (parts.get("name") or "").strip(" .-")
    receipt = (parts.get("receipt") or "").upper()
    return Meaning(
        entry.channel, entry.kind, _end(entry.end, parts.get("number"), name, source), name, receipt
    )


def _end(end: str, number: str | None, name: str, source: str) -> Identifier | None:
    """Return the other end; a number that its kind does not allow leaves it unknown, not guessed."""
    try:
        if end == "name":
            return parse_identifier(Kind.NAME, name, source=source)
        if end == "own" or not number:
            return None
        if end == "party":
            end = "msisdn" if len(number.strip("+")) >= _SUBSCRIBER_LEAST else "paybill"
        return parse_identifier(Kind(end), number, scope=OPERATOR if end != "msisdn" else "", source=source)
    except IdentifierError:
        return None
