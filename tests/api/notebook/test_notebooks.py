"""The notebooks as a reader runs them: from the first cell to the last, and kept without outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[3]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
REMOTE = ("http://", "https://", "//cdn", "src=")


def read(path: Path) -> Any:
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]


def test_there_are_notebooks() -> None:
    assert [p.name for p in NOTEBOOKS][:2] == ["01_quickstart.ipynb", "02_trace_and_compare.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_kept_without_outputs(path: Path) -> None:
    cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    assert [c["outputs"] for c in cells] == [[]] * len(cells)
    assert [c["execution_count"] for c in cells] == [None] * len(cells)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_runs_from_the_first_cell_to_the_last(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbclient import NotebookClient

    for name, value in (("HOME", tmp_path), ("IPYTHONDIR", tmp_path / "ip"), ("TMPDIR", tmp_path)):
        monkeypatch.setenv(name, str(value))
    notebook = read(path)
    NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(tmp_path)}}).execute()
    code = [c for c in notebook.cells if c.cell_type == "code"]
    shown = [o for c in code for o in c.outputs if o.output_type in ("execute_result", "display_data")]
    assert not [o for c in code for o in c.outputs if o.output_type == "error"]
    pages = [o.data["text/html"] for o in shown if "text/html" in o.data]
    assert len(pages) >= 4
    for page in pages:
        bare = page.replace("http://www.w3.org/2000/svg", "").partition("<iframe")[0]
        assert not [word for word in REMOTE if word in bare]
