from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.assets.identify import Basis, Holding, Urgency, holdings
from analytics.tracing.band import compare
from analytics.tracing.policy import Policy
from graph.model.provenance import Balance, Source
from tests.analytics.tracing.following.evidence import SECOND, USDT, Evidence
from tests.analytics.tracing.following.statements import followed

if TYPE_CHECKING:
    from analytics.tracing.following import Following

SUPPLIERS = (
    Source("m", "m.pdf", 1, supplier="Example Mobile Money"),
    Source("w", "w.json", 1, supplier="Example Chain Service"),
    Source("x", "x.xlsx", 1, supplier="Example Exchange"),
)


def sheet(found: Following, rule: str = "own_first") -> dict[str, Holding]:
    results = compare(found.trace_input, Policy(rule=rule)).results
    return {h.instrument: h for h in holdings(found, results, rule, SUPPLIERS)}


def wallet() -> tuple[Evidence, str, str]:
    """M has 100 of his own, gets 100 from V and 50 from W, pays N 80 and a stranger."""
    evidence = Evidence({"N": "account"})
    one = evidence.row("m", 1, "V", "M", 100, 10, statement="M", balance=200)
    two = evidence.row("m", 2, "W", "M", 50, 11, statement="M", balance=250)
    evidence.row("m", 3, "M", "N", 160, 20, statement="M", balance=90)
    evidence.balance("M", Balance.RECONCILES)
    return evidence, one, two


def test_a_line_has_the_chosen_rules_figure_between_the_least_and_the_most() -> None:
    evidence, one, two = wallet()
    found = followed(evidence, one, two)
    for rule in ("fifo", "lifo", "own_first", "pro_rata_rolling", "tainted_first"):
        lines = sheet(found, rule)
        assert sum(h.principal for h in lines.values()) == 150
        for h in lines.values():
            assert h.least <= h.traced <= h.most
            assert sum(h.owners.values()) == h.traced
    line = sheet(found)["M"]
    assert [line.traced, line.least, line.most, line.balance] == [90, 0, 90, 90]
    assert line.owners == {"V1": 60, "V2": 30}
    assert sheet(found, "fifo")["M"].owners == {"V1": 40, "V2": 50}


def test_a_place_that_only_another_rule_reaches_is_listed_with_nothing() -> None:
    evidence, one, two = wallet()
    line = sheet(followed(evidence, one, two), "tainted_first")["M"]
    assert [line.traced, line.principal, line.least, line.most] == [0, 0, 0, 90]
    assert line.balance == 90


def test_what_a_line_rests_on_and_when_it_was_last_seen() -> None:
    evidence, one, two = wallet()
    lines = sheet(followed(evidence, one, two))
    assert (lines["M"].basis, lines["M"].as_of) == (Basis.STATEMENT, 20 * SECOND)
    assert (lines["N"].basis, lines["N"].balance) == (Basis.LAST_SEEN, None)
    assert lines["M"].institution == "Example Mobile Money"
    assert lines["N"].institution == ""
    assert (lines["M"].urgency, lines["N"].urgency) == (Urgency.HOURS, Urgency.DAYS)


def chain() -> tuple[Evidence, str]:
    evidence = Evidence({"W": "tron", "D": "tron", "Z": "tron", "V": "tron"})
    evidence.fact("tag", "D", text="Example Exchange Two", category="exchange_deposit")
    evidence.fact("statement", "W", complete=True)
    seed = evidence.row("w", 1, "V", "W", 100, 10, asset=USDT, statement="W")
    evidence.row("w", 2, "W", "D", 60, 20, asset=USDT, statement="W")
    evidence.row("w", 3, "W", "Z", 10, 30, asset=USDT, statement="W")
    return evidence, seed


def test_who_copied_a_chain_is_nobody_to_write_to_but_who_runs_an_address_is() -> None:
    evidence, seed = chain()
    lines = sheet(followed(evidence, seed))
    assert {i: h.institution for i, h in lines.items()} == {"W": "", "D": "Example Exchange Two", "Z": ""}
    assert (lines["W"].basis, lines["D"].basis) == (Basis.CHAIN, Basis.LAST_SEEN)


def test_an_address_that_an_exchange_runs_is_as_urgent_as_its_accounts_and_no_key_holders() -> None:
    evidence, seed = chain()
    lines = sheet(followed(evidence, seed))
    assert "exchange" in lines["D"].why
    assert "whoever has the key" in lines["W"].why


def test_an_exchange_is_called_what_its_own_letters_call_it() -> None:
    evidence = Evidence({"U": "exchange"})
    seed = evidence.row("x", 1, "V", "U", 100, 10)
    found = followed(evidence, seed)
    user = found.instruments["U"]
    named = type(user)(user.id, user.kind, user.label, institution="example_exchange")
    found.instruments["U"] = named  # type: ignore[index]
    assert sheet(found)["U"].institution == "Example Exchange"
    found.instruments["U"] = type(user)(user.id, user.kind, user.label, institution="another")  # type: ignore[index]
    assert sheet(found)["U"].institution == "another"


def test_the_most_urgent_and_then_the_largest_come_first() -> None:
    evidence, seed = chain()
    found = followed(evidence, seed)
    results = compare(found.trace_input, Policy()).results
    lines = holdings(found, results, "own_first", SUPPLIERS)
    assert [h.instrument for h in lines] == ["D", "W", "Z"]
    assert [h.principal for h in lines] == [60, 30, 10]
    evidence, one, two = wallet()
    found = followed(evidence, one, two)
    lines = holdings(found, compare(found.trace_input, Policy()).results, "own_first", SUPPLIERS)
    assert [h.instrument for h in lines] == ["M", "N"]
    assert all(isinstance(h.traced, (int, Fraction)) for h in lines)
