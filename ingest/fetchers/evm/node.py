"""One node, asked over JSON-RPC with patience: retries for what passes, plain answers for the rest.

Only the endpoint that the user named is ever reached; there is no default. Its path, query and user
are keys as a rule, so only scheme, host and port are ever stated. A redirect is not followed; a proxy that
the machine's surroundings name is used, as by every program.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from ingest.fetchers.evm.errors import FetchError, TooSlowError
from ingest.normalise.json_text import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from web3 import HTTPProvider

_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_TOO_MUCH = 413
_SLOW = frozenset({"ReadTimeout", "HTTP status 408", "HTTP status 504"})
_RATE_WORDS = ("rate limit", "rate exceeded", "too many requests", "capacity", "throttl", "per second")
_SHOWN = 200


class Answerer(Protocol):
    """Whoever answers JSON-RPC requests."""

    @property
    def stated(self) -> str:
        """How the endpoint is named in what is saved."""
        ...

    def ask(self, method: str, params: list[Any]) -> dict[str, Any]:
        """Return ``{"result": …}`` or ``{"error": {…}}``."""
        ...


class Node:
    """A node at an endpoint.

    Parameters
    ----------
    endpoint : str
        ``http://`` or ``https://`` address.
    masked : bool
        State nothing of the endpoint in what is saved.
    tries, pause : int, float
        Attempts at one request, and seconds before the second; each further pause is twice as long.
    timeout : float
        Seconds for one attempt.
    sleep : callable
        Waits; replaced in tests.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        masked: bool = False,
        tries: int = 6,
        pause: float = 0.5,
        timeout: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.stated = "" if masked else _stated(endpoint)
        self._tries, self._pause, self._sleep = max(1, tries), pause, sleep
        self._provider = _provider(endpoint, timeout)
        self.retried = 0

    def ask(self, method: str, params: list[Any]) -> dict[str, Any]:
        """Ask once, and again while the node is busy or the connection drops.

        Returns
        -------
        dict
            ``{"result": …}``, or ``{"error": {…}}`` as the node said it. No float is in it.

        Raises
        ------
        FetchError
            The node could not be reached, or answered with something else than JSON-RPC.
        TooSlowError
            Logs took too long twice: the range is too large for the node.
        """
        why = ""
        for attempt in range(self._tries):
            if attempt:
                self.retried += 1
                self._sleep(self._pause * 2 ** (attempt - 1))
            try:
                answer = self._provider.make_request(method, params)
            except OSError as fault:  # every error of the HTTP library is one
                told = _told(fault)
                if told is not None:
                    return told
                why = _why(fault)
                if attempt and method == "eth_getLogs" and why in _SLOW:
                    raise TooSlowError(f"the node took too long: {why}", method=method) from None
                continue
            except ValueError as fault:
                why = str(fault)[:_SHOWN]  # cut in the middle
                continue
            found = _answer(answer)
            if not _rate_limited(found):
                return found
            why = str(found["error"])[:_SHOWN]
        raise FetchError(
            f"the node did not answer: {why}",
            endpoint=self.stated or None,
            method=method,
            tries=self._tries,
            hint="what was saved stays; the same command goes on where it stopped",
        )


def _stated(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{parts.port}" if parts.port else "")


def _provider(endpoint: str, timeout: float) -> HTTPProvider:
    """Return web3's provider; its own retries are off, so that ours are the only ones."""
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError(
            "an endpoint is the http or https address of a node", hint="name the node that you may use"
        )
    depth = sys.getrecursionlimit()
    from web3 import HTTPProvider

    # web3 brings py_ecc, which lifts Python's limit so far that a deeply nested answer ends the process.
    sys.setrecursionlimit(depth)

    class Exact(HTTPProvider):
        """Reads answers without making floats."""

        @staticmethod
        def decode_rpc_response(raw_response: bytes) -> Any:
            """Parse one answer."""
            return parse(raw_response)

    # A redirect would lead to a host that nobody named.
    options = {"timeout": timeout, "allow_redirects": False}
    return Exact(endpoint, request_kwargs=options, exception_retry_configuration=None)


def _answer(answer: Any) -> dict[str, Any]:
    if isinstance(answer, dict):
        if answer.get("error") is not None:
            return {"error": answer["error"]}
        if "result" in answer:
            return {"result": answer["result"]}
    raise FetchError(
        "not an answer of a node", text=str(answer)[:_SHOWN], hint="is this its JSON-RPC address?"
    )


def _told(fault: OSError) -> dict[str, Any] | None:
    """Return the error that came with an HTTP status; nothing where another attempt may help."""
    response = getattr(fault, "response", None)
    status = getattr(response, "status_code", None)
    if response is None or status in _BUSY:
        return None
    try:
        body = parse(response.content)
    except ValueError:
        body = None
    if isinstance(body, dict) and body.get("error") is not None:
        found = {"error": body["error"]}
        return None if _rate_limited(found) else found
    if status == _TOO_MUCH:
        return {"error": {"code": status, "message": "the answer would be too large"}}
    raise FetchError(
        f"the node refused with HTTP status {status}",
        hint="check the address, and the key in it if it has one",
    ) from None


def _why(fault: OSError) -> str:
    """Name a failure without its text: that of the HTTP library repeats the address with its key."""
    response = getattr(fault, "response", None)
    status = getattr(response, "status_code", None)
    return f"HTTP status {status}" if status else type(fault).__name__


def _rate_limited(answer: dict[str, Any]) -> bool:
    error = answer.get("error")
    said = str(error.get("message", "")).lower() if isinstance(error, dict) else ""
    return any(word in said for word in _RATE_WORDS)
