"""What is said of an error at the last door: nothing of victims and witnesses, whatever was typed.

Inside a workbench errors are masked as they leave it. Here are those that come before it is opened (a
misspelt date, a wrong option), which repeat what was typed; the case is asked whom it protects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.masking import Masking
from api.settings import from_environment
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def masked_failure(
    front: Sequence[str], fields: Mapping[str, object], sentence: str
) -> tuple[dict[str, str], str]:
    """Return an error's fields and sentence as they may be told to whoever typed these global options."""
    masking = _masking(front)
    return {name: masking.words(str(value)) for name, value in fields.items()}, masking.words(sentence)


def clearance_of(front: Sequence[str]) -> Clearance:
    """Return the clearance that global options ask for.

    Examples
    --------
    >>> clearance_of(["--json", "--unmask"]).name
    'CASE'
    """
    if "--unmask-protected" in front:
        return Clearance.PROTECTED
    return Clearance.CASE if "--unmask" in front else Clearance.MASKED


def _masking(front: Sequence[str]) -> Masking:
    from api.workbench import Workbench

    clearance = clearance_of(front)
    if clearance is Clearance.PROTECTED:
        return Masking(clearance)
    try:
        settings = from_environment(store=_valued(front, "--store"), case=_valued(front, "--case"))
        with Workbench.open(settings, purpose="tell an error", clearance=clearance) as bench:
            return bench.masking
    except Exception:  # noqa: BLE001 - no store that answers: nobody is known to be protected, numbers are masked
        return Masking(clearance)


def _valued(front: Sequence[str], option: str) -> str:
    for place, word in enumerate(front):
        if word == option and place + 1 < len(front):
            return front[place + 1]
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
    return ""
