"""Errors of ingest: a file that cannot be read, with its place and what to do next.

::

    IngestError
    ├── UnreadableError      damaged, encrypted, of no known layout, or too large
    ├── PasswordError        encrypted, and the password is missing or wrong
    ├── MappingError         a mapping that does not fit the file or itself
    └── SandboxError         the reader's process was stopped by a limit, or died
"""

from __future__ import annotations

from graph.errors import FuatiliaError


class IngestError(FuatiliaError):
    """Facts could not be got in."""

    code = "ingest"


class UnreadableError(IngestError):
    """A file that cannot be read at all."""

    code = "unreadable"


class PasswordError(UnreadableError):
    """An encrypted file whose password is missing or wrong."""

    code = "password"


class MappingError(IngestError):
    """A mapping that fits neither the file nor the rules for mappings."""

    code = "mapping"


class SandboxError(IngestError):
    """A reader's process was stopped by a limit, or died."""

    code = "sandbox"
