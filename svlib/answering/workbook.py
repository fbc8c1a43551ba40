"""The form as a workbook, for those who answer by e-mail, and as a copy to keep."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pandas as pd

from svlib import ledger, project, questions
from svlib.answering.asked import CHOICES, asked, bank
from svlib.errors import Fault, InputError
from svlib.ingest import cells, read_with_places
from svlib.ingest.files import open_file
from svlib.ingest.grid import read_grids
from svlib.ledger import Answer, Form
from svlib.tables import ANSWER_SHEET

_ABOUT, _ANSWERS = "Read me first", "Answers"
_COUNCIL, _KIND, _DIRECTORATE, _LENGTH, _VERSION, _CODE = (
    "Council", "Answers are", "Directorate", "Form", "Question bank", "Code",
)  # fmt: skip
_GUIDE_WIDTH, _LEVELS_WIDTH, _LINE_POINTS = 80, 84, 15
_HEADINGS = (
    ("Question id", 12), ("Section", 22), ("Question", 44), ("Who usually knows", 22),
    ("Levels", _LEVELS_WIDTH), ("Answer", 16), ("Evidence", 40), ("Evidence date", 16),
)  # fmt: skip
_ANSWERED, _LAST = 5, 7  # first and last column to fill in


@dataclass(frozen=True)
class Sheet:
    """What a workbook says: whose form it is, and the cells filled in."""

    council: str
    answers_are: str
    directorate: str
    length: str
    bank_version: str
    code: str
    answers: dict[str, Answer]


def write(
    target: Path | IO[bytes],
    council: str,
    form: Form,
    code: str,
    answers: Mapping[str, Answer] | None = None,
) -> None:
    """Write the form with its questions, filled in as far as `answers` go."""
    import xlsxwriter

    table = asked(form.length, form.bank_version)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    if not isinstance(target, Path):
        options["in_memory"] = True
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": f"Social value diagnostic: {council}"})
        _about(book, council, form, code, len(table))
        _questions(book, table, answers or {}, evidence=form.answers_are == ledger.AGREED)


def read(path: Path) -> Sheet:
    """What a workbook says. Raises InputError with a fault for every cell that breaks a rule: an
    answer that is none, a question whose wording was changed, one that the bank does not have or
    the form does not ask, a date that is none."""
    where = project.relative(path)
    about = _told(path)
    table, places = read_with_places(path, ANSWER_SHEET)
    faults = _faults(table, places, asked(about[_LENGTH], about[_VERSION]), about[_VERSION])
    faults += _errors(path)
    if about[_KIND] == ledger.INDIVIDUAL:
        faults += _evidence_of_one(table, places)
    if faults:
        raise InputError(faults)
    given = {
        row["question_id"]: Answer(row["answer"], row["evidence"], row["evidence_date"])
        for row in table.to_dict("records")
        if row["answer"]
    }
    if not given:
        raise InputError(
            Fault(f"{where}, sheet '{_ANSWERS}'", "no question is answered", "Fill in the answers.")
        )
    return Sheet(
        about[_COUNCIL], about[_KIND], about[_DIRECTORATE], about[_LENGTH], about[_VERSION],
        about[_CODE], given,
    )  # fmt: skip


def _errors(path: Path) -> list[Fault]:
    """Cells to fill in that hold an Excel error, which the reader of values takes for empty."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, data_only=True, read_only=True)
    except Exception:  # a kind of file that openpyxl does not know, and the reader above does
        return []
    try:
        return [
            Fault(
                f"{project.relative(path)}, sheet '{sheet.title}', row {cell.row}, column "
                f"'{_HEADINGS[column][0]}'",
                f"holds the error {cell.value}", "Give an answer, or clear the cell.",
            )
            for sheet in book.worksheets
            if sheet.title != _ABOUT
            for row in sheet.iter_rows(min_col=_ANSWERED + 1, max_col=_LAST + 1)
            for column, cell in enumerate(row, start=_ANSWERED)
            if cell.data_type == "e"
        ]  # fmt: skip
    finally:
        book.close()


def _evidence_of_one(table: pd.DataFrame, places: list[str]) -> list[Fault]:
    """Evidence beside an individual's answers could tell whose they are."""
    found = ("holds evidence, which is not asked of an individual", "Clear the cell.")
    return [
        Fault(f"{place}, column 'Evidence'", *found)
        for place, row in zip(places, table.to_dict("records"), strict=True)
        if row["evidence"] or row["evidence_date"] is not None
    ]


def _about(book: Any, council: str, form: Form, code: str, many: int) -> None:
    sheet = book.add_worksheet(_ABOUT)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, _GUIDE_WIDTH)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write(0, 0, "Social value diagnostic", book.add_format({"bold": True, "font_size": 16}))
    told = {
        _COUNCIL: council, _KIND: form.answers_are, _DIRECTORATE: form.directorate,
        _LENGTH: form.length, _VERSION: form.bank_version, _CODE: code,
    }  # fmt: skip
    for row, (name, text) in enumerate(told.items(), start=1):
        sheet.write(row, 0, name, book.add_format({"bold": True}))
        sheet.write_string(row, 1, text, wrapped)
    for row, line in enumerate(_guide(form, many), start=len(told) + 2):
        sheet.set_row(row, _height([line], _GUIDE_WIDTH))
        sheet.write_string(row, 1, line, wrapped)
    sheet.fit_to_pages(1, 0)


def _guide(form: Form, many: int) -> list[str]:
    who = (
        "This is the official position of the directorate, given by its lead; it is shown by "
        "directorate in the council's report."
        if form.answers_are == ledger.AGREED
        else "Your answers are shown only for groups of five or more people. Whoever sent you this "
        "workbook and loads it can see them; nobody else can tell them as yours. On the page of "
        "the diagnostic nobody can. Do not write names anywhere in this workbook."
    )
    return [
        who,
        f"The sheet '{_ANSWERS}' asks {many} questions. Choose the level that is true today in "
        "column Answer; the levels build on each other.",
        '"Not applicable" leaves a question out. "Don\'t know" is a finding of its own: it counts '
        "as 0 once the evidence rules are applied.",
        "A level without evidence counts as 2 at most, one with evidence older than 24 months or "
        "without a date as 3 at most." if form.answers_are == ledger.AGREED
        else "No evidence is asked of you.",
        "A question may be left blank; an answer given before then stays. Do not change the other "
        "columns. The code above lets you go on with this form on the page as well; sending the "
        "file twice changes nothing.",
    ]  # fmt: skip


def _questions(
    book: Any, table: pd.DataFrame, answers: Mapping[str, Answer], *, evidence: bool
) -> None:
    sheet = book.add_worksheet(_ANSWERS)
    base = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#b1b4b6"}
    locked = book.add_format(base)
    open_ = book.add_format(base | {"locked": False, "bg_color": "#fff7d6"})
    day = book.add_format(base | {"locked": False, "bg_color": "#fff7d6",
                                  "num_format": "dd/mm/yyyy"})  # fmt: skip
    head = book.add_format(base | {"bold": True, "bg_color": "#dbe5ee"})
    last = _LAST if evidence else _ANSWERED
    for column, (heading, width) in enumerate(_HEADINGS[: last + 1]):
        sheet.write(0, column, heading, head)
        sheet.set_column(column, column, width)
    for row, question in enumerate(table.to_dict("records"), start=1):
        levels = "\n".join(
            f"{level}: {question[name]}" for level, name in enumerate(questions.LEVELS)
        )
        given = answers.get(question["id"], Answer(""))
        texts = (question["id"], question["section_name"], question["question"],
                 question["who_answers"], levels)  # fmt: skip
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, locked)
        level = given.answer
        if level.isdigit():
            sheet.write_number(row, _ANSWERED, int(level), open_)
        else:
            sheet.write_string(row, _ANSWERED, level, open_)
        if evidence:
            sheet.write_string(row, _ANSWERED + 1, given.evidence, open_)
            if given.evidence_date is None:
                sheet.write_blank(row, _LAST, None, day)
            else:
                sheet.write_datetime(row, _LAST, given.evidence_date, day)
        sheet.set_row(row, _height(levels.split("\n"), _LEVELS_WIDTH))
    _rules(sheet, len(table), evidence=evidence)


def _height(lines: Sequence[str], width: int) -> float:
    """Points a row needs for these lines; not every program finds that out by itself."""
    return float(_LINE_POINTS * sum(max(1, len(textwrap.wrap(one, width))) for one in lines) + 3)


def _rules(sheet: Any, many: int, *, evidence: bool) -> None:
    """Drop-downs, what a wrong entry is told, and what may be written where."""
    sheet.data_validation(1, _ANSWERED, many, _ANSWERED, {
        "validate": "list", "source": [int(c) if c.isdigit() else c for c in CHOICES],
        "error_title": "Not an answer", "error_message": f"Choose one of: {', '.join(CHOICES)}.",
    })  # fmt: skip
    sheet.freeze_panes(1, 1)
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _told(path: Path) -> dict[str, str]:
    """The lines of the first sheet that say whose form it is."""
    where = project.relative(path)
    wanted = (_COUNCIL, _KIND, _DIRECTORATE, _LENGTH, _VERSION, _CODE)
    found: dict[str, str] = {}
    for grid in read_grids(open_file(path)):
        if grid.sheet == _ABOUT:
            for row in grid.rows():
                name = cells.text(row[0]) if row else ""
                if name in wanted and len(row) > 1:
                    found[name] = cells.text(row[1])
    faults = [
        Fault(f"{where}, sheet '{_ABOUT}'", f"the line '{name}' is missing or empty",
              "Use the workbook as it was sent, or ask for a new one.")
        for name in wanted
        if not found.get(name)
    ]  # fmt: skip
    for name, allowed in ((_KIND, ledger.KINDS), (_LENGTH, ledger.LENGTHS)):
        if found.get(name) and found[name] not in allowed:
            faults.append(
                Fault(f"{where}, sheet '{_ABOUT}', line '{name}'", f"{found[name]!r} is none of "
                      f"{', '.join(allowed)}", "Put back what stood there.")
            )  # fmt: skip
    if faults:
        raise InputError(faults)
    return found


def _faults(
    table: pd.DataFrame, places: list[str], wanted: pd.DataFrame, version: str
) -> list[Fault]:
    every = set(bank(version)["id"])
    wording = dict(zip(wanted["id"], wanted["question"], strict=True))
    faults = []
    for place, row in zip(places, table.to_dict("records"), strict=True):
        name = row["question_id"]
        if name not in wording:
            why = "is not asked in this form"
            if name not in every:
                why = f"is not in question bank {version}"
            found = (f"'{name}' {why}", "Put back the id that stood there, or take the row out.")
            faults.append(Fault(f"{place}, column 'Question id'", *found))
        elif " ".join(wording[name].split()) != row["question"]:
            found = (
                f"the wording of {name} was changed, so its answer may be to another question",
                f"Put back: {wording[name]}",
            )
            faults.append(Fault(f"{place}, column 'Question'", *found))
        if row["evidence_date"] is not None and not row["evidence"]:
            found = ("is empty, but has a date", "Name the document, or clear the date.")
            faults.append(Fault(f"{place}, column 'Evidence'", *found))
    return faults
