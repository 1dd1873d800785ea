"""Shapes of answers about what is installed and what the store holds."""

from __future__ import annotations

from api.rest.shapes.jobs import Shape


class CatalogueEntry(Shape):
    """Something installed."""

    code: str
    title: str
    version: str


class AuthorisedEntry(CatalogueEntry):
    """Something installed, with the authority that it names."""

    source: str


class InnocentEntry(CatalogueEntry):
    """An innocent pattern."""

    references: list[str]


class ParameterShape(Shape):
    """A threshold: its default, unit, and why it is what it is."""

    name: str
    default: str
    unit: str
    why: str


class TypologyEntry(InnocentEntry):
    """A typology with what it rests on, needs, and takes chance to be."""

    slug: str
    severity: str
    preconditions: list[str]
    chance: str
    parameters: list[ParameterShape]


class Catalogue(Shape):
    """What is installed."""

    readers: list[CatalogueEntry]
    mappings: list[CatalogueEntry]
    typologies: list[TypologyEntry]
    innocent: list[InnocentEntry]
    tracing_rules: list[AuthorisedEntry]
    allocations: list[AuthorisedEntry]


class StoreInfo(Shape):
    """What the store holds for a case."""

    case: str
    content: str
    sources: int
    batches: int
    accepted: int
    results: int
