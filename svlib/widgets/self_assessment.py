"""Take the test: one question at a time, saved as it goes, with the result at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

from svlib import answering, ledger, questions, view
from svlib.errors import Fault, SvlibError
from svlib.ledger import Answer, Form
from svlib.ledger.words import unfit
from svlib.parameters import Parameters
from svlib.quarter import day_label, today
from svlib.widgets import controls, result

if TYPE_CHECKING:
    from ipywidgets import Text, VBox

_KINDS = (
    ("The agreed answer of my directorate: I give it for the directorate's lead", ledger.AGREED),
    ("My own view, anonymously", ledger.INDIVIDUAL),
)
_SHORT_MINUTES, _FULL_MINUTES = 10, 40
_DAY = "Date of that document"
_EARLIEST = date(1990, 1, 1)  # older evidence of how things are today is a slip of the hand


def self_assessment(parameters: str | Mapping[str, str]) -> VBox:
    """The page for the council of a quarter file (its directorates and its ledger)."""
    try:
        return SelfAssessment(view.resolve(parameters)).box
    except SvlibError as error:  # Voila would show an empty page
        return controls.refusal(error)


class SelfAssessment:
    """One visitor's page. Every answer is in the ledger before the next question is shown."""

    def __init__(self, parameters: Parameters):
        from ipywidgets import VBox

        self._council = parameters
        self._held = ledger.open_ledger(parameters.ledger)
        found = ledger.decided(self._held, parameters.slug)
        self._passages = found[(found["decision"] == ledger.ACCEPT) & (found["passage"] != "")]
        self._form: Form | None = None
        self._code = ""
        self._asked: list[dict[str, str]] = []
        self._answers: dict[str, Answer] = {}
        self._at = 0
        self.box = VBox([])
        self.box.add_class("sv-test")
        self._welcome()

    # --- the first page ----------------------------------------------------------------------

    def _welcome(self, *faults: Fault) -> None:
        version = questions.load()["version"].iloc[0]
        short, full = (len(answering.asked(length, version)) for length in ledger.LENGTHS)
        kind = controls.choice("Whose answers are these?", _KINDS)
        directorate = controls.dropdown(
            "Directorate", [one.name for one in self._council.directorates]
        )
        length = controls.choice(
            "Which form?",
            (
                (f"Short: {short} questions, about {_SHORT_MINUTES} minutes", ledger.SHORT),
                (f"Full: {full} questions, about {_FULL_MINUTES} minutes", ledger.FULL),
            ),
        )
        code = controls.text("Code of a form begun earlier", "XXXX-XXXX-XXXX-XXXX")

        def begin() -> None:
            if not (kind.value and directorate.value and length.value):
                raise SvlibError(
                    Fault("Begin", "something is not chosen yet", "Choose one of each.")
                )
            self._code, form = ledger.start(
                self._held,
                self._council.slug,
                answers_are=kind.value,
                directorate=directorate.value,
                length=length.value,
                bank_version=version,
                on=today(),
            )
            self._open(form)

        def go_on() -> None:
            form = ledger.resume(self._held, self._council.slug, code.value)
            self._code = code.value.strip().upper()
            self._open(form)

        def guarded(act: controls.Act) -> controls.Act:
            return self._guarded(act, self._welcome)

        self._show(
            controls.prose(_WELCOME.format(council=escape(self._council.name))),
            controls.faults(faults),
            controls.heading("Begin"),
            controls.prose(_BEFORE),
            kind, directorate, length,
            controls.row([controls.button("Begin", guarded(begin), main=True)]),
            controls.heading("Come back"),
            code,
            controls.row([controls.button("Go on with my form", guarded(go_on))]),
        )  # fmt: skip

    def _open(self, form: Form) -> None:
        self._form = form
        table = answering.asked(form.length, form.bank_version)
        self._asked = table.to_dict("records")
        self._answers = ledger.latest(self._held, form)
        open_ = [n for n, one in enumerate(self._asked) if one["id"] not in self._answers]
        if form.finished_on is not None and not open_:
            self._result()
        else:
            self._question(open_[0] if open_ else 0)

    # --- a question --------------------------------------------------------------------------

    def _question(self, at: int, *faults: Fault, typed: Answer | None = None) -> None:
        """One question with what is saved of it, or with what was `typed` and not yet saved."""
        assert self._form is not None
        self._at = at
        asked = self._asked[at]
        given = typed or self._answers.get(asked["id"], Answer(""))
        level = controls.choice(
            asked["question"],
            [*((f"{n}: {asked[name]}", str(n)) for n, name in enumerate(questions.LEVELS)),
             ("Not applicable: this cannot be asked of us", "not applicable"),
             ("Don't know", "don't know")],
            chosen=given.answer or None,
        )  # fmt: skip
        agreed = self._form.answers_are == ledger.AGREED
        evidence = controls.text("Evidence: which document shows it?", value=given.evidence)
        day = controls.day(_DAY, given.evidence_date)

        def now() -> Answer:
            if not agreed:
                return Answer(level.value or "")
            return Answer(level.value or "", evidence.value, day.value)

        def keep() -> None:
            self._keep(asked["id"], replace(now(), evidence=now().evidence.strip()))

        def step(by: int) -> None:
            keep()
            if 0 <= at + by < len(self._asked):
                self._question(at + by)
            else:
                self._finish()

        def leave() -> None:
            keep()
            self._left()

        def finish() -> None:
            keep()
            self._finish()

        def again(*found: Fault) -> None:
            self._question(at, *found, typed=now())

        last = at == len(self._asked) - 1
        buttons = [
            controls.button(
                "Save and finish" if last else "Save and go on",
                self._guarded(lambda: step(1), again),
                main=True,
            ),
            controls.button("Back", self._guarded(lambda: step(-1), again), enabled=at > 0),
            controls.button("Save and leave", self._guarded(leave, again)),
        ]
        if not last:
            buttons.append(controls.button("Finish now", self._guarded(finish, again)))
        self._show(
            controls.progress(at + 1, len(self._asked), asked["section_name"]),
            controls.faults(faults),
            controls.prose(
                f"<p class='sv-who'>Usually known by: {escape(asked['who_answers'])}</p>"
            ),
            level,
            *(
                [controls.prose(_evidence(asked)), *self._cited(asked, evidence), evidence, day]
                if agreed
                else []
            ),
            controls.row(buttons),
            controls.prose(self._how_to_return()),
        )

    def _cited(self, asked: Mapping[str, str], evidence: Text) -> list[object]:
        """Passages that a person accepted as bearing on the question, each with a button that
        names it as the evidence."""
        found = self._passages[self._passages["question_id"] == asked["id"]].to_dict("records")
        pieces: list[object] = [controls.prose("<p>Accepted from the council's documents:</p>")]
        for row in found:
            named = cite(row)
            pieces += [
                controls.prose(f"<p>{escape(named)}: “{escape(row['passage'])}”</p>"),
                controls.row([controls.button("Use this as evidence", _naming(named, evidence))]),
            ]
        return pieces if found else []

    def _keep(self, question: str, typed: Answer) -> None:
        """Save what was typed. Raises SvlibError for what cannot be kept; nothing typed at all is
        no answer, and no fault."""
        assert self._form is not None
        faults = list(_amiss(typed))
        if faults:
            raise SvlibError(faults)
        if not typed.answer:
            return
        ledger.save(self._held, self._form, {question: typed}, today())
        self._answers[question] = typed

    # --- the end -----------------------------------------------------------------------------

    def _left(self) -> None:
        done = sum(one["id"] in self._answers for one in self._asked)
        self._show(
            controls.heading("Saved"),
            controls.prose(
                f"<p>{done} of {len(self._asked)} questions are answered.</p>"
                f"{self._how_to_return()}<p>You can close this page.</p>"
            ),
            controls.row(
                [controls.button("Go on now", lambda: self._question(self._at), main=True)]
            ),
        )

    def _finish(self) -> None:
        assert self._form is not None
        if not self._answers:
            self._question(0, Fault("Nothing is answered yet", "there is no result",
                                    "Answer a question first."))  # fmt: skip
            return
        self._form = ledger.finish(self._held, self._form, today())
        self._result()

    def _result(self) -> None:
        assert self._form is not None
        self._show(
            *result.pieces(self._council, self._form, self._code, self._asked, self._answers),
            controls.row(
                [
                    controls.button("Change an answer", lambda: self._question(0)),
                    controls.button("Begin another form", self._welcome),
                ]
            ),
        )

    # -----------------------------------------------------------------------------------------

    def _how_to_return(self) -> str:
        return (
            "<p class='sv-code'>Your code to come back with: "
            f"<strong>{escape(self._code)}</strong>. Write it down: it is kept nowhere else, and "
            "whoever has it can go on with this form.</p>"
        )

    def _guarded(self, act: controls.Act, back: controls.Back) -> controls.Act:
        """The act; what it finds wrong is shown where the visitor was, with what was typed."""

        def guarded() -> None:
            try:
                act()
            except SvlibError as error:
                back(*error.faults)

        return guarded

    def _show(self, *pieces: object) -> None:
        self.box.children = controls.page(pieces)


def cite(passage: Mapping[Any, Any]) -> str:
    """Where a passage stands: file, clause, page."""
    parts = [passage["file"]]
    parts += [f"clause {passage['clause']}"] if passage["clause"] else []
    parts += [f"page {passage['page']}"] if passage["page"] else []
    return ", ".join(parts)


def _naming(named: str, evidence: Text) -> controls.Act:
    """Puts a document into the field, after what stands there."""

    def act() -> None:
        before = evidence.value.strip()
        if named not in before:
            evidence.value = f"{before}; {named}" if before else named

    return act


def _amiss(typed: Answer) -> Iterator[Fault]:
    """What cannot be kept of a level, its evidence and the evidence's date."""
    if not typed.answer and (typed.evidence or typed.evidence_date):
        yield Fault(
            "Level", "is not chosen, but evidence is given",
            "Choose a level, or clear the evidence and its date.",
        )  # fmt: skip
    found = unfit(typed.evidence)
    if found is not None:
        yield Fault("Evidence", *found)
    if typed.evidence_date is None:
        return
    if not typed.evidence:
        yield Fault("Evidence", "is empty, but has a date", "Name the document, or clear the date.")
    said = day_label(typed.evidence_date)
    if typed.evidence_date > today():
        yield Fault(_DAY, f"{said} is still to come", "Give the day it was written, or clear it.")
    if typed.evidence_date < _EARLIEST:
        do = "Check the year, or clear the date."
        yield Fault(_DAY, f"{said} is before {_EARLIEST.year}", do)


def _evidence(asked: Mapping[str, str]) -> str:
    return (
        f"<p>What would show it: {escape(asked['evidence'])}. Without evidence a level counts as 2 "
        "at most; with evidence undated or older than 24 months, as 3 at most. Write no names of "
        "people.</p>"
    )


_WELCOME = """
<p>Where does {council} stand on social value? You will be asked how things are today, on levels
from 0 (absent) to 5 (shaping), and see the result at once, with what to do first.</p>
"""
_BEFORE = """
<p><strong>An agreed answer</strong> is the official position of a directorate, given by its lead.
It is shown by directorate in the council's report, beside the evidence named.</p>
<p>A directorate that answers only the short form gets no score in that report, which asks that
four fifths of all questions are answered.</p>
<p><strong>Your own view</strong> is anonymous. No name, address or time of day is kept with it,
only your directorate, your answers and the day. Answers are shown only for groups of five people or
more. Someone with access to the database itself could tell from the entries around it roughly when
in the day it was given.</p>
"""
