"""The first fill through the import tool gives what a push gives."""

from __future__ import annotations

import shlex
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from graph.errors import StoreError
from graph.model.scope import Scope
from graph.stores import open_store
from graph.stores.neo4j.desired import Desired
from graph.stores.neo4j.importing import write_import_files
from graph.stores.neo4j.pushing import push
from graph.stores.neo4j.verifying import verify
from tests.graph.stores.ledger.evidence import ANN, BEN, File, add, row

if TYPE_CHECKING:
    from pathlib import Path

    from tests.graph.stores.neo4j.conftest import PracticeStore
    from tests.neo4j_server import LocalServer

pytestmark = pytest.mark.neo4j
WHO = Scope("officer", (), "test")
ODD = 'a "quoted", word;\nand \x1f a line \\'


def test_an_imported_graph_is_the_pushed_one(
    neo4j_of_own: LocalServer, practice_store: PracticeStore, tmp_path: Path
) -> None:
    shutil.copytree(practice_store.place, tmp_path / "store")
    store: Any = open_store(str(tmp_path / "store"))
    case = Scope("officer", (practice_store.case,), "test")
    add(store, File("odd.csv", (row(0, ANN, BEN, 5, channel=ODD, mark=""),)), tmp_path, case)
    files = write_import_files(Desired(store, WHO), tmp_path / "files", lambda _part, _done, _total: None)
    neo4j_of_own.stop()
    words = [*shlex.split(files.command())[1:], "--overwrite-destination=true"]
    done = neo4j_of_own.admin(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    neo4j_of_own.start()
    with neo4j_of_own.connect() as server:
        pushed = push(server, store, WHO)
        assert pushed.written == 0
        assert pushed.documents > 0
        assert verify(server, Desired(store, WHO)).differences == ()
        (told,) = server.read("MATCH ()-[t:TRANSFER {mark: ''}]->() RETURN t.channel AS channel")
        assert told["channel"] == ODD
    store.close()


def test_a_folder_that_holds_something_is_refused(tmp_path: Path, practice_store: PracticeStore) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "mine").touch()
    store: Any = open_store(str(practice_store.place))
    with pytest.raises(StoreError, match="not empty"):
        write_import_files(Desired(store, WHO), tmp_path / "files", lambda _part, _done, _total: None)
    store.close()
