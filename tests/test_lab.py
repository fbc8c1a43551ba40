"""An analyst's afternoon: JupyterLab in a real browser, a value changed in the tagged cell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import REPOSITORY

pytestmark = [pytest.mark.notebook, pytest.mark.browser, pytest.mark.xdist_group("lab")]
PORT, TOKEN = 18877, "for-this-test"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterLab on copies of the notebooks."""
    shutil.copytree(REPOSITORY / "notebooks", tmp_path / "notebooks")
    options = [f"--ServerApp.port={PORT}", f"--IdentityProvider.token={TOKEN}", "--no-browser"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    server = subprocess.Popen(
        [str(Path(sys.executable).parent / "jupyter"), "lab", "notebooks", *options],
        cwd=tmp_path, env=os.environ | {"SVLIB_HOME": str(REPOSITORY)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{PORT}"
    try:
        wait_for(f"{address}/api?token={TOKEN}")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(address: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{address} never answered")


def test_a_changed_value_in_the_tagged_cell_gives_new_figures(lab: str) -> None:
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        page.goto(f"{lab}/lab/tree/4_quarterly_report.ipynb?token={TOKEN}")
        tagged = page.locator(".jp-Notebook .jp-CodeCell .cm-content").first
        tagged.wait_for(timeout=60_000)
        before = run_all(page, "52%", expect)
        assert "of placed spend" in before

        tagged.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(
            'parameters = {"file": "parameters/sample/2026-27-Q2.yaml", "areas.local": "NW"}'
        )
        after = run_all(page, "In North West", expect)
        assert "In Liverpool City Region" not in after
        browser.close()


def run_all(page, until: str, expect) -> str:
    """Run > Run All Cells, then the text of the key figures once they hold `until`."""
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Idle", timeout=60_000)
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()
    tiles = page.locator(".sv-tiles").first
    expect(tiles).to_contain_text(until, timeout=90_000)
    return tiles.inner_text()
