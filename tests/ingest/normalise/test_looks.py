"""Names that print alike are one; names that print differently stay apart."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ingest.normalise import looks as module
from ingest.normalise.looks import looks

LISTED = yaml.safe_load(Path(module.__file__).with_name("printed_like.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "USDT",
        "usdt",
        "U\u200bSDT",  # zero width space
        "USD\u0422",  # Cyrillic
        "\uff35\uff33\uff24\uff34",  # full width
        "U.S.D.T",
        "U\u0301SDT",  # accent
        "U$D\u20ae",
    ],
)
def test_what_passes_for_a_known_symbol_looks_like_it(text: str) -> None:
    assert looks(text) == "usdt"


@pytest.mark.parametrize("text", ["USDC", "USD", "USDTT", "", "T\u00e9th\u00e9r"])
def test_what_prints_differently_stays_apart(text: str) -> None:
    assert looks(text) != "usdt"


def test_every_listed_sign_stands_once_and_is_met_as_it_is_listed() -> None:
    signs = [(sign, latin) for latin, signs in LISTED.items() for sign in signs]
    assert len({sign for sign, _ in signs}) == len(signs)
    for sign, latin in signs:
        assert sign.casefold() == sign
        assert looks(sign) == looks(sign.upper()) == looks(latin) == latin
