"""One store for many askers: clearance is cut, work runs beside reading, a job always ends as something."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from api.desk import Desk
from api.settings import Settings
from api.work import KEPT, JobState, Progress, StoppedWork, Workroom
from graph.errors import NotFoundError
from graph.model.scope import Clearance
from graph.store import Selection
from ingest.errors import UnreadableError
from ingest.runner import Intake
from tests.ingest.tables_made_up import STATEMENT, STATEMENT_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.work import JobReport
    from api.workbench import Workbench

CASE = "KE-1"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(Settings(store=str(tmp_path / "store"), actor="Ann"), most=Clearance.CASE)
    opened.open_case(CASE, "about")
    yield opened
    opened.close()


@pytest.fixture
def room() -> Iterator[Workroom]:
    opened = Workroom()
    yield opened
    opened.close()


def ended(room: Workroom, job: JobReport) -> JobReport:
    for _ in range(600):
        found = room.job(job.case, job.id)
        if found.over:
            return found
        time.sleep(0.05)
    pytest.fail("the job did not end")


def test_a_desk_opens_no_case_by_itself(desk: Desk) -> None:
    assert [(c.id, c.title) for c in desk.cases()] == [(CASE, "about")]
    with pytest.raises(NotFoundError):
        desk.bench("default", purpose="x")


@pytest.mark.parametrize("asked", list(Clearance))
def test_nobody_gets_more_than_the_desk_allows_and_the_log_says_what_he_got(
    desk: Desk, asked: Clearance
) -> None:
    bench = desk.bench(CASE, purpose="look", clearance=asked)
    assert bench.scope.clearance == min(asked, Clearance.CASE)
    assert bench.scope.purpose == ("look" if asked is Clearance.MASKED else "look (names shown)")
    assert (bench.scope.actor, bench.scope.cases, bench.scope.channel) == ("Ann", (CASE,), "web")


def test_the_stamp_changes_with_every_write_and_with_no_reading(desk: Desk) -> None:
    before = desk.stamp()
    desk.bench(CASE, purpose="look").sources()
    assert desk.stamp() == before
    desk.open_case("KE-2")
    assert desk.stamp() != before


def test_many_read_while_one_writes(desk: Desk, tmp_path: Path) -> None:
    paths = []
    for number in range(4):
        path = tmp_path / f"{number}.csv"
        path.write_text(STATEMENT_TEXT + f"04/09/2026,SHOP {number},B{number},1.00,,\n", encoding="utf-8")
        paths.append(path)

    def read(bench: Workbench, heard: Progress) -> dict[str, Any]:
        return {"files": [r.accepted for r in bench.ingest(paths, Intake(mapping=STATEMENT), heard.hear)]}

    job = desk.start(desk.bench(CASE, purpose="ingest"), "ingest", "four", read)
    seen: list[int] = []

    def look(_: int) -> int:
        bench = desk.bench(CASE, purpose="look")
        rows = int(bench.store.select(bench.scope, Selection(statuses=())).table.num_rows)
        assert len(bench.store.receipts(bench.scope)) <= 4
        seen.append(rows)
        return rows

    with ThreadPoolExecutor(6) as pool:
        while not desk.work.job(CASE, job.id).over:
            list(pool.map(look, range(6)))
    done = desk.work.job(CASE, job.id)
    assert (done.state, done.error) == (JobState.DONE, {})
    assert look(0) == sum(done.outcome["files"])
    assert set(seen) <= {0, *(sum(done.outcome["files"][: n + 1]) for n in range(4))}


def test_work_runs_one_at_a_time_in_the_order_given(room: Workroom) -> None:
    order: list[str] = []

    def work(name: str) -> dict[str, Any]:
        order.append(name)
        time.sleep(0.02)
        order.append(name)
        return {"name": name}

    jobs = [room.start(CASE, "trace", n, lambda _, n=n: work(n)) for n in "abc"]  # type: ignore[misc]
    assert [ended(room, j).outcome for j in jobs] == [{"name": n} for n in "abc"]
    assert order == list("aabbcc")
    assert [j.label for j in room.jobs(CASE)] == list("cba")


def test_a_job_is_of_one_case(room: Workroom) -> None:
    job = room.start(CASE, "trace", "x", lambda _: {})
    for case, number in (("other", job.id), (CASE, "99"), (CASE, "")):
        with pytest.raises(NotFoundError):
            room.job(case, number)
        with pytest.raises(NotFoundError):
            room.stop(case, number)
    assert room.jobs("other") == []


def test_a_job_says_how_far_it_is(room: Workroom) -> None:
    told, go = threading.Event(), threading.Event()

    def work(heard: Progress) -> dict[str, Any]:
        heard.hear("file 1 of 2", 500, 1000)
        told.set()
        go.wait(5)
        heard.hear("file 2 of 2", 1, 2)
        return {}

    job = room.start(CASE, "ingest", "x", work)
    assert told.wait(5)
    now = room.job(CASE, job.id)
    assert (now.state, now.step, now.done, now.total) == (JobState.RUNNING, "file 1 of 2", 500, 1000)
    assert now.rate > 0
    assert now.left is not None
    go.set()
    assert ended(room, job).left is None


def test_a_job_stops_where_it_next_says_how_far_it_is_and_clears_up(room: Workroom) -> None:
    begun, cleared = threading.Event(), threading.Event()

    def work(heard: Progress) -> dict[str, Any]:
        begun.set()
        for number in range(10_000):
            heard.hear("", number, 10_000)
            time.sleep(0.001)
        return {}

    job = room.start(CASE, "ingest", "x", work, cleared.set)
    waiting = room.start(CASE, "ingest", "y", lambda _: {"ran": True})
    assert begun.wait(5)
    room.stop(CASE, waiting.id)
    room.stop(CASE, job.id)
    assert ended(room, job).state is JobState.STOPPED
    assert cleared.wait(5)
    assert (ended(room, waiting).state, room.job(CASE, waiting.id).outcome) == (JobState.STOPPED, {})


def test_what_fails_is_told_and_the_next_job_runs(room: Workroom) -> None:
    def refused(_: Progress) -> dict[str, Any]:
        raise UnreadableError("no table", path="x.csv", hint="ask again")

    def broken(_: Progress) -> dict[str, Any]:
        raise RuntimeError("0722000111")

    first, second = (ended(room, room.start(CASE, "ingest", "x", w)) for w in (refused, broken))
    assert (first.state, first.error["what"], first.error["hint"]) == (
        JobState.FAILED,
        "no table",
        "ask again",
    )
    assert second.state is JobState.FAILED
    assert "0722000111" not in str(second.error)
    assert ended(room, room.start(CASE, "ingest", "x", lambda _: {"fine": 1})).outcome == {"fine": 1}


def test_old_jobs_are_forgotten_first(room: Workroom) -> None:
    jobs = [room.start(CASE, "trace", str(n), lambda _: {}) for n in range(KEPT + 20)]
    ended(room, jobs[-1])
    last = room.start(CASE, "trace", "last", lambda _: {})
    ended(room, last)
    assert len(room.jobs(CASE)) <= KEPT + 1
    assert room.jobs(CASE)[0].label == "last"


def test_progress_asked_to_stop_raises() -> None:
    progress = Progress()
    progress.hear("a", 1, 2)
    progress.ask_to_stop()
    with pytest.raises(StoppedWork):
        progress.hear("a", 2, 2)
