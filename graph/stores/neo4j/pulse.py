"""Whether a server still answers: the driver waits two minutes for one that hangs, a person does not."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FRESH = 1.0
"""Seconds for which an answer proves that the server is there."""


class Pulse:
    """Asks in a thread of its own, once at a time, so that nobody waits longer than ``limit`` seconds.

    Parameters
    ----------
    ask : callable
        Sends the least question and returns once it is answered, however.
    limit : float
        Seconds.

    Examples
    --------
    >>> Pulse(lambda: None, 1.0).beats(), Pulse(threading.Event().wait, 0.01).beats()
    (True, False)
    """

    def __init__(self, ask: Callable[[], object], limit: float) -> None:
        self._ask, self._limit = ask, limit
        self._lock = threading.Lock()
        self._asking: threading.Thread | None = None
        self._failed: list[Exception] = []
        self._last = float("-inf")

    def felt(self) -> None:
        """Note that the server has just answered something."""
        self._last = time.monotonic()

    def beats(self) -> bool:
        """Say whether the server answers; whoever waits already is joined, not doubled.

        What the question fails with in a way that is no answer is raised here, not lost in the thread.
        """
        if time.monotonic() - self._last < FRESH:
            return True
        with self._lock:
            if self._asking is None or not self._asking.is_alive():
                self._asking = threading.Thread(target=self._run, name="neo4j-pulse", daemon=True)
                self._asking.start()
            asking = self._asking
        asking.join(self._limit)
        if self._failed:
            raise self._failed.pop()
        return not asking.is_alive()

    def _run(self) -> None:
        try:
            self._ask()
        except Exception as failed:  # noqa: BLE001 - handed to whoever waits
            self._failed.append(failed)
