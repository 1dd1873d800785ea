"""What a careful reader would see on a page: names, contrast, things that run over the edge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def overflows(page: Page) -> list[str]:
    """Name what is wider than the window; tables and printed lines scroll in boxes of their own."""
    return _found(page, "overflows")


def named_faults(page: Page) -> list[str]:
    """Name controls and regions that a screen reader could not, and landmarks that are missing."""
    return _found(page, "unnamed")


def contrast_faults(page: Page) -> list[str]:
    """Name texts below a contrast of 4.5, and below eleven pixels."""
    return _found(page, "contrast")


def _found(page: Page, name: str) -> list[str]:
    looked = page.evaluate_handle(SCRIPT)
    found: list[str] = page.evaluate(f"looked => looked.{name}()", looked)
    return found
