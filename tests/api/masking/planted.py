"""A case with a victim whose name, telephone and account stand wherever a reader takes text."""

from __future__ import annotations

import io
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import openpyxl
import yaml

from graph.model.scope import Scope
from graph.stores import open_store
from tests.api.cli.talking import Said, talk
from tests.api.masking.further_files import AFTER, BEFORE

if TYPE_CHECKING:
    from pathlib import Path

FIRST = ("Zawadi", "Nyokabi", "Chebet", "Akinyi", "Wangarĩ", "Tirunesh", "Mwanaidi", "Kyomuhendo")
LAST = ("Kiprotich", "Ssebunya", "Oloishuro", "Wamboi", "Gebremariam", "N'Gatia", "Barasa", "Mutungi")
RUNNER, SHOP = "254711222333", "254722333444"
CASE = "KE-2026-0001"
SEED = "V1=RAN0000001"
PATTERN = r"^(?P<id>[0-9+ ]+?)(?: - (?P<name>.*))?$"
HEADER = ["Time", "From", "To", "Amount", "Currency", "Ref", "Details", "Way"]
COLUMNS = ["Date", "Details", "Ref", "Other", "Debit", "Credit", "Balance"]
TRANSFERS = {
    "shape": "transfers",
    "institution": "EXAMPLE",
    "header": HEADER,
    "when": {"columns": ["Time"], "formats": ["%Y-%m-%d %H:%M:%S"], "zone": "Africa/Nairobi"},
    "payer": [{"column": "From", "kind": "msisdn", "pattern": PATTERN}],
    "payee": [{"column": "To", "kind": "msisdn", "pattern": PATTERN}],
    "amount": {"column": "Amount"},
    "asset": {"column": "Currency"},
    "ref": "Ref",
    "text": ["Details"],
    "channel": "Way",
}
STATEMENT = {
    "shape": "statement",
    "institution": "EXAMPLE",
    "header": COLUMNS,
    "when": {"columns": ["Date"], "formats": ["%d/%m/%Y"], "zone": "Africa/Nairobi"},
    "amount": {"paid_in": "Credit", "paid_out": "Debit"},
    "asset": {"code": "KES"},
    "balance": "Balance",
    "ref": "Ref",
    "text": ["Details"],
}


@dataclass(frozen=True)
class Victim:
    """Whom nothing may show; ``needles`` are what is looked for."""

    first: str
    last: str
    own: str
    account: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def phone(self) -> str:
        return f"+254{self.own}"

    @property
    def needles(self) -> tuple[str, ...]:
        from tests.api.masking.spellings import plain

        parts = [p for word in (self.first, self.last) for p in plain(word).split("'") if len(p) > 2]
        return (*parts, self.own, self.account.lstrip("0"))


@dataclass(frozen=True)
class Planted:
    """The store of a case in which the victim was read everywhere, and then given her role."""

    folder: Path
    victim: Victim

    @property
    def place(self) -> tuple[str, ...]:
        return ("--store", str(self.folder / "store"), "--case", CASE, "--actor", "Officer A")

    @property
    def typed(self) -> tuple[str, ...]:
        """What somebody who looks for her may type."""
        v = self.victim
        return (v.name, v.phone, v.account, v.own[-4:], f"0{v.own}", v.last.lower(), f"{v.last}-2")

    def talk(self, *arguments: object) -> Said:
        return talk(*self.place, *arguments)


def victim_of(seed: int) -> Victim:
    """Return an invented victim, another for each seed."""
    own = f"7{(13_579_246 + 7_919 * 131 * seed) % 10**8:08d}"
    account = f"0{(2_468_013_579 + 104_729 * 977 * seed) % 10**10:010d}"
    return Victim(FIRST[seed % len(FIRST)], LAST[seed // len(FIRST) % len(LAST)], own, account)


def transfers_text(v: Victim) -> str:
    payer, sent = f"{v.phone} - {v.name.upper()}", f"Sent by {v.name} 0{v.own}"
    lines = [
        ",".join(HEADER),
        f"2026-09-03 09:00:00,{payer},{RUNNER} - BEN OTIENO,5000.00,KES,RAN0000001,{sent},app of {v.first}",
        f"2026-09-03 09:05:00,{RUNNER} - BEN OTIENO,{SHOP},1200.00,KES,RAN0000002,Shop,agent",
        f"2026-09-03 10:00:00,{RUNNER},0{v.own},100.00,KES,0{v.own},For {v.last.upper()} a/c {v.account},app",
        f"{v.name},{v.phone},{v.phone},ten,{v.first},{v.account},{v.name},bad",
        f"2026-09-03 11:00:00,{v.name},{RUNNER},x{v.own},KES,RAN0000004,bad amount of {v.name},app",
    ]
    return "\n".join(lines) + "\n"


def statement_rows(v: Victim) -> list[list[str]]:
    return [
        COLUMNS,
        ["01/09/2026", f"Salary {v.name}", "S1", v.account, "", "1000.00", "1000.00"],
        ["02/09/2026", f"To {v.phone}", f"{v.last}-2", v.first, "400.00", "", "600.00"],
        ["31/02/2026", f"{v.first} 0{v.own}", "S3", v.account, "1.00", "", "599.00"],
        ["04/09/2026", v.name, "S4", v.phone, "5.00", "", "594.00"],
    ]


def workbook(v: Victim) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = v.name[:31].replace("'", " ")
    for row in statement_rows(v):
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def planted(folder: Path, seed: int) -> Planted:
    """Read the files into a case through the command line, and state the victim's role."""
    made = read(folder, victim_of(seed))
    worked(made)
    protect(made)
    return made


def planted_everywhere(folder: Path, seed: int) -> Planted:
    """Read files of every kind, and compute what can be computed, before her role is stated and after."""
    made = read(folder, victim_of(seed))
    for write in BEFORE:
        take(made, write(made.victim, folder))
    computed(made)
    worked(made)
    protect(made)
    for write in AFTER:
        take(made, write(made.victim, folder))
    computed(made, "--rule", "fifo")
    return made


def read(folder: Path, v: Victim) -> Planted:
    """Read a table and a statement in which she stands in every field, and a file that nobody can read."""
    made = Planted(folder, v)
    with closing(open_store(str(folder / "store"), create=True)) as store:
        store.open_case(Scope("Officer A", (CASE,), "open a case"), CASE, f"Loss of {v.name}, {v.phone}")
    maps = {}
    account = {"account": {"value": v.account}}
    for name, mapping in (("transfers", TRANSFERS), ("statement", {**STATEMENT, **account})):
        maps[name] = folder / f"{name}.yaml"
        maps[name].write_text(yaml.safe_dump(mapping, allow_unicode=True), encoding="utf-8")
    files = {
        "transfers": (f"{v.name} {v.phone}.csv", transfers_text(v).encode()),
        "statement": (f"{v.last}_{v.account}.xlsx", workbook(v)),
    }
    for kind, (name, data) in files.items():
        path = folder / name
        path.write_bytes(data)
        take(made, path, "--mapping", maps[kind])
    stranger = folder / f"{v.first}.statement.{v.last}"
    stranger.write_bytes(f"complaint of {v.name}, {v.phone}\n".encode())
    assert made.talk("ingest", stranger).code == 3
    return made


def take(made: Planted, path: Path, *options: object) -> None:
    """Read a file that she stands behind."""
    v = made.victim
    whence = ("--supplier", f"Counsel of {v.name}", "--authority", f"Consent of {v.name}")
    said = made.talk("ingest", path, *options, *whence)
    assert said.code == 0, said


def computed(made: Planted, *options: object) -> None:
    """Follow, share and look for leads, by whoever sees names."""
    for line in (
        ("trace", SEED, *options),
        ("allocate", SEED, "--at", "2026-11-10", *options),
        ("detect",),
    ):
        said = made.talk("--unmask", *line)
        assert said.code == 0, said


def worked(made: Planted) -> None:
    """Ask about her, and tick a step for her sake, before she has her role."""
    v = made.victim
    lines = (
        ("case", "--question", f"Where is the money of {v.name}, {v.phone}?", "--asked-by", v.name),
        ("checklist", "C4", "done"),
        (
            *("assert", "restraint", RUNNER, "ordered", "--asset", "KES"),
            *("--reference", f"order for {v.name}", "--by", f"{v.last} of 0{v.own}"),
        ),
        ("assert", "returned", v.name, "5", "--asset", "KES", "--reference", v.account),
    )
    for line in lines:
        said = made.talk(*line, "--reason", f"{v.name} said so on 0{v.own}, account {v.account}")
        assert said.code == 0, said


def protect(made: Planted) -> None:
    """State her role, and something else about her."""
    v = made.victim
    found = [made.talk("--json", "search", text).document["instruments"] for text in (v.phone, v.account)]
    for subject in sorted({one["id"] for instruments in found for one in instruments}):
        role = made.talk("role", subject, "victim", "--reason", f"complaint of {v.name}, 0{v.own}")
        assert role.code == 0, role
    same = made.talk(
        "assert", "reverses", "RAN0000002", "RAN0000001", "--reason", f"{v.name} says so, {v.phone}"
    )
    assert same.code == 0, same
