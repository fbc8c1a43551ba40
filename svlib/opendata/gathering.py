"""The rows of each published table, from an open quarter, after redaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from svlib import contracts, diagnostic, findings, law, outcomes, spend
from svlib.categories import UNCLASSIFIED, name_of
from svlib.law import Row as LawRow
from svlib.opendata import declared
from svlib.opendata.redaction import LISTED, REDACTED, Redaction, too_few
from svlib.outcomes import STAGES
from svlib.suppliers import classify
from svlib.suppliers.classes import CARD, INDIVIDUAL
from svlib.tables import Column, Table
from svlib.view import OpenQuarter

Rows = list[dict[str, Any]]
WITHHELD = "withheld"
_STEP = Decimal("0.0001")
_OF_A_LINE = (
    "quarter", "month", "payment_date", "directorate_name", "service", "expense_type", "category",
    "supplier_id", "supplier_name", "supplier_class", "amount_gbp", "company_number", "district",
    "description", "reference", "file", "row",
)  # fmt: skip
_PAYEES = {
    "supplier", "supplier_id", "Supplier (beneficiary)", "Supplier name",
}  # fmt: skip
"""Columns that hold what `Redaction.payee` gave, or the cleaned name of who is published."""


def gather(q: OpenQuarter) -> dict[str, Rows]:
    """Name of each table of `declared.ALL` to its rows, text redacted and made visible."""
    source = _Source(q, redaction_of(q))
    return {
        table.name: _distinct(
            [_clean(row, table, source.hidden) for row in gatherer(source)], table
        )
        for table, gatherer in zip(declared.ALL, _gatherers(), strict=True)
    }


def redaction_of(q: OpenQuarter) -> Redaction:
    """What the quarter withholds: names of individuals in payments held and on the register."""
    names = q.names
    paid = list(names.loc[names["supplier_class"] == INDIVIDUAL, "printed"])
    won = [name for name in q.contracts["supplier"] if classify(name)[0] == INDIVIDUAL]
    return Redaction([*paid, *won])


@dataclass(frozen=True)
class _Source:
    """An open quarter and what is withheld of it."""

    q: OpenQuarter
    hidden: Redaction

    @cached_property
    def payments(self) -> Rows:
        """One row a line, in an order that only what is published decides."""
        lines = self.q.payments.project(", ".join(_OF_A_LINE)).to_arrow_table().to_pylist()
        known = self.q.suppliers
        numbers = dict(zip(known["supplier_id"], known["company_number"], strict=True))
        bought = {line["category"] or UNCLASSIFIED for line in lines}
        names = {one: name_of(one) for one in bought}
        rows = [_payment(self, line, numbers, names) for line in lines]
        order = [name for name in declared.PAYMENTS.names if name != "line"]
        rows.sort(key=lambda row: [str(row[name] or "") for name in order])
        return [{"line": at, **row} for at, row in enumerate(rows, start=1)]

    @cached_property
    def measures(self) -> Rows:
        """One row a measure; a small count of people is left empty, and said to be."""
        found = self.q.progress
        labels = ["category", "measure_id", "measure", "unit"]
        rows = []
        for names, part in found.groupby(labels, sort=False) if len(found) else []:
            row = dict(zip(labels, names, strict=True))
            row |= {"contracts": part["contract_ref"].nunique(), "commitments": len(part)}
            row |= {name: sum(part[name], Decimal(0)) for name in STAGES.values()}
            due = row["due_to_date"]
            row |= {"share_of_due": row["delivered"] / due if due else None, "withheld": "no"}
            rows.append(row | _withheld(row))
        return rows


def _payment(
    source: _Source,
    line: Mapping[str, Any],
    numbers: Mapping[str, str],
    names: Mapping[str, str],
) -> dict[str, Any]:
    """One line as it is published; of a payee who is withheld nothing that leads to him or her."""
    row = {
        "authority_code": source.q.parameters.code,
        "quarter": line["quarter"],
        "month": line["month"],
        "payment_date": line["payment_date"],
        "directorate": line["directorate_name"],
        "service": line["service"],
        "expense_type": line["expense_type"],
        "category": names[line["category"] or UNCLASSIFIED],
        "supplier": source.hidden.payee(line["supplier_name"], line["supplier_class"]),
        "amount_gbp": line["amount_gbp"],
    }
    shown = row["supplier"] != REDACTED
    company = numbers.get(line["supplier_id"], "") or line["company_number"]
    return row | {
        "payee_kind": line["supplier_class"] if shown else WITHHELD,
        "company_number": company if shown else "",
        "district": line["district"] if shown else "",
        "description": line["description"] if shown or not line["description"] else REDACTED,
        "reference": line["reference"] if shown else "",
        "source_file": Path(line["file"]).name if shown else "",
        "source_row": line["row"] if shown else None,
    }


def _payments(source: _Source) -> Rows:
    return source.payments


def _payments_over_500(source: _Source) -> Rows:
    limit = _limit("Transparency Code: payment", source.q.quarter.end)
    return [
        {
            "Line": row["line"],
            "Body name": source.q.authority,
            "Body code": row["authority_code"],
            "Transaction date": row["payment_date"],
            "Department": row["directorate"],
            "Service": row["service"],
            "Supplier (beneficiary)": row["supplier"],
            "Transaction number": row["reference"],
            "Purpose of expenditure": row["description"] or row["expense_type"],
            "Merchant category": row["category"],
            "Card transaction": "yes" if row["payee_kind"] == CARD else "",
            "Amount": row["amount_gbp"],
            "Irrecoverable VAT": None,
        }
        for row in source.payments
        if limit is not None and row["amount_gbp"] > limit
    ]


def _limit(name: str, on: date) -> Decimal | None:
    """The amount over which the Transparency Code asks; None before the law tables begin."""
    found = law.amount(name, on)
    return found.line_gbp if isinstance(found, LawRow) else None


def _by_category(source: _Source) -> Rows:
    return _with_organisations(source.q, spend.by_category, "category")


def _by_directorate(source: _Source) -> Rows:
    return _with_organisations(source.q, spend.by_directorate, "directorate")


def _by_place(source: _Source) -> Rows:
    areas = source.q.areas
    return _with_organisations(source.q, lambda lines: spend.by_place(lines, areas), "place")


def _with_organisations(q: OpenQuarter, measure: Callable[[Any], pd.DataFrame], key: str) -> Rows:
    """A measure of all payments, with the payees counted among those that are named."""
    named = measure(q.payments.filter(f"supplier_class IN {LISTED}"))
    counts = dict(zip(named[key], named["suppliers"], strict=True))
    rows = measure(q.payments).to_dict("records")
    return [{**row, "organisations": counts.get(row[key], 0)} for row in rows]


def _by_area(source: _Source) -> Rows:
    return spend.area_shares(source.q.payments, source.q.areas).to_dict("records")


def _by_supplier(source: _Source) -> Rows:
    """Organisations, largest first, then in one row all who are not named."""
    q, hidden = source.q, source.hidden
    found = spend.by_supplier(q.payments).to_dict("records")
    known = {row["supplier_id"]: row for row in q.suppliers.to_dict("records")}
    whole = sum((row["net_gbp"] for row in found), Decimal(0))
    rows: dict[str, dict[str, Any]] = {}
    for one in found:
        name = hidden.payee(one["supplier_name"], one["supplier_class"])
        facts = known.get(one["supplier_id"], {}) if name != REDACTED else {}
        row = rows.setdefault(
            one["supplier_id"] if name != REDACTED else REDACTED,
            {
                "supplier": name,
                "payee_kind": one["supplier_class"] if name != REDACTED else WITHHELD,
                **{key: facts.get(key, "") for key in ("company_number", "size", "vcse")},
                "net_gbp": Decimal(0),
                "payments": 0,
            },
        )
        row["net_gbp"] += one["net_gbp"]
        row["payments"] += one["payments"]
    for row in rows.values():
        row["share"] = row["net_gbp"] / whole if whole > 0 else None
    order = sorted(rows, key=lambda key: (key == REDACTED, -rows[key]["net_gbp"], key))
    return [{"supplier_id": key, **rows[key]} for key in order]


def _awarded(source: _Source) -> Rows:
    rows = contracts.awarded(source.q.contracts, source.q.quarter).to_dict("records")
    return [row | _winner(row, source.hidden) for row in rows]


def _winner(row: Mapping[str, Any], hidden: Redaction) -> dict[str, str]:
    """Who won, by the same rules as who is paid."""
    name = hidden.payee(row["supplier"], classify(row["supplier"])[0])
    shown = name != REDACTED
    kept = {key: row[key] if shown else "" for key in ("company_number", "district")}
    return {"supplier": name, **kept}


def _contracts_over_5000(source: _Source) -> Rows:
    q, rows = source.q, []
    limit = _limit("Transparency Code: contract", q.quarter.end)
    for row in contracts.counted(q.contracts).to_dict("records"):
        value = _held(row["value_gbp"])
        over = limit is not None and (value is None or value > limit)
        if not (over and _current(q, row)):
            continue
        winner = _winner(row, source.hidden)
        rows.append({
            "Contract": row["contract"],
            "Body name": q.authority,
            "Reference number": row["contract_ref"],
            "Title of agreement": row["title"],
            "Department responsible": row["directorate"],
            "Description": row["contract_type"],
            "Supplier name": winner["supplier"],
            "Supplier company number": winner["company_number"],
            "Sum to be paid": value,
            "VAT in the sum": row["vat_basis"],
            "Irrecoverable VAT": None,
            "Start date": row["start_date"],
            "End date": row["end_date"],
            "Review date": None,
            "Latest end date": row["extend_to"],
            "Procurement process": row["procedure"],
            "Supplier is an SME": row["sme"],
            "Supplier is a VCSE": row["vcse"],
        })  # fmt: skip
    return sorted(rows, key=lambda row: row["Contract"])


def _current(q: OpenQuarter, row: Mapping[str, Any]) -> bool:
    """Whether a contract runs or is awarded in the quarter, as far as its dates tell."""
    award, start, end, latest = (
        _held(row[name]) for name in ("award_date", "start_date", "end_date", "extend_to")
    )
    if award is not None and q.quarter.start <= award <= q.quarter.end:
        return True
    last = latest or end
    begun = start is None or start <= q.quarter.end
    return begun and (last is None or last >= q.quarter.start)


def _withheld(row: Mapping[str, Any]) -> dict[str, Any]:
    few = [name for name in ("delivered", "evidenced") if too_few(row[name], row["unit"])]
    found: dict[str, Any] = dict.fromkeys(few)
    if "delivered" in few:
        found["share_of_due"] = None
    return found | {"withheld": "yes"} if few else {}


def _measures(source: _Source) -> Rows:
    return source.measures


def _social_value(source: _Source) -> Rows:
    found = source.q.progress
    return outcomes.by_category(found).to_dict("records") if len(found) else []


def _values(source: _Source) -> Rows:
    """Pounds by category; none of a stage of which a measure's count of people is withheld."""
    q, held, rows = source.q, source.measures, []
    if not len(q.valued):
        return []
    for row in outcomes.value_by_category(q.valued).to_dict("records"):
        here = [one for one in held if one["category"] == row["category"]]
        few = [stage for stage in ("delivered", "evidenced") if any(o[stage] is None for o in here)]
        lost = [name for name in row if name.startswith(tuple(few))] if few else []
        year = q.parameters.report.price_year
        rows.append({**row, **dict.fromkeys(lost), "price_year": year})
    return rows


def _diagnostic(source: _Source) -> Rows:
    if not len(source.q.answers):
        return []
    rows = diagnostic.by_directorate(findings.diagnostic_scores(source.q)).to_dict("records")
    return [row | {"counted": row["capped"]} for row in rows]


def _files(source: _Source) -> Rows:
    rows = source.q.reconciliation.sort_values(["file", "sheet"]).to_dict("records")
    return [
        row | {"number": at, "file": Path(row["file"]).name} for at, row in enumerate(rows, start=1)
    ]


def _months(source: _Source) -> Rows:
    return source.q.coverage.to_dict("records")


def _clean(row: Mapping[str, Any], table: Table, hidden: Redaction) -> dict[str, Any]:
    """The declared columns in order, each of its type, every text through the redaction."""
    return {column.name: _as(column, _held(row[column.name]), hidden) for column in table.columns}


def _as(column: Column, value: Any, hidden: Redaction) -> Any:
    if column.kind == "text":
        text = "" if value is None else str(value)
        return text if column.name in _PAYEES else hidden.text(text)
    if value is None:
        return None
    if column.kind == "whole":
        return int(value)
    return Decimal(str(value)).quantize(_STEP) if column.kind == "number" else value


def _distinct(rows: Rows, table: Table) -> Rows:
    """The rows, keys that redaction made the same told apart by a number behind them."""
    seen: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        key = tuple(row[name] for name in table.key)
        seen[key] += 1
        if seen[key] > 1:
            row[table.key[0]] = f"{key[0]} ({seen[key]})"
    return rows


def _held(value: Any) -> Any:
    """None for every kind of nothing that a frame may hold."""
    return None if pd.isna(value) else value


def _gatherers() -> list[Callable[[_Source], Rows]]:
    """In the order of `declared.ALL`."""
    return [
        _payments, _payments_over_500, _by_category, _by_directorate, _by_place, _by_area,
        _by_supplier, _awarded, _contracts_over_5000, _measures, _social_value, _values,
        _diagnostic, _files, _months,
    ]  # fmt: skip
