"""The trace pages, asked in process: the twin is what was stored, every hop opens, nobody is named."""

from __future__ import annotations

import csv
import io
import re
import time
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from api.casework.rerun import trace_asked
from api.casework.running import Traced, labelled
from api.casework.traces import run_trace
from api.evidence.figures.layout import SCREEN
from api.evidence.figures.sankey import sankey
from api.sealing import shown_trace
from api.web.hoplist import HEADER
from api.web.language import catalogue
from graph.model.results import ResultKind
from tests.api.web.conftest import CASE

if TYPE_CHECKING:
    from api.workbench import Workbench
    from graph.model.results import Result
    from tests.api.web.conftest import Site

TRACES = f"/cases/{CASE}/traces"


def stored(site: Site) -> tuple[Workbench, Result]:
    bench = site.desk.bench(CASE, purpose="test")
    (found, *_) = bench.store.results(bench.scope, ResultKind.TRACE)
    return bench, found


def test_a_trace_shows_what_was_stored(site: Site) -> None:
    _, found = stored(site)
    told = site.twin(f"{TRACES}/{found.id}?hops=all")
    rule = found.fields["rules"][told["rule"]]
    assert told["held"] == rule["held"]
    for name in ("traced", "balance_before", "traced_before"):
        assert [h[name] for h in told["hops"]] == [h[name] for h in rule["hops"]]
    assert {r["code"] for r in told["rules"]} == set(found.fields["rules"])
    for line in told["rules"]:
        assert [a for _, a, _, _ in line["ends"]] == [
            found.fields["rules"][line["code"]][end] for end in ("held", "spent", "fees", "swallowed", "lost")
        ]
    assert {name for name, _, _ in told["policy"]} == set(found.policy)
    assert (told["stale"], told["chosen_by"]) == (False, "Practice Analyst")
    assert site.client.get(f"{TRACES}/{'0' * 32}").status_code == 404


def test_the_hops_that_carry_most_are_shown_first(site: Site) -> None:
    _, found = stored(site)
    few, every = (site.twin(f"{TRACES}/{found.id}{asked}") for asked in ("", "?hops=all"))
    assert len(few["hops"]) == 10 < few["hops_in_all"] == len(every["hops"])
    claims = [
        sum(Fraction(part["claim"]) for part in hop["owners"].values())
        for hop in found.fields["rules"][few["rule"]]["hops"]
    ]
    shown = [h["number"] for h in few["hops"]]
    assert shown == sorted(shown)
    left = set(range(1, len(claims) + 1)) - set(shown)
    assert max(claims[n - 1] for n in left) <= min(claims[n - 1] for n in shown)


def test_the_figure_needs_no_second_trace_and_is_that_of_one(site: Site) -> None:
    bench, found = stored(site)
    asked = trace_asked(found)
    run = run_trace(bench.store, bench.scope, asked.seeds, asked.policy, codes=asked.codes,
                    assertions=bench.assertions())  # fmt: skip
    again = sankey(shown_trace(Traced(labelled(bench.store, bench.scope, run), (), "")), SCREEN)
    told = site.twin(f"{TRACES}/{found.id}")["figure"]
    assert (told["svg"], told["words"], told["title"]) == (again.svg, again.words, again.title)
    page = site.page(f"{TRACES}/{found.id}")
    assert told["svg"].strip() in page
    assert "hx-get" not in page.partition('id="figure"')[2].partition("</section>")[0]


@pytest.mark.parametrize("language", ["fr", "sw", "am"])
def test_the_figure_speaks_the_language_of_the_page(own_site: Site, language: str) -> None:
    _, found = stored(own_site)
    english = own_site.twin(f"{TRACES}/{found.id}")["figure"]
    assert own_site.post("/session", language=language).status_code == 303
    told = own_site.twin(f"{TRACES}/{found.id}")["figure"]
    words = catalogue(language)
    for key in ("drawn.where", "drawn.all_rules", "end_of.swallowed", "rule.fifo"):
        assert words[key] in told["svg"]
    numbers = re.findall(r">([\d,]+\.\d\d)<", english["svg"])
    assert re.findall(r">([\d,]+\.\d\d)<", told["svg"]) == numbers
    assert len(numbers) > 15
    assert not re.findall(r">[^<]*(?:wallet|smaller|Held|charges)[^<]*<", told["svg"])


def test_a_trace_that_kept_no_flows_is_followed_again(own_site: Site) -> None:
    bench, found = stored(own_site)
    hops = ("before", "after", "paid", "drawn", "outside", "balance_before", "traced_before", "until")
    rules = {
        code: {**rule, "hops": [{k: v for k, v in hop.items() if k not in hops} for hop in rule["hops"]]}
        for code, rule in found.fields["rules"].items()
    }
    fields = {**{k: v for k, v in found.fields.items() if k != "flows"}, "rules": rules}
    for one in fields["without"]:
        one.pop("stops")
    older = bench.store.record(bench.scope, replace(found, ran="trace own_first/1", fields=fields))
    told = own_site.twin(f"{TRACES}/{older}")
    assert told["figure"] is None
    assert f"{TRACES}/{older}/figure" in own_site.page(f"{TRACES}/{older}")
    one, two = (own_site.twin(f"{TRACES}/{older}/figure")["figure"] for _ in range(2))
    assert one == two
    assert one["svg"] == own_site.twin(f"{TRACES}/{found.id}")["figure"]["svg"]
    opened = own_site.twin(f"{TRACES}/{older}/hops/3")["opened"]
    assert (opened["formula"], opened["owners"]) == ("", [])
    assert own_site.client.get(f"{TRACES}/{older}?hop=3").status_code == 200


@pytest.mark.parametrize("number", range(1, 30, 4))
def test_a_hop_opens_with_its_rule_its_owners_and_its_place(site: Site, number: int) -> None:
    _, found = stored(site)
    told = site.twin(f"{TRACES}/{found.id}/hops/{number}")["opened"]
    hop = found.fields["rules"]["own_first"]["hops"][number - 1]
    for name in ("before", "here", "after"):
        assert all(Fraction(line[name]) >= 0 for line in told["owners"])
    before, here, after = (
        sum(Fraction(line[name]) for line in told["owners"]) for name in ("before", "here", "after")
    )
    assert before == Fraction(hop["balance_before"])
    assert here == Fraction(hop["received"] if hop["outside"] else hop["amount"])
    assert after == Fraction(told["after"])
    assert told["plain"]
    assert told["formula"] == ("claim" if hop["outside"] else "own_first")
    place = told["printing"]
    assert place["observation"] in {row["observation"] for row in hop["rows"]}
    assert place["observation"] in {row["observation"] for row in place["rows"]}
    assert (place["printed"]["lines"], place["printed"]["why"]) == ([], "masked")
    assert len(place["rows"]) <= 8


def test_the_original_is_opened_where_names_may_be_shown(own_site: Site) -> None:
    _, found = stored(own_site)
    hops = found.fields["rules"]["own_first"]["hops"]
    number = next(n for n, h in enumerate(hops, 1) if any("pointer:" in r["locator"] for r in h["rows"]))
    assert own_site.post("/session", names="show").status_code == 303
    place = own_site.twin(f"{TRACES}/{found.id}/hops/{number}")["opened"]["printing"]
    assert any(line["here"] for line in place["printed"]["lines"])
    assert place["rows"] == []
    page = own_site.page(f"{TRACES}/{found.id}?hop={number}")
    assert f'id="hop-{number}-open"' in page


@pytest.mark.parametrize("number", ["0", "99", "-1", "one", "9" * 40])
def test_no_such_hop(site: Site, number: str) -> None:
    _, found = stored(site)
    for path in (f"{TRACES}/{found.id}/hops/{number}", f"{TRACES}/{found.id}?hop={number}"):
        answer = site.client.get(path)
        assert answer.status_code in ((200,) if (number == "0" and "?" in path) else (404,))


def test_hops_as_csv_are_the_hops_of_the_twin(site: Site) -> None:
    _, found = stored(site)
    answer = site.client.get(f"{TRACES}/{found.id}/hops.csv")
    assert answer.headers["content-disposition"].endswith('.csv"')
    head, *rows = csv.reader(io.StringIO(answer.content.decode()))
    assert tuple(head) == HEADER
    hops = site.twin(f"{TRACES}/{found.id}?hops=all")["hops"]
    at = {name: head.index(name) for name in HEADER}
    assert [r[at["traced"]] for r in rows] == [h["traced"] for h in hops]
    assert [r[at["balance_before"]] for r in rows] == [h["balance_before"] for h in hops]
    assert "+2547" not in answer.text


def test_a_trace_is_run_again_and_its_result_kept(own_site: Site) -> None:
    _, found = stored(own_site)
    answer = own_site.post(f"{TRACES}/{found.id}/again")
    assert (answer.status_code, answer.headers["location"]) == (303, TRACES)
    bench, _ = stored(own_site)
    while not all(job.over for job in own_site.desk.jobs(bench)):
        time.sleep(0.05)
    (job,) = own_site.desk.jobs(bench)
    assert (job.error, job.outcome["trace"]) == ({}, found.id)
    assert found.id in {r.id for r in bench.store.results(bench.scope, ResultKind.TRACE)}
    assert own_site.client.post(f"{TRACES}/{found.id}/again").status_code == 403


def test_an_assertion_says_where_the_money_stops_without_it(site: Site) -> None:
    _, found = stored(site)
    told: list[dict[str, Any]] = site.twin(f"{TRACES}/{found.id}")["said"]
    by_kind = {one["kind"]: one for one in told}
    assert Fraction(by_kind["same_event"]["stopped"]) == 244500
    assert by_kind["same_event"]["payer"]["kind"] == "account"
    assert by_kind["paid_for"]["stop"]["kind"] == "exchange"
    page = site.page(f"{TRACES}/{found.id}")
    assert "244,500.00 stops where bank account" in page
