"""The steps between a reader's columns and a segment's: each against the plain way of saying it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.tables import ROWS, UNITS, WORD
from graph.stores.ledger.canonical_columns import hash_columns, is_same_memory, sorted_words
from graph.stores.ledger.index_arrays import ID, id_order
from graph.stores.ledger.numbering import Numbering
from graph.stores.ledger.occurrences import Occurrences
from graph.stores.ledger.row_checks import check_rows, conform
from graph.stores.ledger.sums import Sums, exact_sums
from tests.graph.stores.ledger.evidence import ANN, BEN, row, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXTS = st.lists(st.sampled_from(["b", "a", "", "c", None]), max_size=8)


def own_words(texts: Sequence[str | None]) -> pa.DictionaryArray:
    """Return a column whose dictionary has an entry for every row, and one that no row uses."""
    indices = [None if text is None else at for at, text in enumerate(texts)]
    words = [*("" if text is None else text for text in texts), "unused"]
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(words, pa.string()))


@given(texts=_TEXTS)
def test_the_same_words_have_one_form_and_one_hash(texts: list[str | None]) -> None:
    plain = pa.array(texts, pa.string())
    forms = [sorted_words(column) for column in (plain.dictionary_encode(), own_words(texts))]
    for form in forms:
        assert form.dictionary.to_pylist() == sorted({t for t in texts if t is not None})
        assert form.to_pylist() == texts
        assert sorted_words(form).to_pylist() == texts
    assert len({hash_columns([form]) for form in forms}) == 1


@given(parts=st.lists(_TEXTS, max_size=4), data=st.data())
def test_numbers_do_not_depend_on_how_words_are_told(
    parts: list[list[str | None]], data: st.DataObject
) -> None:
    encoded, own = Numbering(), Numbering()
    known: dict[str, int] = {}
    for texts in parts:
        wanted = [None if t is None else known.setdefault(t, len(known)) for t in texts]
        plain = pa.array(texts, pa.string()).dictionary_encode()
        other = own_words(texts) if data.draw(st.booleans()) else plain
        assert encoded.column(plain.cast(WORD)).to_pylist() == wanted
        assert own.column(other.cast(WORD)).to_pylist() == wanted
    assert encoded.keys().to_pylist() == own.keys().to_pylist() == list(known)


def test_a_dictionary_that_comes_again_is_known_by_its_memory() -> None:
    words = pa.array(["a", "b", "c"])
    columns = [
        pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), words) for codes in ([2, 0], [1, 2])
    ]
    assert is_same_memory(columns[0].dictionary, columns[1].dictionary)
    assert not is_same_memory(words, pa.array(["a", "b", "c"]))
    assert not is_same_memory(words.slice(1), words.slice(0, 2))
    numbering = Numbering()
    assert [numbering.column(column).to_pylist() for column in columns] == [[0, 1], [2, 0]]


@given(parts=st.lists(st.lists(st.integers(0, 6), max_size=6), max_size=5))
def test_occurrences_count_the_rows_of_each_observation(parts: list[list[int]]) -> None:
    seen, counted = Occurrences(), Counter[int]()
    for obs in parts:
        places = seen.next(np.array(obs, np.int32)).tolist()
        for one, place in zip(obs, places, strict=True):
            assert place == counted[one]
            counted[one] += 1
        assert seen.observations == len(counted)


_MOST = 10**38 - 1
_AMOUNTS = st.one_of(st.none(), st.integers(0, 9), st.sampled_from([2**62, 2**63 - 1, 2**63, 2**64, _MOST]))


@given(told=st.lists(st.tuples(_AMOUNTS, st.integers(-1, 2)), max_size=9), cut=st.integers(0, 3))
def test_sums_are_exact_beyond_every_machine_word(told: list[tuple[int | None, int]], cut: int) -> None:
    units = pa.array([None if a is None else Decimal(a) for a, _ in told], UNITS).slice(cut)
    groups = np.array([g for _, g in told], np.int64)[cut:]
    wanted = [sum(a for a, g in told[cut:] if a is not None and g == group) for group in range(3)]
    assert exact_sums(units, groups, 3) == wanted


def test_a_statement_sees_its_own_side_only() -> None:
    columns = rows(
        row(0, ANN, BEN, 5, statement=ANN), row(1, BEN, ANN, 3, statement=ANN), row(2, ANN, BEN, 2)
    )
    table = {name: columns[name] for name in ROWS.names}
    numbering, sums = Numbering(), Sums()
    sums.add(table, {name: numbering.column(table[name]) for name in ("debit", "credit", "statement")})
    assert sums.told() == {"KES:2": {"in": str(3 + 2), "out": str(5 + 2)}}


@pytest.mark.parametrize("words", [["x", None, "y"], [None]])
def test_a_null_in_a_dictionary_is_a_missing_word(words: list[str | None]) -> None:
    batch = rows(*(row(n, ANN, BEN, n) for n in range(len(words))))
    channel = pa.DictionaryArray.from_arrays(
        pa.array(range(len(words)), pa.int32()), pa.array(words, pa.string())
    )
    table = pa.Table.from_batches([batch]).set_column(
        ROWS.names.index("channel"), ROWS.field("channel"), channel
    )
    told = conform(table, ROWS, "b", 0)["channel"]
    assert told.to_pylist() == words
    assert told.null_count == 1


@given(
    chunks=st.lists(
        st.tuples(st.lists(st.sampled_from([ANN, BEN]), min_size=1, max_size=4), st.booleans()),
        min_size=1,
        max_size=4,
    )
)
def test_chunks_with_dictionaries_of_their_own_become_one(chunks: list[tuple[list[str], bool]]) -> None:
    batches = []
    for ends, own in chunks:
        batch = rows(*(row(n, end, None, n) for n, end in enumerate(ends)))
        debit = own_words(ends) if own else pa.array(ends).dictionary_encode()
        place = ROWS.names.index("debit")
        batches.append(batch.set_column(place, ROWS.field("debit"), debit.cast(WORD)))
    whole = conform(pa.Table.from_batches(batches), ROWS, "b", 0)
    check_rows(whole, "b", 0)
    assert whole["debit"].num_chunks == 1
    assert whole["debit"].to_pylist() == [end for ends, _ in chunks for end in ends]


def test_a_wrong_word_that_no_row_uses_is_no_breach() -> None:
    batch = rows(row(0, ANN, BEN, 1))
    for name, wrong in (("status", "done"), ("debit", "")):
        words = pa.array([batch[name][0].as_py(), wrong])
        column = pa.DictionaryArray.from_arrays(pa.array([0], pa.int32()), words)
        batch = batch.set_column(ROWS.names.index(name), ROWS.field(name), column)
    check_rows(conform(pa.Table.from_batches([batch]), ROWS, "b", 0), "b", 0)


@given(ids=st.lists(st.binary(min_size=16, max_size=16), max_size=6), upper=st.binary(min_size=8, max_size=8))
def test_ids_are_sorted_as_bytes_also_where_their_halves_are_equal(ids: list[bytes], upper: bytes) -> None:
    told = [*ids, *(upper + one[8:] for one in ids)]
    raw = np.frombuffer(b"".join(told), ID)
    assert [told[at] for at in id_order(raw)] == sorted(told)
