"""What the global options said, carried through one run of the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from api.cli.console import Console
from api.settings import Settings, from_environment
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from api.workbench import Workbench


@dataclass(frozen=True, slots=True)
class State:
    """Settings, console and clearance of this run."""

    settings: Settings
    console: Console
    clearance: Clearance

    def bench(self, purpose: str, *, create: bool = False) -> Workbench:
        """Open the workbench; heavy libraries are imported only now."""
        from api.workbench import Workbench

        return Workbench.open(self.settings, purpose=purpose, clearance=self.clearance, create=create)


def state_of(context: typer.Context) -> State:
    """Return the state that the global options made."""
    state = context.find_object(State)
    if state is None:  # a command called without the root callback, as some tests do
        state = State(from_environment(), Console(), Clearance.MASKED)
    return state
