"""Take the test, in a real browser against a real Voila."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from accessibility import violations
from helpers import REPOSITORY, project
from test_lab import wait_for

from svlib import ledger, questions

pytestmark = [pytest.mark.notebook, pytest.mark.browser, pytest.mark.xdist_group("voila")]
PORT = 18871
ASKED: list[str] = []
DIRECTORATES = [{"name": "Adults", "lead": "Director of Adults"},
                {"name": "Places", "lead": "Director of Places"}]  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of the page for a tiny council, and that council's ledger."""
    with pytest.MonkeyPatch.context() as patch:
        root = project(tmp_path_factory.mktemp("council"), patch, directorates=DIRECTORATES)
    folder = root / "notebooks" / "dashboards"
    folder.mkdir(parents=True)
    page = folder / "self_assessment.ipynb"
    shutil.copy(REPOSITORY / "notebooks" / "dashboards" / page.name, page)
    text = page.read_text(encoding="utf-8")
    page.write_text(
        text.replace("parameters/sample/2026-27-Q2.yaml", "parameters/tiny/2026-27-Q1.yaml"),
        encoding="utf-8",
    )
    server = subprocess.Popen(
        [str(Path(sys.executable).parent / "svlib"), "serve", "--port", str(PORT)],
        cwd=root, env=os.environ | {"SVLIB_HOME": str(root)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{PORT}/voila/render/dashboards/self_assessment.ipynb"
    try:
        wait_for(f"http://127.0.0.1:{PORT}/")
        yield address, root / "data" / "ledger" / "ledger.sqlite"
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


def visit(browser: Any, address: str, width: int = 1200) -> Any:
    """A page of a visitor of its own, once it is ready to be filled in."""
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.on("request", lambda request: ASKED.append(request.url))
    page.set_default_timeout(30_000)
    page.goto(address)
    page.get_by_role("button", name="Begin", exact=True).wait_for()
    return page


def begin(page: Any, kind: str, directorate: str, form: str) -> str:
    page.get_by_label(re.compile(kind)).check()
    page.get_by_label("Directorate", exact=True).select_option(directorate)
    page.get_by_label(re.compile(f"^{form}: ")).check()
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_role("heading", name="Question 1 of").wait_for()
    return str(page.locator(".sv-code strong").inner_text())


def answer(page: Any, at: int, level: str, evidence: str = "") -> None:
    page.get_by_role("heading", name=re.compile(f"^Question {at} of")).wait_for()
    page.get_by_label(re.compile(f"^{level}")).check()
    if evidence:
        page.get_by_label("Evidence: which document shows it?").fill(evidence)
    page.get_by_role("button", name=re.compile("^Save and (go on|finish)$")).click()


def by_hand(levels: list[int], evidence: list[int]) -> tuple[float, float]:
    """Claimed and counted score: the mean of section means. Undated evidence counts as 3 at most,
    none as 2."""
    bank = questions.load()
    sections = bank.loc[bank["short_form"] == "yes", "section"].tolist()[: len(levels)]
    counted = [min(level, 3 if n in evidence else 2) for n, level in enumerate(levels)]
    scores = []
    for given in (levels, counted):
        means = []
        for section in sorted(set(sections)):
            part = [level for level, of in zip(given, sections, strict=True) if of == section]
            means.append(sum(part) / len(part) / 5 * 100)
        scores.append(sum(means) / len(means))
    return scores[0], scores[1]


def held(path: Path, kind: str) -> Any:
    with ledger.open_ledger(path) as opened:
        found = ledger.agreed if kind == ledger.AGREED else ledger.individual
        return found(opened, "tiny")


def test_the_short_form_is_left_half_way_come_back_to_and_finished(served, browser, tmp_path):
    address, path = served
    page = visit(browser, address)
    code = begin(page, "agreed answer", "Adults", "Short")
    for at in range(1, 6):
        answer(page, at, "4", "Cabinet paper 7" if at == 1 else "")
    page.get_by_role("heading", name="Question 6 of 12").wait_for()
    page.context.close()  # the window is closed without a word
    assert held(path, ledger.AGREED).empty  # nothing counts before it is handed in

    page = visit(browser, address)
    page.get_by_label("Code of a form begun earlier").fill(code.lower())
    page.get_by_role("button", name="Go on with my form").click()
    for at in range(6, 13):
        answer(page, at, "Not applicable" if at == 12 else "1")
    page.get_by_role("heading", name="Your result").wait_for()
    text = page.locator(".sv-test").inner_text()
    claimed, counted = by_hand([4] * 5 + [1] * 6, evidence=[0])
    assert f"Score as claimed\n{claimed:.0f} out of 100" in text
    assert f"Score counted after the evidence rules\n{counted:.0f} out of 100" in text
    with page.expect_download() as download:
        page.get_by_role("link", name="Download my answers as a spreadsheet").click()
    copy = tmp_path / "copy.xlsx"
    download.value.save_as(copy)
    page.context.close()

    found = held(path, ledger.AGREED)
    bank = questions.load()
    assert found["question_id"].tolist() == bank.loc[bank["short_form"] == "yes", "id"].tolist()
    assert found["answer"].tolist() == ["4"] * 5 + ["1"] * 6 + ["not applicable"]
    assert found["evidence"].tolist()[:2] == ["Cabinet paper 7", ""]
    sheet = openpyxl.load_workbook(copy)["Answers"]
    assert [sheet.cell(row, 6).value for row in range(2, 14)] == [4] * 5 + [1] * 6 + [
        "not applicable"
    ]


def test_the_full_form_is_taken_from_end_to_end(served, browser):
    address, path = served
    page = visit(browser, address, 390)
    begin(page, "agreed answer", "Places", "Full")
    for at in range(1, 44):
        answer(page, at, str(at % 6))
    page.get_by_role("heading", name="Your result").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.context.close()
    found = held(path, ledger.AGREED)
    places = found[found["directorate"] == "Places"]
    assert places["answer"].tolist() == [str(at % 6) for at in range(1, 44)]


def test_two_respondents_at_once_do_not_disturb_each_other(served, browser):
    address, path = served
    pages = [visit(browser, address), visit(browser, address)]
    for page, directorate in zip(pages, ("Adults", "Places"), strict=True):
        begin(page, "anonymously", directorate, "Short")
    for at in range(1, 5):
        for page, level in zip(pages, ("2", "5"), strict=True):
            answer(page, at, level)
    for page in pages:
        page.get_by_role("heading", name="Question 5 of").wait_for()
        page.get_by_role("button", name="Finish now").click()
        page.get_by_role("heading", name="Your result").wait_for()
        page.context.close()
    found = held(path, ledger.INDIVIDUAL)
    levels = found.groupby("directorate")["answer"].agg(lambda given: sorted(set(given)))
    assert levels.to_dict() == {
        "Adults": ["2"], "Places": ["5"],
    }  # fmt: skip
    assert found["respondent"].nunique() == 2


def test_a_wrong_code_and_a_date_without_evidence_are_said_and_nothing_is_lost(served, browser):
    address, _ = served
    page = visit(browser, address)
    page.get_by_label("Code of a form begun earlier").fill("ABCD-ABCD-ABCD-ABCD")
    page.get_by_role("button", name="Go on with my form").click()
    page.get_by_role("alert").get_by_text("no form of this council has it").wait_for()
    begin(page, "agreed answer", "Adults", "Short")
    page.get_by_label("Date of that document").fill("2026-01-31")
    page.get_by_label(re.compile("^3: ")).check()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("alert").get_by_text("is empty, but has a date").wait_for()
    assert page.get_by_label(re.compile("^3: ")).is_checked()
    assert page.get_by_label("Date of that document").input_value() == "2026-01-31"
    page.context.close()


@pytest.mark.parametrize("button", ["Save and go on", "Save and leave", "Finish now"])
def test_evidence_without_a_level_is_said_and_nothing_is_lost(served, browser, button):
    address, _ = served
    page = visit(browser, address)
    begin(page, "agreed answer", "Adults", "Short")
    page.get_by_label("Evidence: which document shows it?").fill("Cabinet paper 7")
    page.get_by_label("Date of that document").fill("2026-01-31")
    page.get_by_role("button", name=button).click()
    page.get_by_role("alert").get_by_text("is not chosen, but evidence is given").wait_for()
    page.get_by_role("heading", name="Question 1 of").wait_for()
    assert page.get_by_label("Evidence: which document").input_value() == "Cabinet paper 7"
    assert page.get_by_label("Date of that document").input_value() == "2026-01-31"
    page.context.close()


def test_a_date_to_come_is_refused_and_the_evidence_stays(served, browser):
    address, _ = served
    page = visit(browser, address)
    begin(page, "agreed answer", "Adults", "Short")
    page.get_by_label(re.compile("^4: ")).check()
    page.get_by_label("Evidence: which document shows it?").fill("Cabinet paper 7")
    page.get_by_label("Date of that document").fill("2199-01-31")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("alert").get_by_text("31 January 2199 is still to come").wait_for()
    assert page.get_by_label("Evidence: which document").input_value() == "Cabinet paper 7"
    page.get_by_label("Date of that document").fill("2026-01-31")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("heading", name="Question 2 of").wait_for()
    page.context.close()


def test_an_accepted_passage_becomes_evidence_at_one_press(served, browser):
    from playwright.sync_api import expect

    address, path = served
    first = questions.load().query("short_form == 'yes'")["id"].iloc[0]
    passage = {"question_id": first, "file": "orders.pdf", "page": "4", "clause": "2.4",
               "passage": "Social value means the good done.", "decision": "accept"}  # fmt: skip
    with ledger.open_ledger(path) as opened:
        ledger.decide(opened, "tiny", [passage], date(2026, 5, 1))
    page = visit(browser, address)
    code = begin(page, "agreed answer", "Places", "Short")
    page.get_by_role("button", name="Use this as evidence").click()
    field = page.get_by_label("Evidence: which document shows it?")
    expect(field).to_have_value("orders.pdf, clause 2.4, page 4")
    assert violations(page) == []
    answer(page, 1, "4")
    page.get_by_role("heading", name="Question 2 of").wait_for()
    page.context.close()
    with ledger.open_ledger(path) as opened:
        given = ledger.latest(opened, ledger.resume(opened, "tiny", code))
    assert given[first] == ledger.Answer("4", "orders.pdf, clause 2.4, page 4")


def test_axe_finds_no_violation_on_any_of_its_pages_wide_or_narrow(served, browser):
    address, _ = served
    page = visit(browser, address)
    found = {"welcome": violations(page)}
    begin(page, "agreed answer", "Adults", "Short")
    found["question"] = violations(page)
    answer(page, 1, "4", "Cabinet paper 7")
    page.get_by_role("heading", name="Question 2 of").wait_for()
    page.get_by_role("button", name="Finish now").click()
    page.get_by_role("heading", name="Your result").wait_for()
    found["result"] = violations(page)
    page.context.close()
    assert found == {"welcome": [], "question": [], "result": []}


def test_nothing_was_asked_of_other_hosts_by_the_tests_above():
    own = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
    assert ASKED
    assert [url for url in ASKED if not url.startswith(own)] == []
