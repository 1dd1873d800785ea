"""The query engine reads the store's folders and nothing else, and tidies up after itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.stores.ledger.query import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    (tmp_path / "it's here").mkdir()
    opened = Engine((tmp_path / "it's here",), memory="200MB")
    yield opened
    opened.close()


def test_files_outside_the_store_cannot_be_read(engine: Engine, tmp_path: Path) -> None:
    inside, outside = tmp_path / "it's here" / "a.parquet", tmp_path / "b.parquet"
    for path in (inside, outside):
        pq.write_table(pa.table({"a": [1]}), path)
    sql = "SELECT a FROM read_parquet($1)"
    assert engine.table(sql, [[str(inside)]]).to_pydict() == {"a": [1]}
    with pytest.raises(duckdb.PermissionException):
        engine.table(sql, [[str(outside)]])
    with pytest.raises(duckdb.PermissionException):
        engine.table(f"COPY (SELECT 1) TO '{tmp_path / 'c.csv'}'")
    with pytest.raises(duckdb.Error):
        engine.table("SET enable_external_access = true")


def test_python_variables_are_no_tables(engine: Engine) -> None:
    secret = pa.table({"a": [1]})
    with pytest.raises(duckdb.CatalogException):
        engine.table("SELECT * FROM secret")
    assert engine.table("SELECT * FROM given", tables={"given": secret}).to_pydict() == {"a": [1]}


def test_what_does_not_fit_goes_to_the_store_and_away(engine: Engine, tmp_path: Path) -> None:
    left = tmp_path / ".spill-999999999-1"
    left.mkdir()
    found = engine.table(
        "SELECT count(*) AS n FROM (SELECT DISTINCT sha256(range::VARCHAR) FROM range(3000000))"
    )
    assert found.to_pydict() == {"n": [3_000_000]}
    engine.close()
    assert [p.name for p in tmp_path.iterdir()] == ["it's here"]
