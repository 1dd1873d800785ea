"""What the tracing engine is given: neutral records that know no store.

A *ledger* is one traced account in one asset, named by a key. Every other key, and ``None``, is an
*external end*. The caller has already resolved the order of the movements and converted amounts to
exact units of each side's asset.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Number: TypeAlias = int | Fraction

OWN = "_own"
"""Owner of money that is not traced to a claimant."""
BANK = "_bank"
"""Owner of money drawn on an overdraft or a credit line."""
UNTRACED = frozenset({OWN, BANK})
"""Owners of whom no claim is followed."""

FEE_KINDS = frozenset({"fee", "tax", "commission", "spread"})
"""Kinds of movement that count as fees at an undeclared external end."""

EndKind: TypeAlias = Literal["held", "spent", "fees", "swallowed", "lost"]
Basis: TypeAlias = Literal["known", "derived", "assumed"]


@dataclass(frozen=True, slots=True)
class Movement:
    """One posting, in the resolved order.

    Parameters
    ----------
    id : str
        Unique; every result cites it.
    debit, credit : str or None
        Ledger or external end that pays, and that receives; None is the outside.
    amount : int or Fraction
        Paid, in units of the debit side's asset.
    credited : int or Fraction, optional
        Received, in units of the credit side's asset, when it differs (a conversion).
    kind : str
        ``principal``, ``fee``, ``tax``, ``commission``, ``spread``, ``reversal`` …
    reverses : str, optional
        Id of the movement that this one technically reverses: referenced by the rail itself, or
        asserted by a person.
    follows : str, optional
        Asserted direct match: this debit is the onward payment of the credit with that id.
    lo, hi : int
        Instant as a half-open interval in microseconds, used only where the order is unknown.
    order_known : bool
        False where the position among overlapping neighbours is a guess (see ``order.reorder``).
    """

    id: str
    debit: str | None
    credit: str | None
    amount: Number
    credited: Number | None = None
    kind: str = "principal"
    reverses: str | None = None
    follows: str | None = None
    lo: int = 0
    hi: int = 0
    order_known: bool = True

    @property
    def received(self) -> Number:
        """Return what the credit side receives, in its own asset."""
        return self.amount if self.credited is None else self.credited


@dataclass(frozen=True, slots=True)
class Opening:
    """What a ledger held before its first movement.

    ``owner`` is ``_own``, a claimant, or ``_bank`` with a negative amount: an overdraft.
    ``basis`` says how the amount is known.
    """

    ledger: str
    owner: str
    amount: Number
    basis: Basis = "known"


@dataclass(frozen=True, slots=True)
class Claim:
    """A credit that carries a claim: the whole of it, or ``amount`` units of the credit side."""

    movement: str
    claimant: str
    amount: Number | None = None


@dataclass(frozen=True, slots=True)
class End:
    """How money at an external end counts, and why the trace stops there."""

    key: str
    kind: EndKind
    reason: str


@dataclass(frozen=True, slots=True)
class TraceInput:
    """Everything one trace depends on.

    Parameters
    ----------
    ledgers : tuple of str
        Keys of the traced ledgers.
    movements : tuple of Movement
        In the resolved order.
    openings : tuple of Opening
        In draw order within a ledger: the first is the oldest lot.
    claims : tuple of Claim
        On credits of the claim's asset; in one credit they take precedence in this order.
    ends : mapping
        How external ends count; an undeclared one is ``spent`` (``fees`` for a fee kind).
    assets : mapping
        Asset of each ledger and end; a key that is missing has the asset of the claim.
    claim_asset : str
        Asset in which claims are stated.
    incomplete : frozenset of str
        Ledgers whose history has gaps: a debit beyond the balance there shows outside money that
        was not seen, and not an overdraft.
    """

    ledgers: tuple[str, ...]
    movements: tuple[Movement, ...]
    openings: tuple[Opening, ...] = ()
    claims: tuple[Claim, ...] = ()
    ends: Mapping[str, End] = field(default_factory=dict)
    assets: Mapping[str, str] = field(default_factory=dict)
    claim_asset: str = ""
    incomplete: frozenset[str] = frozenset()

    def asset(self, key: str | None) -> str:
        """Return the asset of a ledger or an end; that of the claim where none is stated."""
        return self.claim_asset if key is None else self.assets.get(key, self.claim_asset)

    def paid_in(self, movement: Movement) -> str:
        """Return the asset in which a movement leaves its debit side."""
        return self._side(movement, movement.debit, movement.credit)

    def received_in(self, movement: Movement) -> str:
        """Return the asset in which a movement reaches its credit side."""
        return self._side(movement, movement.credit, movement.debit)

    def _side(self, movement: Movement, side: str | None, other: str | None) -> str:
        if side not in self.assets and movement.credited is None and other in self.assets:
            return self.asset(other)
        return self.asset(side)
