"""The family's bank statement as Example Bank exports it: semicolons, days, newest first."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from api.demo.cast import FIRST_DAY, LAST_DAY
from api.demo.statement_pdf import money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.demo.households import BankRow

ACCOUNT = "0100200304471"
HEADER = ("Date", "Value date", "Narration", "Reference", "Debit", "Credit", "Balance")


def bank_file(rows: Sequence[BankRow], holder: str) -> bytes:
    """Return the export of an account, its rows given oldest first with their balances."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["EXAMPLE BANK (invented, for practice)"])
    writer.writerow(["Account", ACCOUNT, "Currency", "KES"])
    writer.writerow(["Holder", holder])
    writer.writerow(["Period", f"{FIRST_DAY:%d/%m/%Y} to {LAST_DAY:%d/%m/%Y}"])
    writer.writerow(HEADER)
    for row in reversed(rows):
        day = f"{row.day:%d/%m/%Y}"
        debit, credit = (money(-row.units), "") if row.units < 0 else ("", money(row.units))
        writer.writerow([day, day, row.narration, row.reference, debit, credit, money(row.balance)])
    return out.getvalue().encode()
