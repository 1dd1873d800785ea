"""The victim in files of every other reader: a wallet's PDF, a goAML report, a portal's CSV, two chains."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from api.demo.statement_pdf import Line, statement_pdf
from tests.ingest.evm import practice_blocks as blocks
from tests.ingest.sources import practice_answers, practice_portal, practice_reports
from tests.ingest.sources.practice_statements import statement_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.api.masking.planted import Victim

OTHER_TOKEN = "0x" + "5a" * 20


def plain_name(v: Victim) -> str:
    """Return the name in letters that every printer has."""
    apart = unicodedata.normalize("NFKD", v.name)
    return "".join(c for c in apart if not unicodedata.combining(c)).upper()


def wallet(v: Victim, folder: Path) -> Path:
    """Her own statement; the last row breaks the balance, one was never completed."""
    dialled, name = f"254{v.own}", plain_name(v)
    rows = [
        ("TAA00001PX", "08:00:00", f"Funds received from {dialled} - {name}", 50_000, 150_000, "Completed"),
        ("TAA00002PX", "09:00:00", f"Customer Transfer to {dialled} - {name}", -20_000, 130_000, "Completed"),
        ("TAA00003PX", "10:00:00", f"Pay Bill Online to 400200 - {name} Acc. {v.account}", -10_000, 120_000,
         "Completed"),
        ("TAA00004PX", "11:00:00", f"Customer Transfer to {dialled} - {name}", -5_000, None, "Failed"),
        ("TAA00005PX", "12:00:00", f"{name} {dialled} what is this", -1_000, 99_999, "Completed"),
    ]  # fmt: skip
    lines = [Line(r, f"2026-02-03 {at}", told, units, balance, s) for r, at, told, units, balance, s in rows]
    said = statement_of(lines, holder=name, msisdn=dialled, email=f"{v.own}@example.org")
    path = folder / f"{v.name} wallet 0{v.own}.pdf"
    path.write_bytes(statement_pdf(said))
    return path


def report(v: Victim, folder: Path) -> Path:
    """A suspicious transaction report about her, with an element nobody knows and an amount that is none."""
    own = practice_reports.account(
        v.account,
        account_name=v.name,
        comments=f"of {v.name}",
        signatory={"t_person": {**practice_reports.PERSON, "first_name": v.first, "last_name": v.last,
                                "phones": {"phone": {"tph_number": v.phone}}}},
    )  # fmt: skip
    ends = {"from_funds_code": "ELCFT", "from_account": own, "from_country": "KE"}
    told: dict[str, Any] = {
        "transaction_location": f"branch of {v.last}",
        "transaction_description": f"{v.name} {v.phone} {v.account}",
        "comments": f"{v.first} called",
        "t_from_my_client": ends,
    }
    root = practice_reports.report(
        practice_reports.transaction(1, **told),
        practice_reports.transaction(2, f"1{v.name}", **told),
        practice_reports.transaction(
            3, **{**told, "date_transaction": v.name, "internal_ref_number": v.phone}
        ),
        practice_reports.transaction(4, **told, unheard_of={"inner": v.name}),
        entity_reference=f"STR {v.last}",
        reporting_person={"first_name": v.first, "last_name": v.last},
        reason=f"{v.name} complains, 0{v.own}",
        action=f"called {v.phone}",
        report_indicators={"indicator": [v.last]},
    )
    path = practice_reports.saved(folder, root)
    return path.rename(folder / f"report on {v.name}.xml")


def portal(v: Victim, folder: Path) -> Path:
    """An organisation's statement that she paid into, with her in lines above the table."""
    payment = practice_portal.Payment
    payer = f"254{v.own} - {v.name}"
    rows = (
        payment(
            "TCB1",
            "900",
            f"Pay Bill from {payer} Acc. {v.account}",
            payer,
            reference=v.account,
            reason=v.name,
        ),
        payment("TCB2", "300", other=v.name, reference=f"0{v.own}", linked=v.phone),
        payment("TCB3", "-900", f"Reversal for {v.name}", payer, linked="TCB1", reason="Pay Bill Reversal"),
        payment(f"TCB4{v.last}", "50", other=payer, done=v.name),
        payment("TCB5", "70", other=f"{v.account} - {v.name}", status=v.first, begun=v.phone),
    )
    above = ("Short Code,600000 - PRACTICE HOMES", f"Printed for {v.name},{v.phone}", f"Account,{v.name}")
    path = practice_portal.saved(folder, practice_portal.statement(rows, above))
    return path.rename(folder / f"600000 {v.last}.csv")


def tron(v: Victim, folder: Path) -> Path:
    """Answers about a token that bears her name, and entries that are none."""
    entry, kept = practice_answers.entry, {"symbol": v.first, "name": v.name, "decimals": 6}
    contract = practice_answers.address("other token")
    entries = [
        entry(1),
        entry(2, contract=contract, token=kept),
        entry(3, contract=contract, token={**kept, "symbol": v.phone}),
        entry(4, value=v.name),
        entry(5) | {"from": v.name},
        entry(6) | {"transaction_id": v.phone},
        entry(7, type=v.name, memo=v.name),
    ]
    saved = practice_answers.asked(practice_answers.answer(*entries), note=v.name)
    return practice_answers.saved(folder, saved).rename(folder / f"tron {v.account}.json")


def chain(v: Victim, folder: Path) -> Path:
    """A page of a chain with a token that bears her name, and logs that are none."""
    logs = [
        blocks.log(),
        blocks.log(index=1, address=OTHER_TOKEN),
        blocks.log(index=2, data=v.name),
        blocks.log(index=3, note=v.name, topics=[v.name]),
    ]
    lines = blocks.page(
        blocks.asked("eth_getLogs", [{}], logs),
        *blocks.token_answers(),
        *blocks.token_answers(OTHER_TOKEN, v.first, v.name),
        blocks.asked("eth_call", [{"to": v.name, "data": "0x95d89b41"}, "0x5"], blocks.text_answer(v.name)),
        endpoint=f"node of {v.name}",
        unread=[v.name],
    )
    return blocks.saved(folder, lines, f"page of {v.first}.jsonl")


BEFORE: tuple[Callable[[Victim, Path], Path], ...] = (wallet, report, portal)
"""Read before anybody is protected."""
AFTER: tuple[Callable[[Victim, Path], Path], ...] = (tron, chain)
"""Read when she is protected already."""
