"""The outcomes framework: pillars, categories, outcomes and the measures that count them.

It is read from data/reference/framework.yaml, whose wording and codes are our own; an authority may
keep its own in parameters/<authority>/framework.yaml.
"""

from svlib.framework.others import RELATIONS, Other, load_map, load_other
from svlib.framework.overlaps import Overlap, groups_named, load_overlaps
from svlib.framework.proxies import check_values, proxy_rows
from svlib.framework.reading import load, load_for
from svlib.framework.tables import CATEGORIES, Framework

__all__ = [
    "CATEGORIES",
    "RELATIONS",
    "Framework",
    "Other",
    "Overlap",
    "check_values",
    "groups_named",
    "load",
    "load_for",
    "load_map",
    "load_other",
    "load_overlaps",
    "proxy_rows",
]
