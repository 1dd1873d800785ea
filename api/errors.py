"""Errors at the door: what the user asked for cannot be done as asked.

::

    ApiError
    ├── UsageError          the request does not make sense; nothing was changed
    ├── NotPermittedError   the actor may not do this
    └── PackError           a pack cannot be written, or what lies there is no pack
"""

from __future__ import annotations

from graph.errors import FuatiliaError


class ApiError(FuatiliaError):
    """A request cannot be answered."""

    code = "api"


class UsageError(ApiError):
    """The request does not make sense as it stands."""

    code = "usage"


class NotPermittedError(ApiError):
    """The actor may not do this."""

    code = "not_permitted"


class PackError(ApiError):
    """A pack cannot be written, or what lies there is no pack."""

    code = "pack"
