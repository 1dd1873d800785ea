"""What goes wrong while a graph is fetched.

::

    FetchError          no answer, or none that can be used
    ├── AwayError       the server cannot be reached now: asked again after a pause
    └── TooMuchError    too slow, or too much for the server's memory: asked again for less

The last two reach somebody only where asking again does not help.
"""

from __future__ import annotations

from ingest.errors import IngestError


class FetchError(IngestError):
    """A graph gave no answer that can be used."""

    code = "fetch"


class AwayError(FetchError):
    """A server that cannot be reached, or cannot answer now."""


class TooMuchError(FetchError):
    """A question that took too long, or too much of the server's memory."""
