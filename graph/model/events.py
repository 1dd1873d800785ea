"""Events as observed: rows, legs and the transfers that may be derived from them.

Why rows of two legs: almost every payment has one debit leg and one credit leg of the same amount
in the same asset. A stored row carries both; a leg that has no unambiguous partner (a Bitcoin
input, a batch debit) is a row with one end empty. Nothing pairs legs that the source does not pair.
An exchange (shillings for tether) is one observation with two rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LegKind(StrEnum):
    """What a leg pays for."""

    PRINCIPAL = "principal"
    FEE = "fee"
    TAX = "tax"
    COMMISSION = "commission"
    OVERDRAFT = "overdraft"
    INTEREST = "interest"
    REVERSAL = "reversal"


class Status(StrEnum):
    """What became of the event, as its source says. Only ``completed`` moves money."""

    COMPLETED = "completed"
    FAILED = "failed"
    REVERSED = "reversed"
    PENDING = "pending"


class FactKind(StrEnum):
    """What an observation without legs says."""

    STATEMENT = "statement"
    HOLDER = "holder"
    RATE = "rate"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Leg:
    """One instrument's side of an event: ``sign`` is +1 when it receives, -1 when it pays."""

    observation: str
    instrument: str
    sign: int
    units: int
    asset: str
    kind: LegKind
    seq: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """A debit leg and a credit leg that belong together; derived, never stored as evidence.

    ``inferred`` says how the pair was formed where the source did not pair it; empty otherwise.
    """

    event: str
    debit: str
    credit: str
    units: int
    asset: str
    kind: LegKind
    inferred: str = ""
