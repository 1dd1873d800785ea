from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from analytics.assets.claims import LossKind
from analytics.assets.terms import CostsOn, Deficiency, Terms
from analytics.tracing.band import compare
from analytics.tracing.policy import Policy
from api.evidence.allocation_files import allocation_files
from api.evidence.canonical import canonical
from api.evidence.formats.csv_schedule import csv_bytes
from api.evidence.pack import REPLAY, policy_record
from api.evidence.replay.replay import main
from api.evidence.tables.trace import trace_tables
from tests.api.evidence.example import sharing, trace
from tests.api.evidence.random_shares import random_sharing
from tests.api.evidence.random_traces import random_trace

if TYPE_CHECKING:
    from api.evidence.contents import Sharing, Trace
    from api.evidence.pack import Sealed

SCRIPTS = Path(__file__).resolve().parents[4] / "api" / "evidence" / "replay"
POLICIES = (
    Policy(),
    Policy(arithmetic="fixed", sub_units=1000),
    Policy(
        arithmetic="fixed",
        sub_units=1,
        reversal_policy="new_payment",
        direct_matches="ignored",
        data_gaps="outside_money",
    ),
)


def written(folder: Path, found: Trace, shares: Sharing | None = None) -> Path:
    """Write the tables that the replay reads."""
    (folder / "trace").mkdir(parents=True)
    (folder / "allocation").mkdir()
    for name, table in trace_tables(found).items():
        (folder / "trace" / name).write_bytes(csv_bytes(table.header, table.rows))
    (folder / "trace" / "policy.json").write_bytes(canonical(policy_record(found)))
    for path, _, data in allocation_files(shares, found) if shares else ():
        place = folder / path.removeprefix("data/")
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(data)
    return folder


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("policy", POLICIES)
def test_an_independent_replay_finds_the_same(policy: Policy, seed: int, tmp_path: Path) -> None:
    assert main([str(written(tmp_path / "data", trace(policy, random_trace(seed))))]) == 0


@pytest.mark.parametrize(
    "terms",
    [
        Terms(),
        Terms(general_costs_on=CostsOn.TRACED_TOO, costs_order="M-1"),
        Terms(deficiency=Deficiency.AFTER),
        Terms(minimum_payment=2_000_000, unclaimed=("V2",), kinds=(LossKind.EXTORTED,)),
    ],
)
def test_every_scheme_is_found_again(
    terms: Terms, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(written(tmp_path / "data", trace(), sharing(terms=terms)))]) == 0
    printed = capsys.readouterr().out
    for scheme in ("net_loss", "rising_tide", "pari_passu", "traced_first"):
        assert f"{scheme:<18}agrees" in printed


@pytest.mark.parametrize("seed", range(15))
def test_random_pools_are_shared_the_same(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = trace()
    found = replace(found, comparison=compare(found.given, found.policy, ("own_first",)))
    shares = random_sharing(seed)
    assert main([str(written(tmp_path / "data", found, shares))]) == 0
    assert capsys.readouterr().out.count("agrees\n") == 1 + len(shares.comparison.schedules)


def lines_of(name: str) -> int:
    return len(trace_tables(trace())[name].rows)


@pytest.mark.parametrize(
    "name", ["legs.csv", "hops.csv", "holdings.csv", "claims.csv", "band.csv", "openings.csv"]
)
def test_without_any_one_line_it_fails(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = written(tmp_path / "data", trace())
    place = data / "trace" / name
    whole = place.read_text("utf-8").splitlines(keepends=True)
    assert len(whole) == lines_of(name) + 1
    for left_out in range(1, len(whole), max(1, len(whole) // 12)):
        place.write_text("".join(whole[:left_out] + whole[left_out + 1 :]), encoding="utf-8")
        assert main([str(data)]) == 1, whole[left_out]
    assert "do NOT agree" in capsys.readouterr().out


def test_without_any_leg_it_fails_and_names_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = trace()
    found = replace(found, comparison=compare(found.given, found.policy, ("own_first",)))
    data = written(tmp_path / "data", found)
    place = data / "trace" / "legs.csv"
    whole = place.read_text("utf-8").splitlines(keepends=True)
    for left_out in range(1, len(whole)):
        place.write_text("".join(whole[:left_out] + whole[left_out + 1 :]), encoding="utf-8")
        assert main([str(data)]) == 1, whole[left_out]
        assert f"DIFFERS {whole[left_out].split(',')[0]}:" in capsys.readouterr().out


def test_a_changed_payment_of_a_scheme_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = written(tmp_path / "data", trace(), sharing())
    place = data / "allocation" / "schedule.csv"
    text = place.read_text("utf-8")
    assert "72230.69" in text
    place.write_text(text.replace("72230.69", "72230.70", 1), encoding="utf-8")
    assert main([str(data)]) == 1
    assert "V1 is paid" in capsys.readouterr().out


def test_a_changed_amount_of_a_movement_is_found(tmp_path: Path) -> None:
    data = written(tmp_path / "data", trace())
    place = data / "trace" / "movements.csv"
    place.write_text(place.read_text("utf-8").replace("150000.00", "150000.01"), encoding="utf-8")
    assert main([str(data)]) == 1


def test_unreadable_tables_are_named_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = written(tmp_path / "data", trace())
    (data / "trace" / "legs.csv").write_text("rule,outcome\nfifo\n", encoding="utf-8")
    assert main([str(data)]) == 1
    assert "DIFFERS the tables cannot be replayed" in capsys.readouterr().out


def test_it_runs_from_the_pack_alone(sealed: Sealed, tmp_path: Path) -> None:
    """No package, no site folder, no working directory: only Python and the pack."""
    pack = tmp_path / "elsewhere"
    shutil.copytree(sealed.folder, pack)
    command = [sys.executable, "-I", "-S", str(pack / "data" / "replay" / "replay.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the pack and its replay agree" in done.stdout
    assert sorted(p.name for p in (pack / "data" / "replay").iterdir()) == sorted(REPLAY)


@pytest.mark.parametrize("name", REPLAY)
def test_it_imports_the_standard_library_only(name: str) -> None:
    for node in ast.walk(ast.parse((SCRIPTS / name).read_text("utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert all(n.split(".")[0] in sys.stdlib_module_names for n in names), names
