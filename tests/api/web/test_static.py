"""What is served is what was vendored, nothing names an address elsewhere, and nothing is inline."""

from __future__ import annotations

import hashlib
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from api.web.press import static_url

WEB = Path(str(files("api.web")))
VENDOR = WEB / "static" / "vendor"
OWN = sorted(p for p in (*(WEB / "static").glob("*.*"), *(WEB / "templates").glob("*.j2")) if p.is_file())
TEMPLATES = [p for p in OWN if p.suffix == ".j2"]
NAMESPACE = "http://www.w3.org/2000/svg"
ELSEWHERE = re.compile(r"""(?:https?:)?//[\w.-]+\.\w|@import|(?<!\w)url\(["']?(?!#)""")
INLINE = re.compile(r"""\sstyle\s*=|\son\w+\s*=|<style\b|javascript:|hx-on|hx-vals='js:""", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b([^>]*)>")
UNESCAPED = re.compile(r"([\w.]+)\s*\|\s*safe\b")
MADE_AS_MARKUP = frozenset(
    {"page.canvas", "page.account", "page.figure.svg", "page.figure.table"}
    | {"a.mark", "a.strip", "m.mark", "s.figure", "s.figure_table"}
)
"""JSON that cannot end its element, and figures that escape their own texts (api.evidence.figures)."""


def test_every_vendored_file_is_the_one_that_was_vendored() -> None:
    listed = tomllib.loads((VENDOR / "VENDORED.toml").read_text(encoding="utf-8"))
    named = {e["path"]: e for e in listed["file"]}
    assert {p.name for p in VENDOR.iterdir() if p.suffix in (".js", ".css")} == set(named)
    for name, entry in named.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == entry["sha256"], name
        assert entry["version"] in name
        assert entry["licence"]
        assert (VENDOR / entry["licence_file"]).is_file()


@pytest.mark.parametrize("path", OWN, ids=lambda p: p.name)
def test_nothing_of_ours_names_an_address_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace(NAMESPACE, "")
    assert ELSEWHERE.findall(text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_no_template_holds_script_style_or_unescaped_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert INLINE.findall(text) == []
    for attributes in SCRIPT.findall(text):
        assert " src=" in attributes or 'type="application/json"' in attributes
    assert set(UNESCAPED.findall(text)) <= MADE_AS_MARKUP
    assert "autoescape" not in text


def test_the_checks_see() -> None:
    assert ELSEWHERE.search('<img src="//cdn.example.org/x.js">')
    assert INLINE.search('<p style="x">')
    assert INLINE.search("<p onclick=x>")


def test_an_address_changes_with_what_it_names() -> None:
    assert re.fullmatch(r"/static/fuatilia\.css\?v=[0-9a-f]{12}", static_url("fuatilia.css"))
    assert static_url("fuatilia.css") != static_url("fuatilia.js").replace(".js", ".css")
