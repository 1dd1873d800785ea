"""What was done to hold assets: the latest day counts, nothing is erased, and no figure rests on it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from api.casework.masking import Masking
from api.casework.restrained import restraints_of, what_was_done
from api.casework.restraining import give_back, restrain
from api.casework.restraints import (
    RestraintState,
    restraint_history,
    restraint_words,
    restraints,
    restraints_document,
    returned,
    said_words,
)
from api.errors import UsageError
from api.settings import Settings
from api.workbench import Workbench
from graph.errors import FuatiliaError
from graph.model.protection import Protected
from graph.model.results import Assertion, AssertionKind
from graph.model.scope import Clearance
from graph.store import Selection
from ingest.runner import Intake
from tests.ingest.tables_made_up import STATEMENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
NAME = "Zawadi Kiprotich"
ROWS = (
    "Date,Details,Ref,Debit,Credit,Balance\n01/09/2026,x,R1,,500.00,500.00\n02/09/2026,x,R2,200.00,,300.00\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two rows of one account in a store."""
    folder = tmp_path_factory.mktemp("restraints")
    path = folder / "statement.csv"
    path.write_text(ROWS, encoding="utf-8")
    with Workbench.open(settings(folder), purpose="test", now=lambda: NOW, create=True) as bench:
        assert bench.ingest([path], Intake("Example Bank", mapping=STATEMENT))[0].accepted == 2
    return folder


@pytest.fixture
def bench(made: Path, tmp_path: Path) -> Iterator[Workbench]:
    shutil.copytree(made / "store", tmp_path / "store")
    with Workbench.open(settings(tmp_path), purpose="test", now=lambda: NOW) as found:
        yield found


def settings(folder: Path) -> Settings:
    return Settings(store=str(folder / "store"), case="KE-1", actor="A. Analyst")


def account(bench: Workbench) -> str:
    """The account that both rows touch."""
    rows = bench.store.select(bench.scope, Selection()).table.to_pylist()
    first, second = ({r["debit"], r["credit"]} for r in rows[:2])
    (shared,) = first & second
    return str(shared)


def test_the_latest_day_counts_and_the_earlier_stays_on_record(bench: Workbench) -> None:
    held = account(bench)
    restrain(bench, held, "ordered", "order read", reference="M-118/2026", by="High Court", on="2026-11-02")
    restrain(bench, held, "asked", "letter of October", on="2026-10-30")
    (counting,) = restraints(bench)
    assert (counting.state, counting.reference, counting.instrument) == (
        RestraintState.ORDERED,
        "M-118/2026",
        held,
    )
    assert [r.on for r in restraint_history(bench)] == ["2026-10-30", "2026-11-02"]
    restrain(bench, held, "lifted", "order set aside")
    (counting,) = restraints(bench)
    assert (counting.state, counting.on) == (RestraintState.LIFTED, "2026-11-20")
    bench.withdraw(counting.id, "mistaken")
    assert restraints(bench)[0].state is RestraintState.ORDERED


def test_a_hold_ends_with_its_last_day(bench: Workbench) -> None:
    restrain(bench, account(bench), "held_until", "mail", until="2026-11-27", by="Example Bank")
    (hold,) = restraints(bench)
    assert [hold.held(date(2026, 11, day)) for day in (20, 27, 28)] == [True, True, False]
    assert restraint_words(hold) == "held until 2026-11-27, Example Bank"


def test_no_figure_rests_on_a_restraint_and_no_result_grows_old(bench: Workbench) -> None:
    before = bench.store.version(bench.scope)
    made = restrain(bench, account(bench), "ordered", "order", reference="M-1", amount="200.00")
    back = give_back(bench, "V1", "1,000.50", "KES", "advice", on="2026-11-18", reference="ADV-7")
    assert bench.store.version(bench.scope) == before
    assert (made.kind, back.kind) == (AssertionKind.RESTRAINT, AssertionKind.RETURNED)
    assert restraints(bench)[0].amount == 20_000
    (money,) = returned(bench)
    assert (money.claimant, money.amount, money.asset) == ("V1", 100_050, "KES:2")
    assert said_words(made) == "ordered, 200.00 KES, M-1"
    assert said_words(back) == "1000.50 KES, 2026-11-18, ADV-7"


@pytest.mark.parametrize(
    ("state", "details", "what"),
    [
        ("frozen", {}, "no such state"),
        ("held_until", {}, "the day on which it ends"),
        ("asked", {"until": "2026-11-27"}, "the day on which it ends"),
        ("held_until", {"until": "27 Nov"}, "no such day"),
        ("held_until", {"until": "2026-11-01", "on": "2026-11-02"}, "ends after it began"),
        ("ordered", {}, "named by its number"),
        ("asked", {"amount": "0"}, "above zero"),
        ("asked", {"amount": "1.005"}, "decimals"),
        ("asked", {"reference": "x" * 201}, "too long"),
        ("asked", {"asset": "USD"}, "has to be said"),
    ],
)
def test_what_does_not_fit_is_refused(
    bench: Workbench, state: str, details: dict[str, str], what: str
) -> None:
    with pytest.raises(UsageError, match=what):
        restrain(bench, account(bench), state, "reason", **details)
    assert bench.assertions() == []


def test_what_is_not_known_is_refused(bench: Workbench) -> None:
    with pytest.raises(UsageError, match="not unambiguous"):
        restrain(bench, "0799999999", "asked", "reason")
    with pytest.raises(UsageError, match="no such instrument"):
        restrain(bench, f"{'0' * 32}#debit:KES:2", "asked", "reason")
    with pytest.raises(UsageError, match="needs a reason"):
        restrain(bench, account(bench), "asked", " ")
    with pytest.raises(UsageError, match="above zero"):
        give_back(bench, "V1", "-5", "KES", "reason")
    with pytest.raises(UsageError, match="NOPE"):
        give_back(bench, "V1", "5", "NOPE", "reason")
    with pytest.raises(UsageError, match="the sign #"):
        give_back(bench, "V1#debit:KES:2", "5", "KES", "reason")
    with pytest.raises(FuatiliaError):
        restrain(bench, "nowhere#debit:KES:2", "asked", "reason")
    with pytest.raises(UsageError, match="action of its own"):
        bench.assert_("restraint", "R1", "R2", "reason")
    assert bench.assertions() == []


def test_a_protected_name_in_any_field_is_shown_to_nobody_without_the_clearance(bench: Workbench) -> None:
    held = account(bench)
    made = restrain(bench, held, "ordered", f"{NAME} says", reference=f"of {NAME}", by=NAME)
    back = give_back(bench, NAME, "5", "KES", NAME, reference=NAME)
    shown = Masking(Clearance.CASE)
    assert NAME in json.dumps([shown.assertion(made), shown.assertion(back)])
    named = Assertion(AssertionKind.QUESTION, "c", f"of {NAME}#x", "{}", "", f"{NAME}", "")
    hidden = Masking(Clearance.CASE, Protected(names=(NAME.upper(),)))
    told = json.dumps([hidden.assertion(one) for one in (made, back, named)])
    assert "Zawadi" not in told
    assert "Kiprotich" not in told


def test_the_document_and_the_pack_tell_it_as_said(bench: Workbench) -> None:
    held = account(bench)
    restrain(bench, held, "asked", "letter", on="2026-11-01", by="Example Bank")
    restrain(bench, held, "ordered", "order", on="2026-11-05", reference="M-9")
    give_back(bench, "V1", "5.00", "KES", "advice", on="2026-11-03")
    document = restraints_document(bench)
    assert document == json.loads(json.dumps(document))
    assert [(r["state"], r["counts"]) for r in document["restraints"]] == [
        ("asked", False),
        ("ordered", True),
    ]
    assert document["returned"][0]["amount"] == "5.00"
    done = what_was_done(bench)
    assert [(d.on, d.words, d.stands) for d in done] == [
        ("2026-11-01", "asked, Example Bank", False),
        ("2026-11-03", "5.00 KES returned", True),
        ("2026-11-05", "ordered, M-9", True),
    ]
    assert restraints_of(bench, ()) == {}
