"""The default store: a folder of immutable segments, one catalogue, and indexes made from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.stores.ledger.layout import Layout

if TYPE_CHECKING:
    from graph.stores.ledger.store import LedgerStore
    from graph.stores.ledger.verify import Finding


class _Ledger:
    code = "ledger"

    def open(self, place: str, *, create: bool = False, **options: Any) -> LedgerStore:
        """Open the ledger in a folder; ``create`` makes it one. Options as ``open_ledger``."""
        from graph.stores.ledger.store import open_ledger

        return open_ledger(Layout(Path(place).absolute()), make=create, **options)

    def verify(self, place: str, **_: Any) -> list[Finding]:
        """Check every stored byte of the ledger in a folder."""
        from graph.stores.ledger.verify import verify

        return verify(Layout(Path(place).absolute()))


STORE = _Ledger()
