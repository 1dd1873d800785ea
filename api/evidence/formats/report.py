"""The report of a pack as one HTML file: no script, nothing fetched, made to be printed on A4."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.evidence.display import brief, clock, shown
from api.evidence.figures.figure import html_table
from api.evidence.findings import report_findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.evidence.certificates import Certificate
    from api.evidence.contents import PackInput
    from api.evidence.figures.figure import Figure

FOLDER = Path(__file__).resolve().parent.parent / "report"

PAGES = """
@page {{
  size: A4; margin: 20mm 18mm 19mm;
  @top-left {{ content: {case}; {top} font-weight: 600; }}
  @top-right {{ content: {name}; {top} }}
  @bottom-left {{ content: {sealed}; {bottom} }}
  @bottom-right {{ content: "Page " counter(page) " of " counter(pages); {bottom} }}
}}
"""
FONT = "font: 400 7.5pt/1.3 'Segoe UI', 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif;"
TOP = f"{FONT} vertical-align: bottom; padding-bottom: 3mm; white-space: nowrap;"
BOTTOM = f"{FONT} vertical-align: top; padding-top: 3mm; white-space: nowrap;"


def report(pack: PackInput, figures: Sequence[Figure], drafts: Sequence[Certificate], software: str) -> bytes:
    """Render the report.

    Parameters
    ----------
    pack : PackInput
    figures : sequence of Figure
        Sankey, timeline and, where there is one, the allocation.
    drafts : sequence of Certificate
    software : str
        Name and version of this program.
    """
    sealed = clock(pack.sealed)
    version = f" · store version {brief(pack.store_version, 12)}" if pack.store_version else ""
    pages = PAGES.format(
        top=TOP,
        bottom=BOTTOM,
        case=css_text(shown(pack.case, 40)),
        name=css_text(f"Report on the flow of funds · {shown(pack.rendering, 30)} rendering"),
        sealed=css_text(f"Sealed {sealed}{version} · {software} · check: fuatilia verify PACK"),
    )
    style = (FOLDER / "report.css").read_text("utf-8") + pages
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    page = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    page.filters["table"] = html_table  # it escapes every cell, and figures every text: both are `safe`
    return (
        page.get_template("report.html.j2")
        .render(r=report_findings(pack, figures, drafts), policy=policy, style=style)
        .encode()
    )


def css_text(text: str) -> str:
    r"""Write a text as a CSS string in which nothing can end it: every other sign is an escape.

    >>> css_text('a"}</style>')
    '"a\\22 \\7d \\3c \\2f style\\3e "'
    """
    plain = "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text)
    return f'"{plain}"'
