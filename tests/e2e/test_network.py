"""The network page in a real browser, and the stand-alone page opened from disk with the network cut."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from api.evidence.exporters import Heading, exporters
from tests.api.evidence.formats.hostile import PAYLOADS, hostile
from tests.e2e.looking import contrast_faults, named_faults, overflows

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.e2e.conftest import Running

THEMES = ("light", "dark", "contrast")
PATIENCE = 30_000
"""Milliseconds for a page on a busy machine; what must be fast is measured by itself."""


@pytest.fixture(autouse=True)
def _patient(request: pytest.FixtureRequest) -> None:
    if "page" in request.fixturenames:
        request.getfixturevalue("page").set_default_timeout(PATIENCE)


def canvas(page: Page) -> Locator:
    found = page.locator("#cy[data-nodes]")
    found.wait_for()
    return found


def number(page: Page, what: str) -> int:
    return int(canvas(page).get_attribute(f"data-{what}") or -1)


def places(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(canvas(page).get_attribute("data-places") or "{}")
    return found


def selected(page: Page) -> str:
    return canvas(page).get_attribute("data-selected") or ""


def select_wallet(page: Page) -> str:
    """Select the first wallet of the table; return its id."""
    single = page.locator('.twin button[data-select]:not([data-select^="group"])')
    button = single.filter(has_text=re.compile(r"^wallet")).first
    wanted = button.get_attribute("data-select") or ""
    button.click()
    page.locator(f'#cy[data-selected="{wanted}"]').wait_for()
    return wanted


def twin(page: Page) -> Any:
    before, _, query = page.url.partition("?")
    return page.request.get(f"{before}.json?{query}").json()


@pytest.mark.parametrize("view", ["totals", "payments"])
def test_drawing_table_and_twin_hold_the_same(page: Page, workbench: Running, view: str) -> None:
    page.goto(workbench.at("network") + f"?view={view}")
    told = twin(page)["network"]
    assert number(page, "nodes") == len(told["nodes"]) > 10
    rows = page.locator(".twin tbody tr").count()
    if view == "totals":
        assert rows == len(told["edges"]) == number(page, "edges")
    else:
        few = [
            e
            for e in told["edges"]
            if e["kind"] == "paid" and e["events"] <= 3 and "group" not in e["source"] + e["target"]
        ]  # drawn one by one
        drawn = sum(e["events"] for e in few) + len(told["edges"]) - len(few)
        assert rows == len(told["payments"])
        assert number(page, "edges") == drawn


def test_new_nodes_never_move_old_ones_and_undo_goes_back(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("network"))
    group = next(n["id"] for n in twin(page)["network"]["nodes"] if n["count"] > 1)
    before = places(page)
    page.locator(f'.twin button[data-select="{group}"]').first.click()
    page.locator(f'#cy[data-selected="{group}"]').wait_for()
    page.keyboard.press("x")
    page.wait_for_url(re.compile("apart="))
    page.locator(f'#cy:not([data-nodes="{len(before)}"])').wait_for()
    after = places(page)
    assert len(after) > len(before)
    assert {k: after[k] for k in before if k in after} == {k: before[k] for k in before if k in after}
    page.keyboard.press("u")
    page.locator(f'#cy[data-nodes="{len(before)}"]').wait_for()
    assert places(page) == before


def test_everything_is_done_by_keys(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("network"))
    canvas(page)
    page.keyboard.press("j")
    page.locator('#cy:not([data-selected=""])').wait_for()
    first = selected(page)
    page.keyboard.press("j")
    page.locator(f'#cy:not([data-selected="{first}"])').wait_for()
    page.keyboard.press("k")
    page.locator(f'#cy[data-selected="{first}"]').wait_for()
    wallet = select_wallet(page)
    page.keyboard.press("p")
    page.wait_for_url(re.compile(f"pin={wallet}"))
    page.locator('#do-p[aria-pressed="true"]').wait_for()
    page.keyboard.press("o")
    page.wait_for_url(re.compile(f"through={wallet}"))
    page.locator('#do-o[aria-pressed="true"]').wait_for()
    page.keyboard.press("w")
    page.wait_for_function("() => document.activeElement.name === 'trail'")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("trail="))
    page.locator(".trail, #panel p.soft").first.wait_for()
    page.keyboard.press("s")
    page.wait_for_function("() => document.activeElement.name === 'name'")
    page.keyboard.type("Through the wallet")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    canvas(page)
    assert "Through the wallet" in (page.locator("#views").text_content() or "")
    page.keyboard.press("f")
    page.keyboard.press("t")
    page.wait_for_url(re.compile(f"traces\\?instrument={wallet}"))
    assert page.locator('input[name="seed"]').count() > 0


def test_the_brush_moves_widens_and_is_half_open(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("network") + "?from=2026-10-13&to=2026-10-15")
    inside = {p["at"] for p in twin(page)["network"]["payments"]}
    assert inside
    assert all("2026-10-12T21:00" <= at < "2026-10-14T21:00" for at in inside)  # midnight of EAT
    page.locator("#brush").wait_for()
    for key, since, until in (("]", "14", "16"), ("[", "13", "15"), ("}", "13", "16"), ("{", "12", "16")):
        page.keyboard.press(key)
        page.wait_for_url(
            re.compile(f"from=2026-10-{since}&to=2026-10-{until}|to=2026-10-{until}.*from=2026-10-{since}")
        )
        page.locator(f'#brush[data-since="2026-10-{since}"][data-until="2026-10-{until}"]').wait_for()


def test_the_brush_is_dragged_with_a_mouse(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("network"))
    canvas(page)
    box = page.locator("#brush").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 20, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("from="))
    page.locator('#brush:not([data-since=""])').wait_for()
    told = twin(page)
    assert told["brush"]["since"] < told["brush"]["until"]


SHOWN = """() => {
  const bare = (e) => e.textContent.trim().replaceAll(",", "");
  const all = (at) => [...document.querySelectorAll(at)];
  const rows = all(".twin tbody tr:not([hidden])"), said = (r) => r.dataset.kind === "asserted";
  return {
    edges: rows.map((r) => [r.dataset.edge, ...(said(r) ? ["", "0"] : [bare(r.cells[5]), bare(r.cells[2])])]),
    days: rows.filter((r) => !said(r)).map((r) => [bare(r.cells[3]), bare(r.cells[4])]),
    figures: all(".panel [data-amount]").map(bare),
    counts: all(".panel tr:not([hidden]) [data-count]").map(bare),
    hidden: document.getElementById("hidden").innerText.split(" ")[0],
  };
}"""


def shown_of(page: Page) -> dict[str, Any]:
    """What the page says after a step of the brush, computed by itself."""
    found: dict[str, Any] = page.evaluate(SHOWN)
    return found


@pytest.mark.parametrize("through", ["", "through"])
def test_a_step_of_the_brush_asks_nobody_and_says_what_the_server_would(
    page: Page, workbench: Running, through: str
) -> None:
    first = page.request.get(workbench.at("network.json")).json()["state"]["selected"]
    page.goto(
        workbench.at("network") + f"?view=totals&from=2026-10-10&to=2026-10-14&through={through and first}"
    )
    canvas(page)
    before, asked = places(page), []
    page.on("request", lambda r: None if "/static/" in r.url else asked.append(r.url))
    for key in ("]", "}", "{", "["):
        page.keyboard.press(key)
        told, shown = twin(page), shown_of(page)
        assert asked == []
        listed = {(e["id"], e["amount"], str(e["events"])) for e in told["network"]["edges"]}
        assert {tuple(e) for e in shown["edges"]} == listed
        assert sorted(map(tuple, shown["days"])) == sorted(
            (e["first"], e["last"]) for e in told["edges"] if not e["hidden"] and e["kind"] != "asserted"
        )
        lines = [line for f in told["selected"]["figures"] for line in f["lines"]]
        assert shown["figures"] == [line["amount"] for line in lines]
        assert int(shown["hidden"] or 0) == told["hidden"] > 0
        assert number(page, "nodes") == len(told["network"]["nodes"])
        now = places(page)
        assert {k: v for k, v in now.items() if k in before} == {k: before[k] for k in now if k in before}
    page.reload()
    canvas(page)
    assert shown_of(page) == shown


def test_a_sum_opens_to_its_records_and_a_record_to_its_place(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("network") + "?view=totals")
    canvas(page)
    page.locator(".twin a[data-select^=paid]").first.click()
    page.locator(".panel .big").wait_for()
    page.locator(".panel tbody a").first.click()
    page.wait_for_url(re.compile("/observations/"))


def test_a_click_on_the_canvas_selects(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("network"))
    box = canvas(page).bounding_box()
    assert box
    first = selected(page)
    for x in range(40, int(box["width"]), 18):  # along the middle somebody stands
        for y in (0.35, 0.42, 0.5, 0.58):
            page.mouse.click(box["x"] + x, box["y"] + box["height"] * y)
            if selected(page) not in ("", first):
                return
    pytest.fail("nothing on the canvas could be selected")


def test_it_fits_and_everything_has_a_name(page: Page, workbench: Running) -> None:
    page.goto(workbench.at("network"))
    select_wallet(page)
    assert overflows(page) == []
    assert named_faults(page) == []
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert overflows(page) == []
    page.set_viewport_size({"width": 683, "height": 384})
    page.wait_for_timeout(500)  # the canvas follows its box a moment later
    assert overflows(page) == []


WORDS = """() => {
  const cy = document.getElementById("cy")._cyreg.cy, seen = { names: [], amounts: [], marks: [], silent: 0 };
  const bare = { includeOverlays: false };
  const words = (e) => flat(e.renderedBoundingBox({ ...bare, includeNodes: false, includeEdges: false }));
  const mark = (e) => flat(e.renderedBoundingBox({ ...bare, includeLabels: false }));
  const flat = (b) => [b.x1, b.y1, b.x2, b.y2];
  for (const e of cy.elements().toArray()) {
    if (e.hasClass("stub")) continue;
    if (e.hasClass("silent")) { seen.silent += 1; continue; }
    if (e.hasClass("card")) continue;
    seen[e.isNode() ? "names" : "amounts"].push(words(e));
    if (e.isNode() && !e.hasClass("second")) seen.marks.push(mark(e));
  }
  return seen;
}"""


def _seen(page: Page) -> dict[str, Any]:
    canvas(page)
    found: dict[str, Any] = page.evaluate(WORDS)
    return found


def _meet(a: list[float], b: list[float], slack: float = 3.0) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) > slack and min(a[3], b[3]) - max(a[1], b[1]) > slack


@pytest.mark.parametrize("view", ["totals", "payments"])
def test_no_words_run_over_others_and_the_canvas_is_filled(page: Page, workbench: Running, view: str) -> None:
    page.goto(workbench.at("network") + f"?view={view}")
    seen = _seen(page)
    words = [*seen["names"], *seen["amounts"]]
    assert seen["silent"] <= 1  # places differ from store to store; mostly every amount finds room
    assert [(a, b) for a, b in combinations(words, 2) if _meet(a, b)] == []
    assert [(a, m) for a in seen["amounts"] for m in seen["marks"] if _meet(a, m)] == []
    box = canvas(page).bounding_box()
    assert box
    drawn = [*words, *seen["marks"]]
    assert max(b[3] for b in drawn) - min(b[1] for b in drawn) > 0.75 * box["height"]
    assert max(b[2] for b in drawn) - min(b[0] for b in drawn) > 0.75 * box["width"]


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read(page: Page, workbench: Running, theme: str) -> None:
    page.goto(workbench.at("network"))
    page.locator(".menu > summary").click()
    page.locator(f'button[name="theme"][value="{theme}"]').click()
    select_wallet(page)
    assert contrast_faults(page) == []


@pytest.mark.parametrize("language", ["fr", "sw", "am"])
def test_it_speaks(page: Page, workbench: Running, language: str) -> None:
    page.goto(workbench.at("network"))
    page.locator(".menu > summary").click()
    page.locator(f'button[name="language"][value="{language}"]').click()
    canvas(page)
    assert overflows(page) == []


def test_without_scripts_the_table_holds_everything(plain_page: Page, workbench: Running) -> None:
    plain_page.goto(workbench.at("network"))
    assert plain_page.locator(".twin tbody tr").count() > 10
    assert plain_page.locator("noscript, .note").count() > 0
    plain_page.goto(workbench.at("network") + "?from=2026-10-13&to=2026-10-14")
    assert plain_page.locator(".twin tbody tr").count() > 0


@pytest.fixture
def stand_alone(tmp_path: Path) -> Path:
    place = tmp_path / "network.html"
    heading = Heading(PAYLOADS[0], PAYLOADS[1], PAYLOADS[2])
    place.write_bytes(exporters()["network_html"].files(hostile(), heading)["network.html"])
    return place


def test_the_stand_alone_page_runs_nothing_and_asks_for_nothing(browser: Browser, stand_alone: Path) -> None:
    context = browser.new_context(offline=True)
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: said.append(m.text))
    page.on("pageerror", lambda e: said.append(str(e)))
    page.goto(stand_alone.as_uri())
    page.locator("#mynetwork canvas").wait_for()
    assert asked == [stand_alone.as_uri()]
    assert said == []
    assert "owned" not in page.title().replace(PAYLOADS[0], "")
    assert page.locator("h1").inner_text() == PAYLOADS[0]
    assert page.locator("table").count() == 4
    page.mouse.move(400, 300)
    page.mouse.down()
    page.mouse.move(500, 340, steps=3)
    page.mouse.up()
    assert asked == [stand_alone.as_uri()]
    context.close()
