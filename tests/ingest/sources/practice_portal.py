"""Organisation statements of an invented paybill, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ingest.source import Options
from ingest.sources.mpesa_org import SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ingest.source import Reading

SHA = "ce" * 32
HEADER = (
    "Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,"
    "Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No."
)
ABOVE = (
    "Short Code,600000 - PRACTICE HOMES",
    "Account,Utility Account",
    "Time Period,From 01-03-2026 To 31-03-2026",
)


@dataclass(frozen=True, slots=True)
class Payment:
    """One row; a negative amount goes out."""

    receipt: str
    amount: str
    details: str = "Pay Bill Online"
    other: str = "254700000111 - PRACTICE PAYER"
    day: int = 1
    linked: str = ""
    reason: str = "Pay Bill Online"
    status: str = "Completed"
    begun: str = ""
    done: str = ""
    confirmed: str = "true"
    reference: str = ""


def statement(payments: Sequence[Payment], above: Sequence[str] = ABOVE, *, minus: bool = True) -> str:
    """Return a statement, newest row first, with running balances from nothing."""
    balance, lines = Decimal(0), []
    for number, one in enumerate(payments):
        amount = Decimal(one.amount)
        balance += amount if one.status == "Completed" else 0
        done = one.done if one.done != "" else f"2026-03-{one.day:02} 09:{number:02}:00"
        done = "" if done == "-" else done
        out = f"{amount if minus else -amount:.2f}" if amount < 0 else ""
        cells = [one.receipt, done, one.begun or done, one.details, one.status]
        cells += [f"{amount:.2f}" if amount >= 0 else "", out, f"{balance:.2f}", one.confirmed, one.reason]
        lines.append(",".join([*cells, one.other, one.linked, one.reference]))
    return "\n".join([*above, HEADER, *reversed(lines)]) + "\n"


MONTH = (
    Payment("TCA1", "900", reference="H1"),
    Payment("TCA2", "1200", other="500500 - PRACTICE FIRM", reference="H2"),
    Payment("TCA3", "-5", "Pay Bill Charge", "", linked="TCA2", reason="Pay Bill Charge"),
    Payment(
        "TCA4", "-900", "Pay Bill Reversal", linked="tca1", reason="Pay Bill Reversal", confirmed="false"
    ),
    Payment(
        "TCA5",
        "-100",
        "Utility Account to Working Account",
        "600000 - PRACTICE HOMES",
        reason="Funds transfer",
    ),
    Payment("TCA6", "-50", "Withdrawal At Agent Till", "123456 - PRACTICE AGENT", reason="Agent withdrawal"),
    Payment("TCA7", "-70", "Merchant Payment", "5500123 - PRACTICE SHOP", reason="Buy Goods"),
    Payment("TCA8", "300", other="2547****0222 - PRACTICE"),
)


def saved(folder: Path, text: str | bytes) -> Path:
    path = folder / "statement.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(path: Path, **values: str) -> Reading:
    (piece,) = SOURCE.read(path, Options(SHA, values=values))
    return piece
