"""The kernels give what the engine gives, on random multigraphs, unit by unit."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analytics.errors import ExactnessError, TraceInputError
from analytics.kernels.fifo import FifoTaint, fifo
from analytics.kernels.pro_rata import pro_rata
from analytics.kernels.transfers import LARGEST, Transfers
from analytics.kernels.wide import share_half_up
from analytics.tracing.engine import run
from analytics.tracing.movements import Claim, Movement, TraceInput
from analytics.tracing.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tracing.result import TraceResult

GRAPHS = 240
Row = tuple[int, int, int, int]


def random_transfers(seed: int) -> Transfers:
    """A multigraph with self loops, payments beyond the balance, and partly claimed transfers."""
    rng = random.Random(seed)  # noqa: S311
    accounts = rng.choice((2, 3, 6, 12))
    size = rng.choice((10, 40, 90))
    high = rng.choice((5, 200, 10**6))
    rows = []
    for _ in range(size):
        amount = rng.randrange(high)
        claimed = rng.choice((0, 0, 0, amount, rng.randrange(amount + 1)))
        rows.append((rng.randrange(accounts), rng.randrange(accounts), amount, claimed))
    return table(rows, accounts)


def table(rows: Sequence[Row], accounts: int) -> Transfers:
    src, dst, amount, claimed = zip(*rows, strict=True)
    return Transfers.of(src, dst, amount, claimed, accounts)


def traced_by_engine(transfers: Transfers, rule: str) -> TraceResult:
    """The same transfers through the engine; their order stands for time, also where times are equal."""
    columns = (transfers.src, transfers.dst, transfers.amount, transfers.claimed)
    movements, claims = [], []
    for e, (s, d, a, c) in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        movements.append(Movement(str(e), str(s), str(d), a))
        if c:
            claims.append(Claim(str(e), "V", c))
    ledgers = tuple(map(str, range(transfers.accounts)))
    given = TraceInput(ledgers, tuple(movements), claims=tuple(claims), incomplete=frozenset(ledgers))
    return run(given, Policy(rule=rule, arithmetic="fixed", sub_units=1))


def traced_by_hop(result: TraceResult, size: int) -> list[int]:
    out = [0] * size
    for hop in result.hops:
        out[int(hop.movement)] = sum(int(part.amount) for part in hop.traced.values())
    return out


def held_by_account(result: TraceResult, accounts: int) -> list[int]:
    return [int(part.amount) if (part := result.at(str(a)).get("V")) else 0 for a in range(accounts)]


def balances(result: TraceResult, accounts: int) -> list[int]:
    return [sum(int(part.amount) for part in result.at(str(a)).values()) for a in range(accounts)]


@pytest.mark.parametrize("batch", range(8))
def test_pro_rata_equals_the_engine(batch: int) -> None:
    for seed in range(batch, GRAPHS, 8):
        transfers = random_transfers(seed)
        result = traced_by_engine(transfers, "pro_rata_rolling")
        found = pro_rata(transfers)
        assert found.traced.tolist() == traced_by_hop(result, transfers.amount.size)
        assert found.held.tolist() == held_by_account(result, transfers.accounts)
        assert found.balance.tolist() == balances(result, transfers.accounts)
        assert found.outside == sum(gap.amount for gap in result.gaps)
        assert found.competing == sum(leg.amount for leg in result.lost)


def lots_by_claim(found: FifoTaint) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    columns = (found.lot_account, found.lot_claim, found.lot_amount)
    for account, claim, amount in zip(*(column.tolist() for column in columns), strict=True):
        sums[str(account), str(claim)] += amount
    return dict(sums)


@pytest.mark.parametrize("batch", range(8))
def test_fifo_equals_the_engine_claim_by_claim(batch: int) -> None:
    for seed in range(batch, GRAPHS, 8):
        transfers = random_transfers(seed)
        result = traced_by_engine(transfers, "fifo")
        found = fifo(transfers)
        assert found.traced.tolist() == traced_by_hop(result, transfers.amount.size)
        assert found.balance.tolist() == balances(result, transfers.accounts)
        assert lots_by_claim(found) == {
            (leg.place, leg.origin): leg.amount for leg in result.holdings if leg.owner == "V"
        }
        assert found.outside == sum(gap.amount for gap in result.gaps)
        assert found.competing == sum(leg.amount for leg in result.lost)


def test_both_kernels_conserve_every_claim() -> None:
    for seed in range(300, 340):
        transfers = random_transfers(seed)
        claim = int(transfers.claimed.sum())
        rolling, lots = pro_rata(transfers), fifo(transfers)
        assert int(rolling.held.sum()) + rolling.competing == claim
        assert int(lots.lot_amount.sum()) + lots.competing == claim
        assert rolling.balance.tolist() == lots.balance.tolist()


def test_no_transfers_give_no_taint() -> None:
    transfers = Transfers.of([], [], [], [], 3)
    assert pro_rata(transfers).balance.tolist() == [0, 0, 0]
    assert fifo(transfers).lot_amount.tolist() == []


def test_balances_near_the_end_of_64_bits_stay_exact() -> None:
    third = LARGEST // 3
    rows = [(0, 1, third, third), (2, 1, third, 0), (1, 3, third - 1, 0)]
    transfers = table(rows, 4)
    true, rest = divmod((third - 1) * third, 2 * third)
    assert pro_rata(transfers).traced[2] == true + (2 * rest >= 2 * third)
    assert fifo(transfers).traced[2] == third - 1


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        (([0], [1], [2**63], [0]), ExactnessError, "beyond 64 bits"),
        (([0], [1], [2**70], [0]), ExactnessError, "64-bit"),
        (([0, 0], [1, 1], [LARGEST, 1], [0, 0]), ExactnessError, "together are beyond"),
        (([0], [1], [1.5], [0]), ExactnessError, "no 64-bit integers"),
        (([0], [1], [5], [6]), TraceInputError, "exceeds its transfer"),
        (([0], [1], [-5], [-6]), TraceInputError, "negative"),
        (([0], [2], [5], [0]), TraceInputError, "out of range"),
        (([-1], [1], [5], [0]), TraceInputError, "out of range"),
        (([0], [1, 1], [5], [0]), TraceInputError, "differ in length"),
    ],
)
def test_what_the_kernels_cannot_hold_is_refused(
    columns: tuple[list[int], list[int], list[int], list[int]], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Transfers.of(*columns, accounts=2)


def test_wide_shares_are_exact() -> None:
    rng = random.Random(5)  # noqa: S311
    for _ in range(4_000):
        b = rng.randrange(1, 2 ** rng.choice((8, 31, 33, 52, 58, 63)))
        a, t = rng.randrange(b + 1), rng.randrange(b + 1)
        whole, rest = divmod(a * t, b)
        found = share_half_up(np.int64(a), np.int64(t), np.int64(b))
        assert found == whole + (rest > 0 and 2 * rest >= b), (a, t, b)
    top = LARGEST
    for a, t in ((top, top), (top - 1, top - 1), (1, top), (top, 1), (0, top), (top // 2, 3)):
        whole, rest = divmod(a * t, top)
        assert share_half_up(np.int64(a), np.int64(t), np.int64(top)) == whole + (2 * rest >= top)
