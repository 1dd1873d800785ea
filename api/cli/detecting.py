"""Looking for leads: ``detect``. A lead is a reason to look, not a finding about anyone."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.layout import visible
from api.cli.state import state_of
from api.errors import UsageError

if TYPE_CHECKING:
    from analytics.catalogue import Value

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="[ID]...", help="Typologies (see catalogue); none: all.")
]
Thresholds = Annotated[
    list[str] | None,
    typer.Option("--set", help="ID.NAME=VALUE instead of a default threshold; may be repeated."),
]
SHOWN = 6


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(epilog="Example: fuatilia detect ST-01 RA-01 --set ST-01.senders=6")(detect)


def detect(
    context: typer.Context,
    ids: Ids = None,
    thresholds: Thresholds = None,
    language: Annotated[str, typer.Option(help="Language of the sentences: en, fr, sw, am.")] = "en",
) -> None:
    """Look for patterns worth a look, with what chance would give and which innocent ones were tested."""
    from analytics.sentences.saying import languages
    from api.cli.arguments import among

    among("language", language, list(languages()))
    state = state_of(context)
    with state.bench("detect") as bench:
        document = bench.detect(ids or [], parameters=thresholds_of(thresholds or []), language=language)
    state.console.result(document, lambda: detection_text(document, language))


def thresholds_of(pairs: list[str]) -> dict[str, dict[str, Value]]:
    """Read ``ID.NAME=VALUE`` pairs exactly.

    Raises
    ------
    UsageError
        Not of this form, or given twice.

    Examples
    --------
    >>> thresholds_of(["ST-01.senders=6", "ST-01.new=0.5"])
    {'ST-01': {'senders': Fraction(6, 1), 'new': Fraction(1, 2)}}
    """
    found: dict[str, dict[str, Value]] = {}
    for pair in pairs:
        where, split, text = pair.partition("=")
        typology, dot, name = where.partition(".")
        try:
            value = Fraction(text.strip())
        except (ValueError, ZeroDivisionError) as cause:
            raise UsageError("a threshold is a number", set=pair, hint="as ST-01.senders=6") from cause
        known = found.setdefault(typology.strip(), {})
        if not (split and dot) or name.strip() in known:
            raise UsageError("a threshold reads ID.NAME=VALUE, once", set=pair, hint="as ST-01.senders=6")
        known[name.strip()] = value
    return found


def detection_text(document: dict[str, Any], language: str = "en") -> str:
    """Lay out leads for people: what was seen, by chance, innocent patterns, what was missing."""
    from analytics.sentences.saying import phrase

    blocks = [_block(n, lead, language) for n, lead in enumerate(document["leads"], 1)]
    skipped = [
        f"{one['typology']}: " + phrase("not_evaluated", language, why=one["why"])
        for one in document["not_evaluated"]
    ]
    tail = []
    if document["beyond"]:
        tail.append(phrase("beyond", language, count=document["beyond"]))
    tail.append(phrase("not_a_finding" if blocks else "no_clearance", language))
    return "\n\n".join(visible_lines(part) for part in (*blocks, "\n".join(skipped), "\n".join(tail)) if part)


def visible_lines(text: str) -> str:
    """Return several lines, each made safe for a terminal."""
    return "\n".join(visible(line) for line in text.splitlines())


def _block(number: int, lead: dict[str, Any], language: str) -> str:
    from analytics.sentences.saying import innocent_sentence, phrase, template

    severity = template("severities", lead["severity"], language)
    lines = [f"{number}. {lead['typology']}  {severity}  {lead['id']}", f"   {lead['sentence']}"]
    if lead["severity"] == "C":
        lines.append(f"   {phrase('danger', language)}")
    chance = lead["expected_by_chance"]
    lines.append(
        "   " + (phrase("chance", language, expected=chance) if chance else phrase("no_chance", language))
    )
    lines += [f"   {one}" for one in _members(lead)]
    lines += [f"   {innocent_sentence(i['pattern'], i['verdict'], language)}" for i in lead["innocent"]]
    lines += [f"   {phrase('missing', language, what=what)}" for what in lead["missing"]]
    return "\n".join(lines)


def _members(lead: dict[str, Any]) -> list[str]:
    """Return the first instruments and the first records; the document has all."""
    named = [f"{i.get('kind', '')} {i.get('label', '')}".strip() for i in lead["instruments"]]
    cited = [f"{o.get('path', '')} {o.get('locator', '')}".strip() for o in lead["observations"]]
    return [
        f"{', '.join(found[:SHOWN])}{f' … +{len(found) - SHOWN}' if len(found) > SHOWN else ''}"
        for found in (named, cited)
        if found
    ]
