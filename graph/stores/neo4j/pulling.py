"""From the shared graph into a ledger: documents newer than the last pull, and the files that they name.

A pull that finds nothing costs one question. What comes is opened under the domain's key, checked by
hash, and adopted (``graph.stores.ledger.adopting``); a pull that was killed is done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.errors import IntegrityError, StoreFormatError
from graph.stores.ledger.adopting import Adopted, adopt
from graph.stores.ledger.disk import Disk, write_whole
from graph.stores.ledger.told import Told
from graph.stores.neo4j.model import GRAPH, Label
from graph.stores.neo4j.parts import TOGETHER, require_key
from graph.stores.neo4j.sealing import Seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from graph.model.scope import Scope
    from graph.stores.ledger.store import LedgerStore
    from graph.stores.neo4j.server import Server

_NEWER = f"""
    OPTIONAL MATCH (g:{Label.GRAPH} {{id: $id}})
    WITH g, CASE WHEN g.born = $born THEN $revision ELSE -1 END AS since
    OPTIONAL MATCH (d:{Label.DOCUMENT}) WHERE d.revision > since
    RETURN g.born AS born, g.revision AS revision, g.key_check AS key_check,
           d.id AS id, d.body AS body, d.pieces AS pieces
    ORDER BY d.revision, d.id"""
_COUNT = f"MATCH (p:{Label.PART} {{sha256: $sha256}}) WHERE p.of > 0 RETURN max(p.of) AS of"
_BYTES = f"UNWIND $ids AS id MATCH (p:{Label.PART} {{id: id}}) RETURN p.id AS id, p.bytes AS bytes"
_NOTE = "pulled"


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull brought: batches, rows of the catalogue, and the revision that the ledger now knows.

    ``left_out``: identity files that this ledger has under other bytes, because persons were erased on two
    workstations at once: each erases what the other did as well.
    """

    batches: int
    documents: int
    revision: int
    left_out: tuple[str, ...] = ()


def pull(
    server: Server,
    ledger: LedgerStore,
    scope: Scope,
    on_batch: Callable[[str, int, int], None] = lambda _batch, _at, _of: None,
    remembered: Path | None = None,
) -> Pulled:
    """Make everything that the shared graph holds this ledger's own.

    Parameters
    ----------
    remembered : Path, optional
        File that says how far the ledger knows the graph, so that what it pushed itself is not looked
        at each time; it can be removed.

    Raises
    ------
    StoreError
        The graph belongs to another identity key.
    IntegrityError
        A sealed part was changed; it is named, and nothing of its batch is kept.
    """
    born, revision = _known(ledger, remembered)
    rows = server.read(_NEWER, id=GRAPH, born=born, revision=revision)
    about = rows[0]
    if about["born"] is None:
        return Pulled(0, 0, 0)
    require_key(server, ledger.writer.key, about["key_check"])
    source = _Source(server, Seal(ledger.writer.key))
    told = [source.document(row["id"], row["body"], row["pieces"]) for row in rows if row["id"]]
    if not told:
        return Pulled(0, 0, about["revision"])
    note = f"{about['born']} {about['revision']}"
    found: Adopted = adopt(ledger.writer, scope, told, source.file, on_batch, (_NOTE, note))
    if remembered is not None:
        write_whole(Disk(), remembered, [f"{_first(ledger)} {note}".encode()])
    return Pulled(found.batches, found.rows, about["revision"], tuple(found.left_out))


def _known(ledger: LedgerStore, remembered: Path | None) -> tuple[str, int]:
    """Return which graph the ledger knows, and up to which revision."""
    told = ledger.catalogue.meta(_NOTE).split()
    if remembered is not None and remembered.is_file():
        first, *rest = remembered.read_text("utf-8").split()
        told = rest if first == _first(ledger) else told
    return (told[0], int(told[1])) if told else ("", -1)


def _first(ledger: LedgerStore) -> str:
    """Return the hash of the ledger's first audit row: what is remembered is of this very ledger."""
    return str(ledger.catalogue.fetch("SELECT hash FROM audit WHERE seq = 1")[0][0])


class _Source:
    """Sealed things of one graph, opened."""

    def __init__(self, server: Server, seal: Seal) -> None:
        self._server, self._seal = server, seal

    def document(self, name: str, body: bytes | None, pieces: int | None) -> Told:
        """Return the row that a document holds; it must be what its name was made from."""
        whole = self._pieces(name, pieces) if pieces else (self._seal.open(body or b"", name),)
        text = b"".join(whole).decode()
        if self._seal.name(text) != name:
            raise IntegrityError("a document of the shared graph is not what its name says", part=name)
        try:
            return Told.read(text)
        except ValueError as cause:
            raise StoreFormatError(
                "the shared graph holds a document of a kind that this program does not know",
                part=name,
                hint="update the program; nothing was changed",
            ) from cause

    def file(self, sha256: str, path: str) -> Iterator[bytes]:
        """Yield the bytes of a file."""
        of = self._server.read(_COUNT, sha256=sha256)[0]["of"]
        if of is None:
            raise IntegrityError(
                "a file is missing in the shared graph",
                path=path,
                expected=sha256,
                hint="push it again from the ledger that holds it",
            )
        yield from self._pieces(sha256, of)

    def _pieces(self, name: str, of: int) -> Iterator[bytes]:
        for at in range(0, of, TOGETHER):
            names = [f"{name}/{n}" for n in range(at, min(at + TOGETHER, of))]
            found = {row["id"]: row["bytes"] for row in self._server.read(_BYTES, ids=names)}
            for one in names:
                if one not in found:
                    raise IntegrityError("a sealed part is missing in the shared graph", part=one)
                yield self._seal.open(found[one], one)
