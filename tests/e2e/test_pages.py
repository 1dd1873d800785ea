"""Every page in a real browser: nothing is fetched from elsewhere, nothing is refused, nothing runs over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.looking import contrast_faults, named_faults, overflows

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Running, Watch

PLACES = ("", "/checklist", "/data", "/records", "/leads", "/assets", "/assertions")
THEMES = ("light", "dark", "contrast")


def choose(page: Page, group: str, value: str) -> None:
    page.locator(".menu > summary").click()
    page.locator(f'button[name="{group}"][value="{value}"]').click()


def test_a_page_fits_its_window_and_names_everything(page: Page, workbench: Running) -> None:
    for place in PLACES:
        page.goto(workbench.at() + place)
        assert page.locator("h1").count() == 1, place
        assert overflows(page) == [], place
        assert named_faults(page) == [], place


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read(page: Page, workbench: Running, theme: str) -> None:
    page.goto(workbench.at("leads"))
    choose(page, "theme", theme)
    for place in PLACES:
        page.goto(workbench.at() + place)
        assert contrast_faults(page) == [], place


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (683, 384)])
def test_smaller_windows_scroll_down_only(page: Page, workbench: Running, width: int, height: int) -> None:
    """683 is 1366 at 200 % zoom."""
    page.set_viewport_size({"width": width, "height": height})
    for place in PLACES:
        page.goto(workbench.at() + place)
        assert overflows(page) == [], place


def test_right_to_left_mirrors_the_frame_and_keeps_amounts_right(page: Page, workbench: Running) -> None:
    for place in PLACES:
        page.goto(workbench.at() + place)
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert overflows(page) == [], place
        rail, main = page.locator(".rail").bounding_box(), page.locator("main").bounding_box()
        assert rail
        assert main
        assert rail["x"] > main["x"], place
    page.goto(workbench.at("records"))
    assert page.locator("td.num").first.evaluate("c => getComputedStyle(c).textAlign") == "right"


@pytest.mark.parametrize("language", ["fr", "sw", "am"])
def test_a_language_is_kept_and_changes_every_page(page: Page, workbench: Running, language: str) -> None:
    page.goto(workbench.at())
    before = page.locator("main").inner_text()
    choose(page, "language", language)
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("main").inner_text() != before
    for place in PLACES:
        page.goto(workbench.at() + place)
        assert page.locator("html").get_attribute("lang") == language
        assert overflows(page) == [], place


def test_names_are_masked_until_asked_for_and_the_audit_log_keeps_it(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("records"))
    assert not re.search(r"\+?254\d{9}", page.locator("main").inner_text())
    choose(page, "names", "show")
    assert re.search(r"\+254\d{9}", page.locator("main").inner_text())
    assert page.locator(".state").inner_text().count("Names shown") == 1


def test_a_number_opens_to_its_record_and_the_record_to_its_printed_line(
    page: Page, workbench: Running
) -> None:
    page.goto(workbench.at())
    page.locator("#files td.num a").first.click()
    page.locator("td.num a.n").first.click()
    assert "/observations/" in page.url
    assert page.locator(".src").count() == 0
    choose(page, "names", "show")
    marked = page.locator(".src .here code")
    assert marked.count() == 1
    assert "28,000.00" in marked.inner_text()


def test_lists_work_without_scripts(plain_page: Page, workbench: Running) -> None:
    for place in PLACES:
        plain_page.goto(workbench.at() + place)
        assert plain_page.locator("h1").count() == 1
    plain_page.goto(workbench.at("leads"))
    plain_page.locator(".q a").nth(2).click()
    assert plain_page.locator(".q .on").count() == 1
    plain_page.locator("#find").fill("4606")
    plain_page.locator(".unseen").focus()
    plain_page.keyboard.press("Enter")
    plain_page.wait_for_url("**/search**")
    assert "••4606" in plain_page.locator("main").inner_text()


def test_a_page_that_is_not_there_says_so(page: Page, workbench: Running, watch: Watch) -> None:
    watch.allowed = ("404",)
    page.goto(workbench.at("observations", "0" * 32))
    assert "no such record" in page.locator("main").inner_text()
    page.goto(f"{workbench.base}/nowhere")
    assert page.locator("main a").get_attribute("href") == "/"
