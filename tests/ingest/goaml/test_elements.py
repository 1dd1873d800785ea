"""Streaming: one transaction in memory at a time, places as XPath has them."""

from __future__ import annotations

import tracemalloc
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.goaml.elements import Element, items
from ingest.goaml.leaves import own_leaves
from tests.ingest.sources.practice_reports import document, leaf_count, report, saved, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def leaves(element: Element, path: str) -> Iterator[tuple[str, str]]:
    """Yield path and text of every leaf."""
    for leaf in own_leaves(element, path):
        yield leaf.path, leaf.text
    for child, place in element.inside(path):
        yield from leaves(child, place)


def test_every_path_opens_the_element_that_it_names(tmp_path: Path) -> None:
    path = saved(tmp_path, report(transaction(1), transaction(2)))
    root = document(path)
    found = [leaf for item in items(path) for leaf in leaves(item.element, item.path)]
    assert len(found) == leaf_count(root)
    for place, text in found:
        element = root.find("." + place.removeprefix("/report"))
        assert element is not None
        assert (element.text or "") == text


def test_a_first_level_element_repeated_is_numbered_from_its_second_on(tmp_path: Path) -> None:
    path = saved(tmp_path, b"<report><x>1</x><x>2</x><transaction/></report>")
    assert [i.path for i in items(path)] == ["/report/x", "/report/x[2]", "/report/transaction[1]"]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (b"<report/>", ["/report"]),
        (b"<report a='1'/>", ["/report/@a", "/report"]),
        (b"<report a='1'><transactions/></report>", ["/report/@a", "/report/transactions"]),
        (
            b"<reportdata><transactions b='2'><transaction/></transactions>%b</reportdata>"
            % b"<transactions><transaction/></transactions>",
            [
                "/reportdata/transactions/@b",
                "/reportdata/transactions/transaction[1]",
                "/reportdata/transactions[2]/transaction[1]",
            ],
        ),
        (b"<report><report><x/></report></report>", ["/report/report"]),
    ],
)
def test_everything_in_a_streamed_element_comes_once(text: bytes, paths: list[str], tmp_path: Path) -> None:
    path = saved(tmp_path, text)
    found = list(items(path))
    assert [i.path for i in found] == paths
    assert sum(1 for i in found for _ in leaves(i.element, i.path)) == leaf_count(document(path))


def test_memory_does_not_grow_with_the_number_of_transactions(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = saved(tmp_path, report(*(transaction(n) for n in range(count))))
        tracemalloc.start()
        total = sum(item.element.name == "transaction" for item in items(path))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert total == count
        return most

    assert peak(2_000) < 2 * peak(200)


names = st.text("abcXYZ_", min_size=1, max_size=5)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=8)
trees = st.recursive(
    st.builds(lambda n, t: (n, t), names, texts),
    lambda inner: st.builds(lambda n, c: (n, c), names, st.lists(inner, min_size=1, max_size=4)),
    max_leaves=25,
)


def built(parent: ET.Element, tree: tuple[str, object]) -> None:
    name, value = tree
    element = ET.SubElement(parent, name)
    if isinstance(value, list):
        for one in value:
            built(element, one)
    else:
        element.text = str(value)


@given(forest=st.lists(trees, max_size=5))
def test_any_document_has_as_many_leaves_as_another_parser_counts(
    forest: list[tuple[str, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = ET.Element("report")
    for tree in forest:
        built(root, tree)
    path = saved(tmp_path_factory.mktemp("leaves"), root)
    found = [leaf for item in items(path) for leaf in leaves(item.element, item.path)]
    assert len(found) == leaf_count(root)
    assert len({place for place, _ in found}) == len(found)
