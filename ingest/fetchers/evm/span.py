"""How many blocks one request covers: halved when a node refuses, grown back when it does not."""

from __future__ import annotations

import re

_HINT = re.compile(r"(\d[\d,]*)[- ]?blocks?\b", re.IGNORECASE)
_PATIENCE = 8


class Span:
    """The size of the next range.

    A refusal that names a number of blocks is a rule of the node and is kept to. Any other ("too many
    results", a timeout) depends on what stands in those blocks: after eight ranges that went well a
    larger one is tried again.

    Examples
    --------
    >>> span = Span(1000)
    >>> span.refused("query exceeds more than 50 blocks", 1000), span.size
    (True, 50)
    >>> span.went_well(); span.size
    50
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._rule = size
        self._ceiling = size
        self._well = 0

    def refused(self, said: str, blocks: int) -> bool:
        """Make the next range smaller than the one refused; False where that was one block already."""
        if blocks <= 1:
            return False
        found = _HINT.search(said)
        hinted = int(found[1].replace(",", "")) if found else 0
        if 0 < hinted < blocks:
            self._rule = self.size = hinted
        else:
            self.size = blocks // 2
        self._ceiling = min(blocks - 1, self._rule)
        self._well = 0
        return True

    def went_well(self) -> None:
        """Try a larger range next, up to what was not refused lately."""
        self._well += 1
        if self._well >= _PATIENCE:
            self._ceiling, self._well = self._rule, 0
        self.size = min(self.size * 2, self._ceiling, self._rule)
