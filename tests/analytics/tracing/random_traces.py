"""Random trace inputs: several ledgers and assets, fees, reversals, matches, gaps, overdrafts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from analytics.tracing.movements import BANK, OWN, Claim, End, Movement, Opening, TraceInput

KES_LEDGERS = ("L1", "L2", "L3")
ENDS = {"frozen": End("frozen", "held", "restrained"), "drain": End("drain", "lost", "burned")}
OUTSIDE = (None, "shop", "frozen", "drain", "payer")
RULES = ("fifo", "lifo", "own_first", "pro_rata_rolling", "tainted_first")
rules = st.sampled_from(RULES)


@st.composite
def one_asset(
    draw: st.DrawFn,
    ledgers: tuple[str, ...] = KES_LEDGERS,
    claimants: tuple[str, ...] = ("A", "B", "C"),
    size: int = 12,
    *,
    references: bool = True,
    openings: bool = True,
) -> TraceInput:
    """Movements in one asset between ledgers and outside."""
    sides = st.sampled_from((*ledgers, *OUTSIDE))
    movements: list[Movement] = []
    claims: list[Claim] = []
    for i in range(draw(st.integers(1, size))):
        kind = draw(st.sampled_from(("principal", "principal", "fee")))
        made = Movement(f"m{i}", draw(sides), draw(sides), draw(st.integers(1, 60)), kind=kind)
        if references and movements:
            made = draw(_referring(made, movements))
        movements.append(made)
        if draw(st.booleans()) and made.reverses is None:
            claims.append(Claim(made.id, draw(st.sampled_from(claimants)), draw(_claimed(made))))
    given = TraceInput(
        ledgers,
        tuple(movements),
        claims=tuple(claims),
        ends=ENDS,
        claim_asset="KES",
        incomplete=frozenset(draw(st.sets(st.sampled_from(ledgers)))),
    )
    return replace(given, openings=draw(_openings(ledgers))) if openings else given


@st.composite
def _referring(draw: st.DrawFn, made: Movement, earlier: list[Movement]) -> Movement:
    other = draw(st.sampled_from(earlier))
    what = draw(st.sampled_from(("nothing", "nothing", "reverses", "follows")))
    if what == "reverses":
        return replace(
            made,
            debit=other.credit,
            credit=other.debit,
            reverses=other.id,
            kind="reversal",
            amount=draw(st.sampled_from((other.amount, made.amount))),
        )
    return replace(made, follows=other.id) if what == "follows" else made


def _claimed(made: Movement) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(1, int(made.amount))


@st.composite
def _openings(draw: st.DrawFn, ledgers: tuple[str, ...]) -> tuple[Opening, ...]:
    out: list[Opening] = []
    for ledger in ledgers:
        match draw(st.sampled_from(("none", "own", "overdrawn", "claimed"))):
            case "own":
                out.append(Opening(ledger, OWN, draw(st.integers(1, 90))))
            case "overdrawn":
                out.append(Opening(ledger, BANK, -draw(st.integers(1, 90))))
            case "claimed":
                out.append(Opening(ledger, "A", draw(st.integers(1, 90))))
                out.append(Opening(ledger, OWN, draw(st.integers(1, 90))))
            case _:
                pass
    return tuple(out)


@st.composite
def two_assets(draw: st.DrawFn) -> TraceInput:
    """As ``one_asset``, where L3 is in another asset, so that movements into and out of it convert."""
    given = draw(one_asset())
    assets = {"L1": "KES", "L2": "KES", "L3": "USDT"}
    movements = []
    for made in given.movements:
        crossing = (made.debit == "L3") != (made.credit == "L3")
        inside = made.debit in assets and made.credit in assets
        movements.append(replace(made, credited=draw(st.integers(0, 40))) if crossing and inside else made)
    claimed_in_other = {m.id for m in movements if "L3" in {m.debit, m.credit}}
    return replace(
        given,
        movements=tuple(movements),
        assets=assets,
        openings=tuple(o for o in given.openings if o.ledger != "L3" or o.owner in {OWN, BANK}),
        claims=tuple(c for c in given.claims if c.movement not in claimed_in_other),
    )


def halves(given: TraceInput, movement: str) -> TraceInput:
    """Split one movement into two equal ones posted together."""
    out: list[Movement] = []
    for made in given.movements:
        if made.id != movement:
            out.append(made)
            continue
        half = Fraction(made.amount) / 2
        out += [replace(made, amount=half), replace(made, id=f"{made.id}b", amount=half)]
    return replace(given, movements=tuple(out))
