"""The command ``fuatilia``: global options, commands found by name, errors as exit codes."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer
from typer.exceptions import TyperException

from api.cli import analysing, casework, keeping, packing, receiving
from api.cli.console import FAILED, INTERRUPTED, USAGE, Console
from api.cli.state import State
from api.settings import from_environment
from graph.errors import FuatiliaError
from graph.model.scope import Clearance

app = typer.Typer(
    name="fuatilia",
    help="Follow money from a seized file to a sealed exhibit.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (receiving, analysing, casework, keeping, packing):
    group.register(app)

_consoles: list[Console] = []


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("fuatilia"))
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
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Follow money from a seized file to a sealed exhibit."""
    console = Console(as_json, quiet)
    _consoles.append(console)
    settings = from_environment(store=store, case=case, actor=actor)
    context.obj = State(settings, console, Clearance.CASE if unmask else Clearance.MASKED)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code; a traceback is a bug, never an answer."""
    _consoles.clear()
    try:
        code = app(args=arguments, standalone_mode=False)
    except FuatiliaError as error:
        code = _speaker().failure(error)
    except typer.Abort:
        code = _interrupted()
    except KeyboardInterrupt:
        code = _interrupted()
    except BrokenPipeError:
        # The reader of our output went away (`| head`); nothing was lost that anybody still reads.
        sys.stderr.close()
        code = FAILED
    except OSError as error:
        code = _speaker().failure(FuatiliaError(str(error.strerror or error), path=error.filename))
    except TyperException as error:
        sys.stderr.write(f"error: {error.format_message()} - see --help\n")
        code = USAGE
    sys.exit(code if isinstance(code, int) else 0)


def _speaker() -> Console:
    return _consoles[-1] if _consoles else Console()


def _interrupted() -> int:
    sys.stderr.write("interrupted; what was committed stays. next: run the same command again to go on\n")
    return INTERRUPTED
