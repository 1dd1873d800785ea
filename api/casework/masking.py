"""The one place that decides what of identifying text leaves, whatever the output.

The store's view masks labels, narration, names of files and quoted text by clearance. What does not
pass a view is masked here: reasons that persons wrote, words typed by whoever asks, errors. Below
clearance ``PROTECTED`` nothing of a victim or witness is shown; below ``CASE`` no literal number
either, nor the name of a file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.model.identifiers import recognise
from graph.model.protection import NOBODY, Protected, file_label
from graph.model.provenance import canonical
from graph.model.results import CASEWORK, AssertionKind
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from graph.errors import FuatiliaError
    from graph.model.provenance import Receipt, Source
    from graph.model.results import Assertion, Disposition

_LITERAL = re.compile(
    r"(?<![0-9A-Za-z#])(?:"
    r"\+?[0-9](?:[ \-().]{0,2}[0-9]){8,14}"  # a telephone number
    r"|[A-Za-z0-9]{15,64}"  # an address
    r"|[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{2,4}){3,8}"  # an IBAN in groups
    r")(?![0-9A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class Masking:
    """What a reader of one clearance may see.

    Parameters
    ----------
    clearance : Clearance
    protected : Protected
        Whom the case protects; only ever used to hide them.
    """

    clearance: Clearance = Clearance.MASKED
    protected: Protected = NOBODY

    @property
    def named(self) -> bool:
        """Whether names may be shown of those who are not protected."""
        return self.clearance >= Clearance.CASE

    def words(self, text: str) -> str:
        """Return free text as it may be shown.

        Examples
        --------
        >>> Masking().words("called +254 700 000 417 at noon")
        'called ••0417 at noon'
        """
        if self.clearance >= Clearance.PROTECTED or not text:
            return text
        shown = self.protected.hide(text)
        return shown if self.named else _LITERAL.sub(_short, shown)

    def file(self, name: str, sha256: str) -> str:
        """Return what a file is called."""
        if self.clearance >= Clearance.PROTECTED:
            return name
        return self.protected.file_name(name, sha256, named=self.named)

    def path(self, path: str, sha256: str) -> str:
        """Return the path under which a file came in; without its name and folders where masked."""
        if self.clearance >= Clearance.PROTECTED:
            return path
        return path if self.named and not self.protected.occurs(path) else file_label(path, sha256)

    def source(self, source: Source) -> Source:
        """Return the record of an original as it may be shown."""
        if self.clearance >= Clearance.PROTECTED:
            return source
        return self.protected.source(source, named=self.named)

    def receipt(self, receipt: Receipt) -> Receipt:
        """Return a receipt as it may be shown."""
        if self.clearance >= Clearance.PROTECTED:
            return receipt
        return self.protected.receipt(receipt, named=self.named)

    def assertion(self, said: Assertion) -> dict[str, Any]:
        """Return a statement as a document; its id is that of the statement as it was made."""
        told = said.kind in CASEWORK
        return {
            "id": said.id,
            "kind": str(said.kind),
            "subject": self._subject(said) if told else said.subject,
            "object": self._told(said.object) if told else said.object,
            "author": said.author,
            "reason": self.words(said.reason),
            "made": said.made,
        }

    def _subject(self, said: Assertion) -> str:
        """Return what is spoken of: an instrument, in whose name an asset stands, or a word of a person."""
        if said.kind is AssertionKind.RESTRAINT:
            return str(self.document(said.subject))
        return self.words(said.subject)

    def _told(self, text: str) -> str:
        """Return what a person wrote, plainly or as the fields of an object, as it may be shown."""
        try:
            found = json.loads(text)
        except ValueError:
            return self.words(text)
        if not isinstance(found, dict):
            return self.words(text)
        return canonical({k: self.words(v) if isinstance(v, str) else v for k, v in found.items()})

    def disposition(self, decided: Disposition) -> dict[str, Any]:
        """Return a decision as a document."""
        return {
            "result": decided.result,
            "decision": decided.decision,
            "ground": decided.ground,
            "author": decided.author,
            "reason": self.words(decided.reason),
            "made": decided.made,
        }

    def document(self, value: Any) -> Any:
        """Return a document with every text in it as it may be shown; names of fields stay."""
        protected = NOBODY if self.clearance >= Clearance.PROTECTED else self.protected
        if isinstance(value, str):
            return protected.hide(protected.hide_in_assets(value))
        if isinstance(value, dict):
            return {protected.hide_in_assets(k): self.document(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.document(v) for v in value]
        return value

    def error(self, error: FuatiliaError) -> None:
        """Mask in place what an error repeats of what was asked or read."""
        error.retell(self.words)


def unnamed(
    paths: Sequence[Path], hear: Callable[[str, int, int], None], clearance: Clearance
) -> Callable[[str, int, int], None]:
    """Return what hears of progress without the names of files, unless names may be shown."""
    if clearance >= Clearance.PROTECTED:
        return hear
    numbers = {path.name or str(path): number for number, path in reversed(list(enumerate(paths, 1)))}

    def told(name: str, done: int, total: int) -> None:
        place = f" {numbers.get(name, 1)} of {len(paths)}" if len(paths) > 1 else ""
        hear(f"file{place}", done, total)

    return told


def receipts_by_source(receipts: list[Receipt]) -> Mapping[str, list[Receipt]]:
    """Group receipts by the file that they are of, in their order."""
    found: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        found.setdefault(receipt.sha256, []).append(receipt)
    return found


def _short(found: re.Match[str]) -> str:
    known = recognise(found.group())
    return known[0].short if known else found.group()
