"""What a pull needs, put into the shared graph: files in sealed pieces, catalogue rows as sealed documents.

Files come before documents, so that whoever sees the document of a batch finds its files. Pieces and
documents are named by what they hold: pushing them again writes nothing, from whichever ledger.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from graph.errors import StoreError, StoreFormatError
from graph.stores.ledger.checking import checked
from graph.stores.ledger.told import ORDERED, STANDING, told_rows
from graph.stores.neo4j.model import FORMAT, GRAPH, Label
from graph.stores.neo4j.sealing import Seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from graph.stores.ledger.keys import StoreKey
    from graph.stores.ledger.layout import VisibleBatch
    from graph.stores.ledger.store import LedgerStore
    from graph.stores.ledger.told import Told
    from graph.stores.neo4j.server import Server, Transaction

PIECE = 1 << 20
"""Most bytes of a piece before it is sealed."""
TOGETHER = 8
"""Pieces of one transaction."""
DOCUMENTS = 500
_SHORT = 256 << 10
"""A longer document travels in pieces."""

ORDER = (*STANDING, *ORDERED)

_JOIN = f"""
    MERGE (g:{Label.GRAPH} {{id: $id}})
    ON CREATE SET g.key_check = $check, g.format = $format, g.born = $born, g.revision = 0
    ON MATCH SET g.key_check = coalesce(g.key_check, $check), g.format = coalesce(g.format, $format),
                 g.born = coalesce(g.born, $born), g.revision = coalesce(g.revision, 0)
    RETURN g.key_check AS key_check, g.format AS format, g.born AS born, g.revision AS revision"""
_THERE = f"UNWIND $ids AS id MATCH (p:{Label.PART} {{id: id}}) RETURN collect(p.id) AS ids"
_ERASED = f"""
    UNWIND $files AS sha256 MATCH (p:{Label.PART} {{id: sha256 + '/erased'}})
    RETURN collect(p.sha256) AS files"""
_PIECES = f"""
    UNWIND $pieces AS piece MERGE (p:{Label.PART} {{id: piece.id}})
    ON CREATE SET p.sha256 = piece.sha256, p.batch = piece.batch, p.role = piece.role, p.n = piece.n,
                  p.of = piece.of, p.bytes = piece.bytes"""
_ERASE = f"""
    UNWIND $files AS sha256 MATCH (p:{Label.PART} {{sha256: sha256}}) WHERE p.of > 0 DETACH DELETE p"""
_TOMB = f"""
    UNWIND $files AS sha256 MERGE (p:{Label.PART} {{id: sha256 + '/erased'}})
    ON CREATE SET p.sha256 = sha256, p.role = 'erased', p.of = 0, p.n = 0"""
_KNOWN = f"UNWIND $ids AS id MATCH (d:{Label.DOCUMENT} {{id: id}}) RETURN collect(d.id) AS ids"
_NEXT = f"MATCH (g:{Label.GRAPH} {{id: $id}}) SET g.revision = g.revision + 1 RETURN g.revision AS revision"
_DOCUMENTS = f"""
    UNWIND $documents AS one MERGE (d:{Label.DOCUMENT} {{id: one.id}})
    ON CREATE SET d.kind = one.kind, d.body = one.body, d.pieces = one.pieces, d.revision = $revision"""


@dataclass(frozen=True, slots=True)
class Shared:
    """A graph as it was joined: ``born`` changes when it is emptied, ``revision`` with every push."""

    born: str
    revision: int


def join(server: Server, key: StoreKey) -> Shared:
    """Join the graph of a security domain, or found it where the database is empty.

    Raises
    ------
    StoreError
        It belongs to another identity key.
    StoreFormatError
        It was written by a newer Fuatilia.
    """
    given = {"id": GRAPH, "check": key.sha256, "format": FORMAT, "born": secrets.token_hex(16)}
    (row,) = server.write(_JOIN, **given).rows
    if row["format"] > FORMAT:
        raise StoreFormatError(
            "the shared graph was written by a newer Fuatilia",
            format_version=row["format"],
            understood=FORMAT,
            hint="update the program; nothing was changed",
        )
    require_key(server, key, row["key_check"])
    return Shared(row["born"], row["revision"])


def require_key(server: Server, key: StoreKey, check: str) -> None:
    """Raise a ``StoreError`` unless the graph belongs to this identity key."""
    if check != key.sha256:
        raise StoreError(
            "this store has another identity key than the shared graph",
            address=str(server.address),
            hint="make the store with the domain's key: FUATILIA_IDENTITY_KEY=/path/to/identity.key",
        )


@dataclass(frozen=True, slots=True)
class _Piece:
    """One piece of a file, not yet read."""

    path: Path
    sha256: str
    role: str
    batch: str
    n: int
    of: int

    @property
    def id(self) -> str:
        return f"{self.sha256}/{self.n}"

    def sealed(self, seal: Seal) -> dict[str, object]:
        """Read the piece, of a file that is checked before, and return it as the graph holds it."""
        with checked(self.path, self.sha256).open("rb") as file:
            file.seek(self.n * PIECE)
            sealed = seal.close(file.read(PIECE), self.id)
        named = {"id": self.id, "sha256": self.sha256, "batch": self.batch or None, "role": self.role}
        return {**named, "n": self.n, "of": self.of, "bytes": sealed}


def push_files(
    server: Server,
    ledger: LedgerStore,
    batch: VisibleBatch,
    on_piece: Callable[[int], None] = lambda _bytes: None,
) -> int:
    """Put a batch's files and its original into the graph; return how many pieces were new.

    What was erased there stays away, also from a ledger that does not know of it yet.

    Parameters
    ----------
    on_piece : callable
        Told how many bytes were written each time.
    """
    layout = ledger.layout
    pieces = [*_pieces(layout.original(batch.source), batch.source, "original", "")]
    for file in batch.files:
        pieces += _pieces(layout.root / file.path, file.sha256, file.role, batch.batch)
    there = set(server.read(_THERE, ids=[piece.id for piece in pieces])[0]["ids"])
    missing = [piece for piece in pieces if piece.id not in there]
    if not missing:
        return 0
    gone = set(server.read(_ERASED, files=sorted({piece.sha256 for piece in missing}))[0]["files"])
    missing = [piece for piece in missing if piece.sha256 not in gone]
    seal = Seal(ledger.writer.key)
    for at in range(0, len(missing), TOGETHER):
        sealed = [piece.sealed(seal) for piece in missing[at : at + TOGETHER]]
        server.write(_PIECES, pieces=sealed)
        on_piece(sum(_size(one["bytes"]) for one in sealed))
    return len(missing)


def _size(sealed: object) -> int:
    return len(sealed) if isinstance(sealed, bytes) else 0


def _pieces(path: Path, sha256: str, role: str, batch: str) -> Iterator[_Piece]:
    of = max(1, -(-path.stat().st_size // PIECE))
    for n in range(of):
        yield _Piece(path, sha256, role, batch, n, of)


def push_documents(server: Server, ledger: LedgerStore) -> int:
    """Put every row of the catalogue that others need into the graph; return how many were new.

    Files that an erasure retired are taken out of it first, for good.
    """
    told = [*told_rows(ledger.catalogue)]
    seal = Seal(ledger.writer.key)
    named = {seal.name(one.body): one for one in told}
    known = set(server.read(_KNOWN, ids=[*named])[0]["ids"])
    fresh = [(name, one) for name, one in named.items() if name not in known]
    if not fresh:
        return 0
    _erase(server, told)
    for together in _chunks(fresh):
        documents = [_document(server, seal, name, one) for name, one in together]
        server.within(partial(_write, documents=documents))
    return len(fresh)


def _chunks(fresh: Sequence[tuple[str, Told]]) -> Iterator[list[tuple[str, Told]]]:
    """Cut documents where a pull may fall between: a row after what it refers to, a batch never apart."""
    chunk: list[tuple[str, Told]] = []
    ordered = sorted(fresh, key=lambda pair: (*_unit(pair[1]), pair[0]))
    for _, unit in groupby(ordered, key=lambda pair: _unit(pair[1])):
        mine = [*unit]
        if chunk and len(chunk) + len(mine) > DOCUMENTS:
            yield chunk
            chunk = []
        chunk += mine
    if chunk:
        yield chunk


def _unit(one: Told) -> tuple[int, str]:
    """Return what a row stands or falls with: its table's place, and its batch or itself."""
    batches = ORDER.index("batches")
    if one.table == "retired":
        return batches, str(one.value("path")).split("/")[1]
    if one.table in ("batches", "files", "retractions", "restorations"):
        return batches, str(one.value("id" if one.table == "batches" else "batch"))
    return ORDER.index(one.table), one.body


def _write(run: Transaction, documents: Sequence[dict[str, object]]) -> None:
    """Write documents under the next revision; the lock on the graph's node orders two pushers."""
    revision = run.run(_NEXT, id=GRAPH).rows[0]["revision"]
    run.run(_DOCUMENTS, documents=list(documents), revision=revision)


def _document(server: Server, seal: Seal, name: str, one: Told) -> dict[str, object]:
    body = one.body.encode()
    if len(body) <= _SHORT:
        return {"id": name, "kind": one.table, "body": seal.close(body, name), "pieces": None}
    pieces = [*_cut(body)]
    for n, plain in enumerate(pieces):
        piece = {"id": f"{name}/{n}", "sha256": name, "batch": None, "role": "document", "n": n}
        server.write(
            _PIECES, pieces=[{**piece, "of": len(pieces), "bytes": seal.close(plain, f"{name}/{n}")}]
        )
    return {"id": name, "kind": one.table, "body": None, "pieces": len(pieces)}


def _cut(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), PIECE):
        yield body[at : at + PIECE]


def _erase(server: Server, told: Sequence[Told]) -> None:
    retired = {one.value("path") for one in told if one.table == "retired"}
    files = sorted(
        one.value("sha256") for one in told if one.table == "files" and one.value("path") in retired
    )
    if files:
        server.write(_ERASE, files=files)
        server.write(_TOMB, files=files)
