"""Tests reach this machine and nothing else.

An audit hook sees every connection that Python itself opens, also in code imported from elsewhere.
Loopback and Unix sockets pass; anything else fails the test that tried, unless it is marked
``network``.
"""

from __future__ import annotations

import ipaddress
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

WATCHED = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"})
_state = {"open": False, "installed": False}


class NetworkBlockedError(RuntimeError):
    """A test tried to leave this machine."""


def is_local(host: object) -> bool:
    """Say whether a host names this machine."""
    text = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if text in {"localhost", "localhost.localdomain"}:
        return True
    try:
        address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if event not in WATCHED or _state["open"]:
        return
    target = args[0] if event == "socket.getaddrinfo" else args[1]
    host = target[0] if isinstance(target, tuple) else target
    unix = event != "socket.getaddrinfo" and not isinstance(target, tuple)
    if unix or is_local(host):
        return
    message = f"{event} to {host!r}: tests must not reach the network (mark: network)"
    raise NetworkBlockedError(message)


def pytest_configure() -> None:
    """Install the hook once per process; workers of xdist come here too."""
    if not _state["installed"]:
        _state["installed"] = True
        sys.addaudithook(_refuse)


@pytest.fixture(autouse=True)
def _network(request: pytest.FixtureRequest) -> Iterator[None]:
    _state["open"] = request.node.get_closest_marker("network") is not None
    yield
    _state["open"] = False
