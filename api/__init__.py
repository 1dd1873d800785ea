"""Who uses what is known, and what leaves; here only the roof check.

Our packages have short names, so a file ``graph.py`` or ``api.py`` beside a notebook shadows them.
The check turns the puzzle that follows ("graph is not a package") into a sentence naming that file.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

ROOF = ("graph", "ingest", "analytics", "api")


def check_roof() -> Path:
    """Make sure that all four packages come from one folder.

    Returns
    -------
    pathlib.Path
        The folder that holds ``graph``, ``ingest``, ``analytics`` and ``api``.

    Raises
    ------
    ImportError
        When one of them is missing, is a plain file, or lies in another folder; the message names
        the offending file and what to do.

    Notes
    -----
    ``docs/adr/0001-literal-packages.md`` says why the names are what they are.
    """
    home = Path(__file__).resolve().parent
    for name in ROOF:
        spec = find_spec(name)
        origin = spec.origin if spec else None
        if origin is None:
            message = f"Fuatilia's package {name!r} is missing beside {home}: install fuatilia again"
            raise ImportError(message, name=name)
        place = Path(origin).resolve()
        if place != home.parent / name / "__init__.py":
            message = (
                f"{place} hides Fuatilia's package {name!r} (expected in {home.parent}): "
                "rename that file, or start Python with PYTHONSAFEPATH=1"
            )
            raise ImportError(message, name=name, path=str(place))
    return home.parent


check_roof()
