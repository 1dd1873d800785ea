"""What the pieces of casework need of a workbench, so that they stand below the facade that uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from api.casework.masking import Masking
    from graph.model.provenance import Source
    from graph.model.results import Assertion, AssertionKind
    from graph.model.scope import Scope
    from graph.store import Store


class Bench(Protocol):
    """A store opened for one case by one actor; ``api.workbench.Workbench`` is one."""

    store: Store
    scope: Scope

    @property
    def case(self) -> str:
        """The case worked on."""
        ...

    @property
    def masking(self) -> Masking:
        """What this reader may see."""
        ...

    def assertions(self) -> list[Assertion]:
        """Return the standing assertions of the case."""
        ...

    def sources(self) -> list[Source]:
        """Return the sources of the case."""
        ...

    def state(
        self,
        kind: AssertionKind,
        subject: str,
        object_: str,
        reason: str,
        *,
        made: str = "",
        retracts: str = "",
    ) -> Assertion:
        """Record a statement of the actor; everything in it was checked before."""
        ...
