from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import LocatorError
from graph.model.locators import (
    Cell,
    ChainLog,
    Line,
    Locator,
    PageRow,
    Pointer,
    XPath,
    check_form,
    escape,
    expand,
)

NAME = st.text(min_size=1)
COUNT = st.integers(1, 10**18 - 1)
TOKEN = st.text().map(lambda t: "/" + t.replace("~", "~0").replace("/", "~1"))
PLACES = st.one_of(
    st.builds(Line, COUNT),
    st.builds(Cell, NAME, COUNT, COUNT),
    st.builds(PageRow, COUNT, COUNT),
    st.builds(XPath, NAME),
    st.builds(Pointer, st.lists(TOKEN).map("".join)),
    st.builds(ChainLog, NAME, NAME, COUNT | st.just(0)),
)
LOCATORS = st.builds(Locator, PLACES, st.lists(NAME, max_size=3).map(tuple))


@given(LOCATORS)
def test_canonical_text_reads_back(locator: Locator) -> None:
    assert Locator.parse(str(locator)) == locator


@given(LOCATORS)
def test_canonical_text_is_one_line_without_braces(locator: Locator) -> None:
    text = str(locator)
    assert len(text.splitlines()) == 1
    assert not {"{", "}"} & set(text)


@given(LOCATORS, LOCATORS)
def test_two_places_never_share_a_text(a: Locator, b: Locator) -> None:
    assert (str(a) == str(b)) == (a == b)


@pytest.mark.parametrize(
    ("text", "locator"),
    [
        ("line:12", Locator(Line(12))),
        ("member:a.zip!member:b.csv!line:1", Locator(Line(1), ("a.zip", "b.csv"))),
        ("sheet:P2P orders!cell:2,14", Locator(Cell("P2P orders", 2, 14))),
        ("page:3,row:41", Locator(PageRow(3, 41))),
        ("xpath:/report/transaction[2]/t_to", Locator(XPath("/report/transaction[2]/t_to"))),
        ("pointer:/data/0/a~1b", Locator(Pointer("/data/0/a~1b"))),
        ("pointer:", Locator(Pointer(""))),
        ("chain:tron,tx:00ff,log:0", Locator(ChainLog("tron", "00ff", 0))),
    ],
)
def test_the_settled_forms(text: str, locator: Locator) -> None:
    assert str(locator) == text
    assert Locator.parse(text) == locator


@pytest.mark.parametrize(
    "text",
    [
        "",
        "line:",
        "line:0",
        "line:01",
        "line:" + "9" * 5_000,
        "line:-1",
        "line:1 ",
        "LINE:1",
        "line:１",
        "member:a!",
        "member:!line:1",
        "sheet:S!cell:1",
        "sheet:!cell:1,1",
        "page:1",
        "page:0,row:1",
        "xpath:",
        "pointer:a",
        "pointer:/~2",
        "chain:c,tx:,log:1",
        "chain:c,tx:h",
        "row:1",
        "member:a%2fb!line:1",
        "member:%61!line:1",
        "xpath:/a,b",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(LocatorError):
        Locator.parse(text)


@pytest.mark.parametrize(
    "place", [Line(0), Cell("", 1, 1), Cell("S", 0, 1), Pointer("a"), ChainLog("c", "h", -1)]
)
def test_impossible_places_are_refused(place: Line | Cell | Pointer | ChainLog) -> None:
    with pytest.raises(LocatorError):
        Locator(place)


@given(NAME, COUNT, COUNT)
def test_a_form_expands_to_the_canonical_text(name: str, a: int, b: int) -> None:
    form = f"member:{escape(name)}!sheet:{escape(name)}!cell:{{a}},{{b}}"
    assert expand(check_form(form), a, b) == str(Locator(Cell(name, a, b), (name,)))


def test_a_form_that_makes_no_locator_is_refused() -> None:
    with pytest.raises(LocatorError):
        check_form("line:{c}")
