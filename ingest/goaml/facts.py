"""Groups as facts: who holds what, and everything else that is said of an end, a person or a thing.

Names and all that may name someone stand in ``text``, never in ``fields`` (identifying text apart).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.model.events import FactKind
from graph.model.locators import escape
from graph.model.provenance import canonical
from ingest.goaml.ends import account_key, holder_name, party_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.goaml.groups import Group

_ON_ITS_OWN = ("person", "entity")
_HOLDS = ("account", *_ON_ITS_OWN)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a reading: form with its number, and the number of the observation there."""

    form: str
    a: int
    obs: int


class Places:
    """Numbers places as observations, each place once."""

    def __init__(self) -> None:
        self.count = 0
        self._last: dict[str, int] = {}

    def of(self, path: str, root: str = "", number: int = 0) -> Place:
        """Return the place of an XPath; below a numbered ``root`` one form serves all of them."""
        if path not in self._last:
            self._last[path] = self.count
            self.count += 1
        form = f"xpath:{escape(path)}"
        if root:
            above = f"xpath:{escape(root)}"
            form = f"{above.removesuffix(f'[{number}]')}[{{a}}]{form.removeprefix(above)}"
        return Place(form, number, self._last[path])

    def forget(self) -> None:
        """Drop the texts of places that will not come again."""
        self._last.clear()


def subject_of(group: Group, ends: Mapping[str, str], source: str) -> str | None:
    """Return the key of what a group is about: its account, its side's end, or the party itself.

    Parameters
    ----------
    ends : mapping
        Key of each side's end, by the side's XPath.
    """
    at: Group | None = group
    while at is not None:
        if at.path in ends:
            return ends[at.path]
        if at.category == "account":
            own = account_key(at.element, source)
            if own:
                return own
        at = at.around
    on_its_own = _outermost_party(group)
    return party_key(on_its_own.path, source) if on_its_own else None


def _outermost_party(group: Group) -> Group | None:
    """Return the outermost account, person or entity around a group, itself included."""
    found: Group | None = None
    at: Group | None = group
    while at is not None:
        found = at if at.category in _HOLDS else found
        at = at.around
    return found


def facts_of(
    group: Group, places: Places, root: tuple[str, int], window: tuple[int, int], subject: str | None
) -> list[dict[str, Any]]:
    """Return what a group says: a holder where it names one, and a tag with everything else.

    The name stands at its own element, because the text of a fact is kept by its place.

    Parameters
    ----------
    root : (str, int)
        XPath of the numbered element around it, and that number; blank where there is none.
    """
    found = []
    name, where = holder_name(group.element) if _names_holder(group) else ("", "")
    if name and subject:
        place = places.of(f"{group.path}/{where}", *root)
        fields: dict[str, Any] = {"role": "holder", "as": group.named}
        found.append(fact(FactKind.HOLDER, place, window, subject, fields, name))
    if group.plain or group.identifying:
        kind = FactKind.STATEMENT if group.category == "report" else FactKind.TAG
        fields = {"category": f"goaml:{group.category}", "as": group.named, "said": group.plain}
        if group.category == "side":
            fields["my_client"] = any(n.endswith("_my_client") for n in _names(group))
        found.append(fact(kind, places.of(group.path, *root), window, subject, fields, group.text))
    return found


def _names(group: Group) -> list[str]:
    return [group.named, *(child.name for child in group.element.children)]


def _names_holder(group: Group) -> bool:
    return group.category == "account" or (group.category in _ON_ITS_OWN and group.is_end)


def fact(
    kind: FactKind,
    place: Place,
    window: tuple[int, int],
    subject: str | None,
    fields: Mapping[str, Any],
    text: str,
) -> dict[str, Any]:
    """Return one row of ``FACTS``."""
    return {
        "obs": place.obs,
        "lo": window[0],
        "hi": window[1],
        "form": place.form,
        "a": place.a,
        "b": 0,
        "kind": kind.value,
        "subject": subject,
        "object": None,
        "fields": canonical(dict(fields)),
        "text": text or None,
    }
