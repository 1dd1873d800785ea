"""Random pools and losses: several kinds of loss, traced claims, costs beyond the property, surpluses."""

from __future__ import annotations

import random
from fractions import Fraction

from analytics.assets.claims import Loss, LossKind, TracedClaim
from analytics.assets.compare import compare
from analytics.assets.terms import CostsOn, Deficiency, Pool, Property, Terms
from api.evidence.contents import Sharing

KES = "KES:2"


def random_sharing(seed: int) -> Sharing:
    """Return a comparison of every scheme that can be evaluated; the same seed gives the same one."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    names = tuple(f"P{i}" for i in range(dice.randint(1, 4)))
    properties = tuple(
        Property(n, dice.randint(0, 90_000), dice.choice((0, 0, 5_000, 95_000))) for n in names
    )
    pool = Pool(KES, properties, dice.choice((0, 0, 7_001, 400_000)))
    losses = tuple(
        _loss(dice, f"V{c}", kind, names)
        for c in range(dice.randint(1, 6))
        for kind in dice.sample(tuple(LossKind), dice.randint(1, 3))
    )
    charged = dice.random() < 0.3
    terms = Terms(
        general_costs_on=CostsOn.TRACED_TOO if charged else CostsOn.UNENCUMBERED,
        costs_order="M-1" if charged else "",
        deficiency=dice.choice(tuple(Deficiency)),
        minimum_payment=dice.choice((0, 1_000)),
        kinds=dice.choice((tuple(LossKind), (LossKind.EXTORTED, LossKind.WAGES))),
    )
    return Sharing(pool=pool, losses=losses, comparison=compare(pool, losses, terms, "traced_first"))


def _loss(dice: random.Random, claimant: str, kind: LossKind, names: tuple[str, ...]) -> Loss:
    paid = Fraction(dice.randint(0, 60_000), dice.choice((1, 1, 1, 3)))
    traced = tuple(TracedClaim(n, Fraction(dice.randint(0, 40_000), dice.choice((1, 7)))) for n in names)
    admitted = Fraction(dice.randint(0, 70_000)) if dice.random() < 0.6 else None
    return Loss(
        claimant=claimant,
        asset=KES,
        paid_in=None if admitted is not None and dice.random() < 0.1 else paid,
        received=Fraction(dice.randint(0, 30_000)),
        admitted=admitted,
        kind=kind,
        traced=traced if kind is LossKind.EXTORTED and dice.random() < 0.6 else (),
        subsistence=Fraction(dice.randint(0, 500)),
    )
