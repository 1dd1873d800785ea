"""The nouns of the command line over HTTP: same names, same JSON, problems as RFC 9457 has them.

Long work answers 202 with a job to ask again. Everything is under ``/api/v1``; the OpenAPI document is
``/api/v1/openapi.json``, and ``/api/v1/docs`` shows it without loading anything from elsewhere.
"""

from __future__ import annotations

from api.rest.app import create_router

__all__ = ["create_router"]
