"""The pages in a browser on this machine: ``serve``."""

from __future__ import annotations

import secrets
import socket
from typing import Annotated

import typer

from api.cli.state import state_of
from api.errors import UsageError
from graph.model.scope import Clearance


def register(app: typer.Typer) -> None:
    """Add the command of this group."""
    app.command(epilog="Example: fuatilia --store evidence serve --port 8017")(serve)


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8017,
    host: Annotated[str, typer.Option(help="Address of this machine; no other is served.")] = "127.0.0.1",
) -> None:
    """Serve the pages to a browser on this machine; the printed link lets it in.

    Names stay masked unless the command is given with --unmask; a session then shows them where it asks
    to, and the audit log keeps that it did. Ends with Ctrl-C; what was committed stays.
    """
    from api.desk import Desk
    from api.door import is_loopback
    from api.serving import create_app, run

    state = state_of(context)
    if not is_loopback(host):
        raise UsageError(
            "only this machine may be served until there is sign-in", host=host, hint="--host 127.0.0.1"
        )
    listening = _bound(host, port)
    token = secrets.token_urlsafe(24)
    at = listening.getsockname()[1]
    named = f"[{host}]" if ":" in host else host
    link = f"http://{named}:{at}/?token={token}"
    desk = Desk(state.settings, most=state.clearance)
    try:
        app = create_app(desk, token)
        document = {"url": link, "port": at, "store": state.settings.store}
        state.console.result(document, lambda: link)
        masked = "names masked" if state.clearance is Clearance.MASKED else "names shown where asked"
        state.console.talk(f"serving {state.settings.store} on this machine only, {masked}; Ctrl-C ends it")
        run(app, listening)
    finally:
        desk.close()
        listening.close()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as cause:
        listening.close()
        raise UsageError(
            f"the port cannot be had: {cause.strerror}", port=port, hint="name another: --port 0"
        ) from cause
    listening.listen(128)
    return listening
