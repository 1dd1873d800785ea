"""Tables in which nothing but chance is left: payees exchanged within blocks, degrees and times kept.

Who pays, when and how much stays; how often each account is paid in each block stays; whom a payment
goes to is drawn again. What detection still calls surprising there, chance gave.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.material import DAY, Material
from tests.analytics.by_hand import KES, START

if TYPE_CHECKING:
    from pathlib import Path

    from analytics.material import Ints

BLOCK = 28 * DAY


def exchanged(material: Material, seed: int) -> Material:
    """Draw the payees of each block again."""
    chance = np.random.default_rng(seed)
    dst = material.dst.copy()
    block = (material.lo - material.lo.min()) // BLOCK
    for one in np.unique(block):
        rows = np.flatnonzero(block == one)
        dst[rows] = dst[chance.permutation(rows)]
    return replace(material, version=f"exchanged {seed}", dst=dst)


def table(src: Ints, dst: Ints, day: Ints, units: Ints) -> Material:
    """Return the material of payments between wallets, each known to the day, in order."""
    order = np.argsort(day, kind="stable")
    src, dst, day, units = (a[order] for a in (src, dst, day, units))
    names, numbers = np.unique(np.concatenate([src, dst]), return_inverse=True)
    m = len(src)
    return Material(
        version="a table",
        nodes=tuple(f"n{name}" for name in names.tolist()),
        kind=("msisdn",) * len(names),
        src=numbers[:m].astype(np.int32),
        dst=numbers[m:].astype(np.int32),
        lo=START + day.astype(np.int64) * DAY,
        hi=START + (day.astype(np.int64) + 1) * DAY,
        amount=units.astype(np.int64),
        asset=np.zeros(m, np.int32),
        row=np.arange(m, dtype=np.int64),
        assets=(KES,),
        observation=tuple(f"o{i:06d}" for i in range(m)),
        channel=("",) * m,
        balance=np.zeros(m, np.int64),
        balance_of=np.full(m, -1, np.int32),
        at=int(START + (day.max() + 1) * DAY),
    )


def town(seed: int, accounts: int = 1_200, transfers: int = 15_000, days: int = 180) -> Material:
    """Draw a town: few accounts do most of the paying and the being paid, with habits, at odd amounts."""
    chance = np.random.default_rng(seed)
    weight = chance.pareto(1.3, accounts) + 0.2
    src = chance.choice(accounts, transfers, p=weight / weight.sum())
    friends = chance.choice(accounts, (accounts, 6), p=weight[::-1] / weight.sum())
    habit = chance.random(transfers) < 0.9  # most payments go where the last ones went
    anyone = chance.choice(accounts, transfers, p=weight[::-1] / weight.sum())
    dst = np.where(habit, friends[src, chance.integers(0, 6, transfers)], anyone)
    keep = src != dst
    units = np.exp(chance.normal(11, 1.1, transfers)).astype(np.int64)
    return table(src[keep], dst[keep], chance.integers(0, days, transfers)[keep], units[keep])


def labelled(path: Path, kinds: tuple[str, ...] = ("TRANSFER",)) -> Material:
    """Read a labelled set without its labels: day, payer, payee, amount of transfers between accounts."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [
            (int(r["nameOrig"]), int(r["nameDest"]), int(r["step"]), round(100 * float(r["amount"])))
            for r in csv.DictReader(file)
            if r["type"] in kinds and int(r["nameOrig"]) >= 0 and int(r["nameDest"]) >= 0
        ]
    src, dst, day, units = (np.array(c, np.int64) for c in zip(*rows, strict=True))
    return table(src, dst, day, units)
