"""What was ordered to be paid: with the number of its order, beside what came back, in no other figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.casework.awards import award, awards, awards_document
from api.casework.restraining import give_back
from api.casework.restraints import returned
from api.errors import UsageError
from tests.api.casework.worked_case import filled, opened

if TYPE_CHECKING:
    from pathlib import Path


def test_an_order_stands_apart_from_what_came_back(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        version = filled(bench, tmp_path).store.version(bench.scope)
        made = award(bench, "V1", "1,000.50", "KES", "judgment", reference="M-7/2026", on="2026-11-18")
        give_back(bench, "V1", "400.00", "KES", "receipt", on="2026-11-19")
        (ordered,), (back,) = awards(bench), returned(bench)
        assert (ordered.id, ordered.amount, ordered.reference) == (made.id, 100_050, "M-7/2026")
        assert back.amount == 40_000
        assert bench.store.version(bench.scope) == version
        (told,) = awards_document(bench)["awards"]
        assert (told["claimant"], told["amount"], told["asset"]) == ("V1", "1000.50", "KES:2")
        bench.withdraw(made.id, "set aside on appeal")
        assert awards(bench) == ()


@pytest.mark.parametrize(
    ("claimant", "amount", "asset", "reason", "reference"),
    [
        ("V1", "1.00", "KES", "judgment", " "),
        ("V1", "1.00", "KES", " ", "M-7"),
        (" ", "1.00", "KES", "judgment", "M-7"),
        ("V1", "0", "KES", "judgment", "M-7"),
        ("V1", "1.001", "KES", "judgment", "M-7"),
        ("V1", "1.00", "SHELLS", "judgment", "M-7"),
    ],
)
def test_what_is_no_order_is_refused(
    tmp_path: Path, claimant: str, amount: str, asset: str, reason: str, reference: str
) -> None:
    with opened(tmp_path) as bench:
        with pytest.raises(UsageError):
            award(bench, claimant, amount, asset, reason, reference=reference)
        assert bench.assertions() == []
