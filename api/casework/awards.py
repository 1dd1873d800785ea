"""What a court ordered to be paid to claimants: as persons stated it, beside what they have back.

No figure of a trace or of an allocation rests on it: an order is not yet a payment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.casework.restraining import state_payment
from api.casework.restraints import returned
from api.errors import UsageError
from graph.model.printing import exact_text
from graph.model.results import AssertionKind

if TYPE_CHECKING:
    from api.casework.bench import Bench
    from api.casework.restraints import Returned
    from graph.model.results import Assertion


def awards(bench: Bench) -> tuple[Returned, ...]:
    """Return what was ordered to be paid to claimants, by day."""
    return returned(bench, AssertionKind.AWARD)


def award(
    bench: Bench,
    claimant: str,
    amount: str,
    asset: str,
    reason: str,
    *,
    reference: str = "",
    on: str = "",
) -> Assertion:
    """State what a court ordered to be paid to a claimant.

    Parameters
    ----------
    claimant : str
        The label under which the traces of the case call the claimant, as ``V1``.
    amount, asset : str
        Decimal text; key or ISO code.
    reference : str
        Number of the order; an order has one.
    on : str
        ISO day of the order; the day of the statement when empty.

    Raises
    ------
    UsageError
        No number of the order, no reason, no amount above zero, or a claimant called by what names a
        protected person.
    """
    if not reference.strip():
        raise UsageError("an order is named by its number", hint="--reference")
    return state_payment(
        bench, AssertionKind.AWARD, claimant, amount, asset, reason, on=on, reference=reference
    )


def awards_document(bench: Bench) -> dict[str, Any]:
    """Return what was ordered to be paid, as one document; amounts are texts."""
    return {
        "awards": [
            {
                "id": a.id,
                "claimant": a.claimant,
                "amount": exact_text(a.amount, a.asset),
                "asset": a.asset,
                "on": a.on,
                "reference": a.reference,
                "author": a.author,
                "reason": a.reason,
                "made": a.made,
            }
            for a in awards(bench)
        ]
    }
