"""Where in a source a fact stands: one canonical text per place.

An observation's id is the hash of its source and of this text, so one place has one spelling, for
ever. Names are percent-escaped where they hold ``%``, ``!``, ``,``, braces or control characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from graph.errors import LocatorError

if TYPE_CHECKING:
    from collections.abc import Callable

_UNSAFE = re.compile(r"[%!,{}\x00-\x1f\x7f-\x9f\u2028\u2029]")
_MEMBER = re.compile(r"member:([^!]+)!")
_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*", re.DOTALL)
_NUMBER = "(0|[1-9][0-9]{0,17})"
_LIMIT = 10**18


@dataclass(frozen=True, slots=True)
class Line:
    """Physical line of a text file, from 1."""

    number: int

    def __str__(self) -> str:
        return f"line:{self.number}"


@dataclass(frozen=True, slots=True)
class Cell:
    """Cell of a spreadsheet; row and column from 1."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"sheet:{escape(self.sheet)}!cell:{self.row},{self.column}"


@dataclass(frozen=True, slots=True)
class PageRow:
    """Row of the table on a page; both from 1."""

    page: int
    row: int

    def __str__(self) -> str:
        return f"page:{self.page},row:{self.row}"


@dataclass(frozen=True, slots=True)
class XPath:
    """Element of an XML document."""

    path: str

    def __str__(self) -> str:
        return f"xpath:{escape(self.path)}"


@dataclass(frozen=True, slots=True)
class Pointer:
    """Value in a JSON document (RFC 6901); the empty path is the whole document."""

    path: str

    def __str__(self) -> str:
        return f"pointer:{escape(self.path)}"


@dataclass(frozen=True, slots=True)
class ChainLog:
    """Log entry of a transaction on a chain; the log from 0."""

    chain: str
    transaction: str
    log: int

    def __str__(self) -> str:
        return f"chain:{escape(self.chain)},tx:{escape(self.transaction)},log:{self.log}"


Place = Line | Cell | PageRow | XPath | Pointer | ChainLog


@dataclass(frozen=True, slots=True)
class Locator:
    """A place in a source, inside any containers it holds.

    Parameters
    ----------
    place : Line, Cell, PageRow, XPath, Pointer or ChainLog
        Where the fact stands.
    members : tuple of str
        Names inside containers, outermost first: the file in a ZIP, the attachment of a PDF.

    Raises
    ------
    LocatorError
        A count below its first value or above 18 digits, a blank name, or a path that is not a JSON pointer.

    Examples
    --------
    >>> str(Locator(Cell("Orders!", 2, 3), ("a.zip", "b.xlsx")))
    'member:a.zip!member:b.xlsx!sheet:Orders%21!cell:2,3'
    >>> Locator.parse("page:3,row:12").place
    PageRow(page=3, row=12)
    """

    place: Place
    members: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        numbers, names = _parts(self.place)
        first = 0 if isinstance(self.place, ChainLog) else 1
        if any(not first <= n < _LIMIT for n in numbers) or not all((*names, *self.members)):
            raise LocatorError(
                "a place has counts from its first value on, and no blank name", place=str(self.place)
            )
        if isinstance(self.place, Pointer) and not _POINTER.fullmatch(self.place.path):
            raise LocatorError(
                "no JSON pointer", path=self.place.path, hint="RFC 6901: /a/b, with ~0 for ~ and ~1 for /"
            )

    def __str__(self) -> str:
        return "".join(f"member:{escape(m)}!" for m in self.members) + str(self.place)

    @classmethod
    def parse(cls, text: str) -> Locator:
        """Read canonical text; anything that ``str`` would write otherwise is a LocatorError."""
        members, at = [], 0
        while found := _MEMBER.match(text, at):
            members.append(unquote(found[1]))
            at = found.end()
        locator = cls(_place(text[at:], text), tuple(members))
        if str(locator) != text:
            raise LocatorError("locator is not in canonical form", locator=text, hint=f"write {locator}")
        return locator


def _parts(place: Place) -> tuple[tuple[int, ...], tuple[str, ...]]:
    match place:
        case Line(number):
            return (number,), ()
        case Cell(sheet, row, column):
            return (row, column), (sheet,)
        case PageRow(page, row):
            return (page, row), ()
        case XPath(path):
            return (), (path,)
        case Pointer():
            return (), ()
        case ChainLog(chain, transaction, log):
            return (log,), (chain, transaction)


_READERS: tuple[tuple[re.Pattern[str], Callable[..., Place]], ...] = (
    (re.compile(f"line:{_NUMBER}"), lambda n: Line(int(n))),
    (re.compile(f"sheet:([^!]+)!cell:{_NUMBER},{_NUMBER}"), lambda s, r, c: Cell(unquote(s), int(r), int(c))),
    (re.compile(f"page:{_NUMBER},row:{_NUMBER}"), lambda p, r: PageRow(int(p), int(r))),
    (re.compile("xpath:(.+)"), lambda p: XPath(unquote(p))),
    (re.compile("pointer:(.*)"), lambda p: Pointer(unquote(p))),
    (
        re.compile(f"chain:([^,]+),tx:([^,]+),log:{_NUMBER}"),
        lambda c, t, i: ChainLog(unquote(c), unquote(t), int(i)),
    ),
)


def _place(text: str, whole: str) -> Place:
    for pattern, build in _READERS:
        found = pattern.fullmatch(text)
        if found:
            return build(*found.groups())
    raise LocatorError(
        "text names no place in a source",
        locator=whole,
        hint="line:N, sheet:S!cell:R,C, page:P,row:R, xpath:…, pointer:… or chain:C,tx:H,log:I",
    )


def escape(name: str) -> str:
    """Return a name as it stands inside a locator, or inside a form.

    Examples
    --------
    >>> escape("50% {a}!")
    '50%25 %7Ba%7D%21'
    """
    return _UNSAFE.sub(lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode()), name)


def expand(form: str, a: int, b: int = 0) -> str:
    """Return the canonical text of one place of a bulk load.

    A form is canonical text in which ``{a}`` and ``{b}`` stand for counts; a load of a million rows
    keeps one form and two numbers per row. Braces of names are escaped, so they never meet.

    Examples
    --------
    >>> expand("sheet:Orders!cell:{a},{b}", 2, 3), expand("pointer:/data/{a}", 0)
    ('sheet:Orders!cell:2,3', 'pointer:/data/0')
    """
    return form.replace("{a}", str(a)).replace("{b}", str(b))


def check_form(form: str) -> str:
    """Return ``form`` where it expands to canonical locators; else raise LocatorError.

    Examples
    --------
    >>> check_form("line:{a}")
    'line:{a}'
    """
    Locator.parse(expand(form, 1, 1))
    return form
