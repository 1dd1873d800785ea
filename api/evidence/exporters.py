"""Ways in which a network leaves: one file per format, found by its name, ours and others' alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from graph.registry import discover

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph.model.network import Network

GROUP = "fuatilia.exporters"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above an exported network: its title, its case, and how it came about."""

    title: str
    case: str
    note: str = ""


class Exporter(Protocol):
    """A format that a network can be written in.

    The same network and heading give the same bytes; every text is made harmless in the format, and
    amounts are exact texts.
    """

    @property
    def code(self) -> str:
        """Name of the format, equal to its file's."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    def files(self, network: Network, heading: Heading) -> Mapping[str, bytes]:
        """Return file names and their bytes."""
        ...


def exporters() -> dict[str, Exporter]:
    """Return every network format by code.

    Examples
    --------
    >>> list(exporters())
    ['csv_network', 'graphml', 'network_html']
    """
    return discover("api.evidence.formats", "EXPORTER", GROUP, lambda e: str(e.code), among_others=True)
