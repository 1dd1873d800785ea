"""A distribution from outside, built as a wheel and installed clean, adds a reader, a rule and a typology."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.conftest import ROOT

SAMPLE = Path(__file__).parent / "sample"

BOOK = "FIELD BOOK 1\n2026-09-03T09:14:07;0700000111;0700000222;1500.00\nnot a line\n"


def run(*command: str | Path, **given: object) -> str:
    done = subprocess.run(
        [str(c) for c in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=given.get("cwd", ROOT),  # type: ignore[call-overload]
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with our wheel and the sample's, and third parties borrowed from this one."""
    home = tmp_path_factory.mktemp("clean")
    for project in (ROOT, SAMPLE):
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", home / "wheels", project)
    run(sys.executable, "-m", "venv", "--without-pip", home / "env")
    site = home / "env" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    wheels = sorted((home / "wheels").glob("*.whl"))
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        home / "env" / "bin" / "python",
        "install",
        "-q",
    ]
    run(*pip, "--no-index", "--no-deps", *wheels)
    # A path file in a folder that a path file names is not read, so our editable install stays out.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home


def test_catalogue_lists_what_the_wheel_adds_and_everything_of_ours(clean: Path) -> None:
    here = json.loads(run(sys.executable, "-m", "api.cli", "--json", "catalogue"))
    there = json.loads(run(clean / "env" / "bin" / "fuatilia", "--json", "catalogue", cwd=clean))
    for kind, added in (
        ("readers", {"field_book"}),
        ("tracing_rules", {"largest_first"}),
        ("allocations", set()),
        ("typologies", {"XX-01"}),
        ("innocent", set()),
    ):
        codes = {entry["code"] for entry in there[kind]}
        assert codes - {entry["code"] for entry in here[kind]} == added
        assert {entry["code"] for entry in here[kind]} <= codes


def test_file_is_read_and_traced_by_them(clean: Path) -> None:
    book = clean / "book.txt"
    book.write_text(BOOK, encoding="utf-8")
    fuatilia: list[str | Path] = [clean / "env" / "bin" / "fuatilia", "--json", "--store", clean / "store"]
    receipt = json.loads(run(*fuatilia, "ingest", book, cwd=clean))["files"][0]
    assert receipt["reader"] == "field_book"
    assert receipt["verdict"] == "partial"
    assert [r["locator"] for r in receipt["rejected"]] == ["line:3"]
    found = json.loads(run(*fuatilia, "search", "0700000222", cwd=clean))["instruments"]
    assert len(found) == 1
    observation = json.loads(
        run(
            clean / "env" / "bin" / "python",
            "-c",
            "import json,sys;from pathlib import Path;import hashlib;"
            "from graph.model.provenance import observation_id;"
            "print(json.dumps(observation_id(hashlib.sha256(Path(sys.argv[1]).read_bytes()).hexdigest(),'line:2')))",
            book,
            cwd=clean,
        )
    )
    traced = json.loads(run(*fuatilia, "trace", f"V1={observation}", "--rule", "largest_first", cwd=clean))
    assert traced["policy"]["rule"] == "largest_first"
    assert traced["rules"]["largest_first"]["held"] == "1500.00"


def test_its_typology_is_run(clean: Path) -> None:
    """Three payments at half past one at night in Nairobi; here nobody knows the typology."""
    book = clean / "night.txt"
    nights = [f"2026-09-0{n}T01:30:00;0700000111;070000020{n};500.00" for n in (3, 4, 5)]
    book.write_text("\n".join(["FIELD BOOK 1", *nights, ""]), encoding="utf-8")
    place: list[str | Path] = ["--json", "--store", clean / "nights"]
    fuatilia = clean / "env" / "bin" / "fuatilia"
    run(fuatilia, *place, "ingest", book, cwd=clean)
    found = json.loads(run(fuatilia, *place, "detect", "XX-01", cwd=clean))
    assert [(lead["typology"], lead["figures"]) for lead in found["leads"]] == [("XX-01", {"payments": 3})]
    assert [o["locator"] for o in found["leads"][0]["observations"]] == ["line:2", "line:3", "line:4"]
    told = json.loads(run(fuatilia, *place, "detect", "--language", "sw", cwd=clean))
    assert "usiku" in " ".join(lead["sentence"] for lead in told["leads"])
    answer = subprocess.run(
        [sys.executable, "-m", "api.cli", *map(str, place), "detect", "XX-01"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert answer.returncode != 0
    assert "there is no typology" in answer.stderr
