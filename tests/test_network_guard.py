"""The guard lets this machine through and nothing else."""

from __future__ import annotations

import socket

import pytest

from tests.network_guard import NetworkBlockedError, is_local


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "", None, b"127.0.0.1", "127.8.9.1"])
def test_this_machine_is_local(host: object) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "2001:db8::1", "localhost.example.org"])
def test_everything_else_is_not(host: str) -> None:
    assert not is_local(host)


def test_a_connection_beyond_the_machine_is_refused() -> None:
    with socket.socket() as s, pytest.raises(NetworkBlockedError, match=r"192\.0\.2\.1"):
        s.connect(("192.0.2.1", 9))


def test_a_name_is_not_even_looked_up() -> None:
    with pytest.raises(NetworkBlockedError, match="example"):
        socket.getaddrinfo("example.org", 80)


def test_loopback_works() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_unix_sockets_work() -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        one.sendall(b"x")
        assert other.recv(1) == b"x"
