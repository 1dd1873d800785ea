"""Streams a goAML document: one transaction in memory at a time, and no document type, ever.

The parser is the standard library's expat. A DTD is refused as soon as it begins, so no entity can
read another file or grow (CWE-611, CWE-776): goAML has none. Names are taken without namespace.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from graph.model.locators import Locator, XPath
from ingest.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOTS = frozenset({"report", "reportdata"})
COUNTED = "transaction"
_CHUNK = 1 << 16
_STREAMED = (ROOTS, frozenset({"transactions"}), frozenset[str]())  # by depth; their children come one by one
_DEEPEST = 64
_MOST_ELEMENTS = 200_000  # of one transaction or activity
_MOST_TEXT = 1 << 20


@dataclass(slots=True)
class Element:
    """An element with everything in it; ``number`` counts siblings of its name, from 1."""

    name: str
    number: int = 1
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def child(self, *names: str) -> Element | None:
        """Return the first child that has one of the names."""
        return next((c for c in self.children if c.name in names), None)

    def all(self, *names: str) -> list[Element]:
        """Return the children that have one of the names."""
        return [c for c in self.children if c.name in names]

    def value(self, *path: str) -> str:
        """Return the text at a path of first children; nothing where there is none."""
        found: Element | None = self
        for name in path:
            found = found.child(name) if found else None
        return found.text if found else ""

    def inside(self, path: str) -> Iterator[tuple[Element, str]]:
        """Yield children with their XPath, numbered where several bear one name."""
        several = {child.name for child in self.children if child.number > 1}
        for child in self.children:
            numbered = child.name in several or child.name == COUNTED
            yield child, f"{path}/{child.name}[{child.number}]" if numbered else f"{path}/{child.name}"


@dataclass(frozen=True, slots=True)
class Item:
    """What stands directly in the document: an element, complete, and the path of what holds it."""

    element: Element
    base: str

    @property
    def path(self) -> str:
        """XPath; a transaction is always numbered, another element from its second on."""
        one = self.element
        numbered = one.name == COUNTED or one.number > 1
        return f"{self.base}/{one.name}[{one.number}]" if numbered else f"{self.base}/{one.name}"


def items(path: Path) -> Iterator[Item]:
    """Yield what stands directly in the document, in order.

    Attributes of the root come as elements named ``@NAME``, text in it as ``text()``; a root that
    holds no element comes itself.

    Raises
    ------
    UnreadableError
        Not XML, not goAML, cut, with a DTD, or beyond the limits; with line, column and the element
        that was open. What was yielded before is whole.
    """
    builder = _Builder()
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                builder.feed(chunk)
            except UnreadableError:
                yield from builder.taken()
                raise
            yield from builder.taken()
            if not chunk:
                return


class _Builder:
    """Builds elements from what the parser meets."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.open: list[str] = []  # streamed elements around the present one
        self.counts: list[dict[str, int]] = [{}]
        self.stack: list[tuple[Element, dict[str, int]]] = []
        self.ready: list[Item] = []
        self.parts: list[str] = []
        self.size = self.length = 0

    def feed(self, chunk: bytes) -> None:
        """Parse a piece; an empty one ends the document."""
        try:
            self.parser.Parse(chunk, not chunk)
        except expat.ExpatError as fault:
            why = "not well-formed XML" if chunk else "the XML is cut"
            what = f"{why}: {expat.ErrorString(fault.code)}"
            raise self._refused(what, "ask for the file again, as it left the sender") from None
        except (LookupError, ValueError) as fault:
            raise self._refused(
                f"the encoding cannot be read: {type(fault).__name__}", "save as UTF-8"
            ) from None

    def taken(self) -> list[Item]:
        """Hand over what is complete."""
        ready, self.ready = self.ready, []
        return ready

    @property
    def place(self) -> str:
        """XPath of the element that is open."""
        return "/" + "/".join([*self.open, *(f"{e.name}[{e.number}]" for e, _ in self.stack)])

    @property
    def base(self) -> str:
        """XPath of the streamed element that is open."""
        return "".join(f"/{step}" for step in self.open)

    def _refused(self, what: str, hint: str) -> UnreadableError:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        where = str(Locator(XPath(self.place)))
        return UnreadableError(what, locator=where, line=line, column=column, hint=hint)

    def _doctype(self, *_: object) -> None:
        raise self._refused(
            "the file declares a document type (DTD), which is refused unread",
            "goAML has none; entities could read other files or fill the memory",
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if not self.open and not self.stack and name not in ROOTS:
            raise self._refused("no goAML report: its outermost element is another", "expected: report")
        self._said()
        named = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if not self.stack and name in _STREAMED[len(self.open)]:
            number = self.counts[-1][name] = self.counts[-1].get(name, 0) + 1
            self.open.append(name if number == 1 else f"{name}[{number}]")
            self.counts.append({})
            self.ready += [Item(Element(f"@{key}", text=value), self.base) for key, value in named.items()]
            return
        self.size = self.size + 1 if self.stack else 1
        if len(self.stack) + len(self.open) >= _DEEPEST:
            raise self._refused("nested deeper than any goAML report", f"at most {_DEEPEST} levels")
        if self.size > _MOST_ELEMENTS:
            raise self._refused("more elements in one than can be held", f"at most {_MOST_ELEMENTS}")
        counts = self.stack[-1][1] if self.stack else self.counts[-1]
        counts[name] = counts.get(name, 0) + 1
        self.stack.append((Element(name, counts[name], named), {}))

    def _end(self, _: str) -> None:
        self._said()
        if not self.stack:
            step, counts = self.open.pop(), self.counts.pop()
            if not counts:
                self.ready.append(Item(Element(step.partition("[")[0]), self.base))
            return
        element, _counts = self.stack.pop()
        if self.stack:
            self.stack[-1][0].children.append(element)
        else:
            self.ready.append(Item(element, self.base))

    def _text(self, data: str) -> None:
        self.length += len(data)
        if self.length > _MOST_TEXT:
            raise self._refused("a text too long for any element", f"at most {_MOST_TEXT} characters")
        self.parts.append(data)

    def _said(self) -> None:
        """Give the text so far to the element that is open; text between elements is kept too."""
        if not self.parts:
            return
        text = "".join(self.parts).strip()
        self.parts, self.length = [], 0
        if not text:
            return
        if self.stack:
            element = self.stack[-1][0]
            element.text = f"{element.text} {text}" if element.text else text
        else:
            self.ready.append(Item(Element("text()", text=text), self.base))
