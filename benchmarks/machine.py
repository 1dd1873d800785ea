"""What a figure was measured on, in words, and where it is kept."""

from __future__ import annotations

import os
import platform
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


def describe_machine() -> str:
    """Say what kind of machine this is, without naming it."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return (
        f"{os.cpu_count()} shared cores ({platform.machine()}), {pages / 2**30:.0f} GiB, "
        f"Python {platform.python_version()}"
    )


def write_result(name: str, title: str, command: str, told: str, lines: list[str]) -> None:
    """Keep one benchmark's figures as a page that can be compared line by line."""
    text = [f"# {title}", "", f"`{command}`", "", told, "", *lines, ""]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text("\n".join(text), encoding="utf-8")
