"""Which proxy values may price which measure."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from svlib.errors import Fault, ParameterError
from svlib.framework.tables import Framework

YEAR = "{year}"
_NO_DEFLATOR = "not GDP deflator"  # how a proxy's note says that it must not be uprated by ours
_SUPPORTED = ("fiscal", "economic", "social", "wellbeing")


def check_values(framework: Framework, values: pd.DataFrame) -> None:
    """Raise ParameterError unless each measure's proxy ids are rows of `values` that may value it.

    A proxy must be held, be in the measure's unit, be neither a wage nor a figure that may not be
    uprated by the GDP deflator, and be the only one of its value type on that measure.
    """
    proxies = {row["proxy_id"]: row for row in values.to_dict("records")}
    faults = []
    for measure in framework.measures.to_dict("records"):
        faults += _proxy_faults(measure, proxies)
    if faults:
        raise ParameterError(faults)


def proxy_rows(proxy_id: str, held: list[str]) -> dict[int | None, list[str]]:
    """The ids among `held` that `proxy_id` (as in `measures`) stands for, by year.

    Ids without {year} are under None; ids with it under each year held, earliest first. An id that
    is not held is left out.
    """
    found: dict[int | None, list[str]] = {}
    for one in proxy_id.split():
        if YEAR not in one:
            if one in held:
                found.setdefault(None, []).append(one)
            continue
        before, _, after = one.partition(YEAR)
        for candidate in sorted(held):
            middle = candidate.removeprefix(before).removesuffix(after)
            if middle.isdigit() and f"{before}{middle}{after}" == candidate:
                found.setdefault(int(middle), []).append(candidate)
    return found


def _proxy_faults(measure: dict[str, Any], proxies: dict[str, dict[str, Any]]) -> list[Fault]:
    where = f"measure {measure['measure_id']} of the framework"
    faults = []
    for one in measure["proxy_id"].split():
        ids = [name for names in proxy_rows(one, list(proxies)).values() for name in names]
        if not ids:
            do = "Correct proxy_id, or add the row to proxy_values.csv."
            faults.append(Fault(where, f"proxy '{one}' is not held", do))
        faults += [fault for name in ids for fault in _unfit(where, measure, proxies[name])]
    return faults + _doubled(where, measure["proxy_id"], proxies)


def _unfit(where: str, measure: dict[str, Any], proxy: dict[str, Any]) -> list[Fault]:
    name, unit = proxy["proxy_id"], proxy["unit"]
    found = []
    if unit != measure["unit"]:
        found.append(f"proxy '{name}' is per {unit}, the measure counts in {measure['unit']}")
    if proxy["value_type"] not in _SUPPORTED:
        found.append(f"proxy '{name}' is a {proxy['value_type']}, a reference figure only")
    if _NO_DEFLATOR in proxy["note"]:
        found.append(f"proxy '{name}' may not be uprated by the GDP deflator")
    return [Fault(where, text, "Choose another proxy, or null.") for text in found]


def _doubled(where: str, proxy_id: str, proxies: dict[str, dict[str, Any]]) -> list[Fault]:
    rows = proxy_rows(proxy_id, list(proxies))
    for names in [rows.get(None, []) + ids for year, ids in rows.items() if year] or rows.values():
        types = Counter(proxies[name]["value_type"] for name in names)
        for value_type, times in types.items():
            if times > 1:
                found = f"has {times} {value_type} proxies"
                return [Fault(where, found, "Keep one of each value type.")]
    return []
