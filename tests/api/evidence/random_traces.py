"""Random traces with everything the engine knows: conversions, overdrafts, reversals, matches, gaps."""

from __future__ import annotations

import random
from dataclasses import replace

from analytics.tracing.movements import Claim, End, Movement, Opening, TraceInput

KES, USDT = "KES:2", "tron:TR7/USDT:6"
LEDGERS = ("a", "b", "c", "u")
ENDS = {
    "shop": End("shop", "spent", "shop"),
    "house": End("house", "held", "bought"),
    "bank": End("bank", "fees", "bank"),
    "thief": End("thief", "lost", "stolen"),
}
ASSETS = {"a": KES, "b": KES, "c": KES, "u": USDT}


def random_trace(seed: int, length: int = 40) -> TraceInput:
    """Return a sound trace input; the same seed gives the same input."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    moves: list[Movement] = []
    claims: list[Claim] = []
    for i in range(length):
        moves.append(_movement(dice, i, moves))
        last = moves[-1]
        if last.debit in {None, "payer"} and last.credit in {"a", "b", "c"} and dice.random() < 0.7:
            whole = int(last.amount)
            first = dice.randint(1, whole)
            claims.append(Claim(last.id, f"V{dice.randint(1, 4)}", first if dice.random() < 0.5 else None))
            if claims[-1].amount is not None and first < whole and dice.random() < 0.5:
                claims.append(Claim(last.id, "V9", None))
    openings = [Opening("a", "_own", dice.randint(1, 5000)), Opening("a", "V1", dice.randint(1, 5000))]
    openings.append(Opening("b", "_bank", -dice.randint(1, 3000)))
    return TraceInput(
        LEDGERS, tuple(moves), tuple(openings), tuple(claims), ENDS, ASSETS, KES, frozenset({"c"})
    )


def _movement(dice: random.Random, number: int, earlier: list[Movement]) -> Movement:
    at = 1_788_000_000_000_000 + number * 3_600_000_000
    return replace(_drawn(dice, f"m{number:03d}", earlier), lo=at, hi=at + 60_000_000)


def _drawn(dice: random.Random, name: str, earlier: list[Movement]) -> Movement:
    kind = dice.choice(("principal", "principal", "principal", "fee"))
    amount = dice.randint(1, 4000)
    roll = dice.random()
    plain = [m for m in earlier if m.credited is None and m.reverses is None]
    if roll < 0.15 and plain:
        old = dice.choice(plain)
        part = dice.randint(1, int(old.amount))
        return Movement(name, old.credit, old.debit, part, kind="reversal", reverses=old.id)
    if roll < 0.35:
        return Movement(name, dice.choice((None, "payer")), dice.choice(("a", "b", "c")), amount)
    if roll < 0.45:
        return Movement(name, dice.choice(("a", "b")), "u", amount, dice.randint(1, 9), kind)
    if roll < 0.5:
        return Movement(name, "u", dice.choice(("u", "house2")), dice.randint(1, 4))
    if roll < 0.55:
        return Movement(name, "u", "c", dice.randint(1, 4), dice.choice((0, 700, 12_345)))
    debit = dice.choice(("a", "b", "c"))
    credit = dice.choice(("a", "b", "c", "shop", "house", "bank", "thief", "nobody", None))
    matches = [m.id for m in earlier if m.credit == debit] if roll > 0.85 else []
    return Movement(name, debit, credit, amount, kind=kind, follows=dice.choice(matches) if matches else None)
