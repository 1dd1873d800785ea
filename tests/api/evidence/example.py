"""One made-up case with everything a pack can hold: overdraft, fee, conversion, reversal, several payers."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.assets.claims import Loss, TracedClaim
from analytics.assets.compare import compare as compare_schemes
from analytics.assets.identify import Basis, Holding, Urgency
from analytics.assets.terms import Pool, Property, Terms
from analytics.tracing.band import compare
from analytics.tracing.movements import UNTRACED, Claim, End, Movement, Opening, TraceInput
from analytics.tracing.policy import Policy
from api.evidence.contents import (
    Citation,
    LedgerNote,
    Original,
    PackInput,
    RateNote,
    Reject,
    Row,
    Sharing,
    Statement,
    Step,
    Trace,
)
from graph.model.instants import iso_text
from graph.model.printing import exact_text
from tests.api.evidence.audit_lines import audit_lines

if TYPE_CHECKING:
    from pathlib import Path

KES, USDT = "KES:2", "tron:TR7/USDT:6"
WALLET = "time,amount\n1,2\n"
DAY = 86_400_000_000
FIRST = 1_788_416_047_000_000
SEALED = FIRST + 60 * DAY
LABELS = {
    "wallet": "Wallet ••4417",
    "second": "Wallet ••7750",
    "bank": "Bank ••2093",
    "chain": "Address TQ…9fKd",
    "exchange": "Exchange account ••0412",
    "vehicle": "Vehicle KD•••7L",
    "agent": "Cash-out, till ••881",
    "shop": "Purchases",
    "charges": "Providers and bank",
    "spread": "Conversion spread",
}
KINDS = {
    "wallet": "msisdn",
    "second": "msisdn",
    "bank": "account",
    "chain": "tron",
    "exchange": "exchange",
    "vehicle": "asset",
}
ASSETS = {"wallet": KES, "second": KES, "bank": KES, "chain": USDT, "exchange": USDT}
ENDS = {
    "vehicle": End("vehicle", "held", "bought with the money"),
    "exchange": End("exchange", "held", "last seen here"),
    "agent": End("agent", "spent", "cashed out at an agent"),
    "shop": End("shop", "spent", "paid to a merchant's till"),
    "charges": End("charges", "fees", "charged by the provider"),
    "spread": End("spread", "lost", "beyond the market price"),
}


def _kes(shillings: int) -> int:
    return shillings * 100


def given() -> TraceInput:
    """Return the movements of the case."""
    rows: list[tuple[str, str | None, str, int, dict[str, object]]] = [
        ("m01", "V1", "wallet", 180_000, {}),
        ("m02", "wallet", "bank", 150_000, {}),
        ("m03", "V2", "wallet", 95_000, {}),
        ("m04", "wallet", "agent", 70_000, {}),
        ("m05", "wallet", "charges", 330, {"kind": "fee"}),
        ("m06", "V3", "wallet", 240_000, {}),
        ("m07", "wallet", "bank", 200_000, {}),
        ("m08", "bank", "vehicle", 260_000, {}),
        ("m09", None, "wallet", 50_000, {}),
        ("m10", "V4", "wallet", 120_000, {}),
        ("m11", "wallet", "second", 130_000, {}),
        ("m12", "bank", "chain", 60_000, {"credited": 470_000_000}),
        ("m13", "bank", "spread", 3_487, {"kind": "spread"}),
        ("m14", "V5", "wallet", 60_000, {}),
        ("m15", "second", "agent", 81_000, {}),
        ("m16", "wallet", "agent", 40_000, {}),
        ("m17", "agent", "wallet", 40_000, {"kind": "reversal", "reverses": "m16"}),
        ("m18", "wallet", "shop", 105_000, {}),
        ("m19", "chain", "exchange", 350_000_000, {}),
        ("m20", "wallet", "bank", 61_111, {}),
        ("m21", "second", "wallet", 7_000, {}),
    ]
    moves = []
    for i, (name, debit, credit, amount, more) in enumerate(rows):
        at = FIRST + i * DAY // 2
        units = amount if debit == "chain" else _kes(amount)
        moves.append(Movement(name, debit, credit, units, lo=at, hi=at + 1_000_000, **more))  # type: ignore[arg-type]
    claims = tuple(
        Claim(m, v) for m, v in (("m01", "V1"), ("m03", "V2"), ("m06", "V3"), ("m10", "V4"), ("m14", "V5"))
    )
    openings = (Opening("wallet", "_own", _kes(12_345), "known"), Opening("bank", "_bank", -_kes(16_600)))
    return TraceInput(
        ("wallet", "bank", "second", "chain"), tuple(moves), openings, claims, ENDS, ASSETS, KES
    )


def trace(policy: Policy | None = None, trace_input: TraceInput | None = None) -> Trace:
    """Return the case traced under every rule."""
    start = trace_input or given()
    policy = policy or Policy("own_first")
    return Trace(
        given=start,
        policy=policy,
        comparison=compare(start, policy),
        inputs="5f" * 16,
        labels={**LABELS, **{f"V{i}": f"Claimant V{i}" for i in range(1, 6)}},
        kinds=KINDS,
        citations={
            m.id: (Citation(f"{i:032x}", hashlib.sha256(WALLET.encode()).hexdigest(), f"page:3,row:{i}"),)
            for i, m in enumerate(start.movements)
        },
        notes={
            "wallet": LedgerNote(basis="known", balance_check="reconciles"),
            "bank": LedgerNote(basis="known", balance_check="breaks"),
        },
        assertions=(
            Statement(
                id="C-03",
                kind="paid_for",
                author="Analyst 07",
                reason="order P-118 names the address",
                made="20 Sep 2026",
            ),
        ),
        without={
            "C-03": {
                policy.rule: {
                    "holdings": 46_994_918,
                    "spent": 20_600_000,
                    "fees": 33_000,
                    "swallowed": 1_523_382,
                    "lost": 348_700,
                }
            }
        },
        gaps=("Wallet ••7750: no statement of its own; opening balance assumed",),
        not_followed={"exchange": "an institution's own account"},
        rates=(RateNote("USDT", "KES", iso_text(FIRST), "129.20", "central bank", ""),),
    )


def sheet(found: Trace) -> tuple[Holding, ...]:
    """Return the freezing sheet of the case."""
    chosen = found.comparison.results[found.policy.rule]
    lines = []
    for place in sorted({leg.place for r in found.comparison.results.values() for leg in r.holdings}):
        sums = {
            code: sum(
                (Fraction(x.amount) for x in r.holdings if x.place == place and x.owner not in UNTRACED),
                Fraction(0),
            )
            for code, r in found.comparison.results.items()
        }
        mine = [x for x in chosen.holdings if x.place == place and x.owner not in UNTRACED]
        lines.append(
            Holding(
                place=place,
                instrument=place,
                label=LABELS[place],
                kind=KINDS[place],
                institution="Example Bank",
                holder="Holder B",
                asset=ASSETS.get(place, KES),
                traced=sums[found.policy.rule],
                least=min(sums.values()),
                most=max(sums.values()),
                principal=sum((Fraction(x.principal) for x in mine), Fraction(0)),
                owners={x.owner: Fraction(x.amount) for x in mine},
                balance=None if place in ENDS else sums[found.policy.rule],
                as_of=FIRST + 11 * DAY,
                basis=Basis.STATEMENT,
                urgency=Urgency.DAYS,
                why="a bank holds on request pending an order",
            )
        )
    return tuple(lines)


def sharing(base: str = "net_loss", terms: Terms | None = None) -> Sharing:
    """Return the schemes on a made-up pool."""
    paid = {"V1": 180_000, "V2": 95_000, "V3": 240_000, "V4": 120_000, "V5": 60_000}
    back = {"V2": 40_000, "V5": 30_000}
    traced = {"V1": ("vehicle", 61_000), "V3": ("vehicle", 97_000), "V2": ("bank", 10_000)}
    losses = tuple(
        Loss(
            claimant=v,
            asset=KES,
            paid_in=Fraction(_kes(n)),
            received=Fraction(_kes(back.get(v, 0))),
            admitted=Fraction(_kes(n - back.get(v, 0))),
            traced=(TracedClaim(traced[v][0], Fraction(_kes(traced[v][1])), "trace"),) if v in traced else (),
        )
        for v, n in paid.items()
    )
    pool = Pool(
        KES, (Property("vehicle", _kes(235_000), _kes(14_100)), Property("bank", _kes(54_901))), _kes(25_000)
    )
    return Sharing(
        pool=pool,
        losses=losses,
        comparison=compare_schemes(pool, losses, terms or Terms(), base),
        left_out={"exchange": "no rate"},
    )


def original(folder: Path, name: str = "wallet-4417.csv", text: str = WALLET, **more: str) -> Original:
    """Write a file and return it as an original."""
    folder.mkdir(exist_ok=True, parents=True)
    data = text.encode()
    digest = hashlib.sha256(data).hexdigest()
    path = folder / digest
    path.write_bytes(data)
    fields = {"supplier": "Example Wallet Co.", "authority": "Order M-118/2026", "received": "24 Sep 2026"}
    return Original(
        path=path, sha256=digest, name=name, receipt={"reader": "mpesa", "accepted": 21}, **{**fields, **more}
    )


def pack_input(folder: Path, policy: Policy | None = None) -> PackInput:
    """Return the whole case as a pack input."""
    found = trace(policy)
    files = (
        original(folder),
        original(folder, "bank-2093.pdf", "%PDF-1.4 made up", supplier="Example Bank"),
    )
    rows = tuple(
        Row(
            observation=f"{i:032x}",
            source=files[0].sha256,
            locator=f"page:3,row:{i}",
            lo=iso_text(m.lo),
            hi=iso_text(m.hi),
            kind=m.kind,
            status="completed",
            debit=found.label(m.debit or ""),
            credit=found.label(m.credit or ""),
            amount=exact_text(m.amount, found.given.paid_in(m)),
            asset=found.given.paid_in(m),
        )
        for i, m in enumerate(found.given.movements)
    )
    lines, head = audit_lines(4)
    return PackInput(
        case="KE-2026-0417",
        rendering="masked",
        sealed=SEALED,
        actor="Analyst 07",
        reviewer="Analyst 11",
        trace=found,
        question="Where did the five payments of September 2026 go? Asked by Prosecutor 02.",
        store_version="1284",
        originals=files,
        rows=rows,
        rejects=(
            Reject(source=files[1].sha256, locator="page:2,row:9", reason="the amount is not a number"),
        ),
        sheet=sheet(found),
        restraints={"vehicle": "ordered 2 Nov", "bank": "ordered 2 Nov"},
        sharing=sharing(),
        steps=(Step(FIRST + 9 * DAY, "Hold asked"), Step(FIRST + 20 * DAY, "Order M-118")),
        limits=("2 of 4 statements do not reconcile; no hop rests on the missing pages.",),
        audit=lines,
        audit_head=head,
    )


def sealed_at(pack: PackInput, at: int) -> PackInput:
    """Return the same pack sealed at another time."""
    return replace(pack, sealed=at)
