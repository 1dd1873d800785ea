"""Every spelling of a protected person is found in free text, and nobody else's number is."""

from __future__ import annotations

import unicodedata
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from graph.model.identifiers import Identifier, parse_identifier
from graph.model.identifiers.identifier import Kind
from graph.model.protection import HIDDEN, NOBODY, Protected, ending_of, file_label, folded
from graph.model.provenance import Receipt, Reject, Source, Verdict

PHONE = "+254700000417"
PERSON = Protected(
    frozenset({"a" * 32}),
    ("GRACE WANJIRU O'NEILL",),
    (
        Identifier(Kind.MSISDN, PHONE),
        Identifier(Kind.ACCOUNT, "0110987654321", "EXAMPLE"),
        Identifier(Kind.TILL, "553311", "mpesa"),
        Identifier(Kind.EVM, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    ),
)
BETWEEN = st.sampled_from(["", " ", "-", ".", "\u00a0"])


@st.composite
def dialled(draw: st.DrawFn) -> str:
    own = "700000417"
    digits = "".join(draw(BETWEEN) + d for d in own)
    script = draw(st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９"]))
    before = draw(st.sampled_from(["", "0", "254", "+254", "00254", "+254 ", "(0)", "254-0"]))
    return (before + digits).translate({ord(str(i)): c for i, c in enumerate(script)})


@st.composite
def spelt(draw: st.DrawFn) -> str:
    part = draw(st.sampled_from(["grace", "wanjiru", "neill"]))
    marks = [draw(st.sampled_from(["", "\u0301", "\u0303", "\u0308"])) for _ in part]
    accented = "".join(c + m for c, m in zip(part, marks, strict=True))
    forms: list[Literal["NFC", "NFD"]] = ["NFC", "NFD"]
    form = draw(st.sampled_from(forms))
    case = draw(st.sampled_from([str.upper, str.lower, str.title]))
    return unicodedata.normalize(form, case(accented))


@given(before=st.text(st.characters(categories=["L", "Zs"])), number=dialled())
def test_a_number_is_hidden_however_it_is_dialled(before: str, number: str) -> None:
    told = PERSON.hide(f"{before} {number} .")
    kept = "".join(str(unicodedata.decimal(c)) for c in told if c.isdecimal())
    assert "700000417" not in kept
    assert HIDDEN in told


@given(before=st.text(max_size=5), part=spelt(), after=st.text(max_size=5))
def test_a_part_of_a_name_is_hidden_however_it_is_written(before: str, part: str, after: str) -> None:
    told = PERSON.hide(f"{before}{part}{after}")
    bare = [c for c in unicodedata.normalize("NFKD", told) if not unicodedata.combining(c)]
    assert not any(word in "".join(bare).casefold() for word in ("grace", "wanjiru", "neill"))


def test_accounts_addresses_and_short_numbers() -> None:
    assert PERSON.hide("to 0110 9876 54321 and 110987654321") == f"to {HIDDEN} and {HIDDEN}"
    assert PERSON.hide("0X5AAEB6053f3e94c9b9a09f33669435e7ef1beaed") == HIDDEN
    assert PERSON.hide("till 553311, not 5533112 nor 1553311") == f"till {HIDDEN}, not 5533112 nor 1553311"


@given(other=st.integers(10**8, 10**9 - 1))
def test_other_numbers_stand(other: int) -> None:
    number = f"+254{other}"
    assert PERSON.hide(number) == (HIDDEN if number == PHONE else number)


def test_places_keep_their_numbers_and_lose_their_names() -> None:
    assert PERSON.hide_in_place("sheet:Grace!cell:553311,2") == f"sheet:{HIDDEN}!cell:553311,2"
    assert PERSON.hide_in_place("line:553311") == "line:553311"


def test_nobody_protected_changes_nothing() -> None:
    assert not NOBODY
    assert NOBODY.hide("Grace 0700 000 417") == "Grace 0700 000 417"
    assert NOBODY.hide_in_place("line:1") == "line:1"


def test_names_of_files_by_what_they_tell() -> None:
    sha = "3f2a9c" + "0" * 58
    assert PERSON.file_name("wanjiru.pdf", sha, named=True) == "file 3f2a9c….pdf"
    assert PERSON.file_name("statement.pdf", sha, named=True) == "statement.pdf"
    assert PERSON.file_name("statement.pdf", sha, named=False) == "file 3f2a9c….pdf"
    assert file_label("grace.wanjiru", sha) == "file 3f2a9c…"
    assert ending_of("a.grace") == ""


def test_receipts_and_sources_quote_nobody() -> None:
    sha = "3f2a9c" + "0" * 58
    receipt = Receipt(
        sha,
        "grace.csv",
        "table",
        Verdict.PARTIAL,
        rejected=(Reject("sheet:Wanjiru!cell:2,1", "no number (text 0700-000-417)", "ask Grace", "raw"),),
        assumptions={"read": "grace.csv has 3 columns: Wanjiru"},
    )
    for named in (True, False):
        told = str(PERSON.receipt(receipt, named=named)).casefold()
        assert not any(word in told for word in ("grace", "wanjiru", "417", "raw='raw"))
        source = Source(sha, "grace.csv", 1, supplier="Grace Wanjiru", authority="consent of Grace")
        assert "grace" not in str(PERSON.source(source, named=named)).casefold()


def test_names_compare_without_case_accents_and_order() -> None:
    assert folded("Wanjirũ  GRACE") == folded("grace wanjiru")
    assert folded("Grace Wanjiru") != folded("Grace Wambui")
    assert parse_identifier("msisdn", "0700000417").value == PHONE
