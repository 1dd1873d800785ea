"""Passing folders that carry the number of the process that made them.

What a killed process left can then be told from what a living one is writing, and be removed.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def passing_prefix(prefix: str) -> str:
    """Return the start of this process's names under ``prefix``."""
    return f"{prefix}{os.getpid()}-"


def remove_left_over(folder: Path, prefix: str) -> None:
    """Remove folders under ``prefix`` whose process is no more."""
    for path in sorted(folder.glob(f"{prefix}*")):
        process = path.name.removeprefix(prefix).split("-")[0]
        if process.isdigit() and not _is_alive(int(process)):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, so it is there
        return True
    return True
