"""One hop of a trace opened: the printed line behind it, what the rule did there, and whose money it was."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from api.web.addresses import case_url
from api.web.hoplist import HopLine, hop_lines
from api.web.placenames import PlaceNames, instruments_of
from api.web.printed import printed_of
from api.web.rows import RecordLine, record_lines
from api.web.showing import cents
from graph.errors import NotFoundError
from graph.model.intervals import DAY
from graph.model.printing import code_of
from graph.store import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.casework.reopening import Printed
    from api.workbench import Workbench
    from graph.model.results import Result

AROUND, DAYS, NEAR = 2, 7, 2000
"""Rows shown before and after the record's own, and how far they are looked for."""
OWN, BANK = "_own", "_bank"
SYMBOLS = {
    "own_first": "x = max(0, T − (B − w))",
    "pro_rata_rolling": "x = w × T ÷ B",
    "tainted_first": "x = min(w, T)",
}
"""What leaves of the traced money T, where w is paid out of the balance B (``analytics.tracing.rules``)."""


@dataclass(frozen=True, slots=True)
class Printing:
    """The original behind a hop: its printed lines, or the rows that were read around the place.

    Rows stand in for the lines where these may not be shown: they name nobody.
    """

    observation: str
    url: str
    file: str
    locator: str
    sha256: str
    reader: str
    read_with: str
    received: str
    statement: str
    printed: Printed
    rows: tuple[RecordLine, ...]


@dataclass(frozen=True, slots=True)
class Lot:
    """Money that the rule consumed here: whose, and the payment by which its claim began."""

    owner: str
    began: int
    amount: str


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """Whose money was there before the hop, went with it, and stayed."""

    owner: str
    before: str
    here: str
    after: str


@dataclass(frozen=True, slots=True)
class HopOpen:
    """A hop with everything that it can be checked against; amounts are exact texts.

    ``formula`` names how the rule takes (``own_first``, ``pro_rata_rolling``, ``tainted_first``,
    ``lots``, ``claim``; empty where the trace kept too little), ``symbols`` and ``numbers`` write it.
    ``plain`` says that the formula gives the figure; where it does not, a reversal, an asserted match or
    an overdraft came first.
    """

    line: HopLine
    code: str
    formula: str
    symbols: str
    numbers: str
    traced_out: str
    plain: bool
    lots: tuple[Lot, ...]
    owners: tuple[OwnerLine, ...]
    after: str
    printing: Printing | None


def hop_open(bench: Workbench, result: Result, number: int) -> HopOpen:
    """Open one hop of a stored trace, counted from 1.

    Raises
    ------
    NotFoundError
        The trace has no such hop.
    """
    fields = bench.masking.document(dict(result.fields))
    rule = str(fields["policy"]["rule"])
    hops: Sequence[Mapping[str, Any]] = fields["rules"][rule]["hops"]
    if not 1 <= number <= len(hops):
        raise NotFoundError("the trace has no such hop", hop=number, hint="see its hops")
    hop = hops[number - 1]
    lines = hop_lines(bench.case, result.id, fields, PlaceNames(bench, instruments_of(fields, rule)))
    began = {h["movement"]: line.lo for h, line in zip(hops, lines, strict=True)}
    kept = "before" in hop
    traced = _traced(hop.get("paid", {})) if kept and not hop["outside"] else Fraction(hop["traced"])
    formula = _formula(rule, hop) if kept else ""
    return HopOpen(
        line=lines[number - 1],
        code=code_of(hop["received_asset"] if hop.get("outside") else hop["asset"]),
        formula=formula,
        symbols=SYMBOLS.get(formula, ""),
        numbers=_numbers(formula, hop),
        traced_out=_decimal(traced),
        plain=_gives(formula, hop, traced),
        lots=tuple(
            Lot(one["owner"], began.get(one["origin"], 0), one["amount"]) for one in hop.get("drawn", ())
        ),
        owners=_owners(hop) if kept else (),
        after=_decimal(sum((Fraction(n) for n in hop["after"].values()), Fraction(0))) if kept else "",
        printing=_printing(bench, hop),
    )


def _formula(rule: str, hop: Mapping[str, Any]) -> str:
    if hop["outside"]:
        return "claim"
    return rule if rule in SYMBOLS else "lots"


def _numbers(formula: str, hop: Mapping[str, Any]) -> str:
    """Write the formula with its numbers, to the hundredth."""
    if formula not in SYMBOLS:
        return ""
    balance, known, debit = (cents(hop[n]) for n in ("balance_before", "traced_before", "amount"))
    return {
        "own_first": f"= max(0, {known} − ({balance} − {debit}))",
        "pro_rata_rolling": f"= {debit} × {known} ÷ {balance}",
        "tainted_first": f"= min({debit}, {known})",
    }[formula]


def _gives(formula: str, hop: Mapping[str, Any], traced: Fraction) -> bool:
    """Say whether the formula gives what the engine recorded, to the hundredth."""
    if formula not in SYMBOLS:
        return True
    balance, known, debit = (Fraction(hop[n]) for n in ("balance_before", "traced_before", "amount"))
    given = {
        "own_first": max(Fraction(0), known - (balance - debit)),
        "pro_rata_rolling": debit * known / balance if balance else Fraction(0),
        "tainted_first": min(debit, known),
    }[formula]
    return abs(given - traced) * 100 < 1


def _owners(hop: Mapping[str, Any]) -> tuple[OwnerLine, ...]:
    """Return who had what: claimants first, then money that is not traced, then the bank's."""
    if hop["outside"]:
        claimed = {owner: Fraction(part["amount"]) for owner, part in hop["owners"].items()}
        moved = {**claimed, OWN: Fraction(hop["received"]) - sum(claimed.values(), Fraction(0))}
    else:
        moved = {owner: Fraction(n) for owner, n in hop["paid"].items()}
    before, after = ({o: Fraction(n) for o, n in hop[side].items()} for side in ("before", "after"))
    everybody = {owner for found in (before, moved, after) for owner, amount in found.items() if amount}
    ranked = sorted(everybody, key=lambda o: (o in {OWN, BANK}, o == BANK, o))
    nothing = Fraction(0)
    return tuple(
        OwnerLine(o, *(_decimal(found.get(o, nothing)) for found in (before, moved, after))) for o in ranked
    )


def _traced(parts: Mapping[str, str]) -> Fraction:
    return sum((Fraction(n) for owner, n in parts.items() if owner not in {OWN, BANK}), Fraction(0))


def _decimal(value: Fraction) -> str:
    """Write a number so that it reads back exactly."""
    return str(value)


def _printing(bench: Workbench, hop: Mapping[str, Any]) -> Printing | None:
    """Open the best record of a hop: the statement of the ledger that was traced, else the most exact."""
    wanted = [row["observation"] for row in hop["rows"]]
    rows = bench.store.rows(bench.scope, wanted).to_pylist()
    if not rows:
        return None
    ledger = hop.get("credit" if hop.get("outside") else "debit", "")
    row = min(
        rows,
        key=lambda r: (
            r["statement"] != ledger,
            r["observation"] != hop["observation"],
            r["kind"] != "principal",
        ),
    )
    source = next(s for s in bench.sources() if s.sha256 == row["source"])
    receipt = next((r for r in bench.store.receipts(bench.scope) if r.batch == row["batch"]), None)
    printed = printed_of(bench, source, row, receipt)
    return Printing(
        observation=row["observation"],
        url=case_url(bench.case, "observations", row["observation"]),
        file=source.name,
        locator=row["locator"],
        sha256=source.sha256,
        reader="" if receipt is None else receipt.reader,
        read_with="" if receipt is None else receipt.assumptions.get("mapping", ""),
        received=source.received,
        statement=row["statement"] or "",
        printed=printed,
        rows=() if printed.lines else _near(bench, row),
    )


def _near(bench: Workbench, row: Mapping[str, Any]) -> tuple[RecordLine, ...]:
    """Return the record as it was read, with the rows of its statement before and after it."""
    window = (row["lo"] - DAYS * DAY, row["hi"] + DAYS * DAY)
    among = (row["statement"],) if row["statement"] else ()
    wanted = Selection(instruments=among, sources=(row["source"],), window=window, statuses=(), limit=NEAR)
    found = [
        r
        for r in bench.store.select(bench.scope, wanted).table.to_pylist()
        if r["statement"] == row["statement"]
    ]
    found.sort(key=lambda r: (r["seq"], r["lo"], r["observation"], r["kind"] != "principal"))
    at = next((n for n, r in enumerate(found) if r["observation"] == row["observation"]), 0)
    last = max((n for n, r in enumerate(found) if r["observation"] == row["observation"]), default=0)
    return record_lines(bench, found[max(0, at - AROUND) : last + 1 + AROUND])
