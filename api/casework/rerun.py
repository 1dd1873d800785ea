"""Results that fell or grew old, computed again from what was stored of them; and what then differs.

A result stores its whole policy and its parameters, so it can be run over today's evidence without
anybody remembering how it was made. What differs is named figure by figure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.assets.claims import LossKind
from analytics.assets.terms import CostsOn, Deficiency, Terms
from analytics.tracing.following import Budget, Seed
from analytics.tracing.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from api.casework.masking import Masking
    from graph.model.results import Result
    from graph.model.scope import Scope
    from graph.store import View

_IDENTITIES = (
    ("movement",),
    ("id", "asset"),
    ("id",),
    ("outcome", "instrument", "place", "owner", "unit", "asset"),
    ("instrument", "asset", "label"),
    ("kind", "place"),
    ("assertion",),
    ("observation",),
    ("place",),
    ("scheme",),
)
_NO_FIGURES = frozenset({"inputs", "id", "trace"})


@dataclass(frozen=True, slots=True)
class Fallen:
    """A result that falls with a source: what it is, and which of its observations stood there."""

    id: str
    kind: str
    ran: str
    observations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that differs; an absent one is empty."""

    figure: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Rerun:
    """A result and the same computed over today's evidence; None where nothing comes of it any more."""

    before: Result
    after: Result | None
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Whether every figure is what it was."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class TraceAsked:
    """What a stored trace was asked for."""

    seeds: tuple[Seed, ...]
    policy: Policy
    codes: tuple[str, ...]
    without: tuple[str, ...]
    budget: Budget


@dataclass(frozen=True, slots=True)
class SharingAsked:
    """What a stored allocation was asked for; ``at`` in microseconds UTC."""

    trace: str
    at: int
    base: str
    received: Mapping[str, Fraction]
    general_costs: int
    terms: Terms


def trace_asked(result: Result) -> TraceAsked:
    """Read a stored trace's seeds, policy, rules, doubted assertions and budget back."""
    given = result.parameters
    return TraceAsked(
        tuple(Seed(s["observation"], s["claimant"]) for s in given["seeds"]),
        policy_from(result.policy),
        tuple(given["compare"]),
        tuple(given["without"]),
        Budget(int(given["budget"]["ledgers"]), int(given["budget"]["rows"])),
    )


def policy_from(record: Mapping[str, Any]) -> Policy:
    """Read a policy back from its record.

    Examples
    --------
    >>> one = Policy(rule="fifo", arithmetic="fixed", sub_units=100, sub_units_by_asset=(("KES:2", 10),))
    >>> policy_from(one.canonical()) == one
    True
    """
    given: dict[str, Any] = dict(record)
    for name in ("sub_units", "denominator_digits"):
        if name in given:
            given[name] = int(given[name])
    by_asset = given.pop("sub_units_by_asset", {})
    return Policy(**given, sub_units_by_asset=tuple((a, int(n)) for a, n in sorted(by_asset.items())))


def sharing_asked(result: Result) -> SharingAsked:
    """Read back what a stored allocation was asked for."""
    given = result.parameters
    return SharingAsked(
        str(given["trace"]),
        int(given["at"]),
        str(given["base"]),
        {claimant: Fraction(n) for claimant, n in given["received"].items()},
        int(given["general_costs"]),
        terms_from(given["terms"]),
    )


def terms_from(record: Mapping[str, Any]) -> Terms:
    """Read terms back from their record.

    Examples
    --------
    >>> one = Terms(minimum_payment=100, unclaimed=("V2",))
    >>> terms_from(one.record()).record() == one.record()
    True
    """
    return Terms(
        general_costs_on=CostsOn(record["general_costs_on"]),
        costs_order=record["costs_order"],
        deficiency=Deficiency(record["deficiency"]),
        residual_to=record["residual_to"],
        minimum_payment=int(record["minimum_payment"]),
        unclaimed=tuple(record["unclaimed"]),
        kinds=tuple(LossKind(kind) for kind in record["kinds"]),
    )


def falling(view: View, scope: Scope, source: str, results: Sequence[Result]) -> dict[str, Fallen]:
    """Return, by id, the results that cite observations of a source, with those observations."""
    cited = sorted({o for r in results for o in r.citations})
    rows = view.rows(scope, cited).select(["observation", "source"]).to_pylist() if cited else []
    there = {row["observation"] for row in rows if row["source"] == source}
    there |= {
        fact["observation"]
        for fact in view.facts(scope).select(["observation", "source"]).to_pylist()
        if fact["source"] == source
    }
    found = {r.id: tuple(o for o in r.citations if o in there) for r in results}
    return {r.id: Fallen(r.id, str(r.kind), r.ran, found[r.id]) for r in results if found[r.id]}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Name every figure in which two documents differ; ids and hashes of inputs are no figures.

    Examples
    --------
    >>> differences({"held": "1.00", "inputs": "a"}, {"held": "2.00", "inputs": "b"})
    (Difference(figure='held', before='1.00', after='2.00'),)
    """
    one, other = dict(_figures("", before)), dict(_figures("", after))
    return tuple(
        Difference(name, one.get(name, ""), other.get(name, ""))
        for name in sorted({*one, *other})
        if one.get(name) != other.get(name)
    )


def _figures(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in _NO_FIGURES:
                yield from _figures(f"{path}/{name}" if path else str(name), part)
    elif isinstance(value, (list, tuple)):
        for name, part in zip(_names(value), value, strict=True):
            yield from _figures(f"{path}/{name}", part)
    else:
        yield path, "" if value is None else str(value)


def _names(parts: Sequence[Any]) -> list[str]:
    """Name the members of a list by what they are of; equal names and texts are counted."""
    if not parts or not all(isinstance(p, dict) for p in parts):
        return [str(i) for i in range(len(parts))]
    for fields in _IDENTITIES:
        if all(field in part for part in parts for field in fields):
            named = [" ".join(str(p[f]) for f in fields if p[f]) for p in parts]
            times: Counter[str] = Counter()
            for i, name in enumerate(named):
                times[name] += 1
                named[i] = f"{name} ({times[name]})" if times[name] > 1 else name
            return named
    return [str(i) for i in range(len(parts))]


def rerun_document(done: Rerun, masking: Masking) -> dict[str, Any]:
    """Return what came of running again as one document."""
    return {
        "before": done.before.id,
        "after": done.after.id if done.after else "",
        "kind": str(done.before.kind),
        "ran": {"before": done.before.ran, "after": done.after.ran if done.after else ""},
        "inputs": {"before": done.before.inputs, "after": done.after.inputs if done.after else ""},
        "same": done.same,
        "differences": [
            {
                "figure": masking.words(d.figure),
                "before": masking.words(d.before),
                "after": masking.words(d.after),
            }
            for d in done.differences
        ],
    }


def fallen_document(source: str, reason: str, fallen: Sequence[Fallen], masking: Masking) -> dict[str, Any]:
    """Return a retraction as one document: the contract of ``fuatilia retract --json``."""
    return {
        "source": source,
        "reason": masking.words(reason),
        "fallen": [
            {"id": f.id, "kind": f.kind, "ran": f.ran, "observations": list(f.observations)} for f in fallen
        ],
    }
