"""Rows of a table before they mean anything: columns of texts, and the place of every row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.errors import MappingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph.model.provenance import Reject


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as texts.

    Attributes
    ----------
    names : tuple of str
        Header cells as printed; of two equal ones the second is ``NAME#2``.
    columns : tuple of pyarrow.StringArray, each of length n, without nulls
    form : str
        Locator form of the rows; ``{a}`` is ``place``, ``{b}`` is 1.
    place : ndarray of int64, shape (n,)
        Physical line, or row of the sheet, from 1.
    marks : pyarrow.StringArray or None
        What is to be known of a row's source, such as ``float source``.
    """

    names: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    form: str
    place: np.ndarray[Any, Any]
    rejected: tuple[Reject, ...] = ()
    marks: pa.Array | None = None
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.place)

    def locator(self, i: int) -> str:
        """Return the canonical locator of row ``i``."""
        from graph.model.locators import expand

        return expand(self.form, int(self.place[i]), 1)

    def index(self, name: str) -> int:
        """Return the number of a column by its name, or by its position written ``#N`` (from 1).

        Raises
        ------
        MappingError
            No such column, or two of that name.
        """
        if name.startswith("#") and name[1:].isdigit() and name not in self.names:
            if 0 < int(name[1:]) <= len(self.names):
                return int(name[1:]) - 1
            raise MappingError("no column at this position", column=name, columns=len(self.names))
        wanted = same(name)
        found = [i for i, n in enumerate(self.names) if same(n) == wanted]
        if not found:
            raise MappingError(
                "the table has no such column", column=name, hint="it has: " + ", ".join(self.names)
            )
        if len(found) > 1 or f"{self.names[found[0]]}#2" in self.names:
            raise MappingError("two columns have this name", column=name, hint="name one by position: #N")
        return found[0]

    def texts(self, name: str) -> pa.Array:
        """Return a column by name, blanks around the cells removed."""
        column = self.columns[self.index(name)]
        return pc.utf8_trim_whitespace(column) if _may_hold_blanks(column) else column

    def take(self, keep: np.ndarray[Any, Any]) -> Grid:
        """Return the rows where ``keep`` is true (a mask), rejects and notes unchanged."""
        if bool(keep.all()):
            return self
        mask = pa.array(keep)
        marks = None if self.marks is None else self.marks.filter(mask)
        columns = tuple(c.filter(mask) for c in self.columns)
        return Grid(self.names, columns, self.form, self.place[keep], self.rejected, marks, self.notes)


def _may_hold_blanks(column: pa.Array) -> bool:
    """Say whether a column's bytes hold a blank of any script: a look that costs less than a trim."""
    data = column_bytes(column)
    return bool(((data <= ord(" ")) | (data > ord("~"))).any())


def column_bytes(column: pa.Array) -> np.ndarray[Any, Any]:
    """Return the bytes of a column of texts, and maybe of its neighbours in the same buffer."""
    data = column.buffers()[2]
    return np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)


def same(name: str) -> str:
    """Return a header cell as it is compared: case and blanks do not matter.

    Examples
    --------
    >>> same("  Paid  In ") == same("PAID IN")
    True
    """
    return " ".join(name.casefold().replace("\ufeff", "").split())


def unique(cells: list[str]) -> tuple[str, ...]:
    """Return header cells made unique; blank ones are named by position.

    Examples
    --------
    >>> unique(["Date", "Account", "", "Account"])
    ('Date', 'Account', '#3', 'Account#2')
    """
    seen: dict[str, int] = {}
    names = []
    for i, cell in enumerate(cells, 1):
        name = " ".join(cell.split()) or f"#{i}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(names)
