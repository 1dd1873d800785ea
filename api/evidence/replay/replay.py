"""Recompute every figure of this pack with nothing but Python: ``python3 data/replay/replay.py [DATA]``.

It shares no code with the program that wrote the pack. It reads the exported tables, follows the
claims again under every rule in the stored arithmetic (``follow.py``), shares the pool again under
every scheme (``share.py``), and compares. Movements are taken in the order of ``movements.csv``.
Exit code 0: everything agrees; 1: something does not, and it is named.
"""

from __future__ import annotations

import csv
import hashlib
import json
import runpy
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
OUTCOMES = ("held", "spent", "fees", "swallowed", "lost")
SHOWN = 10
Row = dict[str, str]
Sums = dict[tuple[str, ...], list[Fraction]]


class Tables:
    """The tables of the pack, amounts in base units of their asset."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.places: dict[str, int] = {
            r["asset"]: 10 ** int(r["decimals"]) for r in self.rows("trace/assets.csv")
        }
        self.policy: dict[str, Any] = json.loads((root / "trace" / "policy.json").read_text("utf-8"))
        self.claim_asset = str(self.policy["claim_asset"])

    def rows(self, name: str) -> list[Row]:
        """Read one table; one leading apostrophe only guards a cell against spreadsheets."""
        with (self.root / name).open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            header = next(lines)
            return [dict(zip(header, (c.removeprefix("'") for c in line), strict=True)) for line in lines]

    def of_rule(self, name: str, rule: str) -> list[Row]:
        """Read the lines of one rule."""
        return [r for r in self.rows(name) if r["rule"] == rule]

    def units(self, text: str, asset: str) -> Fraction:
        """Turn an amount in whole units into base units."""
        return Fraction(text) * self.places[asset]

    def claim(self, text: str) -> Fraction:
        """Turn an amount of the claim's asset into base units."""
        return self.units(text, self.claim_asset)


def add(sums: Sums, key: tuple[str, ...], *values: Fraction) -> None:
    """Add values under a key."""
    have = sums.get(key)
    sums[key] = [a + b for a, b in zip(have, values, strict=True)] if have else list(values)


def differ(what: str, stated: Sums, found: Sums) -> list[str]:
    """Name every key on which the pack and the replay disagree."""
    return [
        f"{what} {' / '.join(part or '-' for part in key)}: "
        f"the pack says {_plain(stated.get(key))}, the replay finds {_plain(found.get(key))}"
        for key in sorted({*stated, *found})
        if stated.get(key) != found.get(key)
    ]


def _plain(values: list[Fraction] | None) -> str:
    return "nothing" if values is None else " and ".join(str(v) for v in values)


def rule_faults(t: Tables, rule: str, follow: dict[str, Any]) -> tuple[list[str], dict[str, Fraction]]:
    """Compare one rule; also return its totals, summed from the legs of the pack alone."""
    legs: Sums = {}
    for r in t.of_rule("trace/legs.csv", rule):
        key = (r["outcome"], r["movement"], r["place"], r["owner"], r["asset"], r["origin"])
        add(legs, key, t.units(r["amount"], r["asset"]), t.claim(r["claim"]))
    sums = dict.fromkeys((*OUTCOMES, "rounded"), Fraction(0))
    owners: dict[str, Fraction] = defaultdict(Fraction)
    for (outcome, _, _, owner, *_), (_, claim) in legs.items():
        if owner not in follow["UNCLAIMED"]:
            sums[outcome] += claim
            owners[owner] += claim
    if rule not in follow["KNOWN"]:
        return [], sums
    trace = follow["Trace"](t, rule)
    faults = [
        f"{owner} claims {trace.claims.get(owner, 0)}, the legs carry {owners.get(owner, 0)}"
        for owner in sorted({*owners, *trace.claims})
        if owners.get(owner, 0) != trace.claims.get(owner, 0)
    ]
    faults += differ("leg", legs, trace.legs)
    faults += differ("hop", _hops(t, rule), trace.hops)
    gaps: Sums = {}
    for r in t.of_rule("trace/gaps.csv", rule):
        add(gaps, (r["movement"], r["ledger"]), t.units(r["amount"], r["asset"]))
    faults += differ("outside money", gaps, trace.gaps)
    return faults + _summary_faults(t, rule, trace, sums), sums


def _hops(t: Tables, rule: str) -> Sums:
    hops: Sums = {}
    for r in t.of_rule("trace/hops.csv", rule):
        paid, got = t.units(r["paid"], r["paid_asset"]), t.units(r["received"], r["received_asset"])
        add(
            hops,
            (r["movement"], r["owner"]),
            paid,
            t.claim(r["paid_claim"]),
            got,
            t.claim(r["received_claim"]),
        )
    return hops


def _summary_faults(t: Tables, rule: str, trace: Any, sums: dict[str, Fraction]) -> list[str]:
    """Check the tables that only sum up: totals, holdings, overdrafts, bounds of rounding."""
    stated: Sums = {}
    found: Sums = {("claim",): [sum(trace.claims.values(), Fraction(0))]}
    for name, value in sums.items():
        add(found, (name,), value)
    for r in t.of_rule("trace/rules.csv", rule):
        for name in ("claim", *sums):
            add(stated, (name,), t.claim(r[name]))
    faults = differ("total", stated, found)
    stated, found = {}, {}
    for (outcome, _, place, owner, *_), values in trace.legs.items():
        if outcome == "held":
            add(found, (place, owner), *values)
    for r in t.of_rule("trace/holdings.csv", rule):
        add(stated, (r["place"], r["owner"]), t.units(r["amount"], r["asset"]), t.claim(r["claim"]))
    faults += differ("holding", stated, {key: values for key, values in found.items() if any(values)})
    scale = trace.math.scale
    owed: Sums = {(k,): [v / scale(trace.asset[k])] for k, v in trace.debt.items() if v}
    rows = t.of_rule("trace/overdrafts.csv", rule)
    stated = {(r["ledger"],): [t.units(r["amount"], trace.asset[r["ledger"]])] for r in rows}
    faults += differ("overdraft", stated, owed)
    moved: Sums = {(k,): [Fraction(v, scale(k))] for k, v in trace.math.moved.items() if v}
    rows = t.of_rule("trace/bounds.csv", rule)
    stated = {(r["asset"],): [t.units(r["bound"], r["asset"])] for r in rows if Fraction(r["bound"])}
    return faults + differ("bound of rounding", stated, moved)


def band_faults(t: Tables, rules: list[str], untraced: tuple[str, ...]) -> list[str]:
    """Take least and most over the rules again, from the legs."""
    sums: dict[tuple[str, ...], dict[str, Fraction]] = defaultdict(lambda: dict.fromkeys(rules, Fraction(0)))
    for r in t.rows("trace/legs.csv"):
        if r["owner"] in untraced or r["outcome"] == "rounded":
            continue
        for owner in (r["owner"], ""):
            place, claim = (r["outcome"], r["place"], owner), t.claim(r["claim"])
            sums[*place, "amount", r["asset"]][r["rule"]] += t.units(r["amount"], r["asset"])
            sums[*place, "claim", r["asset"]][r["rule"]] += claim
            sums[r["outcome"], "", owner, "claim", ""][r["rule"]] += claim
    found: dict[tuple[str, ...], list[list[Fraction]]] = defaultdict(list)
    stated: dict[tuple[str, ...], list[list[Fraction]]] = defaultdict(list)
    for key, values in sums.items():
        found[key[:4]].append([min(values.values()), max(values.values())])
    for r in t.rows("trace/band.csv"):
        both = [t.units(r["least"], r["asset"]), t.units(r["most"], r["asset"])]
        stated[r["outcome"], r["place"], r["owner"], r["unit"]].append(both)
    return [
        f"band {' / '.join(part or '-' for part in key)} differs"
        for key in sorted({*found, *stated})
        if sorted(found[key]) != sorted(stated[key])
    ]


def log_faults(root: Path) -> list[str]:
    """Check that every entry of the audit log holds the hash of the one before, up to the pinned head."""
    fields = ("seq", "prev", "at", "actor", "channel", "purpose", "action", "what", "outcome", "covers")
    last, faults = "", []
    for number, line in enumerate((root / "log" / "audit.jsonl").read_text("utf-8").split("\n")[:-1], 1):
        entry = json.loads(line)
        texts = [part.encode() for part in ("audit", *(str(entry[name]) for name in fields))]
        found = hashlib.sha256(b"".join(len(raw).to_bytes(8, "big") + raw for raw in texts)).hexdigest()
        if (entry["prev"], entry["hash"]) != (last, found):
            faults.append(f"audit log, line {number}: the chain breaks")
        last = entry["hash"]
    head = json.loads((root / "manifest.json").read_text("utf-8"))["audit"]["head"]
    return faults if last == head else [*faults, "audit log: the last entry is not the one that is pinned"]


def replay(root: Path) -> int:
    """Replay one pack and print a table; return the exit code."""
    t, say = Tables(root), sys.stdout.write
    follow = runpy.run_path(str(HERE / "follow.py"))
    code = t.claim_asset
    say(f"claims in {code}, arithmetic {t.policy['arithmetic']}\n")
    say(f"{'RULE':<18}" + "".join(f"{name.upper():>18}" for name in (*OUTCOMES, "rounded")) + "  VERDICT\n")
    rules = [r["rule"] for r in t.rows("trace/rules.csv")]
    faults: list[str] = []
    for rule in rules:
        found, sums = rule_faults(t, rule, follow)
        verdict = "agrees" if rule in follow["KNOWN"] else "summed only: this replay does not know the rule"
        say(f"{rule:<18}" + "".join(f"{_decimal(v, t.places[code]):>18}" for v in sums.values()))
        say(f"  {'DIFFERS' if found else verdict}\n")
        faults += [f"{rule}: {fault}" for fault in found]
    strangers = {r["rule"] for r in t.rows("trace/legs.csv")} - set(rules)
    faults += [f"{rule}: legs of a rule that is not in rules.csv" for rule in sorted(strangers)]
    faults += band_faults(t, rules, follow["UNCLAIMED"])
    if (root / "allocation" / "totals.csv").exists():
        faults += runpy.run_path(str(HERE / "share.py"))["check"](t, say)
    if (root / "log" / "audit.jsonl").exists():
        faults += log_faults(root)
    for fault in faults[:SHOWN]:
        say(f"DIFFERS {fault}\n")
    if len(faults) > SHOWN:
        say(f"and {len(faults) - SHOWN} more\n")
    say("the pack and its replay agree\n" if not faults else "the pack and its replay do NOT agree\n")
    return 1 if faults else 0


def _decimal(value: Fraction, places: int) -> str:
    digits = len(str(places)) - 1
    nearest = (2 * abs(value) + 1) // 2
    text = f"{nearest // places}" + (f".{nearest % places:0{digits}d}" if digits else "")
    return ("-" if value < 0 else "") + text


def main(arguments: list[str]) -> int:
    """Run from the command line; an unreadable table is named, never a traceback."""
    root = Path(arguments[0]).resolve() if arguments else HERE.parent
    root = root / "data" if (root / "bagit.txt").exists() else root
    try:
        return replay(root)
    except (OSError, ValueError, KeyError, StopIteration, ZeroDivisionError, csv.Error) as fault:
        sys.stdout.write(f"DIFFERS the tables cannot be replayed: {type(fault).__name__} {fault}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
