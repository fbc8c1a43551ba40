"""One table of a file: its columns settled, its totals told apart, its rows made lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import numpy as np
import pyarrow as pa

from svlib.ingest.body import Body, Column, Flags
from svlib.ingest.dates import Days, read_days
from svlib.ingest.files import File
from svlib.ingest.layout import Layout
from svlib.ingest.money import Amounts, Choice, choose, in_pounds, pennies
from svlib.ingest.period import Period
from svlib.ingest.profiles import is_credit
from svlib.ingest.totals import Suspect, Totals, find_totals
from svlib.tables import LINES

_REDACTED = re.compile(  # Redactive Media is a supplier
    r"redact(?!iv)|withheld|personal (data|info)|not disclosed|\bgdpr\b|\*{4}|x{6}"
    r"|^\W*data protection( act)?\W*$|^\W*(private |named )?individuals?\W*$"
    r"|^\W*confidential\W*$|^\W*personal\W*$",
    re.IGNORECASE,
)
_TEXT_COLUMNS = (
    "supplier", "supplier_ref", "reference", "directorate", "service", "expense_type",
    "description", "postcode", "company_number",
)  # fmt: skip
NO_AMOUNT, NOTE, AGAIN = "no amount", "neither supplier nor amount (a note?)", "the header again"
SUBTOTAL = "the total of rows above"
ORPHAN = "an amount and nothing else (a total?)"
BENEATH = "no date, beneath the file's total"
SAYS_TOTAL = "no supplier, and says it is a total"


@dataclass
class Part:
    """One table of a file: a text file has one, a workbook one a sheet, a zip one or more a member.

    `lines` is a table of LINES; the file's total row is not among them. `columns` maps canonical
    columns to headers as printed; `alternatives` the other columns of money to their sums.
    `gbp` is the exact sum of the lines' amounts, `rounding_gbp` what rounding each to the penny
    took away from it. `question` asks which column is meant where two readings remain; the lines
    are then those of the likelier.
    """

    file: str
    sheet: str
    sha256: str
    lines: pa.Table
    period: Period | None
    header_row: int
    columns: dict[str, str]
    gbp: Decimal
    rounding_gbp: Decimal = Decimal("0.00")
    publisher_total_gbp: Decimal | None = None
    alternatives: dict[str, Decimal] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    question: str = ""

    @property
    def repeated_rows(self) -> int:
        return sum(self.lines["repeated"].to_pylist())


@dataclass
class Settled:
    """What was made of one table's rows: `problems` names, by place, those that are no payments."""

    layout: Layout
    body: Body
    choice: Choice
    days: Days
    totals: Totals
    problems: dict[int, str]

    @property
    def chosen(self) -> Amounts:
        return self.choice.chosen

    @property
    def suppliers(self) -> Column:
        return self.body.columns[self.layout.positions["supplier"]]

    @cached_property
    def payments(self) -> Flags:
        """Which rows are payments: those with an amount that are no total of others."""
        found = self.chosen.filled.copy()
        found[[*self.problems, *([] if self.totals.own is None else [self.totals.own])]] = False
        return found

    @cached_property
    def gbp(self) -> Decimal:
        """The exact sum of the payments."""
        return self.chosen.sum_of(self.payments)

    @property
    def publisher_total_gbp(self) -> Decimal | None:
        own = self.totals.own
        return None if own is None else in_pounds(int(self.chosen.millionths[own]))


def settle(layout: Layout, body: Body, name: str, sheet: str) -> Settled | None:
    """Decide which column is the amount and what each row is; None when only VAT is given."""
    credits = None
    if layout.credit is not None:
        credits = body.columns[layout.credit].flags(is_credit)
    columns = [Amounts(money, body.columns[money.at], credits) for money in layout.money]
    references = body.documents(layout.positions.get("reference")) if len(columns) > 1 else None
    choice = choose(columns, references)
    if choice is None:
        return None
    days = read_days(body, layout.positions.get("payment_date"), name, sheet)
    suppliers = body.columns[layout.positions["supplier"]]
    totals = _totals(body, choice.chosen, suppliers, days)
    problems = _problems(layout, body, choice.chosen, suppliers, totals)
    return Settled(layout, body, choice, days, totals, problems)


def make_lines(file: File, sheet: str, settled: Settled) -> pa.Table:
    """The table of LINES, without the file's own total row."""
    body, layout, chosen = settled.body, settled.layout, settled.chosen
    problems = [""] * body.rows
    for place, problem in settled.problems.items():
        problems[place] = problem
    columns = {name: body.texts(layout.positions.get(name)) for name in _TEXT_COLUMNS}
    columns["file"] = pa.repeat(file.where, body.rows)
    columns["sheet"] = pa.repeat(sheet, body.rows)
    columns["row"] = pa.array(body.numbers)
    columns["amount_gbp"] = pennies(chosen)
    columns["payment_date"] = settled.days.dates
    columns["redacted"] = pa.array(settled.suppliers.flags(_REDACTED.search))
    columns["repeated"] = pa.array(body.repeats)
    columns["problem"] = pa.array(problems, pa.string())
    schema = LINES.arrow_schema()
    lines = pa.table({name: columns[name] for name in schema.names}, schema=schema)
    own = settled.totals.own
    if own is None:
        return lines
    return pa.concat_tables([lines.slice(0, own), lines.slice(own + 1)])


def _totals(body: Body, chosen: Amounts, suppliers: Column, days: Days) -> Totals:
    dated = days.dates.is_valid().to_numpy(zero_copy_only=False)
    suspects = {
        place: Suspect(
            supplier=suppliers[place],
            texts=[text for at, text in enumerate(texts) if text and at != chosen.money.at],
            dated=bool(dated[place]),
            above=suppliers[place - 1] if place else "",
        )
        for place, texts in body.odd.items()
        if chosen.filled[place]
    }
    return find_totals(chosen.millionths, chosen.filled, suspects, dated)


def _problems(
    layout: Layout, body: Body, chosen: Amounts, suppliers: Column, totals: Totals
) -> dict[int, str]:
    at = chosen.money.at
    problems = {
        place: _no_number(layout, at, chosen.column[place], suppliers[place])
        for place in np.flatnonzero(~chosen.filled).tolist()
    }
    for place in totals.parts:
        problems[place] = SUBTOTAL
    for place in totals.beneath:
        problems[place] = BENEATH
    for place in totals.doubtful:
        texts = [text for column, text in enumerate(body.odd[place]) if column != at and text]
        problems[place] = SAYS_TOTAL if texts else ORPHAN
    return problems


def _no_number(layout: Layout, at: int, shown: str, supplier: str) -> str:
    if shown and layout.printed and shown.casefold() == layout.printed[at].casefold():
        return AGAIN
    if shown:
        return f"amount '{shown[:40]}' is not a number"
    return NO_AMOUNT if supplier else NOTE
