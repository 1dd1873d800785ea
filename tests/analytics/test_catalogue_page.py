from __future__ import annotations

import pytest

from analytics.catalogue import typologies, value_text
from analytics.catalogue_page import page
from tests.architecture.source_files import ROOT
from tests.contracts.typology import every_code

PAGE = ROOT / "docs" / "methods" / "typologies.md"


def test_the_page_in_the_documents_is_what_the_rules_say() -> None:
    """Write it anew: python -m analytics.catalogue_page > docs/methods/typologies.md."""
    assert PAGE.read_text("utf-8") == page()


@pytest.mark.parametrize("code", every_code())
def test_every_rule_is_on_it_with_its_sources_and_thresholds(code: str) -> None:
    one, text = typologies()[code], PAGE.read_text("utf-8")
    part = text[text.index(f"### {one.id} ") :].split("\n### ", 1)[0]
    assert all(reference in part for reference in one.references)
    for p in one.parameters:
        assert f"| `{p.name}` | {value_text(p.default)} | {p.unit} | {p.why} |" in part
