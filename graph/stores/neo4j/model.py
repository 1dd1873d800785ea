"""What the shared graph holds, as data: every label, relationship type and property, and what each means.

Constraints, indexes, the import files' headers and the page ``docs/methods/shared-graph.md`` are made
from it, and nothing else may be written to the graph. Labels and types in a statement come from
``Label`` and ``Type`` alone, never from evidence.

Neo4j has no exact number beyond 64 bits: an amount is its digits, in ``value`` stands a float copy that
filters use and nothing is summed from.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FORMAT = 1
"""Version of this model; a graph of another one is refused."""
GRAPH = "fuatilia"
"""Id of the one ``Graph`` node of a database."""
LIMIT = 1_000_000
"""Most bytes that one property may have (UTF-8); a longer one is refused with its place."""


class Label(StrEnum):
    """Every label."""

    GRAPH = "Graph"
    INSTRUMENT = "Instrument"
    PARTY = "Party"
    CASE = "Case"
    SOURCE = "Source"
    BATCH = "Batch"
    EVENT = "Event"
    ENTRY = "Entry"
    TAG = "Tag"
    LEAD = "Lead"
    TRACE = "Trace"
    ASSET = "Asset"
    ALLOCATION = "Allocation"
    PROPOSAL = "Proposal"
    CLUSTER = "Cluster"
    JUDGEMENT = "Judgement"
    DOCUMENT = "Document"
    PART = "Part"
    SECTION = "Section"


class Type(StrEnum):
    """Every relationship type."""

    TRANSFER = "TRANSFER"
    DEBIT = "DEBIT"
    CREDIT = "CREDIT"
    OF = "OF"
    HOLDS = "HOLDS"
    TAGS = "TAGS"
    ADMITS = "ADMITS"
    READ_FROM = "READ_FROM"
    CITES = "CITES"
    CONCERNS = "CONCERNS"
    HOP = "HOP"
    HOLDS_UNDER = "HOLDS_UNDER"
    DIVIDES = "DIVIDES"
    RESTS_ON = "RESTS_ON"
    JUDGES = "JUDGES"
    RESTRAINS = "RESTRAINS"
    MEMBER = "MEMBER"


class Kind(StrEnum):
    """How a property is stored; the value is its type in the headers of the import tool."""

    TEXT = "string"
    INTEGER = "long"
    NUMBER = "double"
    YES_NO = "boolean"
    TEXTS = "string[]"
    BYTES = "byte[]"


@dataclass(frozen=True, slots=True)
class Property:
    """One property: absent where the evidence has none, never an empty text in its place."""

    name: str
    kind: Kind
    meaning: str
    origin: str


@dataclass(frozen=True, slots=True)
class NodeKind:
    """One label; ``key`` is the property that is unique among its nodes."""

    label: Label
    key: str
    meaning: str
    properties: tuple[Property, ...]
    indexed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationKind:
    """One relationship type; ``id`` is unique among those of it; ``ends`` are from and to."""

    type: Type
    ends: tuple[tuple[Label, Label], ...]
    meaning: str
    properties: tuple[Property, ...]
    indexed: tuple[str, ...] = ()


def text(name: str, meaning: str, origin: str = "") -> Property:
    """Return a property that holds text."""
    return Property(name, Kind.TEXT, meaning, origin)


def whole(name: str, meaning: str, origin: str = "") -> Property:
    """Return a property that holds a 64-bit whole number."""
    return Property(name, Kind.INTEGER, meaning, origin)


def yes_no(name: str, meaning: str, origin: str = "") -> Property:
    """Return a property that holds true or false."""
    return Property(name, Kind.YES_NO, meaning, origin)


def texts(name: str, meaning: str, origin: str = "") -> Property:
    """Return a property that holds a list of texts."""
    return Property(name, Kind.TEXTS, meaning, origin)
