"""Company names as councils print them: one registered name, spoilt in several ways at once."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from svlib import places

# The chance of each kind of noise where the name allows it (an "&" to spell out, an initial to
# join). Set so that about 62 of 100 names survive an exact join on their letters and digits.
RATES = {
    "form_changed": 0.35,  # LTD for LIMITED and the like
    "form_lost": 0.27,
    "the_dropped": 0.50,
    "ampersand": 0.35,  # & and AND change places
    "abbreviated": 0.2,  # ASSOC, SERV, MGMT
    "initials": 0.40,  # J P K, JPK, J.P.K.
    "uk_dropped": 0.10,  # councils: 3 of 27 published names; other publishers: 0 of 111
    "word_dropped": 0.08,
    "word_added": 0.06,  # a place or a department
    "order": 0.03,
    "plural": 0.05,
    "typing": 0.1,
    "typing_twice": 0.25,  # of those with one
    "joined": 0.03,
    "parted": 0.015,
    "accent": 0.005,
    "trading_as": 0.06,
    "suffix": 0.05,  # - BACS, (A/C 123)
    "code": 0.03,  # 00000085-
    "punctuation": 0.10,
    "cut_35": 0.3,  # where longer
    "cut_30": 0.08,
    "title_case": 0.50,
    "lower_case": 0.02,
}
NO_COMPANY = 0.30  # of the queries
POSTCODES = {
    "exact": 0.30, "same_area": 0.225, "outcode": 0.075, "elsewhere": 0.20, "none": 0.20,
}  # fmt: skip
SHORTER = {
    "ASSOCIATES": "ASSOC", "ASSOCIATION": "ASSOC", "SERVICES": "SERV", "MANAGEMENT": "MGMT",
    "CONSTRUCTION": "CONSTR", "ENGINEERING": "ENG", "BROTHERS": "BROS", "INTERNATIONAL": "INTL",
    "UNIVERSITY": "UNIV", "STREET": "ST", "COMPANY": "CO", "CONTRACTORS": "CONTRS",
    "DEVELOPMENTS": "DEVS", "PROPERTIES": "PROPS", "SOLUTIONS": "SOLNS", "GROUP": "GRP",
    "LIMITED LIABILITY": "LTD LIAB", "ROAD": "RD", "HOUSE": "HSE", "NORTH WEST": "NW",
    "COMMUNITY": "COMM", "TECHNOLOGY": "TECH", "TRANSPORT": "TPT", "ELECTRICAL": "ELEC",
}  # fmt: skip
_FORMS = re.compile(
    r" (LIMITED|LTD\.?|LLP|CIC|C\.I\.C\.|PLC|CIO|CYFYNGEDIG|COMMUNITY INTEREST COMPANY"
    r"|PUBLIC LIMITED COMPANY|LIMITED LIABILITY PARTNERSHIP)$"
)
_OTHER_FORMS = {
    "LIMITED": ("LTD", "LTD.", "Ltd", "LTD"), "LTD": ("LIMITED", "LTD.", "LIMITED"),
    "LTD.": ("LTD", "LIMITED"), "LLP": ("L.L.P.", "LTD"), "CIC": ("C.I.C", "COMMUNITY INTEREST CO"),
    "COMMUNITY INTEREST COMPANY": ("CIC",), "C.I.C.": ("CIC",), "CIO": ("C.I.O",),
    "PLC": ("P.L.C.", "PUBLIC LTD CO"), "PUBLIC LIMITED COMPANY": ("PLC",),
    "CYFYNGEDIG": ("CYF", "LTD"), "LIMITED LIABILITY PARTNERSHIP": ("LLP",),
}  # fmt: skip
_ADDED = (
    "NORTH", "LEEDS OFFICE", "(LIVERPOOL)", "ACCOUNTS DEPT", "HEAD OFFICE", "MANCHESTER", "UK",
    "(NORTH WEST)", "BRANCH", "DEPT 2", "WIRRAL", "GROUP",
)  # fmt: skip
_SUFFIXES = (
    "- BACS",
    "(A/C {})",
    "- {}",
    "(BACS)",
    "A/C {}",
    "#1",
    "- DO NOT USE",
    "(CIS)",
    "- CHQ",
)
_TRADING = ("T/A", "T/A", "TRADING AS", "t/a", "T/AS")
_NICKNAMES = (
    "THE OLD FORGE", "SUNNYSIDE", "QUICKFIX", "LITTLE ACORNS", "GREENWAYS", "THE LODGE", "CITYWIDE",
    "RIVERSIDE", "BRIGHTSIDE", "MANOR HOUSE",
)  # fmt: skip
_TRADES_OF_NICKNAMES = ("CARE", "NURSERY", "TAXIS", "CLEANING", "JOINERY", "CATERING", "MOTORS")
_KEYS = ("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
_ACCENTS = {"E": "É", "A": "À", "O": "Ö", "U": "Ü", "I": "Î"}
_SHORT_WORDS = {
    "IAN", "BEN", "LEE", "SAM", "TOM", "RAJ", "AMY", "ALI", "FOX", "KAY", "SKY", "SUN", "OAK", 
    "IVY", "RED", "THE", "CAR", "WEB", "GAS", "IT", "COX", "DAY",
}  # fmt: skip
_COLUMNS = ["query_id", "name", "postcode", "company_number", "noise"]

Change = Callable[[str, random.Random], str]


def make_queries(register_sample: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """`n` messy names, each of another company: `query_id`, `name`, `postcode`, `company_number`
    (empty when the company is not in the register), `noise` (kinds, by semicolon).

    `register_sample` is what `write_register` returned, or a part of it.
    """
    absent = round(n * NO_COMPANY)
    rng = random.Random(seed)
    present = register_sample["in_register"]
    parts = [
        register_sample[present].sample(n - absent, random_state=seed),
        register_sample[~present].sample(absent, random_state=seed),
    ]
    companies = pd.concat(parts).sample(frac=1, random_state=seed)
    rows = []
    for at, row in enumerate(companies.itertuples(index=False)):
        name, noise = spoil(row.name, rng)
        postcode, kind = other_postcode(row.postcode, rng)
        number = row.company_number if row.in_register else ""
        kinds = ";".join([*noise, f"postcode_{kind}"])
        rows.append((f"q{seed}-{at:06d}", name, postcode, number, kinds))
    return pd.DataFrame(rows, columns=_COLUMNS)


def spoil(name: str, rng: random.Random) -> tuple[str, list[str]]:
    """The name as somebody keyed it, and which kinds of noise made a difference."""
    noise = []
    stem, form = _parted_form(name)
    for kind, change in _CHANGES.items():
        if rng.random() < RATES[kind] and (new := change(stem, rng).strip()) not in ("", stem):
            stem = new
            noise.append(kind)
    if "typing" in noise and rng.random() < RATES["typing_twice"]:
        stem = _mistype(stem, rng)
        noise.append("typing_twice")
    whole = _formed(stem, form, rng, noise)
    for kind, change in _AROUND.items():
        if rng.random() < RATES[kind] and (new := change(whole, rng).strip()) not in ("", whole):
            whole = new
            noise.append(kind)
    return whole, noise


def other_postcode(registered: str, rng: random.Random) -> tuple[str, str]:
    """A postcode for a company registered at another, and its kind in `POSTCODES`."""
    kind = rng.choices(list(POSTCODES), list(POSTCODES.values()))[0]
    if kind == "none" or not registered:
        return "", "none"
    if kind == "exact":
        return registered, kind
    if kind == "outcode":
        return registered.partition(" ")[0], kind
    near = _by_area().get(_area(registered))
    if kind == "elsewhere" or near is None:
        near, kind = (
            rng.choice([codes for area, codes in _by_area().items() if area != _area(registered)]),
            "elsewhere",
        )
    return near[rng.randrange(len(near))], kind


def _area(postcode: str) -> str:
    return postcode[: 1 if postcode[1].isdigit() else 2]


@cache
def _by_area() -> dict[str, np.ndarray]:
    codes = pa.array(places.postcodes()["postcode"])
    areas = pc.replace_substring_regex(codes, r"[^A-Z].*", "").to_pandas()
    return {str(area): group.to_numpy() for area, group in codes.to_pandas().groupby(areas)}


def _parted_form(name: str) -> tuple[str, str]:
    found = _FORMS.search(name)
    return (name[: found.start()], found[1]) if found else (name, "")


def _formed(stem: str, form: str, rng: random.Random, noise: list[str]) -> str:
    lot = rng.random()
    if form and lot < RATES["form_changed"]:
        noise.append("form_changed")
        form = rng.choice(_OTHER_FORMS[form])
    elif form and lot < RATES["form_changed"] + RATES["form_lost"]:
        noise.append("form_lost")
        form = ""
    return f"{stem} {form}".strip()


def _without_the(name: str, _: random.Random) -> str:
    return name.removeprefix("THE ")


def _other_and(name: str, _: random.Random) -> str:
    if " & " in name:
        return name.replace(" & ", " AND ")
    return name.replace(" AND ", " & ")


def _shorten(name: str, rng: random.Random) -> str:
    found = [word for word in SHORTER if re.search(rf"\b{word}\b", name)]
    if not found:
        return name
    word = rng.choice(found)
    return re.sub(rf"\b{word}\b", SHORTER[word] + rng.choice(("", "", ".")), name)


def _initials(name: str, rng: random.Random) -> str:
    found = re.match(r"((?:[A-Z] )+[A-Z]|[A-Z]{2,3}|(?:[A-Z]\.)+) ", name)
    if not found:
        return name
    if found[1] in _SHORT_WORDS:
        return name
    letters = re.sub(r"[^A-Z]", "", found[1])
    return (
        rng.choice((letters, " ".join(letters), ".".join(letters) + ".")) + name[found.end() - 1 :]
    )


def _drop_uk(name: str, _: random.Random) -> str:
    return re.sub(r" (\(UK\)|UK|U\.K\.)(?= |$)", "", name, count=1)


def _drop_word(name: str, rng: random.Random) -> str:
    words = name.split()
    if len(words) > 2:
        del words[rng.randrange(1, len(words))]
    return " ".join(words)


def _add_word(name: str, rng: random.Random) -> str:
    return f"{name} {rng.choice(_ADDED)}"


def _reorder(name: str, rng: random.Random) -> str:
    words = name.split()
    at = rng.randrange(1, len(words)) if len(words) > 1 else 0
    return " ".join(words[at:] + words[:at])


def _plural(name: str, rng: random.Random) -> str:
    words = name.split()
    found = [at for at, word in enumerate(words) if len(word) > 4 and word.endswith("S")]
    if found:
        at = rng.choice(found)
        words[at] = words[at][:-1]
    return " ".join(words)


def _mistype(name: str, rng: random.Random) -> str:
    letters = [at for at, letter in enumerate(name) if letter.isalpha()]
    if len(letters) < 4:
        return name
    at = rng.choice(letters[1:])
    kind = rng.choice(("swap", "drop", "double", "neighbour"))
    if kind == "swap" and name[at - 1].isalpha():
        return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]
    if kind == "double":
        return name[:at] + name[at] + name[at:]
    if kind == "neighbour":
        return name[:at] + _beside(name[at], rng) + name[at + 1 :]
    return name[:at] + name[at + 1 :]


def _beside(letter: str, rng: random.Random) -> str:
    row = next((keys for keys in _KEYS if letter in keys), letter)
    at = row.index(letter)
    return rng.choice([row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)] or [letter])


def _join(name: str, rng: random.Random) -> str:
    gaps = [at for at, letter in enumerate(name) if letter == " "]
    at = rng.choice(gaps) if gaps else len(name)
    return name[:at] + name[at + 1 :]


def _part(name: str, rng: random.Random) -> str:
    at = rng.randrange(2, max(3, len(name) - 2))
    return name if " " in name[at - 1 : at + 1] else f"{name[:at]} {name[at:]}"


def _accent(name: str, rng: random.Random) -> str:
    found = [at for at, letter in enumerate(name) if letter in _ACCENTS]
    at = rng.choice(found) if found else len(name)
    return name[:at] + "".join(_ACCENTS[letter] for letter in name[at : at + 1]) + name[at + 1 :]


def _trade(name: str, rng: random.Random) -> str:
    other = f"{rng.choice(_NICKNAMES)} {rng.choice(_TRADES_OF_NICKNAMES)}"
    return f" {rng.choice(_TRADING)} ".join((name, other) if rng.random() < 0.6 else (other, name))


def _end(name: str, rng: random.Random) -> str:
    return f"{name} {rng.choice(_SUFFIXES).format(rng.randrange(100, 9_999_999))}"


def _begin(name: str, rng: random.Random) -> str:
    return f"{rng.randrange(10_000):08d}{rng.choice('- ')}{name}"


def _punctuate(name: str, rng: random.Random) -> str:
    return rng.choice(
        (
            re.sub(r"[().,']", "", name), name + ".", name.replace(" ", ", ", 1),
            re.sub(r"(\w{3,}S)( |$)", r"\1'\2", name, count=1), name.replace(" ", "  ", 1),
            name.replace(" ", "-", 1), f"{name},",
        )
    )  # fmt: skip


_CHANGES: dict[str, Change] = {
    "the_dropped": _without_the, "ampersand": _other_and, "abbreviated": _shorten,
    "initials": _initials, "uk_dropped": _drop_uk, "word_dropped": _drop_word,
    "word_added": _add_word, "order": _reorder, "plural": _plural, "typing": _mistype,
    "joined": _join, "parted": _part, "accent": _accent,
}  # fmt: skip
_AROUND: dict[str, Change] = {
    "trading_as": _trade, "suffix": _end, "code": _begin, "punctuation": _punctuate,
    "cut_35": lambda name, _: name[:35], "cut_30": lambda name, _: name[:30],
    "title_case": lambda name, _: name.title(), "lower_case": lambda name, _: name.lower(),
}  # fmt: skip
