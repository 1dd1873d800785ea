"""Nothing that leaves shows a victim below the clearance for her: not in any form, of any kind."""

from __future__ import annotations

import base64
import gzip
import json
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from api.desk import Desk
from api.notebook.bench import Notebook
from api.serving import create_app, told_shortly
from api.settings import Settings
from graph.model.scope import Clearance
from tests.api.masking.drawn_outputs import bench_of, exported, forms
from tests.api.masking.earlier_outputs import shown_before
from tests.api.masking.http_outputs import gets, server
from tests.api.masking.planted import CASE, SEED, Planted, planted, planted_everywhere, read, victim_of
from tests.api.masking.producers import PRODUCERS, facade
from tests.api.masking.spellings import found
from tests.api.rest.conftest import Client
from tests.api.web.conftest import BASE, TOKEN, Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

AT_LEAST = 1_000
"""Outputs of the one case in which everything is planted."""
EACH_AT_LEAST = 16
"""Outputs of one producer."""
CLEARED = (Clearance.PROTECTED,)


class Heard(logging.Handler):
    """Keeps whatever is logged, at any level, but for what the client of the tests says of its questions."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(("httpx", "httpcore")):
            self.lines.append(self.format(record))


@contextmanager
def listening() -> Iterator[list[str]]:
    heard, root = Heard(), logging.getLogger()
    level = root.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    try:
        yield heard.lines
    finally:
        root.removeHandler(heard)
        root.setLevel(level)


def leaks(case: Planted, outputs: Iterable[tuple[str, bytes]]) -> tuple[list[str], int]:
    """Return what shows her, and how many outputs there were."""
    told, count = [], 0
    for label, data in outputs:
        count += 1
        seen = found(data, case.victim.needles)
        if seen:
            told.append(f"{label}: {seen}")
    return told, count


def test_the_search_finds_her_however_she_is_written() -> None:
    v = victim_of(5)
    forms = [
        v.name.upper(),
        f"0{v.own}",
        f"+254 {v.own[:3]} {v.own[3:6]} {v.own[6:]}",
        f"254-{v.own}",
        quote(v.name),
        json.dumps(v.name),
        base64.b64encode(f"the name is {v.name}, {v.phone}".encode()).decode(),
        v.account.lstrip("0"),
        v.name.replace("'", "&#39;"),
    ]
    for form in forms:
        assert found(form.encode(), v.needles), form
    assert found(gzip.compress(v.name.encode()), v.needles)
    assert found(b"somebody else, +254799999999", v.needles) == []


@pytest.mark.parametrize("seed", [5, 44])
def test_a_victim_is_shown_nowhere(seed: int, tmp_path: Path) -> None:
    case = planted(tmp_path, seed)
    for producer in (facade, exported):
        told, count = leaks(case, producer(case))
        assert told == []
        assert count >= EACH_AT_LEAST


@pytest.mark.slow
def test_a_thousand_outputs_of_every_kind_show_no_victim(tmp_path: Path) -> None:
    case = planted_everywhere(tmp_path, 44)
    told, counts = [], {}
    with listening() as lines:
        for producer in PRODUCERS:
            seen, counts[producer.__name__] = leaks(case, producer(case))
            told += [f"{producer.__name__}: {one}" for one in seen]
    told += [f"log: {line}" for line in lines if found(line.encode(), case.victim.needles)]
    assert told == []
    assert min(counts.values()) >= EACH_AT_LEAST, counts
    assert sum(counts.values()) >= AT_LEAST, counts


@pytest.mark.slow
def test_who_may_see_her_does(tmp_path: Path) -> None:
    """The control: the same hunt over the same outputs finds her as soon as the clearance is hers."""
    case = planted_everywhere(tmp_path, 44)
    kinds = ("rows", "facts", "instruments", "sources", "receipts", "roles", "assertions", "network", "leads")
    seen, _ = leaks(case, facade(case, CLEARED))
    assert {f"PROTECTED {kind}" for kind in kinds} - {line.partition(":")[0] for line in seen} == set()
    drawn, _ = leaks(case, exported(case, CLEARED))
    assert {line.split()[1] for line in drawn} == {"csv_network", "graphml", "network_html"}
    for line in (("sources",), ("assertions",), ("search", case.victim.phone), ("case",)):
        said = case.talk("--unmask-protected", "--json", *line)
        assert found(said.out.encode(), case.victim.needles), line
    with server(case, Clearance.PROTECTED) as (desk, client):
        asked, _ = leaks(case, gets(case, desk, Client(client)))
    nouns = (
        "sources protected",
        "search?text",
        "transfers protected",
        "roles prot",
        "network prot",
    )
    assert [n for n in nouns if not any(f"/{n}" in line for line in asked)] == []
    with Notebook(bench_of(case, Clearance.PROTECTED)) as notes:
        for answer in (notes.sources(), notes.search(case.victim.phone), notes.network(), notes.trace(SEED)):
            assert [n for n, text in forms(answer) if found(text.encode(), case.victim.needles)]
    out = tmp_path / "court"
    assert case.talk("--unmask-protected", "export", out, SEED, "--rendering", "court").code == 0
    assert any(found(p.read_bytes(), case.victim.needles) for p in out.rglob("*") if p.is_file())


def test_before_her_role_the_pages_show_her(tmp_path: Path) -> None:
    case = read(tmp_path, victim_of(5))
    with server(case) as (desk, client):
        del client.headers["Authorization"]
        shown, count = leaks(case, shown_before(Site(client, desk, ()), case))
    assert len(shown) == count


def test_a_fault_is_logged_without_what_it_quotes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = read(tmp_path, victim_of(5))

    def fails(*_: object) -> None:
        raise KeyError(case.victim.name)

    desk = Desk(Settings(store=str(tmp_path / "store"), case=CASE, actor="Officer A"))
    monkeypatch.setattr(desk, "cases", fails)
    with listening() as lines, TestClient(told_shortly(create_app(desk, TOKEN)), base_url=BASE) as client:
        answer = client.get("/api/v1/cases", headers={"Authorization": f"Bearer {TOKEN}"})
    desk.close()
    (line,) = [one for one in lines if one.startswith("uvicorn.error")]
    assert "KeyError at" in line
    assert answer.status_code == 500
    assert leaks(case, [("log", "\n".join(lines).encode()), ("answer", answer.content)]) == ([], 2)
