"""Made-up transfers at scale: power-law accounts and a few hubs, one year, in order of time.

    python -m benchmarks.generate 5000000 1000000 FOLDER

writes ``transfers.parquet`` with the columns of an ordinary export: src, dst, ts, amount, ccy,
channel, tid, ref. Same arguments, same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from numpy.typing import NDArray

YEAR = 365 * 86_400_000_000
START = 1_735_689_600_000_000  # 1 January 2025, UTC
HUBS = 5
_CHUNK = 500_000
_SKEW = 2.2
_TO_HUB = 0.01


def arrays(transfers: int, accounts: int, seed: int = 7) -> dict[str, NDArray[Any]]:
    """Return src, dst (account numbers), ts (microseconds UTC, rising) and amount (base units).

    The last ``HUBS`` account numbers take and give one transfer in a hundred each way.
    """
    chance = np.random.default_rng(seed)

    def ends() -> NDArray[np.int32]:
        drawn = (accounts * chance.random(transfers) ** _SKEW).astype(np.int32)
        hub = chance.random(transfers) < _TO_HUB
        drawn[hub] = accounts - 1 - chance.integers(0, HUBS, int(hub.sum()))
        return drawn

    src, dst = ends(), ends()
    spread = np.append(chance.permutation(accounts - HUBS), np.arange(accounts - HUBS, accounts)).astype(
        np.int32
    )
    return {
        "src": spread[src],
        "dst": spread[dst],
        "ts": np.sort(START + chance.integers(0, YEAR, transfers)),
        "amount": chance.integers(1, 10**9, transfers),
    }


def write(transfers: int, accounts: int, folder: Path, seed: int = 7) -> Path:
    """Write the Parquet file and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    made, path = arrays(transfers, accounts, seed), folder / "transfers.parquet"
    chance = np.random.default_rng(seed + 1)
    names = pa.array([f"account:BANK:{i:09d}" for i in range(accounts)])
    writer = None
    for start in range(0, transfers, _CHUNK):
        part = {name: values[start : start + _CHUNK] for name, values in made.items()}
        size = len(part["ts"])
        numbers = np.arange(start, start + size)
        table = pa.table(
            {
                "src": names.take(pa.array(part["src"])),
                "dst": names.take(pa.array(part["dst"])),
                "ts": pa.array(part["ts"], pa.timestamp("us")),
                "amount": part["amount"],
                "ccy": _pick(chance, ["KES:2", "UGX:0", "TZS:2"], size),
                "channel": _pick(chance, ["ussd", "app", "agent", "api"], size),
                "tid": pa.array([f"T{n:010d}" for n in numbers]),
                "ref": pa.array([f"INV-{n}" for n in chance.integers(0, 10**9, size)]),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()
    return path


def _pick(chance: np.random.Generator, words: list[str], size: int) -> pa.Array:
    return pa.array(words).take(pa.array(chance.integers(0, len(words), size)))


if __name__ == "__main__":
    print(write(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
