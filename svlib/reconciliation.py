"""Where every row and pound of the published files ended, and what the files leave uncertain.

Lines may be any frame with the columns of tables.PAYMENTS, files one with those of
tables.RECONCILIATION. Money stays exact (Decimal).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

import narwhals as nw
import pandas as pd

from svlib.quarter import Quarter, month_end, month_label

_ZERO = Decimal("0.00")
_FEW, _MANY = 0.6, 1.67  # of the usual month's rows, beyond which a month is out of line
_USUAL = 2  # other months needed to say what is usual
_EARLY = 7  # days before the month's end on which a whole month's dates do not stop
_ENDS = {"accepted": 0, "excluded": 1, "set aside": 2}


def ends(lines: Any) -> pd.DataFrame:
    """One row a table read, an end and a reason: `file`, `sheet`, `status` (accepted, excluded,
    set aside), `reason` (the rule or the kind of problem), `lines`, `gbp_sum`."""
    by = ["file", "sheet", "status", "reason"]
    found = _frame(lines).group_by(by).agg(
        nw.len().alias("lines"), nw.col("amount_gbp").sum().alias("gbp")
    )  # fmt: skip
    rows: dict[tuple[str, ...], list[Any]] = {}
    for row in _rows(found):
        key = (row["file"], row["sheet"], row["status"], kind_of_problem(row["reason"]))
        kept = rows.setdefault(key, [0, _ZERO])
        kept[0] += row["lines"]
        kept[1] += row["gbp"] or _ZERO
    table = [
        [*key, *rows[key]]
        for key in sorted(rows, key=lambda key: (*key[:2], _ENDS[key[2]], key[3]))
    ]
    return pd.DataFrame(table, columns=[*by, "lines", "gbp_sum"])


def kind_of_problem(reason: str) -> str:
    """A reason without what stood in the cell, which may be a name: for what is published."""
    return re.sub(r" '.*' ", " ", reason)


def coverage(files: pd.DataFrame, months: Sequence[str]) -> pd.DataFrame:
    """One row a month asked for: `month`, `files`, `rows_read`, `usual_rows` (median of the other
    months held; None when fewer than two are) and `remark`, empty when nothing is odd.

    Only files of one month can be compared; a month inside a quarterly file has no row of its own.
    """
    monthly = files[files["month"] != ""]
    rows = {month: int(found["rows_read"].sum()) for month, found in monthly.groupby("month")}
    table = []
    for month in months:
        here = monthly[monthly["month"] == month]
        others = [count for other, count in rows.items() if other != month]
        usual = median(others) if len(others) >= _USUAL else None
        table.append(
            {
                "month": month,
                "files": here["file"].nunique(),
                "rows_read": rows.get(month, 0),
                "usual_rows": usual,
                "remark": _remark(month, rows.get(month), usual, here["last_date"]),
            }
        )
    return pd.DataFrame(table, columns=["month", "files", "rows_read", "usual_rows", "remark"])


def _remark(month: str, rows: int | None, usual: float | None, last: pd.Series) -> str:
    if rows is None:
        return ""
    said = []
    if usual and not _FEW <= rows / usual <= _MANY:
        said.append(f"{rows:,} rows, where {usual:,.0f} are usual")
    days = [day for day in last if isinstance(day, date)]
    if days and (month_end(month) - max(days)).days >= _EARLY:
        said.append(f"no date after {max(days).day} {month_label(month)}")
    return " and ".join(said)


def columns(files: pd.DataFrame) -> pd.DataFrame:
    """One row a file and a column read or no longer read, files in order of publication: `file`,
    `column`, `header` as printed (empty when the file has none), `before` (the header in the file
    published before it; empty in the first) and `changed`."""
    table: list[dict[str, Any]] = []
    before: dict[str, str] | None = None
    ordered = files.sort_values(["quarter", "month", "file", "sheet"])
    for row in ordered.drop_duplicates("file").itertuples():
        now = dict(pair.split(": ", 1) for pair in row.columns_read.split("; ") if ": " in pair)
        for name in dict.fromkeys([*now, *(before or {})]):
            earlier = (before or {}).get(name, "")
            table.append(
                {
                    "file": row.file,
                    "column": name,
                    "header": now.get(name, ""),
                    "before": earlier,
                    "changed": before is not None and earlier != now.get(name, ""),
                }
            )
        before = now
    return pd.DataFrame(table, columns=["file", "column", "header", "before", "changed"])


def other_basis(lines: Any, quarter: Quarter, quarter_by: str) -> tuple[int, Decimal]:
    """Lines and pounds accepted that the quarter would hold on the basis not used: by payment date
    (undated lines with their file) or by publication; as far as the files held tell."""
    frame = _frame(lines).filter(nw.col("status") == "accepted")
    published = nw.col("published_quarter") == quarter.slug
    if quarter_by == "publication":
        dated = nw.col("posted_quarter") == quarter.slug
        wanted = dated | ((nw.col("posted_quarter") == "") & published)
    else:
        wanted = published
    return _total(frame.filter(wanted))


def late(lines: Any, quarter: Quarter) -> tuple[int, Decimal]:
    """Lines and pounds of the quarter that files of later quarters brought."""
    here = (nw.col("quarter") == quarter.slug) & (nw.col("status") == "accepted")
    return _total(_frame(lines).filter(here & (nw.col("published_quarter") > quarter.slug)))


def _total(frame: nw.LazyFrame[Any]) -> tuple[int, Decimal]:
    (row,) = _rows(frame.select(nw.len().alias("lines"), nw.col("amount_gbp").sum().alias("gbp")))
    return int(row["lines"]), row["gbp"] or _ZERO


def _frame(lines: Any) -> nw.LazyFrame[Any]:
    if isinstance(lines, pd.DataFrame):
        import pyarrow as pa

        lines = pa.Table.from_pandas(lines, preserve_index=False)
    return nw.from_native(lines).lazy()


def _rows(frame: nw.LazyFrame[Any]) -> list[dict[str, Any]]:
    return frame.collect(backend="pyarrow").to_arrow().to_pylist()
