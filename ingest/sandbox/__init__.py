"""Where readers run: one killable child per file, with limits, without network.

A workbook of 4 KB can ask for half a terabyte and a PDF of 2 KB for a gigabyte and twenty seconds;
no check before parsing finds them all. So the parser's process may die, and only it.
"""

from __future__ import annotations

from ingest.sandbox.limits import Limits
from ingest.sandbox.parent import Job, Outcome, Sniffed, reading, sniff

__all__ = ["Job", "Limits", "Outcome", "Sniffed", "reading", "sniff"]
