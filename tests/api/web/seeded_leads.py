"""Leads as detection records them, for pages that show leads: every severity, verdict and kind of figure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graph.model.results import Result, ResultKind
from graph.model.scope import Clearance
from graph.store import Selection

if TYPE_CHECKING:
    from api.workbench import Workbench

PLANTED: tuple[tuple[str, str, str, dict[str, Any], dict[str, Any], str], ...] = (
    (
        "RA-01",
        "C",
        "0.0003",
        {"senders": 9, "total": "138000.00 KES", "times": "16.2", "share": "93.8 %", "days": 10},
        {"senders": 6, "times": 5, "share": "80 %", "days": 10},
        "In 10 days 9 senders paid 138000.00 KES to one instrument; 93.8 % of it then left to one receiver.",
    ),
    (
        "AS-04",
        "H",
        "",
        {"held": "59.416313 USDT", "as_of": "2026-11-04", "urgency": "minutes"},
        {},
        "At the last record of 2026-11-04 59.416313 USDT was held where it can still be frozen.",
    ),
    (
        "ST-01",
        "M",
        "0.12",
        {"senders": 11, "new": 10, "days": 7, "total": "95000.00 KES"},
        {"senders": 8, "days": 7},
        "In 7 days 11 instruments, 10 of them new to it, paid 95000.00 KES to one instrument.",
    ),
    (
        "FL-01",
        "M",
        "0.7",
        {"days": 6, "share": "97 %", "hold": "28 minutes", "total": "410000.00 KES"},
        {"days": 3, "share": "80 %"},
        "On 6 days one instrument passed on 97 % of what it took, within 28 minutes.",
    ),
    (
        "BE-01",
        "L",
        "2.4",
        {"payments": 3, "least_share": "88 %", "most_share": "98 %", "threshold": "1000000.00 KES"},
        {"payments": 3},
        "In 4 days 3 cash payments of one instrument came close to the threshold.",
    ),
)


def plant(bench: Workbench, sentence: str = "") -> list[str]:
    """Record one lead of each kind on the first rows of the case; return their ids."""
    low = replace(bench.scope, clearance=Clearance.MASKED)
    rows = bench.store.select(low, Selection(limit=40)).table.to_pylist()
    kept = []
    for number, (typology, severity, chance, figures, asked, told) in enumerate(PLANTED):
        cited = rows[number * 6 : number * 6 + 6 + number] or rows[:6]
        ids = list(dict.fromkeys(r[s] for r in cited for s in ("credit", "debit") if r[s]))[:3]
        kinds = {i: what.kind for i, what in bench.store.instruments(low, ids).items()}
        fields = {
            "typology": typology,
            "version": "1",
            "severity": severity,
            "instruments": [{"id": i, "kind": kinds[i], "label": "••"} for i in ids],
            "observations": [
                {"id": r["observation"], "source": r["source"], "path": "", "locator": r["locator"]}
                for r in cited
            ],
            "window": [min(r["lo"] for r in cited), max(r["hi"] for r in cited)],
            "figures": figures,
            "expected_by_chance": chance or None,
            "innocent": [
                {"pattern": "harambee", "verdict": "partly"},
                {"pattern": "chama", "verdict": "not supported"},
                {"pattern": "agents", "verdict": "supported"},
                {"pattern": "payroll", "verdict": "not evaluated"},
            ],
            "missing": ["pages 3 and 4 of the statement", "call records of the 72 hours before"],
            "sentence": sentence or told,
        }
        citations = tuple(sorted({r["observation"] for r in cited}))
        result = Result(
            ResultKind.LEAD,
            bench.case,
            f"{typology}/1",
            {},
            asked,
            bench.store.version(low),
            citations,
            fields,
        )
        kept.append(bench.store.record(low, result))
    return kept
