"""Hostile text in every field that a page shows: nothing executes, nothing leaves, the layout holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.settings import Settings
from api.workbench import Workbench
from graph.model.scope import Clearance
from graph.store import Selection
from ingest.runner import Intake
from tests.api.web.seeded_leads import plant
from tests.e2e.conftest import Running, Watch, serve
from tests.e2e.looking import overflows
from tests.ingest.tables_made_up import STATEMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SCRIPT = "<script>window.broken=1</script><img src=x onerror=window.broken=1>\"'><svg onload=window.broken=1>"
TURNING = "pay\u202e00.001 SEK\u2066\u200f\ufeff"
ENDLESS = "W" * 10_000
BREAKING = "{{7*7}}${7*7}<%=7%>\x00\x1b[31m\n</title></textarea></script>&quot;"
NASTY = (SCRIPT, TURNING, ENDLESS, BREAKING)
CASE = '<img src=x onerror="window.broken=1">'


def _csv(text: str) -> str:
    quoted = text.replace('"', '""').replace("\x00", "").replace("\n", " ").replace("\x1b", "")
    return f'"{quoted}"'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A case in which every text that anybody gives is one of the hostile ones."""
    home = tmp_path_factory.mktemp("hostile")
    rows = ["Date,Details,Ref,Debit,Credit,Balance"]
    rows += [
        f'0{n + 1}/09/2026,{_csv(NASTY[n % 4])},{_csv(NASTY[n % 4][:60])},,"1,000.00","{n + 1},000.00"'
        for n in range(8)
    ]
    path = home / f"{TURNING}<img src=x onerror=alert(1)>&{'L' * 120}.csv"
    path.write_text("\n".join(rows) + "\nnot a row\n", encoding="utf-8")
    settings = Settings(store=str(home / "store"), case=CASE, actor=SCRIPT)
    with Workbench.open(settings, purpose=SCRIPT, clearance=Clearance.CASE, create=True) as bench:
        bench.store.open_case(bench.scope, CASE, ENDLESS)
        given = Intake(SCRIPT, ENDLESS, "2026-11-03", mapping=STATEMENT)
        assert bench.ingest([path], given)[0].accepted == 8
        bench.store.open_case(bench.scope, f"x{TURNING}", SCRIPT)
        found = bench.store.select(bench.scope, Selection()).table.to_pylist()
        for text in NASTY:
            bench.assert_("reverses", found[0]["observation"], found[1]["observation"], text)
        bench.role(found[0]["credit"], "suspect", SCRIPT)
        leads = tuple(plant(bench, SCRIPT + TURNING + ENDLESS))
        bench.dispose(leads[0], "confirmed", ENDLESS)
    for link, base in serve(settings.store, home, "--unmask", "--case", CASE):
        yield Running(link, base, CASE, settings.store, leads)


@pytest.fixture
def tried(browser: Browser, hostile: Running, watch: Watch) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    watch.over(context)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(hostile.link)
    yield page
    context.close()
    assert watch.faults == []


def _whole(page: Page) -> None:
    """Nothing ran, nothing of ours was closed, nothing is wider than the window."""
    assert page.evaluate("window.broken") is None
    assert page.locator("main").count() == 1
    assert page.locator('img, main script:not([type="application/json"]), main iframe').count() == 0
    assert page.locator("footer.state").is_visible()
    assert overflows(page) == []
    assert "49" not in page.title()


@pytest.mark.parametrize("names", ["mask", "show"])
def test_every_page_holds(tried: Page, hostile: Running, names: str) -> None:
    _whole(tried)
    tried.locator(".menu > summary").click()
    tried.locator(f'button[name="names"][value="{names}"]').click()
    tried.locator("tbody th a").first.click()
    _whole(tried)
    for number in (1, 3, 5, 6):
        tried.locator(".rail a").nth(number).click()
        _whole(tried)
        for opened in tried.locator("main details:not([open]) > summary").all():
            if opened.is_visible():
                opened.click()
        _whole(tried)
    tried.locator(".rail a").first.click()
    tried.locator("#files td.num a").first.click()
    _whole(tried)
    for row in range(4):
        tried.locator("td.num a.n").nth(row).click()
        _whole(tried)
        tried.go_back()


def test_every_lead_holds(tried: Page, hostile: Running) -> None:
    tried.locator("tbody th a").first.click()
    tried.locator(".rail a").nth(3).click()
    for number in range(len(hostile.leads)):
        tried.locator(".q a").nth(number).click()
        _whole(tried)


@pytest.mark.parametrize("text", NASTY, ids=["script", "turning", "endless", "breaking"])
def test_what_is_asked_for_is_only_text(tried: Page, text: str) -> None:
    tried.locator("#find").fill(text.replace("\n", " "))
    tried.keyboard.press("Enter")
    tried.wait_for_url("**/search**")
    _whole(tried)
    assert tried.locator("#find").input_value().startswith(text[:20].replace("\x00", ""))


def test_an_error_that_quotes_is_only_text(tried: Page, watch: Watch) -> None:
    watch.allowed = ("400",)
    tried.locator("tbody th a").first.click()
    tried.locator('.rail a[href$="/assertions"]').click()
    tried.locator('input[name="subject"]').first.fill(SCRIPT)
    tried.locator('input[name="object"]').first.fill(TURNING)
    tried.locator('textarea[name="reason"]').first.fill(BREAKING.replace("\x00", ""))
    tried.locator("form.stack button").first.click()
    assert "no payment has this reference" in tried.locator("main").inner_text()
    _whole(tried)


@pytest.mark.parametrize("names", ["mask", "show"])
def test_the_network_and_the_traces_hold(tried: Page, hostile: Running, names: str) -> None:
    tried.locator(".menu > summary").click()
    tried.locator(f'button[name="names"][value="{names}"]').click()
    tried.locator("tbody th a").first.click()
    tried.locator(".rail a").nth(2).click()
    tried.locator("#cy[data-nodes]").wait_for()
    _whole(tried)
    for button in tried.locator(".twin button[data-select]").all()[:4]:
        chosen = button.get_attribute("data-select") or ""
        button.click()
        tried.locator(f'#cy[data-selected="{chosen}"]').wait_for()
        _whole(tried)
    tried.keyboard.press("t")
    tried.locator('form.stack textarea[name="seeds"]').wait_for()
    _whole(tried)
    for text in NASTY:
        tried.locator('textarea[name="seeds"]').fill(text.replace("\x00", ""))
        tried.locator("form.stack button.go").click()
        tried.locator("main").wait_for()
        _whole(tried)
