"""What a child gives up before it opens a file: memory, time, network, other files, other programs.

Called once, before anything starts a thread. What the machine does not allow is replaced by the next
best thing, and what held is said.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_NO_NEW_PRIVS, _PARENT_DEATH, _DUMPABLE = 38, 1, 4
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_WRITES = sum(1 << bit for bit in (1, *range(4, 13)))  # write, remove, make; of the first landlock version
_SOCKETS = "connect bind getaddrinfo gethostbyname sendto sendmsg"
_PROGRAMS = "subprocess.Popen os.system os.exec os.posix_spawn os.fork os.forkpty"
_REFUSED = frozenset([*(f"socket.{name}" for name in _SOCKETS.split()), *_PROGRAMS.split()])


def confine(limits: Mapping[str, int], scratch: str) -> dict[str, str]:
    """Give up everything a reader does not need.

    Parameters
    ----------
    limits : mapping
        As ``Limits.as_numbers`` gives them.
    scratch : str
        The one folder that may be written.

    Returns
    -------
    dict
        ``network``: ``namespace`` or ``audit hook``; ``files``: ``landlock`` or ``none``.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PARENT_DEATH, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu"], limits["cpu"] + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["output"], limits["output"]))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits["files"], limits["files"]))
    no_net = libc.unshare(_NEW_NET) == 0 or libc.unshare(_NEW_USER | _NEW_NET) == 0
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    held = {
        "network": "namespace" if no_net else "audit hook",
        "files": "landlock" if _landlock(libc, scratch) else "none",
    }
    sys.addaudithook(_refuse)
    return held


def _refuse(event: str, _args: tuple[Any, ...]) -> None:
    if event in _REFUSED:
        raise PermissionError(f"{event} is refused: a reader only parses bytes")


def _landlock(libc: ctypes.CDLL, scratch: str) -> bool:
    """Allow writes below ``scratch`` only (landlock(7)); False where the kernel does not know it."""
    attributes = struct.pack("Q", _WRITES)
    ruleset = libc.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    folder = os.open(scratch, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", _WRITES, folder)
        added = libc.syscall(_LANDLOCK_ADD, ruleset, 1, rule, 0) == 0
        return bool(added and libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(folder)
        os.close(ruleset)
