"""What the sample council truly paid, before any clerk has formatted it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from svlib.quarter import month_end
from svlib.sample import QUARTERS
from svlib.sample.draw import Draw, Drawn
from svlib.sample.population import AREAS, LARGE, SMALL, TIERS, suppliers
from svlib.sample.services import SERVICES, Service

MONTHS = tuple(month for quarter in QUARTERS for month in quarter.months)

THRESHOLD = 50_000  # pence: the Transparency Code's £500
REDACTED = ("REDACTED PERSONAL DATA", "REDACTED COMMERCIAL CONFIDENTIALITY")

# What each quarter comes to: pounds, and the division of the pounds whose supplier is listed.
_TOTALS = (28_150_000, 28_700_000, 30_250_000, 28_050_000, 31_750_000)
_LISTED, _WITHHELD = 0.765, 0.022
_AREA_SHARES = (
    (0.303, 0.171, 0.244, 0.282),
    (0.316, 0.173, 0.241, 0.270),
    (0.325, 0.177, 0.237, 0.261),
    (0.333, 0.180, 0.234, 0.253),
    (0.353, 0.181, 0.226, 0.240),
)
_SMALL_SHARES = (0.43, 0.49, 0.33, 0.19)  # of each area
_STAGE_PAYMENT = 148_400_000  # pence, to the builder of the sample council's new library
_STAGE = "Stage payment 3: new library"
_BUILDER = 1  # row of population.suppliers
_REDACTED_LINES = 380
_LATE = 0.07  # of a quarter's pounds are dated before it
_CREDITS = 0.015


def ledger(people: pd.DataFrame | None = None) -> pd.DataFrame:
    """The truth behind the payment files: one row a printed line, total rows left out.

    `amount_gbp` (pounds, whole pence) is empty where the council printed a note instead,
    `payment_date` where it printed "Various". `supplier` is the full name; the place and size
    columns hold the truth, `listed` and `located` say whether the council's directory knows the
    supplier and its full postcode. `people` is `population.suppliers`, when at hand.
    """
    people = suppliers() if people is None else people
    draw = Draw(500)
    lines = pd.concat([_quarter(draw, people, at) for at in range(len(QUARTERS))])
    return _describe(lines.reset_index(drop=True), people)


def _quarter(draw: Draw, people: pd.DataFrame, at: int) -> pd.DataFrame:
    paid = _paid(draw, people)
    lines = pd.concat([paid, _redacted(draw)], ignore_index=True)
    lines["quarter"] = at
    lines["sign"] = np.where(_may_be_credit(draw, lines), -1, 1)
    _price(lines, people, at)
    _day(draw, lines, at)
    _oddities(draw, lines)
    if at == len(QUARTERS) - 1:
        lines = pd.concat([lines, _stage_payment()], ignore_index=True)
    return lines.sort_values(["month", "order"], kind="stable", ignore_index=True)


def _paid(draw: Draw, people: pd.DataFrame) -> pd.DataFrame:
    """One row a line to a named supplier: `who` (row in people), `excess` before scaling."""
    present = draw.chance(len(people), np.array([tier.present for tier in TIERS])[people["tier"]])
    low, high = (np.array([tier.lines[end] for tier in TIERS])[people["tier"]] for end in (0, 1))
    counts = low + np.floor(draw.uniform(len(people)) * (high - low + 1)).astype(int)
    who = np.repeat(people.index[present].to_numpy(), counts[present])
    lines = pd.DataFrame({"who": who, "redacted": False})
    tier = people["tier"].to_numpy()[who]
    service = people["service"].to_numpy()[who]
    scale = np.array([tier.excess for tier in TIERS])[tier]
    scale = scale * np.array([service.price for service in SERVICES])[service]
    spread = _spread(draw, who, np.array([service.care for service in SERVICES])[service])
    lines["excess"] = scale * spread ** np.array([tier.sigma for tier in TIERS])[tier]
    return lines


def _spread(draw: Draw, who: Drawn, care: Drawn) -> Drawn:
    """Heavy-tailed factors; a care supplier has three prices, the same in every quarter."""
    prices = Draw(35).lognormal(3 * (int(who.max()) + 1), 1.0)
    priced = prices[3 * who + draw.whole(len(who), 0, 2)]
    return np.where(care, priced, draw.lognormal(len(who), 1.0))


def _redacted(draw: Draw) -> pd.DataFrame:
    count = _REDACTED_LINES + int(draw.whole(1, 0, 30)[0])
    excess = 800 * draw.lognormal(count, 0.8)
    return pd.DataFrame({"who": -1, "redacted": True, "excess": excess})


def _may_be_credit(draw: Draw, lines: pd.DataFrame) -> Drawn:
    """Credits fall on ordinary lines, not on the largest payments."""
    ordinary = (lines["excess"] < 6_000).to_numpy()
    return draw.chance(len(lines), _CREDITS / ordinary.mean()) & ordinary


def _price(lines: pd.DataFrame, people: pd.DataFrame, at: int) -> None:
    """Whole pence, scaled so that each class of supplier comes to its share of the quarter."""
    classes = _classes(lines, people)
    stage = _STAGE_PAYMENT if at == len(QUARTERS) - 1 else 0
    pence = np.zeros(len(lines), dtype=np.int64)
    excess = np.rint(lines["excess"].to_numpy() * 100).astype(np.int64)
    sign = lines["sign"].to_numpy()
    for name, share in _shares(at).items():
        here = classes == name
        due = round(share * _TOTALS[at] * 100) - (stage if name == (AREAS[0], LARGE) else 0)
        left = due - THRESHOLD * int(sign[here].sum())
        factor = left * 10_000 // int((sign * excess)[here].sum())
        pence[here] = THRESHOLD + excess[here] * factor // 10_000
    lines["pence"] = pence * sign


def _classes(lines: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """What `_shares` names: an area with a size, "unlisted" or "redacted"."""
    kinds = [
        (AREAS[area], LARGE if size == "large" else SMALL) if listed else ("unlisted", "")
        for area, size, listed in zip(people["area"], people["size"], people["listed"], strict=True)
    ]
    return pd.Series([*kinds, ("redacted", "")]).iloc[lines["who"]].reset_index(drop=True)


def _shares(at: int) -> dict[tuple[str, str], float]:
    shares = {("redacted", ""): _WITHHELD, ("unlisted", ""): 1 - _LISTED - _WITHHELD}
    for area, share, small in zip(AREAS, _AREA_SHARES[at], _SMALL_SHARES, strict=True):
        shares[area, SMALL] = _LISTED * share * small
        shares[area, LARGE] = _LISTED * share * (1 - small)
    return shares


def _day(draw: Draw, lines: pd.DataFrame, at: int) -> None:
    """Month of publication, day of payment and document number.

    A care supplier's lines of one month stand on one invoice; every other line has its own.
    """
    months = QUARTERS[at].months
    count = len(lines)
    lines["month"] = np.array(months)[draw.whole(count, 0, 2)]
    lines["order"] = draw.uniform(count)
    lines["day"] = [
        _working(month, spot)
        for month, spot in zip(lines["month"], draw.uniform(count), strict=True)
    ]
    late = _late(draw, lines)
    back = draw.whole(count, 5, 70)
    lines.loc[late, "day"] = [QUARTERS[at].start - timedelta(int(days)) for days in back[late]]
    lines["reference"] = 5_100_000_000 + at * 100_000 + np.arange(count) * 7
    _share_invoices(lines)


def _share_invoices(lines: pd.DataFrame) -> None:
    """Lines of one month at one price to one supplier share an invoice, so they repeat exactly."""
    same = lines[~lines["redacted"]].groupby(["who", "month", "pence"], sort=False)
    for column in ("day", "reference"):
        lines.loc[~lines["redacted"], column] = same[column].transform("first")


def _working(month: str, spot: float) -> date:
    """A weekday of the month."""
    last = month_end(month)
    day = last.replace(day=1 + int(spot * last.day))
    return day if day.weekday() < 5 else day - timedelta(2) if day.day > 2 else day + timedelta(2)


def _late(draw: Draw, lines: pd.DataFrame) -> Drawn:
    """Ordinary lines, drawn until their pounds reach the share of late postings."""
    order = draw.order(len(lines))
    pence = lines["pence"].to_numpy()[order]
    ordinary = np.abs(pence) < 6_000_000
    running = np.cumsum(np.where(ordinary, pence, 0))
    late = np.zeros(len(lines), dtype=bool)
    late[order[ordinary & (running < _LATE * pence.sum())]] = True
    return late


def _oddities(draw: Draw, lines: pd.DataFrame) -> None:
    """A few lines below the threshold, undated, or with a note where the amount should be."""
    small = draw.order(len(lines))
    below = small[:60][lines["pence"].to_numpy()[small[:60]] < 90_000][:12]
    lines.loc[below, "pence"] = draw.whole(len(below), 12_000, 49_900)
    lines["dated"] = True
    lines.loc[small[40:43], "dated"] = False
    lines["noted"] = False
    if lines["quarter"].iloc[0] == 1:
        november = small[43:][lines["month"].to_numpy()[small[43:]] == "2025-11"]
        lines.loc[november[:2], "noted"] = True


def _stage_payment() -> pd.DataFrame:
    row = {
        "who": _BUILDER, "redacted": False, "excess": 0.0, "quarter": len(QUARTERS) - 1, "sign": 1,
        "pence": _STAGE_PAYMENT, "month": "2026-08", "order": 0.5, "day": date(2026, 8, 19),
        "reference": 5_100_999_001, "dated": True, "noted": False,
    }  # fmt: skip
    return pd.DataFrame([row])


def _describe(lines: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """The lines with their suppliers' facts and the wording of their purpose."""
    draw = Draw(7)
    known = people.reindex(lines["who"]).reset_index(drop=True)
    services = [SERVICES[at] for at in _service_of(draw, lines, known)]
    markers = pd.Series(np.where(draw.chance(len(lines), 0.9), *REDACTED))
    paid = pd.DataFrame(
        {
            "quarter": [QUARTERS[at].slug for at in lines["quarter"]],
            "month": lines["month"],
            "supplier": known["supplier"].where(~lines["redacted"], markers),
            "amount_gbp": (lines["pence"] / 100).mask(lines["noted"]),
            "payment_date": lines["day"].where(lines["dated"], None),
            "reference": lines["reference"].astype(str),
            "redacted": lines["redacted"],
        }
    )
    return pd.concat([paid, _wording(lines, services), _whereabouts(known)], axis="columns")


def _wording(lines: pd.DataFrame, services: list[Service]) -> pd.DataFrame:
    """Who bought it and what for; one price has one purpose."""
    at = (lines["who"] + lines["pence"]).tolist()
    paired = list(zip(services, at, strict=True))
    purposes = [service.purposes[one % len(service.purposes)] for service, one in paired]
    return pd.DataFrame(
        {
            "directorate": [service.directorate for service in services],
            "service": [service.name for service in services],
            "expense_type": [one.expenses[number % len(one.expenses)] for one, number in paired],
            "description": np.where(lines["pence"] == _STAGE_PAYMENT, _STAGE, purposes),
        }
    )


def _whereabouts(known: pd.DataFrame) -> pd.DataFrame:
    """True place and size, and what the directory knows of them; nothing for withheld names."""
    listed = known["listed"].eq(True)
    vague = known["outcode_only"].eq(True) | known["no_postcode"].eq(True)
    return pd.DataFrame(
        {
            "listed": listed,
            "located": listed & ~vague,
            "district": known["district"].fillna(""),
            "area": [AREAS[int(at)] if at >= 0 else "" for at in known["area"].fillna(-1)],
            "size": known["size"].fillna("unknown"),
        }
    )


def _service_of(draw: Draw, lines: pd.DataFrame, known: pd.DataFrame) -> list[int]:
    """A named supplier's own service; withheld names belong to care."""
    withheld = draw.several(len(lines), (0, 1, 3, 3, 3, 7))
    return [
        hidden if redacted else int(own)
        for hidden, redacted, own in zip(
            withheld, lines["redacted"], known["service"].fillna(0), strict=True
        )
    ]
