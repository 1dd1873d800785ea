"""The methods of a pack in words, written from the stored policy and from the rules themselves."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from analytics.assets.allocation import allocations
from analytics.tracing.rule import rule_of

if TYPE_CHECKING:
    from api.evidence.contents import Sharing, Trace

TRACING = """# How the money was traced

One rule is applied to every movement of every account, in the order of `trace/movements.csv`. A debit
consumes *lots* of money that entered the account earlier; the rule says which. A lot carries its owner
(a claimant, `_own` for money of nobody who claims, `_bank` for money drawn on an overdraft), its amount,
and the part of the claim that goes along with it. A conversion into another asset changes the amount and
leaves the claim, so that the claims always add up.

At the end every unit of every claim is in exactly one of five places, each summed from its own records
and none by subtraction: **held** (in an account, or at an end that counts as holding), **spent** (paid
out, without evidence of what came next), **fees**, **swallowed** (it repaid an overdraft), **lost**
(gone in a conversion, or claimed by an earlier claim). Under the arithmetic `fixed`, the claim of a share
too small for one sub-unit is listed as **rounded**.

These are statements about money and records. None is a finding about any person.

## The policy of this trace

The rule marked as chosen was stored with the policy; the other rules were run on the same movements, and
the *band* is the least and the most that any of them gives.
"""

REPLAY = """
## Running it again

`python3 data/replay/replay.py` needs nothing but Python. It shares no code with the program that wrote
this pack: it reads the tables, follows the claims again under every rule, and compares every leg, every
movement and every sum. It takes the order of movements as it stands in `trace/movements.csv`.

Each line of `log/audit.jsonl` states its own hash and that of the line before. The hash is the sha256 of
the word `audit` and the texts `seq`, `prev`, `at`, `actor`, `channel`, `purpose`, `action`, `what`,
`outcome`, `covers` in that order, each with its length in UTF-8 bytes in front (eight bytes, big-endian).
The hash of the last line stands in `manifest.json`.
"""

ALLOCATION = """# How the money could be shared

Every scheme is applied to the same pool, the same losses and the same terms
(`allocation/terms.json`). No payment exceeds a loss. Exact amounts are fractions; payments are brought to
the last minor unit by largest remainder, at equal remainders the lower claimant id first, and they add up
to the pool. Food, lodging, transport and money passed through under coercion are shown and never netted.
"""


def tracing_text(trace: Trace) -> str:
    """Return the methods page of the trace."""
    chosen = trace.policy.canonical()
    lines = [TRACING]
    lines += [f"- `{name}` = `{chosen[name]}`: {meaning}." for name, meaning in trace.policy.in_words()]
    scales = [name for name in ("sub_units", "sub_units_by_asset", "denominator_digits") if name in chosen]
    lines += [f"- `{name}` = `{chosen[name]}`." for name in scales]
    lines.append("\n## The rules\n")
    for code in sorted(trace.comparison.results):
        rule = rule_of(code)
        mark = ", the rule chosen" if code == trace.policy.rule else ""
        lines += [f"### {rule.title} (`{code}`, version {rule.version}{mark})\n", _doc(rule)]
        lines.append(f"\nSource: {rule.source}.\n")
    return "\n".join(lines) + REPLAY


def allocation_text(sharing: Sharing) -> str:
    """Return the methods page of the allocation."""
    lines = [ALLOCATION, f"{sharing.comparison.statement} Gains and losses are shown against"]
    lines.append(
        f"`{sharing.comparison.base}`, because a comparison needs a base; it is no recommendation.\n"
    )
    known = allocations()
    for schedule in sharing.comparison.schedules:
        lines.append(f"## {schedule.title} (`{schedule.scheme}`, version {schedule.version})\n")
        if schedule.scheme in known:
            lines.append(_doc(known[schedule.scheme]).partition("\nReferences\n")[0].rstrip())
        lines.append(f"\nSource: {schedule.source}.\n")
    return "\n".join(lines)


def _doc(thing: object) -> str:
    return inspect.cleandoc(type(thing).__doc__ or "")
