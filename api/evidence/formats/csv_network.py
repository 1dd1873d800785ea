"""A network as CSV: nodes, edges, payments with their places, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.evidence.formats.csv_schedule import csv_bytes
from api.evidence.tables.network import network_tables

if TYPE_CHECKING:
    from api.evidence.exporters import Heading
    from graph.model.network import Network


@dataclass(frozen=True, slots=True)
class CsvNetwork:
    """Tables that open in a spreadsheet without running anything."""

    code: str = "csv_network"
    title: str = "CSV tables"

    def files(self, network: Network, heading: Heading) -> dict[str, bytes]:  # noqa: ARG002 - a table has no title
        """Return the four tables."""
        return {name: csv_bytes(t.header, t.rows) for name, t in network_tables(network).items()}


EXPORTER = CsvNetwork()
