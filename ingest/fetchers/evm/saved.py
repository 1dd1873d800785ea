"""A saved page: what its header says, how it is written, how it is known again.

The cursor of a fetch is nothing but these headers: whatever is kept says where to go on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.evm.answers import PAGE
from ingest.fetchers.evm.errors import FetchError
from ingest.fetchers.evm.question import question_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_LONGEST_HEADER = 1 << 20


@dataclass(frozen=True, slots=True, order=True)
class PageHead:
    """The blocks a page covers, and the hashes that tie them to the chain.

    ``name`` is what its keeper calls it: the sha256 of the original, or a file name.
    """

    first: int
    last: int
    parent: str
    hash: str
    question: str
    chain: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One request with its answer."""

    method: str
    params: list[Any]
    answer: dict[str, Any]

    @property
    def text(self) -> str:
        """The line as it is saved."""
        request = {"method": self.method, "params": self.params}
        return _line({"answer": self.answer, "request": request})


def write_page(folder: Path, header: dict[str, Any], lines: Iterable[Line]) -> Path:
    """Write a page under a name that tells chain, question, blocks and the hash of the last of them.

    The bytes depend on header and answers alone.
    """
    chain, asked = int(header["chain"]), question_id(int(header["chain"]), header["question"])
    blocks = f"{int(header['from']):09d}-{int(header['to']):09d}"
    path = folder / f"evm-{chain}-{asked}-{blocks}-{header['last']['hash'][2:10]}.jsonl"
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_line({"page": PAGE, **header}))
        file.writelines(line.text for line in lines)
    return path


def _line(value: dict[str, Any]) -> str:
    """Return the one text of a line; ASCII, so that half a surrogate pair in an answer is kept as it came."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"


def page_head(path: Path, name: str = "") -> PageHead | None:
    """Read the header of a saved page; nothing where the file is no page of a fetcher."""
    with path.open("rb") as file:
        start = file.readline(_LONGEST_HEADER)
    try:
        header = json.loads(start)
        if header["page"] != PAGE:
            return None
        return PageHead(
            int(header["from"]),
            int(header["to"]),
            str(header["first"]["parent"]),
            str(header["last"]["hash"]),
            question_id(int(header["chain"]), header["question"]),
            int(header["chain"]),
            name or path.name,
        )
    except (ValueError, KeyError, TypeError):
        return None


def gaps(pages: Iterable[PageHead], first: int, last: int) -> list[tuple[int, int]]:
    """Return the ranges of blocks, both ends in, that no page covers.

    Examples
    --------
    >>> page = lambda a, b: PageHead(a, b, "", "", "", 1)
    >>> gaps([page(5, 9), page(12, 20)], 3, 15)
    [(3, 4), (10, 11)]
    """
    found, at = [], first
    for page in sorted(pages):
        if page.first > at and at <= last:
            found.append((at, min(page.first - 1, last)))
        at = max(at, page.last + 1)
    return [*found, (at, last)] if at <= last else found


def covered(pages: Iterable[PageHead]) -> list[tuple[int, int]]:
    """Return the ranges of blocks that pages cover, both ends in, joined where they touch.

    Examples
    --------
    >>> page = lambda a, b: PageHead(a, b, "", "", "", 1)
    >>> covered([page(5, 9), page(12, 20), page(10, 10)])
    [(5, 10), (12, 20)]
    """
    found: list[tuple[int, int]] = []
    for page in sorted(pages):
        if found and page.first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], page.last))
        else:
            found.append((page.first, page.last))
    return found


def same_chain(pages: Iterable[PageHead], chain: int) -> None:
    """Refuse to go on with pages of another chain."""
    for page in pages:
        if page.chain != chain:
            raise FetchError("a saved page is of another chain", page=page.name, chain=page.chain, node=chain)
