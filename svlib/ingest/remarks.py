"""What a person should know about a table that was read, and what is asked where two readings
remain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from svlib.ingest.columns import marks
from svlib.ingest.money import Amounts, in_pounds
from svlib.ingest.period import Period, modal_month
from svlib.ingest.table import (
    AGAIN,
    BENEATH,
    NO_AMOUNT,
    NOTE,
    ORPHAN,
    SAYS_TOTAL,
    SUBTOTAL,
    Settled,
)
from svlib.quarter import month_label

_QUIET = (NOTE, AGAIN)  # rows that nobody would take for a payment
_SHOWN = 3  # rows or values named in a warning
_REVERSAL_SHARE = 0.1  # of the gross: one pair this large distorts it
_UNDATED_SHARE = 0.5
_UNNAMED_SHARE = 0.1
_VAT_SHARE = 0.2  # of the rows
_WHOLE_SHARE = 0.45  # of the sum, from which one row at the end looks like a total
_SOME = 5  # payments, fewer than which show no pattern
_SPARSE_SHARE = 0.25
_SEVERAL_SHARE = 0.2  # of the rows, in documents of several lines
_SAME_SHARE = 0.95  # of the documents with several lines
_OTHER_UNIT = re.compile(r"000|thousand|£\s?k\b|£\s?m\b|million|pence|\(p\)", re.IGNORECASE)


def pounds(amount: Decimal) -> str:
    """£1,234.50; minus before the sign."""
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.2f}"


def warnings(settled: Settled, period: Period | None, rounding: Decimal) -> list[str]:
    """Everything odd about a table, most telling first. They are published with a report, so they
    say where to look and never what stands in a cell."""
    found = [*settled.layout.doubts, *settled.choice.warnings]
    if marks(settled.layout.texts, "not payments", "purchase orders"):
        found.append("its headers speak of orders: does it list what was ordered, not paid?")
    found += _credits(settled)
    found += _shifts(settled)
    found += _set_aside(settled)
    found += _totals(settled)
    found += _sparse(settled)
    found += _same_throughout(settled)
    found += _dates(settled, period)
    found += _reversals(settled)
    if rounding:
        found.append(
            f"some amounts have fractions of a penny; rounding each takes {pounds(rounding)} "
            "from the sum"
        )
    return found


def question(settled: Settled) -> str:
    """What to ask and the YAML line that settles it; empty when one reading remains."""
    layout, chosen = settled.layout, settled.chosen
    if not layout.texts and not layout.told_amount:
        at = layout.positions["supplier"]
        return (
            "it has no header row; by content the supplier stands in "
            f"'{layout.name(at)}' ({_values(settled, at)}) and the amount in "
            f"'{chosen.money.printed}' ({_values(settled, chosen.money.at)}). If so, put "
            f"`columns: {{supplier: {layout.name(at)}, amount_gbp: {chosen.money.printed}}}` "
            "under sources.payments in authority.yaml"
        )
    rivals = [rival for rival in settled.choice.rivals if _as_likely(settled, rival)]
    if not rivals:
        return ""
    shown = "; ".join(
        f"'{column.money.printed}' ({_values(settled, column.money.at)}; sum "
        f"{pounds(column.sum_of(settled.payments))})"
        for column in (chosen, *rivals)
    )
    return (
        f"which column is the amount? {shown}. Settle it with "
        f"`columns: {{amount_gbp: {chosen.money.printed}}}` under sources.payments in "
        "authority.yaml, or with the other's name"
    )


def _as_likely(settled: Settled, rival: Amounts) -> bool:
    """Both named in full, or both only guessed; a whole name outdoes words found in one."""
    chosen, rows = settled.chosen, settled.payments
    return chosen.money.exact == rival.money.exact and chosen.sum_of(rows) != rival.sum_of(rows)


def _values(settled: Settled, at: int) -> str:
    held = [text for text in settled.body.columns[at].values[:50] if text]
    return "e.g. " + ", ".join(f"'{text[:30]}'" for text in held[:_SHOWN])


def _credits(settled: Settled) -> list[str]:
    layout, chosen, found = settled.layout, settled.chosen, list[str]()
    if chosen.turned and layout.credit is not None:
        found.append(
            f"{chosen.turned:,} amounts count as credits because '{layout.name(layout.credit)}' "
            "says so"
        )
    if _OTHER_UNIT.search(chosen.money.printed):
        found.append(
            f"'{chosen.money.printed}' speaks of another unit; amounts were read as pounds"
        )
    kinds = [layout.positions.get(name) for name in ("expense_type", "description")]
    columns = [settled.body.columns[at] for at in kinds if at in settled.body.columns]
    if any(column.flags(_is_vat).mean() >= _VAT_SHARE for column in columns):
        found.append("VAT stands on rows of its own, so the sum includes it")
    unnamed = int((~settled.suppliers.held & settled.payments).sum())
    if unnamed > max(2, _UNNAMED_SHARE * settled.payments.sum()):
        found.append(
            f"{unnamed:,} payments have no supplier: does a blank cell stand for the name above?"
        )
    return found


def _is_vat(text: str) -> bool:
    return (
        re.match(r"(input |recoverable )?vat\b(?! (exempt|free))", text, re.IGNORECASE) is not None
    )


def _shifts(settled: Settled) -> list[str]:
    shifts = settled.body.shifts
    ends = (
        (shifts.mended, "they were realigned, so check them"),
        (shifts.left, "they could not be realigned"),
    )
    return [
        f"{_rows(numbers)} held more cells than the header (a comma without quotation marks?); "
        f"{end}"
        for numbers, end in ends
        if numbers
    ]


def _rows(numbers: Sequence[int]) -> str:
    shown = ", ".join(f"{number:,}" for number in numbers[:_SHOWN])
    more = ", ..." if len(numbers) > _SHOWN else ""
    return f"{len(numbers):,} {'row' if len(numbers) == 1 else 'rows'} ({shown}{more})"


def _set_aside(settled: Settled) -> list[str]:
    by_problem: dict[str, list[int]] = {}
    for place, problem in sorted(settled.problems.items()):
        if problem not in _QUIET:
            kind = "amounts that are no numbers" if problem.startswith("amount '") else problem
            by_problem.setdefault(kind, []).append(place)
    return [_aside(settled, kind, places) for kind, places in by_problem.items()]


def _aside(settled: Settled, kind: str, places: list[int]) -> str:
    body, chosen = settled.body, settled.chosen
    count = _rows(body.numbers[places].tolist())
    if kind in (SUBTOTAL, SAYS_TOTAL, ORPHAN, BENEATH):
        rows_here = np.zeros(body.rows, dtype=bool)
        rows_here[places] = True
        return f"{count} set aside, {pounds(chosen.sum_of(rows_here))}: {kind}"
    if kind == NO_AMOUNT:
        return f"{count} set aside: no amount in '{chosen.money.printed}'"
    return f"{count} set aside: no number in '{chosen.money.printed}'"


def _totals(settled: Settled) -> list[str]:
    found = []
    printed = settled.publisher_total_gbp
    if printed is not None and printed != settled.gbp:
        found.append(
            f"the total printed in the file is {pounds(printed)}, the rows sum to "
            f"{pounds(settled.gbp)}: {pounds(printed - settled.gbp)} apart"
        )
    counted = settled.chosen.millionths[settled.payments]
    if len(counted) > 3:
        largest = int(counted[abs(counted).argmax()])
        if largest and int(counted.sum()) == 2 * largest:
            found.append(
                f"one row, {pounds(in_pounds(largest))}, equals the sum of all others: "
                "is it a total?"
            )
    places = np.flatnonzero(settled.payments)
    if len(places) >= _SOME:
        whole = abs(settled.chosen.millionths[places]).sum()
        for place in (int(places[0]), int(places[-1])):
            amount = int(settled.chosen.millionths[place])
            if amount > _WHOLE_SHARE * whole:
                found.append(
                    f"row {settled.body.numbers[place]:,}, at the end, holds "
                    f"{pounds(in_pounds(amount))} of the sum: is it a total?"
                )
    return found


def _same_throughout(settled: Settled) -> list[str]:
    """Documents all of whose lines hold one amount and differ otherwise: it may be the document's
    total each time."""
    documents = settled.body.documents(settled.layout.positions.get("reference"))
    if documents is None:
        return []
    rows = settled.payments & (documents >= 0) & ~settled.body.repeats
    order = np.argsort(documents[rows], kind="stable")
    held, amounts = documents[rows][order], settled.chosen.millionths[rows][order]
    if not len(held):
        return []
    starts = np.flatnonzero(np.r_[True, held[1:] != held[:-1]])
    sizes = np.diff(np.r_[starts, len(held)])
    several = sizes > 1
    if sizes[several].sum() < _SEVERAL_SHARE * len(held):
        return []
    same = np.minimum.reduceat(amounts, starts) == np.maximum.reduceat(amounts, starts)
    if several.sum() < _SOME or (same & several).sum() < _SAME_SHARE * several.sum():
        return []
    return [
        f"all lines of a document hold the same amount, in {int((same & several).sum()):,} of "
        f"{int(several.sum()):,} documents with several: is it the document's total?"
    ]


def _sparse(settled: Settled) -> list[str]:
    """Payments that hold little but an amount where the others hold much more: totals or notes
    that neither say so nor add up."""
    fill, payments = settled.body.fill, settled.payments
    if payments.sum() < _SOME:
        return []
    usual = float(np.median(fill[payments]))
    few = payments & (fill <= max(2, usual / 2)) & (fill < usual - 1)
    places = np.flatnonzero(few)
    if not len(places) or len(places) > _SPARSE_SHARE * payments.sum():
        return []
    return [
        f"{_rows(settled.body.numbers[places].tolist())} hold little but an amount, "
        f"{pounds(settled.chosen.sum_of(few))} in all: totals?"
    ]


def _dates(settled: Settled, period: Period | None) -> list[str]:
    days, found = settled.days, []
    at = settled.layout.positions.get("payment_date")
    if at is None:
        return []
    name = settled.layout.name(at)
    if days.mixed:
        found.append(
            f"'{name}' holds dates with the day first and with the month first; "
            f"{days.mixed:,} rows that cannot be read as the others are undated"
        )
    undated = days.dates.null_count
    if undated > _UNDATED_SHARE * len(days.dates):
        found.append(f"{undated:,} of {len(days.dates):,} rows have no usable date in '{name}'")
    modal = modal_month(days.counted)
    if period is None or modal is None or period.basis == "dates" or modal in period.months:
        return found
    said = " to ".join(
        month_label(month) for month in sorted({period.months[0], period.months[-1]})
    )
    return [
        *found, f"its {period.basis} says {said} but most dates fall in {month_label(modal)}"
    ]  # fmt: skip


def _reversals(settled: Settled) -> list[str]:
    """The largest payment that is taken back in full, where it makes up much of the gross."""
    amounts = np.where(settled.payments, settled.chosen.millionths, 0)
    gross = int(amounts[amounts > 0].sum())
    large = np.flatnonzero(abs(amounts) >= max(1, _REVERSAL_SHARE * gross))
    pairs = {(settled.suppliers[place], int(amounts[place])) for place in large.tolist()}
    taken_back = [amount for name, amount in pairs if amount > 0 and (name, -amount) in pairs]
    if not taken_back:
        return []
    largest = max(taken_back)
    return [
        f"{pounds(in_pounds(largest))} is paid and taken back in full within the file: "
        f"{largest / gross:.0%} of all that is paid before credits"
    ]
