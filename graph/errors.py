"""Every error Fuatilia raises, drawn as one tree.

::

    FuatiliaError
    ├── ModelError              a value that cannot be what it claims to be
    │   ├── IdentifierError     text that is no valid identifier of its kind
    │   ├── AmountError         amount not exact in its asset, or beyond its bounds
    │   ├── InstantError        text that names no instant
    │   └── LocatorError        text that names no place in a source
    ├── PluginError             a plug-in that cannot be loaded, or a code used twice
    ├── StoreError              the store cannot do what was asked
    │   ├── StoreFormatError    written by a newer Fuatilia, or not a store at all
    │   ├── StoreBusyError      another writer holds the store
    │   ├── StoreAwayError      the store's server cannot be reached, or answers too late
    │   ├── StoreRefusedError   the store's server does not let this account do it
    │   ├── EvidenceChangedError  something was written since the snapshot: take a new one
    │   ├── NotFoundError       no such source, result, case or document
    │   └── IntegrityError      bytes differ from the hash recorded for them
    ├── IngestError             (ingest.errors)
    ├── AnalyticsError          (analytics.errors)
    └── ApiError                (api.errors)

An error carries fields, not prose: ``fields()`` gives them for a machine; ``str()`` says what
happened, where, and what to do next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class FuatiliaError(Exception):
    """Root of every error that Fuatilia raises on purpose.

    Parameters
    ----------
    what : str
        What happened, in one sentence.
    hint : str, optional
        What the reader can do next.
    **fields
        Where it happened (``path``, ``locator``, ``row`` …), kept as attributes in ``fields()``.
    """

    code = "error"

    def __init__(self, what: str, *, hint: str = "", **fields: Any) -> None:
        self.what = what
        self.hint = hint
        self._fields = {k: v for k, v in fields.items() if v is not None}
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        where = ", ".join(f"{k} {v}" for k, v in self._fields.items())
        parts = [self.what, f"({where})" if where else "", f"- {self.hint}" if self.hint else ""]
        return " ".join(p for p in parts if p)

    def retell(self, change: Callable[[str], str]) -> None:
        """Change every text of the error in place, for a reader who may not see what it repeats."""
        self.what, self.hint = change(self.what), change(self.hint)
        self._fields = {k: change(v) if isinstance(v, str) else v for k, v in self._fields.items()}
        self.args = (self._sentence(),)

    def fields(self) -> dict[str, Any]:
        """Return the error as data: code, what, hint and place."""
        return {"code": self.code, "what": self.what, "hint": self.hint, **self._fields}


class ModelError(FuatiliaError):
    """A value that cannot be what it claims to be."""

    code = "model"


class IdentifierError(ModelError):
    """Text that is no valid identifier of its kind."""

    code = "identifier"


class AmountError(ModelError):
    """An amount that is not exact in its asset, or is beyond its bounds."""

    code = "amount"


class InstantError(ModelError):
    """Text that names no instant."""

    code = "instant"


class LocatorError(ModelError):
    """Text that names no place in a source."""

    code = "locator"


class PluginError(FuatiliaError):
    """A plug-in that cannot be loaded, or two that claim one code."""

    code = "plugin"


class StoreError(FuatiliaError):
    """The store cannot do what was asked."""

    code = "store"


class StoreFormatError(StoreError):
    """Written by a newer Fuatilia, or not a store at all."""

    code = "store_format"


class StoreBusyError(StoreError):
    """Another writer holds the store."""

    code = "store_busy"


class StoreAwayError(StoreError):
    """The store's server cannot be reached, or answers too late: ask again after ``retry_after`` seconds."""

    code = "store_away"

    def __init__(self, what: str, *, retry_after: int = 5, hint: str = "", **fields: Any) -> None:
        self.retry_after = retry_after
        super().__init__(what, hint=hint, retry_after=retry_after, **fields)


class StoreRefusedError(StoreError):
    """The store's server does not let this account in, or not do what was asked."""

    code = "store_refused"


class EvidenceChangedError(StoreError):
    """Something was written since the snapshot that the question is about."""

    code = "evidence_changed"


class NotFoundError(StoreError):
    """No such source, result, case or document."""

    code = "not_found"


class IntegrityError(StoreError):
    """Stored bytes differ from the hash recorded for them."""

    code = "integrity"
