"""Signs that a statement was edited after the operator made it.

They are hints for a person, not a verdict: a statement printed again through a browser carries some
of them, and a careful forger leaves none. So they are recorded and marked, and nothing is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ingest.mpesa.table import Printed

OTHER_FONT = "amounts in another font"
_EDITORS = re.compile(
    r"acrobat (?!distiller)|foxit|phantompdf|nitro|pdfelement|wondershare"
    r"|ilovepdf|smallpdf|sejda|pdfescape|dochub"
    r"|pdffiller|pdf-?xchange|libreoffice|openoffice|microsoft"
    r"|\bword\b|\bexcel\b|photoshop|illustrator|indesign|inkscape"
    r"|canva|coreldraw|gimp|pikepdf|pypdf|itext.*stamp|pdfsam",
    re.IGNORECASE,
)
_CHUNK = 2**20


def signs(path: Path, metadata: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the file itself gives away: its producer, its dates, being saved again."""
    found = [
        f"{key} is {metadata[key]}, a program that edits"
        for key in ("Producer", "Creator")
        if _EDITORS.search(metadata.get(key, ""))
    ]
    made, changed = metadata.get("CreationDate", ""), metadata.get("ModDate", "")
    if made and changed and made != changed:
        found.append(f"made {made}, changed {changed}")
    ends, linear = _ends(path)
    if ends > 1 + linear:
        found.append(f"saved {ends - linear} times, each over the one before")
    return tuple(found)


def other_fonts(rows: Sequence[Printed]) -> frozenset[str]:
    """Return the locators of rows whose amounts stand in another font than most rows' do."""
    counts = Counter(row.fonts for row in rows if row.fonts)
    if not counts:
        return frozenset()
    usual = min(counts, key=lambda fonts: (-counts[fonts], sorted(fonts)))
    return frozenset(row.locator for row in rows if row.fonts - usual)


def _ends(path: Path) -> tuple[int, int]:
    """Count the file's end marks, and whether it is laid out for the web (then one is at the front)."""
    ends, linear, tail = 0, 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            text = tail + chunk
            ends += text.count(b"%%EOF")
            linear |= b"/Linearized" in text[:_CHUNK] and not tail
            tail = text[-4:]
    return ends, int(linear)
