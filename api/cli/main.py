"""The command ``fuatilia``: global options, commands found by name, errors as exit codes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from api.cli import (
    analysing,
    casework,
    checking,
    deciding,
    detecting,
    fetching,
    keeping,
    packing,
    receiving,
    restraining,
    serving,
)
from api.cli.arguments import hoisted
from api.cli.checkup import own_version
from api.cli.console import FAILED, INTERRUPTED, USAGE, Console, exit_code, foreseen
from api.cli.state import State
from api.settings import from_environment
from graph.errors import FuatiliaError
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    name="fuatilia",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: fuatilia demo --out demo-case",
)
for group in (
    receiving,
    fetching,
    analysing,
    detecting,
    casework,
    checking,
    deciding,
    restraining,
    keeping,
    packing,
    serving,
):
    group.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(own_version() or "not installed")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    store: Annotated[str, typer.Option(help="Folder of the store (FUATILIA_STORE).")] = "",
    case: Annotated[str, typer.Option(help="Case worked on (FUATILIA_CASE).")] = "",
    actor: Annotated[str, typer.Option(help="Who acts (FUATILIA_ACTOR); goes into the audit log.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on stderr but errors.")] = False,
    unmask: Annotated[
        bool, typer.Option("--unmask", help="Show identifying text; the audit log keeps that you did.")
    ] = False,
    unmask_protected: Annotated[
        bool,
        typer.Option("--unmask-protected", help="Victims and witnesses too; kept in the audit log."),
    ] = False,
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Follow money from a seized file to a sealed exhibit.

    Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 failure, 2 usage, 3 input
    rejected, 4 integrity check failed, 5 not permitted, 130 interrupted.
    """
    settings = from_environment(store=store, case=case, actor=actor)
    clearance = Clearance.CASE if unmask else Clearance.MASKED
    if unmask_protected:
        clearance = Clearance.PROTECTED
    context.obj = State(settings, Console(as_json, quiet), clearance)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code; a traceback is a bug, never an answer."""
    front, rest = hoisted(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        quiet = "--quiet" in front or "-q" in front
        code = _run([*front, *rest], Console("--json" in front, quiet, tuple(front)))
    except BrokenPipeError:
        # The reader of our output went away (`| head`). Python would try once more to write at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    sys.exit(code)


def _run(arguments: list[str], speaker: Console) -> int:
    try:
        code = app(args=arguments, prog_name="fuatilia", standalone_mode=False)
    except FuatiliaError as error:
        speaker.failure(error.fields(), str(error))
        return exit_code(error)
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except TyperException as error:
        return _misused(error, speaker)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last door: whatever comes here is told, with its place
        told = foreseen(error)
        speaker.failure(told.fields(), str(told))
        return exit_code(error if isinstance(error, OSError) else told)
    if code == INTERRUPTED:
        what = "interrupted; what was committed stays"
        hint = "run the same command again to go on"
        speaker.failure({"code": "interrupted", "what": what, "hint": hint}, f"{what} - {hint}")
    return code if isinstance(code, int) else 0


def _misused(error: TyperException, speaker: Console) -> int:
    """Tell a line that cannot be understood; a line without a command is answered by the help."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "fuatilia"
    if type(error).__name__ == "NoArgsIsHelpError" and not speaker.as_json:
        sys.stderr.write(error.format_message() + "\n")
        return USAGE
    no_command = type(error).__name__ == "NoArgsIsHelpError"
    what = "Missing command" if no_command else error.format_message().rstrip(".")
    hint = f"see `{path} --help`"
    speaker.failure({"code": "usage", "what": what, "hint": hint}, f"{what} - {hint}")
    return USAGE
