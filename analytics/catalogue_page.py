"""Writes the catalogue of typologies as a page: what each rule is, is not, and on whose word.

The page in ``docs/methods`` is this output, and a test holds them together; after changing a rule, write it
anew: ``python -m analytics.catalogue_page > docs/methods/typologies.md``.
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING

from analytics.catalogue import benign, typologies, value_text
from analytics.sentences.saying import phrase, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics.catalogue import Benign, Typology

OURS = "analytics."
WORDS = {
    "L": "context",
    "M": "to be reviewed",
    "H": "priority",
    "C": "a person may be in danger now: the referral mechanism is told as well",
}
HEAD = """# Typologies

{not_a_finding} {no_clearance} This page is written by `analytics/catalogue_page.py` from the rules
themselves, with the thresholds that are used where nobody gives others.

## How to read a lead

- **What it is.** Observations that meet a rule, each with its place in a file; the figures are exact.
- **E** is the number of equally surprising groups that chance would give in this very evidence, over all
  rules that state a model of chance. E of 1 or less: open first. It speaks of a group of transfers, never
  of a person.
- **Order.** Where a person may be in danger comes first, whatever chance says; then leads by E; then leads
  of rules without a model of chance. The list ends where E exceeds the lesser of half the rank and 30, and
  says how many candidates lie beyond.
- **Innocent patterns** are tested beside every lead. `not evaluated` means that the evidence does not allow
  the test.
- **Missing data** gives `not evaluated`, and never a clear answer.
- Rules see numbers of instruments, kinds, amounts, times, dated rates and categories of tag lists. They are
  given no name, no text, and no opinion of anybody.
- Thresholds are engineering starting points unless a source is named; they belong beside every lead, and are
  to be tuned on what is usual where the evidence comes from. Sources are given with how well they were read.
"""


def page() -> str:
    """Return the whole page; rules of plug-ins are not on it."""
    rules = [one for one in typologies().values() if one.detect.__module__.startswith(OURS)]
    patterns = [one for one in benign().values() if one.assess.__module__.startswith(OURS)]
    fixed = {code: phrase(code) for code in ("not_a_finding", "no_clearance")}
    parts = [HEAD.format(**fixed), "## Rules\n", _overview(rules)]
    parts += ["\n".join(_rule(one)) for one in sorted(rules, key=lambda t: t.id)]
    parts += ["## Innocent patterns\n", *["\n".join(_pattern(one)) for one in patterns]]
    return "\n".join(parts)


def _overview(rules: list[Typology]) -> str:
    rows = [
        f"| {t.id} | {t.title} | {t.severity} | {'yes' if t.chance else 'no'} |"
        for t in sorted(rules, key=lambda t: t.id)
    ]
    legend = "; ".join(f"**{key}** {word}" for key, word in WORDS.items())
    head = "| id | rule | severity | model of chance |\n|---|---|---|---|"
    return f"{head}\n" + "\n".join(rows) + f"\n\nSeverity: {legend}.\n"


def _rule(one: Typology) -> Iterator[str]:
    yield f"### {one.id} {one.title}\n"
    yield f"{_about(one.detect)}\n"
    yield f"> {template('typologies', one.id, 'en')}\n"
    yield f"- Code `{one.code}`, version {one.version}, severity {one.severity}."
    yield f"- Needs: {'; '.join(one.preconditions)}."
    yield f"- Chance: {one.chance or 'no model is stated'}."
    tested = ", ".join(f"`{code}`" for code in one.innocent) or "all"
    yield f"- Innocent patterns tested: {tested}."
    for code, severity in sorted(one.lowered_by.items()):
        yield f"- Severity {severity} where the evidence supports `{code}`."
    yield f"- Sources: {'; '.join(one.references)}.\n"
    if one.parameters:
        yield "| threshold | default | unit | why |\n|---|---|---|---|"
        yield from (f"| `{p.name}` | {value_text(p.default)} | {p.unit} | {p.why} |" for p in one.parameters)
        yield ""


def _pattern(one: Benign) -> Iterator[str]:
    yield f"### {one.title}\n"
    yield f"{_about(one.assess)}\n"
    yield f"- Code `{one.code}`, version {one.version}. Sources: {'; '.join(one.references)}.\n"


def _about(function: object) -> str:
    """Return what the module of a rule says of it: its docstring."""
    return inspect.getdoc(inspect.getmodule(function)) or ""


if __name__ == "__main__":
    sys.stdout.write(page())
