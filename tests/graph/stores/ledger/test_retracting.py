"""A store that took sources back holds what one without them holds: in content, links and bytes."""

from __future__ import annotations

# ruff: noqa: S311 - chance from a seed, so that a failure can be repeated
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from graph.model.results import Result, ResultKind
from graph.stores.ledger.content import content_hash
from graph.stores.ledger.verify import verify
from tests.graph.stores.ledger.evidence import BOOK, FILES, OTHER, SCOPE, add, close, links_of, store_with

if TYPE_CHECKING:
    from pathlib import Path

    from graph.stores.ledger.writer import LedgerWriter
    from tests.graph.stores.ledger.evidence import File

Held = tuple[str, list[tuple[str, str, str, str]], list[str]]
NEWER = replace(OTHER, version="2")


def held(writer: LedgerWriter) -> Held:
    batches = [b.batch for b in writer.catalogue.batches(("c",))]
    return content_hash(writer.catalogue, ("c",)), links_of(writer), batches


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], Held]:
    """What a store holds that never knew anything but the files, for every set of files."""
    found = {}
    folder = tmp_path_factory.mktemp("fresh")
    for chosen in range(2 ** len(FILES)):
        files = [f for i, f in enumerate(FILES) if chosen >> i & 1]
        writer = store_with(folder / str(chosen), files)
        found[tuple(sorted(f.name for f in files))] = held(writer)
        close(writer)
    return found


@pytest.mark.parametrize("seed", range(50))
def test_what_remains_is_all_that_counts(
    seed: int, tmp_path: Path, fresh: dict[tuple[str, ...], Held]
) -> None:
    chance = random.Random(seed)
    writer = store_with(tmp_path, [])
    there: dict[str, File] = {}
    for _ in range(chance.randint(4, 10)):
        file = chance.choice(FILES)
        if file.name in there and chance.random() < 0.7:
            writer.retract(SCOPE, file.source.sha256, f"reason {seed}")
            del there[file.name]
        else:
            add(writer, file, tmp_path)
            there[file.name] = file
    assert held(writer) == fresh[tuple(sorted(there))]
    if seed % 10 == 0:
        assert verify(writer.layout) == []
    close(writer)


def test_an_older_reading_does_not_come_back_beside_the_newer(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [OTHER, NEWER])
    add(writer, OTHER, tmp_path)
    assert [b.batch for b in writer.catalogue.batches(None)] == [NEWER.batch.id]
    writer.retract(SCOPE, OTHER.source.sha256, "wrong")
    assert writer.catalogue.retracted(("c",)) == {OTHER.source.sha256: "wrong"}
    add(writer, NEWER, tmp_path)
    assert [b.batch for b in writer.catalogue.batches(None)] == [NEWER.batch.id]
    assert writer.catalogue.retracted(("c",)) == {}
    assert verify(writer.layout) == []
    close(writer)


def test_no_reason_stands_in_the_audit_log(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    writer.retract(SCOPE, BOOK.source.sha256, "taken from Ann Wanjiru by mistake")
    assert not any("Wanjiru" in row.what + row.purpose for row in writer.catalogue.audit_rows())
    close(writer)


def test_a_result_stands_again_once_it_is_computed_again(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    observation = links_of(writer)
    assert observation == []
    cited = (BOOK.source.sha256,)
    from graph.model.provenance import observation_id

    result = Result(ResultKind.TRACE, "c", "t", {}, {}, "v", (observation_id(cited[0], "line:1"),))
    for _ in range(2):
        writer.record(SCOPE, result)
        assert writer.catalogue.standing(("c",), result.id)
        assert writer.retract(SCOPE, BOOK.source.sha256, "r") == (result.id,)
        assert not writer.catalogue.standing(("c",), result.id)
        add(writer, BOOK, tmp_path)
    close(writer)
