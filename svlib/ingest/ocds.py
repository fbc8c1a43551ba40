"""Open Contracting Data Standard release packages (Contracts Finder, Find a Tender): awards.

Releases of one process are merged to their latest state with the standard's own merge, by
`ocdsmerge`, and each award of it is one contract.
"""

from __future__ import annotations

import json
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from svlib.errors import Fault, InputError
from svlib.ingest import cells
from svlib.ingest.files import File

_CANCELLED = {"cancelled", "unsuccessful"}


def contracts(file: File, buyers: Sequence[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows of tables.CONTRACTS, one an award, in order of reference, and notes on what is not
    among them. Raises InputError for JSON that is no release or record package."""
    merged = [_merged(releases) for _, releases in sorted(_by_process(file).items())]
    wanted = {name.casefold() for name in buyers}
    kept = [one for one in merged if not wanted or _buyer(one).casefold() in wanted]
    rows = [
        {**row, "file": file.where, "sheet": "", "row": None}
        for process in kept
        for row in _awards(process)
    ]
    rows.sort(key=lambda row: str(row["contract_ref"]))
    return rows, _notes(merged, kept, rows)


def _notes(merged: list[Any], kept: list[Any], rows: list[dict[str, Any]]) -> list[str]:
    notes = []
    if len(kept) < len(merged):
        notes.append(f"{len(merged) - len(kept):,} processes of other buyers were left out")
    without = sum(not process.get("awards") for process in kept)
    if without:
        notes.append(f"{without:,} processes have no award yet and are no contracts")
    foreign = sum(row.pop("foreign") for row in rows)
    if foreign:
        notes.append(f"{foreign:,} awards are not valued in pounds; their value was left empty")
    return notes


def _by_process(file: File) -> dict[str, list[dict[str, Any]]]:
    try:
        package = json.loads(file.content.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InputError(
            Fault(file.where, f"is damaged JSON ({str(error)[:80]})", "Download it again.")
        ) from None
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for release in _releases(package):
        if isinstance(release, dict) and isinstance(release.get("ocid"), str):
            found[release["ocid"]].append(release)
    if not found:
        raise InputError(
            Fault(file.where, "is JSON but holds no OCDS release", "Check what was downloaded.")
        )
    return found


def _releases(package: Any) -> Iterator[Any]:
    """Of a release package, a record package, a list of packages, or bare releases."""
    if isinstance(package, list):
        for each in package:
            yield from _releases(each)
    elif isinstance(package, dict) and isinstance(package.get("releases"), list):
        yield from package["releases"]
    elif isinstance(package, dict) and isinstance(package.get("records"), list):
        for record in package["records"]:
            yield from record.get("releases", []) or [record.get("compiledRelease")]
    else:
        yield package


def _merged(releases: list[dict[str, Any]]) -> dict[str, Any]:
    from ocdsmerge import Merger
    from ocdsmerge.exceptions import OCDSMergeError

    ordered = sorted(releases, key=lambda release: str(release.get("date", "")))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of ids that repeat, which Contracts Finder has
            merger = Merger(merge_rules={})  # given, so that no schema is fetched
            compiled: dict[str, Any] = merger.create_compiled_release(ordered)
    except OCDSMergeError:
        return ordered[-1]
    return compiled


def _buyer(process: dict[str, Any]) -> str:
    return cells.text(_part(process, "buyer").get("name"))


def _part(of: dict[str, Any], name: str) -> dict[str, Any]:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _awards(process: dict[str, Any]) -> Iterator[dict[str, Any]]:
    tender = _part(process, "tender")
    parties = {
        party.get("id"): party for party in process.get("parties") or [] if isinstance(party, dict)
    }
    for award in process.get("awards") or []:
        if not isinstance(award, dict) or award.get("status") in _CANCELLED:
            continue
        suppliers = [s for s in award.get("suppliers") or [] if isinstance(s, dict)]
        known = [parties.get(supplier.get("id"), {}) for supplier in suppliers]
        value, period = _part(award, "value"), _part(award, "contractPeriod")
        sterling = value.get("currency", "GBP") == "GBP"
        alone = known[0] if len(known) == 1 else {}
        yield {
            "contract_ref": cells.text(award.get("id")) or process["ocid"],
            "title": cells.text(award.get("title") or tender.get("title") or process.get("title")),
            "directorate": "",
            "supplier": "; ".join(cells.text(supplier.get("name")) for supplier in suppliers),
            "supplier_postcode": cells.text(_part(alone, "address").get("postalCode")),
            "company_number": _company(alone),
            "value_gbp": _pounds(value.get("amount")) if sterling else None,
            "vat_basis": "",
            "procedure": cells.text(tender.get("procurementMethodDetails")),
            "contract_type": cells.text(tender.get("mainProcurementCategory")),
            "commenced_on": _day(_part(tender, "tenderPeriod").get("startDate")),
            "award_date": _day(award.get("date")),
            "start_date": _day(period.get("startDate")),
            "end_date": _day(period.get("endDate")),
            "sme": _all_alike([_scale(party) for party in known]),
            "vcse": _all_alike([_flag(_part(party, "details").get("vcse")) for party in known]),
            "agreement": _kind(tender),
            "parent_ref": _framework_of(process),
            "extend_to": None,
            "extensions": None,
            "extension_months": None,
            "foreign": not sterling,
        }


def _kind(tender: dict[str, Any]) -> str:
    framework = _part(tender, "techniques").get("hasFrameworkAgreement") is True
    return "Framework agreement" if framework else ""


def _framework_of(process: dict[str, Any]) -> str:
    """The process of the framework this one is called off from, where the release names it."""
    for related in process.get("relatedProcesses") or []:
        if isinstance(related, dict) and "framework" in (related.get("relationship") or []):
            return cells.text(related.get("identifier"))
    return ""


def _company(party: dict[str, Any]) -> str:
    identifier = _part(party, "identifier")
    return cells.text(identifier.get("id")) if identifier.get("scheme") == "GB-COH" else ""


def _pounds(amount: Any) -> Decimal | None:
    return cells.amount(str(amount)) if amount is not None else None


def _day(written: Any) -> date | None:
    return cells.day(str(written)[:10]) if written else None


def _scale(party: dict[str, Any]) -> str:
    scale = _part(party, "details").get("scale")
    return {"sme": "yes", "large": "no"}.get(str(scale), "unknown")


def _flag(value: Any) -> str:
    return "unknown" if value is None else "yes" if value is True else "no"


def _all_alike(answers: list[str]) -> str:
    """What all suppliers of an award are; unknown when they differ."""
    return answers[0] if answers and len(set(answers)) == 1 else "unknown"
