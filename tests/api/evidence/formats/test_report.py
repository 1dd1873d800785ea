from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from api.evidence.certificates import certificates
from api.evidence.contents import Done, PackInput, Reject, Step
from api.evidence.figures.allocation import allocation
from api.evidence.figures.sankey import sankey
from api.evidence.figures.timeline import timeline
from api.evidence.formats.report import css_text, report
from tests.api.evidence.example import FIRST, pack_input

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>x</script>",
    "}} {{ 7*7 }} {% raw %}",
    "pay\u202e00.1",
    "a" * 10_000,
    "]]><!--",
    "\x00\x07\ufffe",
]


def rendered(pack: PackInput) -> str:
    figures = [sankey(pack.trace), timeline(pack.trace, pack.steps)]
    if pack.sharing is not None:
        figures.append(allocation(pack.sharing))
    return report(pack, figures, certificates(pack, "Fuatilia 0"), "Fuatilia 0").decode()


def hostile(pack: PackInput, text: str) -> PackInput:
    """Put one text wherever a text from outside is shown."""
    trace = pack.trace
    places = {*trace.labels, *trace.given.ledgers, *trace.given.ends}
    said = replace(trace.assertions[0], id=text, kind=text, author=text, reason=text, made=text)
    worse = replace(
        trace,
        labels=dict.fromkeys(places, text),
        assertions=(said,),
        gaps=(text,),
        not_followed={"exchange": text},
    )
    return replace(
        pack,
        case=text,
        title=text,
        question=text,
        rendering=text,
        actor=text,
        reviewer=text,
        store_version=text,
        limits=(text,),
        rejects=(Reject(source=text, locator=text, reason=text),),
        steps=(Step(FIRST, text),),
        restraints={"vehicle": text},
        done=(Done(on=text, about=text, words=text, author=text, reason=text, stands=False),),
        originals=tuple(replace(o, name=text, supplier=text, authority=text) for o in pack.originals),
        sheet=tuple(replace(h, label=text, institution=text, holder=text) for h in pack.sheet),
        trace=worse,
    )


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.values += [value or "" for name, value in attrs if name != "xmlns"]


def test_the_finding_stands_with_its_band(tmp_path: Path) -> None:
    page = rendered(pack_input(tmp_path))
    assert "<h1>KES 469,949.18 still held; 418,583.00 to 469,949.18 across five rules</h1>" in page
    assert "It makes no finding about any person" in page


def test_the_policy_of_the_page_allows_its_own_style_and_nothing_else(tmp_path: Path) -> None:
    page = rendered(pack_input(tmp_path))
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert style is not None
    assert policy is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    rules = html.unescape(policy[1])
    assert rules == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_from_outside_becomes_markup(text: str, tmp_path: Path) -> None:
    calm, worse = _Page(), _Page()
    calm.feed(rendered(pack_input(tmp_path)))
    page = rendered(hostile(pack_input(tmp_path), text))
    worse.feed(page)
    assert worse.tags <= calm.tags
    assert worse.attributes <= calm.attributes
    assert "script" not in worse.tags
    assert "49" not in re.findall(r"\}\} (\d+)", page)
    assert "\u202e" not in page
    assert "\x00" not in page


def test_what_was_done_about_an_asset_is_told_as_said(tmp_path: Path) -> None:
    done = (
        Done(
            on="2026-11-02", about="bank ••2093", words="ordered, M-118", author="A. Analyst", reason="order"
        ),
        Done(on="2026-11-03", about="wallet", words="asked", author="B", reason="mail", stands=False),
    )
    page = rendered(replace(pack_input(tmp_path), done=done))
    table = page.partition("Restraints and returns, as stated")[2].partition("</table>")[0]
    assert table.count("<tr>") == 1 + len(done)
    assert "ordered, M-118" in table
    assert "asked (no longer counts)" in table
    assert "no figure of this report rests on them" in page
    assert "Restraints and returns" not in rendered(pack_input(tmp_path))


def test_nothing_is_fetched(tmp_path: Path) -> None:
    page = _Page()
    page.feed(rendered(pack_input(tmp_path)))
    assert not page.attributes & {"src", "href", "srcset", "action", "style", "onload", "onerror"}
    assert not [v for v in page.values if "://" in v]
    assert "@import" not in rendered(pack_input(tmp_path))


def test_a_text_of_the_running_head_cannot_leave_its_string() -> None:
    assert css_text('"; } body { display: none').count('"') == 2
    assert "</style" not in css_text("</style><script>")


def test_a_pack_without_assets_or_allocation_has_a_report(tmp_path: Path) -> None:
    bare = replace(
        pack_input(tmp_path), sheet=(), sharing=None, originals=(), rows=(), audit=(), audit_head=""
    )
    page = rendered(bare)
    assert "Table 3" not in page
    assert "Table 4" not in page
