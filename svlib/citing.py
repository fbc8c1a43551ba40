"""Document review: passages for a person to accept or reject, and decisions into the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from svlib import documents, ledger, passages, project, questions, view
from svlib.errors import Fault, InputError
from svlib.ingest import read_with_places
from svlib.ledger.passages import DECISIONS
from svlib.quarter import today
from svlib.show import count
from svlib.show.words import missing
from svlib.tables import PASSAGES

_WIDTHS = {"question_id": 12, "question": 44, "rank": 7, "file": 28, "page": 7, "clause": 18,
           "heading": 28, "passage": 90, "decision": 12, "note": 40}  # fmt: skip
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
        before = ledger.decided(held, council.slug).set_index("key")["decision"].to_dict()
    found = found.rename(columns={"text": "passage"})
    found["passage"] = [text[:_LONGEST_CELL] for text in found["passage"]]
    keys = [
        ledger.passage_key(row.question_id, row.file, row.passage) for row in found.itertuples()
    ]  # fmt: skip
    found = found.assign(decision=[before.get(key, "") for key in keys], note="")
    _write(out, found)
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
    faults = [
        Fault(f"{place}, column 'Question id'", f"'{name}' is not in the bank", "Put it back.")
        for place, name in zip(places, table["question_id"], strict=True)
        if name not in known
    ]
    if faults:
        raise InputError(faults)
    given = table[table["decision"] != ""]
    with ledger.open_ledger(council.ledger) as held:
        fresh = ledger.decide(held, council.slug, given.to_dict("records"), today())
    left = len(table) - len(given)
    return [
        f"{count(len(given), 'decision')}, {fresh:,} new; {count(left, 'passage')} not decided yet."
    ]


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


def _write(out: Path, found: pd.DataFrame) -> None:
    import textwrap

    import xlsxwriter

    out.parent.mkdir(parents=True, exist_ok=True)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": "Document review"})
        sheet = book.add_worksheet(_SHEET)
        base = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#b1b4b6"}
        plain, head = book.add_format(base), book.add_format(base | {"bold": True})
        open_ = book.add_format(base | {"bg_color": "#fff7d6"})
        for column, (name, width) in enumerate(_WIDTHS.items()):
            sheet.write_string(0, column, name.replace("_", " ").capitalize(), head)
            sheet.set_column(column, column, width)
        for at, row in enumerate(found.to_dict("records"), start=1):
            for column, name in enumerate(_WIDTHS):
                look = open_ if name in ("decision", "note") else plain
                text = _text(row[name])
                if text:
                    sheet.write_string(at, column, text, look)
                else:
                    sheet.write_blank(at, column, None, look)
            lines = len(textwrap.wrap(row["passage"], _WIDTHS["passage"]))
            sheet.set_row(at, min(_LINE_POINTS * max(2, lines) + 3, 400))
        place = list(_WIDTHS).index("decision")
        sheet.data_validation(1, place, max(1, len(found)), place, {
            "validate": "list", "source": list(DECISIONS), "error_title": "Not a decision",
            "error_message": "Write accept or reject, or leave it blank.",
        })  # fmt: skip
        sheet.freeze_panes(1, 0)


def _text(value: Any) -> str:
    return "" if missing(value) else str(value)
