"""Document review: passages for a person to accept or reject, and decisions into the ledger."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from svlib import documents, ledger, passages, project, questions, view
from svlib.errors import Fault, InputError
from svlib.ingest import read_with_places
from svlib.ledger.passages import DECISIONS
from svlib.ledger.words import unfit
from svlib.quarter import today
from svlib.show import count
from svlib.show.words import missing
from svlib.tables import PASSAGES

_WIDTHS = {"question_id": 12, "question": 44, "rank": 7, "file": 28, "page": 7, "clause": 18,
           "heading": 28, "passage": 90, "decision": 12, "note": 40, "key": 70}  # fmt: skip
_OPEN = ("decision", "note")  # what a person fills in
_FOUND = ("question_id", "file", "page", "clause", "passage")  # what nobody may change
_NO_WRITING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SHEET, _LINE_POINTS = "Passages", 15
_LONGEST_CELL = 32_000  # characters; a cell holds 32,767


def review(
    quarter_file: Path,
    settings: Mapping[str, str],
    folder: Path,
    out: Path,
    *,
    only: Sequence[str] = (),
    first: int = 3,
) -> list[str]:
    """Read every document of a folder, find what bears on each question, and write the passages to
    `out` (XLSX) with a cell for the decision; say what could not be read, and why. Decisions
    recorded before are filled in. Raises InputError when nothing could be read, for questions that
    are none, and when `out` is there: it may hold decisions."""
    council = view.resolve({"file": str(quarter_file), **settings})
    bank = questions.load()
    strays = sorted(set(only) - set(bank["id"]))
    if strays:
        raise InputError(
            [
                Fault("--question", f"'{one}' is not in the bank", "Correct the id.")
                for one in strays
            ]
        )
    if out.exists():
        raise InputError(
            Fault(str(out), "lies there already and may hold decisions", "Name another file.")
        )
    read, faults = _read(folder)
    bank = bank[bank["id"].isin(list(only))] if only else bank
    found = passages.find(documents.table(read), bank, first)
    with ledger.open_ledger(council.ledger) as held:
        before = ledger.reviewed(held, council.slug)
    rows = [_row(one, before) for one in found.to_dict("records")]
    _write(out, rows)
    files = {one.file for one in read}
    return [
        f"Left out: {fault}" for fault in faults
    ] + [
        f"{count(len(files), 'document')}, {count(len(read), 'paragraph')}: "
        f"{count(len(found), 'passage')} on {count(found['question_id'].nunique(), 'question')}.",
        f"Write accept or reject beside each in {out}, then: svlib documents load "
        f"{project.relative(quarter_file)} {out}",
    ]  # fmt: skip


def load(quarter_file: Path, settings: Mapping[str, str], path: Path) -> list[str]:
    """Record the decisions of a reviewed workbook; say how many are new. The same again changes
    nothing. Raises InputError with every fault, and records nothing then."""
    council = view.resolve({"file": str(quarter_file), **settings})
    table, places = read_with_places(path, PASSAGES)
    known = set(questions.load()["id"])
    rows = table.to_dict("records")
    faults = [
        Fault(f"{place}, column '{column}'", *found)
        for place, row in zip(places, rows, strict=True)
        for column, found in _faults(row, known)
    ]
    if faults:
        raise InputError(faults)
    with ledger.open_ledger(council.ledger) as held:
        fresh, fresh_notes = ledger.decide(held, council.slug, rows, today())
    decisions, notes = (sum(row[name] != "" for row in rows) for name in _OPEN)
    noted = f"{count(notes, 'note')}, {fresh_notes:,} new; " if notes else ""
    return [
        f"{count(decisions, 'decision')}, {fresh:,} new; {noted}"
        f"{count(len(rows) - decisions, 'passage')} not decided yet."
    ]


def _row(found: Mapping[Any, Any], before: ledger.Reviewed) -> dict[str, str]:
    """The cells of one passage, with what was decided and noted before."""
    row = {name: _text(found[name]) for name in _WIDTHS if name in found}
    row["passage"] = _text(found["text"])[:_LONGEST_CELL]
    told = {"decision": before.decision(row), "note": before.note(row)}
    return row | told | {"key": _seal(row)}


def _seal(row: Mapping[str, str]) -> str:
    """A part for each cell that nobody may change, so that a change is told by its cell."""
    return "-".join(hashlib.sha256(row[name].encode()).hexdigest()[:12] for name in _FOUND)


def _faults(row: Mapping[str, str], known: set[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Column, what was found in it, and what to do."""
    if row["question_id"] not in known:
        yield "Question id", (f"'{row['question_id']}' is not in the bank", "Put it back.")
        return
    again = "Decide in the workbook as 'svlib documents review' wrote it."
    if row["key"].count("-") != len(_FOUND) - 1:
        yield "Key", ("is not that of a passage found", again)
        return
    parts = zip(_FOUND, row["key"].split("-"), _seal(row).split("-"), strict=True)
    for name, written, here in parts:
        if written != here:
            do = "Put back what stood there. Words of your own go in column 'Note'."
            yield _heading(name), ("was changed after it was found", do)
    amiss = unfit(row["note"]) if row["note"] else None
    if amiss is not None:
        yield "Note", amiss


def _read(folder: Path) -> tuple[list[documents.Paragraph], list[Fault]]:
    paths = [path for path in sorted(project.listed(folder).iterdir()) if path.is_file()]
    paths = [path for path in paths if not path.name.startswith((".", "~$"))]
    read: list[documents.Paragraph] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            read += documents.read(path)
        except InputError as error:
            faults += error.faults
    if not read:
        none = Fault(str(folder), "holds no document that can be read", "Put them there.")
        raise InputError(faults or [none])
    return read, faults


def _write(out: Path, rows: Sequence[Mapping[str, str]]) -> None:
    import textwrap

    import xlsxwriter

    out.parent.mkdir(parents=True, exist_ok=True)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": "Document review"})
        sheet = book.add_worksheet(_SHEET)
        base = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#b1b4b6"}
        plain, head = book.add_format(base), book.add_format(base | {"bold": True})
        open_ = book.add_format(base | {"bg_color": "#fff7d6", "locked": False})
        for column, (name, width) in enumerate(_WIDTHS.items()):
            sheet.write_string(0, column, _heading(name), head)
            sheet.set_column(column, column, width, None, {"hidden": name == "key"})
        for at, row in enumerate(rows, start=1):
            for column, name in enumerate(_WIDTHS):
                look = open_ if name in _OPEN else plain
                if row[name]:
                    sheet.write_string(at, column, row[name], look)
                else:
                    sheet.write_blank(at, column, None, look)
            lines = len(textwrap.wrap(row["passage"], _WIDTHS["passage"]))
            sheet.set_row(at, min(_LINE_POINTS * max(2, lines) + 3, 400))
        place = list(_WIDTHS).index("decision")
        sheet.data_validation(1, place, max(1, len(rows)), place, {
            "validate": "list", "source": list(DECISIONS), "error_title": "Not a decision",
            "error_message": "Write accept or reject, or leave it blank.",
        })  # fmt: skip
        sheet.freeze_panes(1, 0)
        sheet.protect("", {"format_columns": True, "format_rows": True})


def _heading(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _text(value: Any) -> str:
    """A cell as it is read back: no control characters, single blanks."""
    return "" if missing(value) else " ".join(_NO_WRITING.sub("", str(value)).split())
