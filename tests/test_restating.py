"""A report is made again from its manifest and the archive, and restated on today's data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import helpers
import nbformat
import pytest
from helpers import payments

from svlib import restating, run
from svlib.errors import InputError

pytestmark = [pytest.mark.notebook, pytest.mark.xdist_group("run")]

QUARTER = "parameters/tiny/2026-27-Q1.yaml"
APRIL = "Ashbrook Care Ltd, 100000.00, 03/04/2026, Adults, Care, L1 8JQ"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A council with three months of payments, and notebooks down to their opening cells."""
    root = helpers.project(tmp_path, monkeypatch)
    for month, name in ((4, "april"), (5, "may"), (6, "june")):
        payments(root, f"{name}-2026.csv", APRIL.replace("/04/", f"/0{month}/"))
    shutil.copytree(helpers.REPOSITORY / "notebooks", root / "notebooks")
    for path in (root / "notebooks").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = notebook.cells[:4]
        nbformat.write(notebook, path)
    return root


def test_a_report_is_made_again_byte_for_byte_and_a_change_in_it_is_seen(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = run.run(QUARTER).parents[1]
    payments(tiny, "april-2026.csv", APRIL.replace("100000.00", "120000.00"))
    again = restating.restate([Path(QUARTER)])
    assert "  Corrected data: data/raw/april-2026.csv holds something else" in again
    assert "    Net spend: +0 rows, £20,000.00" in again
    assert "  Net spend: £300,000.00 (3 rows) published; £320,000.00 (3 rows) now" in again

    same, said = restating.verify(report)  # from the archive: the file changed since
    assert same, said
    assert said[-1] == "Byte-equal: every file of the site."

    run.run(QUARTER)
    page = (report / "site" / "changes.html").read_text("utf-8")
    assert "Corrected data" in page
    assert "+£20,000.00" in page

    manifest = report / "working" / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    told["packages"]["pandas"] = "0.1"
    manifest.write_text(json.dumps(told), encoding="utf-8")
    kept = shutil.copytree(report / "site", tiny / "kept")
    (report / "site" / "index.html").write_text("tampered", encoding="utf-8")

    def made_as_before(root: Path, quarter_file: str) -> None:
        """A run, which the first verification above has tried, without the time it takes."""
        shutil.copytree(kept, root / "reports" / "tiny" / "2026-27-Q1" / "site")

    monkeypatch.setattr(restating, "_run", made_as_before)
    same, said = restating.verify(report)
    assert not same
    assert any(line.startswith("Made by another version: pandas 0.1 to ") for line in said)
    assert "index.html" in said[-2]
    assert said[-1] == "The version differs, so this is not called a difference of data."


def test_a_folder_without_a_report_is_refused(tiny: Path) -> None:
    with pytest.raises(InputError, match="is not there"):
        restating.verify(tiny / "reports" / "tiny" / "2026-27-Q1")
