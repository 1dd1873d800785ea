"""What the law and the operators of a country allowed on a day: tables that are data, not code.

A payment of 2022 is tested against the limits of 2022. Every figure carries its source and how well
it is known, so that a lead can show on what its threshold rests.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from analytics.errors import AnalyticsError
from graph.errors import AmountError
from graph.model.amounts import fiat, parse_units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER = "analytics.jurisdictions"
MICROSECONDS = 1_000_000
PRECISIONS = ("day", "month", "quarter", "year", "")


class JurisdictionError(AnalyticsError):
    """A table of limits that cannot be read, or contradicts itself."""

    code = "jurisdiction"


class LimitKind(StrEnum):
    """What a limit bounds; all but the first are what an operator lets through."""

    CASH_REPORT = "cash_report"
    WALLET_PAYMENT = "wallet_payment"
    WALLET_BALANCE = "wallet_balance"
    WALLET_DAILY = "wallet_daily"
    WALLET_DAILY_TO_PERSONS = "wallet_daily_to_persons"


class Mark(StrEnum):
    """How well a figure is known."""

    VERIFIED = "verified"
    SEEN = "seen"
    RECALL = "recall"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit from a day on.

    Attributes
    ----------
    asset : str
        Key of the currency it is stated in, as ``USD:2``: not always the country's own.
    units : int
        Base units of ``asset``.
    since : datetime.date or None
        First local day; ``None`` where it was not found.
    precise_to : str
        How exactly ``since`` is known: day, month, quarter, year, or empty.
    mark : Mark
    source : str
    """

    kind: LimitKind
    asset: str
    units: int
    since: dt.date | None
    precise_to: str
    mark: Mark
    source: str


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A country's table; ``limits`` by kind, oldest first."""

    country: str
    name: str
    asset: str
    zone: str
    fiu: str
    report_delay: str
    limits: Mapping[LimitKind, tuple[Limit, ...]]

    def limit(self, kind: LimitKind, day: dt.date) -> Limit | None:
        """Return the limit in force on a local day; ``None`` where none is known for it.

        Examples
        --------
        >>> kenya = jurisdictions()["KE"]
        >>> cap = kenya.limit(LimitKind.WALLET_PAYMENT, dt.date(2022, 6, 1))
        >>> cap.units, cap.asset
        (15000000, 'KES:2')
        """
        found = None
        for one in self.limits.get(kind, ()):
            if one.since is None or one.since <= day:
                found = one
        return found

    def day(self, at: int) -> dt.date:
        """Return the local day of an instant in UTC microseconds.

        Examples
        --------
        >>> jurisdictions()["KE"].day(1_760_299_200 * MICROSECONDS)
        datetime.date(2025, 10, 12)
        """
        moment = dt.datetime.fromtimestamp(at // MICROSECONDS, dt.UTC)
        return moment.astimezone(ZoneInfo(self.zone)).date()


@cache
def jurisdictions() -> Mapping[str, Jurisdiction]:
    """Return every table of this folder by country code, read once per process.

    Raises
    ------
    JurisdictionError
        A table that lacks a field, states a limit that is no exact amount, or is out of order.

    Examples
    --------
    >>> sorted(jurisdictions())
    ['DJ', 'ET', 'KE', 'UG']
    """
    entries = sorted(files(FOLDER).iterdir(), key=lambda entry: entry.name)
    tables = [
        jurisdiction(entry.read_text(encoding="utf-8"), entry.name)
        for entry in entries
        if entry.name.endswith(".toml")
    ]
    return MappingProxyType({table.country: table for table in sorted(tables, key=lambda t: t.country)})


def of_asset(asset: str) -> Jurisdiction | None:
    """Return the country whose own currency an asset is.

    Examples
    --------
    >>> of_asset("UGX:0").name, of_asset("USD:2")
    ('Uganda', None)
    """
    return next((table for table in jurisdictions().values() if table.asset == asset), None)


def jurisdiction(text: str, name: str) -> Jurisdiction:
    """Read one table.

    Parameters
    ----------
    text : str
        TOML; ``kenya.toml`` explains the fields.
    name : str
        Name of the file, for errors.
    """
    try:
        found = tomllib.loads(text)
        rows = [_limit(row) for row in found["limit"]]
        head = {key: str(found[key]) for key in ("country", "name", "zone", "fiu", "report_delay")}
        asset = fiat(found["currency"]).key
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AmountError) as cause:
        raise JurisdictionError(
            f"the table cannot be read: {cause}", table=name, hint="compare it with kenya.toml"
        ) from cause
    limits = {kind: tuple(row for row in rows if row.kind is kind) for kind in LimitKind}
    for kind, dated in limits.items():
        _in_order(dated, kind, name)
    return Jurisdiction(limits=MappingProxyType({k: v for k, v in limits.items() if v}), asset=asset, **head)


def _limit(row: Mapping[str, Any]) -> Limit:
    asset = fiat(row["currency"])
    since, precise_to = row.get("since"), row.get("precise_to", "")
    if since is not None and type(since) is not dt.date:
        raise ValueError(f"since is a day, not {since!r}")
    if (since is None) != (precise_to == "") or precise_to not in PRECISIONS:
        raise ValueError(f"since and precise_to do not fit: {since} {precise_to!r}")
    units = parse_units(row["amount"], asset.exponent or 0)
    return Limit(
        LimitKind(row["kind"]), asset.key, units, since, precise_to, Mark(row["mark"]), str(row["source"])
    )


def _in_order(dated: Sequence[Limit], kind: LimitKind, name: str) -> None:
    days = [dt.date.min if one.since is None else one.since for one in dated]
    if days != sorted(set(days)):
        raise JurisdictionError("limits of one kind are not in order of days", table=name, kind=str(kind))
