"""Each published table declared once: column, type, unit, meaning, key.

The schemas of datapackage.json, the spreadsheet and the page of downloads are all made from here.
"""

from __future__ import annotations

from svlib.opendata.redaction import REDACTED, SMALLEST_COUNT
from svlib.tables import Column, Table

_NET = Column("net_gbp", "money", "net spend: credits are taken off", "GBP")
_LINES = Column("payments", "whole", "lines of payments", "lines")
_ORGANISATIONS = Column(
    "organisations",
    "whole",
    "suppliers, public bodies and card issuers paid; individuals and names withheld are not "
    "counted, so that no count of people follows",
    "payees",
)
_SHARE = Column("share", "number", "part of all net spend of the quarter, 0 to 1", "fraction")
_KIND = "supplier, public body or card; withheld for individuals and for names not published"
_SUPPLIER = f"name printed of the payee, or {REDACTED}"
_NUMBER = "Companies House number, where it is known"

PAYMENTS = Table(
    "payments",
    "one line of payments of the quarter",
    (
        Column("line", "whole", "number of the line in this file", required=True),
        Column("authority_code", "text", "code of the authority that paid", required=True),
        Column("quarter", "text", "financial quarter, as 2026-27-Q2", required=True),
        Column("month", "text", "month the line was published for, YYYY-MM"),
        Column("payment_date", "date", "date printed; empty when undated"),
        Column("directorate", "text", "directorate that paid"),
        Column("service", "text", "service area as printed"),
        Column("expense_type", "text", "type of expense as printed"),
        Column("description", "text", "summary of purpose as printed; withheld with the payee"),
        Column("category", "text", "what was bought, as the report counts it"),
        Column("supplier", "text", _SUPPLIER, required=True),
        Column("payee_kind", "text", _KIND, required=True),
        Column("company_number", "text", _NUMBER),
        Column("district", "text", "ONS code of the supplier's district, where it is certain"),
        Column("reference", "text", "document or transaction number; withheld with the payee"),
        Column("amount_gbp", "money", "amount of the line, net of recoverable VAT", "GBP", True),
        Column("source_file", "text", "file the line was read from; withheld with the payee"),
        Column("source_row", "whole", "row of that file, counted from 1"),
    ),
    key=("line",),
)

PAYMENTS_OVER_500 = Table(
    "payments_over_500",
    "one payment over £500, in the layout of the Local Government Transparency Code 2015",
    (
        Column("Line", "whole", "number of the line in the table payments", required=True),
        Column("Body name", "text", "authority that paid", required=True),
        Column("Body code", "text", "code of that authority", required=True),
        Column("Transaction date", "date", "date the expenditure was incurred, as printed"),
        Column("Department", "text", "department that incurred it"),
        Column("Service", "text", "service area as printed"),
        Column("Supplier (beneficiary)", "text", _SUPPLIER, required=True),
        Column("Transaction number", "text", "document or transaction number"),
        Column("Purpose of expenditure", "text", "summary of purpose as printed, or type"),
        Column("Merchant category", "text", "what was bought, as the report counts it"),
        Column("Card transaction", "text", "yes for a bill of a payment card", values=("yes", "")),
        Column("Amount", "money", "amount, net of recoverable VAT", "GBP", True),
        Column(
            "Irrecoverable VAT", "money", "VAT that cannot be recovered: not in the files", "GBP"
        ),
    ),
    key=("Line",),
)

CONTRACTS_OVER_5000 = Table(
    "contracts_over_5000",
    "one contract, framework or call-off over £5,000 in force or awarded in the quarter, in the "
    "layout of the Local Government Transparency Code 2015; those without a value are among them",
    (
        Column("Contract", "text", "reference, with its row where several share one", "", True),
        Column("Body name", "text", "authority that awarded it", required=True),
        Column("Reference number", "text", "reference on the register"),
        Column("Title of agreement", "text", "title"),
        Column("Department responsible", "text", "department"),
        Column("Description", "text", "kind of goods or services, as far as the register says"),
        Column("Supplier name", "text", _SUPPLIER),
        Column("Supplier company number", "text", _NUMBER),
        Column("Sum to be paid", "money", "value over the whole length", "GBP"),
        Column("VAT in the sum", "text", "inc, ex or unknown"),
        Column("Irrecoverable VAT", "money", "VAT that cannot be recovered: not known", "GBP"),
        Column("Start date", "date", "first day"),
        Column("End date", "date", "last day, extensions not counted"),
        Column("Review date", "date", "day of review: not on the register"),
        Column("Latest end date", "date", "last day if every extension is taken"),
        Column("Procurement process", "text", "how it was procured, as printed"),
        Column("Supplier is an SME", "text", "yes, no or unknown; empty where not stated"),
        Column("Supplier is a VCSE", "text", "yes, no or unknown; empty where not stated"),
    ),
    key=("Contract",),
)

BY_CATEGORY = Table(
    "spend_by_category",
    "spend on one category of goods and services",
    (
        Column("category", "text", "id of the category", required=True),
        Column("name", "text", "name of the category"),
        _NET, _LINES, _ORGANISATIONS, _SHARE,
    ),
    key=("category",),
)  # fmt: skip

BY_DIRECTORATE = Table(
    "spend_by_directorate",
    "spend of one directorate",
    (
        Column("directorate", "text", "directorate", required=True),
        _NET, _LINES, _ORGANISATIONS, _SHARE,
    ),
    key=("directorate",),
)  # fmt: skip

BY_PLACE = Table(
    "spend_by_place",
    "spend with suppliers of one ring around the authority, or of a place not known; rows add up",
    (
        Column("place", "text", "smallest area that is certain to hold the supplier", "", True),
        _NET, _LINES, _ORGANISATIONS, _SHARE,
    ),
    key=("place",),
)  # fmt: skip

BY_AREA = Table(
    "spend_by_area",
    "spend with suppliers in one area, with its bounds; areas lie within each other",
    (
        Column("area", "text", "id of the area", required=True),
        Column("name", "text", "name of the area"),
        Column("inside_gbp", "money", "net spend certain to be inside", "GBP"),
        Column("located_gbp", "money", "net spend certain to be inside or outside", "GBP"),
        Column("share", "number", "inside over located, 0 to 1", "fraction"),
        Column("low", "number", "least it can be of all net spend, 0 to 1", "fraction"),
        Column("high", "number", "most it can be of all net spend, 0 to 1", "fraction"),
    ),
    key=("area",),
)

BY_SUPPLIER = Table(
    "spend_by_supplier",
    "spend with one organisation; individuals and names withheld are one row together",
    (
        Column("supplier_id", "text", "cleaned name; one supplier has one", required=True),
        Column("supplier", "text", _SUPPLIER),
        Column("payee_kind", "text", _KIND),
        Column("company_number", "text", _NUMBER),
        Column("size", "text", "micro, small, medium, large or unknown"),
        Column("vcse", "text", "voluntary, community or social enterprise: yes, no or unknown"),
        _NET, _LINES, _SHARE,
    ),
    key=("supplier_id",),
)  # fmt: skip

AWARDED = Table(
    "contracts_awarded",
    "one contract, call-off or place on a framework awarded in the quarter",
    (
        Column("contract", "text", "reference, with its row where several share one", "", True),
        Column("title", "text", "title of the agreement"),
        Column("directorate", "text", "directorate responsible"),
        Column("supplier", "text", _SUPPLIER),
        Column("company_number", "text", _NUMBER),
        Column("district", "text", "ONS code of the supplier's district, where it is certain"),
        Column("role", "text", "contract, call-off or framework"),
        Column(
            "value_gbp", "money", "value over the whole life; a framework's is a ceiling", "GBP"
        ),
        Column("counted_gbp", "money", "value that the report adds up", "GBP"),
        Column("vat_basis", "text", "whether the value includes VAT: inc, ex or unknown"),
        Column("procedure", "text", "how it was procured, as printed"),
        Column("contract_type", "text", "kind of contract, as printed"),
        Column("award_date", "date", "day of award"),
        Column("start_date", "date", "first day"),
        Column("end_date", "date", "last day, extensions not counted"),
        Column("sme", "text", "supplier is a small or medium enterprise"),
        Column("vcse", "text", "supplier is a voluntary or social enterprise"),
    ),
    key=("contract",),
)

_FEW = f"; empty where it counts people and is over 0 and under {SMALLEST_COUNT}"
BY_MEASURE = Table(
    "social_value_by_measure",
    "social value promised and delivered by one measure, in its own unit",
    (
        Column("category", "text", "category of the framework", required=True),
        Column("measure_id", "text", "measure of the framework", required=True),
        Column("measure", "text", "what is counted"),
        Column("unit", "text", "unit of the quantities of the row"),
        Column("contracts", "whole", "contracts with such a promise", "contracts"),
        Column("commitments", "whole", "promises", "commitments"),
        Column("target", "number", "promised in all", "as in unit"),
        Column("due_to_date", "number", "due by the quarter's end", "as in unit"),
        Column("delivered", "number", f"reported as delivered{_FEW}", "as in unit"),
        Column("evidenced", "number", f"delivered, evidence accepted{_FEW}", "as in unit"),
        Column("share_of_due", "number", "delivered over due; empty with delivered", "fraction"),
        Column("withheld", "text", "yes where a small count of people is left empty", "", True),
    ),
    key=("measure_id",),
)

_STATES = "commitments"
SOCIAL_VALUE = Table(
    "social_value_by_category",
    "promises in one category of the framework and how they stand at the quarter's end",
    (
        Column("category", "text", "category of the framework", required=True),
        Column("contracts", "whole", "contracts with a promise", "contracts"),
        Column("commitments", "whole", "promises", _STATES),
        Column("at_risk", "whole", "less than half of what is due was delivered", _STATES),
        Column("behind", "whole", "half to nine tenths of what is due was delivered", _STATES),
        Column("on_track", "whole", "nine tenths or more of what is due was delivered", _STATES),
        Column("not_yet_due", "whole", "nothing is due yet", _STATES),
    ),
    key=("category",),
)

_PEOPLE = "; empty where a small count of people would follow"
VALUES = Table(
    "social_value_in_pounds",
    "value of one kind in one category, where an open value exists, before overlaps are taken off",
    (
        Column("category", "text", "category of the framework", required=True),
        Column("value_type", "text", "fiscal, economic, social, wellbeing: they overlap", "", True),
        Column("price_year", "whole", "year of the prices", "year"),
        Column("commitments", "whole", "promises valued", _STATES),
        Column("unverified", "whole", "of these, by a value nobody has checked", _STATES),
        Column("promised_gbp", "money", "gross value of what is promised", "GBP"),
        Column("promised_net_gbp", "money", "net value of what is promised", "GBP"),
        Column("delivered_gbp", "money", f"gross value of what was delivered{_PEOPLE}", "GBP"),
        Column("delivered_net_gbp", "money", f"net value of what was delivered{_PEOPLE}", "GBP"),
        Column("evidenced_net_gbp", "money", f"net value with evidence accepted{_PEOPLE}", "GBP"),
    ),
    key=("category", "value_type"),
)  # fmt: skip

DIAGNOSTIC = Table(
    "diagnostic_by_directorate",
    "one directorate's agreed answers to the diagnostic; nobody's own answers are among them",
    (
        Column("directorate", "text", "directorate", required=True),
        Column("claimed", "number", "score as claimed; empty under 80% answered", "percent"),
        Column("counted", "number", "score after the evidence rules", "percent"),
        Column("coverage", "number", "questions answered of those that apply, 0 to 1", "fraction"),
        Column("answered", "whole", "questions answered with a level", "questions"),
        Column("dont_know", "whole", "questions answered don't know", "questions"),
        Column("not_applicable", "whole", "questions that do not apply", "questions"),
        Column("not_answered", "whole", "questions without an answer", "questions"),
    ),
    key=("directorate",),
)

_COUNT = "lines"
FILES = Table(
    "files_read",
    "one table of a published payments file: what was read and where each row and pound ended",
    (
        Column("number", "whole", "number of the table read", required=True),
        Column("file", "text", "name of the file"),
        Column("sheet", "text", "sheet of the workbook; empty for text files"),
        Column("month", "text", "month, YYYY-MM; empty for a file of several"),
        Column("sha256", "text", "SHA-256 of the file's bytes"),
        Column("rows_read", "whole", "rows beneath the header, total rows left out", _COUNT),
        Column("gbp_read", "money", "their sum", "GBP"),
        Column("rows_accepted", "whole", "rows used", _COUNT),
        Column("gbp_accepted", "money", "their sum", "GBP"),
        Column("rows_excluded", "whole", "rows left out by a rule", _COUNT),
        Column("gbp_excluded", "money", "their sum", "GBP"),
        Column("rows_set_aside", "whole", "rows that cannot be used", _COUNT),
        Column("gbp_set_aside", "money", "their sum", "GBP"),
        Column("redacted_rows", "whole", "rows whose name the publisher withheld", _COUNT),
        Column("redacted_gbp", "money", "their sum", "GBP"),
        Column("undated_rows", "whole", "rows without a usable date", _COUNT),
        Column("repeated_rows", "whole", "rows that repeat another in every cell", _COUNT),
        Column("publisher_total_gbp", "money", "total printed in the file", "GBP"),
        Column("difference_gbp", "money", "printed total less what was used and left out", "GBP"),
    ),
    key=("number",),
)

MONTHS = Table(
    "months_covered",
    "one month of the quarter, and how much of it was read",
    (
        Column("month", "text", "month, YYYY-MM", required=True),
        Column("files", "whole", "files of that month alone", "files"),
        Column("rows_read", "whole", "rows read from them", _COUNT),
        Column("usual_rows", "number", "median of the other months held", _COUNT),
        Column("remark", "text", "anything out of line"),
    ),
    key=("month",),
)

ALL = (
    PAYMENTS, PAYMENTS_OVER_500, BY_CATEGORY, BY_DIRECTORATE, BY_PLACE, BY_AREA, BY_SUPPLIER,
    AWARDED, CONTRACTS_OVER_5000, BY_MEASURE, SOCIAL_VALUE, VALUES, DIAGNOSTIC, FILES, MONTHS,
)  # fmt: skip
"""The tables in the order they are listed to readers."""

TITLES = {
    PAYMENTS.name: "Payments of the quarter",
    PAYMENTS_OVER_500.name: "Payments over £500 (Transparency Code)",
    BY_CATEGORY.name: "Spend by category",
    BY_DIRECTORATE.name: "Spend by directorate",
    BY_PLACE.name: "Spend by place",
    BY_AREA.name: "Spend by area, with bounds",
    BY_SUPPLIER.name: "Spend by supplier",
    AWARDED.name: "Contracts awarded",
    CONTRACTS_OVER_5000.name: "Contracts over £5,000 (Transparency Code)",
    BY_MEASURE.name: "Social value by measure",
    SOCIAL_VALUE.name: "Social value by category",
    VALUES.name: "Social value in pounds",
    DIAGNOSTIC.name: "Diagnostic by directorate",
    FILES.name: "Files read",
    MONTHS.name: "Months covered",
}
