"""What is shared out, and on which terms: every choice a court can make is a field here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analytics.assets.claims import LossKind
from analytics.errors import AllocationError


class CostsOn(StrEnum):
    """Who bears the general costs."""

    UNENCUMBERED = "unencumbered_pool"
    TRACED_TOO = "traced_claimants_too"


class Deficiency(StrEnum):
    """How what a traced claim left unpaid ranks."""

    RANKS = "ranks_with_the_other_claimants"
    AFTER = "ranks_after_the_other_claimants"


@dataclass(frozen=True, slots=True)
class Property:
    """One thing in the pool: what it fetched, and what selling it cost, in base units."""

    id: str
    value: int
    sale_costs: int = 0


@dataclass(frozen=True, slots=True)
class Pool:
    """What there is to share, in base units of one asset.

    Parameters
    ----------
    asset : str
        Key of the asset.
    properties : tuple of Property
        What was recovered. The cost of selling a thing falls on that thing.
    general_costs : int
        Costs of the whole proceeding.

    Examples
    --------
    >>> pool = Pool("KES", (Property("account", 90), Property("plot", 60, 6)), general_costs=14)
    >>> pool.total, pool.costs, pool.distributable
    (150, 20, 130)
    """

    asset: str
    properties: tuple[Property, ...]
    general_costs: int = 0

    def __post_init__(self) -> None:
        """Refuse amounts below zero and two properties of one name."""
        figures = [self.general_costs, *(f for p in self.properties for f in (p.value, p.sale_costs))]
        if any(figure < 0 for figure in figures):
            raise AllocationError("an amount of the pool is below zero", asset=self.asset)
        names = [p.id for p in self.properties]
        if len(set(names)) != len(names):
            raise AllocationError("two properties of the pool have one name", properties=", ".join(names))

    @classmethod
    def of(cls, asset: str, amount: int, costs: int = 0) -> Pool:
        """Return a pool that is one sum of money."""
        return cls(asset, (Property("pool", amount),), costs)

    @property
    def total(self) -> int:
        """Everything recovered, before any cost."""
        return sum(p.value for p in self.properties)

    @property
    def costs(self) -> int:
        """Costs of sale and general costs together."""
        return self.general_costs + sum(p.sale_costs for p in self.properties)

    @property
    def costs_paid(self) -> int:
        """The costs that the whole pool can bear."""
        return min(self.costs, self.total)

    @property
    def distributable(self) -> int:
        """What is left for claimants where nobody has a claim to a particular property."""
        return self.total - self.costs_paid

    @property
    def net_values(self) -> dict[str, int]:
        """What each property yields after its own cost of sale, never below zero."""
        return {p.id: max(0, p.value - p.sale_costs) for p in self.properties}

    @property
    def costs_to_share(self) -> int:
        """General costs, with any cost of sale that the property sold could not bear."""
        return self.general_costs + sum(max(0, p.sale_costs - p.value) for p in self.properties)

    def record(self) -> dict[str, object]:
        """Return the pool as data, properties by id; amounts are strings in base units."""
        rows = sorted(self.properties, key=lambda p: p.id)
        return {
            "asset": self.asset,
            "properties": [
                {"id": p.id, "value": str(p.value), "sale_costs": str(p.sale_costs)} for p in rows
            ],
            "general_costs": str(self.general_costs),
            "total": str(self.total),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The choices beside the scheme, each of which an order may decide.

    Parameters
    ----------
    general_costs_on : CostsOn
        A court may charge the traced claimants too; then ``costs_order`` must name its order.
    costs_order : str
        Reference of that order.
    deficiency : Deficiency
        How the unpaid part of a traced claim ranks.
    residual_to : str
        Who takes what is left, only after every claimant is paid in full.
    minimum_payment : int
        Base units; a smaller payment is held, not sent and not shared out among the others.
    unclaimed : tuple of str
        Claimants who cannot be reached: their payment is held for them.
    kinds : tuple of LossKind
        The kinds of loss that take part.
    """

    general_costs_on: CostsOn = CostsOn.UNENCUMBERED
    costs_order: str = ""
    deficiency: Deficiency = Deficiency.RANKS
    residual_to: str = "State"
    minimum_payment: int = 0
    unclaimed: tuple[str, ...] = ()
    kinds: tuple[LossKind, ...] = tuple(LossKind)

    def __post_init__(self) -> None:
        """Refuse to charge traced claimants without an order."""
        if self.general_costs_on is CostsOn.TRACED_TOO and not self.costs_order:
            raise AllocationError(
                "traced claimants are charged general costs only by order",
                hint="give the order's reference as costs_order",
            )

    def record(self) -> dict[str, object]:
        """Return the terms as data, for the result they belong to."""
        return {
            "general_costs_on": str(self.general_costs_on),
            "costs_order": self.costs_order,
            "deficiency": str(self.deficiency),
            "residual_to": self.residual_to,
            "minimum_payment": str(self.minimum_payment),
            "unclaimed": sorted(self.unclaimed),
            "kinds": sorted(str(kind) for kind in self.kinds),
        }
