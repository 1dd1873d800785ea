"""What a user of the practice files knows about them, without knowing what really happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from api.demo.exchange_file import EXCHANGE
from graph.model.identifiers import Kind, parse_identifier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.demo.crime import Crime, Roles

ANALYST = "Practice Analyst"
COLLECTOR_PDF = "mobile-statement-collector.pdf"
FAMILY_PDF = "mobile-statement-family.pdf"


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file as it came in: who sent it, under what order, when, and how it is read.

    ``mapping`` is the name of a saved mapping, empty for readers that need none; ``path`` is where
    ``Scenario.write`` put it.
    """

    name: str
    about: str
    reader: str
    mapping: str
    supplier: str
    authority: str
    received: str
    password: str = ""
    path: Path = field(default_factory=Path)


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who claims, and the reference, as printed, of the payment that carries the claim."""

    label: str
    reference: str
    about: str

    @property
    def seed(self) -> str:
        """The text that ``fuatilia trace`` takes."""
        return f"{self.label}={self.reference}"


@dataclass(frozen=True, slots=True)
class Stated:
    """What the analyst states.

    ``subject`` is a reference as printed; ``object`` another one (``same_event``), or the key of an
    identifier (``paid_for``).
    """

    kind: str
    subject: str
    object: str
    author: str
    reason: str
    made: str


@dataclass(frozen=True, slots=True)
class ScenarioFacts:
    """Everything that the demo needs to know as a user of the files would.

    Attributes
    ----------
    claimants, stated
        Empty where nothing happened.
    bank_reference, receipt : str
        The ransom as the bank and as the collector's statement print it.
    withdrawal : str
        Transaction that the exchange says it sent for its user.
    user : str
        Identifier key of the exchange's user.
    names : mapping
        Identifier key to what the case calls it.
    passwords : mapping
        File name to password.
    """

    case: str
    title: str
    question: str
    actor: str
    sealed: str
    valued: str
    claimants: tuple[Claimant, ...]
    stated: tuple[Stated, ...]
    bank_reference: str
    receipt: str
    second_receipt: str
    withdrawal: str
    user: str
    names: Mapping[str, str]
    passwords: Mapping[str, str]


def facts_of(seed: int, who: Roles, done: Crime | None, bank_reference: str) -> ScenarioFacts:
    """Return the facts of a case; ``done`` tells only what the files themselves print."""
    user = parse_identifier(Kind.EXCHANGE, who.user, scope=EXCHANGE).key
    receipt = done.ransom.receipt if done else ""
    second = done.second.receipt if done else ""
    withdrawal = done.withdrawal.transaction if done else ""
    return ScenarioFacts(
        case=f"PRACTICE-2026-{seed:03d}",
        title="Practice case: two families pay for one release",
        question="Where did the money of the two families go, and what of it can be held now?",
        actor=ANALYST,
        sealed="2026-11-20T09:00:00Z",
        valued="2026-11-02T08:00:00Z",
        claimants=(
            Claimant("V1", bank_reference, "family A: transfer from its bank account"),
            Claimant("V2", second, "family B: payment from its mobile wallet"),
        )
        if done
        else (),
        stated=_stated(bank_reference, receipt, withdrawal, user) if done else (),
        bank_reference=bank_reference,
        receipt=receipt,
        second_receipt=second,
        withdrawal=withdrawal,
        user=user,
        names=_names(who, user),
        passwords={COLLECTOR_PDF: f"practice-{who.collector[5:12]}"},
    )


def _stated(bank_reference: str, receipt: str, withdrawal: str, user: str) -> tuple[Stated, ...]:
    return (
        Stated(
            "same_event",
            bank_reference,
            receipt,
            ANALYST,
            "Same amount on the same day; the wallet's statement names Example Bank as payer; no other row "
            "of either statement has this amount.",
            "2026-11-12T08:30:00Z",
        ),
        Stated(
            "paid_for",
            withdrawal,
            user,
            ANALYST,
            "Example Exchange lists this transaction among its user's withdrawals (sheet Withdrawals of its "
            "production): its hot wallet paid for the user.",
            "2026-11-12T08:40:00Z",
        ),
    )


def _names(who: Roles, user: str) -> dict[str, str]:
    def number(party: str) -> str:
        return parse_identifier(Kind.MSISDN, party.partition(" ")[0]).key

    def address(text: str) -> str:
        return parse_identifier(Kind.TRON, text).key

    return {
        number(who.collector): "collector's wallet",
        number(who.runner): "runner's wallet",
        number(who.second_family): "family B",
        number(who.seller): "token seller",
        user: "runner's account at Example Exchange",
        address(who.hot_wallet): "Example Exchange hot wallet",
        address(who.wallet): "first address",
        address(who.deposit): "deposit at Example Exchange Two",
        address(who.other): "other address",
    }


def file_list(facts: ScenarioFacts) -> tuple[DemoFile, ...]:
    """Return the files in the order in which they came in."""
    order = "Practice court order PC-17 of 2026"
    consent = "Consent of the account holder"
    public = "Public record"
    table, wallet, chain = "mapped_table", "mpesa_statement", "tron"
    password = facts.passwords[COLLECTOR_PDF]
    operator, trader = "Example Mobile Money", "Example Exchange"
    return (
        DemoFile(
            "family-bank-statement.csv",
            "bank account of family A",
            table,
            "example_bank_statement",
            "Example Bank",
            consent,
            "2026-11-03",
        ),
        DemoFile(
            COLLECTOR_PDF,
            "wallet that both families paid into",
            wallet,
            "",
            operator,
            order,
            "2026-11-04",
            password,
        ),
        DemoFile(
            "mobile-statement-runner.pdf",
            "wallet paid by the collector",
            wallet,
            "",
            operator,
            order,
            "2026-11-06",
        ),
        DemoFile(
            FAMILY_PDF,
            "wallet in which family B's relatives pooled",
            wallet,
            "",
            operator,
            consent,
            "2026-11-06",
        ),
        DemoFile(
            "exchange-p2p-orders.xlsx",
            "purchases of tether",
            table,
            "example_exchange_orders",
            trader,
            order,
            "2026-11-09",
        ),
        DemoFile(
            "tron-transfers-wallet.json",
            "address that the exchange paid to",
            chain,
            "",
            "Example Chain Service",
            public,
            "2026-11-02",
        ),
        DemoFile(
            "tron-transfers-deposit.json",
            "address that was paid next",
            chain,
            "",
            "Example Chain Service",
            public,
            "2026-11-02",
        ),
        DemoFile(
            "rates.csv",
            "dated rates, KES a USDT",
            table,
            "example_rates",
            "Example rates desk",
            public,
            "2026-11-10",
        ),
        DemoFile(
            "tags.csv",
            "who runs some addresses",
            table,
            "example_tags",
            "Example tag list",
            public,
            "2026-11-10",
        ),
    )
