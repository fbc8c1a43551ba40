"""The page of the test and its result, without a browser: what it keeps, refuses and says."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import helpers
import pytest

from svlib import answering, ledger, questions, view
from svlib.ledger import Answer
from svlib.quarter import today
from svlib.widgets import result
from svlib.widgets.self_assessment import SelfAssessment

FILE = f"parameters/tiny/{helpers.QUARTER}.yaml"
PLACES = [{"name": "Places", "lead": "Director of Places"}]
PASSAGE = {
    "question_id": "S1-01", "file": "orders.pdf", "page": "4", "clause": "2.4",
    "passage": "Social value means the good a contract does.", "decision": "accept",
}  # fmt: skip
Make = Callable[..., Any]


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    def make(**keys: Any) -> Any:
        helpers.project(tmp_path, monkeypatch, directorates=PLACES, **keys)
        return view.resolve(FILE)

    return make


class Page:
    """A visitor's page at the first question of a form."""

    def __init__(self, parameters: Any, kind: str = ledger.AGREED):
        self.held = ledger.open_ledger(parameters.ledger)
        version = questions.load()["version"].iloc[0]
        code, self.form = ledger.start(
            self.held, "tiny", answers_are=kind, directorate="Places", length=ledger.SHORT,
            bank_version=version, on=today(),
        )  # fmt: skip
        self.page = SelfAssessment(parameters)
        self.control("Code of a form begun earlier").value = code
        self.press("Go on with my form")

    def every(self) -> list[Any]:
        found, left = [], [self.page.box]
        while left:
            one = left.pop(0)
            found.append(one)
            left = [*getattr(one, "children", ()), *left]
        return found

    def control(self, label: str) -> Any:
        named = [one for one in self.every() if getattr(one, "description", "").startswith(label)]
        return named[0]

    @property
    def level(self) -> Any:
        return next(one for one in self.every() if type(one).__name__ == "RadioButtons")

    def press(self, label: str) -> None:
        self.control(label).click()

    def type(self, level: str | None, evidence: str = "", day: date | None = None) -> None:
        self.level.value = level
        self.control("Evidence").value = evidence
        self.control("Date of").value = day

    @property
    def typed(self) -> tuple[str | None, str, date | None]:
        return self.level.value, self.control("Evidence").value, self.control("Date of").value

    @property
    def says(self) -> str:
        shown = " ".join(getattr(one, "value", "") for one in self.every() if is_text(one))
        return re.sub(r"<style>.*?</style>", "", shown, flags=re.DOTALL)

    @property
    def saved(self) -> dict[str, Answer]:
        return ledger.latest(self.held, self.form)


def is_text(widget: Any) -> bool:
    return type(widget).__name__ == "HTML"


WAYS = ["Save and go on", "Save and leave", "Finish now"]
TOMORROW = today() + timedelta(days=1)


@pytest.mark.parametrize("button", WAYS)
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("3", "", date(2026, 1, 31)), "Evidence: is empty, but has a date"),
        ((None, "Cabinet paper 7", None), "Level: is not chosen, but evidence is given"),
        ((None, "", date(2026, 1, 31)), "Level: is not chosen, but evidence is given"),
        (("4", "Cabinet paper 7", TOMORROW), "is still to come"),
        (("4", "Cabinet paper 7", date(1989, 12, 31)), "31 December 1989 is before 1990"),
        (("4", "=HYPERLINK(1)", None), "Evidence: begins like a formula"),
        (("4", "<b>paper</b>", None), "Evidence: holds markup"),
        (("4", "x" * 1_001, None), "Evidence: has 1,001 characters"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_typed(
    council: Make, button: str, typed: tuple[Any, ...], said: str
) -> None:
    page = Page(council())
    page.type(*typed)
    page.press(button)
    assert said in page.says and "Question 1 of 12" in page.says
    assert page.typed == typed
    assert page.saved == {}


def test_what_can_be_kept_is_kept(council: Make) -> None:
    page = Page(council())
    page.type("4", "  Cabinet paper 7 ", date(1990, 1, 1))
    page.press("Save and go on")
    assert "Question 2 of 12" in page.says
    assert page.saved == {"S1-01": Answer("4", "Cabinet paper 7", date(1990, 1, 1))}
    page.press("Save and go on")
    assert "Question 3 of 12" in page.says  # nothing typed is no fault


def test_an_accepted_passage_is_named_as_evidence_by_its_button(council: Make) -> None:
    parameters = council()
    with ledger.open_ledger(parameters.ledger) as held:
        ledger.decide(held, "tiny", [PASSAGE], today())
    page = Page(parameters)
    page.press("Use this as evidence")
    assert page.typed == (None, "orders.pdf, clause 2.4, page 4", None)
    page.press("Use this as evidence")
    assert page.typed[1] == "orders.pdf, clause 2.4, page 4"
    page.type("4", "Cabinet paper 7")
    page.press("Use this as evidence")
    assert page.typed[1] == "Cabinet paper 7; orders.pdf, clause 2.4, page 4"
    page.press("Save and go on")
    assert page.saved["S1-01"].evidence == "Cabinet paper 7; orders.pdf, clause 2.4, page 4"
    assert "Use this as evidence" not in [getattr(one, "description", "") for one in page.every()]


def test_nobody_is_offered_evidence_for_a_view_of_their_own(council: Make) -> None:
    page = Page(council(), ledger.INDIVIDUAL)
    assert not [one for one in page.every() if getattr(one, "description", "")[:8] == "Evidence"]


def shown(parameters: Any, answers: dict[str, Answer]) -> str:
    page = Page(parameters)
    asked = answering.asked(page.form.length, page.form.bank_version).to_dict("records")
    found = result.pieces(parameters, page.form, "XXXX", asked, answers)
    return re.sub(r"<[^>]+>", " ", " ".join(one.value for one in found))


def short_form() -> list[tuple[str, str]]:
    bank = questions.load()
    bank = bank[bank["short_form"] == "yes"]
    return list(zip(bank["id"], bank["section"], strict=True))


def test_the_result_counts_by_the_councils_weights(council: Make) -> None:
    """Section S1 at level 5, the rest at 0: 33% by itself, 60% with weight 3 to 1."""
    answers = {name: Answer("5" if of == "S1" else "0") for name, of in short_form()}
    weighted = shown(council(diagnostic={"section_weights": {"S1": 3}}), answers)
    assert re.search(r"Score as claimed\s+60 out of 100", weighted)


def test_the_result_counts_questions_by_their_weights(council: Make) -> None:
    first = next(name for name, of in short_form() if of == "S1")
    many = sum(of == "S1" for _, of in short_form())
    answers = {name: Answer("5" if name == first else "0") for name, _ in short_form()}
    said = shown(council(diagnostic={"weights": {first: many}}), answers)
    by_hand = many * 5 / (5 * (many + many - 1)) * 100 / 3
    assert re.search(rf"Score as claimed\s+{by_hand:.0f} out of 100", said)


def test_a_form_of_which_nothing_applies_says_so(council: Make) -> None:
    said = shown(council(), {name: Answer("not applicable") for name, _ in short_form()})
    assert "there is nothing to score" in said
    assert "A total needs" not in said and "at the level aimed at" not in said
    assert "Your answers" in said and "Download my answers" in said


def test_a_section_that_does_not_apply_is_no_reason_for_the_lack_of_a_total(council: Make) -> None:
    answers = {name: Answer("not applicable") for name, of in short_form() if of == "S1"}
    said = shown(council(), answers)
    names = dict(zip(questions.load()["section"], questions.load()["section_name"], strict=True))
    reason = said[said.index("too few are answered in") :].split(".")[0]
    assert names["S2"] in reason and names["S3"] in reason and names["S1"] not in reason
