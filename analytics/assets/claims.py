"""What each claimant lost: the kinds of loss apart, and nothing netted that must not be.

A victim of trafficking may have paid (a fee, a ransom), may have worked unpaid, and may have been
awarded damages. Only what was paid left a trace. Food, transport and money that merely passed through
the victim's account under coercion are shown beside the loss and never reduce it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.errors import AllocationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ZERO = Fraction(0)


class LossKind(StrEnum):
    """What sort of loss a claim is for; the kinds stay in separate columns."""

    EXTORTED = "extorted_payment"
    WAGES = "withheld_wages"
    DAMAGE = "adjudged_damage"


@dataclass(frozen=True, slots=True)
class TracedClaim:
    """A claim to a named piece of property, resting on a trace.

    Parameters
    ----------
    property_id : str
        The property, as it is called in the pool.
    amount : Fraction
        Base units of the pool's asset that the trace leads to that property.
    trace : str, optional
        Id of the trace result it rests on.
    """

    property_id: str
    amount: Fraction
    trace: str = ""

    def __post_init__(self) -> None:
        """Refuse an amount below zero."""
        if self.amount < 0:
            raise AllocationError("a traced claim is below zero", property=self.property_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One kind of loss of one claimant, in base units of one asset.

    Parameters
    ----------
    claimant : str
        Opaque id; ties are broken by it.
    asset : str
        Key of the asset of every amount here. It must be the pool's: assets are never added together
        without a conversion record (see `analytics.assets.valuation`).
    paid_in : Fraction, optional
        What was paid under extortion, or the wages or damages that are due. None when only an
        admitted amount is known.
    received : Fraction
        What came back on account of this loss. Neither subsistence nor coerced pass-through.
    admitted : Fraction, optional
        What a court or administrator has admitted. Where it is given it is the loss.
    kind : LossKind
        Only an extorted payment can carry traced claims.
    traced : tuple of TracedClaim
        Claims to property of the pool.
    subsistence : Fraction
        Food, lodging, transport provided by the wrongdoer: shown, never netted.
    passed_through : Fraction
        Money sent through the claimant's account under coercion: shown, never netted.
    citations : tuple of str
        Observations the amounts rest on.

    Raises
    ------
    AllocationError
        On an amount below zero, a claim without any amount, or a traced claim for wages or damages.

    References
    ----------
    UN Trafficking in Persons Protocol, art. 6(6); OSCE, Policy and legislative recommendations towards
    the effective implementation of the non-punishment provision (2013), for the coerced pass-through.

    Examples
    --------
    >>> loss = Loss(claimant="V1", asset="KES", paid_in=Fraction(50), received=Fraction(20))
    >>> loss.net, loss.amount
    (Fraction(30, 1), Fraction(30, 1))
    """

    claimant: str
    asset: str
    paid_in: Fraction | None = None
    received: Fraction = ZERO
    admitted: Fraction | None = None
    kind: LossKind = LossKind.EXTORTED
    traced: tuple[TracedClaim, ...] = ()
    subsistence: Fraction = ZERO
    passed_through: Fraction = ZERO
    citations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be a loss."""
        amounts = (self.paid_in, self.received, self.admitted, self.subsistence, self.passed_through)
        if any(amount is not None and amount < 0 for amount in amounts):
            raise AllocationError("an amount of a loss is below zero", claimant=self.claimant)
        if not self.claimant or (self.paid_in is None and self.admitted is None):
            raise AllocationError(
                "a loss names no claimant or no amount",
                claimant=self.claimant,
                hint="give what was paid in, or what was admitted",
            )
        if self.traced and self.kind is not LossKind.EXTORTED:
            raise AllocationError(
                "only an extorted payment can be traced into property",
                claimant=self.claimant,
                kind=str(self.kind),
                hint="put the traced claim on the loss for the payment itself",
            )

    @property
    def net(self) -> Fraction | None:
        """Paid in less received, never below zero; None when what was paid in is not known."""
        return None if self.paid_in is None else max(ZERO, self.paid_in - self.received)

    @property
    def overpaid(self) -> Fraction:
        """What was received beyond what was paid in: shown, for a claw-back is the court's to order."""
        return ZERO if self.paid_in is None else max(ZERO, self.received - self.paid_in)

    @property
    def amount(self) -> Fraction:
        """The loss: what was admitted, else the net loss. No payment exceeds it."""
        if self.admitted is not None:
            return self.admitted
        return ZERO if self.paid_in is None else max(ZERO, self.paid_in - self.received)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Everything one claimant claims, added up with the kinds still visible.

    ``paid_in`` and ``received`` are None and zero unless every row states what was paid in; ``received``
    counts row by row at most what was paid in, so that a surplus on one kind never eats another kind.
    """

    claimant: str
    paid_in: Fraction | None
    received: Fraction
    net: Fraction | None
    admitted: Fraction | None
    loss: Fraction
    traceable: Fraction
    overpaid: Fraction
    subsistence: Fraction
    passed_through: Fraction
    traced: tuple[TracedClaim, ...] = ()
    by_kind: Mapping[LossKind, Fraction] = field(default_factory=dict)
    citations: tuple[str, ...] = ()

    @property
    def entitled(self) -> Fraction:
        """The lesser of net loss and admitted loss: the most that a net-loss scheme may pay."""
        return self.loss if self.net is None else min(self.net, self.loss)


def positions(
    losses: Iterable[Loss], asset: str, kinds: Sequence[LossKind] = tuple(LossKind)
) -> tuple[Position, ...]:
    """Add up the losses of each claimant.

    Parameters
    ----------
    losses : iterable of Loss
        In any order; the answer does not depend on it.
    asset : str
        Key of the pool's asset.
    kinds : sequence of LossKind
        The kinds that take part; the others are left out.

    Returns
    -------
    tuple of Position
        Sorted by claimant.

    Raises
    ------
    AllocationError
        When a loss stands in another asset.

    Examples
    --------
    >>> rows = [
    ...     Loss(claimant="V1", asset="KES", paid_in=Fraction(50)),
    ...     Loss(claimant="V1", asset="KES", paid_in=Fraction(90), kind=LossKind.WAGES),
    ... ]
    >>> [str(p.loss) for p in positions(rows, "KES")]
    ['140']
    """
    rows: dict[str, list[Loss]] = {}
    for loss in losses:
        if loss.asset != asset:
            raise AllocationError(
                "a loss stands in another asset than the pool",
                claimant=loss.claimant,
                asset=loss.asset,
                pool=asset,
                hint="convert it first, with a dated rate and its source",
            )
        if loss.kind in kinds:
            rows.setdefault(loss.claimant, []).append(loss)
    return tuple(_position(claimant, rows[claimant]) for claimant in sorted(rows))


def _position(claimant: str, rows: list[Loss]) -> Position:
    nets = [row.net for row in rows]
    known = [row.paid_in for row in rows if row.paid_in is not None]
    complete = len(known) == len(rows)
    admitted = [row.admitted for row in rows if row.admitted is not None]
    paid_in = sum(known, ZERO) if complete else None
    net = sum((n for n in nets if n is not None), ZERO) if complete else None
    by_kind = {kind: sum((r.amount for r in rows if r.kind is kind), ZERO) for kind in LossKind}
    return Position(
        claimant=claimant,
        paid_in=paid_in,
        received=ZERO if paid_in is None or net is None else paid_in - net,
        net=net,
        admitted=sum(admitted, ZERO) if len(admitted) == len(rows) else None,
        loss=sum((row.amount for row in rows), ZERO),
        traceable=by_kind[LossKind.EXTORTED],
        overpaid=sum((row.overpaid for row in rows), ZERO),
        subsistence=sum((row.subsistence for row in rows), ZERO),
        passed_through=sum((row.passed_through for row in rows), ZERO),
        traced=tuple(
            sorted((t for row in rows for t in row.traced), key=lambda t: (t.property_id, t.trace, t.amount))
        ),
        by_kind={kind: amount for kind, amount in by_kind.items() if amount},
        citations=tuple(sorted({c for row in rows for c in row.citations})),
    )
