"""A node on loopback with the manners of a hosted one: limits, dropped connections, reorganisations."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Manners:
    """How the node behaves, and what it was asked.

    ``most_blocks`` and ``most_logs`` refuse a range of logs; ``drop`` says of the n-th request (from 1)
    that its connection is closed unanswered; ``busy`` that it is answered with HTTP 429; ``slow``
    that a gateway before it gives up with HTTP 504; ``redirect`` sends every request
    elsewhere; ``before`` is called before each answer.
    """

    def __init__(self, answer: Callable[[str, list[Any]], dict[str, Any]]) -> None:
        self.answer = answer
        self.most_blocks: int | None = None
        self.most_logs: int | None = None
        self.drop: Callable[[int], bool] = lambda n: False
        self.busy: Callable[[int], bool] = lambda n: False
        self.redirect = ""
        self.slow: Callable[[str, list[Any]], bool] = lambda method, params: False
        self.before: Callable[[str, list[Any]], None] = lambda method, params: None
        self.absent: frozenset[str] = frozenset()
        self.extra: dict[str, Callable[[list[Any]], Any]] = {}
        self.asked: list[tuple[str, list[Any]]] = []

    def reply(self, method: str, params: list[Any]) -> dict[str, Any]:
        self.before(method, params)
        self.asked.append((method, params))
        if method in self.absent:
            return {"error": {"code": -32601, "message": f"the method {method} does not exist"}}
        if method in self.extra:
            return {"result": self.extra[method](params)}
        if method == "eth_getLogs" and self.most_blocks is not None:
            blocks = int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1
            if blocks > self.most_blocks:
                said = f"query spans more than {self.most_blocks} blocks"
                return {"error": {"code": -32602, "message": said}}
        found = self.answer(method, params)
        if method == "eth_getLogs" and self.most_logs is not None and len(found["result"]) > self.most_logs:
            return {"error": {"code": -32005, "message": "query returned too many results"}}
        return found

    def count(self, method: str) -> int:
        return sum(1 for name, _ in self.asked if name == method)


@contextmanager
def serving(manners: Manners) -> Iterator[str]:
    """Serve a node; yields its address."""
    lock = threading.Lock()
    taken = 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_POST(self) -> None:
            nonlocal taken
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                taken += 1
                if manners.drop(taken):
                    self.close_connection = True
                    return
                if manners.busy(taken):
                    self.send_error(429)
                    return
                if manners.redirect:
                    self.send_response(307)
                    self.send_header("Location", manners.redirect)
                    self.end_headers()
                    return
                if manners.slow(body["method"], body["params"]):
                    self.send_error(504)
                    return
                answer = {"jsonrpc": "2.0", "id": body["id"], **manners.reply(body["method"], body["params"])}
            text = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/key-that-nobody-may-read"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
