"""A segment says what the reading said, sorted, and depends on nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import StoreError
from graph.model.tables import ROWS
from graph.store import Content
from graph.stores.ledger import segments
from graph.stores.ledger.disk import Disk
from graph.stores.ledger.keys import StoreKey, known_column
from graph.stores.ledger.layout import NODES, STORED_ROWS, Layout
from graph.stores.ledger.segments import write_batch
from tests.graph.stores.ledger.evidence import ANN, BEN, BOOK, CAT, MASKED, fact, facts, row, rows

if TYPE_CHECKING:
    from pathlib import Path

    from graph.stores.ledger.segments import Written

KEY = StoreKey(b"k" * 32)


def write(
    folder: Path, batches: list[pa.RecordBatch], key: StoreKey = KEY, **more: Any
) -> tuple[Layout, Written]:
    layout = Layout(folder)
    folder.mkdir(exist_ok=True)
    return layout, write_batch(layout, key, "b", Content(rows=batches, **more), Disk())


def read(layout: Layout, written: Written, role: str) -> list[dict[str, Any]]:
    paths = [layout.root / f.path for f in written.files if f.role == role]
    return [r for path in paths for r in pq.read_table(path, page_checksum_verification=True).to_pylist()]


def test_rows_come_back_as_told(tmp_path: Path) -> None:
    told = list(BOOK.told)
    layout, written = write(tmp_path, [rows(*told)])
    stored = read(layout, written, "rows")
    keys = {r["id"]: r["key"] for r in read(layout, written, "instruments")}
    nodes = {r["node"]: keys[r["id"]] for r in read(layout, written, "nodes")}
    for one, other in zip(told, stored, strict=True):
        for name in ("debit", "credit", "statement"):
            assert nodes.get(other[name]) == one[name]
        for name in set(STORED_ROWS.names) - {"debit", "credit", "statement", "rail", "reverses"}:
            assert other[name] == one[name], name
        assert other["rail"] == (KEY.rail_of(one["rail"]) if one["rail"] else None)
    texts = [(r["table"], r["obs"], r["part"], r["ref"], r["text"]) for r in read(layout, written, "texts")]
    assert texts == [("rows", 0, 0, "INV-1", "School fees"), ("rows", 1, 0, "INV-2", "Flour")]


def test_segments_hold_nothing_identifying(tmp_path: Path) -> None:
    layout, _ = write(tmp_path, [rows(*BOOK.told)], facts=[facts(*BOOK.facts)])
    raw = b"".join(p.read_bytes() for p in sorted(layout.segments("b").iterdir()))
    for secret in ("254700000001", "School", "INV-1", "WANJIRU", "TZZ0000AAA"):
        assert secret.encode() not in raw


def test_files_know_what_is_fully_known(tmp_path: Path) -> None:
    layout, written = write(tmp_path, [rows(*BOOK.told)])
    keys = {r["id"]: r["key"] for r in read(layout, written, "instruments")}
    known = {keys[r["id"]]: r["known"] for r in read(layout, written, "nodes")}
    assert known == {ANN: True, BEN: True, CAT: True, MASKED: False}
    assert pq.read_schema(next(layout.segments("b").glob("nodes*"))).remove_metadata().equals(NODES)


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("msisdn::+254700000001", True),
        ("till:mpesa:123456", True),
        ("account:BANK:00%0A12", True),
        ("exchange:e:a*b...c", True),
        ("msisdn:ab:+2547*****001", False),
        ("card:ab:411111...1111", False),
        ("name:ab:JANE", False),
        ("cash:a#1:x", False),
        ("unknown:s#line%3A1:x", False),
        ("party:s:x", False),
        ("account:", False),
        ("no kind at all", False),
    ],
)
def test_what_names_an_instrument_fully(key: str, known: bool) -> None:
    assert known_column(pa.array([key])).to_pylist() == [known]


@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_bytes_do_not_depend_on_how_a_reader_cuts_its_batches(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ends = st.sampled_from([ANN, BEN, CAT, MASKED, None])
    told = []
    for obs in range(data.draw(st.integers(1, 12))):
        debit, credit = data.draw(ends), data.draw(ends)
        told.append(
            row(
                obs // 2, debit, ANN if debit is None else credit, obs, lo=data.draw(st.integers(0, 3)), hi=9,
                a=data.draw(st.integers(0, 2)), text=data.draw(st.sampled_from([None, "x", "ẍ"])),
                mark=data.draw(st.sampled_from([None, "b", "a"])),
                rail=data.draw(st.sampled_from([None, "mpesa:R"])),
            )
        )  # fmt: skip
    whole = rows(*told)
    cut = data.draw(st.integers(0, len(told)))
    parts = [rows(*piece) for piece in (told[:cut], told[cut:]) if piece]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "PART", data.draw(st.integers(1, 13)))
        one, two, three = (tmp_path_factory.mktemp(name) for name in ("one", "two", "three"))
        first, second = write(one, [whole])[1], write(two, parts)[1]
        other_key = write(three, parts, StoreKey(b"other" * 6 + b"xx"))[1]
    assert first == second
    assert [(f.path, f.content) for f in other_key.files] == [(f.path, f.content) for f in first.files]
    if all(r["rail"] is None for r in told):
        same = [f.sha256 for f in first.files if f.role == "rows"]
        assert [f.sha256 for f in other_key.files if f.role == "rows"] == same


def test_each_part_is_in_the_total_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "PART", 3)
    told = [row(n, ANN, BEN, n, lo=5 - n % 3, hi=9, seq=-n, a=n) for n in range(7)]
    layout, written = write(tmp_path, [rows(*told)])
    files = [f for f in written.files if f.role == "rows"]
    assert [f.rows for f in files] == [3, 3, 1]
    for file in files:
        keys = [
            (r["lo"], r["seq"], r["a"], r["b"]) for r in pq.read_table(layout.root / file.path).to_pylist()
        ]
        assert keys == sorted(keys)
        assert (file.lo, file.hi) == (keys[0][0], 9)


def test_texts_number_the_rows_of_an_observation_across_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "PART", 2)
    told = [row(0, ANN, BEN, n, lo=n, hi=9, text=f"t{n}") for n in range(5)]
    layout, written = write(tmp_path, [rows(*told)])
    assert [(r["part"], r["text"]) for r in read(layout, written, "texts")] == [
        (n, f"t{n}") for n in range(5)
    ]


def test_sums_are_exact_and_seen_from_the_statement(tmp_path: Path) -> None:
    most = 10**38 - 1
    told = [
        row(0, ANN, BEN, most, statement=ANN),
        row(1, ANN, BEN, most, statement=ANN),
        row(2, BEN, ANN, 5, statement=ANN),
        row(3, ANN, BEN, 7, status="failed"),
        row(4, ANN, None, 3, asset="TZS:2"),
    ]
    _, written = write(tmp_path, [rows(*told)])
    assert written.sums == {"KES:2": {"in": "5", "out": str(2 * most)}, "TZS:2": {"in": "0", "out": "3"}}
    assert (written.rows, written.observations) == (5, 5)


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (row(3, ANN, BEN, -1), "negative"),
        (row(3, ANN, BEN, 1, hi=0), "ends before"),
        (row(3, None, None, 1), "neither end"),
        (row(3, "", BEN, 1), "debit is empty"),
        (row(3, ANN, BEN, None), "exactly one"),
        (row(3, ANN, BEN, 1, digits="9" * 40), "exactly one"),
        (row(3, ANN, BEN, None, digits="12"), "beyond 38"),
        (row(3, ANN, BEN, 1, status="done"), "status is no word"),
        (row(3, ANN, BEN, 1, kind="present"), "kind is no word"),
        (row(3, ANN, BEN, 1, asset=None), "asset is missing"),
        (row(3, ANN, BEN, 1, lo=None), "lo is missing"),
        (row(-1, ANN, BEN, 1), "obs is negative"),
    ],
)
def test_a_row_the_model_does_not_allow_is_named(bad: dict[str, Any], what: str, tmp_path: Path) -> None:
    good = [row(n, ANN, BEN, n) for n in range(3)]
    loose = pa.schema([f.with_nullable(True) for f in ROWS])
    batch = pa.Table.from_pylist([*good, bad], schema=loose).to_batches()[0]
    with pytest.raises(StoreError, match=what) as caught:
        write(tmp_path, [batch])
    assert caught.value.fields()["batch"] == "b"
    assert caught.value.fields()["row"] == len(good)


def test_other_columns_than_the_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="columns are not those"):
        write(tmp_path, [pa.RecordBatch.from_pydict({"obs": [1]})])


def test_rows_may_come_as_a_stream_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.arrow"
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, ROWS) as stream:
        stream.write_batch(rows(*BOOK.told))
    (tmp_path / "a").mkdir()
    streamed = write_batch(Layout(tmp_path / "a"), KEY, "b", Content(rows=path), Disk())
    assert streamed == write(tmp_path / "b", [rows(*BOOK.told)])[1]


def test_facts_are_kept_with_their_text_apart(tmp_path: Path) -> None:
    layout, written = write(tmp_path, [], facts=[facts(fact(1, ANN, "ANN"), fact(1, BEN, "BEN"))])
    assert [r["fields"] for r in read(layout, written, "facts")] == ["{}", "{}"]
    assert [(r["table"], r["obs"], r["part"], r["text"]) for r in read(layout, written, "texts")] == [
        ("facts", 1, 0, "ANN"),
        ("facts", 1, 1, "BEN"),
    ]


def test_nothing_read_is_a_batch_of_no_files(tmp_path: Path) -> None:
    assert write(tmp_path, [])[1].files == ()
