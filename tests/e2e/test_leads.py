"""The leads page in a real browser: triage without a mouse, and everything that can be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.looking import contrast_faults, named_faults, overflows

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Running


def test_a_note_and_a_merge_without_a_mouse(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("leads"))
    page.keyboard.press("j")
    page.wait_for_url("**/leads?lead=*")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.name") == "text"
    page.keyboard.type("asked the bank")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".note.said", has_text="asked the bank").wait_for()
    page.keyboard.press("m")
    assert page.evaluate("document.activeElement.name") == "same"
    page.keyboard.press("Escape")
    assert page.locator(".decide[open]").count() == 0
    page.keyboard.press("k")
    page.wait_for_url("**/leads?lead=*")


def test_the_open_lead_fits_and_everything_has_a_name(page: Page, workbench: Running) -> None:
    for lead in workbench.leads:
        page.goto(workbench.at("leads") + f"?lead={lead}")
        assert overflows(page) == [], lead
        assert named_faults(page) == [], lead
        over = page.evaluate(
            "() => { const a = document.querySelector('.oc').getBoundingClientRect(),"
            " b = document.querySelector('.oa').getBoundingClientRect(); return a.right > b.left }"
        )
        assert not over
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert overflows(page) == []


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_every_text_of_a_lead_can_be_read(page: Page, workbench: Running, theme: str) -> None:
    page.goto(workbench.at("leads"))
    page.locator(".menu > summary").click()
    page.locator(f'button[name="theme"][value="{theme}"]').click()
    page.goto(workbench.at("leads"))
    assert contrast_faults(page) == []


def test_observed_figures_open_to_their_records(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("leads"))
    page.locator(".figs td a").first.click()
    page.wait_for_url(re.compile("#records$"))
    page.locator(".recs td a").first.click()
    page.wait_for_url(re.compile("/observations/"))
