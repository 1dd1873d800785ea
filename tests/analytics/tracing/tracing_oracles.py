"""Reads worked tracing cases (schema tracing-oracle/1); what it does not know fails by name."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.tracing.movements import Claim, Movement, Opening, TraceInput
from analytics.tracing.utxo import ChainTransaction

if TYPE_CHECKING:
    from collections.abc import Iterable

PRESENT = {"schema", "id", "title", "kind", "source", "unit", "input", "expected", "hand", "conventions"}
POLICIES = {
    "fees": {"own debit, posted directly after its principal"},
    "same_timestamp": {"statement line order (seq)"},
    "reversal": {"technical reversal restores the same composition to the place it came from"},
}
RULES = {
    "fifo": "fifo",
    "lifo": "lifo",
    "pro_rata_rolling": "pro_rata_rolling",
    "own_first__claimants_pro_rata": "own_first",
    "tainted_first": "tainted_first",
    "haircut": "pro_rata_rolling",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case; ``given`` is a trace input or a chain transaction."""

    name: str
    given: TraceInput | ChainTransaction
    expected: dict[str, Any]


def folder() -> Path:
    """Where worked cases are looked for."""
    beside = Path(__file__).resolve().parents[4] / "shared" / "oracles"
    return Path(os.environ.get("FUATILIA_SHARED_ORACLES") or beside)


def tracing_files() -> list[Path]:
    """Every case that is not an allocation, by name."""
    found = sorted(folder().glob("*.json"))
    return [path for path in found if json.loads(path.read_text("utf-8")).get("kind") != "allocation"]


def known(given: Iterable[str], allowed: Iterable[str], where: str) -> None:
    """Refuse a key nobody here knows."""
    strange = sorted(set(given) - set(allowed))
    assert not strange, f"unknown key {strange[0]!r} in {where}"


def read(path: Path) -> Case:
    """Read one case, exactly."""
    case = json.loads(path.read_text("utf-8"))
    known(case, PRESENT | {"policies"}, path.name)
    known([case["kind"]], {"trace", "utxo"}, "kind")
    policies = case.get("policies", {})
    known(policies, POLICIES, "policies")
    for key, text in policies.items():
        known([text], POLICIES[key], f"policies.{key}")
    reader = _trace if case["kind"] == "trace" else _chain
    return Case(path.stem, reader(case["input"]), case["expected"])


def _trace(given: dict[str, Any]) -> TraceInput:
    parts = {"accounts", "opening", "transactions", "claims", "backward_links", "asset_values"}
    known(given, parts, "input")
    rows = sorted(given["transactions"], key=lambda row: row["seq"])
    for row in rows:
        known(
            row,
            {"id", "seq", "from", "to", "amount", "ts", "asset", "reverses", "rate"},
            f"transaction {row['id']}",
        )
    openings = []
    for row in given.get("opening", []):
        known(row, {"account", "owner", "amount"}, "opening")
        openings.append(Opening(row["account"], row["owner"], Fraction(row["amount"])))
    claims = []
    for row in given["claims"]:
        known(row, {"tx", "claimant"}, "claim")
        claims.append(Claim(row["tx"], row["claimant"]))
    movements = tuple(_movement(row) for row in rows)
    ledgers = tuple(given["accounts"])
    assets = _assets(movements, {claim.movement for claim in claims})
    return TraceInput(ledgers, movements, tuple(openings), tuple(claims), assets=assets, claim_asset="unit")


def _movement(row: dict[str, Any]) -> Movement:
    amount = Fraction(row["amount"])
    credited = amount * Fraction(row["rate"]) if "rate" in row else None
    return Movement(row["id"], row["from"], row["to"], amount, credited, reverses=row.get("reverses"))


def _assets(movements: tuple[Movement, ...], claimed: set[str]) -> dict[str, str]:
    """Give both sides of a movement one asset unless it converts; the claimed credits have the unit."""
    assets = {str(m.credit): "unit" for m in movements if m.id in claimed}
    for _ in movements:
        for m in movements:
            sides = (str(m.debit), str(m.credit))
            for one, other in (sides, sides[::-1]):
                if m.credited is None and one in assets:
                    assets.setdefault(other, assets[one])
    for m in movements:
        if m.credited is not None:
            assets.setdefault(str(m.debit), "unit")
            assets.setdefault(str(m.credit), f"received by {m.credit}")
    return assets


def _chain(given: dict[str, Any]) -> ChainTransaction:
    known(given, {"inputs", "outputs", "fee", "fee_position"}, "input")
    known([given.get("fee_position", "last")], {"last"}, "fee_position")
    for row in given["inputs"]:
        known(row, {"amount", "owner"}, "inputs")
    for row in given["outputs"]:
        known(row, {"amount", "id"}, "outputs")
    return ChainTransaction(
        tuple((row["owner"], Fraction(row["amount"])) for row in given["inputs"]),
        tuple((row["id"], Fraction(row["amount"])) for row in given["outputs"]),
        Fraction(given.get("fee", "0")),
    )


def exact(values: dict[str, str]) -> dict[str, Fraction]:
    """Read a composition; owners with nothing are left out."""
    return {owner: Fraction(text) for owner, text in values.items() if Fraction(text)}
