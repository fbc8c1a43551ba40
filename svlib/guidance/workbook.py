"""The pack as a workbook: record, outcomes, questions, actions, and the schedule the ledger reads.

One table a sheet, its headings in the first row, no merged cells.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from svlib import law
from svlib.guidance.model import DRAFT
from svlib.guidance.pack import Pack, RecordLine
from svlib.parameters import Parameters
from svlib.tables import COMMITMENTS

_LINE_POINTS = 15
_SPARE = 10  # blank lines of the schedule, for measures promised in more than one place
_LONGEST_LIST = 255  # characters of a drop-down list; a rule of the file format
_FIRST_DAY = date(2000, 1, 1)
_HEADINGS = {name: name.replace("_", " ").capitalize() for name in COMMITMENTS.names}
_WIDTHS = {
    "commitment_id": 18, "unit": 16, "profile": 30, "contract_ref": 16, "measure_id": 12,
    "district": 14,
}  # fmt: skip
_SHOWN = {"measure": ("Measure", 44), "evidence": ("Evidence", 44)}


def write_workbook(pack: Pack, path: Path, parameters: Parameters | None = None) -> None:
    """Write a pack as XLSX. Yellow cells are to be filled in. The sheet "Commitments" has the
    columns of tables.COMMITMENTS, so that `ingest.read_form` reads it once filled in; districts are
    a drop-down where `parameters` name few enough in the local area."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": pack.title, "subject": DRAFT,
                             "author": pack.procurement.authority})  # fmt: skip
        _Sheets(book).write(pack, _districts(parameters))


class _Sheets:
    """The sheets of one workbook, in one look."""

    def __init__(self, book: Any):
        base = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#b1b4b6"}
        open_ = base | {"bg_color": "#fff7d6"}
        self.book = book
        self.head = book.add_format(base | {"bold": True, "bg_color": "#dbe5ee"})
        self.plain = book.add_format(base)
        self.open = book.add_format(open_)
        self.day = book.add_format(open_ | {"num_format": "dd/mm/yyyy"})
        self.number = book.add_format(open_ | {"num_format": "#,##0.##"})

    def write(self, pack: Pack, districts: Sequence[str]) -> None:
        self._about(pack)
        self._record(pack.record)
        self._outcomes(pack)
        questions = [(one.name, one.text) for one in pack.questions]
        scoring = [(f"Score {one.score}: {one.word}", one.meaning) for one in pack.scoring]
        self._table("Questions", ("What", "Text"),
                    [*questions, *scoring, ("Weighting", pack.weighting)], (28, 110))  # fmt: skip
        actions = [
            (stage.name, one.text, one.post, one.law or "Good practice", ", ".join(one.questions))
            for stage in pack.stages
            for one in stage.actions
        ]
        self._table("Stages", ("Stage", "Do", "Who", "What it rests on", "Diagnostic question"),
                    actions, (16, 80, 22, 44, 16))  # fmt: skip
        points = [
            (one.test, one.answer, one.source, one.confidence or law.NOT_COVERED)
            for one in pack.standing.points
        ]
        self._table("Law", ("Test", "Answer", "Law", "How well known"), points, (36, 24, 70, 18))
        self._commitments(pack, districts)

    def _sheet(self, name: str, headings: Sequence[str], widths: Sequence[float]) -> Any:
        sheet = self.book.add_worksheet(name)
        for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
            sheet.write_string(0, column, heading, self.head)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_header(f"&L{DRAFT}&R&A")
        return sheet

    def _table(
        self, name: str, headings: Sequence[str], rows: Iterable[Sequence[str]],
        widths: Sequence[float],
    ) -> None:  # fmt: skip
        sheet = self._sheet(name, headings, widths)
        for at, row in enumerate(rows, start=1):
            sheet.set_row(at, _height(row, widths))
            for column, text in enumerate(row):
                sheet.write_string(at, column, text, self.plain)

    def _about(self, pack: Pack) -> None:
        lines = {
            "Title": pack.title,
            "Status": f"{DRAFT}. Not legal advice; nothing here says that anything is lawful.",
            "Council": pack.procurement.authority,
            "Band": f"{pack.band.name}. {pack.standing.band_reason}",
            "Choose at most": f"{pack.choose} of the outcomes",
            "How to use": "Fill in the yellow cells. On the sheet Commitments keep a line for each "
            "measure promised, give it an id of its own, and delete the lines that are not used.",
            **pack.versions,
            "Caution": law.CAUTION,
        }
        self._table("Read me first", ("What", "Text"), lines.items(), (28, 110))

    def _record(self, record: Sequence[RecordLine]) -> None:
        headings = ("Part", "What to consider", "What was found")
        widths = (26, 50, 80)
        sheet = self._sheet("Record", headings, widths)
        for at, line in enumerate(record, start=1):
            sheet.set_row(at, _height((line.part, line.ask, line.told), widths))
            sheet.write_string(at, 0, line.part, self.plain)
            sheet.write_string(at, 1, line.ask, self.plain)
            sheet.write_string(at, 2, line.told, self.plain if line.told else self.open)
            if line.choices:
                _choose(sheet, (at, 2, at, 2), line.choices)

    def _outcomes(self, pack: Pack) -> None:
        columns = {
            "outcome": ("Outcome", 32), "reason": ("Why it fits (our reading)", 32),
            "measure_id": ("Measure id", 11), "measure": ("Measure", 40), "unit": ("Unit", 16),
            "evidence": ("Evidence", 40), "range": ("Typical amount", 28),
            "counted": ("Counted in money", 34),
            "overlap_group": ("May count the same change", 20),
        }  # fmt: skip
        headings, widths = zip(*columns.values(), ("Chosen", 10), ("Why", 40), strict=True)
        sheet = self._sheet("Outcomes", headings, widths)
        last = len(columns)
        for at, row in enumerate(pack.outcomes[list(columns)].itertuples(index=False), start=1):
            sheet.set_row(at, _height([str(text) for text in row], widths))
            for column, text in enumerate(row):
                sheet.write_string(at, column, str(text), self.plain)
            for column in (last, last + 1):
                sheet.write_blank(at, column, None, self.open)
        _choose(sheet, (1, last, len(pack.outcomes), last), ("Yes", "No"))

    def _commitments(self, pack: Pack, districts: Sequence[str]) -> None:
        headings = [*_HEADINGS.values(), *(heading for heading, _ in _SHOWN.values())]
        widths = [
            *(_WIDTHS.get(name, 13) for name in _HEADINGS),
            *(width for _, width in _SHOWN.values()),
        ]
        sheet = self._sheet("Commitments", headings, widths)
        columns = [*_HEADINGS, *_SHOWN]
        rows = pack.commitments.to_dict("records")
        blank = dict.fromkeys(columns)
        for at, row in enumerate([*rows, *[blank] * _SPARE], start=1):
            sheet.set_row(at, _height([str(row[name] or "") for name in columns], widths))
            for column, name in enumerate(columns):
                self._cell(sheet, at, column, name, row[name])
        last, place = len(rows) + _SPARE, columns.index
        ids = list(dict.fromkeys(pack.commitments["measure_id"]))
        _choose(sheet, (1, place("measure_id"), last, place("measure_id")), ids)
        _choose(sheet, (1, place("district"), last, place("district")), districts)
        sheet.data_validation(1, place("target"), last, place("target"), {
            "validate": "decimal", "criteria": ">=", "value": 0, "error_title": "Not an amount",
            "error_message": "Write how much is promised over the whole period, in the unit given.",
        })  # fmt: skip
        for name in ("start_date", "end_date"):
            sheet.data_validation(1, place(name), last, place(name), {
                "validate": "date", "criteria": ">=", "value": _FIRST_DAY,
                "error_title": "Not a date", "error_message": "Write it as 30/09/2026.",
            })  # fmt: skip

    def _cell(self, sheet: Any, at: int, column: int, name: str, value: Any) -> None:
        kind = COMMITMENTS.column(name).kind if name in _HEADINGS else "shown"
        look = {"date": self.day, "number": self.number, "shown": self.plain}.get(kind, self.open)
        if isinstance(value, date):
            sheet.write_datetime(at, column, value, look)
        elif isinstance(value, Decimal):
            sheet.write_number(at, column, float(value), look)
        elif value:
            sheet.write_string(at, column, value, look)
        else:
            sheet.write_blank(at, column, None, look)


def _height(texts: Iterable[str], widths: Iterable[float]) -> float:
    """Points a row needs for its longest cell; not every program finds that out by itself."""
    lines = (
        len(textwrap.wrap(text, int(width))) for text, width in zip(texts, widths, strict=False)
    )
    return _LINE_POINTS * max([1, *lines]) + 3


def _choose(sheet: Any, cells: tuple[int, int, int, int], choices: Sequence[str]) -> None:
    """A drop-down; none where there is nothing to choose or the list is too long for one."""
    if choices and len(",".join(choices)) <= _LONGEST_LIST:
        sheet.data_validation(*cells, {
            "validate": "list", "source": list(choices), "error_title": "Not in the list",
            "error_message": "Choose one of the list.",
        })  # fmt: skip


def _districts(parameters: Parameters | None) -> list[str]:
    districts = parameters.areas.local_area.districts if parameters is not None else "all"
    return [] if districts == "all" else list(districts)
