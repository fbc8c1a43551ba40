"""Running a quarter: what is written, what stays when it stops, what a trial may touch."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import helpers
import nbformat
import pytest
from typer.testing import CliRunner

from svlib import publish, run
from svlib.cli import app, main
from svlib.errors import NotebookError
from svlib.publish import NOTEBOOKS

pytestmark = [pytest.mark.notebook, pytest.mark.xdist_group("run")]

JULY = """
Ashbrook Care Ltd, 100000.00, 03/07/2026, Adults, Care, L1 8JQ
Bexley Paving Ltd, 50000.00, 10/07/2026, Place, Works, CH41 6AA
"""
AUGUST = "Ashbrook Care Ltd, 90000.00, 03/08/2026, Adults, Care, L1 8JQ"
SEPTEMBER = "Cotter Books Ltd, 20000.00, 03/09/2026, Place, Goods, M1 1AE"
QUARTER = "parameters/tiny/2026-27-Q2.yaml"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with three months of payments and the five notebooks."""
    root = helpers.project(tmp_path, monkeypatch, quarters={"2026-27-Q2": {"as_of": "2026-10-31"}})
    for name, rows in (("july", JULY), ("august", AUGUST), ("september", SEPTEMBER)):
        helpers.payments(root, f"{name}-2026.csv", rows)
    shutil.copytree(helpers.REPOSITORY / "notebooks", root / "notebooks")
    return root


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def break_notebook(root: Path, name: str, code: str) -> None:
    """Put a failing cell under the heading "A broken part" at the end of a notebook."""
    path = root / "notebooks" / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += [
        nbformat.v4.new_markdown_cell("## A broken part"),
        nbformat.v4.new_code_cell(code),
    ]
    nbformat.write(notebook, path)


def test_a_run_writes_the_pages_for_publication_and_the_working_papers_apart(tiny: Path) -> None:
    page = run.run(QUARTER)
    report = tiny / "reports" / "tiny" / "2026-27-Q2"
    assert page == report / "site" / "index.html"
    assert sorted(path.name for path in (report / "site").iterdir()) == [
        "changes.html", "data", "data.html", "diagnostic.html", "framework.html", "index.html",
        "outcomes.html",
        "reconciliation.html", "reconciliation.xlsx", "report.html", "spend.html",
    ]  # fmt: skip
    assert sorted(path.name for path in (report / "working").iterdir()) == [
        "1_diagnostic.ipynb", "2_spend.ipynb", "3_outcomes.ipynb", "4_quarterly_report.ipynb",
        "5_reconciliation.ipynb", "6_framework.ipynb",
        "changes.json", "manifest.json", "run.log", "site.json",
    ]  # fmt: skip
    spend = (report / "site" / "spend.html").read_text(encoding="utf-8")
    assert "spent £260,000 in 2026-27 Q2 with 3 named suppliers" in spend
    # 190,000 in Liverpool and 50,000 in Wirral, of 260,000
    assert "Suppliers in Liverpool City Region received 92% of the spend" in spend
    assert str(tiny) not in spend

    manifest = json.loads((report / "working" / "manifest.json").read_text(encoding="utf-8"))
    july = (tiny / "data" / "raw" / "july-2026.csv").read_bytes()
    assert manifest["inputs"]["data/raw/july-2026.csv"] == sha256(july).hexdigest()
    assert manifest["as_of"] == "2026-10-31"
    assert manifest["parameters"]["areas"]["local"]
    assert {"version", "commit", "sha256"} == set(manifest["code"])
    assert "pandas" in manifest["packages"]
    digest = sha256(july).hexdigest()
    assert (tiny / "data" / "archive" / digest[:2] / digest).read_bytes() == july


def shorten(tiny: Path) -> None:
    """Each notebook but the report down to its first cells: title, parameters, opening, banner."""
    for path in (tiny / "notebooks").glob("[!4]*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = notebook.cells[:4]
        nbformat.write(notebook, path)


def last_report(tiny: Path) -> Path:
    """A report that stands there from an earlier run."""
    target = tiny / "reports" / "tiny" / "2026-27-Q2"
    helpers.put(target / "site" / "index.html", "the last report")
    helpers.put(target / "working" / "manifest.json", "{}")
    return target


def test_a_stopped_notebook_is_named_with_its_cell_and_cause_and_the_last_report_stays(
    tiny: Path,
) -> None:
    last_report(tiny)
    shorten(tiny)
    before = contents(tiny / "reports" / "tiny")
    break_notebook(tiny, "3_outcomes", "q.no_such_table")
    with pytest.raises(NotebookError) as stopped:
        run.run(QUARTER)
    message = str(stopped.value)
    cells = len(nbformat.read(tiny / "notebooks" / "3_outcomes.ipynb", as_version=4).cells)
    assert f"notebooks/3_outcomes.ipynb, cell {cells}, under 'A broken part'" in message
    assert "AttributeError: 'OpenQuarter' object has no attribute 'no_such_table'" in message
    assert "reports/stopped/3_outcomes.ipynb" in message
    assert contents(tiny / "reports" / "tiny") == before


def test_a_dead_kernel_is_said_in_words(tiny: Path) -> None:
    break_notebook(tiny, "1_diagnostic", "import os\n\nos._exit(9)")
    with pytest.raises(NotebookError, match="its kernel died, most likely out of memory"):
        run.run(QUARTER, only=["diagnostic"])
    assert not (tiny / "reports" / "tiny").exists() or not list(
        (tiny / "reports" / "tiny").rglob("*.html")
    )


def test_a_trial_goes_into_its_own_folder_and_gives_other_figures(tiny: Path) -> None:
    run.run(QUARTER, only=["report"], settings={"areas.local": "Liverpool"})
    first = run.run(QUARTER, only=["report"], settings={"areas.local": "UK"})
    assert first.parents[1].name == "2026-27-Q2_report_areas.local=UK"
    assert first.parents[2].name == "trials"
    assert not (tiny / "reports" / "tiny" / "2026-27-Q2").exists()
    pages = sorted((tiny / "reports" / "tiny" / "trials").rglob("report.html"))
    liverpool, uk = (page.read_text(encoding="utf-8") for page in pages)
    assert "received 73% of the spend" in liverpool
    assert "received 100% of the spend" in uk
    assert "This is a trial with areas.local=UK, not the council&#x27;s report." in uk or (
        "This is a trial with areas.local=UK, not the council's report." in uk
    )


def test_a_run_killed_at_any_moment_leaves_the_last_report_whole(tiny: Path) -> None:
    target = last_report(tiny)
    shorten(tiny)
    before = contents(target)
    helpers.payments(tiny, "july-2026.csv", JULY.replace("100000.00", "300000.00"))
    code = "from svlib.cli import main; main()"
    for wait in (1.0, 2.5, 4.0):
        running = subprocess.Popen(
            [sys.executable, "-c", code, "run", QUARTER],
            cwd=tiny, env=os.environ | {"SVLIB_HOME": str(tiny)}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(wait)
        assert running.poll() is None, "the run was over before it was killed"
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        assert contents(target) == before
    run.run(QUARTER)
    assert contents(target) != before
    assert [path.name for path in target.parent.iterdir()] == ["2026-27-Q2"]


def test_a_kill_between_the_two_steps_of_the_swap_is_mended_by_the_next_run(tmp_path: Path) -> None:
    target = tmp_path / "2026-27-Q2"
    (target / "site").mkdir(parents=True)
    (target / "site" / "index.html").write_text("old", encoding="utf-8")
    target.replace(tmp_path / ".2026-27-Q2.previous")  # where a kill may leave it
    publish.recover(target)
    assert (target / "site" / "index.html").read_text(encoding="utf-8") == "old"


def test_a_swap_that_fails_brings_the_old_report_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "2026-27-Q2"
    target.mkdir()
    (target / "page").write_text("old", encoding="utf-8")
    with publish.staging(target) as part, pytest.raises(OSError):
        shutil.rmtree(part)  # nothing to put in place
        publish.swap(part, target)
    assert (target / "page").read_text(encoding="utf-8") == "old"


def test_an_accepted_missing_month_is_a_loud_warning_on_every_page(tiny: Path) -> None:
    shorten(tiny)
    (tiny / "data" / "raw" / "august-2026.csv").unlink()
    quarter = tiny / QUARTER
    quarter.write_text(
        quarter.read_text(encoding="utf-8") + "accept_missing_months: [2026-08]\n", encoding="utf-8"
    )
    site = run.run(QUARTER).parent
    for page in sorted(site.glob("*.html")):
        text = page.read_text(encoding="utf-8")
        assert "No payments were published or found for August 2026" in text, page.name
    report = (site / "report.html").read_text(encoding="utf-8")
    assert "August 2026 left out; this is not compared with other quarters" in report
    assert "incomplete" in report


def missing_folder(root: Path) -> None:
    shutil.rmtree(root / "data" / "raw")


def empty_quarter(root: Path) -> None:
    for path in (root / "data" / "raw").iterdir():
        path.rename(path.with_name(path.name.replace("2026", "2025")))


def missing_month(root: Path) -> None:
    (root / "data" / "raw" / "august-2026.csv").unlink()


def unknown_key(root: Path) -> None:
    path = root / QUARTER
    path.write_text(path.read_text(encoding="utf-8") + "quater_by: x\n", encoding="utf-8")


def unreadable_file(root: Path) -> None:
    (root / "data" / "raw" / "august-2026.csv").write_bytes(b"%PDF-1.7 not a table")


@pytest.mark.parametrize(
    ("harm", "stops"),
    [
        (missing_folder, (3, "data/raw: there is no such folder")),
        (empty_quarter, (3, "no file for 2026-27 Q2; quarters found: 2025-26 Q2")),
        (missing_month, (3, "`accept_missing_months: [2026-08]`")),
        (unknown_key, (2, "unknown parameter 'quater_by'. Did you mean 'quarter_by'?")),
        (unreadable_file, (3, "data/raw/august-2026.csv: is a PDF document")),
    ],
)
def test_bad_input_gives_one_plain_message_an_exit_code_and_no_report(
    tiny: Path,
    harm: Callable[[Path], None],
    stops: tuple[int, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    harm(tiny)
    monkeypatch.chdir(tiny)
    for command in ("run", "check"):
        monkeypatch.setattr(sys, "argv", ["svlib", command, QUARTER])
        with pytest.raises(SystemExit) as stopped:
            main()
        assert stopped.value.code == stops[0]
        assert stops[1] in " ".join(capsys.readouterr().err.split())
        assert not (tiny / "reports").exists()


def test_a_command_of_its_own_shows_no_trace(tiny: Path) -> None:
    empty_quarter(tiny)
    done = subprocess.run(
        [sys.executable, "-c", "from svlib.cli import main; main()", "run", QUARTER],
        cwd=tiny, env=os.environ | {"SVLIB_HOME": str(tiny)}, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "quarters found: 2025-26 Q2" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_shows_what_would_be_read_accepted_and_refused(tiny: Path) -> None:
    helpers.payments(tiny, "august-2026.csv", AUGUST + "\nDalby Ltd, see note, 04/08/2026")
    shown = CliRunner().invoke(app, ["check", QUARTER])
    assert shown.exit_code == 0, shown.output
    august = next(line for line in shown.output.splitlines() if "august-2026.csv" in line)
    assert "£90,000.00" in august
    where = [
        line for line in shown.output.splitlines() if "august-2026.csv" in line and "│" in line
    ][-1]
    assert re.findall(r"[£\d,.]+", where)[-2:] == ["1", "£0.00"]
    assert "a run would go through" in shown.output
    assert not (tiny / "reports").exists()


def test_only_takes_the_names_it_prints(tiny: Path) -> None:
    with pytest.raises(
        Exception, match="Known: report, spend, outcomes, diagnostic, framework, reconciliation"
    ):
        run.run(QUARTER, only=["spending"])
    assert {notebook.name for notebook in NOTEBOOKS} == {
        "report", "spend", "outcomes", "diagnostic", "framework", "reconciliation",
    }  # fmt: skip
