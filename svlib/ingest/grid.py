"""Files to grids of cells. The bytes decide what a file is, not its name."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from svlib import project
from svlib.errors import Fault, InputError

Row = list[Any]
_DELIMITERS = ",;\t|"


@dataclass
class Grid:
    """One sheet: `rows[0]` is row 1 of the sheet. Text files have one sheet without a name."""

    sheet: str
    rows: list[Row]
    notes: list[str] = field(default_factory=list)


def read_grids(path: Path) -> list[Grid]:
    """Every sheet of a CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS file.

    Raises InputError for a missing, empty or unreadable file and for what is no table at all.
    """
    where = project.relative(path)
    content = _bytes(path, where)
    if content[:4] == b"PK\x03\x04":
        _refuse_other_zip(content, where)
        return _workbook(content, where)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _workbook(content, where)
    _refuse_other_documents(content, where)
    return [_text(content)]


def _bytes(path: Path, where: str) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(Fault(where, "there is no such file", "Check the path.")) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            Fault(where, f"cannot be opened ({reason})", "Check that it may be read.")
        ) from None
    if not content.strip():
        raise InputError(Fault(where, "is empty", "Ask the publisher for the file again."))
    return content


def _refuse_other_zip(content: bytes, where: str) -> None:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        raise InputError(
            Fault(where, "is a damaged workbook", "Download it again or save it anew.")
        ) from None
    if not any(name.startswith("xl/") or name == "content.xml" for name in names):
        raise InputError(
            Fault(where, "is a zip file, not a workbook", "Unpack it and put in its files.")
        )


def _refuse_other_documents(content: bytes, where: str) -> None:
    start = content[:1024].lstrip().lower()
    if start.startswith(b"%pdf"):
        raise InputError(
            Fault(where, "is a PDF document", "Ask the publisher for the table as CSV or XLSX.")
        )
    if start.startswith((b"<!doctype html", b"<html")):
        raise InputError(
            Fault(where, "is a web page, not a table", "Download the file behind the page's link.")
        )


def _workbook(content: bytes, where: str) -> list[Grid]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            Grid(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        ]
    except CalamineError as error:
        raise InputError(
            Fault(
                where, f"is a workbook that cannot be read ({error})", "Open it and save it anew."
            )
        ) from None


def _text(content: bytes) -> Grid:
    text, notes = _decode(content)
    lines = text.splitlines()[:50]
    delimiter = max(_DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))
    csv.field_size_limit(2**31 - 1)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return Grid("", list(rows), notes)


def _decode(content: bytes) -> tuple[str, list[str]]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            return content.decode("utf-8-sig"), []
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    damaged = text.count("\ufffd")
    notes = [f"{damaged} characters could not be read"] if damaged else []
    return text, notes
