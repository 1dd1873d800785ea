"""The people of a case by how they stand in it: claimants, roles as stated, protected, undecided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.casework.latest import latest_result
from api.web.addresses import case_url
from graph.model.parties import Role
from graph.model.protection import PROTECTED_ROLES
from graph.model.results import ResultKind

if TYPE_CHECKING:
    from api.workbench import Workbench
    from graph.model.results import Result

CLAIMANTS, PROTECTED, UNDECIDED = "claimants", "protected", "undecided"


@dataclass(frozen=True, slots=True)
class PeopleLine:
    """So many people who stand in one way; ``names`` are pairs of kind and label, as they may be shown."""

    key: str
    count: int
    names: tuple[tuple[str, str], ...]
    url: str


def people_lines(bench: Workbench) -> tuple[PeopleLine, ...]:
    """Return claimants of the trace recorded last, each role, who is protected, and who is undecided.

    Undecided is whoever is stated to be both suspect and protected, or of unknown role: a person has to
    look before anything leaves that names a suspect.
    """
    url = case_url(bench.case, "assertions")
    trace = latest_result(bench, ResultKind.TRACE)
    found = [] if trace is None else [_claimants(bench, trace)]
    known = bench.roles_document()["roles"]
    for role in Role:
        if role is not Role.UNKNOWN:
            names = [_name(one) for one in known if role.value in one["roles"]]
            found += [PeopleLine(role.value, len(names), tuple(sorted(names)), url)] if names else []
    protected = [_name(one) for one in known if one["protected"]]
    found += [PeopleLine(PROTECTED, len(protected), (), url)] if protected else []
    unsure = [_name(one) for one in known if _undecided(one["roles"])]
    found += [PeopleLine(UNDECIDED, len(unsure), tuple(sorted(unsure)), url)] if unsure else []
    return tuple(found)


def _claimants(bench: Workbench, trace: Result) -> PeopleLine:
    claims = trace.fields["claim"]["claimants"]
    url = case_url(bench.case, "traces", trace.id)
    return PeopleLine(CLAIMANTS, len(claims), tuple(("", str(name)) for name in sorted(claims)), url)


def _undecided(roles: list[str]) -> bool:
    held = set(roles)
    return Role.UNKNOWN.value in held or (
        Role.SUSPECT.value in held and bool(held & {r.value for r in PROTECTED_ROLES})
    )


def _name(one: dict[str, object]) -> tuple[str, str]:
    found = one["instruments"]
    if not isinstance(found, list) or not found:
        return ("unknown", "")
    return (str(found[0]["kind"]), str(found[0]["label"]))
