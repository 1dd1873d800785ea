"""The trace pages in a real browser: from payments chosen to a result, its figure and its records."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.looking import contrast_faults, named_faults, overflows

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Running


def open_first(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("traces"))
    page.locator(".colmain td a").first.click()
    page.locator(".figbox svg.fig").wait_for()


def twin(page: Page) -> Any:
    return page.request.get(page.url.partition("?")[0] + ".json").json()


def test_a_trace_shows_every_rule_with_its_band_and_every_hop_opens(page: Page, workbench: Running) -> None:
    open_first(page, workbench)
    told = twin(page)
    assert page.locator(".rules tbody tr").count() == len(told["rules"]) == 5
    assert page.locator(".hops tbody tr").count() == len(told["hops"]) == 10 < told["hops_in_all"]
    assert page.locator("h1").inner_text().startswith("KES")
    assert page.locator(".withouts").count() == len(told["said"])
    page.locator(".hops tbody td:last-child a").first.click()
    page.wait_for_url(re.compile("/observations/"))


def test_the_figure_is_there_with_the_page(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("traces"))
    page.locator(".colmain td a").first.click()
    page.wait_for_load_state("domcontentloaded")
    assert page.locator(".figbox svg.fig").count() == 1
    told = twin(page)["figure"]
    assert told["svg"].startswith("<svg")
    assert "style=" not in told["svg"]
    assert "<script" not in told["svg"]
    page.locator(".fold > summary").click()
    assert page.locator(".fold tbody tr").count() == len(twin(page)["places"])


def test_hops_open_and_close_by_keyboard(page: Page, workbench: Running) -> None:
    open_first(page, workbench)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    opener = page.locator(".hop a[aria-expanded]").first
    assert opener.evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    page.locator(".opened").wait_for()
    assert opener.get_attribute("aria-expanded") == "true"
    assert page.locator(".opened .whose tfoot").count() == 1
    assert page.locator(".opened .kv dd").count() >= 5
    assert named_faults(page) == []
    assert contrast_faults(page) == []
    assert overflows(page) == []
    page.keyboard.press("Enter")
    page.locator(".opened").wait_for(state="detached")
    assert opener.get_attribute("aria-expanded") == "false"


def test_an_open_hop_has_an_address(plain_page: Page, workbench: Running) -> None:
    plain_page.goto(workbench.at("traces"))
    plain_page.locator(".colmain td a").first.click()
    assert plain_page.locator(".figbox svg.fig").count() == 1
    plain_page.locator(".hop a[aria-expanded]").nth(2).click()
    assert re.search(r"\?hop=\d+#hop-\d+$", plain_page.url)
    assert plain_page.locator(".opened .formula").count() == 1
    plain_page.get_by_role("link", name=re.compile("^All ")).click()
    assert plain_page.locator(".hop").count() > 20


def test_right_to_left_mirrors_the_page_and_not_the_figure(page: Page, workbench: Running) -> None:
    open_first(page, workbench)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert overflows(page) == []
    assert page.locator(".figbox").evaluate("e => getComputedStyle(e).direction") == "ltr"


def test_from_an_instrument_to_a_trace_by_ticking_its_payments(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("traces"))
    before = page.locator(".colmain tbody tr").count()
    page.locator(".colmain td a").first.click()
    (hop, *_) = twin(page)["hops"]
    wallet = hop["to"]["url"].partition("focus=")[2]
    page.goto(workbench.at("traces") + f"?instrument={wallet}")
    page.locator('input[name="seed"]').first.check()
    page.locator('select[name="rule"]').select_option("fifo")
    page.locator("form.stack button.go").click()
    page.wait_for_url(re.compile("/traces$"))
    for _ in range(40):
        if page.locator(".colmain tbody tr").count() > before:
            break
        page.wait_for_timeout(500)
        page.reload()
    assert page.locator(".colmain tbody tr").count() == before + 1


def test_no_payment_named_is_told_kindly(page: Page, workbench: Running, watch: Any) -> None:
    watch.allowed = ("400", "422")
    page.goto(workbench.at("traces"))
    page.locator("form.stack button.go").click()
    assert "no payment was named" in page.locator("main").inner_text()


def test_keys_reach_policy_running_again_assets_and_another_trace(page: Page, workbench: Running) -> None:
    open_first(page, workbench)
    page.keyboard.press("i")
    page.wait_for_url(re.compile("#policy"))
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "again"
    page.keyboard.press("t")
    page.wait_for_url(re.compile("/traces$"))
    open_first(page, workbench)
    page.keyboard.press("a")
    page.wait_for_url(re.compile("/assets$"))


def test_it_fits_and_everything_has_a_name(page: Page, workbench: Running) -> None:
    for place in ("first", "list"):
        if place == "first":
            open_first(page, workbench)
        else:
            page.goto(workbench.at("traces"))
        assert overflows(page) == []
        assert named_faults(page) == []


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_every_text_can_be_read(page: Page, workbench: Running, theme: str) -> None:
    page.goto(workbench.at("traces"))
    page.locator(".menu > summary").click()
    page.locator(f'button[name="theme"][value="{theme}"]').click()
    open_first(page, workbench)
    assert contrast_faults(page) == []


def test_without_scripts_the_tables_stand(plain_page: Page, workbench: Running) -> None:
    plain_page.goto(workbench.at("traces"))
    plain_page.locator(".colmain td a").first.click()
    assert plain_page.locator(".hops tbody tr").count() > 5
