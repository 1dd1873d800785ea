"""Two ledgers of one key that adopt from each other hold the same, whoever wrote what, when and where."""

from __future__ import annotations

# ruff: noqa: S311 - chance from a seed, so that a failure can be repeated
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from graph.errors import IntegrityError, StoreError
from graph.model.provenance import Link, LinkKind, observation_id
from graph.model.results import Assertion, AssertionKind, Disposition, Result, ResultKind
from graph.stores.ledger.adopting import adopt
from graph.stores.ledger.catalogue import Catalogue
from graph.stores.ledger.content import content_hash
from graph.stores.ledger.layout import Layout
from graph.stores.ledger.told import told_rows
from graph.stores.ledger.verify import verify
from graph.stores.ledger.writer import LedgerWriter, create
from tests.graph.stores.ledger.evidence import (
    ANN,
    BEN,
    BOOK,
    FILES,
    OTHER,
    SCOPE,
    THIRD,
    File,
    Ticking,
    add,
    close,
    fact,
    links_of,
    row,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NEWER = replace(OTHER, version="2")
ANOTHER_READER = replace(OTHER, reader="xlsx")


class Stopped(BaseException):
    """Stands for a process that ended."""


def workstation(folder: Path, key: Path | None = None, **options: object) -> LedgerWriter:
    layout, clock = Layout(folder / "store"), Ticking()
    create(layout, clock, identity_key=key)
    writer = LedgerWriter(layout, Catalogue.open(layout, clock), clock, **options)  # type: ignore[arg-type]
    writer.open_case(SCOPE, "c", "A case")
    return writer


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[LedgerWriter, LedgerWriter]]:
    one = workstation(tmp_path / "one")
    other = workstation(tmp_path / "other", one.layout.key)
    yield one, other
    close(one, other)


def fetching(source: LedgerWriter) -> Callable[[str, str], Iterator[bytes]]:
    def fetch(sha256: str, path: str) -> Iterator[bytes]:
        del sha256
        raw = (source.layout.root / path).read_bytes()
        yield raw[:7]
        yield raw[7:]

    return fetch


def tell(source: LedgerWriter, into: LedgerWriter) -> tuple[int, int]:
    found = adopt(into, SCOPE, [*told_rows(source.catalogue)], fetching(source))
    return found.batches, found.rows


def exchange(one: LedgerWriter, other: LedgerWriter) -> None:
    for _ in range(3):
        if not any((*tell(one, other), *tell(other, one))):
            return
    pytest.fail("the ledgers go on telling each other news")


def held(writer: LedgerWriter) -> tuple[object, ...]:
    c = writer.catalogue
    decided = [(d.result, d.decision, d.reason) for d in c.dispositions(None)]
    return (
        content_hash(c, ("c",)),
        links_of(writer),
        [b.batch for b in c.batches(None)],
        [b.files for b in c.stored_batches()],
        c.receipts(None),
        c.results(None),
        c.assertions(None),
        decided,
        c.retracted(None),
        c.documents(None, "note"),
    )


def conclude(writer: LedgerWriter, name: str, *citations: str) -> str:
    return writer.record(SCOPE, Result(ResultKind.LEAD, "c", f"{name} 1", {}, {}, "i", citations))


def decide(writer: LedgerWriter, result: str, decision: str, reason: str) -> None:
    ground = "duplicate" if decision == "dismissed" else ""
    writer.dispose(SCOPE, Disposition(result, decision, "ann", reason, "2026-01-01", ground))


def test_what_one_holds_the_other_holds_byte_for_byte(
    pair: tuple[LedgerWriter, LedgerWriter], tmp_path: Path
) -> None:
    one, other = pair
    for file in FILES:
        add(one, file, tmp_path)
    observation = BOOK.source.sha256[:32]
    one.assert_(
        SCOPE, Assertion(AssertionKind.ROLE, "c", observation, "victim", "ann", "said so", "2026-01-02")
    )
    one.link(SCOPE, Link("a" * 32, "b" * 32, LinkKind.SAME_EVENT, "asserted", "ann", "receipt seen"))
    one.keep_document(SCOPE, "c", "note", "n1", "2026-01-02", "{}")
    decide(one, conclude(one, "first", observation), "confirmed", "seen")
    assert tell(one, other)[0] == len(FILES)
    assert tell(one, other) == (0, 0)
    assert tell(other, one) == (0, 0)
    assert held(one) == held(other)
    assert verify(other.layout) == []


def test_each_brings_its_own_and_links_join_them(
    pair: tuple[LedgerWriter, LedgerWriter], tmp_path: Path
) -> None:
    one, other = pair
    add(one, BOOK, tmp_path)
    add(other, OTHER, tmp_path)
    add(other, THIRD, tmp_path)
    exchange(one, other)
    assert held(one) == held(other)
    assert links_of(one)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_both_did_they_agree(
    seed: int, pair: tuple[LedgerWriter, LedgerWriter], tmp_path: Path
) -> None:
    chance = random.Random(seed)
    leads: list[str] = []
    for _ in range(14):
        writer = chance.choice(pair)
        here = {s.sha256 for s in writer.catalogue.sources(("c",))}
        file = chance.choice((*FILES, NEWER))
        action = chance.random()
        if action < 0.45:
            add(writer, file, tmp_path)
        elif action < 0.6 and file.source.sha256 in here:
            writer.retract(SCOPE, file.source.sha256, f"reason {seed}")
        elif action < 0.75:
            leads.append(conclude(writer, f"L{len(leads)}", file.source.sha256[:32]))
        elif leads and action < 0.85 and writer.catalogue.standing(("c",), lead := chance.choice(leads)):
            decide(writer, lead, chance.choice(("confirmed", "dismissed")), f"r{seed}")
        else:
            exchange(*pair)
    exchange(*pair)
    assert held(pair[0]) == held(pair[1])
    assert [verify(w.layout) for w in pair] == [[], []]


def test_of_two_readers_the_same_one_is_seen_everywhere(
    pair: tuple[LedgerWriter, LedgerWriter], tmp_path: Path
) -> None:
    one, other = pair
    add(one, OTHER, tmp_path)
    add(other, ANOTHER_READER, tmp_path)
    exchange(one, other)
    seen = [b.batch for b in one.catalogue.batches(None)]
    assert seen == [b.batch for b in other.catalogue.batches(None)]
    assert seen == [min(OTHER.batch.id, ANOTHER_READER.batch.id)]


def test_the_last_word_is_the_same_everywhere(
    pair: tuple[LedgerWriter, LedgerWriter], tmp_path: Path
) -> None:
    one, other = pair
    add(one, BOOK, tmp_path)
    lead = conclude(one, "lead")
    exchange(one, other)
    decide(other, lead, "dismissed", "later by the clock")
    other.clock.now = one.clock.now  # type: ignore[attr-defined]
    decide(one, lead, "confirmed", "earlier")
    exchange(one, other)
    told = [d.reason for d in one.catalogue.dispositions(None)]
    assert told == [d.reason for d in other.catalogue.dispositions(None)]


def test_what_rests_on_evidence_taken_back_elsewhere_falls(
    pair: tuple[LedgerWriter, LedgerWriter], tmp_path: Path
) -> None:
    one, other = pair
    add(one, BOOK, tmp_path)
    exchange(one, other)
    one.retract(SCOPE, BOOK.source.sha256, "wrong file")
    lead = conclude(other, "on it", observation_id(BOOK.source.sha256, "line:1"))
    exchange(one, other)
    assert not one.catalogue.standing(("c",), lead)
    assert held(one) == held(other)


def test_an_erasure_reaches_every_ledger(pair: tuple[LedgerWriter, LedgerWriter], tmp_path: Path) -> None:
    one, other = pair
    named = File("named.csv", (row(0, ANN, BEN, 5, text="for the child"),), (fact(1, ANN, "ANN WANJIRU"),))
    add(one, named, tmp_path)
    exchange(one, other)
    one.forget(SCOPE, instruments=[one.key.id_of(ANN).hex()], reason="order of the court")
    exchange(one, other)
    assert held(one) == held(other)
    for path in (other.layout.root / "identities").rglob("*.parquet"):
        assert ANN.encode() not in path.read_bytes()
    assert verify(other.layout) == []


@pytest.mark.parametrize("phase", ["parse", "segment written", "before commit", "after commit"])
def test_an_adoption_that_was_stopped_is_done_again(phase: str, tmp_path: Path) -> None:
    one = workstation(tmp_path / "one")
    for file in FILES:
        add(one, file, tmp_path)
    passed: list[str] = []

    def on_phase(name: str) -> None:
        passed.append(name)
        if name == phase and passed.count(name) == 2:
            raise Stopped

    other = workstation(tmp_path / "other", one.layout.key, on_phase=on_phase)
    with pytest.raises(Stopped):
        tell(one, other)
    tell(one, other)
    assert held(one) == held(other)
    assert verify(other.layout) == []
    close(one, other)


def test_bytes_that_are_not_those_announced_are_refused(
    pair: tuple[LedgerWriter, LedgerWriter], tmp_path: Path
) -> None:
    one, other = pair
    add(one, BOOK, tmp_path)

    def fetch(sha256: str, path: str) -> Iterator[bytes]:
        raw = bytearray(b"".join(fetching(one)(sha256, path)))
        raw[-1] ^= "segments" in path
        yield bytes(raw)

    with pytest.raises(IntegrityError, match="segments/"):
        adopt(other, SCOPE, [*told_rows(one.catalogue)], fetch)
    assert other.catalogue.batches(None) == ()
    tell(one, other)
    assert held(one) == held(other)


def test_a_store_is_made_with_the_key_of_its_domain(tmp_path: Path) -> None:
    one = workstation(tmp_path / "one")
    other = workstation(tmp_path / "other")
    assert one.key.id_of(ANN) != other.key.id_of(ANN)
    with pytest.raises(StoreError, match="another identity key"):
        create(other.layout, identity_key=one.layout.key)
    short = tmp_path / "short"
    short.write_bytes(b"x")
    with pytest.raises(IntegrityError, match="no identity key"):
        create(Layout(tmp_path / "third"), identity_key=short)
    assert not (tmp_path / "third").exists()
    close(one, other)
