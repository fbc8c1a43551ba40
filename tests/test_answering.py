"""The form by e-mail: out, filled in, back, with each fault on its cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from helpers import project

from svlib import answering, asking, ledger, questions
from svlib.errors import InputError, ParameterError
from svlib.ledger import Answer

COUNCIL = "Tiny Council"
DAY = date(2026, 9, 9)
DIRECTORATES = [{"name": "Adults", "lead": "Director of Adults"},
                {"name": "Places", "lead": "Director of Places"}]  # fmt: skip
QUARTER = "parameters/tiny/2026-27-Q1.yaml"
ANSWER, EVIDENCE, DAY_COLUMN, QUESTION, ID = 6, 7, 8, 3, 1


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = project(tmp_path, monkeypatch, directorates=DIRECTORATES)
    monkeypatch.chdir(root)
    return root


def send(directorate: str, out: Path, kind: str = ledger.AGREED) -> None:
    asking.template(
        Path(QUARTER), {}, out, directorate=directorate, answers_are=kind, length=ledger.SHORT
    )


def begin(held: ledger.Ledger, length: str, version: str) -> tuple[str, ledger.Form]:
    return ledger.start(
        held, "tiny", answers_are=ledger.AGREED, directorate="Adults", length=length,
        bank_version=version, on=DAY,
    )  # fmt: skip


@pytest.fixture
def form(council: Path) -> Path:
    """A short form of Adults, as sent."""
    out = Path("form.xlsx")
    send("Adults", out)
    return out


def fill(path: Path, cells: dict[tuple[int, int], object], sheet: str = "Answers") -> None:
    book = openpyxl.load_workbook(path)
    for (row, column), value in cells.items():
        book[sheet].cell(row, column).value = value
    book.save(path)


def test_an_excel_error_in_an_answer_is_named_and_not_taken_for_a_blank(council, form):
    book = openpyxl.load_workbook(form)
    for column in (ANSWER, EVIDENCE):
        cell = book["Answers"].cell(3, column)
        cell.value, cell.data_type = "#N/A", "e"
    book.save(form)
    with pytest.raises(InputError) as caught:
        answering.read(form)
    assert [str(fault) for fault in caught.value.faults] == [
        f"form.xlsx, sheet 'Answers', row 3, column '{name}': holds the error #N/A. Give an "
        "answer, or clear the cell."
        for name in ("Answer", "Evidence")
    ]


def agreed(council: Path):
    with ledger.open_ledger("data/ledger/ledger.sqlite") as held:
        return ledger.agreed(held, "tiny")


def test_a_form_out_filled_in_and_back(council, form):
    fill(form, {
        (2, ANSWER): 4, (2, EVIDENCE): "Cabinet paper 12", (2, DAY_COLUMN): date(2026, 5, 1),
        (3, ANSWER): "don't know", (4, ANSWER): 0,
    })  # fmt: skip
    said = asking.load(Path(QUARTER), {}, [form])
    assert said == ["form.xlsx: 3 questions answered, 3 answers recorded. 9 questions left blank."]
    found = agreed(council)
    bank = questions.load()
    ids = bank.loc[bank["short_form"] == "yes", "id"].tolist()[:3]
    assert found["question_id"].tolist() == ids
    assert found["answer"].tolist() == ["4", "don't know", "0"]
    assert found["evidence"].tolist() == ["Cabinet paper 12", "", ""]
    assert found["evidence_date"].tolist() == [date(2026, 5, 1), None, None]
    assert found["bank_version"].unique().tolist() == ["2026.2"]


def test_the_same_form_again_changes_nothing_and_a_changed_one_adds_the_change(council, form):
    fill(form, {(2, ANSWER): 2, (3, ANSWER): 3})
    asking.load(Path(QUARTER), {}, [form])
    with ledger.open_ledger("data/ledger/ledger.sqlite") as held:
        before = held.cut()
    assert "nothing new" in asking.load(Path(QUARTER), {}, [form])[0]
    with ledger.open_ledger("data/ledger/ledger.sqlite") as held:
        assert held.cut() == before
    fill(form, {(3, ANSWER): 4})
    assert "1 answer recorded" in asking.load(Path(QUARTER), {}, [form])[0]
    assert agreed(council)["answer"].tolist() == ["2", "4"]


def test_every_fault_comes_back_on_its_cell_and_nothing_is_recorded(council, form):
    fill(form, {
        (2, ANSWER): 7,
        (3, ANSWER): "quite good",
        (4, QUESTION): "Is everything fine?",
        (5, ID): "S9-99",
        (6, ANSWER): 3, (6, DAY_COLUMN): "last spring",
    })  # fmt: skip
    with pytest.raises(InputError) as caught:
        asking.load(Path(QUARTER), {}, [form])
    found = {(fault.where, fault.found.split(" is none")[0]) for fault in caught.value.faults}
    assert ("form.xlsx, sheet 'Answers', row 2, column 'Answer'", "'7'") in found
    assert ("form.xlsx, sheet 'Answers', row 3, column 'Answer'", "'quite good'") in found
    assert agreed(council).empty
    fill(form, {(2, ANSWER): 1, (3, ANSWER): 1, (6, DAY_COLUMN): None})
    with pytest.raises(InputError) as caught:
        asking.load(Path(QUARTER), {}, [form])
    told = [(fault.where, fault.found) for fault in caught.value.faults]
    assert [where for where, _ in told] == [
        "form.xlsx, sheet 'Answers', row 4, column 'Question'",
        "form.xlsx, sheet 'Answers', row 5, column 'Question id'",
    ]
    assert "the wording of" in told[0][1]
    assert told[1][1] == "'S9-99' is not in question bank 2026.2"
    assert agreed(council).empty


def test_a_date_without_evidence_is_asked_about(council, form):
    fill(form, {(2, ANSWER): 4, (2, DAY_COLUMN): date(2026, 5, 1)})
    with pytest.raises(InputError, match=r"row 2, column 'Evidence': is empty, but has a date"):
        asking.load(Path(QUARTER), {}, [form])


def test_an_empty_form_is_refused(council, form):
    with pytest.raises(InputError, match="no question is answered"):
        asking.load(Path(QUARTER), {}, [form])


def test_a_form_with_another_directorate_written_in_is_refused(council, form):
    fill(form, {(2, ANSWER): 4})
    fill(form, {(4, 2): "Places"}, "Read me first")
    with pytest.raises(InputError, match="the form of this code is agreed, Adults"):
        asking.load(Path(QUARTER), {}, [form])
    fill(form, {(4, 2): "Parks"}, "Read me first")
    with pytest.raises(InputError, match="'Parks' is none of Adults, Places"):
        asking.load(Path(QUARTER), {}, [form])


def test_a_form_without_its_code_is_refused(council, form):
    fill(form, {(2, ANSWER): 4})
    fill(form, {(7, 2): None}, "Read me first")
    with pytest.raises(InputError, match="the line 'Code' is missing or empty"):
        asking.load(Path(QUARTER), {}, [form])


def test_a_workbook_that_is_no_form_is_refused(council):
    book = openpyxl.Workbook()
    book.active["A1"] = "Hello"
    book.save("other.xlsx")
    with pytest.raises(InputError, match="Use the workbook as it was sent"):
        asking.load(Path(QUARTER), {}, [Path("other.xlsx")])


def test_good_forms_are_recorded_although_another_is_not(council, form):
    other = Path("places.xlsx")
    send("Places", other)
    fill(form, {(2, ANSWER): 9})
    fill(other, {(2, ANSWER): 3})
    with pytest.raises(asking.LoadError) as caught:
        asking.load(Path(QUARTER), {}, [form, other])
    assert [fault.where for fault in caught.value.faults] == [
        "form.xlsx, sheet 'Answers', row 2, column 'Answer'"
    ]
    assert caught.value.said[0].startswith("places.xlsx: 1 question answered, 1 answer recorded.")
    assert agreed(council)["directorate"].tolist() == ["Places"]


def test_an_anonymous_form_asks_for_no_evidence(council):
    out = Path("mine.xlsx")
    send("Adults", out, ledger.INDIVIDUAL)
    sheet = openpyxl.load_workbook(out)["Answers"]
    assert [cell.value for cell in sheet[1]][-1] == "Answer"
    fill(out, {(2, ANSWER): 3})
    asking.load(Path(QUARTER), {}, [out])
    assert agreed(council).empty
    with ledger.open_ledger("data/ledger/ledger.sqlite") as held:
        assert ledger.individual(held, "tiny")["answer"].tolist() == ["3"]


def test_a_template_is_never_written_over_and_its_directorate_is_known(council, form):
    with pytest.raises(InputError, match="lies there already"):
        send("Adults", form)
    with pytest.raises(ParameterError, match="'Parks' is none of Adults, Places"):
        send("Parks", Path("x.xlsx"))


def test_a_form_keeps_the_wording_it_was_begun_under(council):
    """The bank has changed since: the form is written and read by its own version."""
    with ledger.open_ledger("data/ledger/ledger.sqlite") as held:
        code, old = begin(held, ledger.FULL, "2026.1")
        gone = begin(held, ledger.FULL, "2020.1")
    path = Path("old.xlsx")
    answering.write(path, COUNCIL, old, code)
    fill(path, {(2, ANSWER): 3})
    asking.load(Path(QUARTER), {}, [path])
    assert agreed(council)["bank_version"].tolist() == ["2026.1"]
    with pytest.raises(InputError, match=r"version '2020.1' is not held; 2026.1, 2026.2 are"):
        answering.write(Path("gone.xlsx"), COUNCIL, gone[1], gone[0])


def test_answers_with_markup_and_formulas_come_back_as_text(council, form):
    fill(form, {(2, ANSWER): 4, (2, EVIDENCE): "<b>=1+1</b>"})
    asking.load(Path(QUARTER), {}, [form])
    given = {row["question_id"]: Answer(row["answer"], row["evidence"])
             for row in agreed(council).to_dict("records")}  # fmt: skip
    with ledger.open_ledger("data/ledger/ledger.sqlite") as held:
        code, again = begin(held, ledger.SHORT, "2026.2")
    copy = Path("copy.xlsx")
    given = {name: Answer(one.answer, "=2+2") for name, one in given.items()}
    answering.write(copy, COUNCIL, again, code, given)
    cell = openpyxl.load_workbook(copy)["Answers"].cell(2, EVIDENCE)
    assert (cell.value, cell.data_type) == ("=2+2", "s")
