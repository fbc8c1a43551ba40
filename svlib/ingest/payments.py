"""A published payments file to lines, each with the cell it came from."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from svlib.errors import Fault, InputError
from svlib.ingest import cells, remarks
from svlib.ingest.body import Body, gather
from svlib.ingest.columns import header_rows, header_texts, marks, recognise
from svlib.ingest.files import File, open_file, parts
from svlib.ingest.grid import Grid, Row, read_grids
from svlib.ingest.layout import Layout, find_layout, without_header
from svlib.ingest.period import Period, find_period
from svlib.ingest.table import Part, Settled, make_lines, settle
from svlib.tables import PRINTED

_FIRST_ROWS = 3_000  # looked at to find the header and what each column holds
_NAMED = 3  # columns that another header further down names at least
_MARKS = 3  # headers that only a contracts register has
_NAMES = 4  # suppliers, fewer than which may each be paid once
_COPIED = 3  # rows; fewer may repeat by chance
_TELLING = {"payment_date", "reference", "description", "expense_type", "service"}


@dataclass
class Reading:
    """One file as read, whole; `parts` are its tables in order."""

    file: str
    sha256: str
    parts: list[Part]
    notes: list[str] = field(default_factory=list)

    @property
    def lines(self) -> pa.Table:
        return pa.concat_tables([part.lines for part in self.parts])

    @property
    def period(self) -> Period | None:
        """The months of all parts; None when no part tells."""
        periods = [part.period for part in self.parts if part.period is not None]
        months = sorted({month for period in periods for month in period.months})
        return Period(tuple(months), periods[0].basis) if periods else None

    @property
    def header_row(self) -> int:
        return self.parts[0].header_row

    @property
    def columns(self) -> dict[str, str]:
        return self.parts[0].columns

    @property
    def gbp(self) -> Decimal:
        return sum((part.gbp for part in self.parts), Decimal("0.00"))

    @property
    def repeated_rows(self) -> int:
        return sum(part.repeated_rows for part in self.parts)

    @property
    def publisher_total_gbp(self) -> Decimal | None:
        totals = [t for part in self.parts if (t := part.publisher_total_gbp) is not None]
        return sum(totals, Decimal(0)) if totals else None

    @property
    def warnings(self) -> list[str]:
        """Those of the file and of each part, each once."""
        return list(dict.fromkeys([*self.notes, *(w for p in self.parts for w in p.warnings)]))

    @property
    def question(self) -> str:
        """What is asked where two readings remain; empty when the file was read."""
        return next((part.question for part in self.parts if part.question), "")


def read_payments(path: Path, columns: Mapping[str, str] | None = None) -> Reading:
    """Read one file of payments: CSV, TSV, XLSX, XLSM, XLSB, XLS, ODS, or a zip of these.

    `columns` maps canonical columns to headers as printed, or to `column F`. Raises InputError
    when the file cannot be read or holds no payments table.
    """
    return read_file(open_file(path), columns or {})


def read_file(file: File, told: Mapping[str, str]) -> Reading:
    """The same for a file whose bytes are already in hand."""
    strange = sorted(set(told) - set(PRINTED.names))
    if strange:
        raise InputError(
            Fault(
                "sources.payments.columns",
                f"no column is called {', '.join(strange)}",
                f"Known: {', '.join(PRINTED.names)}.",
            )
        )
    if file.kind == "zip":
        return _archive(file, told)
    with _uncollected():
        return _tables(file, told)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Millions of rows make no cycles: looking for them took a sixth of the time of reading."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _archive(file: File, told: Mapping[str, str]) -> Reading:
    found: list[Part] = []
    notes: list[str] = []
    refused: list[Fault] = []
    for member in parts(file):
        try:
            if isinstance(member, InputError):
                raise member
            reading = read_file(member, told)
        except InputError as error:
            refused += error.faults
        else:
            found += reading.parts
            notes += reading.notes
    if not found:
        raise InputError(
            refused or Fault(file.where, "is a zip file with no file in it", "Ask for it again.")
        )
    notes += [f"{fault.where} was not read: it {fault.found}" for fault in refused]
    notes += _doubled(found, file.where)
    return Reading(file.where, file.sha256, found, notes)


# --- the sheets of one file ----------------------------------------------------------------------


@dataclass(eq=False)
class _Sheet:
    """One table of a sheet, `above` rows down."""

    grid: Grid
    layout: Layout
    body: Body
    above: int
    headings: list[str]

    @property
    def name(self) -> str:
        """The sheet's, and for a second table in it where that begins."""
        return (
            f"{self.grid.sheet} from row {self.above + 1}".strip()
            if self.above
            else self.grid.sheet
        )


def _tables(file: File, told: Mapping[str, str]) -> Reading:
    grids = read_grids(file)
    sheets = [sheet for grid in grids for sheet in _sheets(grid, told)]
    held = [sheet for sheet in sheets if sheet.body.rows]
    if not held:
        raise _no_payments(file.where, bool(sheets), grids)
    kept, notes = _without_copies(held)
    _refuse_register(file.where, kept)
    if all(map(_is_summary, kept)):
        raise InputError(
            Fault(
                file.where,
                "holds totals per supplier, not payments: each supplier stands once, without "
                "date, reference or purpose",
                "Ask the publisher for the file with a line for each payment.",
            )
        )
    found = _made(file, kept)
    read = {id(sheet.grid) for sheet in sheets}
    notes += [
        f"sheet '{grid.sheet}' holds no payments table and was not read"
        for grid in grids
        if id(grid) not in read and grid.sheet and grid.begins and not grid.hidden
    ]
    notes += _doubled(found, file.where)
    return Reading(file.where, file.sha256, found, [*chain(*(g.notes for g in grids)), *notes])


def _refuse_register(where: str, sheets: list[_Sheet]) -> None:
    """A contracts register has suppliers and values too."""
    if all(marks(s.layout.texts, "not payments", "contracts register") >= _MARKS for s in sheets):
        raise InputError(
            Fault(
                where,
                "is a contracts register, not payments: it gives contracts' values and terms",
                "Put it under sources.contracts.",
            )
        )


def _sheets(
    grid: Grid, told: Mapping[str, str], above: int = 0, until: int | None = None
) -> list[_Sheet]:
    """The tables of one sheet: one, unless another header stands further down. `above` rows are
    passed over, and none is read from row `until` on."""
    rows = islice(grid.rows(), above, None if until is None else until - 1)
    first = list(islice(rows, _FIRST_ROWS))
    layout = find_layout(first, told) or without_header(first, told)
    if layout is None:
        grid.begins = grid.begins or _likeliest(first)
        return []
    body = gather(chain(first[layout.last + 1 :], rows), layout, above)
    other = _another_header(layout, body)
    if other is not None:
        return [*_sheets(grid, told, above, other), *_sheets(grid, told, other - 1, until)]
    lines = (" ".join(filter(None, map(cells.text, row))) for row in first[: max(layout.at, 0)])
    return [_Sheet(grid, layout, body, above, [line for line in lines if line])]


def _likeliest(rows: list[Row]) -> str:
    ranked = [rows[at] for at in header_rows(rows, "lines")[:1]]
    texts = (", ".join(filter(None, map(cells.text, row))) for row in [*ranked, *rows])
    return next(filter(None, texts), "")


def _another_header(layout: Layout, body: Body) -> int | None:
    """The first row that names supplier and amount in other columns than the header does."""
    for place, texts in body.odd.items():
        if any(map(str.isdecimal, "".join(texts))):
            continue
        plain = header_texts(texts)
        named = {m.column for text in plain if text for m in recognise(text, "lines") if m.exact}
        if {"supplier", "amount_gbp"} <= named and len(named) >= _NAMED and plain != layout.texts:
            return int(body.numbers[place])
    return None


def _without_copies(sheets: list[_Sheet]) -> tuple[list[_Sheet], list[str]]:
    """Leave out hidden sheets beside visible ones, summaries beside payments, and sheets whose
    rows all stand on another sheet too; say so."""
    kept, notes = sheets, []
    for reason, leave in (
        ("is hidden and was not read", lambda sheet: sheet.grid.hidden),
        ("sums up payments by supplier and was not read", lambda sheet: _is_summary(sheet, 1)),
    ):
        out = [sheet for sheet in kept if leave(sheet)]
        if out and len(out) < len(kept):
            kept = [sheet for sheet in kept if sheet not in out]
            notes += [f"sheet '{sheet.grid.sheet}' {reason}" for sheet in out]
    for sheet in sorted(kept, key=lambda sheet: sheet.body.rows) if len(kept) > 1 else ():
        others = Counter(chain(*(o.body.hashes.tolist() for o in kept if o is not sheet)))
        if sheet.body.rows >= _COPIED and not Counter(sheet.body.hashes.tolist()) - others:
            kept = [other for other in kept if other is not sheet]
            notes.append(f"all rows of sheet '{sheet.grid.sheet}' stand on others; it was not read")
    return kept, notes


def _is_summary(sheet: _Sheet, least: int = _NAMES) -> bool:
    """Totals by supplier: nothing that tells one payment from the next, and hardly a name twice
    among `least` names or more."""
    if _TELLING & sheet.layout.positions.keys() or len(list(filter(None, sheet.layout.texts))) > 5:
        return False
    names = [
        name for name in sheet.body.texts(sheet.layout.positions["supplier"]).to_pylist() if name
    ]
    return len(names) >= least and len(set(names)) >= 0.95 * len(names)


def _no_payments(where: str, header: bool, grids: Iterable[Grid]) -> InputError:
    if header:
        return InputError(Fault(where, "has a header but no rows beneath it", "Ask for it again."))
    seen = next((line for grid in grids if (line := grid.begins)), "")
    return InputError(
        Fault(
            where,
            "no row names both a supplier and an amount, with names and numbers beneath; the "
            f"likeliest reads '{seen[:120]}'",
            "If it is a payments file, name its headers under sources.payments.columns, "
            "e.g. {supplier: Vendor, amount_gbp: Actual Value}.",
        )
    )


def _doubled(parts: list[Part], where: str) -> list[str]:
    """Tables that sum to what another, or all others together, sum to: the same payments twice?"""
    whole = sum((part.gbp for part in parts), Decimal(0))
    notes = []
    for at, part in enumerate(parts):
        twins = [other for other in parts[:at] if other.gbp == part.gbp and part.gbp]
        rest = len(parts) > 2 and part.gbp and whole - part.gbp == part.gbp
        if twins or rest:
            as_much = _part_name(twins[0], where) if twins else "all others together"
            notes.append(
                f"{_part_name(part, where)} sums to as much as {as_much}: the same payments twice?"
            )
    return notes


def _part_name(part: Part, where: str) -> str:
    member = part.file.removeprefix(where).removeprefix(", ")
    return ", ".join(filter(None, (member, f"sheet '{part.sheet}'" if part.sheet else "")))


# --- parts ---------------------------------------------------------------------------------------


def _made(file: File, sheets: list[_Sheet]) -> list[Part]:
    made = [
        (sheet, settled)
        for sheet in sheets
        if (settled := settle(sheet.layout, sheet.body, _stem(file), sheet.grid.sheet)) is not None
    ]
    if not made:
        raise InputError(
            Fault(file.where, "gives VAT but no amount", "Ask the publisher for the amounts.")
        )
    periods = _periods(file, made)
    return [
        _part(file, sheet, settled, period)
        for (sheet, settled), period in zip(made, periods, strict=True)
    ]


def _stem(file: File) -> str:
    return Path(file.name).stem


def _periods(file: File, made: list[tuple[_Sheet, Settled]]) -> list[Period | None]:
    """Each sheet's own period where sheets are named by months; else one for the whole file."""
    own = [
        find_period(sheet.grid.sheet, [], settled.days.counted, sheet.headings)
        for sheet, settled in made
    ]
    named = [period.months for period in own if period is not None and period.basis == "name"]
    if len(made) > 1 and len(set(named)) == len(made):
        return [Period(period.months, "sheet") if period else None for period in own]
    days = sum((settled.days.counted for _, settled in made), Counter())
    headings = [line for sheet, _ in made for line in sheet.headings]
    whole = find_period(_stem(file), [sheet.grid.sheet for sheet, _ in made], days, headings)
    return [whole] * len(made)


def _part(file: File, sheet: _Sheet, settled: Settled, period: Period | None) -> Part:
    layout, chosen = settled.layout, settled.chosen
    lines = make_lines(file, sheet.name, settled)
    positions = {"supplier": layout.positions["supplier"], "amount_gbp": chosen.money.at}
    rounding = settled.gbp - _pennies(lines)
    return Part(
        file=file.where,
        sheet=sheet.name,
        sha256=file.sha256,
        lines=lines,
        period=period,
        header_row=sheet.above + layout.at + 1,
        columns={name: layout.name(at) for name, at in {**positions, **layout.positions}.items()},
        gbp=settled.gbp,
        rounding_gbp=rounding,
        publisher_total_gbp=settled.publisher_total_gbp,
        alternatives={
            column.money.printed: column.sum_of(settled.payments)
            for column in settled.choice.columns
            if column is not chosen
        },
        warnings=remarks.warnings(settled, period, rounding),
        question=remarks.question(settled),
    )


def _pennies(lines: pa.Table) -> Decimal:
    payments = lines.filter(pc.equal(lines["problem"], ""))["amount_gbp"]
    return pc.sum(payments).as_py() or Decimal("0.00")
