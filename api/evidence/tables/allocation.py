"""The schemes of sharing as tables: pool, losses, what each scheme pays and who gains or loses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.evidence.tables.table import Table
from graph.model.printing import exact_text

if TYPE_CHECKING:
    from fractions import Fraction

    from analytics.assets.schedule import Schedule
    from api.evidence.contents import Sharing, Trace


def allocation_tables(sharing: Sharing, trace: Trace) -> dict[str, Table]:
    """Return the tables of the allocation by file name; amounts are exact decimals of whole units."""
    asset = sharing.pool.asset
    return {
        "pool.csv": Table(
            "what was recovered, and what selling it cost",
            ("property", "label", "value", "sale_costs"),
            tuple(
                (p.id, trace.label(p.id), exact_text(p.value, asset), exact_text(p.sale_costs, asset))
                for p in sorted(sharing.pool.properties, key=lambda p: p.id)
            ),
        ),
        "losses.csv": Table(
            "what each claimant paid in, got back and was admitted; an empty cell is not known",
            ("claimant", "kind", "paid_in", "received", "admitted", "subsistence", "passed_through"),
            tuple(
                (
                    loss.claimant,
                    str(loss.kind),
                    _known(loss.paid_in, asset),
                    exact_text(loss.received, asset),
                    _known(loss.admitted, asset),
                    exact_text(loss.subsistence, asset),
                    exact_text(loss.passed_through, asset),
                )
                for loss in sharing.losses
            ),
        ),
        "traced.csv": Table(
            "which property the trace leads to, for whom",
            ("claimant", "property", "amount", "trace"),
            tuple(
                (loss.claimant, claim.property_id, exact_text(claim.amount, asset), claim.trace)
                for loss in sharing.losses
                for claim in loss.traced
            ),
        ),
        **_schedules(sharing.comparison.schedules, asset),
        "effects.csv": Table(
            f"what each scheme means to each claimant, against {sharing.comparison.base}",
            ("scheme", "claimant", "gain", "recovered"),
            tuple(
                (
                    e.scheme,
                    e.claimant,
                    exact_text(e.gain, asset),
                    "" if e.recovered is None else str(e.recovered),
                )
                for e in sharing.comparison.effects
            ),
        ),
        "not_evaluated.csv": Table(
            "schemes that could not be applied, and places that are not in the pool",
            ("what", "why"),
            (
                *((n.scheme, n.why) for n in sharing.comparison.not_evaluated),
                *((trace.label(k), why) for k, why in sorted(sharing.left_out.items())),
            ),
        ),
    }


def terms_record(sharing: Sharing) -> dict[str, Any]:
    """Return the terms under which the schemes ran, amounts in whole units."""
    asset = sharing.pool.asset
    terms = sharing.comparison.schedules[0].terms
    return {
        **terms.record(),
        "minimum_payment": exact_text(terms.minimum_payment, asset),
        "asset": asset,
        "general_costs": exact_text(sharing.pool.general_costs, asset),
        "base": sharing.comparison.base,
        "statement": sharing.comparison.statement,
        "schemes": {s.scheme: s.version for s in sharing.comparison.schedules},
        "valuations": {place: dict(v) for place, v in sorted(sharing.valuations.items())},
    }


def _schedules(schedules: tuple[Schedule, ...], asset: str) -> dict[str, Table]:
    return {
        "schedule.csv": Table(
            "what each scheme pays each claimant: exact, and to the last minor unit",
            ("scheme", "claimant", "loss", "traced", "charged", "dividend", "total", "paid", "standing"),
            tuple(
                (
                    s.scheme,
                    line.claimant,
                    exact_text(line.loss, asset),
                    exact_text(line.traced, asset),
                    exact_text(line.charged, asset),
                    exact_text(line.dividend, asset),
                    exact_text(line.total, asset),
                    exact_text(line.units, asset),
                    str(line.standing),
                )
                for s in schedules
                for line in s.lines
            ),
        ),
        "totals.csv": Table(
            "pool, costs and residual of each scheme",
            (
                "scheme",
                "title",
                "version",
                "source",
                "pool",
                "costs",
                "costs_paid",
                "residual",
                "residual_paid",
                "rounding",
            ),
            tuple(
                (
                    s.scheme,
                    s.title,
                    s.version,
                    s.source,
                    exact_text(s.pool.total, asset),
                    exact_text(s.costs_paid, asset),
                    exact_text(s.costs_units, asset),
                    exact_text(s.residual, asset),
                    exact_text(s.residual_units, asset),
                    exact_text(s.rounding_units, asset),
                )
                for s in schedules
            ),
        ),
        "figures.csv": Table(
            "the schemes' own figures: rate, level or dividend",
            ("scheme", "figure", "value"),
            tuple((s.scheme, k, str(v)) for s in schedules for k, v in sorted(s.figures.items())),
        ),
    }


def _known(value: Fraction | None, asset: str) -> str:
    return "" if value is None else exact_text(value, asset)
