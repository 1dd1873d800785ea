"""Takes in answer after answer, each movement once, and yields them as columns."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graph.errors import ModelError
from graph.model.amounts import COLUMN_LIMIT
from graph.model.provenance import Reject
from graph.model.tables import FACTS, ROWS
from ingest.errors import UnreadableError
from ingest.evm.answers import items
from ingest.evm.blocks import EVER, Known, known_of
from ingest.evm.coin import coin_movements, withdrawal
from ingest.evm.columns import row_of, statement_fact, unique_fact
from ingest.evm.internal import internal_movements
from ingest.evm.movements import Moved, Place, Unique
from ingest.evm.quantities import canonical, key_of
from ingest.evm.transfers import transfer_of
from ingest.source import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from ingest.evm.answers import Item

MAX_MOVEMENTS = 1_000_000
_PART = 20_000
_RAW = 400


class Pages:
    """One file being read."""

    def __init__(self, path: Path, source: str, values: Mapping[str, str]) -> None:
        self.path, self.source = path, source
        self.known: Known = known_of(path, values)
        self.tokens = self.known.tokens()
        self.asked = frozenset(key_of(canonical(a)) for a in self._question("addresses"))
        self.rejected, self.left_out = list(self.known.rejected), list[Reject]()
        self.records = self.again = self.other = self.uniques = 0
        self._seen: dict[str, int] = {}
        self._obs: dict[str, int] = {}
        self._assets: dict[str, set[str]] = {}

    def _question(self, name: str) -> list[Any]:
        question = self.known.header.get("question")
        found = question.get(name) if isinstance(question, dict) else None
        return found if isinstance(found, list) else []

    def readings(self) -> Iterator[Reading]:
        """Yield rows and facts in parts, then what was rejected, left out and assumed."""
        total = max(1, self.known.answers)
        rows: list[dict[str, Any]] = []
        facts: list[dict[str, Any]] = []
        for done, item in enumerate(item for item in items(self.path) if not isinstance(item, Reject)):
            for one in self._of(item):
                if isinstance(one, Unique):
                    facts.append(unique_fact(one, self._number(one.place)))
                else:
                    rows.append(row_of(one, self._number(one.place), self.source, self.asked))
                    self._held(one)
            if len(rows) + len(facts) >= _PART:
                yield _reading(rows, facts, done, total)
                rows, facts = [], []
        facts += self._statements()
        yield _reading(rows, facts, total, total)
        yield Reading(
            rejected=tuple(self.rejected), left_out=tuple(self.left_out), assumptions=self._notes(),
            records=self.records, done=total, total=total,
        )  # fmt: skip

    def _of(self, item: Item) -> Iterator[Moved | Unique]:
        match item.kind:
            case "log":
                yield from self._logs([item.value], item.place, single=True)
            case "logs":
                yield from self._logs(item.value, item.place)
            case "receipt":
                yield from self._logs(_listed(item.value, "logs"), f"{item.place}/logs")
            case "receipts":
                for n, receipt in enumerate(item.value if isinstance(item.value, list) else []):
                    yield from self._logs(_listed(receipt, "logs"), f"{item.place}/{n}/logs")
            case "transaction":
                yield from self._coin(item.value, Place.pointer(item.place))
            case "block":
                yield from self._block(item)
            case "traces" | "calls":
                yield from self._once(
                    Place.pointer(item.place), partial(internal_movements, item, self.known)
                )

    def _logs(self, logs: Any, place: str, *, single: bool = False) -> Iterator[Moved | Unique]:
        for n, log in enumerate(logs if isinstance(logs, list) else []):
            at = Place.pointer(place) if single else Place.pointer(place, n)
            try:
                found = transfer_of(log, self.known, self.tokens)
            except ModelError as fault:
                self._reject(at, fault, log)
                continue
            if found is None:
                self.other += 1
            elif isinstance(found, str):
                self.records += 1
                self.left_out.append(Reject(str(at), found, "", _text(log)))
            else:
                yield from self._new(found, at)

    def _block(self, item: Item) -> Iterator[Moved | Unique]:
        block = item.value if isinstance(item.value, dict) else {}
        for n, transaction in enumerate(_listed(block, "transactions")):
            if isinstance(transaction, dict):  # a header alone lists hashes
                yield from self._coin(transaction, Place.pointer(item.place, "transactions", n))
        for n, entry in enumerate(_listed(block, "withdrawals") if self._whole() else []):
            place = Place.pointer(item.place, "withdrawals", n)
            yield from self._once(place, partial(withdrawal, entry, block, place, self.known), entry)

    def _whole(self) -> bool:
        """Say whether the file is of whole blocks, not of headers fetched for their times."""
        question = self.known.header.get("question")
        return not isinstance(question, dict) or question.get("whole") is True

    def _coin(self, transaction: Any, place: Place) -> Iterator[Moved | Unique]:
        make = partial(coin_movements, transaction, place, self.known)
        yield from self._once(place, make, transaction)

    def _once(
        self, place: Place, make: Callable[[], Iterable[Moved]], shown: Any = None
    ) -> Iterator[Moved | Unique]:
        """Yield what one answer moves, or reject it whole."""
        try:
            found = list(make())
        except ModelError as fault:
            self._reject(place, fault, shown)
            return
        for one in found:
            yield from self._new(one, one.place)

    def _new(self, one: Moved | Unique, at: Place) -> Iterator[Moved | Unique]:
        """Yield a movement that was not told before; one told otherwise before is rejected."""
        told, before = hash(_told(one)), self._seen.get(one.rail)
        if before is not None and before == told:
            self.again += 1
            return
        self.records += 1
        if before is not None:
            why = "told otherwise at another place of this file: the chain was reorganised, or it was edited"
            self.rejected.append(Reject(str(at), why, "fetch this range again"))
            return
        self._seen[one.rail] = told
        if len(self._seen) > MAX_MOVEMENTS:
            raise UnreadableError(
                "too many movements in one file", limit=MAX_MOVEMENTS, hint="save it in parts"
            )
        if isinstance(one, Unique):
            self.uniques += 1
        elif one.units >= COLUMN_LIMIT:
            why = "an amount of more than 38 digits: kept as digits, in no sum"
            self.left_out.append(Reject(str(at), why, "", str(one.units)))
        yield one

    def _reject(self, place: Place, fault: ModelError, shown: Any) -> None:
        told = fault.fields()
        self.records += 1
        self.rejected.append(Reject(str(place), str(told["what"]), str(told["hint"]), _text(shown)))

    def _number(self, place: Place) -> int:
        """Return the number of the observation at a place; the parts of one transaction share it."""
        return self._obs.setdefault(str(place), len(self._obs))

    def _held(self, one: Moved) -> None:
        for end in {one.debit, one.credit} & self.asked:
            self._assets.setdefault(end, set()).add(one.asset)

    def _statements(self) -> list[dict[str, Any]]:
        """Return a fact for every address that the header says was asked for."""
        question, header = self.known.header.get("question"), self.known.header
        if not isinstance(question, dict):
            return []
        window = self._window()
        scope = {
            "chain": self.known.chain,
            "contracts": sorted(map(canonical, self._question("contracts"))),
            "from_block": self._edge("from"),
            "to_block": self._edge("to"),
            "whole_in_window": question.get("whole") is True
            and not header.get("unread")
            and not self.rejected,
        }
        found = []
        for n, address in enumerate(self._question("addresses")):
            key, place = key_of(canonical(address)), Place.pointer("/0/question/addresses", n)
            assets = self._assets.get(key, set())
            found.append(statement_fact(key, place, window, self._number(place), scope, assets))
        return found

    def _window(self) -> tuple[int, int]:
        ends = [self.known.hashes.get(self._edge(name)) for name in ("from", "to")]
        times = [self.known.instant(end, None) for end in ends if end is not None]
        return (times[0][0], times[1][1]) if len(times) == len(ends) else EVER

    def _edge(self, name: str) -> int:
        found = self.known.header.get(name)
        return found if type(found) is int else -1

    def _notes(self) -> dict[str, str]:
        """Return what was assumed, in words."""
        header, unread = self.known.header, ["Deposit and Withdrawal of wrapped coin", "ERC-1155"]
        unread += [] if self.known.traced or header else ["internal value (no traces in the file)"]
        notes = {
            "chain": str(self.known.chain),
            "time": "block time, UTC, to the second",
            "order": "block, transaction, then the position in the transaction",
            "not read": "; ".join([*unread, *map(_visible, _listed(header, "unread"))]),
        }
        if header:
            notes["finality"] = (
                f"only blocks at least {_visible(header.get('finality'))} below the head, as the node said"
            )
        for name, count, words in (
            ("non-fungible", self.uniques, "ERC-721 transfers kept as facts without an amount"),
            ("told again", self.again, "movements stand in the file more than once and are read once"),
            ("other events", self.other, "logs of other events, which state no transfer"),
        ):
            notes |= {name: f"{count} {words}"} if count else {}
        return notes


def _told(one: Moved | Unique) -> tuple[Any, ...]:
    if isinstance(one, Unique):
        return one.point, one.giver, one.taker, one.contract, one.number
    return one.point, one.debit, one.credit, one.units, one.asset, one.status


def _listed(value: Any, name: str) -> list[Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _visible(value: Any) -> str:
    """Return a text of the header, cut; half a surrogate pair, which no text may hold, becomes ``?``."""
    return str(value)[:_RAW].encode("utf-8", "replace").decode()


def _text(value: Any) -> str:
    return "" if value is None else json.dumps(value, sort_keys=True)[:_RAW]


def _reading(rows: list[dict[str, Any]], facts: list[dict[str, Any]], done: int, total: int) -> Reading:
    return Reading(
        rows=pa.Table.from_pylist(rows, schema=ROWS) if rows else None,
        facts=pa.Table.from_pylist(facts, schema=FACTS) if facts else None,
        done=done,
        total=total,
    )
