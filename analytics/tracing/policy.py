"""The two-layer policy of a trace, stored with its result so that the other side can run it again.

Layer one sets the wrongdoer against the claimants (``rule``); layer two sets the claimants against
one another (``among_claimants``). Every further choice that can move a figure is a field here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

from analytics.errors import PolicyError
from analytics.tracing.arithmetic import DIGITS, SCALE, Arithmetic, Exact, Fixed

OrderPolicy: TypeAlias = Literal["credits_first", "debits_first", "as_given"]

CHOICES: dict[str, dict[str, str]] = {
    "among_claimants": {
        "by_rule": "as the rule says: by date under fifo and lifo, else rolling pro rata among claimants",
    },
    "arithmetic": {
        "exact": "fractions without rounding, up to a stated size",
        "fixed": "whole sub-units of each asset, largest remainder, ties by owner id",
    },
    "order_policy": {
        "credits_first": "where the order within a ledger is unknown, credits are posted before debits",
        "debits_first": "where the order within a ledger is unknown, debits are posted before credits",
        "as_given": "the order given stands, also where it is not known",
    },
    "fee_policy": {
        "own_debit": "a fee is a debit of its own, posted after its principal and drawn by the same rule",
    },
    "reversal_policy": {
        "restore": "a technical reversal restores the same composition to the place it came from",
        "new_payment": "a reversal is a new payment and restores nothing",
    },
    "sub_lot_policy": {
        "draw_order": "a mixed transfer enters the next ledger as sub-lots, the first drawn being the "
        "oldest; within one credit claims come in the order given, then the rest",
    },
    "direct_matches": {
        "asserted": "a debit asserted to follow a credit takes what is left of that credit first",
        "ignored": "asserted direct matches are left out",
    },
    "backward_links": {
        "none": "no backward tracing",
    },
    "competing_claims": {
        "first_claim": "money that already carries a claim keeps it; the later claim is shown as lost there",
    },
    "data_gaps": {
        "declared": "a debit beyond the balance is an overdraft, but outside money not seen in ledgers "
        "declared incomplete",
        "overdraft": "a debit beyond the balance is an overdraft in every ledger",
        "outside_money": "a debit beyond the balance shows outside money not seen, in every ledger",
    },
}
"""Every choice and its meaning in words; the methods page prints it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What was chosen before any result was seen.

    Parameters
    ----------
    rule : str
        Code of the tracing rule.
    sub_units : int
        Sub-units per unit of an asset under ``fixed``.
    sub_units_by_asset : tuple of (str, int)
        Where an asset differs.
    denominator_digits : int
        Size at which ``exact`` stops.

    Raises
    ------
    PolicyError
        When a choice is not among ``CHOICES``.

    Notes
    -----
    The other fields are explained by ``CHOICES``.
    """

    rule: str = "own_first"
    among_claimants: str = "by_rule"
    arithmetic: str = "exact"
    order_policy: OrderPolicy = "credits_first"
    fee_policy: str = "own_debit"
    reversal_policy: str = "restore"
    sub_lot_policy: str = "draw_order"
    direct_matches: str = "asserted"
    backward_links: str = "none"
    competing_claims: str = "first_claim"
    data_gaps: str = "declared"
    sub_units: int = SCALE
    sub_units_by_asset: tuple[tuple[str, int], ...] = ()
    denominator_digits: int = DIGITS

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            chosen = getattr(self, name)
            if chosen not in choices:
                raise PolicyError(
                    f"{name} cannot be {chosen!r}", hint=f"choose one of {', '.join(sorted(choices))}"
                )
        if min(self.sub_units, self.denominator_digits, *(n for _, n in self.sub_units_by_asset)) < 1:
            raise PolicyError("sub-units and digits are whole numbers from 1")

    def reckoner(self) -> Arithmetic:
        """Return the arithmetic that the policy names."""
        if self.arithmetic == "exact":
            return Exact(self.denominator_digits)
        return Fixed(self.sub_units, dict(self.sub_units_by_asset))

    def canonical(self) -> dict[str, object]:
        """Return the policy as JSON-ready data, the same for the same choices.

        >>> Policy(rule="fifo").canonical()["rule"]
        'fifo'
        """
        out: dict[str, object] = {
            f.name: getattr(self, f.name) for f in fields(self) if f.name not in _ARITHMETIC
        }
        out.update(self.reckoner().canonical())
        return {name: out[name] for name in sorted(out)}

    def in_words(self) -> tuple[tuple[str, str], ...]:
        """Return each choice with its meaning, for the methods page."""
        return tuple((name, CHOICES[name][getattr(self, name)]) for name in CHOICES)


_ARITHMETIC = frozenset({"arithmetic", "sub_units", "sub_units_by_asset", "denominator_digits"})
