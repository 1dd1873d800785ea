"""Opens a statement PDF and hands out its words page by page, within limits.

Every way in which a PDF can fail (locked, damaged, scanned, huge) becomes one error with its page.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.psexceptions import PSException
from pdfplumber import open as open_pdf
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from ingest.errors import PasswordError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path

    from pdfplumber.page import Page as PlumberPage
    from pdfplumber.pdf import PDF

MAX_BYTES = 128 * 2**20
MAX_PAGES = 2_000
MAX_WORDS = 20_000  # on one page
# What the PDF library lets through when bytes make no sense to it.
FAULTS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError,
    struct.error, zlib.error, PSException, PdfminerException, MalformedPDFException,
)  # fmt: skip
_SUBSET = re.compile(r"^[A-Z]{6}\+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its place in points from the page's upper left corner, and its font."""

    text: str
    x0: float
    x1: float
    top: float
    height: float
    font: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number in the file from 1, of how many, its words, and whether it holds pictures."""

    number: int
    of: int
    words: tuple[Word, ...]
    pictures: bool


class StatementFile:
    """An opened PDF: ``metadata`` (texts) and ``pages()``."""

    def __init__(self, path: Path, password: str) -> None:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableError("the file is too large for a statement", bytes=size, limit=MAX_BYTES)
        self._bytes = path.open("rb")
        try:
            self._pdf = _open(self._bytes, password)
        except UnreadableError:
            self._bytes.close()
            raise
        self.metadata = {str(k): str(v) for k, v in sorted(self._pdf.metadata.items())}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bytes.close()  # the library's own close() parses every page again, and fails on damage

    def pages(self) -> Iterator[Page]:
        """Yield the pages in order.

        Raises
        ------
        UnreadableError
            A page that cannot be read, too many pages or words, or pages without any text.
        """
        try:
            pages = self._pdf.pages
        except FAULTS as fault:
            raise UnreadableError("the list of pages is damaged", hint="ask for the file again") from fault
        if not pages:
            raise UnreadableError("the file has no pages", hint="ask for the file again")
        if len(pages) > MAX_PAGES:
            raise UnreadableError("too many pages for a statement", pages=len(pages), limit=MAX_PAGES)
        words = pictures = 0
        for number, page in enumerate(pages, 1):
            found = _page(page, number, len(pages))
            words += len(found.words)
            pictures += found.pictures
            yield found
        if not words:
            what = "the pages are pictures without text" if pictures else "the pages hold no text"
            raise UnreadableError(
                what,
                pages=len(pages),
                hint="ask for the electronic statement; a scan needs a person to copy it",
            )


def _open(file: BufferedReader, password: str) -> PDF:
    try:
        return open_pdf(file, password=password, strict_metadata=False)
    except PdfminerException as fault:
        cause = fault.args[0] if fault.args else fault
        if isinstance(cause, PDFPasswordIncorrect):
            what = "the password is wrong" if password else "the statement is locked by a password"
            hint = "give the password that the customer or the covering letter names"
            raise PasswordError(what, hint=hint) from None
        if isinstance(cause, PDFEncryptionError):
            raise UnreadableError(
                "encrypted in a way that a password cannot open", hint="ask for it unprotected"
            ) from fault
        raise UnreadableError(
            "the PDF is damaged", why=type(cause).__name__, hint="ask for it again"
        ) from fault
    except FAULTS as fault:
        raise UnreadableError(
            "the PDF is damaged", why=type(fault).__name__, hint="ask for it again"
        ) from fault


def words_of(page: PlumberPage) -> tuple[Word, ...]:
    """Return the words of a page; a damaged page raises one of ``FAULTS``."""
    return tuple(_word(one) for one in page.extract_words(extra_attrs=["fontname"], keep_blank_chars=False))


def _page(page: PlumberPage, number: int, of: int) -> Page:
    try:
        words = words_of(page)
        pictures = bool(page.images)
        page.close()
    except FAULTS as fault:
        raise UnreadableError(
            "the page is damaged", page=number, why=type(fault).__name__, hint="ask for the file again"
        ) from fault
    if len(words) > MAX_WORDS:
        raise UnreadableError("too many words on one page", page=number, words=len(words), limit=MAX_WORDS)
    return Page(number, of, words, pictures)


def _word(raw: dict[str, Any]) -> Word:
    top, bottom = raw["top"], raw["bottom"]
    return Word(raw["text"], raw["x0"], raw["x1"], top, bottom - top, _SUBSET.sub("", str(raw["fontname"])))
