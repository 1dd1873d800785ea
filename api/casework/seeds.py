"""What a person calls a payment, turned into the observations that show it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analytics.tracing.following import Seed
from api.errors import UsageError
from graph.store import Selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.model.scope import Scope
    from graph.store import View

_OBSERVATION = re.compile(r"[0-9a-f]{32}")


def seeds_of(view: View, scope: Scope, texts: Sequence[str]) -> tuple[Seed, ...]:
    """Resolve ``[CLAIMANT=]PAYMENT`` texts.

    Parameters
    ----------
    texts : sequence of str
        PAYMENT is an observation id, or a reference as printed (a receipt, a transaction hash). A
        seed without CLAIMANT belongs to ``claimant-1``, ``claimant-2`` … in the order given.

    Raises
    ------
    UsageError
        When a reference is not found, or names several payments.
    """
    found = []
    for number, text in enumerate(texts, 1):
        claimant, eq, payment = text.rpartition("=")
        name = claimant.strip() if eq else f"claimant-{number}"
        found.append(Seed(observation_of(view, scope, payment.strip()), name))
    return tuple(found)


def observation_of(view: View, scope: Scope, text: str) -> str:
    """Return the one observation that a text names.

    A receipt shared by a payment and its charge names the payment; one printed on several
    statements names the first in the total order, because they are observations of one event.
    """
    if _OBSERVATION.fullmatch(text):
        if not view.rows(scope, [text]).num_rows:
            raise UsageError("no such observation in this case", observation=text, hint="see `search`")
        return text
    observations = view.references(scope, text)
    if not observations:
        raise UsageError("no payment has this reference", reference=text, hint="see `search`")
    table = view.select(scope, Selection(observations=tuple(observations))).table
    rows = [r for r in table.to_pylist() if r["kind"] == "principal"] or table.to_pylist()
    events = sorted({r["event"] for r in rows})
    if len(events) != 1:
        raise UsageError(
            "the reference names several payments",
            reference=text,
            hint="name one by its observation id: " + ", ".join(r["observation"] for r in rows[:10]),
        )
    return str(rows[0]["observation"])
