"""The assets page: its figures are the trace's and the allocation's, its forms record what they say."""

from __future__ import annotations

import html
import re
import time
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from api.casework.held_assets import Stay, held_assets, sharing_of
from api.casework.latest import latest_result
from api.casework.restraining import restrain
from api.casework.restraints import Restraint, RestraintState
from api.evidence.figures.recovery import axis
from api.web.asset_lines import restraint_line
from api.web.letters import letters
from graph.model.results import ResultKind
from tests.api.web.conftest import BASE, CASE

if TYPE_CHECKING:
    from tests.api.web.conftest import Site

PAGE = f"/cases/{CASE}/assets"
WALLET = "4606"


def number(text: str) -> Fraction:
    """Read a printed amount back."""
    return Fraction(text.replace(",", "").replace("−", "-").replace("+ ", "").replace("- ", "-"))


KINDS = (
    {"state": "ordered", "reference": "M-118/2026", "by": "High Court"},
    {"state": "asked", "by": "issuer"},
    {"state": "held_until", "until": "2099-12-31"},
    {"state": "held_until", "on": "2020-01-01", "until": "2020-01-02"},
)


def added(site: Site) -> tuple[list[str], Any]:
    """Record a restraint of each kind through the form; return the places and the page after it."""
    lines = [line for line in site.twin(PAGE)["assets"] if line["restraint"]["state"] == "open"]
    places = [str(line["place"]) for line in lines][: len(KINDS)]
    for place, fields in zip(places, KINDS, strict=True):
        answer = site.post(f"{PAGE}/restraint", asset=place, reason="as told by phone", **fields)
        assert answer.status_code == 303, answer.text
    return places, site.twin(PAGE)


def test_the_page_says_what_the_trace_and_the_twin_say(site: Site) -> None:
    twin, page = site.twin(PAGE), html.unescape(site.page(PAGE))
    bench = site.desk.bench(CASE, purpose="test")
    trace = latest_result(bench, ResultKind.TRACE)
    assert trace is not None
    held = trace.fields["rules"][twin["rule"]]["held"]
    assert twin["trace"] == trace.id
    assert abs(number(twin["sums"]["claim"]) - Fraction(held)) < Fraction(1, 100)
    assert len(twin["assets"]) == 6
    for line in twin["assets"]:
        assert line["claim"] in page
        assert number(line["least"]) <= number(line["claim"]) <= number(line["most"])
        shown = {code: number(text) for code, text in line["values"]}
        assert (min(shown.values()), max(shown.values())) == (number(line["least"]), number(line["most"]))
    assert "326,050.37" in re.findall("<h1>(.*?)</h1>", page)[0]
    restrained, asked, left = (number(twin["sums"][k]) for k in ("restrained", "asked", "open"))
    assert abs(restrained + asked + left - number(twin["sums"]["claim"])) <= Fraction(2, 100)


def test_what_is_held_asked_and_open_adds_up_to_what_is_traced(own_site: Site) -> None:
    places, twin = added(own_site)
    lines = {line["place"]: line for line in twin["assets"]}
    assert [lines[place]["restraint"]["state"] for place in places] == [
        "ordered",
        "asked",
        "held_until",
        "ended",
    ]
    sums = twin["sums"]
    held = {"restrained": ("ordered", "held_until"), "asked": ("asked",), "open": ("open", "ended", "lifted")}
    for word, of in held.items():
        claims = [number(line["claim"]) for line in twin["assets"] if line["restraint"]["state"] in of]
        assert abs(number(sums[word]) - sum(claims)) <= Fraction(3, 100), word
    assert sums["leaving"] == sum(line["leaving"] for line in twin["assets"])
    assert [lines[place]["leaving"] for place in places] == [False, True, False, True]
    page = html.unescape(own_site.page(PAGE))
    assert "M-118/2026" in page
    assert "Asked of issuer" in page


def test_a_restraint_of_a_part_leaves_the_rest_open(own_site: Site) -> None:
    bench = own_site.desk.bench(CASE, purpose="test")
    before = own_site.twin(PAGE)["sums"]
    was = next(a for a in own_site.twin(PAGE)["assets"] if a["label"].endswith(WALLET))
    restrain(bench, WALLET, "ordered", "order", reference="M-1", amount="10,000.00")
    twin = own_site.twin(PAGE)
    gone = number(was["claim"]) if was["restraint"]["state"] == "ordered" else 0
    assert number(twin["sums"]["restrained"]) == number(before["restrained"]) - gone + 10_000
    line = next(a for a in twin["assets"] if a["label"].endswith(WALLET))
    assert line["restraint"]["amount"] == "10,000.00"


def test_the_forms_refuse_what_does_not_fit_and_keep_nothing(own_site: Site) -> None:
    before = own_site.twin(PAGE)
    place = before["assets"][0]["place"]
    for fields in (
        {"asset": place, "state": "ordered", "reason": "x"},
        {"asset": place, "state": "asked", "reason": ""},
        {"asset": "nowhere|KES:2", "state": "asked", "reason": "x"},
        {"asset": place, "state": "held_until", "until": "soon", "reason": "x"},
    ):
        assert own_site.post(f"{PAGE}/restraint", **fields).status_code == 400, fields
    refused = own_site.client.post(f"{PAGE}/restraint", data={"asset": place}, headers={"Origin": BASE})
    assert refused.status_code == 403
    assert own_site.twin(PAGE)["done"] == before["done"]


def test_what_was_said_stays_in_its_order_with_its_author(own_site: Site) -> None:
    place = own_site.twin(PAGE)["assets"][0]["place"]
    own_site.post(f"{PAGE}/restraint", asset=place, state="asked", on="2026-11-01", reason="letter")
    own_site.post(
        f"{PAGE}/restraint", asset=place, state="ordered", on="2026-11-05", reference="M-9", reason="order"
    )
    own_site.post(
        f"{PAGE}/returned", claimant="V1", amount="5,000.00", code="KES", on="2026-11-03", reason="advice"
    )
    done = [d for d in own_site.twin(PAGE)["done"] if d["author"] == "Analyst 07"]
    assert [(d["on"], d["counts"]) for d in done] == [
        ("2026-11-05", True),
        ("2026-11-03", True),
        ("2026-11-01", False),
    ]
    assert own_site.twin(PAGE)["allocation"]["back_since"] == "5,000.00"
    said = own_site.page(f"/cases/{CASE}/assertions")
    assert "ordered, 2026-11-05, M-9" in said


def test_an_allocation_from_the_page_takes_in_what_came_back(own_site: Site) -> None:
    own_site.post(f"{PAGE}/returned", claimant="V1", amount="5,000.00", code="KES", reason="advice")
    trace = own_site.twin(PAGE)["trace"]
    started = own_site.post(
        f"{PAGE}/allocation", trace=trace, at="2026-11-02", scheme="rising_tide", costs="1,000.00"
    )
    assert started.status_code == 303, started.text
    for _ in range(400):
        if all(j.over for j in own_site.desk.work.jobs(CASE)):
            break
        time.sleep(0.05)
    part = own_site.twin(PAGE)["allocation"]
    assert (part["base"], part["back"], part["general_costs"]) == ("rising_tide", "5,000.00", "1,000.00")
    assert part["back_since"] == ""
    assert number(part["to_share"]) == number(part["gross"]) - 1000
    assert number(part["net_loss"]) == number(part["paid_in"]) - 5000


def test_every_scheme_adds_up_and_no_payment_exceeds_a_loss(site: Site) -> None:
    part = site.twin(PAGE)["allocation"]
    assert part["schemes"][0]["code"] == part["base"] == "net_loss"
    assert len(part["schemes"]) == 4
    for i, scheme in enumerate(part["schemes"]):
        paid = [number(c["shares"][i]["paid"]) for c in part["claimants"]]
        assert sum(paid) == number(scheme["paid"])
        assert sum(paid) + number(scheme["costs"]) + number(scheme["residual"]) == number(part["gross"])
        gains = [number(c["shares"][i]["gain"]) for c in part["claimants"]]
        assert sum(gains) == number(scheme["gained"])
        for claimant, gain in zip(part["claimants"], gains, strict=True):
            assert number(claimant["shares"][i]["paid"]) <= number(claimant["loss"])
            assert (claimant["shares"][i]["bar"] > 0) == (gain > 0)
            assert (claimant["shares"][i]["bar"] < 0) == (gain < 0)
    assert part["figure"].startswith("<svg")
    assert "<script" not in part["figure"]


def test_the_sharing_of_the_page_is_the_one_that_was_recorded(site: Site) -> None:
    from api.casework.allocations import sharing_document

    bench = site.desk.bench(CASE, purpose="test")
    trace = latest_result(bench, ResultKind.TRACE)
    assert trace is not None
    found = sharing_of(bench, held_assets(bench, trace))
    assert found is not None
    result, sharing = found
    assert sharing_document(sharing)["schemes"] == result.fields["schemes"]
    assert sharing_document(sharing)["pool"] == result.fields["pool"]


def test_traced_first_is_shown_under_every_rule_and_the_chosen_one_is_the_scheme(site: Site) -> None:
    part, twin = site.twin(PAGE)["allocation"], site.twin(PAGE)
    assert len(part["by_rule"]) == twin["rules"] == 5
    (chosen,) = [r for r in part["by_rule"] if r["chosen"]]
    at = [s["code"] for s in part["schemes"]].index("traced_first")
    assert chosen["rule"] == twin["rule"]
    assert chosen["paid"] == [c["shares"][at]["paid"] for c in part["claimants"]]
    for rule in part["by_rule"]:
        assert sum(number(n) for n in rule["paid"]) == number(rule["sum"]) <= number(rule["pool"])


def test_how_long_money_stays_is_what_the_typology_says(own_site: Site) -> None:
    bench = own_site.desk.bench(CASE, purpose="test")
    found = bench.detect(["AS-04"])["leads"]
    hours = {(one["instruments"][0]["id"]): one["figures"]["hold"] for one in found}
    trace = latest_result(bench, ResultKind.TRACE)
    assert trace is not None
    assets = held_assets(bench, trace)
    stays: dict[str, Stay] = {
        h.instrument: assets.stays[h.place] for h in assets.sheet if h.place in assets.stays
    }
    assert {i for i, told in hours.items() if told != "?"} == set(stays)
    for instrument, stay in stays.items():
        assert int(hours[instrument]) == stay.median // (3600 * 10**6)
        assert stay.parts > 0


def test_letters_go_to_whoever_can_hold_what_nobody_holds_yet(own_site: Site) -> None:
    _, twin = added(own_site)
    asked = {line["place"] for letter in twin["letters"] for line in letter["assets"]}
    open_ones = {
        line["place"]
        for line in twin["assets"]
        if line["restraint"]["state"] not in ("ordered", "held_until")
    }
    assert asked == open_ones
    assert letters(()) == ()
    page = html.unescape(own_site.page(PAGE))
    texts = re.findall(r"<textarea class=\"field letter\".*?>(.*?)</textarea>", page, re.DOTALL)
    assert len(texts) == len(twin["letters"])
    for letter, text in zip(twin["letters"], texts, strict=True):
        assert all(line["least"] in text and line["most"] in text for line in letter["assets"])
        assert "no finding about anyone" in text


@pytest.mark.parametrize("language", ["fr", "sw", "am"])
def test_the_page_speaks_every_language(own_site: Site, language: str) -> None:
    english = own_site.page(PAGE)
    assert own_site.post("/session", language=language).status_code == 303
    told = own_site.page(PAGE)
    assert told != english
    assert "Freezable now" not in told


def test_a_trace_may_be_named_and_none_is_said(own_site: Site) -> None:
    twin = own_site.twin(PAGE)
    assert own_site.twin(f"{PAGE}?trace={twin['trace']}")["assets"] == twin["assets"]
    assert own_site.client.get(f"{PAGE}?trace={'0' * 32}").status_code == 404
    own_site.desk.open_case("empty")
    assert own_site.twin("/cases/empty/assets")["trace"] == ""
    assert "Nothing was traced yet" in own_site.page("/cases/empty/assets")


def test_a_hold_that_is_over_holds_nothing() -> None:
    hold = Restraint(
        "", "", "i", "KES:2", RestraintState.HELD_UNTIL, "2026-11-27", "", "", "", None, "", "", ""
    )
    found = [restraint_line(hold, date(2026, 11, day)) for day in (20, 27, 28)]
    assert [(one.state, one.days) for one in found] == [("held_until", 7), ("held_until", 0), ("ended", -1)]
    assert restraint_line(None, date(2026, 11, 1)).state == "open"


def test_the_axis_of_shares_begins_below_the_least() -> None:
    for n in range(101):
        low, step = axis([Fraction(n, 100), Fraction(1)])
        assert 0 <= low < 1
        assert low <= Fraction(n, 100) or n == 100
        assert ((1 - low) / step).denominator == 1
    assert axis([])[0] < 1
