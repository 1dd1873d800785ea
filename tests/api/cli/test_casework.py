"""``case``, ``search``, ``assert``, ``assertions`` and ``retract``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.cli.talking import talk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.conftest import Practice


def identifiers(practice: Practice) -> dict[str, str]:
    """Return value and kind of the identifiers that the practice case names."""
    return {key.rpartition(":")[2]: key.partition(":")[0] for key in practice.facts.names}


def wallet(practice: Practice) -> str:
    return next(value for value, kind in identifiers(practice).items() if kind == "msisdn")


def test_a_phone_is_found_in_every_spelling(practice: Practice) -> None:
    number = wallet(practice)[4:]
    spellings = [
        f"+254{number}",
        f"254{number}",
        f"0{number}",
        f"00254{number}",
        f"+254 {number[:3]} {number[3:6]} {number[6:]}",
        f"0{number[:3]}-{number[3:]}",
    ]
    found = {spelling: practice.document("search", spelling)["instruments"] for spelling in spellings}
    ids = {spelling: [i["id"] for i in what] for spelling, what in found.items()}
    assert len(ids[f"0{number}"]) == 1
    assert all(ids[spelling] == ids[f"0{number}"] for spelling in spellings), ids


def test_every_named_identifier_is_found_whole_and_by_its_last_digits(practice: Practice) -> None:
    for value in identifiers(practice):
        (found,) = practice.document("search", value)["instruments"]
        assert set(found) == {"id", "kind", "label", "institution", "holder"}
        assert practice.document("search", found["id"])["instruments"] == [found]
        if value[-4:].isdigit():
            tail = practice.document("search", value[-4:])["instruments"]
            assert found["id"] in {i["id"] for i in tail}


def test_a_receipt_finds_its_payment_and_the_ends_of_it(practice: Practice) -> None:
    for text in (practice.facts.receipt, practice.facts.receipt.lower()):
        found = practice.document("search", text)
        assert len(found["observations"]) == 1
        assert found["instruments"]
    said = practice.talk("search", practice.facts.receipt)
    assert found["observations"][0] in said.out
    assert practice.document("trace", f"V1={found['observations'][0]}", "--compare", "none")["claim"]


def test_what_is_not_there_is_said(practice: Practice) -> None:
    assert practice.document("search", "0799999999") == {"instruments": [], "observations": []}
    assert practice.talk("search", "0799999999").out == "nothing found\n"


def test_identifying_text_is_masked_unless_asked_for(practice: Practice) -> None:
    numbers = [v for v, kind in identifiers(practice).items() if kind == "msisdn"]
    lines: list[tuple[str, ...]] = [
        ("case",),
        ("sources",),
        ("assertions",),
        ("trace", *practice.seeds),
        ("assets", *practice.seeds),
        ("allocate", *practice.seeds, "--at", "2026-11-10"),
        ("store", "info"),
        *(("search", number[-4:]) for number in numbers),
    ]
    for line in lines:
        spoken = [practice.once("--json", *line)]
        if line[0] not in {"assets", "allocate"}:  # their text is made from the document alone
            spoken.append(practice.once(*line))
        for said in spoken:
            assert said.code == 0
            for number in numbers:
                assert number[4:] not in said.out + said.err, line
            assert "PRACTICE PERSON" not in said.out, line
    for number in numbers:
        shown = practice.talk("--unmask", "search", number[-4:])
        assert number in shown.out


def test_unmasking_is_in_the_audit_log(own_practice: Practice) -> None:
    from api.settings import Settings
    from api.workbench import Workbench

    assert own_practice.talk("--actor", "Officer A", "--unmask", "search", "4606").code == 0
    settings = Settings(store=str(own_practice.store), case=own_practice.facts.case)
    with Workbench.open(settings, purpose="test") as bench:
        lines, _ = bench.store.audit(bench.scope)
    told = [line for line in lines if "Officer A" in line]
    assert told
    assert all('"purpose":"search (names shown)"' in line for line in told)


def test_a_case_is_opened_and_shown(tmp_path: Path) -> None:
    place = ("--store", tmp_path / "store", "--case", "KE-2026-0417")
    missing = talk(*place, "case")
    assert missing.code == 1
    assert "no store in this folder" in missing.err
    opened = talk(*place, "--json", "case", "--open", "--title", "Ransom")
    assert (opened.code, opened.document["case"], opened.document["files"]) == (0, "KE-2026-0417", 0)
    assert talk(*place, "case").code == 0


def test_a_case_tells_what_became_of_its_files(practice: Practice) -> None:
    document = practice.document("case")
    assert document["files"] == 9
    assert document["records"] == document["accepted"] + document["rejected"]
    assert document["statements"]["reconciles"] == 4
    assert document["content"] == practice.document("store", "info")["content"]
    assert document["audit"]["intact"] is True
    assert [s["state"] for s in document["sources"]] == ["accepted"] * document["files"]
    shown = " ".join(practice.talk("case").out.split())
    assert f"accepted {document['accepted']} " in shown
    assert "chain intact" in shown


def test_an_assertion_has_author_reason_and_time(own_practice: Practice) -> None:
    subject, object_ = own_practice.facts.receipt, own_practice.facts.second_receipt
    line = ("--actor", "Officer A", "assert", "reverses", subject, object_, "--reason", "same amount")
    made = own_practice.document(*line)
    assert set(made) == {"id", "kind", "subject", "object", "author", "reason", "made"}
    assert (made["author"], made["reason"]) == ("Officer A", "same amount")
    listed = own_practice.document("assertions")["assertions"]
    assert made in listed
    assert [a["kind"] for a in listed if a["kind"] in ("same_event", "paid_for", "reverses")] == [
        "same_event",
        "paid_for",
        "reverses",
    ]
    assert "Officer A" in own_practice.talk("assertions").out


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (["assert", "resembles", "{receipt}", "{receipt}", "--reason", "x"], "no such assertion"),
        (["assert", "same_event", "{receipt}", "NOPE", "--reason", "x"], "no payment has this reference"),
        (["assert", "same_event", "{receipt}", "{receipt}", "--reason", " "], "needs a reason"),
        (["assert", "same_event", "{receipt}", "{receipt}"], "Missing option '--reason'"),
        (["assert", "paid_for", "{receipt}", "NOBODY", "--reason", "x"], "not unambiguous"),
        (["retract", "zz", "--reason", "x"], "no source of this case begins so"),
        (["retract", "", "--reason", "x"], "no source of this case begins so"),
        (["retract", "{sha}", "--reason", ""], "needs a reason"),
    ],
)
def test_what_cannot_be_meant_is_refused(practice: Practice, line: list[str], what: str) -> None:
    before = practice.document("store", "info")
    sha = practice.document("sources")["sources"][0]["sha256"]
    words = [w.format(receipt=practice.facts.receipt, sha=sha) for w in line]
    said = practice.talk("--json", *words)
    assert said.code == 2
    assert what in said.error["what"]
    assert practice.document("store", "info") == before


def test_a_source_is_retracted_by_its_first_digits(own_practice: Practice) -> None:
    before = own_practice.document("store", "info")
    sources = own_practice.document("--unmask", "sources")["sources"]
    sha = next(s["sha256"] for s in sources if s["name"] == "family-bank-statement.csv")
    short = own_practice.talk("--json", "retract", sha[:2], "--reason", "wrong customer")
    assert short.code == 2
    assert sha[:12] in short.error["hint"]
    done = own_practice.document("retract", sha[:10].upper(), "--reason", "wrong customer")
    assert (done["source"], done["reason"]) == (sha, "wrong customer")
    assert 2 <= len(done["fallen"]) <= before["results"]
    assert all(f["kind"] in {"trace", "allocation"} and f["observations"] for f in done["fallen"])
    after = own_practice.document("store", "info")
    assert after["results"] == before["results"] - len(done["fallen"])
    assert after["content"] != before["content"]
    gone = own_practice.talk("trace", own_practice.seeds[0])
    assert gone.code == 2
    assert own_practice.document("store", "verify")["sound"] is True
