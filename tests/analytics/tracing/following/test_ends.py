from __future__ import annotations

import pytest

from analytics.tracing.following.ends import LAST_SEEN, SPENT, classify
from graph.model.parties import Instrument


@pytest.mark.parametrize(
    ("instrument", "kind", "counts", "reason"),
    [
        ("agent", "principal", "spent", SPENT["agent"]),
        ("till", "principal", "spent", SPENT["till"]),
        ("paybill", "principal", "spent", SPENT["paybill"]),
        ("cash", "principal", "spent", SPENT["cash"]),
        ("unknown", "principal", "spent", SPENT["unknown"]),
        ("", "principal", "spent", SPENT["unknown"]),
        ("msisdn", "principal", "held", LAST_SEEN),
        ("tron", "principal", "held", LAST_SEEN),
        ("paybill", "fee", "fees", "fee of the provider"),
        ("", "tax", "fees", "tax of the provider"),
        ("paybill", "overdraft", "swallowed", "repaid an overdraft of the provider"),
    ],
)
def test_how_an_end_counts(instrument: str, kind: str, counts: str, reason: str) -> None:
    what = Instrument("X", instrument, "••x") if instrument else None
    end = classify("X|KES:2", what, kind, {})
    assert (end.key, end.kind, end.reason) == ("X|KES:2", counts, reason)


def test_an_institutions_own_account_is_held_and_named() -> None:
    end = classify("X|USDT", Instrument("X", "tron", "••x"), "principal", {"X": "Example Exchange"})
    assert end.kind == "held"
    assert "(Example Exchange)" in end.reason
