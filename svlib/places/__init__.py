"""Where a supplier is: postcodes to districts, districts to areas, districts on a map.

Northern Ireland postcodes are recognised but neither located nor mapped.
"""

from svlib.places.areas import NOT_KNOWN, WITHHELD, certainty, outside, ring, ring_names
from svlib.places.boundaries import (
    boundary_files,
    country,
    drawn,
    neighbours,
    shapes,
    to_show,
)
from svlib.places.deprivation import Deprivation, lookup_files, read_lookups
from svlib.places.directory import district_name, districts, edition, outcodes, postcodes
from svlib.places.written import (
    ABROAD,
    AMBIGUOUS,
    EXACT,
    ISLANDS,
    KINDS,
    LOCATED,
    NORTHERN_IRELAND,
    OVERSEAS,
    UNKNOWN,
    Place,
    locate,
    read,
)

__all__ = [
    "ABROAD",
    "AMBIGUOUS",
    "EXACT",
    "ISLANDS",
    "KINDS",
    "LOCATED",
    "NORTHERN_IRELAND",
    "NOT_KNOWN",
    "OVERSEAS",
    "UNKNOWN",
    "WITHHELD",
    "Deprivation",
    "Place",
    "boundary_files",
    "certainty",
    "country",
    "district_name",
    "districts",
    "drawn",
    "edition",
    "locate",
    "lookup_files",
    "neighbours",
    "outcodes",
    "outside",
    "postcodes",
    "read",
    "read_lookups",
    "ring",
    "ring_names",
    "shapes",
    "to_show",
]
