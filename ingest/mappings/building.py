"""Mappings from plain data: every key is checked, because a misspelt rule would silently not apply."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, TypeVar, cast, get_type_hints

from ingest.errors import MappingError

_T = TypeVar("_T")


def built(kind: type[_T], data: Any, at: str = "mapping") -> _T:
    """Return a dataclass made from keys and values, as YAML gives them; parts of it likewise.

    Raises
    ------
    MappingError
        A key that is not known or is missing, or a value of the wrong sort, with its place.
    """
    if not isinstance(data, dict):
        raise MappingError("expected keys and values", at=at, found=repr(data)[:60])
    known = {f.name: f for f in fields(cast("Any", kind))}
    if unknown := sorted(set(map(str, data)) - set(known)):
        raise MappingError(f"unknown key {unknown[0]!r}", at=at, hint="known: " + ", ".join(known))
    if missing := [name for name, f in known.items() if name not in data and _required(f)]:
        raise MappingError(f"key {missing[0]!r} is missing", at=at)
    hints = get_type_hints(kind)
    return kind(**{key: _value(hints[key], value, f"{at}.{key}") for key, value in data.items()})


def _required(f: Any) -> bool:
    return f.default is MISSING and f.default_factory is MISSING


def _value(hint: Any, value: Any, at: str) -> Any:
    parts = [a for a in getattr(hint, "__args__", ()) if a not in (type(None), Ellipsis)]
    if getattr(hint, "__origin__", None) is tuple:
        items = value if isinstance(value, (list, tuple)) else [value]
        return tuple(_value(parts[0], item, f"{at}[{i}]") for i, item in enumerate(items))
    if type(None) in getattr(hint, "__args__", ()):
        return None if value is None else _value(parts[0], value, at)
    if getattr(hint, "__origin__", hint) is dict:
        if not isinstance(value, dict):
            raise MappingError("expected keys and values", at=at)
        return {_scalar(str, k, at): v for k, v in value.items()}
    if hasattr(hint, "__dataclass_fields__"):
        return built(hint, {"property": value} if isinstance(value, str) else value, at)
    return _scalar(hint, value, at)


def _scalar(hint: type, value: Any, at: str) -> Any:
    if hint is str and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if type(value) is not hint:
        raise MappingError(
            f"expected {hint.__name__}", at=at, found=repr(value)[:60], hint="quote texts in YAML"
        )
    return value
