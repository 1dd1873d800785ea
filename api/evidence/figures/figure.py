"""A figure and its twin: the same numbers drawn, and in a table that anybody can read."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a twin; ``strong`` marks a sum or a heading."""

    cells: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Twin:
    """A figure as a table; every column but the first ``words`` holds numbers."""

    caption: str
    header: tuple[str, ...]
    lines: tuple[Line, ...]
    words: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing (``name.svg``), what it says in words, and its twin."""

    name: str
    title: str
    words: str
    svg: str
    twin: Twin


def html_table(twin: Twin) -> str:
    """Write a twin as an HTML table, every text escaped.

    >>> html_table(Twin("Sums", ("Place", "KES"), (Line(("<b>", "1.00")),)))
    '<table class="rt"><caption>Sums</caption><thead><tr><th scope="col">Place</th>...</table>'
    """
    head = "".join(_cell("th", ' scope="col"', text, i >= twin.words) for i, text in enumerate(twin.header))
    body = []
    for line in twin.lines:
        first = _cell("th", ' scope="row"', line.cells[0], numeric=False)
        rest = "".join(_cell("td", "", text, i >= twin.words) for i, text in enumerate(line.cells[1:], 1))
        row = '<tr class="grp">' if line.strong else "<tr>"
        body.append(f"{row}{first}{rest}</tr>")
    caption = f"<caption>{escape(twin.caption)}</caption>" if twin.caption else ""
    return f'<table class="rt">{caption}<thead><tr>{head}</tr></thead><tbody>{"".join(body)}</tbody></table>'


def _cell(tag: str, scope: str, text: str, numeric: bool) -> str:
    kind = ' class="num"' if numeric else ""
    return f"<{tag}{scope}{kind}>{escape(text)}</{tag}>"
