"""Record and portal, in a real browser against a real Voila: three people, one ledger."""

from __future__ import annotations

import base64
import io
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from accessibility import violations
from helpers import REPOSITORY, project, put
from test_lab import wait_for
from test_returns import PROMISES, REGISTER

from svlib import ledger, registering
from svlib.errors import ParameterError, RightsError
from svlib.returns import workbook as form
from svlib.serve import serve
from svlib.view import Live, open_quarter
from svlib.widgets import identity

pytestmark = [pytest.mark.notebook, pytest.mark.browser, pytest.mark.xdist_group("voila")]
PORT, SECRET = 18872, "only the sign-in server knows"
COUNCIL = ledger.administrator("tiny")
PEOPLE = """
    people:
      - {user: ash, role: supplier, contracts: [CON-1]}
      - {user: mo, role: contract manager, directorates: [Adults]}
      - {user: vi, role: viewer}
      - {user: root, role: administrator}
"""
LIVE_S = 2.0  # within which what is recorded elsewhere is shown


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A council with two contracts, four people and both pages."""
    sources = {
        "payments": {"folder": "data/raw", "files": ["june-2026.csv"]},
        "contracts": {"folder": "data/raw", "files": ["register.csv"]},
    }
    says = {"accept_missing_months": ["2026-04", "2026-05"], "as_of": "2027-12-31"}
    with pytest.MonkeyPatch.context() as patch:
        made = project(
            tmp_path_factory.mktemp("council"), patch, sources=sources,
            quarters={"2026-27-Q1": says},
        )  # fmt: skip
        patch.chdir(made)
        put(made / "data/raw/register.csv", REGISTER)
        put(made / "data/raw/june-2026.csv", "Supplier,Amount,Date\nAsh Ltd,1.00,03/06/2026\n")
        put(made / "parameters/tiny/people.yaml", PEOPLE)
        file = Path("parameters/tiny/2026-27-Q1.yaml")
        registering.load_contracts(file)
        registering.load_commitments(file, put(made / "promises.csv", PROMISES))
        (made / "notebooks/dashboards").mkdir(parents=True)
        for name in ("record", "portal"):
            page = made / f"notebooks/dashboards/{name}.ipynb"
            shutil.copy(REPOSITORY / "notebooks/dashboards" / page.name, page)
            text = page.read_text(encoding="utf-8")
            sample, tiny = "parameters/sample/2026-27-Q2.yaml", "parameters/tiny/2026-27-Q1.yaml"
            page.write_text(text.replace(sample, tiny), encoding="utf-8")
        yield made


@pytest.fixture(scope="module")
def visit(root: Path) -> Iterator[Callable[..., Any]]:
    """Opens a page as a user, who comes through the sign-in server."""
    from playwright.sync_api import sync_playwright

    server = subprocess.Popen(
        [str(Path(sys.executable).parent / "svlib"), "serve", "--port", str(PORT)],
        cwd=root, env=os.environ | {"SVLIB_HOME": str(root), identity.SECRET: SECRET},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{PORT}/")
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
            )

            def opened(user: str, page: str, width: int = 1200, secret: str = SECRET) -> Any:
                headers = {identity.USER_HEADER: user, identity.SECRET_HEADER: secret}
                context = browser.new_context(
                    viewport={"width": width, "height": 900}, extra_http_headers=headers
                )
                shown = context.new_page()
                shown.set_default_timeout(30_000)
                shown.goto(f"http://127.0.0.1:{PORT}/voila/render/dashboards/{page}.ipynb")
                return shown

            yield opened
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture
def held(root: Path) -> Iterator[ledger.Ledger]:
    with ledger.open_ledger(root / "data/ledger/ledger.sqlite") as opened:
        yield opened


def follows(shown: Any) -> Any:
    shown.get_by_text("This page follows by itself").wait_for()
    return shown


def of_contract(shown: Any) -> Any:
    shown.get_by_label("Contract").select_option("CON-1: Home care")
    shown.get_by_role("heading", name="What is recorded").wait_for()
    return shown


def within(shown: Any, text: str | re.Pattern[str], started: float) -> None:
    """The text is on the page before LIVE_S have passed since `started`."""
    left = LIVE_S - (time.monotonic() - started)
    shown.get_by_text(text).first.wait_for(timeout=max(1.0, left * 1000))


def test_each_step_shows_at_once_on_a_third_page(visit, held):
    portal = follows(visit("vi", "portal"))
    supplier, manager = of_contract(visit("ash", "record")), of_contract(visit("mo", "record"))
    supplier.get_by_label("What was promised").select_option(index=4)
    supplier.get_by_label("How much was delivered").fill("37")
    supplier.get_by_label("Note: no names").fill("Planted by the school")
    started = time.monotonic()
    supplier.get_by_role("button", name="Record", exact=True).click()
    within(portal, "37 tree delivered", started)
    within(manager, re.compile("^No evidence yet$"), started)
    with supplier.expect_file_chooser() as asked:
        supplier.get_by_role("button", name=re.compile("Add a file as evidence")).click()
    plan = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 plan"}
    started = time.monotonic()
    asked.value.set_files(plan)
    within(portal, "evidence added", started)

    manager.get_by_label("Open a delivery").select_option(index=1)
    manager.get_by_role("button", name="Get the evidence plan.pdf").click()
    link = manager.get_by_role("link", name="Save plan.pdf")
    assert base64.b64decode(link.get_attribute("href").split(",")[1]) == b"%PDF-1.7 plan"
    assert link.get_attribute("href").startswith("data:application/octet-stream")
    manager.get_by_role("button", name="Query").click()
    manager.get_by_text("note: is empty, and the delivery is queried").wait_for()
    manager.get_by_label("Note to the supplier").fill("Which trees?")
    started = time.monotonic()
    manager.get_by_role("button", name="Query").click()
    within(portal, re.compile("^queried$"), started)
    within(supplier, "Which trees?", started)

    started = time.monotonic()
    manager.get_by_role("button", name="Accept").click()
    within(portal, re.compile("^accepted$"), started)
    portal.get_by_text("100%", exact=True).wait_for()  # of the deliveries
    kept = ledger.deliveries(held, COUNCIL).iloc[0]
    assert (kept["quantity"], kept["evidence_status"]) == (Decimal(37), "accepted")
    assert ledger.history(held, COUNCIL, kept["delivery_id"])["by"].tolist() == [
        "ash", "ash", "mo", "mo",
    ]  # fmt: skip
    assert held.verify() == []


@pytest.mark.parametrize(
    ("user", "secret", "said"),
    [
        ("vi", SECRET, "may not record a delivery"),
        ("root", "guessed", "was not opened through the sign-in server"),
    ],
)
def test_a_user_without_rights_is_refused(visit, held, user, secret, said):
    before = held.cut()
    shown = visit(user, "record", secret=secret)
    shown.get_by_role("alert").get_by_text(said).wait_for()
    assert shown.get_by_role("button").count() == 0
    assert held.cut() == before


def test_a_supplier_sees_its_own_contracts_and_a_viewer_no_notes(visit, held):
    days = (date(2026, 10, 1), date(2026, 10, 31))
    ledger.record(held, COUNCIL, ledger.Delivery("CON-2-JS1", Decimal(1), *days, note="Secret"))
    supplier = follows(visit("ash", "portal"))
    assert "CON-2" not in supplier.locator("body").inner_text()
    viewer = follows(visit("vi", "portal"))
    viewer.get_by_label("Open a contract").select_option("CON-2: Roofs")
    viewer.get_by_label("Open a delivery").select_option(index=1)
    viewer.get_by_text("No evidence yet.").wait_for()
    assert "Secret" not in viewer.content()
    assert viewer.get_by_role("button", name="Accept").count() == 0


def test_an_offline_form_sent_on_the_page_comes_back_with_remarks(visit, held, tmp_path):
    supplier = of_contract(visit("ash", "record"))
    supplier.get_by_role("button", name="Make the form").click()
    href = supplier.get_by_role("link", name=re.compile("Save the form for")).get_attribute("href")
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(href.split(",")[1])))
    sheet = book[form.DELIVERIES]
    sheet.cell(2, form.column_of("quantity") + 1, -5)
    path = tmp_path / "return.xlsx"
    book.save(path)
    before = held.cut()
    with supplier.expect_file_chooser() as asked:
        supplier.get_by_role("button", name=re.compile("Send the filled-in form")).click()
    asked.value.set_files(path)
    supplier.get_by_role("alert").get_by_text("is -5").wait_for()
    no_violation(supplier)
    href = supplier.get_by_role("link", name=re.compile("remark")).get_attribute("href")
    back = openpyxl.load_workbook(io.BytesIO(base64.b64decode(href.split(",")[1])))
    cell = back[form.DELIVERIES].cell(2, form.column_of("quantity") + 1)
    assert cell.comment.text.startswith("is -5")
    assert held.cut() == before


def no_violation(shown: Any) -> None:
    """Nothing for axe-core to find, and nothing wider than the page, wide and narrow."""
    for width in (1200, 390):
        assert violations(shown, (width,)) == []
        wide, seen = shown.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= seen


def test_the_portal_works_by_keyboard_and_axe_finds_no_violation(visit):
    shown = follows(visit("root", "portal"))
    shown.get_by_label("Open a contract").select_option("CON-1: Home care")
    shown.get_by_text("Commitments of CON-1").wait_for()
    shown.get_by_label("Look by").focus()
    for _ in range(2):
        shown.keyboard.press("ArrowDown")
    shown.get_by_text(re.compile("^Commitments by (contract|directorate)")).wait_for()
    for _ in range(60):
        shown.keyboard.press("Tab")
        if shown.evaluate("document.activeElement.textContent") == "Make a spreadsheet":
            break
    shown.keyboard.press("Enter")
    shown.get_by_role("link", name="Save the spreadsheet").wait_for()
    no_violation(shown)


def test_the_portal_and_a_report_of_the_same_day_say_the_same(root, held, monkeypatch):
    monkeypatch.setenv("SVLIB_HOME", str(root))
    q = open_quarter("parameters/tiny/2026-27-Q1.yaml")
    live = Live(q.parameters, held, COUNCIL).position
    live._day = q.measured_on  # the day the report is measured on
    q.__dict__.pop("progress", None)
    assert live.progress.drop(columns=["title", "supplier", "directorate"]).equals(
        q.progress.drop(columns=["title", "supplier", "directorate"])
    )


def test_doors_that_stay_shut(monkeypatch):
    monkeypatch.delenv(identity.SECRET, raising=False)
    with pytest.raises(ParameterError, match="no sign-in server stands in front"):
        serve(PORT + 1, "0.0.0.0")
    with pytest.raises(ParameterError, match="a test user beyond this machine"):
        serve(PORT + 1, "0.0.0.0", "root")
    monkeypatch.setenv("HTTP_X_FORWARDED_USER", "root")
    with pytest.raises(RightsError, match="was not opened through"):
        identity.user()
