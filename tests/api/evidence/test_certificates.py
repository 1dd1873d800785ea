from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from api.evidence.certificates import UNNAMED, certificates
from tests.api.evidence.example import pack_input

if TYPE_CHECKING:
    from pathlib import Path


def test_each_producer_certifies_its_own_records_and_no_other(tmp_path: Path) -> None:
    pack = pack_input(tmp_path)
    drafts = certificates(pack, "Fuatilia 0")
    assert [d.producer for d in drafts] == ["Example Bank", "Example Wallet Co.", "Analyst 07"]
    bank, wallet, analyst = (d.text for d in drafts)
    assert "bank-2093.pdf" in bank
    assert "bank-2093.pdf" not in wallet
    assert "bank-2093.pdf" not in analyst
    for original in pack.originals:
        assert sum(original.sha256 in d.text for d in drafts) == 1


def test_a_draft_deals_with_what_the_section_asks(tmp_path: Path) -> None:
    for draft in certificates(pack_input(tmp_path), "Fuatilia 0"):
        for words in (
            "DRAFT",
            "106B(4)",
            "106B(2)",
            "Make and model",
            "Serial number",
            "Operating system",
            "Signature",
        ):
            assert words in draft.text
        assert draft.name.endswith(".txt")
        assert "/" not in draft.name


def test_a_producer_that_nobody_named_is_said_to_be_unnamed(tmp_path: Path) -> None:
    pack = pack_input(tmp_path)
    pack = replace(pack, originals=tuple(replace(o, supplier="") for o in pack.originals))
    assert [d.producer for d in certificates(pack, "Fuatilia 0")] == [UNNAMED, "Analyst 07"]
