"""A mapped statement of a million rows, end to end, beside DuckDB loading the same file.

End to end: hashed, kept, parsed in the limited child, reconciled, committed, indexed. DuckDB: read the
CSV and write a DuckDB file, with its own type detection. Wall time, both in the same run.

    python benchmarks/ingest_csv.py [ROWS]
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from pathlib import Path

MAPPING = {
    "name": "benchmark",
    "shape": "statement",
    "institution": "EXAMPLE",
    "header": ["Account", "Time", "Counterparty", "Reference", "Details", "Debit", "Credit", "Balance"],
    "when": {"columns": ["Time"], "formats": ["%Y-%m-%d %H:%M:%S"], "zone": "Africa/Nairobi"},
    "account": {"column": "Account"},
    "counterparty": [{"column": "Counterparty"}],
    "amount": {"paid_in": "Credit", "paid_out": "Debit"},
    "asset": {"code": "KES"},
    "balance": "Balance",
    "opening": "zero",
    "ref": "Reference",
    "text": ["Details"],
}
ACCOUNTS, OTHERS, START, EVEN = 2_000, 100_000, 1_767_225_600, 0.5
WORDS = ("rent", "shop", "salary", "school fees", "airtime", "loan", "transfer", "market")


def write(path: Path, rows: int, seed: int = 7) -> None:
    """Write a statement of many accounts whose balances chain."""
    rng = random.Random(seed)  # noqa: S311 - made-up rows
    balances = [0] * ACCOUNTS
    with path.open("w", encoding="utf-8", newline="\n") as f:
        f.write(",".join(MAPPING["header"]) + "\n")
        for i in range(rows):
            a = rng.randrange(ACCOUNTS)
            units = rng.randrange(100, 5_000_000)
            out = balances[a] >= units and rng.random() < EVEN
            balances[a] += -units if out else units
            text = f"{units // 100}.{units % 100:02d}"
            when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(START + i * 20))
            debit, credit = (text, "") if out else ("", text)
            balance = f"{balances[a] // 100}.{balances[a] % 100:02d}"
            f.write(
                f"{a:08d},{when},{rng.randrange(OTHERS):09d},R{i:09d},{rng.choice(WORDS)},{debit},{credit},{balance}\n"
            )


def by_duckdb(path: Path, target: Path) -> float:
    """Return the seconds DuckDB takes to load the file."""
    import duckdb

    start = time.perf_counter()
    with duckdb.connect(str(target)) as db:
        db.execute("CREATE TABLE t AS SELECT * FROM read_csv(?)", [str(path)])
    return time.perf_counter() - start


def by_fuatilia(path: Path, folder: Path) -> tuple[float, str]:
    """Return the seconds Fuatilia takes, and what it found."""
    from graph.model.scope import Scope
    from graph.stores.ledger import STORE
    from ingest.runner import Intake, ingest_files

    scope = Scope("benchmark", ("case",), "benchmark")
    start = time.perf_counter()
    store = STORE.open(str(folder), create=True)
    store.open_case(scope, "case")
    receipt = ingest_files(store, scope, "case", [path], Intake(mapping=MAPPING))[0]
    held = sum(r.verdict.value == "reconciles" for r in receipt.reconciliation)
    committed = time.perf_counter() - start
    transfers = len(store.snapshot(scope).src)
    seconds = time.perf_counter() - start
    store.close()
    said = (
        f"{receipt.verdict.value}, {receipt.records} rows, {held} statements reconcile, {transfers} transfers"
    )
    return seconds, f"{said}; committed after {committed:.2f} s"


def main() -> None:
    """Run both, three times, and print the best of each and the ratio."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement.csv"
        write(path, rows)
        print(f"{rows} rows, {path.stat().st_size / 1e6:.0f} MB")
        theirs, ours = [], []
        for i in range(3):
            theirs.append(by_duckdb(path, Path(folder) / f"{i}.duckdb"))
            seconds, said = by_fuatilia(path, Path(folder) / f"store-{i}")
            ours.append(seconds)
            print(f"DuckDB {theirs[-1]:.2f} s, Fuatilia {seconds:.2f} s ({said})")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"best: DuckDB {min(theirs):.2f} s, Fuatilia {min(ours):.2f} s, child peak {peak} MB")
    print(f"ratio DuckDB/Fuatilia {min(theirs) / min(ours):.2f} (wanted: at least 0.2)")


if __name__ == "__main__":
    main()
