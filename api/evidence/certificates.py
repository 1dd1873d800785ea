"""Drafts of certificates for electronic records, one for each producer and never one for all.

The Kenya Evidence Act, s. 106B(4), asks for a certificate that identifies the record, describes how it
was produced, gives particulars of the device, deals with the conditions of s. 106B(2), and is signed by
a person responsible for the device or the activity. The analyst cannot certify a bank's records, and a
program cannot certify anything: these are drafts with blanks, and a human signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.evidence.display import shown

if TYPE_CHECKING:
    from api.evidence.contents import PackInput

UNNAMED = "Producer not named at intake"
BLANK = "." * 40

LEGAL_NOTE = """This draft follows the Evidence Act (Kenya), s. 106B(4), for use beside s. 78A. Check the
current edition of the Act before filing, and file the certificate together with the record. In Uganda
the same particulars serve the Electronic Transactions Act, s. 8; elsewhere they serve the expert's
report."""

DEVICE = """3. The device and the activity
   Make and model of the computer or system: {blank}
   Serial number or asset tag:               {blank}
   Operating system and version:             {blank}
   Program that produced the record:         {program}
   Also used (printer, phone, cable, media): {blank}

4. The conditions of s. 106B(2). Strike out what does not apply, and explain it.
   (a) During the period the computer was used regularly to store or process information for activities
       regularly carried on over that period by the person having lawful control of its use.
   (b) During the period information of this kind was regularly fed into it in the ordinary course.
   (c) Throughout the material part of the period it was operating properly; or, if not, the fault did
       not affect the record or its accuracy: {blank}
   (d) The information in the record reproduces or is derived from what was fed in in the ordinary course.

5. I am responsible for the operation of the device or the management of the activity, and state this to
   the best of my knowledge and belief.

   Name:      {blank}      Position: {blank}
   Signature: {blank}      Date, place, stamp: {blank}
"""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One draft: whose it is, which records it covers, and its text."""

    name: str
    producer: str
    records: tuple[str, ...]
    text: str


def certificates(pack: PackInput, software: str) -> tuple[Certificate, ...]:
    """Draft one certificate for each supplier of originals, and one for the analyst's own work.

    Parameters
    ----------
    software : str
        Name and version of this program.
    """
    suppliers = sorted({o.supplier.strip() or UNNAMED for o in pack.originals})
    drafts = [_supplier(pack, supplier, i) for i, supplier in enumerate(suppliers, 1)]
    return (*drafts, _analyst(pack, software, len(drafts) + 1))


def _supplier(pack: PackInput, supplier: str, number: int) -> Certificate:
    mine = [o for o in pack.originals if (o.supplier.strip() or UNNAMED) == supplier]
    records = [
        f"   - {shown(o.name)}\n     sha256 {o.sha256}\n     received {shown(o.received) or 'not recorded'}"
        f", under {shown(o.authority) or 'an authority not recorded'}"
        for o in sorted(mine, key=lambda o: (o.name, o.sha256))
    ]
    how = (
        f"   To be described by {shown(supplier)}: from which system, by whom, on what day, by what command."
    )
    text = _text(pack, supplier, records, [how, f"   {BLANK * 2}"], BLANK)
    return Certificate(_name(number, supplier), supplier, tuple(o.name for o in mine), text)


def _analyst(pack: PackInput, software: str, number: int) -> Certificate:
    records = ["   - the report, tables and figures under report/, figures/, trace/, allocation/ and ledger/"]
    how = [
        "   The originals named in ledger/receipts.json were read without being changed, and the figures",
        f"   computed from them by {software} under the policy in trace/policy.json. Every file is listed",
        "   with its sha256 in manifest-sha256.txt. replay/replay.py recomputes the figures independently.",
        "   This certificate covers the analyst's own work alone. It does not certify any record that",
        "   another producer made.",
    ]
    text = _text(pack, pack.actor, records, how, software)
    return Certificate(
        _name(number, f"analyst {pack.actor}"), pack.actor, ("report, trace, allocation",), text
    )


def _text(pack: PackInput, producer: str, records: list[str], how: list[str], program: str) -> str:
    head = ["DRAFT, not signed", "", "CERTIFICATE UNDER SECTION 106B(4) OF THE EVIDENCE ACT (KENYA)", ""]
    head += [f"Case:     {shown(pack.case)}", f"Producer: {shown(producer)}", ""]
    body = ["1. The records", *records, "", "2. How they were produced", *how, ""]
    return "\n".join([*head, *body, DEVICE.format(blank=BLANK, program=program), LEGAL_NOTE, ""])


def _name(number: int, producer: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", producer.lower()).strip("-")[:40]
    return f"{number:02d}-{plain or 'producer'}.txt"
