"""Everything by keyboard, and the work that takes a while: files read, progress shown, receipts kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ingest.tables_made_up import STATEMENT_TEXT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.e2e.conftest import Running


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.id || document.activeElement.name || ''")
    return found


def test_skip_find_and_the_list_of_keys(page: Page, workbench: Running) -> None:
    page.goto(workbench.at())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert focused(page) == "main"
    page.keyboard.press("/")
    assert focused(page) == "find"
    page.keyboard.type("j/?")
    assert page.locator("#find").input_value() == "j/?"
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()


def test_the_whole_triage_without_a_mouse(page: Page, workbench: Running) -> None:
    page.goto(workbench.at())
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/leads")
    first = page.locator(".openhead .h1").inner_text()
    page.keyboard.press("r")
    assert page.locator(".route li").first.is_visible()
    page.keyboard.press("j")
    page.wait_for_url("**/leads?lead=*")
    second = page.locator(".openhead .h1").inner_text()
    assert second != first
    page.keyboard.press("k")
    page.locator(".openhead .h1", has_text=first).wait_for()
    page.keyboard.press("j")
    page.locator(".openhead .h1", has_text=second).wait_for()
    page.keyboard.press("d")
    assert focused(page) == "ground"
    page.keyboard.press("Escape")
    assert not page.locator("#dismiss form").is_visible()
    page.keyboard.press("d")
    page.keyboard.press("Tab")
    page.keyboard.type("known to the desk")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".openhead .note").first.wait_for()
    assert "known to the desk" in page.locator(".openhead .note").first.inner_text()
    assert "1 dismissed" in page.locator(".queue header").inner_text()


def test_single_keys_can_be_switched_off(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("leads"))
    here = page.url
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("/")
    assert focused(page) != "find"
    assert page.url == here
    page.reload()
    page.keyboard.press("?")
    assert not page.locator("#keys").is_visible()


def test_focus_is_always_to_be_seen(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("leads"))
    seen = 0
    for _ in range(40):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const e = document.activeElement.closest('.find') ?? document.activeElement;"
            " const s = getComputedStyle(e); return [s.outlineStyle, s.outlineWidth, e.tagName]; })()"
        )
        if style[2] == "BODY":
            break
        assert style[0] == "solid", style
        assert style[1] == "2px", style
        seen += 1
    assert seen > 20


def test_files_are_chosen_read_and_their_receipts_shown(
    page: Page, workbench: Running, tmp_path: Path
) -> None:
    page.goto(workbench.at("data"))
    good, bad = tmp_path / "statement.csv", tmp_path / "broken.xml"
    good.write_text(STATEMENT_TEXT, encoding="utf-8")
    bad.write_text("<a>", encoding="utf-8")
    page.locator("input[type=file]").set_input_files([good, bad])
    assert page.locator("[data-chosen] li").count() == 2
    page.locator('input[name="supplier"]').fill("Example Bank")
    page.locator('input[name="authority"]').fill("Order 9")
    page.locator('input[name="received"]').fill("2026-11-20")
    page.locator("#intake button.go").click()
    page.locator(".job").first.wait_for()
    page.locator(".job .receipt").nth(1).wait_for(timeout=60_000)
    told = page.locator(".job").first.inner_text()
    assert "Done" in told
    assert "Quarantined" in told
    assert page.locator(".job").first.get_attribute("hx-get") is None
    page.locator(".job a").first.click()
    page.locator(".file").first.wait_for()
    assert page.locator(".file").count() == 11
