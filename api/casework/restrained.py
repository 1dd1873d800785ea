"""Restraints and returns as an evidence pack tells them: as persons stated them, beside every figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.casework.places import instrument_text
from api.casework.restraints import (
    counting,
    restraint_history,
    restraint_words,
    restraints,
    returned,
)
from graph.model.printing import code_of, exact_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.assets.identify import Holding
    from api.casework.bench import Bench

NOWHERE = "an instrument that the evidence no longer shows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One statement of what was done to hold an asset, or that a claimant has money back.

    ``on`` is an ISO day; ``about`` the asset or the claimant; ``stands`` is False where a later
    statement about the same asset counts instead.
    """

    on: str
    about: str
    words: str
    author: str
    reason: str
    stands: bool = True


def restraints_of(bench: Bench, sheet: Sequence[Holding]) -> dict[str, str]:
    """Return, by place of a freezing sheet, the restraint that counts there, in words."""
    standing = {(r.instrument, r.asset): r for r in restraints(bench)}
    words = bench.masking.words
    found = {h.place: standing.get((h.instrument, h.asset)) for h in sheet}
    return {place: words(restraint_words(one)) for place, one in sorted(found.items()) if one is not None}


def what_was_done(bench: Bench) -> tuple[Done, ...]:
    """Return every standing statement about a restraint or a return, the earliest day first."""
    history = restraint_history(bench)
    stands = {r.id for r in counting(history)}
    ids = sorted({r.instrument for r in history if r.instrument})
    seen = bench.store.instruments(bench.scope, ids) if ids else {}
    hide = bench.masking.document
    done = [
        Done(
            on=r.on,
            about=f"{instrument_text(seen[r.instrument])}, {code_of(hide(r.asset))}"
            if r.instrument in seen
            else NOWHERE,
            words=bench.masking.words(restraint_words(r)),
            author=r.author,
            reason=r.reason,
            stands=r.id in stands,
        )
        for r in history
    ]
    done += [
        Done(
            on=r.on,
            about=f"claimant {r.claimant}",
            words=", ".join(
                part
                for part in (
                    f"{exact_text(r.amount, r.asset)} {code_of(hide(r.asset))} returned",
                    r.reference,
                )
                if part
            ),
            author=r.author,
            reason=r.reason,
        )
        for r in returned(bench)
    ]
    return tuple(sorted(done, key=lambda d: (d.on, d.about, d.words)))
