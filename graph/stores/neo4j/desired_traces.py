"""What the graph should hold of a trace: its hops and what is held at the end, rule by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.model.printing import exact_text
from graph.stores.neo4j.model import Label, Type
from graph.stores.neo4j.owners import Joined
from graph.stores.neo4j.shown_ends import ends_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graph.model.results import Result
    from graph.stores.neo4j.desired import Desired

_HOP = ("observation", "movement", "at", "amount", "asset", "traced", "received", "received_asset")
Row = dict[str, Any]


def trace_told(result: Result) -> Row:
    """Return the properties of a trace."""
    claim = result.fields.get("claim") or {}
    return {
        "rule": result.policy.get("rule"),
        "rules": sorted(result.fields.get("rules", {})) or None,
        "asset": claim.get("asset"),
        "total": claim.get("total"),
    }


def trace_joined(desired: Desired, result: Result) -> Iterator[Joined]:
    """Yield what joins a trace to instruments and to the statements that it takes as true."""
    rules = result.fields.get("rules", {})
    band = _band(result.fields.get("band", ()))
    ends = _Ends(desired, result, [hop for told in rules.values() for hop in told.get("hops", ())])
    held = sorted({h["instrument"] for told in rules.values() for h in told.get("holdings", ())})
    known = ends.known | set(desired.there(held))
    for rule, told in sorted(rules.items()):
        for n, hop in enumerate(told.get("hops", ())):
            payer, payee = ends.of(hop)
            if payee in known:
                said = {name: hop.get(name) or None for name in _HOP}
                said |= {"rule": rule, "n": n, "payer": payer}
                yield Joined(Type.HOP, f"{result.id}/{rule}/{n}", Label.INSTRUMENT, payee, said)
        for n, holding in enumerate(told.get("holdings", ())):
            if holding["instrument"] in known:
                name = f"{result.id}/{rule}/{n}"
                said = _held(rule, holding, band)
                yield Joined(Type.HOLDS_UNDER, name, Label.INSTRUMENT, holding["instrument"], said)
    mine = {a.id for a in desired.ledger.catalogue.every_assertion(result.case)}
    for assertion in sorted(set(result.parameters.get("assertions", ())) & mine):
        yield Joined(Type.RESTS_ON, f"{result.id}/{assertion}", Label.JUDGEMENT, assertion)


def _held(rule: str, holding: Mapping[str, Any], band: Mapping[tuple[str, str], Row]) -> Row:
    bounds = band.get((holding["instrument"], holding["asset"]), {})
    return {
        "rule": rule,
        "asset": holding["asset"],
        "amount": holding["amount"],
        "claim": holding.get("claim") or None,
        "least": bounds.get("least") or None,
        "most": bounds.get("most") or None,
    }


def _band(lines: Sequence[Row]) -> dict[tuple[str, str], Row]:
    """Return the least and the most of what is held at a place, over the rules and all owners together."""
    return {
        (line["instrument"], line["asset"]): line
        for line in lines
        if line.get("outcome") == "holdings" and line.get("instrument") and not line.get("owner")
    }


class _Ends:
    """Between which instruments hops lead, from the rows that they rest on, as these stand in the case."""

    def __init__(self, desired: Desired, result: Result, hops: Sequence[Row]) -> None:
        self._links = desired.standings
        self._reading = desired.readings[result.case]
        self._case = result.case
        self._rows = ends_of(self._reading, sorted({o for hop in hops for o in _observations(hop)}))
        ids = {row[end] for rows in self._rows.values() for row in rows for end in ("debit", "credit")}
        self.known = set(desired.there(i for i in ids if i))
        for hop in hops:
            self.known |= set(desired.there(e for e in self.of(hop) if e))

    def of(self, hop: Row) -> tuple[str, str]:
        """Return payer and payee of a hop; empty where neither it nor its rows say."""
        if "debit" in hop and "credit" in hop:
            return hop["debit"], hop["credit"]
        payer = payee = ""
        for observation in _observations(hop):
            for row in self._rows.get(observation, ()):
                if row["kind"] == "reversal" or not _same(row, hop):
                    continue
                debit, credit = self._ends(row)
                payer, payee = payer or debit, payee or credit
        return payer, payee

    def _ends(self, row: Row) -> tuple[str, str]:
        place = row["row"] >> 32
        batch = self._reading.evidence.batches[place].batch
        touched = self._links[batch].touched.get(self._case)
        seen = touched.rows.get(row["row"] & 0xFFFFFFFF) if touched else None
        if seen is not None and seen.merged:
            return seen.debit or "", seen.credit or ""
        return row["debit"] or "", row["credit"] or ""


def _observations(hop: Row) -> list[str]:
    told = [hop.get("observation", ""), *(row.get("observation", "") for row in hop.get("rows", ()))]
    return list(dict.fromkeys(o for o in told if o))


def _same(row: Row, hop: Row) -> bool:
    """Say whether a row is of what the hop moved: an exchange has one row in each asset."""
    for amount, asset in (("amount", "asset"), ("received", "received_asset")):
        if row["asset"] == hop.get(asset) and row["amount"] is not None:
            return exact_text(int(row["amount"]), row["asset"]) == hop.get(amount) or amount == "received"
    return False
