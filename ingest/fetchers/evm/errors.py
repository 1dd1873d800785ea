"""What goes wrong while fetching.

::

    FetchError          no answer, or none that can be used
    ├── TooSlowError    logs of a range took too long
    ├── Refused         the node says that a range is too much
    └── MovedError      the chain changed while it was asked

The last three are answered by asking otherwise, and reach nobody unless that does not help.
"""

from __future__ import annotations

from ingest.errors import IngestError


class FetchError(IngestError):
    """A node did not answer, or gave no answer that can be used."""

    code = "fetch"


class TooSlowError(FetchError):
    """A node that was still busy with a range when the time was up: a smaller one may do."""

    code = "fetch"


class Refused(FetchError):  # noqa: N818 - an answer, not a failure
    """A range that the node says is too much; ``what`` is its reason."""

    code = "fetch"


class MovedError(FetchError):
    """Answers that are not of one chain: it was reorganised while it was asked."""

    code = "fetch"
