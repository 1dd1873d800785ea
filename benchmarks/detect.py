"""Every typology over made-up transfers: seconds a rule, and how many candidates it has to weigh.

    python -m benchmarks.detect 1000000 200000 [--write]

Kinds are drawn so that one instrument in fifty is an agent, a till or a business number; a rate of the
dollar is there for every day. Kernels are compiled before the clock starts. ``--write`` puts the figures
into ``benchmarks/results/detect.md``.
"""

from __future__ import annotations

import sys
import time
from fractions import Fraction

import numpy as np

from analytics.catalogue import benign, typologies, values_of
from analytics.detection import detect_in
from analytics.lead import Candidate
from analytics.material import DAY, Material
from analytics.tracing.following.conversions import Rate
from benchmarks.generate import START, arrays
from benchmarks.machine import describe_machine, write_result

KES = "KES:2"
KINDS = ("agent", "till", "paybill")
_ONE_IN = 50


def material(transfers: int, accounts: int) -> Material:
    """Return generated transfers as rules see them."""
    made = arrays(transfers, accounts)
    chance = np.random.default_rng(11)
    drawn = chance.integers(0, _ONE_IN * len(KINDS), accounts).tolist()
    return Material(
        version="generated",
        nodes=range(accounts),  # type: ignore[arg-type]  # names are asked for only where a lead is written
        kind=tuple(KINDS[k] if k < len(KINDS) else "msisdn" for k in drawn),
        src=made["src"],
        dst=made["dst"],
        lo=made["ts"],
        hi=made["ts"] + 1,
        amount=made["amount"],
        asset=np.zeros(transfers, np.int32),
        row=np.arange(transfers),
        assets=(KES,),
        observation=range(transfers),  # type: ignore[arg-type]
        channel=("",) * transfers,
        rates=tuple(
            Rate("USD:2", KES, START + n * DAY, Fraction(129), f"rate {n}", "made up") for n in range(365)
        ),
        at=int(made["ts"][-1]) + 1,
    )


def seconds(transfers: int, accounts: int) -> list[str]:
    """Return one line a typology, and one for all of them with innocent patterns and ranking."""
    typologies(), benign()
    small = material(2_000, 400)
    for one in typologies().values():
        list(one.detect(small, values_of(one, {})))
    case = material(transfers, accounts)
    lines = ["| typology | seconds | candidates |", "|---|---|---|"]
    for one in typologies().values():
        started = time.perf_counter()
        found = sum(isinstance(c, Candidate) for c in one.detect(case, values_of(one, {})))
        lines.append(f"| {one.id} {one.title} | {time.perf_counter() - started:.1f} | {found:,} |")
        print(lines[-1], flush=True)
    case = material(transfers, accounts)
    started = time.perf_counter()
    found_all = detect_in(case, typologies().values())
    told = f"{len(found_all.leads):,} leads, {found_all.beyond:,} beyond"
    lines.append(
        f"| all, with innocent patterns and ranking | {time.perf_counter() - started:.1f} | {told} |"
    )
    print(lines[-1])
    return lines


def main() -> None:
    """Measure, print, and keep the figures where asked to."""
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    transfers, accounts = numbers or (1_000_000, 200_000)
    lines = seconds(transfers, accounts)
    if "--write" in sys.argv:
        command = f"python -m benchmarks.detect {transfers} {accounts} --write"
        told = (
            f"{transfers:,} transfers, {accounts:,} instruments, power-law degrees and 5 hubs, one year; "
            f"material in memory, kernels compiled; {describe_machine()}."
        )
        write_result("detect", "Detection: seconds a typology", command, told, lines)


if __name__ == "__main__":
    main()
