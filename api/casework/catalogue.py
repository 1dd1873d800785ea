"""What is installed, as one document: the contract of ``fuatilia catalogue --json`` and of REST."""

from __future__ import annotations

from typing import Any

from analytics.assets.allocation import allocations
from analytics.catalogue import benign, typologies, value_text
from analytics.tracing.rule import rules
from ingest.mappings.loading import saved_mappings
from ingest.runner import readers


def catalogue_document() -> dict[str, Any]:
    """Return readers, mappings, typologies, innocent patterns, tracing rules and allocation schemes."""
    return {
        "readers": [{"code": c, "title": r.title, "version": r.version} for c, r in readers().items()],
        "mappings": [
            {"code": c, "title": str(m.get("title", "")), "version": str(m.get("version", ""))}
            for c, m in saved_mappings().items()
        ],
        "typologies": [
            {
                "code": t.id,
                "slug": t.slug,
                "title": t.title,
                "version": t.version,
                "severity": str(t.severity),
                "references": list(t.references),
                "preconditions": list(t.preconditions),
                "chance": t.chance,
                "parameters": [
                    {"name": p.name, "default": value_text(p.default), "unit": p.unit, "why": p.why}
                    for p in t.parameters
                ],
            }
            for t in sorted(typologies().values(), key=lambda t: t.id)
        ],
        "innocent": [
            {"code": b.code, "title": b.title, "version": b.version, "references": list(b.references)}
            for b in benign().values()
        ],
        "tracing_rules": [
            {"code": c, "title": r.title, "version": r.version, "source": r.source}
            for c, r in rules().items()
        ],
        "allocations": [
            {"code": c, "title": a.title, "version": a.version, "source": a.source}
            for c, a in allocations().items()
        ],
    }
