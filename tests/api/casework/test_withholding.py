"""Which originals a masked rendering holds back: whatever names the protected, or cannot be searched."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from api.casework.withholding import CLOSED, NAMES, withheld
from graph.model.identifiers import Identifier
from graph.model.identifiers.identifier import Kind
from graph.model.protection import NOBODY, Protected
from graph.model.provenance import Source
from graph.model.scope import Scope
from graph.model.tables import VIEW_FACTS, VIEW_ROWS
from graph.store import Answer

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

SCOPE = Scope("officer", ("c",), "test")
GRACE = Protected(frozenset(), ("Grace Wanjirũ",), (Identifier(Kind.MSISDN, "+254700000417"),))
SECRET = "amount,paid by\n5,Grace 0700-000-417\n"


class Originals:
    """A view of files of which nothing was read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def select(self, scope: Scope, selection: object) -> Answer:
        return Answer(VIEW_ROWS.empty_table())

    def facts(self, scope: Scope, kinds: tuple[str, ...] = (), subjects: tuple[str, ...] = ()) -> pa.Table:
        return VIEW_FACTS.empty_table()

    def original(self, scope: Scope, sha256: str) -> Path:
        return self.folder / sha256


def zipped(data: bytes, name: str = "sheet.xml") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return held.getvalue()


FILES: dict[str, tuple[bytes, str]] = {
    "plain": (SECRET.encode(), NAMES),
    "wide": (SECRET.encode("utf-16"), NAMES),
    "latin": ("von Wanjirü".encode("cp1252"), NAMES),
    "gzip": (gzip.compress(SECRET.encode()), NAMES),
    "zip": (zipped(SECRET.encode()), NAMES),
    "named member": (zipped(b"5", "grace/sheet.xml"), NAMES),
    "zip in gzip": (gzip.compress(zipped(SECRET.encode())), NAMES),
    "json": (b'{"by": "\\u0047race"}', NAMES),
    "html": (b"<td>&#71;race</td>", NAMES),
    "percent": (b"name=%47race", NAMES),
    "far in": (b"x" * (1 << 22) + SECRET.encode(), NAMES),
    "across blocks": (b"x" * ((1 << 22) - 20) + SECRET.encode(), NAMES),
    "pdf": (b"%PDF-1.7 nothing to see", CLOSED),
    "cut": (gzip.compress(SECRET.encode() * 9)[:40], CLOSED),
    "deep": (zipped(zipped(zipped(zipped(b"5")))), CLOSED),
    "innocent": (b"amount,paid by\n5,Ben 0711 222 333\n", ""),
    "innocent zip": (zipped(b"5"), ""),
    "empty": (b"", ""),
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_is_held_back_for_what_it_holds(name: str, tmp_path: Path) -> None:
    data, why = FILES[name]
    (tmp_path / "ab").write_bytes(data)
    found = withheld(Originals(tmp_path), SCOPE, [Source("ab", name, len(data))], GRACE)  # type: ignore[arg-type]
    assert found == ({"ab": why} if why else {})


def test_nobody_protected_holds_nothing_back(tmp_path: Path) -> None:
    (tmp_path / "ab").write_bytes(base64.b64encode(SECRET.encode()))
    assert withheld(Originals(tmp_path), SCOPE, [Source("ab", "x", 1)], NOBODY) == {}  # type: ignore[arg-type]
