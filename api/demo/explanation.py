"""The page that ``fuatilia demo`` prints: what happened to the money, in words for a newcomer.

A pure function of texts. What stands on it comes from results; nothing is computed here, so that the
page cannot say anything that the pack does not.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 100
_INDENT = "  "
_SHARED_OUT = 66  # columns for all cells but the last, which wraps
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file that was read: its verdict, its number of rows, and whether its balances follow."""

    name: str
    about: str
    verdict: str
    rows: str
    balances: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claimant paid in."""

    claimant: str
    amount: str
    about: str


@dataclass(frozen=True, slots=True)
class Went:
    """What became of claimed money at one place, under the chosen rule, and under all of them.

    ``least`` and ``most`` are the band; equal texts mean that every rule agrees.
    """

    outcome: str
    place: str
    amount: str
    least: str
    most: str


@dataclass(frozen=True, slots=True)
class Rests:
    """A person's statement that the trace rests on, and what is left of it without."""

    statement: str
    author: str
    without: str


@dataclass(frozen=True, slots=True)
class Freezable:
    """What can be held now, and where to write; ``least`` and ``most`` are the band."""

    place: str
    institution: str
    amount: str
    least: str
    most: str
    urgency: str
    why: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What each claimant would get under one method: claimant and amount, in one order everywhere."""

    method: str
    source: str
    payments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """Everything on the page, as texts with their currencies.

    Attributes
    ----------
    rule, rule_meaning : str
        The rule chosen beforehand, and what it says in one sentence.
    rules : str
        The rules of the band, named.
    pool : str
        What is shared: the claimed money that can be held, in the currency of the claims.
    verify : tuple of str
        Commands, the first our own, the others for a reader who does not trust it.
    limits : tuple of str
        What this does not show.
    """

    case: str
    question: str
    loaded: tuple[Loaded, ...]
    claims: tuple[Claimed, ...]
    claim: str
    rule: str
    rule_meaning: str
    rules: str
    went: tuple[Went, ...]
    rests: tuple[Rests, ...]
    freezable: tuple[Freezable, ...]
    pool: str
    shared: tuple[Shared, ...]
    folder: str
    fingerprint: str
    verify: tuple[str, ...]
    limits: tuple[str, ...] = ()


def render(summary: DemoSummary) -> str:
    """Return the page, at most 100 columns wide, ending in a line break."""
    sections = (
        _what_was_loaded(summary),
        _where_it_went(summary),
        _what_it_rests_on(summary),
        _what_can_be_held(summary),
        _how_it_would_be_shared(summary),
        _how_to_verify(summary),
        _what_it_does_not_show(summary),
    )
    told = [lines for lines in sections if lines]
    numbered = [[f"{n}. {title}", *lines] for n, (title, *lines) in enumerate(told, 1)]
    return "\n\n".join("\n".join(lines) for lines in (_opening(summary), *numbered)) + "\n"


def _opening(s: DemoSummary) -> list[str]:
    return [
        *_wrapped(f"Case {s.case}. Everybody in it is invented.", ""),
        *_wrapped(s.question, ""),
    ]


def _what_was_loaded(s: DemoSummary) -> list[str]:
    rows = [(one.name, one.verdict, one.rows, _with(one.about, one.balances)) for one in s.loaded]
    return ["What was loaded", *_table(rows, right={2})]


def _where_it_went(s: DemoSummary) -> list[str]:
    claims = [(one.claimant, one.amount, one.about) for one in s.claims]
    went = [(one.outcome, one.amount, f"{one.place} {_band(one.least, one.most)}") for one in s.went]
    return [
        "Where the money went",
        *_wrapped(f"Claimed: {s.claim}."),
        *_table(claims, right={1}),
        *_wrapped(f"Rule chosen before the result: {s.rule}. {s.rule_meaning}"),
        *_wrapped(f"In brackets: the least and the most that any rule gives ({s.rules})."),
        *_table(went, right={1}),
    ]


def _what_it_rests_on(s: DemoSummary) -> list[str]:
    if not s.rests:
        return []
    found = [*_wrapped("Files alone do not prove these links. A person states them, and answers for them:")]
    for one in s.rests:
        found += _wrapped(f"- {one.statement} ({one.author})", _INDENT, _INDENT * 2)
        found += _wrapped(f"without it: {one.without}", _INDENT * 2)
    return ["What it rests on besides the files", *found]


def _what_can_be_held(s: DemoSummary) -> list[str]:
    found = ["What can be held now, and where to write"]
    if not s.freezable:
        return [*found, *_wrapped("Nothing: no claimed money stands where it could be held.")]
    for n, one in enumerate(s.freezable, 1):
        found += _wrapped(f"{n}. {one.amount} {_band(one.least, one.most)} {one.place}", _INDENT, _INDENT * 2)
        found += _wrapped(f"write to {one.institution}; {one.urgency}: {one.why}", _INDENT * 2)
    return found


def _how_it_would_be_shared(s: DemoSummary) -> list[str]:
    rows = [
        (
            one.method,
            "; ".join(f"{claimant} {amount}" for claimant, amount in one.payments) + f" ({one.source})",
        )
        for one in s.shared
    ]
    return [
        "How the families would share it",
        *_wrapped(f"To share: {s.pool}. Every method is printed; which one applies is for the court."),
        *_table(rows),
    ]


def _how_to_verify(s: DemoSummary) -> list[str]:
    return [
        "How to verify it",
        *_wrapped(f"The evidence pack is in {s.folder}"),
        *_wrapped(f"Fingerprint: {s.fingerprint}"),
        *(line for command in s.verify for line in _wrapped(f"$ {command}", _INDENT * 2, _INDENT * 3)),
    ]


def _what_it_does_not_show(s: DemoSummary) -> list[str]:
    if not s.limits:
        return []
    told = [line for limit in s.limits for line in _wrapped(f"- {limit}", _INDENT, _INDENT * 2)]
    return ["What it does not show", *told]


def _with(text: str, more: str) -> str:
    return f"{text}; {more}" if more else text


def _band(least: str, most: str) -> str:
    return "(every rule)" if least == most else f"({least} to {most})"


def plain(text: str) -> str:
    r"""Return a text on one line, signs that a terminal would act on replaced.

    Examples
    --------
    >>> plain("one\ttwo\x1b[31m")
    'one two\ufffd[31m'
    """
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in " ".join(text.split()))


def _wrapped(text: str, first: str = _INDENT, later: str | None = None) -> list[str]:
    """Break a text into lines of the page; a word longer than a line is cut over several."""
    return textwrap.wrap(
        plain(text), WIDTH, initial_indent=first, subsequent_indent=first if later is None else later,
        break_on_hyphens=False,
    )  # fmt: skip


def _table(rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Return rows in columns; the last one wraps, the others end in an ellipsis where they are too long."""
    cells = [[plain(cell) for cell in row] for row in rows]
    if not cells:
        return []
    short = len(cells[0]) - 1
    widths = _widths([max(len(row[n]) for row in cells) for n in range(short)])
    cut = [[_cut(row[n], widths[n]) for n in range(short)] for row in cells]
    to_the_right = frozenset(right)
    found = []
    for row, whole in zip(cut, cells, strict=True):
        parts = [
            cell.rjust(width) if n in to_the_right else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        start = _INDENT + _GAP.join(parts) + _GAP
        lines = textwrap.wrap(whole[short], WIDTH - len(start), break_on_hyphens=False) or [""]
        found += [(start if n == 0 else " " * len(start)) + line for n, line in enumerate(lines)]
    return [line.rstrip() for line in found]


def _widths(wanted: list[int]) -> list[int]:
    """Narrow the widest columns until all fit into what the last one leaves."""
    widths = list(wanted)
    while sum(widths) > _SHARED_OUT:
        widths[widths.index(max(widths))] -= 1
    return widths


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
