"""Takes in a goAML document item by item, and gives rows, facts, rejects and the account of it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graph.errors import InstantError, ModelError
from graph.model.events import LegKind, Status
from graph.model.instants import zone_of
from graph.model.provenance import Balance, Reconciliation, Reject
from graph.model.tables import FACTS, ROWS
from ingest.errors import MappingError, UnreadableError
from ingest.goaml.elements import Element, Item, items
from ingest.goaml.ends import ACCOUNTS, account_key, party_key
from ingest.goaml.facts import Place, Places, facts_of, subject_of
from ingest.goaml.groups import groups
from ingest.goaml.leaves import Account, count_leaves
from ingest.goaml.totals import Totals
from ingest.goaml.transactions import Movement, Setting, Sides, moment, movement_of, sides_of
from ingest.goaml.vocabulary import vocabulary
from ingest.source import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingest.source import Options

_BATCH = 2_000
_MOST_IN_HEADER = 100_000
_EVER = (-2_208_988_800_000_000, 4_133_980_800_000_000)  # 1900 to 2100: all years that instants have
_OPTIONS = ("cash", "currency", "zone")
_RAW = 400


class Report:
    """What has been read so far of one document."""

    def __init__(self, options: Options) -> None:
        values = dict(options.values)
        if unknown := sorted(set(values) - set(_OPTIONS)):
            raise MappingError(
                "the goAML reader has no such option", option=unknown[0], hint=", ".join(_OPTIONS)
            )
        self.values, self.source = values, options.source
        self.header = Element("report")
        self.root = ""
        self.places, self.account, self.totals = Places(), Account(), Totals()
        self.rows: list[dict[str, Any]] = []
        self.facts: list[dict[str, Any]] = []
        self.rejected: list[Reject] = []
        self.records = self.pending = self.seq = 0
        self._setting: Setting | None = None
        self._header_size = 0

    def read(self, path: Path) -> Iterator[Reading]:
        """Read the document in pieces.

        Raises
        ------
        UnreadableError
            It breaks before any transaction or party is complete, or states no currency.
        """
        size = path.stat().st_size
        try:
            for item in items(path):
                self._take(item)
                if len(self.rows) + len(self.facts) >= _BATCH:
                    yield self._piece(size)
        except UnreadableError as fault:
            if not self.records:
                raise
            said = fault.fields()
            where = f" (line {said['line']}, column {said['column']})" if "line" in said else ""
            why = f"{fault.what}{where}; nothing after it was read"
            self.rejected.append(Reject(str(said.get("locator", "")), why, fault.hint))
            self.records += 1
            self.pending += 1
        self._head()
        yield self._piece(size, **self._said())

    def _take(self, item: Item) -> None:
        element, path = item.element, item.path
        if not self.root:
            self.root = self.header.name = (item.base or path).split("/")[1]
        if element.name == "transaction":
            self._transaction(element, path)
        elif element.name == "activity":
            self._activity(element, path)
        else:
            self._header_size += 1 + count_leaves(element)
            if self._header_size > _MOST_IN_HEADER:
                raise UnreadableError(
                    "more elements outside transactions than any report has", locator=f"xpath:{path}"
                )
            self.header.children.append(element)

    def setting(self) -> Setting:
        """Return the currency and zone; both come before the first transaction.

        Raises
        ------
        InstantError
            A zone that does not exist.
        """
        if self._setting is None:
            known = vocabulary()
            currency = known.said(self.header.value("currency_code_local")) or self.values.get("currency", "")
            zone = self.values.get("zone") or known.zones.get(currency.upper(), "UTC")
            zone_of(zone)
            cash = frozenset(c.strip().upper() for c in self.values.get("cash", "").split(",") if c.strip())
            self._setting = Setting(currency.upper(), zone, self.source, cash | known.cash)
        return self._setting

    def _transaction(self, element: Element, path: str) -> None:
        setting = self.setting()
        if not setting.currency:
            raise UnreadableError(
                "the document does not say what its local amounts count",
                locator=f"xpath:{path}",
                hint="currency_code_local is missing: give --option currency=KES",
            )
        self.totals.currency = setting.currency
        self._count()
        sides, window = sides_of(element, path, setting), self._window()
        try:
            one = movement_of(element, setting)
        except ModelError as fault:
            self.rejected.append(Reject(f"xpath:{path}", fault.what, fault.hint, _raw(element)))
            self.totals.take(element, read=False)
        else:
            self.totals.take(element, read=True)
            self.rows.append(self._row(element, one, sides, self.places.of(path, path, element.number)))
            window = one.when.lo, one.when.hi
        self._facts(element, path, "transaction", window, sides.ends)
        self.places.forget()

    def _count(self) -> None:
        self.records += 1
        self.pending += 1

    def _row(self, element: Element, one: Movement, sides: Sides, place: Place) -> dict[str, Any]:
        self.seq += 1
        return {
            "obs": place.obs,
            "lo": one.when.lo,
            "hi": one.when.hi,
            "seq": self.seq - 1,
            "form": place.form,
            "a": place.a,
            "b": 0,
            "status": Status.COMPLETED.value,
            "kind": LegKind.PRINCIPAL.value,
            "channel": vocabulary().said(element.value("transmode_code")) or None,
            "debit": sides.payer.key,
            "credit": sides.payee.key,
            "amount": one.amount.units,
            "asset": one.amount.asset.key,
            "ref": vocabulary().said(element.value("transactionnumber")) or None,
            "text": vocabulary().said(element.value("transaction_description")) or None,
            "mark": "; ".join((*sides.marks, *one.marks)) or None,
        }

    def _facts(
        self, element: Element, path: str, category: str, window: tuple[int, int], ends: dict[str, str]
    ) -> None:
        """Make facts of everything within an element; all of a transaction's places share its number."""
        root = (path, element.number) if category == "transaction" else ("", 0)
        for group in groups(element, path, self.account, category):
            subject = subject_of(group, ends, self.source)
            self.facts += facts_of(group, self.places, root, window, subject)

    def _activity(self, element: Element, path: str) -> None:
        ends: dict[str, str] = {}
        for inner, below in element.inside(path):
            for one, place in inner.inside(below):
                if one.name == "report_party":
                    ends[place] = self._reported(one, place)
                if one.name in ("report_party", "item"):
                    self._count()
        self._facts(element, path, "activity", self._window(), ends)

    def _reported(self, party: Element, path: str) -> str:
        """Return the key of who or what is reported: its account, else the party itself."""
        account = next((a for a in party.all(*ACCOUNTS) if account_key(a, self.source)), None)
        return account_key(account, self.source) if account else party_key(path, self.source)

    def _window(self) -> tuple[int, int]:
        zone = self.setting().zone
        for name in ("submission_date", "report_date"):
            try:
                when = moment(self.header.value(name), zone)
            except InstantError:
                continue
            return when.lo, when.hi
        return _EVER

    def _head(self) -> None:
        """Make the report's header a fact, and its reporting person another."""
        if self.header.children:
            self._facts(self.header, f"/{self.root}", "report", self._window(), {})

    def _piece(self, size: int, **more: Any) -> Reading:
        rows, facts, rejected, count = self.rows, self.facts, self.rejected, self.pending
        self.rows, self.facts, self.rejected, self.pending = [], [], [], 0
        return Reading(
            rows=pa.Table.from_pylist(rows, schema=ROWS) if rows else None,
            facts=pa.Table.from_pylist(facts, schema=FACTS) if facts else None,
            rejected=tuple(rejected),
            records=count,
            done=size if more else 0,
            total=size,
            **more,
        )

    def _said(self) -> dict[str, Any]:
        notes = self.account.notes() | self.totals.notes()
        setting = self.setting()
        if self.totals.stated.count:
            stated = "said with the file" if self.values.get("zone") else "assumed from the currency"
            notes["zone"] = f"{setting.zone} where no offset is printed ({stated})"
            notes["time"] = "midnight sharp is read as the whole day"
            notes["amount"] = "amount_local; a side's foreign currency is kept beside it, and moves nothing"
            notes["status"] = (
                "every transaction is taken as carried out; transaction_status is kept as a mark"
            )
        amends = [self.header.value(n) for n in ("fiu_ref_number", "prev_rejected_ref_number")]
        if any(map(vocabulary().said, amends)):
            notes["amends"] = "the report refers to an earlier one: " + ", ".join(filter(None, amends))
        why = notes["transactions"]
        verdict = Reconciliation(Balance.NONE, why=f"no balances in a goAML report; transactions: {why}")
        return {"assumptions": notes, "reconciliation": (verdict,)}


def _raw(element: Element) -> str:
    """Return the first texts of a transaction, as a person would want to see them."""
    said = [f"{c.name}: {c.text}" for c in element.children if c.text]
    return "; ".join(said)[:_RAW]
