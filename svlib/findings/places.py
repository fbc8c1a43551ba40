"""Places: tables and maps of where spend goes, and in words what they cannot show."""

from __future__ import annotations

from decimal import Decimal

from IPython.display import HTML

from svlib import show, spend
from svlib.findings.spend import local_figures, unplaced, withheld
from svlib.show import between, count, money, share
from svlib.view import OpenQuarter

ZERO = Decimal("0.00")
_MONEY = {"net_gbp": "Net spend"}
_SHARE = {"share": "Share of all"}
_LINES = {"payments": "Lines", "suppliers": "Suppliers"}
_NONE = "No supplier is certain to lie in these districts, so there is nothing to map."
_KNOWN = {"share": "Share of known", "suppliers": "Suppliers"}


def places_figure(q: OpenQuarter) -> HTML:
    """Net spend by ring, from the authority outwards."""
    return show.stack(
        spend.by_place(q.payments, q.areas),
        "place",
        f"Net spend by place of the supplier, {q.label}",
        columns={"place": "Place", **_MONEY, **_SHARE, **_LINES},
    )


def areas_table(q: OpenQuarter) -> HTML:
    """The share of each definition of local, with bounds over all spend and over named spend."""
    return show.table(
        spend.area_shares(q.payments, q.areas),
        "Share of spend by area: of what can be placed, and the bounds over all net spend and over "
        "spend whose supplier is named",
        {
            "name": "Area",
            "inside_gbp": "Certainly inside",
            "located_gbp": "Placed",
            "share": "Share of placed",
            "low": "At least",
            "high": "At most",
            "low_named": "At least, of named",
            "high_named": "At most, of named",
        },
    )


def region_map(q: OpenQuarter) -> HTML:
    """Spend by district around the authority."""
    title = f"Net spend with suppliers certain to lie in each district, {q.label}"
    found = spend.by_district(q.payments, q.map_districts)
    if not found["payments"].sum():
        return show.note(title, _NONE)
    return show.map_by_district(
        found,
        title,
        columns={**_MONEY, **_LINES},
    )


def suppliers_map(q: OpenQuarter) -> HTML:
    """Suppliers as points around the authority; nothing where no supplier is placed, which
    `region_map` says."""
    if not _placed(q):
        return HTML("")
    return show.map_of_suppliers(
        spend.supplier_points(q.payments, q.map_districts),
        q.map_districts,
        f"Suppliers by postcode, {q.label}: the larger the point, the more was paid there",
        columns={**_MONEY, "suppliers": "Suppliers", "points": "Points"},
    )


def country_map(q: OpenQuarter) -> HTML:
    """Spend by district of Great Britain; nothing where no supplier is placed."""
    if not _placed(q):
        return HTML("")
    title = f"Net spend by district of Great Britain, {q.label}"
    found = spend.by_district(q.payments, q.country_districts)
    if not found["payments"].sum():
        return show.note(title, _NONE)
    return show.map_of_the_country(
        found,
        title,
        columns={**_MONEY, **_LINES},
    )


def small_areas(q: OpenQuarter) -> HTML:
    """Spend by deprivation of the place suppliers are paid at, and by ward of the authority's own
    district, where lookups are given; else what to supply."""
    known = q.deprivation
    parts = [_deciles(q)] if known.index else []
    parts += [_wards(q)] if known.has_wards else []
    said = [f"Deciles are those of {known.index}."] if known.index else []
    said += [known.missing] if known.missing else []
    parts += [show.sentences(said)] if said else []
    return HTML("".join(part.data for part in parts))


def postcodes_table(q: OpenQuarter) -> HTML:
    """How each postcode was understood."""
    return show.table(
        spend.by_postcode(q.payments),
        "How the postcodes of suppliers were read",
        {"kind": "Postcode", **_MONEY, **_SHARE, **_LINES},
    )


def without_a_place(q: OpenQuarter) -> list[str]:
    """Spend that rightly has no place, and the local bounds with and without it."""
    whole = spend.totals(q.payments).iloc[0]
    here = local_figures(q, q.payments)
    lines = [withheld(whole), unplaced(q)]
    if whole.withheld:
        lines.append(
            f"With that spend counted, {q.areas.local_area.name} has "
            f"{between(here.low, here.high)} of all net spend; without it, "
            f"{between(here.low_named, here.high_named)}."
        )
    return [line for line in lines if line]


def off_the_map(q: OpenQuarter) -> list[str]:
    """What a map of Great Britain cannot show, in words."""
    found = spend.off_the_map(q.payments)
    lines = [
        f"Not on the map: {money(row.net_gbp)} ({share(row.share)} of net spend, "
        f"{count(row.payments, 'line')}). {row.place}."
        for row in found.itertuples()
    ]
    return lines or ["All spend is on the map."]


def off_the_points(q: OpenQuarter) -> list[str]:
    """What the map of points cannot show of the districts it shows; nothing without the map."""
    if not _placed(q):
        return []
    inside = sum(spend.by_district(q.payments, q.map_districts)["net_gbp"], ZERO)
    drawn = sum(spend.supplier_points(q.payments, q.map_districts)["net_gbp"], ZERO)
    return [
        f"The points stand for {money(drawn)} at full postcodes, of {money(inside)} certain to lie "
        "in these districts. Suppliers known by an outcode only, and those owed less than "
        "nothing, have no point. No point names a supplier."
    ]


def _placed(q: OpenQuarter) -> bool:
    """Whether any supplier is certain to lie in a district of Great Britain."""
    return bool(spend.by_district(q.payments, q.country_districts)["payments"].sum())


def _deciles(q: OpenQuarter) -> HTML:
    return show.table(
        spend.by_decile(q.payments, q.deprivation),
        "By deprivation of the supplier's place; shares are of spend whose decile is known",
        {"decile": "Decile", **_MONEY, **_KNOWN},
    )


def _wards(q: OpenQuarter) -> HTML:
    return show.table(
        spend.by_ward(q.payments, q.deprivation, q.areas.home_districts),
        f"By ward of {q.areas.home.name}; shares are of spend whose ward is known",
        {"ward": "Ward", **_MONEY, **_KNOWN},
    )
