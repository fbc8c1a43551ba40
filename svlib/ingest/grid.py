"""Files to grids of cells: the sheets of a workbook, the records of a text file."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from svlib.errors import Fault, InputError
from svlib.ingest.files import File

Row = list[Any]
_DELIMITERS = (",", ";", "\t", "|", "^", "~")
_SNIFFED = 65_536  # bytes looked at to tell encoding and delimiter
_MOST_CELLS = 30_000_000  # of a sheet's corner-to-corner area; calamine lays out all of it
_BLOCK = 10_000  # lines of a text file parsed at a time
_LEARNT = 200  # records from which the usual number of cells is learnt
_FAR_ROWS = 50_000  # blank rows after which what follows is a stray
_ANEW = "Open it and save it anew, or ask the publisher for it again."


@dataclass
class Grid:
    """One sheet; text files have one without a name. `rows()` yields row 1 first. `notes` is
    complete when the rows are read; `begins` is the likeliest header of a sheet in which no table
    was found, empty for a blank one."""

    sheet: str
    rows: Callable[[], Iterator[Row]]
    hidden: bool = False
    notes: list[str] = field(default_factory=list)
    begins: str = ""


def read_grids(file: File) -> list[Grid]:
    """Every sheet of a workbook, or the one grid of a CSV or TSV file.

    Raises InputError for a workbook that cannot be read.
    """
    return _workbook(file) if file.kind == "workbook" else [_text(file.content)]


# --- workbooks: values only; macros and links to other files are never followed ------------------


def _workbook(file: File) -> list[Grid]:
    return _old_workbook(file) if file.content[:2] != b"PK" else _new_workbook(file)


def _old_workbook(file: File) -> list[Grid]:
    """XLS, by xlrd: it keeps rows as long as they are. calamine lays out all of a sheet, for which
    a damaged cell address takes all memory there is."""
    import xlrd

    try:
        with xlrd.open_workbook(
            file_contents=file.content, logfile=io.StringIO(), ragged_rows=True
        ) as book:
            return [
                Grid(sheet.name, _old_rows(book, sheet).__iter__, hidden=sheet.visibility != 0)
                for sheet in book.sheets()
            ]
    except Exception as error:  # of a damaged file xlrd raises whatever it trips over
        if "encrypted" in str(error).casefold():
            raise InputError(
                Fault(file.where, "is locked with a password", "Save it without one.")
            ) from None
        raise InputError(
            Fault(file.where, "is a workbook that cannot be read (damaged?)", _ANEW)
        ) from None


def _old_rows(book: Any, sheet: Any) -> list[Row]:
    from xlrd import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, error_text_from_code
    from xlrd.xldate import XLDateError, xldate_as_datetime

    def value(cell: Any) -> Any:
        if cell.ctype == XL_CELL_DATE:
            try:
                return xldate_as_datetime(cell.value, book.datemode)
            except (XLDateError, ValueError, OverflowError):
                return cell.value
        if cell.ctype == XL_CELL_BOOLEAN:
            return bool(cell.value)
        if cell.ctype == XL_CELL_ERROR:
            return error_text_from_code.get(cell.value, "#ERROR")
        return cell.value

    return [[value(cell) for cell in sheet.row(at)] for at in range(sheet.nrows)]


def _new_workbook(file: File) -> list[Grid]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    damaged = InputError(Fault(file.where, "is a workbook that cannot be read (damaged?)", _ANEW))
    content, notes = file.content, list[str]()
    if _is_sprawling(file):
        content, notes = _without_strays(file)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            Grid(
                sheet.name,
                book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False).__iter__,
                hidden=sheet.visible != SheetVisibleEnum.Visible,
                notes=list(notes),
            )
            for sheet in book.sheets_metadata
        ]
    except CalamineError as error:
        if "password" in str(error).casefold():
            raise InputError(
                Fault(file.where, "is locked with a password", "Save it without one.")
            ) from None
        raise damaged from None
    except (ValueError, OverflowError, MemoryError):
        raise damaged from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # calamine's own crash is no Exception
            raise
        raise damaged from None


def _is_sprawling(file: File) -> bool:
    """Whether a stray cell far out makes a sheet's area too large to lay out.

    Also unpacks every part once, so that a zip file that lies about its size is met here.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            return any(
                _area(_unpacked(archive, member)) > _MOST_CELLS for member in _sheets(archive)
            )
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError):
        raise InputError(Fault(file.where, "is a damaged workbook", _ANEW)) from None


def _sheets(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [m for m in archive.infolist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", m.filename)]


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as part:
        return part.read(member.file_size + 1)


def _area(sheet: bytes) -> int:
    last = sheet.rfind(b"<row ")
    found = re.match(rb'<row [^>]*?\br="(\d+)"', sheet[last : last + 400]) if last >= 0 else None
    rows = int(found[1]) if found else sheet.count(b"<row")
    if re.search(rb'r="[A-Z]{3}\d', sheet):
        columns = 16_384
    elif rows * 702 > _MOST_CELLS and (wide := re.findall(rb'r="([A-Z]{2})\d', sheet)):
        columns = max((name[0] - 64) * 26 + name[1] - 64 for name in set(wide))
    else:
        columns = 26
    return rows * columns


def _without_strays(file: File) -> tuple[bytes, list[str]]:
    """The workbook without cells that stand far from all others, and a note that says so."""
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(file.content)) as archive,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as copy,
    ):
        sheets = {member.filename for member in _sheets(archive)}
        for member in archive.infolist():
            content = archive.read(member)
            if member.filename in sheets:
                content = _near(content)
                if _area(content) > _MOST_CELLS:
                    raise InputError(
                        Fault(file.where, "has a sheet too large to lay out", "Save it as CSV.")
                    )
            copy.writestr(member.filename, content)
    return kept.getvalue(), ["cells far to the right of or below all others were not read"]


def _near(sheet: bytes) -> bytes:
    last = 0
    for row in re.finditer(rb'<row [^>]*?\br="(\d+)"', sheet):
        if int(row[1]) - last > _FAR_ROWS:
            sheet = sheet[: row.start()] + sheet[sheet.rfind(b"</sheetData>") :]
            break
        last = int(row[1])
    return re.sub(rb'<c r="[A-Z]{3}\d+"(?:[^>]*/>|.*?</c>)', b"", sheet, flags=re.DOTALL)


# --- text files ----------------------------------------------------------------------------------


def _text(content: bytes) -> Grid:
    csv.field_size_limit(2**31 - 1)
    encoding, skip = _encoding(content)
    start = content[skip : skip + _SNIFFED].decode(encoding, "svlib_cp1252")
    delimiter = _delimiter(start)
    grid = Grid("", lambda: iter(()))

    def rows() -> Iterator[Row]:
        grid.notes.clear()
        stream = io.BytesIO(content)
        stream.seek(skip)
        lines = io.TextIOWrapper(stream, encoding, errors="svlib_cp1252", newline="")
        return _rows(lines, delimiter, grid.notes)

    grid.rows = rows
    return grid


def _encoding(content: bytes) -> tuple[str, int]:
    """The encoding and the length of its mark. Bytes that are no UTF-8 are taken for cp1252."""
    if content[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        return ("utf-32-le" if content[0] else "utf-32-be"), 4
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ("utf-16-le" if content[0] == 0xFF else "utf-16-be"), 2
    if content[:3] == codecs.BOM_UTF8:
        return "utf-8", 3
    start = content[:_SNIFFED]
    if start[1::2].count(0) > len(start) * 0.3:
        return "utf-16-le", 0
    if start[0::2].count(0) > len(start) * 0.3:
        return "utf-16-be", 0
    return "utf-8", 0


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError) and error.encoding == "utf-8":
        wrong = error.object[error.start : error.end]
        return wrong.decode("cp1252", errors="replace"), error.end
    return "\ufffd", getattr(error, "end", 1)


codecs.register_error("svlib_cp1252", _as_cp1252)


def _delimiter(start: str) -> str:
    """The mark that splits most lines into the same number of cells, more cells on a tie."""
    told = re.match(r"sep=(.)\s", start)
    if told:
        return told[1]
    lines = start.splitlines()[:-1][:400] or [start]

    def agreement(mark: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if row)
        split = {width: count for width, count in widths.items() if width > 1}
        if not split:
            return 0.0, 0
        width = max(split, key=lambda width: (split[width], width))
        return round(split[width] / widths.total(), 1), width

    return max(_DELIMITERS, key=agreement)


def _rows(lines: Iterator[str], delimiter: str, notes: list[str]) -> Iterator[Row]:
    """Records as a spreadsheet counts them: block by block where each line is a record, and with
    care from the first block on in which a quotation runs over lines."""
    damage = _Damage(notes)
    width, first = 0, 1
    while block := damage.counted(list(islice(lines, _BLOCK))):
        rows = list(csv.reader(block, delimiter=delimiter))
        width = width or Counter(map(len, rows[:_LEARNT])).most_common(1)[0][0]
        if len(rows) < len(block) or block[-1].count('"') % 2:
            rest = iter(lambda: damage.counted(list(islice(lines, _BLOCK))), [])
            careful = chain(block, chain.from_iterable(rest))
            yield from _records(careful, delimiter, notes, width, first)
            break
        yield from rows
        first += len(rows)
    damage.tell()


class _Damage:
    """Characters that were lost before the file came here, or that its encoding does not know."""

    def __init__(self, notes: list[str]) -> None:
        self.notes = notes
        self.count = 0

    def counted(self, block: list[str]) -> list[str]:
        whole = "".join(block)
        self.count += whole.count("\ufffd")
        return [line.replace("\x00", "") for line in block] if "\x00" in whole else block

    def tell(self) -> None:
        if self.count:
            noun = "character" if self.count == 1 else "characters"
            self.notes.append(f"{self.count:,} damaged {noun} (shown as \ufffd)")


class _Remembering:
    """Lines for csv.reader, with those of the record under way."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self.lines:
            self.record.append(line)
            yield line


def _records(
    lines: Iterator[str], delimiter: str, notes: list[str], width: int, first: int
) -> Iterator[Row]:
    """Records of which some run over lines. A quotation mark that is opened and not closed would
    swallow the records after it: it is then read as an ordinary character."""
    source = _Remembering(lines)
    for number, row in enumerate(csv.reader(source, delimiter=delimiter), start=first):
        if (len(source.record) > 1 or len(row) < width) and _swallowed(
            row, source.record, delimiter, width
        ):
            notes.append(
                f"row {number:,}: a quotation mark is opened and not closed; it was read as an "
                "ordinary character, so check that row"
            )
            yield _with_open_quote(source.record[0], delimiter, width)
            yield from _records(iter(source.record[1:]), delimiter, notes, width, number + 1)
        else:
            yield row
        source.record.clear()


def _swallowed(row: Row, record: list[str], delimiter: str, width: int) -> bool:
    """Whether a cell holds what look like whole records, or the record ends inside a quotation."""
    if len(record) == 1:
        return width > 1 and record[0].count('"') % 2 == 1
    if width > 1 and all(line.count(delimiter) == width - 1 for line in record):
        return True  # each line is a record; two quotation marks were opened
    lines = [line for cell in row for line in cell.splitlines()[1:]]
    within = max((line.count(delimiter) for line in lines), default=0)
    return within >= max(width - 2, 1) and (len(row) != width or within >= width - 1)


def _with_open_quote(line: str, delimiter: str, width: int) -> Row:
    """One line whose quotation marks do not pair: without the one that gives the usual width."""
    for at, character in enumerate(line):
        if character == '"':
            (row,) = csv.reader([line[:at] + line[at + 1 :]], delimiter=delimiter)
            if len(row) == width:
                return row
    (row,) = csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return row
