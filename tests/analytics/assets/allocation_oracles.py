"""Reads worked allocation cases (schema tracing-oracle/1); a key it does not know fails by name."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.assets.claims import Loss, TracedClaim
from analytics.assets.terms import CostsOn, Deficiency, Pool, Property, Terms

if TYPE_CHECKING:
    from collections.abc import Iterable

CENTS = 100
TOP = {
    "schema",
    "id",
    "title",
    "kind",
    "source",
    "unit",
    "policies",
    "input",
    "expected",
    "hand",
    "conventions",
}
POLICIES: dict[str, dict[str, dict[str, Any]]] = {
    "sale_costs": {"fall on the asset sold": {}},
    "general_costs": {"fall on the unencumbered pool": {"general_costs_on": CostsOn.UNENCUMBERED}},
    "deficiency": {"ranks with the other victims": {"deficiency": Deficiency.RANKS}},
}


@dataclass(frozen=True, slots=True)
class Oracle:
    """One case in base units: ``scale`` of them make one unit of the file."""

    pool: Pool
    losses: tuple[Loss, ...]
    terms: Terms
    expected: dict[str, Any]
    scale: int


def folder() -> Path:
    """Where worked cases are looked for."""
    beside = Path(__file__).resolve().parents[4] / "shared" / "oracles"
    return Path(os.environ.get("FUATILIA_SHARED_ORACLES") or beside)


def allocation_files() -> list[Path]:
    """Every case of kind allocation there is, by name."""
    found = sorted(folder().glob("*.json"))
    return [path for path in found if json.loads(path.read_text("utf-8")).get("kind") == "allocation"]


def known(given: Iterable[str], allowed: Iterable[str], where: str) -> None:
    """Refuse a key nobody here knows."""
    strange = sorted(set(given) - set(allowed))
    assert not strange, f"unknown key {strange[0]!r} in {where}"


def read(path: Path) -> Oracle:
    """Read one case, exactly."""
    case = json.loads(path.read_text("utf-8"))
    known(case, TOP, path.name)
    given = case["input"]
    known(given, {"pool", "costs", "claims", "assets", "general_costs", "losses"}, "input")
    assert ("pool" in given) != ("assets" in given), "a case has a pool or assets"
    assert ("claims" in given) != ("losses" in given), "a case has claims or losses"
    scale = math.lcm(CENTS, *(Fraction(text).denominator for text in _pool_figures(given)))
    return Oracle(_pool(given, scale), _losses(given, scale), _terms(case), case["expected"], scale)


def _pool_figures(given: dict[str, Any]) -> list[str]:
    assets = given.get("assets", [])
    values = [asset[key] for asset in assets for key in ("value", "sale_costs") if key in asset]
    return values + [given[key] for key in ("pool", "costs", "general_costs") if key in given]


def _pool(given: dict[str, Any], scale: int) -> Pool:
    def units(text: str) -> int:
        return int(Fraction(text) * scale)

    costs = units(given.get("costs", "0")) + units(given.get("general_costs", "0"))
    if "pool" in given:
        return Pool.of("unit", units(given["pool"]), costs)
    for asset in given["assets"]:
        known(asset, {"id", "value", "sale_costs", "proprietary"}, f"asset {asset['id']}")
    rows = [Property(a["id"], units(a["value"]), units(a.get("sale_costs", "0"))) for a in given["assets"]]
    return Pool("unit", tuple(rows), costs)


def _losses(given: dict[str, Any], scale: int) -> tuple[Loss, ...]:
    rows = given.get("claims") or [{"claimant": c, "paid_in": text} for c, text in given["losses"].items()]
    traced: dict[str, list[TracedClaim]] = {}
    for asset in given.get("assets", []):
        for claim in asset.get("proprietary", []):
            known(claim, {"claimant", "amount"}, "proprietary")
            amount = Fraction(claim["amount"]) * scale
            traced.setdefault(claim["claimant"], []).append(TracedClaim(asset["id"], amount))
    known(traced, [row["claimant"] for row in rows], "claimants of proprietary")
    losses = []
    for row in rows:
        known(row, {"claimant", "paid_in", "received", "admitted"}, "claim")
        amounts: dict[str, Any] = {
            key: Fraction(text) * scale for key, text in row.items() if key != "claimant"
        }
        name = row["claimant"]
        losses.append(Loss(claimant=name, asset="unit", traced=tuple(traced.get(name, ())), **amounts))
    return tuple(losses)


def _terms(case: dict[str, Any]) -> Terms:
    chosen: dict[str, Any] = {}
    for key, text in case.get("policies", {}).items():
        known([key], POLICIES, "policies")
        known([text], POLICIES[key], f"policies.{key}")
        chosen |= POLICIES[key][text]
    return Terms(**chosen)
