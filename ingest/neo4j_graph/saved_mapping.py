"""A mapping as its author wrote it: the text is kept in every page that was fetched by it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from ingest.errors import MappingError
from ingest.mappings.loading import mapping_text
from ingest.neo4j_graph.mapping import GraphMapping, mapping_of

MOST_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class MappingText:
    """A mapping as its author wrote it, with its hash, and what it says."""

    name: str
    text: str
    mapping: GraphMapping

    @property
    def sha256(self) -> str:
        """Hash of the text, which names the mapping in whatever was fetched by it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def text_of_mapping(raw: bytes, name: str) -> MappingText:
    """Read the text of a mapping (YAML).

    Raises
    ------
    MappingError
        No YAML, no mapping of a graph, or more than 64 KiB.
    """
    if len(raw) > MOST_BYTES:
        raise MappingError("the mapping is too large", mapping=name, bytes=len(raw), most=MOST_BYTES)
    data = mapping_text(raw, name)
    return MappingText(name, raw.decode("utf-8-sig"), mapping_of(data, str(data["name"])))


def load_mapping(place: Path | str) -> MappingText:
    """Return a mapping: one that is shipped by its name, or a user's YAML file by its path."""
    shipped = {e.name[:-5]: e for e in files("ingest.mappings.graphs").iterdir() if e.name.endswith(".yaml")}
    if str(place) in shipped:
        return text_of_mapping(shipped[str(place)].read_bytes(), str(place))
    path = Path(place)
    try:
        with path.open("rb") as file:
            return text_of_mapping(file.read(MOST_BYTES + 1), path.stem)
    except OSError as cause:
        raise MappingError(
            "the mapping file cannot be read", path=str(path), hint="shipped: " + ", ".join(sorted(shipped))
        ) from cause
