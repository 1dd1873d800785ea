"""The question, the checklist and the timeline in a browser: by keyboard, without scripts, in every look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.looking import contrast_faults, named_faults, overflows
from tests.e2e.test_hostile import NASTY, SCRIPT
from tests.e2e.test_pages import THEMES, choose

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Running


OPEN_ALL = "document.querySelectorAll('main details').forEach((d) => { d.open = true; })"


SLOW = 45_000
"""Milliseconds that a drawing may take where the whole suite shares two cores."""


def drawn(page: Page, workbench: Running) -> None:
    page.goto(workbench.at())
    page.locator(".timeline svg").wait_for(timeout=SLOW)


@pytest.mark.parametrize("theme", THEMES)
def test_bars_timeline_and_checklist_can_be_read(page: Page, workbench: Running, theme: str) -> None:
    page.goto(workbench.at())
    choose(page, "theme", theme)
    drawn(page, workbench)
    assert contrast_faults(page) == []
    page.evaluate(OPEN_ALL)
    assert (contrast_faults(page), overflows(page), named_faults(page)) == ([], [], [])
    page.goto(workbench.at("checklist") + "?step=A1")
    assert (contrast_faults(page), overflows(page), named_faults(page)) == ([], [], [])


def test_the_twin_of_the_timeline_has_a_row_for_every_mark(page: Page, workbench: Running) -> None:
    drawn(page, workbench)
    told = page.request.get(workbench.at("timeline.json")).json()["figure"]
    assert page.locator(".timeline tbody tr").count() == told["rows"]
    circles = page.locator(".timeline circle:not(.endp):not(.ptf)").count()
    steps = page.locator(".timeline .tl-st").count()
    assert circles + steps == told["rows"]


def test_the_question_is_recorded_by_keyboard(page: Page, workbench: Running) -> None:
    page.goto(workbench.at())
    page.locator(".ask .asking > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("What is left for the second family?")
    page.keyboard.press("Tab")
    page.keyboard.type("Prosecutor 02")
    page.locator('.ask input[name="due"]').fill("2026-12-24")
    page.locator('.ask input[name="reason"]').focus()
    page.keyboard.type("letter of 20 November")
    page.keyboard.press("Enter")
    page.locator("h1", has_text="What is left for the second family?").wait_for()
    assert "due 24 Dec 2026" in page.locator(".ask .eyebrow").inner_text()
    page.locator(".ask .asking > summary").focus()
    page.keyboard.press("Enter")
    assert "Where did the money of the two families go" in page.locator(".earlier").inner_text()


def test_a_step_is_ticked_by_keyboard_with_a_reason(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("checklist"))
    before = page.locator("h1").inner_text()
    page.locator("#G7 > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("until 2033, the retention rule of the office")
    page.keyboard.press("Enter")
    page.wait_for_url("**#G7")
    assert page.locator("h1").inner_text() != before
    row = page.locator("#G7 > summary").inner_text()
    assert "done" in row
    assert "Analyst 07" in row
    assert "until 2033" in row


def test_everything_works_without_scripts(plain_page: Page, workbench: Running) -> None:
    plain_page.goto(workbench.at())
    plain_page.locator(".sop a").first.click()
    plain_page.locator("#F5 > summary").click()
    plain_page.locator('#F5 input[name="reason"]').fill("form of 12 November")
    plain_page.locator("#F5 button").click()
    assert "form of 12 November" in plain_page.locator("#F5 > summary").inner_text()
    plain_page.goto(workbench.at())
    plain_page.locator(".timeline a").click()
    assert plain_page.locator("svg.fig").count() == 1


def test_the_figures_do_not_mirror_and_the_page_does(page: Page, workbench: Running) -> None:
    drawn(page, workbench)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert overflows(page) == []
    lane, dot = (
        page.locator(".timeline text.lb").first.bounding_box(),
        page.locator(".tl-in").first.bounding_box(),
    )
    assert lane
    assert dot
    assert lane["x"] < dot["x"]
    side, main = page.locator(".colside").bounding_box(), page.locator(".colmain").bounding_box()
    assert side
    assert main
    assert side["x"] < main["x"]


@pytest.mark.parametrize("text", NASTY, ids=["script", "turning", "endless", "breaking"])
def test_hostile_text_in_every_new_field_is_only_text(page: Page, workbench: Running, text: str) -> None:
    given = text.replace("\x00", "").replace("\n", " ")
    page.goto(workbench.at())
    page.locator(".ask .asking > summary").click()
    page.locator('.ask textarea[name="text"]').fill(given[:1_000])
    page.locator('.ask input[name="asked_by"]').fill(given[:200])
    page.locator('.ask input[name="reason"]').fill(given[:4_000])
    page.locator(".ask button.go").click()
    page.locator(".ask .earlier").wait_for(state="attached")
    page.goto(workbench.at("checklist"))
    page.locator("#H1 > summary").click()
    page.locator('#H1 input[name="reason"]').fill(given[:1_000])
    page.locator("#H1 button").click()
    for place in ("", "/checklist", "/assertions"):
        page.goto(workbench.at() + place)
        if not place:
            page.locator(".timeline svg").wait_for(timeout=SLOW)
        page.evaluate(OPEN_ALL)
        assert page.evaluate("window.broken") is None, place
        assert page.locator("img, main script, main iframe").count() == 0, place
        assert overflows(page) == [], place
    assert SCRIPT[:8] not in page.content().partition("<main")[2].partition("</main>")[0]
