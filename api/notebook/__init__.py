"""Notebooks: the same workbench, whose answers show themselves as tables and figures.

``from api.notebook import open_case`` is the way in. Whatever runs here leaves the same audit rows as the
command line, with ``notebook`` as its channel.
"""

from __future__ import annotations

from api.notebook.bench import Notebook, open_case
from api.notebook.shown import Shown

__all__ = ["Notebook", "Shown", "open_case"]
