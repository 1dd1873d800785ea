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
    assert page.locator(".hops tbody tr").count() == len(told["hops"]) > 5
    assert page.locator("h1").inner_text().startswith("KES")
    assert page.locator(".withouts").count() == len(told["said"])
    page.locator(".hops tbody a").first.click()
    page.wait_for_url(re.compile("/observations/"))


def test_the_figure_holds_the_bytes_of_the_pack(page: Page, workbench: Running) -> None:
    open_first(page, workbench)
    told = page.request.get(page.url + "/figure.json").json()["figure"]
    assert told["stale"] is False
    assert told["svg"].startswith("<svg")
    assert "style=" not in told["svg"]
    assert "<script" not in told["svg"]


def test_from_an_instrument_to_a_trace_by_ticking_its_payments(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("traces"))
    before = page.locator(".colmain tbody tr").count()
    page.goto(workbench.at("network"))
    button = page.locator(".twin button[data-select]").filter(has_text=re.compile(r"^wallet")).first
    wallet = button.get_attribute("data-select")
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


def test_keys_reach_policy_and_another_trace(page: Page, workbench: Running) -> None:
    open_first(page, workbench)
    page.keyboard.press("i")
    page.wait_for_url(re.compile("#policy"))
    page.keyboard.press("r")
    page.wait_for_url(re.compile("/traces$"))


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
