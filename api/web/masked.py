"""What a page may say of names: the one place where pages ask whether identifying text may be shown.

The store's view has masked labels, narration and names of files already; what does not pass a view
(a reason, an innocent explanation, a printed line) goes through the case's masking here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.model.scope import Clearance

if TYPE_CHECKING:
    from api.workbench import Workbench


def cleared(bench: Workbench) -> bool:
    """Say whether identifying text of the case may be shown, save that of protected persons."""
    return bench.scope.clearance >= Clearance.CASE


def plain_text(bench: Workbench, text: str) -> str:
    """Return a text that may quote the evidence (a reason, a hint), as far as it may be shown."""
    return bench.masking.words(text)
