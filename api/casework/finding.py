"""What a search finds, as one document: the contract of ``fuatilia search --json`` and of REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.model.parties import Instrument


def search_document(found: Sequence[Instrument], observations: Sequence[str]) -> dict[str, Any]:
    """Return instruments, surest first, and the observations that carry the reference."""
    return {"instruments": [instrument_document(i) for i in found], "observations": list(observations)}


def instrument_document(one: Instrument) -> dict[str, Any]:
    """Return an instrument as a reader of its view may see it."""
    return {
        "id": one.id,
        "kind": one.kind,
        "label": one.label,
        "institution": one.institution,
        "holder": one.holder,
    }
