"""Each canonical table declared once: column, type, unit, meaning, rule.

Readers, the data dictionary and the checks all take their columns from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["text", "money", "number", "date", "flag", "whole"]


@dataclass(frozen=True)
class Column:
    """One column. `values` lists the only ones allowed; `least` and `most` are the
    smallest and the largest number."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = False
    values: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    def blank(self) -> Column:
        """The same column where a cell may be left blank."""
        return replace(self, required=False)


@dataclass(frozen=True)
class Table:
    """One canonical table; `row` says what one row is."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def arrow_schema(self) -> pa.Schema:
        """The table's types in Parquet: money is decimal(18, 2), quantities decimal(18, 4)."""
        import pyarrow as pa

        types = {
            "text": pa.string(),
            "money": pa.decimal128(18, 2),
            "number": pa.decimal128(18, 4),
            "date": pa.date32(),
            "flag": pa.bool_(),
            "whole": pa.int64(),
        }
        return pa.schema([(column.name, types[column.kind]) for column in self.columns])


def dictionary(tables: Sequence[Table]) -> list[dict[str, str]]:
    """The data dictionary: one row a column, in the order declared."""
    return [
        {
            "table": table.name,
            "column": column.name,
            "type": column.kind,
            "unit": column.unit,
            "meaning": column.meaning,
            "rule": _rule(column),
        }
        for table in tables
        for column in table.columns
    ]


def _rule(column: Column) -> str:
    parts = ["required"] if column.required else []
    if column.values:
        parts.append("one of: " + ", ".join(column.values))
    if column.least is not None:
        parts.append(f"at least {column.least:g}")
    if column.most is not None:
        parts.append(f"at most {column.most:g}")
    return "; ".join(parts)


PRINTED = Table(
    "lines",
    "what a published payments file prints on one line",
    (
        Column("supplier", "text", "supplier as printed", required=True),
        Column("supplier_ref", "text", "the publisher's own reference for the supplier"),
        Column(
            "amount_gbp",
            "money",
            "line amount, net of recoverable VAT where given",
            "GBP",
            required=True,
        ),
        Column("payment_date", "date", "date printed; empty when undated"),
        Column("reference", "text", "document or transaction number"),
        Column("directorate", "text", "department or directorate as printed"),
        Column("service", "text", "service area as printed"),
        Column("expense_type", "text", "type of expense as printed"),
        Column("description", "text", "summary of purpose as printed"),
        Column("postcode", "text", "supplier postcode or outcode, where the file prints one"),
        Column("company_number", "text", "supplier's company number, where the file prints one"),
    ),
)

LINES = Table(
    "lines",
    "one non-blank row beneath the header of a published payments file",
    (
        Column("file", "text", "file the line was read from"),
        Column("sheet", "text", "sheet of the workbook; empty for text files"),
        Column("row", "whole", "row in the file or sheet, counted from 1 as a spreadsheet does"),
        *PRINTED.columns,
        Column("redacted", "flag", "the supplier's name was withheld by the publisher"),
        Column("repeated", "flag", "the row repeats an earlier one of its sheet in every cell"),
        Column("problem", "text", "why the line cannot be used; empty when it can"),
    ),
    key=("file", "sheet", "row"),
)

PAYMENTS = Table(
    "payments",
    "one line of a published payments file, with where it ended and who was paid",
    (
        Column("authority", "text", "authority's slug, the name of its folder", required=True),
        Column("quarter", "text", "financial quarter it belongs to, as 2026-27-Q2", required=True),
        Column(
            "month", "text", "month of that quarter, YYYY-MM; empty when only the quarter is known"
        ),
        Column("posted_quarter", "text", "financial quarter of payment_date; empty when undated"),
        Column("published_quarter", "text", "financial quarter the file was published for"),
        *LINES.columns[:-1],
        Column(
            "status",
            "text",
            "where the line ended",
            required=True,
            values=("accepted", "excluded", "set aside"),
        ),
        Column("reason", "text", "rule that excluded it or problem that set it aside"),
        Column("supplier_id", "text", "cleaned name; one supplier has one"),
        Column("supplier_name", "text", "name to print: the longest spelling seen"),
        Column(
            "supplier_class",
            "text",
            "kind of payee: supplier, public body, individual or card, or redacted or unnamed",
        ),
        Column("directorate_name", "text", "directorate after the authority's aliases"),
        Column("place_status", "text", "how far the supplier's place is known"),
        Column("district", "text", "ONS code of the supplier's district, when certain"),
        Column("candidates", "text", "ONS codes an outcode may lie in, separated by spaces"),
        Column(
            "place_basis",
            "text",
            "what the place is read from: directory, file, registered office, or nothing",
        ),
        Column("size", "text", "size class in the supplier directory, or inferred"),
        Column("size_known", "text", "declared, register, inferred or unknown"),
        Column("vcse", "text", "yes, no or unknown"),
        Column("vcse_known", "text", "declared, register, inferred or unknown"),
        Column("category", "text", "what was bought: an id of categories.csv, or unclassified"),
        Column(
            "category_rule",
            "text",
            "what decided: the row of the authority's rules, as row 14, or directory; empty where "
            "nothing did",
        ),
    ),
    key=("authority", "file", "sheet", "row"),
)

SUPPLIERS = Table(
    "suppliers",
    "one decision of the council's about one supplier",
    (
        Column("supplier", "text", "name as printed in the payments", required=True),
        Column("same_as", "text", "another name the supplier is paid under, if it is the same"),
        Column("company_number", "text", "Companies House number, eight characters"),
        Column("charity_number", "text", "number on the register of charities"),
        Column("postcode", "text", "trading postcode, or outcode when that is all that is known"),
        Column(
            "size", "text", "size class", values=("micro", "small", "medium", "large", "unknown")
        ),
        Column(
            "vcse",
            "text",
            "voluntary, community or social enterprise",
            values=("yes", "no", "unknown"),
        ),
        Column(
            "how_known",
            "text",
            "where the facts come from",
            values=("declared", "register", "inferred", "unknown"),
        ),
        Column("category", "text", "what is bought from it, where that is always one thing"),
        Column("decided_by", "text", "post that decided, not a person"),
        Column("decided_on", "date", "day of the decision"),
        Column("note", "text", "anything a colleague should know"),
    ),
    key=("supplier",),
)

SUPPLIER_NAMES = Table(
    "supplier_names",
    "one name as printed in the payments",
    (
        Column("printed", "text", "name as printed", required=True),
        Column("supplier_id", "text", "the supplier it is counted as: a cleaned name"),
        Column("supplier_name", "text", "name to print"),
        Column("supplier_class", "text", "kind of payee"),
        Column("evidence", "text", "why it is joined to the supplier; empty for the name to print"),
    ),
    key=("printed",),
)

KNOWN_SUPPLIERS = Table(
    "known_suppliers",
    "one supplier of the payments, and what is known of it",
    (
        Column("supplier_id", "text", "cleaned name", required=True),
        Column("supplier_name", "text", "name to print"),
        Column("supplier_class", "text", "kind of payee"),
        Column("company_number", "text", "Companies House number, eight characters"),
        Column("charity_number", "text", "number on the register of charities"),
        Column("outcome", "text", "of matching to a register: matched, review or not_found"),
        Column("score", "number", "probability of the match, 0 to 1"),
        Column("reason", "text", "why it is taken for the one on the register"),
        Column("register_name", "text", "name on the register"),
        Column("register_status", "text", "status on the register, as Active or Liquidation"),
        Column("activity", "text", "first SIC 2007 code on the register, with its text"),
        Column("section", "text", "section of that code in SIC 2007, letter and name"),
        Column("registered_postcode", "text", "postcode of the registered office"),
        Column("postcode", "text", "trading postcode in the supplier directory"),
        Column("size", "text", "size class"),
        Column("size_known", "text", "declared, register, inferred (accounts filed) or unknown"),
        Column("vcse", "text", "voluntary, community or social enterprise: yes, no or unknown"),
        Column("vcse_known", "text", "declared, register, inferred (name) or unknown"),
    ),
    key=("supplier_id",),
)

CONTRACTS = Table(
    "contracts",
    "one contract on the authority's register",
    (
        Column("contract_ref", "text", "the register's reference", required=True),
        Column("title", "text", "title of the agreement", required=True),
        Column("directorate", "text", "department responsible"),
        Column("supplier", "text", "supplier's name", required=True),
        Column("supplier_postcode", "text", "supplier's postcode"),
        Column("company_number", "text", "supplier's company number"),
        Column("value_gbp", "money", "sum to be paid over the whole life", "GBP", least=0),
        Column(
            "vat_basis", "text", "whether the value includes VAT", values=("inc", "ex", "unknown")
        ),
        Column("procedure", "text", "how it was procured"),
        Column("contract_type", "text", "goods, services, works, light touch or concession"),
        Column("commenced_on", "date", "day its procurement commenced, by the notice that did so"),
        Column("award_date", "date", "day of award"),
        Column("start_date", "date", "first day"),
        Column("end_date", "date", "last day, extensions not counted"),
        Column("sme", "text", "small or medium enterprise", values=("yes", "no", "unknown")),
        Column("vcse", "text", "voluntary or social enterprise", values=("yes", "no", "unknown")),
        Column("agreement", "text", "kind of agreement as printed: contract, framework, ..."),
        Column("parent_ref", "text", "reference of the framework it is called off from"),
        Column("extend_to", "date", "last day if every extension is taken"),
        Column("extensions", "number", "extensions the contract allows, taken or not"),
        Column("extension_months", "number", "length of one extension", "months"),
    ),
    key=("contract_ref",),
)

GRANTS = Table(
    "grants",
    "one grant awarded, as the 360Giving standard describes it",
    (
        Column("grant_ref", "text", "the grant's identifier", required=True),
        Column("title", "text", "title of the grant"),
        Column("description", "text", "what it is for"),
        Column("recipient", "text", "organisation that receives it", required=True),
        Column("recipient_postcode", "text", "its postcode"),
        Column("company_number", "text", "its company number"),
        Column("charity_number", "text", "its charity number"),
        Column("amount_gbp", "money", "amount awarded", "GBP", required=True),
        Column("award_date", "date", "day of award", required=True),
        Column("programme", "text", "grant programme"),
    ),
    key=("grant_ref",),
)

ANSWERS = Table(
    "answers",
    "one directorate's agreed answer to one question of the diagnostic",
    (
        Column("question_id", "text", "id in the question bank", required=True),
        Column("directorate", "text", "directorate that answers", required=True),
        Column("answered_on", "date", "day of the answer", required=True),
        Column(
            "answer",
            "text",
            "level claimed",
            required=True,
            values=("0", "1", "2", "3", "4", "5", "not applicable", "don't know"),
        ),
        Column("evidence", "text", "document that shows it; empty when none"),
        Column("evidence_date", "date", "date of that document"),
    ),
    key=("question_id", "directorate", "answered_on"),
)

ANSWER_SHEET = Table(
    "answer_sheet",
    "one question of a form for answers by e-mail",
    (
        Column("question_id", "text", "id in the question bank", required=True),
        Column("question", "text", "the question as it was asked", required=True),
        ANSWERS.column("answer").blank(),
        ANSWERS.column("evidence"),
        ANSWERS.column("evidence_date"),
    ),
    key=("question_id",),
)

PASSAGES = Table(
    "passages",
    "one passage of a document that may bear on a question",
    (
        Column("question_id", "text", "id in the question bank", required=True),
        Column("file", "text", "name of the document", required=True),
        Column("page", "text", "page, where the document has pages"),
        Column("clause", "text", "clause as printed"),
        Column("passage", "text", "the words themselves", required=True),
        Column("decision", "text", "what a person decided", values=("accept", "reject")),
        Column("note", "text", "what a person noted, without names of people"),
        Column("key", "text", "what the row was when it was written, so that a change shows"),
    ),
)

PLAN = Table(
    "plan",
    "one action of the council's plan for its social value practice",
    (
        Column("question_id", "text", "id in the question bank", required=True),
        Column("to_level", "whole", "level it leads to", required=True, least=1, most=5),
        Column("action", "text", "what is to be done"),
        Column("owner", "text", "a post, not a person"),
        Column("due", "date", "day by which"),
        Column("status", "text", "open, done or dropped", values=("open", "done", "dropped")),
        Column("since", "text", "quarter in which it was first planned"),
    ),
    key=("question_id", "to_level"),
)

BENCHMARK = Table(
    "benchmark",
    "another council's score in one area of the diagnostic",
    (
        Column("council", "text", "name", required=True),
        Column("area", "text", "area of the bank", required=True,
               values=("A1", "A2", "A3", "A4", "A5")),
        Column("score", "number", "percent of the highest level, after the evidence rules",
               required=True, least=0, most=100),
        Column("scored_on", "date", "day it was scored", required=True),
        Column("source", "text", "where the figure is from", required=True),
    ),
    key=("council", "area", "scored_on"),
)  # fmt: skip

COMMITMENTS = Table(
    "commitments",
    "one promise of one measure in one contract",
    (
        Column("commitment_id", "text", "unique id", required=True),
        Column("contract_ref", "text", "contract it belongs to", required=True),
        Column("measure_id", "text", "measure of the outcomes framework", required=True),
        Column("unit", "text", "unit of the measure; checked against the framework where given"),
        Column(
            "target", "number", "quantity promised over the whole period", required=True, least=0
        ),
        Column("start_date", "date", "first day it can be delivered", required=True),
        Column("end_date", "date", "day by which it is due", required=True),
        Column("district", "text", "ONS code of the district where it is to be delivered"),
        Column("ward", "text", "ONS code or name of the ward, where there is one"),
        Column(
            "profile",
            "text",
            "amounts due by dates, as 2026-06-30 25; 2026-12-31 60; empty for evenly",
        ),
    ),
    key=("commitment_id",),
)

RESPEND = Table(
    "respend",
    "one local supplier's answer to what it spends again in the area",
    (
        Column("supplier", "text", "name as printed in the payments", required=True),
        Column(
            "respent_percent",
            "number",
            "of each pound the council pays it, what goes to staff who live in the area and to "
            "suppliers there",
            "%",
            least=0,
            most=100,
        ),
        Column("answered_on", "date", "day of the answer"),
        Column("answered_by", "text", "post that answered, not a person"),
        Column("note", "text", "how it was worked out"),
    ),
    key=("supplier",),
)

DELIVERIES = Table(
    "deliveries",
    "one delivery reported against one commitment",
    (
        Column("delivery_id", "text", "unique id", required=True),
        Column("commitment_id", "text", "commitment it counts towards", required=True),
        Column("delivered_on", "date", "day or end of the period of delivery", required=True),
        Column(
            "quantity",
            "number",
            "quantity delivered, in the measure's unit",
            required=True,
            least=0,
        ),
        Column(
            "evidence_status",
            "text",
            "what the contract manager decided, or whether there is evidence to look at",
            required=True,
            values=("accepted", "submitted", "queried", "none", "rejected"),
        ),
    ),
    key=("delivery_id",),
)

RETURNS = Table(
    "returns",
    "one delivery as another system exports it",
    (
        Column("commitment_id", "text", "commitment it counts towards", required=True),
        Column("quantity", "number", "quantity delivered, in the measure's unit", required=True),
        Column("unit", "text", "unit of the quantity; checked where given"),
        Column("period_start", "date", "first day of the period", required=True),
        Column("delivered_on", "date", "last day of the period", required=True),
        Column("district", "text", "ONS code of the district, where not the commitment's"),
        Column("ward", "text", "ward, where there is one"),
        Column("note", "text", "a few words; no names of people"),
        Column("link", "text", "https address of evidence"),
        Column("delivery_id", "text", "the other system's own id, by which a row is known again"),
        Column("confirmed", "text", "yes: an amount of over 100 times the target is meant",
               values=("yes", "no")),
    ),
)  # fmt: skip

RECONCILIATION = Table(
    "reconciliation",
    "one table of a published payments file: what was read and where every row and pound ended",
    (
        Column(
            "quarter",
            "text",
            "quarter it was published for; all of them, where several",
            required=True,
        ),
        Column("month", "text", "month, YYYY-MM; empty for a quarterly file"),
        Column("file", "text", "file read", required=True),
        Column("sheet", "text", "sheet of the workbook; empty for text files"),
        Column("sha256", "text", "hash of its bytes"),
        Column("period_basis", "text", "where the period was read from: name, sheet or dates"),
        Column("header_row", "whole", "row of the header; 0 when there is none"),
        Column("columns_read", "text", "which printed header was read as which column"),
        Column("last_date", "date", "latest date within the file's own months"),
        Column("rows_read", "whole", "non-blank rows beneath the header, total rows left out"),
        Column("gbp_read", "money", "sum of their amounts", "GBP"),
        Column("rows_accepted", "whole", "rows used"),
        Column("gbp_accepted", "money", "their sum", "GBP"),
        Column("rows_excluded", "whole", "rows left out by a rule in the parameters"),
        Column("gbp_excluded", "money", "their sum", "GBP"),
        Column("rows_set_aside", "whole", "rows that cannot be used, each with a reason"),
        Column("gbp_set_aside", "money", "their sum", "GBP"),
        Column("negative_rows", "whole", "rows below zero: credits and reversals"),
        Column("negative_gbp", "money", "their sum", "GBP"),
        Column("redacted_rows", "whole", "rows whose supplier was withheld"),
        Column("redacted_gbp", "money", "their sum", "GBP"),
        Column("undated_rows", "whole", "rows without a usable date"),
        Column("repeated_rows", "whole", "rows that repeat an earlier row in every column"),
        Column("publisher_total_gbp", "money", "total printed in the file", "GBP"),
        Column(
            "difference_gbp", "money", "printed total minus what was accepted and excluded", "GBP"
        ),
        Column("warnings", "text", "anything odd about the file"),
    ),
    key=("file", "sheet"),
)

ALL = (
    PAYMENTS, RECONCILIATION, SUPPLIERS, SUPPLIER_NAMES, KNOWN_SUPPLIERS, CONTRACTS, GRANTS,
    ANSWERS, ANSWER_SHEET, PASSAGES, PLAN, BENCHMARK, COMMITMENTS, DELIVERIES, LINES,
)  # fmt: skip
