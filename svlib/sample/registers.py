"""The sample council's own supplier directory and its register of contracts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from svlib.quarter import Quarter
from svlib.sample import QUARTERS
from svlib.sample.draw import Draw
from svlib.sample.names import LOOKALIKES
from svlib.sample.services import SERVICES, Service
from svlib.sample.write import write_text
from svlib.tables import SUPPLIERS

_POSTS = ("Procurement analyst", "Category manager", "Senior procurement officer")
_FIRST_DECISION = date(2025, 4, 7)
_NOTE = "Synthetic supplier"
_ALIKE = "Synthetic supplier; its name is cut like another's"
_TITLE = "SYNTHETIC DATA: Sample City Council (synthetic) contracts register, September 2026"
_HEADERS = (
    "Contract Reference", "Title", "Directorate", "Supplier", "Supplier Postcode",
    "Company Number", "Total Value", "VAT", "Procedure", "Contract Type", "Procurement Commenced",
    "Award Date", "Start Date", "End Date", "SME", "VCSE",
)  # fmt: skip
_WORKS = "Capital Programme"
_EARLIER, _A_QUARTER = 85, (12, 18)
_FIRST_AWARD = date(2022, 4, 1)
_NEW_LAW = date(2025, 2, 24)  # Procurement Act 2023 in force
_SMALL, _THRESHOLD = 30_000, 215_000
_BEFORE = ("Open procedure", "Restricted procedure", "Framework call-off", "Negotiated procedure")
_AFTER = ("Open procedure", "Competitive flexible procedure", "Framework call-off", "Direct award")


def directory(people: pd.DataFrame) -> pd.DataFrame:
    """The council's decisions about the suppliers it knows: a frame of tables.SUPPLIERS."""
    known = people[people["listed"]].reset_index(drop=True)
    draw = Draw(75)
    count = len(known)
    unsure = draw.chance(count, 0.05) & (known["tier"] > 1)
    days = draw.whole(count, 0, 420).tolist()
    table = pd.DataFrame(
        {
            "supplier": known["supplier"],
            "same_as": "",
            "company_number": _company_numbers(draw, known),
            "charity_number": "",
            "postcode": _postcodes(known),
            "size": known["size"].mask(unsure, "unknown"),
            "vcse": np.where(unsure, "unknown", np.where(known["voluntary"], "yes", "no")),
            "how_known": draw.several(count, ("declared", "declared", "register", "inferred")),
            "category": "",
            "decided_by": draw.several(count, _POSTS),
            "decided_on": [_FIRST_DECISION + timedelta(one) for one in days],
            "note": np.where(known["supplier"].isin(LOOKALIKES), _ALIKE, _NOTE),
        }
    )
    return table[SUPPLIERS.names].sort_values("supplier", ignore_index=True)


def _company_numbers(draw: Draw, known: pd.DataFrame) -> list[str]:
    """ZZ and six digits, which look like no company's; charities and some others have none."""
    numbered = draw.chance(len(known), 0.7) & ~known["voluntary"]
    return [f"ZZ{900_000 + at}" if has else "" for at, has in enumerate(numbered)]


def _postcodes(known: pd.DataFrame) -> pd.Series:
    outcode = known["postcode"].str.split(" ").str[0]
    return known["postcode"].mask(known["outcode_only"], outcode).mask(known["no_postcode"], "")


def contracts(people: pd.DataFrame) -> pd.DataFrame:
    """One row a contract: `value_gbp` in pounds, `supplier` one of the directory's."""
    draw = Draw(160)
    awarded = _awards(draw)
    listed = people[people["listed"]]
    holds = np.array([60, 30, 6, 1, 0.3])[listed["tier"]]
    who = listed.iloc[draw.weighted(len(awarded), holds)].reset_index(drop=True)
    table = who[["supplier", "postcode", "size", "voluntary", "service"]].copy()
    table["award_date"] = awarded
    table["contract_ref"] = _references(awarded)
    table["value_gbp"] = _values(draw, who)
    _last(draw, table)
    _word(draw, table)
    _procured(Draw(161), table)
    return table


def _last(draw: Draw, table: pd.DataFrame) -> None:
    """First and last days: small contracts last a year, others up to five."""
    count = len(table)
    waits = draw.whole(count, 10, 75).tolist()
    months = np.where(table["value_gbp"] < 100_000, 12, draw.whole(count, 18, 60)).tolist()
    start = [day + timedelta(wait) for day, wait in zip(table["award_date"], waits, strict=True)]
    table["start_date"] = start
    table["end_date"] = [
        day + timedelta(month * 365 // 12) for day, month in zip(start, months, strict=True)
    ]


def _awards(draw: Draw) -> list[date]:
    """Days of award in order: long-running contracts first, then twelve to eighteen a quarter."""
    span = (QUARTERS[0].start - _FIRST_AWARD).days - 1
    days = [_FIRST_AWARD + timedelta(int(at)) for at in draw.whole(_EARLIER, 0, span)]
    for quarter in QUARTERS:
        days += _within(draw, quarter, int(draw.whole(1, *_A_QUARTER)[0]))
    return sorted(days)


def _within(draw: Draw, quarter: Quarter, count: int) -> list[date]:
    span = (quarter.end - quarter.start).days
    return [quarter.start + timedelta(int(at)) for at in draw.whole(count, 0, span)]


def _references(awarded: list[date]) -> list[str]:
    return [f"SYN-{day.year}-{number:04d}" for number, day in enumerate(awarded, start=1)]


def _values(draw: Draw, who: pd.DataFrame) -> list[float]:
    """Round sums from £5,000 to £12m; the largest suppliers hold the largest contracts."""
    middle = np.array([2_500_000, 700_000, 140_000, 40_000, 18_000])[who["tier"]]
    raw = np.clip(middle * draw.lognormal(len(who), 0.9), 5_000, 12_000_000)
    step = np.where(raw < 50_000, 250, np.where(raw < 500_000, 2_500, 25_000))
    return [float(value) for value in np.rint(raw / step) * step]


def _word(draw: Draw, table: pd.DataFrame) -> None:
    services = [SERVICES[at] for at in table["service"]]
    table["title"] = [
        _title(name, service) for name, service in zip(table["supplier"], services, strict=True)
    ]
    table["directorate"] = [one.directorate for one in services]
    table["vat"] = draw.several(len(table), ("Ex", "Ex", "Ex", "Inc", ""))
    table["procedure"] = [
        _procedure(draw, value, day)
        for value, day in zip(table["value_gbp"], table["award_date"], strict=True)
    ]
    table["sme"] = np.where(table["size"] == "large", "No", "Yes")
    table["vcse"] = np.where(table["voluntary"], "Yes", "No")
    table.loc[draw.chance(len(table), 0.06), ["sme", "vcse"]] = ""


def _procured(draw: Draw, table: pd.DataFrame) -> None:
    """Type of contract, which one line in nine does not say, and the day procurement began, which
    one in seven does not."""
    services = [SERVICES[at] for at in table["service"]]
    kinds = [
        "Light touch" if one.care else "Works" if one.name == _WORKS else "Services"
        for one in services
    ]
    table["type"] = np.where(draw.chance(len(table), 1 / 9), "", kinds)
    waits = np.where(table["value_gbp"] < _SMALL, 20, draw.whole(len(table), 70, 240)).tolist()
    begun = [f"{day - timedelta(wait):%d/%m/%Y}" for day, wait in zip(table["award_date"], waits,
             strict=True)]  # fmt: skip
    table["commenced"] = np.where(draw.chance(len(table), 1 / 7), "", begun)


def _title(supplier: str, service: Service) -> str:
    trade = next((word for word in service.trades if word in supplier), service.trades[0])
    return f"{service.name}: {trade.lower()}"


def _procedure(draw: Draw, value: float, day: date) -> str:
    if value < _SMALL:
        return "Request for quotation"
    if value < _THRESHOLD:
        return "Below-threshold tender"
    return draw.one(_AFTER if day >= _NEW_LAW else _BEFORE)


def write(folder: Path, people: pd.DataFrame, register: pd.DataFrame) -> None:
    """suppliers.csv and contracts.csv."""
    known = directory(people)
    write_text(folder / "suppliers.csv", [SUPPLIERS.names, *known.to_numpy().tolist()])
    numbers = dict(zip(known["supplier"], known["company_number"], strict=True))
    title = [_TITLE, *[""] * (len(_HEADERS) - 1)]
    lines = [_printed(row, numbers) for row in register.to_dict("records")]
    write_text(folder / "contracts.csv", [title, list(_HEADERS), *lines], "utf-8-sig")


def _printed(row: dict[str, object], numbers: dict[str, str]) -> list[str]:
    days = [row[name] for name in ("award_date", "start_date", "end_date")]
    named = ("contract_ref", "title", "directorate", "supplier", "postcode")
    return [
        *(str(row[name]) for name in named),
        numbers[str(row["supplier"])],
        f"£{row['value_gbp']:,.2f}",
        str(row["vat"]),
        *(str(row[name]) for name in ("procedure", "type", "commenced")),
        *(f"{day:%d/%m/%Y}" for day in days),
        str(row["sme"]),
        str(row["vcse"]),
    ]
