"""goAML reports of invented people, built element by element."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

from ingest.source import Options
from ingest.sources.goaml import SOURCE

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.source import Reading

SHA = "cd" * 32
Said = dict[str, Any]
PERSON: Said = {"gender": "F", "first_name": "Amina", "last_name": "Practice", "id_number": "00000001"}
ENTITY: Said = {
    "name": "Practice Traders Ltd",
    "incorporation_number": "PVT-0001",
    "incorporation_country_code": "KE",
}


def account(number: str = "0100200300", **more: Any) -> Said:
    said = {
        "institution_name": "Practice Bank",
        "swift": "EXMPKENAXXX",
        "account": number,
        "currency_code": "KES",
    }
    return said | {"account_name": "Amina Practice"} | more


def transaction(n: int = 1, amount: str = "1500.50", **more: Any) -> Said:
    """Return a two-sided transaction between two accounts; ``more`` replaces or adds elements."""
    said: Said = {
        "transactionnumber": f"TX-{n}",
        "transaction_location": "Head Office",
        "transaction_description": f"payment {n}",
        "date_transaction": f"2026-03-{n % 28 + 1:02}T10:15:00",
        "transmode_code": "ELCFT",
        "amount_local": amount,
        "t_from_my_client": {"from_funds_code": "ELCFT", "from_account": account(), "from_country": "KE"},
        "t_to": {
            "to_funds_code": "ELCFT",
            "to_account": account("0999", account_name="Biko"),
            "to_country": "KE",
        },
    }
    return {key: value for key, value in (said | more).items() if value is not None}


def report(*transactions: Said, **more: Any) -> ET.Element:
    """Return a report; a value of ``more`` that is None takes an element out."""
    said: Said = {
        "schema_version": "5.0.1",
        "rentity_id": "77",
        "submission_code": "E",
        "report_code": "STR",
        "entity_reference": "STR-1",
        "submission_date": "2026-04-01T09:00:00",
        "currency_code_local": "KES",
        "reporting_person": {"first_name": "Officer", "last_name": "Practice"},
        "reason": "practice",
    }
    root = ET.Element("report")
    ends = {"activity": None, "report_indicators": {"indicator": ["ONE", "TWO"]}}
    for name, value in (said | {"transaction": list(transactions)} | ends | more).items():
        _add(root, name, value)
    return root


def _add(parent: ET.Element, name: str, value: Any) -> None:
    for one in value if isinstance(value, list) else [value]:
        if one is None:
            continue
        element = ET.SubElement(parent, name)
        if isinstance(one, dict):
            for key, inner in one.items():
                _add(element, key, inner)
        else:
            element.text = str(one)


def saved(folder: Path, root: ET.Element | bytes | str, encoding: str = "utf-8") -> Path:
    path = folder / "report.xml"
    if isinstance(root, str):
        data = root.encode()
    elif isinstance(root, bytes):
        data = root
    else:
        data = ET.tostring(root, encoding=encoding, xml_declaration=True)
    path.write_bytes(data)
    return path


def document(path: Path) -> ET.Element:
    """Parse without the reader, to compare."""
    return ET.parse(path).getroot()  # noqa: S314 - known documents


def read(path: Path, **values: str) -> list[Reading]:
    return list(SOURCE.read(path, Options(SHA, values=values)))


def rows(pieces: list[Reading]) -> list[Said]:
    return [row for p in pieces if p.rows is not None for row in p.rows.to_pylist()]


def facts(pieces: list[Reading]) -> list[Said]:
    return [fact for p in pieces if p.facts is not None for fact in p.facts.to_pylist()]


def rejected(pieces: list[Reading]) -> list[tuple[str, str]]:
    return [(r.locator, r.reason) for p in pieces for r in p.rejected]


def notes(pieces: list[Reading]) -> dict[str, str]:
    return {key: value for p in pieces for key, value in p.assumptions.items()}


def leaf_count(element: ET.Element) -> int:
    """Count the leaves of a document without the reader: elements without elements, and attributes."""
    return sum((len(e) == 0) + len(e.attrib) for e in element.iter())
