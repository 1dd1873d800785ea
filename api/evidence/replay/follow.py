"""The claims followed once more, sharing no code with the program that wrote the pack.

Loaded by ``replay.py``, which lies beside it. Standard library only. Every debit consumes lots of
money as the rule says; a lot carries its owner, its amount and the part of the claim that goes along.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

OWN, BANK = "_own", "_bank"
UNCLAIMED = (OWN, BANK)
FEES = ("fee", "tax", "commission", "spread")
ORDERED = ("fifo", "lifo")
KNOWN = (*ORDERED, "own_first", "pro_rata_rolling", "tainted_first")
Row = dict[str, str]
Key = tuple[str, ...]
Sums = dict[Key, list[Fraction]]
Picks = list[tuple[int, Fraction]]


class Lot(NamedTuple):
    """Money of one owner; ``claim`` is the part of the claim it carries, ``came`` the way it came."""

    owner: str
    amount: Fraction
    claim: Fraction = Fraction(0)
    origin: str = ""
    came: tuple[str, ...] = ()


class Tables(Protocol):
    """The tables of the pack, as ``replay.py`` reads them."""

    policy: dict[str, Any]
    claim_asset: str

    def rows(self, name: str) -> list[Row]:
        """Read one table."""

    def units(self, text: str, asset: str) -> Fraction:
        """Turn an amount in whole units into base units."""


def whole_parts(amount: int, weights: list[int]) -> tuple[list[int], int]:
    """Share by largest remainder, the earlier first; also return the most that rounding moved."""
    if len(weights) == 1:
        return [amount], 0
    everything = sum(weights)
    parts = [amount * w // everything for w in weights]
    over = [amount * w % everything for w in weights]
    left = amount - sum(parts)
    for i in sorted(range(len(weights)), key=lambda i: (-over[i], i))[:left]:
        parts[i] += 1
    uneven = sum(1 for o in over if o)
    return parts, -(-left * (uneven - left) // uneven) if left else 0


class Arithmetic:
    """``exact`` fractions, or ``fixed`` whole sub-units with largest remainder."""

    def __init__(self, policy: dict[str, Any]) -> None:
        self.fixed = policy["arithmetic"] == "fixed"
        self.default = int(policy.get("sub_units", 1))
        self.scales = {k: int(v) for k, v in policy.get("sub_units_by_asset", {}).items()}
        self.moved: dict[str, int] = defaultdict(int)

    def scale(self, asset: str) -> int:
        """Return sub-units per base unit."""
        return self.scales.get(asset, self.default) if self.fixed else 1

    def inward(self, amount: Fraction, asset: str) -> Fraction:
        """Turn base units into sub-units."""
        inner = amount * self.scale(asset)
        if self.fixed and inner.denominator != 1:
            raise ValueError(f"{amount} of {asset} is no whole number of sub-units")
        return inner

    def apportion(self, amount: Fraction, lots: list[Lot], asset: str) -> list[Fraction]:
        """Share an amount over lots by their amounts: among owners first, then within each owner."""
        if not self.fixed:
            everything = sum(lot.amount for lot in lots)
            return [amount * lot.amount / everything for lot in lots]
        held: dict[str, int] = defaultdict(int)
        for lot in lots:
            held[lot.owner] += int(lot.amount)
        owners = sorted(held, key=lambda o: (o in UNCLAIMED, o))
        found = [Fraction(0)] * len(lots)
        shares, moved = whole_parts(int(amount), [held[o] for o in owners])
        self.moved[asset] += moved
        for owner, share in zip(owners, shares, strict=True):
            at = [i for i, lot in enumerate(lots) if lot.owner == owner]
            inner, moved = whole_parts(share, [int(lots[i].amount) for i in at])
            self.moved[asset] += moved
            for i, part in zip(at, inner, strict=True):
                found[i] = Fraction(part)
        return found

    def carried(self, lot: Lot, part: Fraction) -> Fraction:
        """Return the claim that goes along with a part of a lot."""
        exact = lot.claim * part / lot.amount
        return Fraction(exact.numerator // exact.denominator) if self.fixed else exact


class Trace:
    """The claims followed once more under one rule."""

    def __init__(self, tables: Tables, rule: str) -> None:
        self.t, self.rule, self.math = tables, rule, Arithmetic(tables.policy)
        self.policy = tables.policy
        self.moves = tables.rows("trace/movements.csv")
        self.by_id = {m["movement"]: m for m in self.moves}
        self.ends = {r["place"]: r["outcome"] for r in tables.rows("trace/ends.csv")}
        ledgers = tables.rows("trace/ledgers.csv")
        self.asset = {r["ledger"]: r["asset"] for r in ledgers}
        self.gappy = {r["ledger"] for r in ledgers if r["incomplete"] == "yes"}
        self.lots: dict[str, list[Lot]] = {r["ledger"]: [] for r in ledgers}
        self.debt: dict[str, Fraction] = {r["ledger"]: Fraction(0) for r in ledgers}
        self.parked: dict[str, list[Lot]] = {}
        self.legs: Sums = {}
        self.hops: Sums = {}
        self.gaps: Sums = {}
        self.claims: dict[str, Fraction] = {}
        self.claimed: dict[str, list[Row]] = defaultdict(list)
        for row in tables.rows("trace/claims.csv"):
            self.claimed[row["movement"]].append(row)
        named = [("reverses", self.policy["reversal_policy"] == "restore")]
        named += [("follows", self.policy["direct_matches"] == "asserted")]
        self.pointed_at = {m[f] for f, used in named if used for m in self.moves if m[f]}
        self._open()
        for move in self.moves:
            self._step(move)
        for ledger, lots in self.lots.items():
            self._leg("held", "", ledger, self.asset[ledger], lots)
        scale = self.math.scale(tables.claim_asset)
        self.claims = {owner: amount / scale for owner, amount in self.claims.items()}

    # what is written down
    def _leg(self, outcome: str, move: str, place: str, asset: str, lots: list[Lot], sign: int = 1) -> None:
        for lot in lots:
            add(
                self.legs,
                (outcome, move, place, lot.owner, asset, lot.origin),
                sign * lot.amount / self.math.scale(asset),
                sign * lot.claim / self.math.scale(self.t.claim_asset),
            )

    def _hop(self, m: Row, paid: list[Lot], got: list[Lot]) -> None:
        claim = self.math.scale(self.t.claim_asset)
        out, into = self.math.scale(m["paid_asset"]), self.math.scale(m["received_asset"])
        zero = Fraction(0)
        for lot in paid:
            add(self.hops, (m["movement"], lot.owner), lot.amount / out, lot.claim / claim, zero, zero)
        for lot in got:
            add(self.hops, (m["movement"], lot.owner), zero, zero, lot.amount / into, lot.claim / claim)

    # which lots leave: lists of (index, amount) in draw order
    def _in_order(self, lots: list[Lot], amount: Fraction, *, last: bool = False) -> Picks:
        picks = []
        for i in reversed(range(len(lots))) if last else range(len(lots)):
            part = min(lots[i].amount, amount)
            if part:
                picks.append((i, part))
            amount -= part
        return picks

    def _rateably(self, lots: list[Lot], amount: Fraction, asset: str, at: list[int] | None = None) -> Picks:
        places = list(range(len(lots))) if at is None else at
        parts = self.math.apportion(amount, [lots[i] for i in places], asset)
        return [(i, part) for i, part in zip(places, parts, strict=True) if part]

    def _draw(self, lots: list[Lot], amount: Fraction, asset: str) -> Picks:
        if self.rule in ORDERED:
            return self._in_order(lots, amount, last=self.rule == "lifo")
        if self.rule == "pro_rata_rolling":
            return self._rateably(lots, amount, asset)
        own_leads = self.rule == "own_first"
        lead = [i for i, lot in enumerate(lots) if (lot.owner in UNCLAIMED) == own_leads]
        rest = [i for i in range(len(lots)) if i not in set(lead)]
        have = sum((lots[i].amount for i in lead), Fraction(0))
        if amount < have:
            return self._rateably(lots, amount, asset, lead)
        picks = [(i, lots[i].amount) for i in lead]
        return picks + (self._rateably(lots, amount - have, asset, rest) if amount > have else [])

    def _undo(self, lots: list[Lot], amount: Fraction, asset: str) -> Picks:
        if self.rule in ORDERED:
            return self._in_order(lots, amount, last=True)[::-1]
        return self._rateably(lots, amount, asset)

    def _cut(self, lots: list[Lot], picks: Picks) -> tuple[list[Lot], list[Lot]]:
        rest: list[Lot | None] = list(lots)
        taken = []
        for i, part in picks:
            lot = lots[i]
            claim = lot.claim if part == lot.amount else self.math.carried(lot, part)
            taken.append(lot._replace(amount=part, claim=claim))
            left = lot._replace(amount=lot.amount - part, claim=lot.claim - claim)
            rest[i] = left if left.amount else None
        return taken, [lot for lot in rest if lot is not None]

    def _take(self, ledger: str, amount: Fraction, came: str = "", *, undo: bool = False) -> list[Lot]:
        lots, asset = self.lots[ledger], self.asset[ledger]
        at = [i for i, lot in enumerate(lots) if not came or lot.came[-1:] == (came,)]
        chosen = [lots[i] for i in at]
        amount = min(amount, total(chosen))
        if not amount:
            return []
        picks = self._undo(chosen, amount, asset) if undo else self._draw(chosen, amount, asset)
        taken, self.lots[ledger] = self._cut(lots, [(at[i], part) for i, part in picks])
        return taken

    def _put(self, ledger: str, restored: list[Lot], entering: list[Lot]) -> None:
        lots = self.lots[ledger]
        if restored:
            lots = (
                restored + lots
                if self.rule == "fifo"
                else lots + restored[:: -1 if self.rule == "lifo" else 1]
            )
        if lots and entering and same(lots[-1], entering[0]):
            lots = [*lots[:-1], merged(lots[-1], entering[0]), *entering[1:]]
        else:
            lots = lots + entering
        if self.rule not in ORDERED:
            blended: dict[Key, Lot] = {}
            for lot in lots:
                key = (lot.owner, lot.origin, *lot.came)
                blended[key] = merged(blended[key], lot) if key in blended else lot
            lots = list(blended.values())
        self.lots[ledger] = lots

    # one movement
    def _open(self) -> None:
        for row in self.t.rows("trace/openings.csv"):
            ledger, owner = row["ledger"], row["owner"]
            asset = self.asset[ledger]
            amount = self.math.inward(self.t.units(row["amount"], asset), asset)
            if owner == BANK:
                self.debt[ledger] -= amount
            elif amount and owner == OWN:
                self._put(ledger, [], [Lot(OWN, amount)])
            elif amount:
                self.claims[owner] = self.claims.get(owner, Fraction(0)) + amount
                self._put(ledger, [], [Lot(owner, amount, amount, f"opening:{ledger}")])

    def _step(self, m: Row) -> None:
        paid_units = self.t.units(m["paid"], m["paid_asset"])
        inside = m["debit"] in self.lots or m["credit"] in self.lots
        if not paid_units or not (inside or m["movement"] in self.claimed or m["reverses"] in self.parked):
            return
        old = self.by_id[m["reverses"]] if m["reverses"] else None
        if self.policy["reversal_policy"] != "restore" or (
            old and (old["debit"], old["credit"]) != (m["credit"], m["debit"])
        ):
            old = None
        restored, drawn = self._pay(m, old, self.math.inward(paid_units, m["paid_asset"]))
        paid = restored + drawn
        both = self._convert(m, paid)
        restored = [lot for lot in both[: len(restored)] if lot.amount]
        drawn = self._claim(m, [lot for lot in both[len(paid) - len(drawn) :] if lot.amount])
        self._hop(m, paid, restored + drawn)
        mark = (m["movement"],) if m["movement"] in self.pointed_at else ()
        restored = [lot._replace(came=lot.came[:-1] + mark) for lot in restored]
        drawn = [lot._replace(came=lot.came + mark if mark else ()) for lot in drawn]
        self._receive(m, old, restored, drawn)

    def _pay(self, m: Row, old: Row | None, amount: Fraction) -> tuple[list[Lot], list[Lot]]:
        ledger = m["debit"]
        if ledger not in self.lots:
            restored = self._unpark(m, old, amount) if old else []
            amount -= total(restored)
            return restored, [Lot(OWN, amount)] if amount else []
        restored = self._take(ledger, amount, old["movement"], undo=True) if old else []
        amount -= total(restored)
        drawn: list[Lot] = []
        if m["follows"] and self.policy["direct_matches"] == "asserted":
            drawn = self._take(ledger, amount, m["follows"])
        drawn += self._take(ledger, amount - total(drawn))
        short = amount - total(drawn)
        if not short:
            return restored, drawn
        gaps = self.policy["data_gaps"]
        if gaps == "outside_money" or (gaps == "declared" and ledger in self.gappy):
            add(self.gaps, (m["movement"], ledger), short / self.math.scale(self.asset[ledger]))
            return restored, [*drawn, Lot(OWN, short)]
        self.debt[ledger] += short
        return restored, [*drawn, Lot(BANK, short)]

    def _unpark(self, m: Row, old: Row, amount: Fraction) -> list[Lot]:
        pot = self.parked.get(old["movement"], [])
        amount = min(amount, total(pot))
        if not amount:
            return []
        picks = self._undo(pot, amount, m["paid_asset"])
        taken, self.parked[old["movement"]] = self._cut(pot, picks)
        self._leg(self._end(old, None), m["movement"], old["credit"], m["paid_asset"], taken, -1)
        return taken

    def _convert(self, m: Row, lots: list[Lot]) -> list[Lot]:
        paid, received = m["paid_asset"], m["received_asset"]
        if paid == received:
            return lots
        amount = self.math.inward(self.t.units(m["received"], received), received)
        if not amount:
            self._leg("lost", m["movement"], m["credit"], paid, lots)
            return [lot._replace(amount=Fraction(0)) for lot in lots]
        everything = total(lots)
        upstream = min(self.math.moved[paid], int(everything))
        self.math.moved[received] += -(-upstream * int(amount) // int(everything)) if upstream else 0
        parts = self.math.apportion(amount, lots, received)
        out = [lot._replace(amount=part) for lot, part in zip(lots, parts, strict=True)]
        gone = [lot for lot in out if not lot.amount and lot.claim]
        self._leg("rounded", m["movement"], m["credit"], received, gone)
        return out

    def _claim(self, m: Row, lots: list[Lot]) -> list[Lot]:
        asset = m["received_asset"]
        wanted: list[tuple[str, Fraction]] = []
        left = self.math.inward(self.t.units(m["received"], asset), asset)
        for row in self.claimed.get(m["movement"], []):
            amount = self.math.inward(self.t.units(row["amount"], asset), asset) if row["amount"] else left
            left -= amount
            wanted.append((row["claimant"], amount))
            self.claims[row["claimant"]] = self.claims.get(row["claimant"], Fraction(0)) + amount
        out: list[Lot] = []
        for lot in lots:
            free = lot.amount if lot.owner in UNCLAIMED else Fraction(0)
            used = Fraction(0)
            while wanted and used < free:
                claimant, due = wanted.pop(0)
                piece = min(due, free - used)
                out.append(Lot(claimant, piece, piece, m["movement"], lot.came))
                used += piece
                if piece < due:
                    wanted.insert(0, (claimant, due - piece))
            if lot.amount > used:
                out.append(lot._replace(amount=lot.amount - used))
        beaten = [Lot(claimant, amount, amount, m["movement"]) for claimant, amount in wanted]
        self._leg("lost", m["movement"], m["credit"], asset, beaten)
        return out

    def _end(self, m: Row, old: Row | None) -> str:
        if m["credit"] in self.ends:
            return self.ends[m["credit"]]
        return "fees" if m["kind"] in FEES else "held" if old else "spent"

    def _receive(self, m: Row, old: Row | None, restored: list[Lot], drawn: list[Lot]) -> None:
        ledger = m["credit"]
        if ledger not in self.lots:
            self._leg(self._end(m, old), m["movement"], ledger, m["received_asset"], restored + drawn)
            if m["movement"] in self.pointed_at:
                self.parked[m["movement"]] = restored + drawn
            return
        swallowed: list[Lot] = []
        banks = [lot for lot in restored if lot.owner == BANK]
        due = min(self.debt[ledger], total(banks))
        if due:
            taken, left = self._cut(banks, self._in_order(banks, due))
            swallowed, restored = taken, left + [lot for lot in restored if lot.owner != BANK]
            self.debt[ledger] -= due
        credit = restored + drawn
        due = min(self.debt[ledger], total(credit))
        if due:
            ordered = self.rule in ORDERED
            picks = (
                self._in_order(credit, due) if ordered else self._rateably(credit, due, self.asset[ledger])
            )
            used = dict(picks)
            swallowed += self._cut(credit, picks)[0]
            edge = len(restored)
            first = [(i, p) for i, p in used.items() if i < edge]
            restored = self._cut(restored, first)[1]
            drawn = self._cut(drawn, [(i - edge, p) for i, p in used.items() if i >= edge])[1]
            self.debt[ledger] -= due
        self._leg("swallowed", m["movement"], ledger, self.asset[ledger], swallowed)
        self._put(ledger, restored, drawn)


def total(lots: list[Lot]) -> Fraction:
    """Sum the amounts of lots."""
    return sum((lot.amount for lot in lots), Fraction(0))


def same(one: Lot, other: Lot) -> bool:
    """Say whether two lots are of one owner, one origin and one way."""
    return (one.owner, one.origin, one.came) == (other.owner, other.origin, other.came)


def merged(one: Lot, other: Lot) -> Lot:
    """Make one lot of two."""
    return one._replace(amount=one.amount + other.amount, claim=one.claim + other.claim)


def add(sums: Sums, key: Key, *values: Fraction) -> None:
    """Add values under a key."""
    have = sums.get(key)
    sums[key] = [a + b for a, b in zip(have, values, strict=True)] if have else list(values)
