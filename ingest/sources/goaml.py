"""goAML: reports of suspicious transactions and activities, in the XML of UNODC's schema.

Schemas 1.1.4 to 5.0.2 were at hand, with the elements announced for 5.1 and 5.2; the reader goes by
names, so that order and presence may differ as they do between units. Root ``report``, or
``reportdata`` (transactions only). The parts are in ``ingest.goaml``; ``docs/methods/goaml.md`` says
what becomes of each part of a report.

Two-sided transactions give one row from payer to payee in the report's local currency. Multi-party
transactions have roles, not directions: only where exactly one role pays and one is paid do they get
their ends. Everything else that the report says stands in facts. The receipt gives account of every
leaf of the document.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.source import Head, Options, Reading, Sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SURE, _MAYBE = 95, 30
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:report|reportdata)[\s>/]")
_OWN = re.compile(
    r"<(?:[\w.-]+:)?(?:rentity_id|submission_code|report_code|currency_code_local|transactionnumber|amount_local)[\s>/]"
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class GoAml:
    """Reader of goAML reports."""

    code = "goaml"
    title = "goAML report (UNODC XML, 4.x and 5.x)"
    version = "1"

    def sniff(self, head: Head) -> Sniff:
        """Look for the root element and the elements that only goAML has."""
        coding = "utf-16" if head.start.startswith(_UTF16) else "utf-8-sig"
        start = head.start.decode(coding, "replace").lstrip()
        if not start.startswith("<"):
            return Sniff(0, "not XML")
        if not _ROOT.search(start):
            return Sniff(0, "XML, but no goAML report")
        if _OWN.search(start):
            return Sniff(_SURE, "a report with goAML's elements")
        return Sniff(_MAYBE, "an XML report without goAML's elements")

    def read(self, path: Path, options: Options) -> Iterator[Reading]:
        """Read a report.

        Raises
        ------
        UnreadableError
            Not XML, cut before anything was complete, with a DTD, or without a currency.
        MappingError
            An option that the reader does not have.
        """
        from ingest.goaml.report import Report

        yield from Report(options).read(path)


SOURCE = GoAml()
