"""The notebooks: their shape, that every cell runs, and that the plain tools work on each."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from helpers import REPOSITORY

from svlib.view import split

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
BIN = Path(sys.executable).parent


def tool(*words: str | Path, cwd: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    """A command of the environment, without SVLIB_HOME: it must find the project by itself."""
    env = {name: value for name, value in os.environ.items() if name != "SVLIB_HOME"}
    return subprocess.run(
        [str(BIN / words[0]), *map(str, words[1:])],
        cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", timeout=300,
        check=False,
    )  # fmt: skip


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def test_the_notebooks_are_these() -> None:
    assert NAMES == [
        "1_diagnostic", "2_spend", "3_outcomes", "4_quarterly_report", "5_reconciliation",
        "6_framework",
    ]  # fmt: skip


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_each_opens_with_the_tagged_cell_and_one_line(path: Path) -> None:
    tagged, opening, *_ = code_cells(path)
    assert tagged.metadata.tags == ["parameters"]
    assigned = [node for node in ast.parse(tagged.source).body if isinstance(node, ast.Assign)]
    assert [target.id for node in assigned for target in node.targets] == ["parameters"]  # type: ignore[attr-defined]
    assert opening.source.splitlines()[-1] == "q = sv.open_quarter(parameters)"
    others = [c for c in code_cells(path) if "parameters" in c.metadata.get("tags", [])]
    assert len(others) == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_the_tagged_cell_names_the_latest_quarter_of_the_sample(path: Path) -> None:
    scope: dict[str, object] = {}
    exec(code_cells(path)[0].source, scope)
    quarters = sorted((REPOSITORY / "parameters" / "sample").glob("20*.yaml"))
    file, settings = split(scope["parameters"])  # type: ignore[arg-type]
    assert REPOSITORY / file == quarters[-1]
    assert settings == {}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_notebook_is_prose_calls_and_pictures(path: Path) -> None:
    cells = code_cells(path)
    for cell in cells:
        kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}
        assert not kinds & {ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda}
    lines = [line for cell in cells for line in cell.source.splitlines() if line.strip()]
    assert len(lines) <= 130
    assert "How sure are we" in path.read_text(encoding="utf-8") or path.stem.startswith("4")


@pytest.mark.notebook
def test_nbval_passes_a_notebook() -> None:
    """One of them: tests/test_site.py runs every one and compares its tagged cells."""
    path = REPOSITORY / "notebooks" / "4_quarterly_report.ipynb"
    done = tool("pytest", "--nbval-lax", "-q", path)
    assert done.returncode == 0, done.stdout[-3000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) == len(code_cells(path))


@pytest.mark.notebook
def test_a_changed_figure_fails_the_comparison(tmp_path: Path) -> None:
    """The test above can fail: a kept output with another figure is noticed."""
    notebook = nbformat.read(REPOSITORY / "notebooks" / "4_quarterly_report.ipynb", as_version=4)
    kept = notebook.cells[-1]
    assert "keep_output" in kept.metadata.tags
    notebook.cells = [notebook.cells[1], notebook.cells[2], kept]
    kept.outputs[0].text = kept.outputs[0].text.replace("net spend £3", "net spend £4")
    changed = REPOSITORY / "notebooks" / f".changed-{os.getpid()}.ipynb"
    try:
        nbformat.write(notebook, changed)
        done = tool("pytest", "--nbval-lax", "-q", changed)
    finally:
        changed.unlink(missing_ok=True)
    assert done.returncode == 1
    assert "1 failed" in done.stdout and "mismatch 'stdout'" in done.stdout


@pytest.mark.notebook
def test_plain_papermill(tmp_path: Path) -> None:
    """One of them, as above."""
    path = REPOSITORY / "notebooks" / "4_quarterly_report.ipynb"
    out = tmp_path / "out.ipynb"
    done = tool(
        "papermill", path.relative_to(REPOSITORY), out,
        "-p", "parameters", "parameters/sample/2026-27-Q1.yaml",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "2026-27 Q1" in out.read_text(encoding="utf-8")


@pytest.mark.notebook
def test_plain_nbconvert(tmp_path: Path) -> None:
    """One of them, as above."""
    path = REPOSITORY / "notebooks" / "4_quarterly_report.ipynb"
    done = tool(
        "jupyter", "nbconvert", "--to", "html", "--execute", path, "--output-dir", tmp_path
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    page = (tmp_path / f"{path.stem}.html").read_text(encoding="utf-8")
    assert "Sample City Council (synthetic): 2026-27 Q2" in page


@pytest.mark.notebook
@pytest.mark.xdist_group("voila")
def test_plain_voila_shows_a_notebook_without_code() -> None:
    """One of them, as above."""
    port = "18866"
    env = {name: value for name, value in os.environ.items() if name != "SVLIB_HOME"}
    server = subprocess.Popen(
        [str(BIN / "voila"), "notebooks", "--no-browser", f"--port={port}"],
        cwd=REPOSITORY, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        page = fetched(f"http://127.0.0.1:{port}/voila/render/{NOTEBOOKS[3].name}")
        assert "Sample City Council (synthetic): 2026-27 Q2" in page
        assert "sv.open_quarter" not in page
        assert "Traceback" not in page
    finally:
        server.terminate()
        server.wait(timeout=20)


def fetched(address: str) -> str:
    for _ in range(60):
        try:
            with urllib.request.urlopen(address, timeout=120) as answer:
                return answer.read().decode("utf-8")
        except ConnectionError:
            time.sleep(0.5)
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
            time.sleep(0.5)
    raise AssertionError(f"{address} never answered")


@pytest.mark.notebook
def test_a_table_can_be_carried_on_with_in_plain_pandas() -> None:
    import pandas as pd

    import svlib as sv

    q = sv.open_quarter(REPOSITORY / "parameters" / "sample" / "2026-27-Q2.yaml")
    directorates = sv.spend.by_directorate(q.payments)
    assert type(directorates) is pd.DataFrame
    doubled = directorates.assign(twice=directorates["net_gbp"] * 2).set_index("directorate")
    assert doubled["twice"].sum() == 2 * sv.spend.totals(q.payments)["net_gbp"].iloc[0]
    assert (doubled["net_gbp"] / doubled["net_gbp"].sum()).astype(float).sum() == pytest.approx(1)
    assert (
        q.sql("SELECT count(*) AS n FROM payments")["n"].iloc[0] == directorates["payments"].sum()
    )


@pytest.mark.notebook
def test_another_value_in_the_tagged_cell_gives_other_figures() -> None:
    import svlib as sv

    file = "parameters/sample/2026-27-Q2.yaml"
    shares = {
        area: sv.findings.local_tile(sv.open_quarter({"file": file, "areas.local": area}))[1]
        for area in ("Liverpool", "LCR", "NW")
    }
    assert len(set(shares.values())) == 3, shares


def test_the_sample_cannot_be_shown_without_its_label() -> None:
    import svlib as sv

    with pytest.raises(sv.errors.ParameterError, match="the sample council is invented"):
        sv.open_quarter({"file": "parameters/sample/2026-27-Q2.yaml", "synthetic": "false"})
