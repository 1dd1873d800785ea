"""The assets in a real browser: by keyboard from a trace to a restraint, hostile words in every field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.looking import contrast_faults, named_faults, overflows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.e2e.conftest import Running

HOSTILE = "<script>window.broken=1</script><img src=x onerror=window.broken=1>\"'>\u202epay\u2066" + "W" * 150
LONG = HOSTILE + "</textarea></script>{{7*7}}" * 40


@pytest.fixture
def opened(page: Page, workbench: Running) -> Iterator[Page]:
    page.goto(workbench.at("assets"), timeout=30_000)
    yield page
    assert page.evaluate("window.broken") is None
    assert overflows(page) == []


def twin(page: Page) -> Any:
    return page.request.get(page.url.partition("?")[0].partition("#")[0] + ".json").json()


def state_of(told: Any, place: str) -> str:
    return str(next(a for a in told["assets"] if a["place"] == place)["restraint"]["state"])


def tab_to(page: Page, name: str) -> None:
    """Press Tab until a field has the focus; a field for a day takes several."""
    for _ in range(16):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(name)


def share(page: Page) -> None:
    """See that the trace shown is shared: another test may have traced anew since it was."""
    for _ in range(60):
        if page.locator(".recovered svg.fig").count():
            return
        if page.locator('form[action$="/allocation"] button').is_visible():
            page.locator('form[action$="/allocation"] button').click()
        page.wait_for_timeout(1000)
        page.goto(page.url.partition("#")[0])


def test_the_answer_stands_with_its_band_and_every_number_opens(opened: Page) -> None:
    share(opened)
    told = twin(opened)
    heading = opened.locator("h1").inner_text()
    assert told["sums"]["claim"] in heading
    assert told["sums"]["least"] in heading
    assert told["sums"]["most"] in heading
    rows = opened.locator(".sheet-of tbody tr")
    assert rows.count() == len(told["assets"]) > 3
    assert rows.locator("svg.wh").count() == rows.count()
    assert opened.locator(".recovered svg.fig").count() == 1
    assert opened.locator(".alloc tbody tr").count() == len(told["allocation"]["claimants"])
    assert named_faults(opened) == []
    rows.first.locator("td.num a.n").first.click()
    opened.wait_for_url(re.compile("/records"))
    opened.go_back()


def test_a_restraint_is_recorded_by_keyboard_alone(opened: Page, workbench: Running) -> None:
    opened.keyboard.press("r")
    assert opened.evaluate("document.activeElement.name") == "asset"
    place = opened.evaluate("document.activeElement.value")
    fields = (
        ("state", "ordered"),
        ("reference", "M-118/2026"),
        ("by", "High Court"),
        ("reason", "order read out"),
    )
    for name, text in fields:
        tab_to(opened, name)
        opened.keyboard.type(text)
    opened.keyboard.press("Enter")
    opened.wait_for_url(re.compile("/assets#done"))
    assert state_of(twin(opened), place) == "ordered"
    assert "M-118/2026" in opened.locator(".sheet-of").inner_text()
    opened.keyboard.press("p")
    assert opened.locator("#letters details").first.get_attribute("open") is not None
    opened.keyboard.press("g")
    opened.keyboard.press("t")
    opened.wait_for_url(re.compile("/traces$"))
    opened.keyboard.press("g")
    opened.keyboard.press("a")
    opened.wait_for_url(re.compile("/assets$"))


def test_hostile_words_in_every_field_are_only_words(opened: Page, workbench: Running) -> None:
    place = opened.locator('#record select[name="asset"] option').nth(1).get_attribute("value")
    assert place
    opened.goto(workbench.at("assets") + f"?asset={place.replace('|', '%7C')}#record")
    form = opened.locator("#record form")
    assert form.locator('[name="asset"]').input_value() == place
    form.locator('[name="state"]').select_option("ordered")
    for name, text in (("reference", HOSTILE), ("by", HOSTILE), ("reason", LONG)):
        form.locator(f'[name="{name}"]').fill(text)
    form.locator("button").click()
    opened.wait_for_url(re.compile("/assets#done"))
    told = twin(opened)
    assert state_of(told, place) == "ordered"
    assert any(d["reason"].startswith("<script>") for d in told["done"])
    opened.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
    assert opened.locator("main img, main script").count() == 0
    assert overflows(opened) == []
    assert contrast_faults(opened) == []
    opened.goto(workbench.at("assertions"))
    assert overflows(opened) == []


def test_it_works_without_scripts(plain_page: Page, workbench: Running) -> None:
    plain_page.goto(workbench.at("assets"))
    plain_page.locator(".sheet-of .quietlink").last.click()
    chosen = plain_page.locator("#record form")
    chosen.wait_for()
    chosen.locator('[name="state"]').select_option("asked")
    chosen.locator('[name="by"]').fill("the provider")
    chosen.locator('[name="reason"]').fill("telephone call")
    chosen.locator("button").click()
    plain_page.wait_for_url(re.compile("/assets#done"))
    assert "the provider" in plain_page.locator(".sheet-of").inner_text()
    plain_page.locator("#impact summary").click()
    assert plain_page.locator("#impact table").is_visible()
