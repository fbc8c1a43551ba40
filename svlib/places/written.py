"""What a postcode as written says about the place, however it was typed.

Northern Ireland postcodes are recognised but neither located nor mapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from svlib.places import directory

LOCATED = "located"
AMBIGUOUS = "ambiguous"
UNKNOWN = "unknown"
NORTHERN_IRELAND = "Northern Ireland"
ISLANDS = "Channel Islands or Isle of Man"
OVERSEAS = "overseas"
ABROAD = (ISLANDS, OVERSEAS)  # known to lie outside every area

POSTCODE = "postcode"
REPAIRED = "postcode, mistyped and repaired"
OUTCODE = "outcode only"
CUT_SHORT = "cut short, read as its outcode"
NOT_LISTED = "not in the directory, read as its outcode"
MISPRINT = "misprint: there is no such postcode"
NO_POSTCODE = "no postcode"
EMPTY = "nothing written"
KINDS = (POSTCODE, REPAIRED, OUTCODE, CUT_SHORT, NOT_LISTED, NORTHERN_IRELAND, ISLANDS, OVERSEAS,
         MISPRINT, NO_POSTCODE, EMPTY)  # fmt: skip
EXACT = (POSTCODE, REPAIRED)

_OUT = r"[A-Z]{1,2}\d[A-Z\d]?"
_OUTCODE = re.compile(_OUT)  # not TBC or NONE
_CUT = re.compile(rf"({_OUT}) \d[A-Z]?")
_FULL = re.compile(rf"({_OUT}) ?(\d[A-Z]{{2}})")
_WITHIN = re.compile(rf"\b({_OUT}) ?(\d[A-Z]{{2}})\b")
# Postcode areas beyond Great Britain, whole, cut short, parted or with letters for digits
_ELSEWHERE = re.compile(r"(?:.* )?(B ?T|J ?E|G ?[XY]|I ?M) ?[\dIO]{1,2}(?: ?\d[A-Z]{0,2})?")
_AREAS = {"BT": NORTHERN_IRELAND, "JE": ISLANDS, "GY": ISLANDS, "IM": ISLANDS, "GX": OVERSEAS}
_NORTHERN_IRISH = re.compile(
    "N(ORTHERN)? IRELAND|CO(UNTY)? (ANTRIM|ARMAGH|DOWN|FERMANAGH|(LONDON)?DERRY|TYRONE)"
)
_OF_THE_ISLANDS = re.compile("JERSEY|GUERNSEY|ALDERNEY|SARK|CHANNEL ISLANDS|ISLE OF MAN")
# Ireland's Eircodes (D02 X285), the Netherlands (1012 AB), a country's letters before a number
_FOREIGN = re.compile(
    r"[AC-FHKNPRTV-Y]\d[\dW] ?[AC-FHKNPRTV-Y\d]{4}|(NL ?-? ?)?\d{4} ?[A-Z]{2}|"
    r"[A-Z]{1,2} ?- ?\d{4,5}|"
    "(ASCN|BBND|BIQQ|FIQQ|PCRN|SIQQ|STHL|TDCU|TKCA) ?1ZZ"  # overseas territories
)
_COUNTRIES = re.compile(
    "(REPUBLIC OF )?(IRELAND|EIRE)|AUSTRALIA|AUSTRIA|BELGIUM|CANADA|CHINA|DENMARK|FINLAND|FRANCE|"
    "GERMANY|GIBRALTAR|HONG KONG|INDIA|ISRAEL|ITALY|JAPAN|LUXEMBOURG|MALTA|(THE )?NETHERLANDS|"
    "NEW ZEALAND|NORWAY|OVERSEAS|POLAND|PORTUGAL|SINGAPORE|SOUTH AFRICA|SPAIN|SWEDEN|SWITZERLAND|"
    "U ?S ?A?|UNITED STATES( OF AMERICA)?"
)

_LISTED_SQL = """
SELECT w.written, d.postcode, d.district, d.easting, d.northing
FROM (SELECT written, regexp_replace(upper(written), '[^A-Z0-9]', '', 'g') AS bare FROM texts) w
JOIN read_parquet($1) d ON d.postcode = left(bare, length(bare) - 3) || ' ' || right(bare, 3)
WHERE length(bare) BETWEEN 5 AND 7
"""


@dataclass(frozen=True)
class Place:
    """What a postcode says: `district` when certain, else the `candidates` it may lie in."""

    status: str
    district: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Reading:
    kind: str
    postcode: str = ""  # the whole one, when the text holds one
    outcode: str = ""


def read(written: Iterable[str]) -> pd.DataFrame:
    """One row a distinct text, in the order first met: `written`, `kind` (one of KINDS),
    `postcode` as understood, `status`, `district`, `candidates` (codes separated by spaces),
    `easting`, `northing` (metres; missing where only an outcode is known).

    A repaired postcode must be in the directory, else it is a misprint. No text is dropped.
    """
    return _read(tuple(dict.fromkeys(written)), directory.files()[0]).copy()


@lru_cache(maxsize=2)  # several tables of a page read the same payments
def _read(texts: tuple[str, ...], listed: Path) -> pd.DataFrame:
    found, rest = _halves(list(texts))
    both = pd.concat([found, rest], ignore_index=True).set_index("written")
    return both.loc[list(texts)].reset_index()


def locate(written: Iterable[str]) -> dict[str, Place]:
    """Each postcode or outcode as written, and what it says about the place."""
    found, rest = _halves(list(dict.fromkeys(written)))
    districts = found["district"].tolist()
    certain = {code: Place(LOCATED, code, (code,)) for code in set(districts)}
    located = {
        text: certain[code] for text, code in zip(found["written"].tolist(), districts, strict=True)
    }
    others = (rest[name].tolist() for name in ("written", "status", "district", "candidates"))
    for text, status, district, candidates in zip(*others, strict=True):
        located[text] = Place(status, district, tuple(candidates.split()))
    return located


def _halves(texts: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The texts that are postcodes of the directory, and the rest."""
    found = _in_the_directory(texts)
    return found, _rest(sorted(set(texts).difference(found["written"].tolist())))


def _in_the_directory(texts: list[str]) -> pd.DataFrame:
    """The texts that are postcodes of the directory, whatever their case and blanks."""
    found = directory.query(_LISTED_SQL, texts=pa.table({"written": pa.array(texts, pa.string())}))
    return found.assign(kind=POSTCODE, status=LOCATED, candidates=found["district"])


def _rest(texts: list[str]) -> pd.DataFrame:
    readings = {text: _understood(text) for text in texts}
    whole = sorted({reading.postcode for reading in readings.values() if reading.postcode})
    listed = {row.postcode: row for row in directory.listed(whole).itertuples()}
    rows = [_row(text, reading, listed.get(reading.postcode)) for text, reading in readings.items()]
    names = ["written", "postcode", "district", "easting", "northing", "kind", "status",
             "candidates"]  # fmt: skip
    table = pd.DataFrame(rows, columns=names)
    return table.astype({"easting": "float64", "northing": "float64"})


def _row(text: str, reading: _Reading, listed: Any) -> tuple[object, ...]:
    if listed is not None:
        spot = (listed.postcode, listed.district, listed.easting, listed.northing)
        return text, *spot, reading.kind, LOCATED, listed.district
    if reading.kind == REPAIRED:
        reading = _Reading(MISPRINT)
    status, district, candidates = _place(reading)
    return text, "", district, None, None, reading.kind, status, " ".join(candidates)


def _place(reading: _Reading) -> tuple[str, str, tuple[str, ...]]:
    """Status, district and candidates of a text that is no postcode of the directory."""
    if reading.kind == NORTHERN_IRELAND:
        return NORTHERN_IRELAND, "", _northern_ireland()
    if reading.kind in ABROAD:
        return reading.kind, "", ()
    candidates = directory.outcodes().get(reading.outcode, ())
    if len(candidates) == 1:
        return LOCATED, candidates[0], candidates
    return (AMBIGUOUS if candidates else UNKNOWN), "", candidates


def _understood(text: str) -> _Reading:
    """What a text that is no postcode of the directory may be."""
    bare = " ".join(re.sub(r"[^A-Z0-9-]", " ", text.upper()).split())
    if not bare.strip("- "):
        return _Reading(EMPTY)
    elsewhere = _ELSEWHERE.fullmatch(bare)
    if elsewhere:
        return _Reading(_AREAS[elsewhere[1].replace(" ", "")])
    return _outcode_only(bare) or _repaired(text, bare) or _Reading(_not_in_britain(bare))


def _outcode_only(bare: str) -> _Reading | None:
    """An outcode alone, cut short after it, or before an incode that no list has."""
    for pattern, kind in ((_OUTCODE, OUTCODE), (_CUT, CUT_SHORT), (_FULL, NOT_LISTED)):
        found = pattern.fullmatch(bare)
        outcode = found[1] if found and found.groups() else bare
        if found and outcode in directory.outcodes():
            return _Reading(kind, outcode=outcode)
    return None


def _repaired(text: str, bare: str) -> _Reading | None:
    """A postcode with O for 0, I or a small l for 1 and the like, or with words around it."""
    from uk_postcodes_parsing import parse

    ones = re.sub(r"(?<=[A-Z])l|l(?=[A-Z])", "1", text).upper()  # Ll 8JQ
    for attempt in dict.fromkeys((bare, ones, _swapped(bare))):
        found = parse(attempt, attempt_fix=True) if len(re.findall("[A-Z]", attempt)) > 1 else None
        if found and found.outcode in directory.outcodes():
            return _Reading(REPAIRED, found.postcode, found.outcode)
        if attempt.replace(" ", "") in directory.outcodes():  # BS 6
            return _Reading(OUTCODE, outcode=attempt.replace(" ", ""))
    within = {" ".join(pair) for pair in _WITHIN.findall(bare)}
    if len(within) == 1:
        return _Reading(REPAIRED, within.pop())
    return _Reading(MISPRINT) if _FULL.fullmatch(bare) or _OUTCODE.fullmatch(bare) else None


def _swapped(bare: str) -> str:
    """The last character of the outcode as a digit: L1O 1AA, CH4I."""
    return re.sub(r"^([A-Z]{1,2}\d)([OI])(?= ?\d[A-Z]{2}$|$)",
                  lambda found: found[1] + {"O": "0", "I": "1"}[found[2]], bare)  # fmt: skip


def _not_in_britain(bare: str) -> str:
    words = {
        NORTHERN_IRELAND: (_NORTHERN_IRISH,),
        ISLANDS: (_OF_THE_ISLANDS,),
        OVERSEAS: (_COUNTRIES, _FOREIGN),
    }
    for kind, patterns in words.items():
        if any(pattern.fullmatch(bare) for pattern in patterns):
            return kind
    return NO_POSTCODE


@cache
def _northern_ireland() -> tuple[str, ...]:
    table = directory.districts()
    return tuple(sorted(table.index[table["country"] == "Northern Ireland"]))
