"""Hops of a stored trace as rows: whose money was there, what the rule took, what any rule says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from api.casework.running import microseconds
from api.evidence.formats.csv_schedule import csv_bytes
from api.web.addresses import case_url
from graph.model.intervals import SECOND
from graph.model.printing import code_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.web.placenames import PlaceName, PlaceNames

SHOWN = 10
HEADER = (
    "number", "from_time", "before_time", "from", "to", "asset", "amount", "received_asset", "received",
    "balance_before", "traced_before", "traced", "least", "most", "owners", "source", "locator",
    "observation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HopRecord:
    """A printed place that a hop rests on."""

    locator: str
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class HopLine:
    """One hop of the chosen rule; amounts are exact texts in whole units.

    ``balance_before`` and ``traced_before`` are of the paying ledger, of the receiving one where the
    money comes from outside (``outside``), and empty where an older trace did not keep them. ``lo`` and
    ``hi`` are microseconds UTC.
    """

    number: int
    lo: int
    hi: int
    frm: PlaceName
    to: PlaceName
    code: str
    amount: str
    received: str
    received_code: str
    outside: bool
    balance_before: str
    traced_before: str
    traced: str
    least: str
    most: str
    owners: tuple[tuple[str, str], ...]
    records: tuple[HopRecord, ...]
    open_url: str
    part_url: str


def hop_lines(case: str, trace: str, fields: Mapping[str, Any], names: PlaceNames) -> tuple[HopLine, ...]:
    """Return every hop of the chosen rule in the order of the trace, counted from 1."""
    rule = str(fields["policy"]["rule"])
    hops = fields["rules"][rule]["hops"]
    bands = _bands(fields["rules"])
    return tuple(
        _line(case, trace, number, hop, names, bands[hop["movement"]]) for number, hop in enumerate(hops, 1)
    )


def notable(hops: Sequence[HopLine], fields: Mapping[str, Any], opened: int = 0) -> tuple[HopLine, ...]:
    """Return the hops that carry most of the claim, and the one that is open, in their order."""
    found = fields["rules"][str(fields["policy"]["rule"])]["hops"]
    weights = [
        sum((Fraction(part["claim"]) for part in hop["owners"].values()), Fraction(0)) for hop in found
    ]
    ranked = sorted(hops, key=lambda h: (-weights[h.number - 1], h.number))
    kept = {h.number for h in ranked[:SHOWN]} | {opened}
    return tuple(h for h in hops if h.number in kept)


def hops_csv(hops: Sequence[HopLine], words: Mapping[str, str]) -> bytes:
    """Write hops as CSV: exact amounts, instants in UTC, kinds of places in the reader's words."""

    def called(place: PlaceName) -> str:
        return f"{words.get(place.kind, place.kind)} {place.label}".strip()

    return csv_bytes(
        HEADER,
        (
            (
                str(h.number), _iso(h.lo), _iso(h.hi), called(h.frm), called(h.to), h.code, h.amount,
                h.received_code, h.received or h.amount, h.balance_before, h.traced_before, h.traced,
                h.least, h.most, "; ".join(f"{owner} {amount}" for owner, amount in h.owners),
                " ".join(r.source for r in h.records), " ".join(r.locator for r in h.records),
                " ".join(r.url.rpartition("/")[2] for r in h.records),
            )
            for h in hops
        ),
    )  # fmt: skip


def _iso(us: int) -> str:
    return datetime.fromtimestamp(us // 10**6, UTC).isoformat() if us else ""


def _bands(rules: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return, by movement, the least and the most that any rule traces in it, as they were printed."""
    told: dict[str, dict[str, str]] = {}
    for code, found in rules.items():
        for hop in found["hops"]:
            told.setdefault(hop["movement"], {})[code] = hop["traced"]
    bands = {}
    for movement, by_rule in told.items():
        texts = list(by_rule.values()) + (["0.00"] if len(by_rule) < len(rules) else [])
        bands[movement] = (min(texts, key=Fraction), max(texts, key=Fraction))
    return bands


def _line(
    case: str, trace: str, number: int, hop: Mapping[str, Any], names: PlaceNames, band: tuple[str, str]
) -> HopLine:
    lo = _instant(hop["at"])
    return HopLine(
        number=number,
        lo=lo,
        hi=_instant(hop["until"]) if "until" in hop else lo + SECOND,
        frm=names.of(hop.get("debit", ""), hop["from"]),
        to=names.of(hop.get("credit", ""), hop["to"]),
        code=code_of(hop["asset"]),
        amount=hop["amount"],
        received="" if hop["received_asset"] == hop["asset"] else hop["received"],
        received_code=code_of(hop["received_asset"]),
        outside=bool(hop.get("outside", False)),
        balance_before=hop.get("balance_before", ""),
        traced_before=hop.get("traced_before", ""),
        traced=hop["traced"],
        least=band[0],
        most=band[1],
        owners=tuple((owner, part["amount"]) for owner, part in hop["owners"].items()),
        records=tuple(
            HopRecord(row["locator"], row["source"][:8], case_url(case, "observations", row["observation"]))
            for row in hop["rows"]
        ),
        open_url=f"{case_url(case, 'traces', trace, hop=str(number))}#hop-{number}",
        part_url=case_url(case, "traces", trace, "hops", str(number)),
    )


def _instant(text: str) -> int:
    return microseconds(datetime.fromisoformat(text))
