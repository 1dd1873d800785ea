"""The words of goAML, which are data: schemas and code lists differ from one unit to the next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Element names by what is done with them, and the codes whose meaning is known."""

    groups: Mapping[str, str]  # element name to category
    containers: frozenset[str]
    plain: frozenset[str]
    identifying: frozenset[str]
    name_parts: tuple[str, ...]
    blank: frozenset[str]
    cash: frozenset[str]
    payer_roles: frozenset[str]
    payee_roles: frozenset[str]
    zones: Mapping[str, str]

    def knows(self, name: str) -> bool:
        """Say whether a leaf of this name is mapped (an empty container holds nothing to lose)."""
        return (
            name in self.plain or name in self.identifying or name in self.containers or name in self.groups
        )

    def said(self, text: str) -> str:
        """Return a text, or nothing where it only stands for nothing.

        Examples
        --------
        >>> vocabulary().said(" n/a "), vocabulary().said("0712")
        ('', '0712')
        """
        bare = " ".join(text.split())
        return "" if bare.upper() in self.blank else bare


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the words shipped beside this module."""
    raw: dict[str, Any] = yaml.safe_load((files("ingest.goaml") / "vocabulary.yaml").read_text("utf-8"))
    return Vocabulary(
        groups={name: category for category, names in raw["groups"].items() for name in names},
        containers=frozenset(raw["containers"]),
        plain=frozenset(raw["plain"]),
        identifying=frozenset(raw["identifying"]),
        name_parts=tuple(raw["name_parts"]),
        blank=frozenset(raw["blank"]),
        cash=frozenset(raw["cash"]),
        payer_roles=frozenset(raw["payer_roles"]),
        payee_roles=frozenset(raw["payee_roles"]),
        zones=dict(raw["zones"]),
    )
