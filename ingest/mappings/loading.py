"""Finding saved mappings: those shipped here, and files of the user's own."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ingest.errors import MappingError

MOST_BYTES = 1 << 20


def mapping_text(data: bytes, name: str) -> dict[str, Any]:
    """Read one mapping's YAML.

    Raises
    ------
    MappingError
        Text that is no YAML table, with the line where it fails.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = yaml.load(data, loader)  # noqa: S506 - a safe loader, in C where there is one
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as cause:
        mark = getattr(cause, "problem_mark", None)
        raise MappingError(
            "the mapping is not YAML", mapping=name, line=mark.line + 1 if mark else None
        ) from cause
    if not isinstance(found, dict):
        raise MappingError("the mapping is not a table of keys and values", mapping=name)
    return {"name": name, **found}


def load_mapping(place: Path | str) -> dict[str, Any]:
    """Return a mapping as data: a saved one by name, or a user's YAML file by path."""
    path = Path(place)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        if not path.is_file():
            raise MappingError("no such mapping file", path=str(path))
        if path.stat().st_size > MOST_BYTES:
            raise MappingError("the mapping file is too large", path=str(path))
        return mapping_text(path.read_bytes(), path.stem)
    saved = saved_mappings()
    if str(place) not in saved:
        raise MappingError("no such mapping", mapping=str(place), hint="saved: " + ", ".join(saved))
    return saved[str(place)]


@lru_cache(maxsize=1)
def saved_mappings() -> dict[str, dict[str, Any]]:
    """Return the mappings shipped in this folder, by name, in order of name."""
    folder = files("ingest.mappings")
    names = sorted(e.name for e in folder.iterdir() if e.name.endswith(".yaml"))
    return {n[:-5]: mapping_text((folder / n).read_bytes(), n[:-5]) for n in names}
