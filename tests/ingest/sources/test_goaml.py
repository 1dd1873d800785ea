"""goAML reports: known documents in, exact legs and facts out, every leaf accounted for."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model.instants import iso_text
from graph.model.locators import Locator, expand
from ingest.errors import MappingError
from ingest.source import Head
from ingest.sources.goaml import SOURCE
from tests.ingest.sources.practice_reports import (
    ENTITY,
    PERSON,
    SHA,
    account,
    document,
    facts,
    leaf_count,
    notes,
    read,
    rejected,
    report,
    rows,
    saved,
    transaction,
)

if TYPE_CHECKING:
    from pathlib import Path

PAYER, PAYEE = "account:EXMPKENA:0100200300", "account:EXMPKENA:0999"


def one_row(folder: Path, **more: Any) -> dict[str, Any]:
    pieces = read(saved(folder, report(transaction(**more))))
    assert rejected(pieces) == []
    (row,) = rows(pieces)
    return row


def test_a_transaction_is_one_row_from_account_to_account(tmp_path: Path) -> None:
    row = one_row(tmp_path)
    assert (row["debit"], row["credit"]) == (PAYER, PAYEE)
    assert (row["amount"], row["asset"]) == (Decimal(150_050), "KES:2")
    assert iso_text(row["lo"], "Africa/Nairobi") == "2026-03-02T10:15:00+03:00"
    assert (row["ref"], row["text"], row["channel"], row["mark"]) == ("TX-1", "payment 1", "ELCFT", None)
    assert expand(row["form"], row["a"], row["b"]) == "xpath:/report/transaction[1]"


@pytest.mark.parametrize(
    ("funds", "side", "kind"),
    [("CASH", "from_person", "cash"), ("ELCFT", "from_person", "unknown"), ("CASH", "from_entity", "cash")],
)
def test_a_side_without_an_account_is_an_end_of_its_own(
    funds: str, side: str, kind: str, tmp_path: Path
) -> None:
    who = PERSON if side == "from_person" else ENTITY
    one = {"from_funds_code": funds, side: who, "from_country": "KE"}
    both = [transaction(n, t_from_my_client=None, t_from=one) for n in (1, 2)]
    first, second = rows(read(saved(tmp_path, report(*both))))
    assert first["debit"] != second["debit"]
    assert first["debit"].startswith(f"{kind}:{SHA}:")
    assert first["credit"] == PAYEE


def test_cash_of_another_code_list_is_said_with_the_file(tmp_path: Path) -> None:
    one = {"from_funds_code": "K", "from_person": PERSON, "from_country": "KE"}
    path = saved(tmp_path, report(transaction(t_from_my_client=None, t_from=one)))
    assert rows(read(path))[0]["debit"].startswith("unknown:")
    assert rows(read(path, cash="K,L"))[0]["debit"].startswith("cash:")


@pytest.mark.parametrize("number", ["N/A", "-", "0000000", "not known"])
def test_an_account_without_a_usable_number_joins_nobody(number: str, tmp_path: Path) -> None:
    side = {"to_funds_code": "ELCFT", "to_account": account(number), "to_country": "KE"}
    first, second = rows(read(saved(tmp_path, report(*(transaction(n, t_to=side) for n in (1, 2))))))
    assert first["credit"] != second["credit"]
    assert first["credit"].startswith("unknown:")
    assert first["mark"] == "an account without a usable number"


def test_a_side_that_is_missing_is_marked(tmp_path: Path) -> None:
    row = one_row(tmp_path, t_to=None)
    assert row["credit"].startswith("unknown:")
    assert row["mark"] == "a side is missing"


def test_a_wallet_address_stands_for_the_person_who_holds_it(tmp_path: Path) -> None:
    address = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
    side = {
        "to_funds_code": "CRPTC",
        "to_transaction_additional_info": {"virtual_address": address},
        "to_person": PERSON,
        "to_country": "KE",
    }
    assert one_row(tmp_path, t_to=side)["credit"] == f"tron::{address}"


def test_foreign_currency_is_kept_beside_the_local_amount(tmp_path: Path) -> None:
    money = {"foreign_currency_code": "USD", "foreign_amount": "11.61", "foreign_exchange_rate": "129.25"}
    side = {
        "from_funds_code": "ELCFT",
        "from_foreign_currency": money,
        "from_account": account(),
        "from_country": "KE",
    }
    pieces = read(saved(tmp_path, report(transaction(t_from_my_client=side))))
    (row,) = rows(pieces)
    assert (row["amount"], row["asset"]) == (Decimal(150_050), "KES:2")
    assert row["mark"] == "a side is in a foreign currency"
    (said,) = [json.loads(f["fields"]) for f in facts(pieces) if '"as":"t_from_my_client"' in f["fields"]]
    assert {k.rpartition("/")[2]: v for k, v in said["said"].items() if "foreign" in k} == money
    assert notes(pieces)["foreign currency"] == "t_from_my_client USD 11.61 in 1"


def party(role: str, number: str) -> dict[str, Any]:
    return {"role": role, "account": account(number), "funds_code": "ELCFT", "country": "KE"}


def test_multi_party_roles_that_name_payer_and_payee_give_both_ends(tmp_path: Path) -> None:
    three = [party("PYER", "111"), party("OTH", "222"), party("PYEE", "333")]
    row = one_row(tmp_path, t_from_my_client=None, t_to=None, involved_parties={"party": three})
    assert (row["debit"], row["credit"]) == ("account:EXMPKENA:111", "account:EXMPKENA:333")
    assert row["mark"] == "multi-party: 3 parties, one payer and one payee by role"


def test_multi_party_roles_without_direction_join_no_accounts(tmp_path: Path) -> None:
    two = [party("BUY", "111"), party("SELL", "333")]
    pieces = read(
        saved(
            tmp_path, report(transaction(t_from_my_client=None, t_to=None, involved_parties={"party": two}))
        )
    )
    (row,) = rows(pieces)
    assert row["debit"] != row["credit"]
    assert {row[end].partition(":")[0] for end in ("debit", "credit")} == {"unknown"}
    assert row["mark"] == "multi-party: the roles do not say who paid whom"
    sides = [f for f in facts(pieces) if '"as":"party"' in f["fields"]]
    assert [f["subject"] for f in sides] == ["account:EXMPKENA:111", "account:EXMPKENA:333"]


def test_names_stand_in_text_only(tmp_path: Path) -> None:
    signatory = {"is_primary": "true", "t_person": PERSON, "role": "A"}
    side = {"from_funds_code": "ELCFT", "from_account": account(signatory=signatory), "from_country": "KE"}
    conductor = {"to_funds_code": "CASH", "t_conductor": PERSON, "to_entity": ENTITY, "to_country": "KE"}
    pieces = read(saved(tmp_path, report(transaction(t_from_my_client=side, t_to=conductor))))
    secrets = ("Amina", "Traders", "00000001", "PVT-0001", "0100200300", "TX-1", "payment")
    for fact in facts(pieces):
        fields = json.loads(fact["fields"])
        assert not [s for s in secrets if s in json.dumps(fields.get("said", fields))]
    holders = {(f["subject"].partition(":")[0], f["text"]) for f in facts(pieces) if f["kind"] == "holder"}
    assert holders == {("account", "Amina Practice"), ("cash", "Practice Traders Ltd")}
    people = [f for f in facts(pieces) if '"goaml:person"' in f["fields"]]
    assert [json.loads(f["fields"])["as"] for f in people] == ["t_person", "t_conductor", "reporting_person"]
    assert [f["subject"].partition(":")[0] for f in people] == ["account", "cash", "party"]


def test_every_fact_has_a_place_that_no_other_text_has(tmp_path: Path) -> None:
    pieces = read(saved(tmp_path, report(*(transaction(n) for n in range(1, 5)))))
    places = [expand(f["form"], f["a"], f["b"]) for f in facts(pieces)]
    assert len(set(places)) == len(places)
    assert len({f["obs"] for f in facts(pieces)}) == len(places)
    assert all(str(Locator.parse(place)) == place for place in places)


def test_the_header_is_a_statement_of_the_source(tmp_path: Path) -> None:
    (head,) = [f for f in facts(read(saved(tmp_path, report(transaction())))) if f["kind"] == "statement"]
    said = json.loads(head["fields"])["said"]
    assert (said["report_code"], said["rentity_id"], said["entity_reference"]) == ("STR", "77", "STR-1")
    assert [said[f"report_indicators/indicator[{n}]"] for n in (1, 2)] == ["ONE", "TWO"]
    assert head["text"] == "reason: practice"
    assert iso_text(head["lo"], "Africa/Nairobi") == "2026-04-01T09:00:00+03:00"


def test_an_activity_reports_parties_and_things_without_moving_money(tmp_path: Path) -> None:
    item = {"item_type": "GOLD", "disposed_value": "75000.00", "currency_code": "KES", "description": "a bar"}
    activity = {
        "report_parties": {
            "report_party": [
                {"person": PERSON, "significance": "8", "reason": "bought gold"},
                {"account": account(), "reason": "paid from it"},
            ]
        },
        "goods_services": {"item": item},
    }
    pieces = read(saved(tmp_path, report(activity=activity)))
    assert rows(pieces) == []
    assert sum(p.records for p in pieces) == 3
    holders = [(f["subject"], f["text"]) for f in facts(pieces) if f["kind"] == "holder"]
    place = "/report/activity/report_parties/report_party[1]"
    assert holders == [
        (f"party:{SHA}:{place.replace('[', '%5B').replace(']', '%5D')}", "Amina Practice"),
        (PAYER, "Amina Practice"),
    ]
    (thing,) = [json.loads(f["fields"]) for f in facts(pieces) if '"goaml:item"' in f["fields"]]
    assert thing["said"] == {"item_type": "GOLD", "disposed_value": "75000.00", "currency_code": "KES"}
    assert notes(pieces)["transactions"].startswith("none")


def test_midnight_is_a_day_and_an_offset_is_kept(tmp_path: Path) -> None:
    day = one_row(tmp_path, date_transaction="2026-03-02T00:00:00")
    assert day["hi"] - day["lo"] == 24 * 3600 * 10**6
    exact = one_row(tmp_path, date_transaction="2026-03-02T10:15:00.5Z")
    assert iso_text(exact["lo"], "UTC") == "2026-03-02T10:15:00.500000+00:00"


def test_zone_follows_the_currency_and_an_option_wins(tmp_path: Path) -> None:
    path = saved(tmp_path, report(transaction(), currency_code_local="AED"))
    assert iso_text(rows(read(path))[0]["lo"], "UTC") == "2026-03-02T06:15:00+00:00"
    assert iso_text(rows(read(path, zone="UTC"))[0]["lo"], "UTC") == "2026-03-02T10:15:00+00:00"
    with pytest.raises(MappingError, match="no such option"):
        read(path, colour="blue")


def test_a_batch_of_transactions_needs_its_currency_said(tmp_path: Path) -> None:
    body = b"".join(ET.tostring(t) for t in report(transaction(1), transaction(2)).iter("transaction"))
    path = saved(tmp_path, b"<reportdata><transactions>" + body + b"</transactions></reportdata>")
    with pytest.raises(Exception, match="currency_code_local is missing"):
        read(path)
    pieces = read(path, currency="KES")
    count = leaf_count(document(path))
    assert notes(pieces)["leaves"] == f"{count} in all: {count} mapped, 0 unmapped"
    assert [expand(r["form"], r["a"], r["b"]) for r in rows(pieces)] == [
        f"xpath:/reportdata/transactions/transaction[{n}]" for n in (1, 2)
    ]


def test_what_has_no_mapping_is_named_with_its_path_and_count(tmp_path: Path) -> None:
    more = [
        transaction(n, made_up="x", t_to={"to_account": account() | {"other": ["1", "2"]}}) for n in (1, 2)
    ]
    root = report(*more, novelty={"first_name": "kept", "shade": "lost"})
    root.set("colour", "blue")
    pieces = read(saved(tmp_path, root))
    assert notes(pieces)["unmapped leaves"] == (
        "/report/@colour (1), /report/novelty/shade (1), /report/transaction/made_up (2), "
        "/report/transaction/t_to/to_account/other (4)"
    )
    assert notes(pieces)["leaves"] == f"{leaf_count(root)} in all: {leaf_count(root) - 8} mapped, 8 unmapped"


def test_text_beside_elements_is_counted(tmp_path: Path) -> None:
    text = (
        ET.tostring(report(transaction()))
        .replace(b"<t_to>", b"<t_to>stray ")
        .replace(b"</report>", b"loose</report>")
    )
    said = notes(read(saved(tmp_path, text)))
    assert said["unmapped leaves"] == "/report/text() (1), /report/transaction/t_to/text() (1)"


def test_namespaces_and_encodings_change_nothing(tmp_path: Path) -> None:
    root = report(transaction(transaction_description="café"))
    plain = rows(read(saved(tmp_path, root)))
    text = ET.tostring(root, encoding="unicode").replace("<report>", '<report xmlns="urn:example:goaml">')
    assert rows(read(saved(tmp_path, text))) == plain
    for encoding in ("utf-16", "iso-8859-1", "windows-1252"):
        path = saved(tmp_path, root, encoding)
        assert SOURCE.sniff(Head("r.xml", 1, path.read_bytes())).confidence == 95
        assert rows(read(path)) == plain


@pytest.mark.parametrize(
    ("start", "confidence"),
    [
        (b"<report><rentity_id>1</rentity_id>", 95),
        (b'<?xml version="1.0"?><reportdata><transactions><transaction><transactionnumber/>', 95),
        (b"<report><title>sales</title>", 30),
        (b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'>", 0),
        (b"rentity_id,report_code", 0),
        (b"{}", 0),
    ],
)
def test_sniffing_knows_goaml_from_other_xml(start: bytes, confidence: int) -> None:
    assert SOURCE.sniff(Head("x", len(start), start)).confidence == confidence


amounts = st.decimals(min_value=0, max_value=10**12, places=2)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(printed=st.lists(amounts, min_size=1, max_size=6))
def test_rows_sum_to_what_the_report_states(printed: list[Decimal], tmp_path: Path) -> None:
    root = report(*(transaction(n, f"{amount:f}") for n, amount in enumerate(printed, 1)))
    pieces = read(saved(tmp_path, root))
    total = sum(Decimal(e.text or "") for e in root.iter("amount_local"))
    assert sum(r["amount"] for r in rows(pieces)) == total * 100
    assert notes(pieces)["transactions"].startswith(
        f"stated KES {total:f} in {len(printed)}; read KES {total:f}"
    )
    assert notes(pieces)["leaves"].startswith(f"{leaf_count(root)} in all: {leaf_count(root)} mapped")


def test_many_transactions_come_in_pieces_with_running_numbers(tmp_path: Path) -> None:
    pieces = read(saved(tmp_path, report(*(transaction(n) for n in range(1, 901)))))
    assert len([p for p in pieces if p.rows is not None]) > 2
    assert [r["a"] for r in rows(pieces)] == list(range(1, 901))
    assert [r["seq"] for r in rows(pieces)] == list(range(900))
    assert sum(p.records for p in pieces) == 900
