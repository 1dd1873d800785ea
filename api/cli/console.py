"""Talking to a terminal: the result on stdout, everything else on stderr, errors as exit codes."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analytics.errors import PolicyError
from api.cli.layout import visible
from api.errors import NotPermittedError, UsageError
from graph.errors import FuatiliaError, IntegrityError, StoreRefusedError
from ingest.errors import IngestError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DONE, FAILED, USAGE, REJECTED, INTEGRITY, NOT_PERMITTED = range(6)
INTERRUPTED = 130
_CODES: tuple[tuple[type[Exception], int], ...] = (
    (UsageError, USAGE),
    (PolicyError, USAGE),
    (IngestError, REJECTED),
    (IntegrityError, INTEGRITY),
    (NotPermittedError, NOT_PERMITTED),
    (PermissionError, NOT_PERMITTED),
    (StoreRefusedError, NOT_PERMITTED),
)


@dataclass(frozen=True, slots=True)
class Console:
    """How one command speaks: as JSON or as text, with or without talk.

    ``front`` are the global options as typed; they say how far an error is masked.
    """

    as_json: bool = False
    quiet: bool = False
    front: tuple[str, ...] = ()

    def result(self, document: Any, text: Callable[[], str]) -> None:
        """Print the result: one JSON document, or text made only when it is wanted."""
        _print(json_text(document) if self.as_json else text())

    def talk(self, message: str) -> None:
        """Say something beside the result."""
        if not self.quiet:
            sys.stderr.write(visible(message) + "\n")
            sys.stderr.flush()

    def failure(self, fields: Mapping[str, Any], sentence: str) -> None:
        """Tell an error on stderr, and as the one document where JSON is asked for."""
        from api.cli.hushing import masked_failure

        told, said = masked_failure(self.front, fields, sentence)
        if self.as_json:
            _print(json_text({"error": told}))
        sys.stderr.write(f"error: {visible(said)}\n")
        sys.stderr.flush()


def exit_code(error: BaseException) -> int:
    """Return the exit code of an error: the command line's contract.

    Examples
    --------
    >>> exit_code(UsageError("no such date")), exit_code(IntegrityError("differs")), exit_code(KeyError())
    (2, 4, 1)
    """
    return next((code for kind, code in _CODES if isinstance(error, kind)), FAILED)


def foreseen(error: Exception) -> FuatiliaError:
    """Return what is said of an error of a library: what, where in our code, what to do next."""
    if isinstance(error, OSError):
        return FuatiliaError(
            f"the system refused: {error.strerror or error}",
            path=error.filename,
            hint="check the path, its permissions and the space left on the disk",
        )
    if type(error).__module__ == "sqlite3":
        return IntegrityError(
            f"the catalogue cannot be read: {error}",
            hint="run `fuatilia store verify`, then restore it from a copy",
        )
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else "?"
    return FuatiliaError(
        f"a fault in Fuatilia, not in what you asked: {type(error).__name__}: {error}",
        at=place,
        hint="nothing is half written; report this line together with the output of `fuatilia doctor`",
    )


def json_text(document: Any) -> str:
    r"""Write one document: sorted keys, and every invisible or turning character escaped.

    Examples
    --------
    >>> json_text({"name": "pay\u202e001"})
    '{\n  "name": "pay\\u202e001"\n}'
    """
    ascii_only = "utf" not in (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    text = json.dumps(document, ensure_ascii=ascii_only, indent=2, sort_keys=True, allow_nan=False)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def _print(text: str) -> None:
    sys.stdout.write(text.rstrip("\n") + "\n")
    sys.stdout.flush()
