"""The door of the server: who may ask at all, decided before any page or route sees the request.

A web page elsewhere must not reach a server on this machine through the user's browser. So the name
under which it is asked is checked (rebinding of names), what changes something must come from our own
pages, a session begins only with the token of the printed link, and every answer forbids the browser
to load anything from elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN = "token"  # noqa: S105 - the name of the parameter, not a secret
CSRF_HEADER = "x-csrf-token"
OPEN_PATHS = ("/static/",)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer a form would come without its origin
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


@dataclass(slots=True)
class Session:
    """What one browser chose, and the secret that its forms carry."""

    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    language: str = ""
    theme: str = ""
    clearance: Clearance = Clearance.MASKED
    keys: bool = True


class Sessions:
    """Sessions of this run by the hash of their cookie; they end with the program."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._open: dict[str, Session] = {}
        self._lock = threading.Lock()
        self.cookie = f"fuatilia_{hashlib.sha256(token.encode()).hexdigest()[:8]}"

    def begin(self, given: str) -> str:
        """Return the cookie of a new session; empty when the token is not the one that was printed."""
        if not self.is_token(given):
            return ""
        secret = secrets.token_urlsafe(32)
        with self._lock:
            self._open[_hashed(secret)] = Session()
        return secret

    def is_token(self, given: str) -> bool:
        """Say whether this is the start-up token."""
        return hmac.compare_digest(given.encode(), self._token.encode())

    def of(self, secret: str) -> Session | None:
        """Return the session of a cookie."""
        with self._lock:
            return self._open.get(_hashed(secret)) if secret else None


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def is_loopback(host: str) -> bool:
    """Say whether a bind address or the name in ``Host`` is this machine and nothing else.

    Examples
    --------
    >>> [is_loopback(h) for h in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "example.org")]
    [True, True, True, False, False]
    """
    return host.strip("[]").lower() in LOOPBACK


class Guard:
    """Middleware: name, session and origin before the application; headers on every answer.

    Parameters
    ----------
    app : ASGI application
    sessions : Sessions
    refuse : callable
        ``refuse(connection, status, key)`` gives the answer for whoever may not pass; the key names
        the sentence in the catalogue of strings.
    """

    def __init__(
        self, app: ASGIApp, sessions: Sessions, refuse: Callable[[HTTPConnection, int, str], Response]
    ) -> None:
        self.app, self.sessions, self.refuse = app, sessions, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass or answer it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no websockets here: the connection is closed unanswered

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = self._answer(scope)
        await (answer or self.app)(scope, receive, with_headers)

    def _answer(self, scope: Scope) -> Response | None:
        """Return the answer for a request that may not pass, and None for one that may."""
        connection = HTTPConnection(scope)
        headers, path, method = connection.headers, scope["path"], scope["method"]
        if not _named_rightly(headers, scope.get("server")):
            return PlainTextResponse("This server answers only under the name of this machine.\n", 400)
        session, by_token = self._known(connection)
        if session is not None or by_token:
            scope.setdefault("state", {})["session"] = session or Session()
        if path.startswith(OPEN_PATHS) and method in SAFE:
            return None
        if method == "GET" and TOKEN in connection.query_params:
            return self._begin(connection)
        if session is None and not by_token:
            return self.refuse(connection, 401, "no_session")
        if method not in SAFE and not by_token and not _from_here(headers, session, path):
            return self.refuse(connection, 403, "foreign_origin")
        return None

    def _known(self, connection: HTTPConnection) -> tuple[Session | None, bool]:
        kind, _, given = connection.headers.get("authorization", "").partition(" ")
        by_token = kind.lower() == "bearer" and self.sessions.is_token(given.strip())
        return self.sessions.of(connection.cookies.get(self.sessions.cookie, "")), by_token

    def _begin(self, connection: HTTPConnection) -> Response:
        """Turn the printed link into a session, and take the token out of the address bar."""
        secret = self.sessions.begin(connection.query_params[TOKEN])
        if not secret:
            return self.refuse(connection, 401, "no_session")
        rest = urlencode([(k, v) for k, v in parse_qsl(connection.url.query) if k != TOKEN])
        there = "/" + quote(connection.scope["path"].lstrip("/")) + (f"?{rest}" if rest else "")
        answer = RedirectResponse(there, 303)
        answer.set_cookie(self.sessions.cookie, secret, httponly=True, samesite="strict", path="/")
        return answer


def _named_rightly(headers: Headers, server: tuple[str, int] | None) -> bool:
    """Say whether ``Host`` is given once and is this machine, under the port that was asked."""
    given = headers.getlist("host")
    if len(given) != 1:
        return False
    try:
        parts = urlsplit(f"//{given[0]}")
        host, port = parts.hostname or "", parts.port or 80
    except ValueError:
        return False
    if parts.path or parts.query or parts.username is not None or not is_loopback(host):
        return False
    return server is None or port == server[1]


def _from_here(headers: Headers, session: Session | None, path: str) -> bool:
    """Say whether a change was asked for by one of our own pages; their forms carry the secret as well.

    The forms of pages are read, and so checked, by the pages; calls of the HTTP interface that come
    with a cookie carry the secret in a header.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is None and site != "same-origin":
        return False
    if origin is not None and (
        urlsplit(origin).netloc != headers["host"] or site not in (None, "same-origin")
    ):
        return False
    if not path.startswith("/api/"):
        return True
    given = headers.get(CSRF_HEADER, "")
    return session is not None and hmac.compare_digest(given.encode(), session.csrf.encode())
