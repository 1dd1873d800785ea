from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import IdentifierError
from graph.model.identifiers import matches, msisdn


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("0700000000", "KE", "+254700000000"),
        ("700 000 000", "KE", "+254700000000"),
        ("254700000000", "KE", "+254700000000"),
        ("+254 (700) 000-000", "UG", "+254700000000"),
        ("00254700000000", "KE", "+254700000000"),
        ("٠٧٠٠٠٠٠٠٠٠", "KE", "+254700000000"),
        ("0110000000", "KE", "+254110000000"),
        ("0770000000", "UG", "+256770000000"),
        ("256770000000", "KE", "+256770000000"),
        ("0910000000", "ET", "+251910000000"),
        ("77000000", "DJ", "+25377000000"),
        ("0500000000", "AE", "+971500000000"),
        ("0910000000", "LY", "+218910000000"),
    ],
)
def test_numbers(text: str, region: str, e164: str) -> None:
    assert msisdn.canonical(text, region) == e164
    assert msisdn.canonical(e164, "KE") == e164


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "2.547E+11",
        "2,547e11",
        "254700000000.0",
        "070000000",
        "07000000000000",
        "0700CASH00",
        "tel 0700000000",
        "+999700000000",
        "0700000000 x12",
        "****",
        "0700000000***",
        "07**00ab",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(IdentifierError):
        msisdn.canonical(text)


def test_a_number_turned_into_a_quantity_gets_a_hint() -> None:
    with pytest.raises(IdentifierError, match="ask for the column as text"):
        msisdn.canonical("2.547E+11")


@pytest.mark.parametrize(
    ("text", "region", "mask"),
    [
        ("2547***000", "KE", "+2547*****000"),
        ("07***000", "KE", "+2547*****000"),
        ("+254 7** *** 000", "KE", "+2547*****000"),
        ("0722XXXX89", "KE", "+254722****89"),
        ("0722xxxx89", "KE", "+254722****89"),
        ("722####89", "KE", "+254722****89"),
        ("0712****333", "KE", "+254712***333"),
        ("0712••••33", "KE", "+254712****33"),
        ("0722…89", "KE", "+254722****89"),
        ("2567***00", "KE", "+2567******00"),
        ("0722*1**89", "KE", "+254722*1**89"),
        ("07**22**9", "KE", "+2547...22...9"),
        ("***4417", "KE", "...4417"),
        ("25261***00", "SO", "+25261...00"),
    ],
)
def test_masks(text: str, region: str, mask: str) -> None:
    assert msisdn.canonical(text, region) == mask


@given(
    st.integers(0, 10**8 - 1), st.sets(st.integers(0, 8), min_size=1, max_size=8), st.sampled_from("*Xx#•")
)
def test_a_mask_matches_what_it_hides_and_is_never_a_number(tail: int, hidden: set[int], sign: str) -> None:
    national = f"7{tail:08d}"
    printed = "0" + "".join(sign if i in hidden else c for i, c in enumerate(national))
    if len(hidden) == len(national):
        return
    mask = msisdn.canonical(printed)
    assert "*" in mask
    assert matches(mask, "+254" + national)
    shown = next(i for i in range(9) if i not in hidden)
    other = national[:shown] + str(9 - int(national[shown])) + national[shown + 1 :]
    assert not matches(mask, "+254" + other)
    assert not matches(mask, mask)


def test_assigned_ranges() -> None:
    assert msisdn.is_assigned("+254700000000")
    assert not msisdn.is_assigned("+254399999999")
