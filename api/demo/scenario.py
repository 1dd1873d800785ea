"""The practice case: the files that suppliers would send, and what a user of the files may know.

A family pays a ransom from its bank account; the relatives of a second one pool theirs in a wallet,
which pays by phone. The money goes through two mobile wallets, a P2P purchase of tether and an
address on TRON to a deposit address of another exchange. Everybody and everything in it is invented.
The same seed gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from api.demo import chain_files, crime, exchange_file, households, market_files, relatives
from api.demo.bank_file import bank_file
from api.demo.cast import FIRST_DAY, LAST_DAY, Cast
from api.demo.facts import FAMILY_PDF, DemoFile, facts_of, file_list
from api.demo.households import BankRow, balanced
from api.demo.statement_pdf import Layout, Statement, statement_pdf
from api.demo.wallet import run

if TYPE_CHECKING:
    from pathlib import Path

    from api.demo.chain_files import Histories
    from api.demo.crime import Crime, Roles
    from api.demo.exchange_file import Order
    from api.demo.facts import ScenarioFacts
    from api.demo.statement_pdf import Line

RANSOM_TEXT = "MOBILE TRANSFER BANK TO WALLET"
_DAY_ZERO = dt.date(2026, 10, 12)
_TRANSFER_CHARGE = 7_000  # cents
_FIRST_RELATIVE = 18_278  # names from here on have four letters: PRACTICE PERSON AAAA


@dataclass(frozen=True, slots=True)
class Truth:
    """What really happened. For tests only: the program never reads it."""

    roles: Roles
    crime: Crime | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One practice case.

    Attributes
    ----------
    facts : ScenarioFacts
        What a user of the files knows: where they come from, what is asked, what may be asserted.
    truth : Truth
        For tests only.
    bank, collector, runner, second_family, orders, histories, rates
        What the files print.
    """

    seed: int
    facts: ScenarioFacts
    truth: Truth
    bank: tuple[BankRow, ...]
    collector: Statement
    runner: Statement
    second_family: Statement
    orders: tuple[Order, ...]
    histories: Histories
    rates: dict[dt.date, int]
    tags: bytes

    @classmethod
    def make(cls, seed: int, *, without_crime: bool = False) -> Scenario:
        """Draw a case.

        Parameters
        ----------
        seed : int
            Decides everything.
        without_crime : bool
            The same background, people and files, in which nothing happened.

        Examples
        --------
        >>> Scenario.make(1).facts.case
        'PRACTICE-2026-001'
        """
        cast = Cast(random.Random(seed))  # noqa: S311 - a story, no secret
        day = _DAY_ZERO + dt.timedelta(days=cast.between(0, 4))
        who = crime.roles(cast)
        opening, rows = households.family(cast)
        collector, runner = households.collector(cast, day), households.runner(cast, day)
        rates = market_files.daily_rates(cast)
        orders = exchange_file.honest_orders(cast, rates)
        histories = chain_files.background(cast, who, day)
        tags = market_files.tags_file(cast, who)
        chance = random.Random(f"relatives {seed}")  # noqa: S311 - a story, no secret
        kin = cast.apart(chance, _FIRST_RELATIVE)
        relations = relatives.family(kin, day)
        first, second, third = collector.operations, runner.operations, relations.background.operations
        done = None
        if not without_crime:
            price = exchange_file.above_market(cast, rates[day + dt.timedelta(days=1)])
            done = crime.crime(cast, who, day, collector, runner, price, histories.own)
            first, second = (*first, *done.collected), (*second, *done.paid)
            third = (*third, *relatives.raised(kin, relations, who.collector, done))
            rows = [*rows, *_ransom(cast, done)]
            orders = [*orders, *exchange_file.orders_of(cast, who, done.purchases)]
            histories = chain_files.with_crime(cast, who, histories, done.withdrawal, done.onward)
        bank = balanced(opening, rows)
        return cls(
            seed,
            facts_of(seed, who, done, next((r.reference for r in bank if r.narration == RANSOM_TEXT), "")),
            Truth(who, done),
            bank,
            _statement(who.collector, run(collector.opening, first)),
            _statement(who.runner, run(runner.opening, second)),
            _statement(who.second_family, run(relations.background.opening, third)),
            tuple(orders),
            histories,
            rates,
            tags,
        )

    def contents(self) -> dict[str, bytes]:
        """Return the bytes of every file by name."""
        who, done = self.truth.roles, self.truth.crime
        withdrawals = (done.withdrawal,) if done else ()
        password = self.facts.passwords["mobile-statement-collector.pdf"]
        return {
            "family-bank-statement.csv": bank_file(self.bank, who.family_name),
            "mobile-statement-collector.pdf": statement_pdf(
                self.collector, Layout.EMAILED, password=password
            ),
            "mobile-statement-runner.pdf": statement_pdf(self.runner, Layout.APP),
            FAMILY_PDF: statement_pdf(self.second_family, Layout.APP),
            "exchange-p2p-orders.xlsx": exchange_file.exchange_file(who, self.orders, withdrawals),
            "tron-transfers-wallet.json": chain_files.chain_file(who.wallet, self.histories.wallet),
            "tron-transfers-deposit.json": chain_files.chain_file(who.deposit, self.histories.deposit),
            "rates.csv": market_files.rates_file(self.rates),
            "tags.csv": self.tags,
        }

    def write(self, folder: Path) -> list[DemoFile]:
        """Write the files into a folder and return them with their places, in the order of reading."""
        folder.mkdir(parents=True, exist_ok=True)
        contents = self.contents()
        found = []
        for one in file_list(self.facts):
            place = folder / one.name
            place.write_bytes(contents[one.name])
            found.append(replace(one, path=place))
        return found


def _ransom(cast: Cast, done: Crime) -> list[BankRow]:
    return [
        BankRow(done.day, RANSOM_TEXT, cast.reference(f"FT26{done.day:%j}", 6), -done.ransom.units),
        BankRow(
            done.day, "MOBILE TRANSFER CHARGE", cast.reference(f"FT26{done.day:%j}", 6), -_TRANSFER_CHARGE
        ),
    ]


def _statement(party: str, lines: tuple[Line, ...]) -> Statement:
    number, _, name = party.partition(" - ")
    return Statement(name, number, FIRST_DAY, LAST_DAY, lines, "02 Nov 2026")
