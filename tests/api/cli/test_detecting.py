"""``detect``: leads for people and for machines, thresholds typed exactly, refusals that help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.cli.console import USAGE
from api.cli.detecting import detection_text

if TYPE_CHECKING:
    from tests.api.cli.conftest import Practice


def test_the_ransom_is_the_first_lead_and_says_what_it_is_not(practice: Practice) -> None:
    document = practice.document("detect")
    first = document["leads"][0]
    assert (first["typology"], first["severity"]) == ("RA-01", "C")
    text = detection_text(document)
    assert first["sentence"] in text
    assert "Somebody may be in danger now" in text
    assert text.endswith("A lead is a reason to look, not a finding about anyone.")
    assert practice.once("detect").out.rstrip("\n") == text
    assert text.count("\n1. ") + text.startswith("1. ") == 1


def test_one_typology_with_another_threshold(practice: Practice) -> None:
    document = practice.document("detect", "RA-01", "--set", "RA-01.senders=5")
    assert {lead["typology"] for lead in document["leads"]} == {"RA-01"}
    assert document["leads"][0]["parameters"]["senders"] == "5"


def test_nothing_found_is_no_clearance(practice: Practice) -> None:
    said = practice.once("detect", "ST-03")
    assert said.code == 0
    assert said.out.rstrip().endswith("No lead is not a clearance.")


def test_in_french(practice: Practice) -> None:
    english, french = (practice.once("detect", "RA-01", "--language", code).out for code in ("en", "fr"))
    assert english != french
    assert "RA-01" in french


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ST-99",), "no typology"),
        (("--set", "ST-01=6"), "ID.NAME=VALUE"),
        (("--set", "ST-01.senders=many"), "a threshold is a number"),
        (("--set", "ST-01.senders=6", "--set", "ST-01.senders=7"), "once"),
        (("--set", "ST-01.sender=6"), "no parameter"),
        (("--language", "de"), "language"),
    ],
)
def test_refusals(practice: Practice, arguments: tuple[str, ...], told: str) -> None:
    said = practice.once("detect", *arguments)
    assert said.code == USAGE, said
    assert told in said.err
