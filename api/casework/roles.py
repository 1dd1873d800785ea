"""Who stands how in a case: suspect, victim, witness or unknown, as a person stated it, never a rule.

A role is given to an instrument, or to a party as the evidence prints it as a holder. Both are named by
an observation, so that the statement means the same in every store of the same evidence. Several roles
may stand beside each other; whoever is a victim or witness under any of them is protected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.errors import UsageError
from graph.errors import NotFoundError
from graph.model.events import FactKind
from graph.model.parties import Role
from graph.model.protection import PROTECTED_ROLES
from graph.model.results import HOLDER, AssertionKind, holder_at, instrument_at
from graph.store import Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from api.casework.masking import Masking
    from graph.model.parties import Instrument
    from graph.model.results import Assertion
    from graph.model.scope import Scope
    from graph.store import View


@dataclass(frozen=True, slots=True)
class Standing:
    """One subject with the roles that stand, each with the statement that gives it.

    Attributes
    ----------
    subject : str
        As ``instrument_at`` or ``holder_at`` names it.
    instruments : tuple of str
        Opaque ids of what it is in this store; empty where the evidence no longer shows it.
    """

    subject: str
    instruments: tuple[str, ...]
    said: tuple[Assertion, ...]

    @property
    def roles(self) -> tuple[Role, ...]:
        """Every role that stands, sorted."""
        return tuple(sorted({Role(a.object) for a in self.said}))

    @property
    def protected(self) -> bool:
        """Whether any of the roles protects."""
        return bool(PROTECTED_ROLES & set(self.roles))


def role_of(text: str) -> Role:
    """Return the role that a word names.

    Raises
    ------
    UsageError
        There is no such role.
    """
    try:
        return Role(text)
    except ValueError as cause:
        known = ", ".join(r.value for r in Role)
        raise UsageError("no such role", role=text, hint=f"one of {known}") from cause


def subject_of(view: View, scope: Scope, text: str) -> str:
    """Name the subject of a role as every store names it.

    Parameters
    ----------
    text : str
        An instrument's id, number or address; or ``OBSERVATION#holder`` for the party that a record
        names as holder; or a subject as ``roles`` lists it.

    Raises
    ------
    UsageError
        Nothing in the evidence, or more than one thing, is meant.
    """
    observation, split, end = text.partition("#")
    if split and (end == HOLDER or end.partition(":")[0] in ("debit", "credit")):
        if not instruments_of(view, scope, [text])[text]:
            raise UsageError(
                "the evidence shows no such subject", subject=text, hint="see `roles` and `search`"
            )
        return holder_at(observation) if end == HOLDER else text
    found = [i.id for i in view.find(scope, text, limit=3)]
    if text in found:
        found = [text]
    if len(found) != 1:
        raise UsageError(
            "the instrument that is meant is not unambiguous",
            text=text,
            found=len(found),
            hint="give its id from `search`",
        )
    return name_of(view, scope, found[0])


def name_of(view: View, scope: Scope, instrument: str) -> str:
    """Name an instrument by the least observation that shows it, as a party to a payment or as held.

    Raises
    ------
    UsageError
        Nothing shows it.
    """
    rows = view.select(scope, Selection(instruments=(instrument,), statuses=())).table
    named = [
        instrument_at(row["observation"], side, row["asset"])
        for row in rows.select(["observation", "asset", "debit", "credit"]).to_pylist()
        for side in ("debit", "credit")
        if row[side] == instrument
    ]
    if named:
        return min(named)
    facts = view.facts(scope, (FactKind.HOLDER.value,), (instrument,))
    held = [holder_at(o) for o in facts["observation"].to_pylist()]
    if not held:
        raise UsageError(
            "no payment shows this instrument", instrument=instrument, hint="state what the evidence shows"
        )
    return min(held)


def instruments_of(view: View, scope: Scope, subjects: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return opaque ids of what subjects name in this store; none for what the evidence no longer shows."""
    parted = {s: s.partition("#")[::2] for s in subjects}
    if not parted:
        return {}
    wanted = sorted({observation for observation, _ in parted.values()})
    ends: dict[str, set[str]] = {}
    rows = view.rows(scope, wanted).select(["observation", "asset", "debit", "credit"])
    for row in rows.to_pylist():
        for side in ("debit", "credit"):
            if row[side]:
                ends.setdefault(instrument_at(row["observation"], side, row["asset"]), set()).add(row[side])
    if any(end == HOLDER for _, end in parted.values()):
        for fact in (
            view.facts(scope, (FactKind.HOLDER.value,)).select(["observation", "subject"]).to_pylist()
        ):
            if fact["subject"]:
                ends.setdefault(holder_at(fact["observation"]), set()).add(fact["subject"])
    return {s: tuple(sorted(ends.get(s, ()))) for s in sorted(parted)}


def standings(view: View, scope: Scope, stated: Sequence[Assertion]) -> list[Standing]:
    """Return who stands how, by subject."""
    said: dict[str, list[Assertion]] = {}
    for one in stated:
        if one.kind is AssertionKind.ROLE:
            said.setdefault(one.subject, []).append(one)
    found = instruments_of(view, scope, said)
    return [Standing(subject, found[subject], tuple(said[subject])) for subject in sorted(said)]


def standing_document(
    one: Standing, instruments: Mapping[str, Instrument], masking: Masking
) -> dict[str, Any]:
    """Return one subject with its roles, labels by clearance."""
    return {
        "subject": one.subject,
        "roles": [str(r) for r in one.roles],
        "protected": one.protected,
        "instruments": [
            {"id": i, "kind": instruments[i].kind, "label": instruments[i].label}
            for i in one.instruments
            if i in instruments
        ],
        "assertions": [masking.assertion(a) for a in one.said],
    }


def roles_document(view: View, scope: Scope, found: Sequence[Standing], masking: Masking) -> dict[str, Any]:
    """Return who stands how as one document; labels by the scope's clearance."""
    instruments = view.instruments(scope, sorted({i for one in found for i in one.instruments}))
    return {"roles": [standing_document(one, instruments, masking) for one in found]}


def standing_assertion(stated: Sequence[Assertion], text: str) -> Assertion:
    """Return the one standing assertion whose id begins so.

    Raises
    ------
    NotFoundError, UsageError
        None does; or several do.
    """
    found = [a for a in stated if text and a.id.startswith(text.strip().lower())]
    if not found:
        raise NotFoundError("no such standing assertion", assertion=text, hint="see `assertions`")
    if len(found) > 1:
        raise UsageError("too few digits to be sure which assertion is meant", assertion=text)
    return found[0]
