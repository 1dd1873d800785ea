"""A printed row read as values, or the reason why it cannot be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.errors import AmountError, IdentifierError, InstantError, ModelError
from graph.model.amounts import Amount, fiat
from graph.model.events import Status
from graph.model.identifiers.transactions import mpesa_receipt
from graph.model.instants import Instant, parse_instant
from ingest.mpesa.details import Meaning, meaning

if TYPE_CHECKING:
    from ingest.mpesa.table import Printed

KES = fiat("KES")
SWAPS = frozenset({"overdraft", "overdraft_repayment", "overdraft_charge"})
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)\s*(\d\d:\d\d:\d\d)")
_DAY_FIRST = re.compile(r"(\d\d-\d\d-\d{4})\s*(\d\d:\d\d:\d\d)")
_CURRENCY = re.compile(r"KSH?\.? ?|KES ?", re.IGNORECASE)
_STATUS = {
    "completed": Status.COMPLETED,
    "failed": Status.FAILED,
    "declined": Status.FAILED,
    "cancelled": Status.FAILED,
    "expired": Status.FAILED,
    "pending": Status.PENDING,
    "reversed": Status.REVERSED,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a statement.

    Attributes
    ----------
    units : int
        Cents: positive under Paid In, negative under Withdrawn.
    balance : int or None
        Cents as printed.
    """

    page: int
    row: int
    receipt: str
    when: Instant
    details: str
    status: Status
    units: int
    balance: int | None
    means: Meaning
    marks: tuple[str, ...] = ()

    @property
    def locator(self) -> str:
        """Canonical place."""
        return f"page:{self.page},row:{self.row}"


def row_of(printed: Printed, source: str, zone: str) -> Row:
    """Read a printed row.

    Raises
    ------
    ModelError
        A receipt, time, status or amount that cannot be what it claims to be.
    """
    status = _status(printed.cell("status"))
    details = printed.cell("details")
    return Row(
        printed.page,
        printed.row,
        _receipt(printed.cell("receipt")),
        _time(printed.cell("time"), zone),
        details,
        status,
        _units(printed.cell("paid_in"), printed.cell("withdrawn"), moved=status is Status.COMPLETED),
        _amount(printed.cell("balance")),
        meaning(details, source),
        tuple(printed.marks),
    )


def _receipt(text: str) -> str:
    if not text:
        raise IdentifierError("the row has no receipt number", hint="look at the page: is it a total?")
    return mpesa_receipt(text)


def _time(text: str, zone: str) -> Instant:
    for pattern, form in ((_TIME, "%Y-%m-%d %H:%M:%S"), (_DAY_FIRST, "%d-%m-%Y %H:%M:%S")):
        found = pattern.fullmatch(text)
        if found:
            return parse_instant(f"{found[1]} {found[2]}", form, zone)
    raise InstantError("no completion time of the form YYYY-MM-DD HH:MM:SS", text=text)


def _status(text: str) -> Status:
    found = _STATUS.get(text.lower())
    if found is None:
        raise ModelError("no known transaction status", text=text, hint=f"known: {', '.join(_STATUS)}")
    return found


def _units(paid_in: str, withdrawn: str, *, moved: bool) -> int:
    into, out = _amount(paid_in), _amount(withdrawn)
    if into is None and out is None:
        if moved:
            raise AmountError("neither Paid In nor Withdrawn holds an amount")
        return 0
    if into and out:
        raise AmountError("both Paid In and Withdrawn hold an amount", paid_in=paid_in, withdrawn=withdrawn)
    # Withdrawals print with a minus or without; a minus under Paid In has no meaning.
    if into is not None and into < 0:
        raise AmountError("a negative amount under Paid In", text=paid_in)
    return into or -abs(out or 0)


def _amount(text: str) -> int | None:
    bare = _CURRENCY.sub("", text).strip()
    return Amount.parse(bare, KES).units if bare and bare != "-" else None
