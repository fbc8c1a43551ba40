"""A made-up company register in the layout of Companies House's free company data product.

No company in it is real but the planted ones. Names follow the shape of true ones: a few words in
tens of thousands of names, hundreds of thousands of words in a handful, and beside a company often
others that differ from it by a word, a letter, a place or a legal form.

    PYTHONPATH=. python tests/register_maker.py FOLDER [ROWS]

writes `register.csv`, `queries_tune.csv` and `queries_held.csv` there, with the companies of the
published truth planted when SVLIB_SHARED_DATA names the folder of real files.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from query_noise import NO_COMPANY, make_queries
from register_words import AFFIXES, STREET_KINDS, STREETS, TOWNS, TRADES, vocabularies

from svlib import places

__all__ = ["COLUMNS", "make_queries", "write_register"]

_PREVIOUS = [
    f" PreviousName_{at}.{part}" for at in range(1, 11) for part in ("CONDATE", " CompanyName")
]
COLUMNS = [
    "CompanyName", " CompanyNumber", "RegAddress.CareOf", "RegAddress.POBox",
    "RegAddress.AddressLine1", " RegAddress.AddressLine2", "RegAddress.PostTown",
    "RegAddress.County", "RegAddress.Country", "RegAddress.PostCode", "CompanyCategory",
    "CompanyStatus", "CountryOfOrigin", "DissolutionDate", "IncorporationDate",
    "Accounts.AccountRefDay", "Accounts.AccountRefMonth", "Accounts.NextDueDate",
    "Accounts.LastMadeUpDate", "Accounts.AccountCategory", "Returns.NextDueDate",
    "Returns.LastMadeUpDate", "Mortgages.NumMortCharges", "Mortgages.NumMortOutstanding",
    "Mortgages.NumMortPartSatisfied", "Mortgages.NumMortSatisfied", "SICCode.SicText_1",
    "SICCode.SicText_2", "SICCode.SicText_3", "SICCode.SicText_4",
    "LimitedPartnerships.NumGenPartners", "LimitedPartnerships.NumLimPartners", "URI",
    *(name.replace(". CompanyName", ".CompanyName") for name in _PREVIOUS),
    "ConfStmtNextDueDate", " ConfStmtLastMadeUpDate",
]  # fmt: skip
STATUSES = {
    "Active": 0.925, "Active - Proposal to Strike off": 0.05, "Liquidation": 0.02,
    "In Administration": 0.003, "Voluntary Arrangement": 0.001, "RECEIVERSHIP": 0.001,
}  # fmt: skip
ACCOUNTS = {
    "MICRO ENTITY": 0.33, "NO ACCOUNTS FILED": 0.22, "TOTAL EXEMPTION FULL": 0.22, "DORMANT": 0.12,
    "UNAUDITED ABRIDGED": 0.05, "SMALL": 0.03, "FULL": 0.02, "GROUP": 0.007, "MEDIUM": 0.003,
}  # fmt: skip
FORMS = {
    "LIMITED": 0.62, "LTD": 0.325, "": 0.018, "LLP": 0.009, "CIC": 0.007, "LTD.": 0.004,
    "COMMUNITY INTEREST COMPANY": 0.003, "C.I.C.": 0.001, "PLC": 0.002, "CIO": 0.003,
    "CYFYNGEDIG": 0.001, "PUBLIC LIMITED COMPANY": 0.001, "LIMITED LIABILITY PARTNERSHIP": 0.001,
}  # fmt: skip
SIC = """
01110 - Growing of cereals (except rice), leguminous crops and oil seeds
10710 - Manufacture of bread; manufacture of fresh pastry goods and cakes
25620 - Machining
38110 - Collection of non-hazardous waste
41100 - Development of building projects
41201 - Construction of commercial buildings
41202 - Construction of domestic buildings
42110 - Construction of roads and motorways
43210 - Electrical installation
43220 - Plumbing, heat and air-conditioning installation
43320 - Joinery installation
43341 - Painting
43910 - Roofing activities
43999 - Other specialised construction activities n.e.c.
45200 - Maintenance and repair of motor vehicles
46900 - Non-specialised wholesale trade
47110 - Retail sale in non-specialised stores with food, beverages or tobacco predominating
47910 - Retail sale via mail order houses or via Internet
49320 - Taxi operation
49410 - Freight transport by road
55100 - Hotels and similar accommodation
56101 - Licensed restaurants
56103 - Take-away food shops and mobile food stands
62012 - Business and domestic software development
62020 - Information technology consultancy activities
62090 - Other information technology service activities
64209 - Activities of other holding companies n.e.c.
68100 - Buying and selling of own real estate
68209 - Other letting and operating of own or leased real estate
68320 - Management of real estate on a fee or contract basis
69102 - Solicitors
69201 - Accounting and auditing activities
70229 - Management consultancy activities other than financial management
71111 - Architectural activities
71129 - Other engineering activities
73110 - Advertising agencies
74909 - Other professional, scientific and technical activities n.e.c.
78200 - Temporary employment agency activities
80100 - Private security activities
81210 - General cleaning of buildings
82990 - Other business support service activities n.e.c.
85590 - Other education n.e.c.
86230 - Dental practice activities
86900 - Other human health activities
87300 - Residential care activities for the elderly and disabled
88990 - Other social work activities without accommodation n.e.c.
96020 - Hairdressing and other beauty treatment
98000 - Residents property management
99999 - Dormant Company
""".strip().split("\n")
# Kinds of word, and of a hundred names how many are made so.
SHAPES: list[tuple[float, tuple[str, ...]]] = [
    (17, ("brand", "trade")), (32, ("brand",)), (3, ("brand", "trade", "trade")),
    (8, ("surname", "trade")), (4, ("surname",)), (3, ("first", "surname", "trade")),
    (2, ("initial", "surname", "trade")), (2, ("initial", "initial", "surname")),
    (1.5, ("initial", "initial", "initial", "trade")), (1, ("initial", "and", "initial", "trade")),
    (4, ("pair", "trade")), (5, ("triple", "trade")), (1, ("dotted", "surname")),
    (2, ("surname", "and", "surname")), (1.5, ("surname", "joins")),
    (1.5, ("surname", "joins", "trade")), (2.5, ("town", "trade")), (4, ("brand", "affix")),
    (2, ("brand", "place")), (1, ("brand", "trade", "place")), (1, ("surname", "trade", "place")),
    (6, ("word", "trade")), (3, ("word", "brand")), (2, ("word", "word", "trade")),
    (0.6, ("the", "word", "trade")), (0.6, ("the", "surname", "trade")),
    (0.4, ("the", "town", "trade")),
    (3, ("number", "street", "street_kind", "block")),
    (1, ("street", "street_kind", "town", "block")),
    (0.5, ("trade", "of", "town")), (0.7, ("number", "trade")), (3, ("brand", "surname")),
]  # fmt: skip
SKEW = {  # exponent of Zipf's law; the rank is shifted by the second figure
    "brand": (0.72, 40), "surname": (0.9, 10), "trade": (0.75, 3), "word": (0.6, 5),
    "town": (0.9, 3), "place": (0.9, 2), "joins": (1.0, 1), "affix": (0.6, 1), "number": (0.8, 2),
}  # fmt: skip
NEAR = {  # how a company comes by a lookalike, and how often
    "affix": 0.30, "place": 0.17, "town": 0.13, "number": 0.12, "trade": 0.13, "letter": 0.07,
    "order": 0.03, "form": 0.03,
}  # fmt: skip
NEAR_OF_UNREGISTERED = NEAR | {"letter": 0.03, "order": 0.01, "form": 0.0}  # else no one can tell
NEAR_SHARE = 0.28  # of the rows are lookalikes of another
FORMER_SHARE, FORMER_TAKEN = (
    0.05,
    0.0002,
)  # have a former name; have another's present one as former
BLOCK = 200_000  # rows written at a time
_SLOTS = 6  # five words, then what sets a lookalike apart
_LETTERS = "ETAOINSRHLDCUMP"
_PREFIXES = ("SC", "NI", "OC", "SO", "RS", "IP", "CE")


@dataclass(frozen=True)
class _Words:
    """Every word once, null first; the codes of each kind; and the words a letter away."""

    text: pa.Array
    codes: dict[str, np.ndarray]
    weights: dict[str, np.ndarray]
    count: int  # the word a letter away from `code` is `code + count`

    lengths: np.ndarray
    same: np.ndarray  # a number by code, equal for AND and &, (UK) and UK

    def longest_slot(self, codes: np.ndarray) -> np.ndarray:
        return self.lengths[codes].argmax(axis=1)

    def draw(self, rng: np.random.Generator, kind: str, many: int) -> np.ndarray:
        ranks = np.searchsorted(self.weights[kind], rng.random(many))
        return self.codes[kind][np.minimum(ranks, len(self.codes[kind]) - 1)]


def write_register(
    path: Path, rows: int, seed: int, planted: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Write `rows` companies and return the ones to ask for: the same for the same arguments.

    `planted`: `company_number`, `registered_name`, `postcode`, `status`, `sic`, among the rows with
    lookalikes of their own. Returns one row a company, `company_number`, `name`, `postcode`,
    `in_register`: none is planted; where not `in_register` only its lookalikes were written.
    """
    rng = np.random.default_rng(seed)
    given = _with_lookalikes(planted, rng) if planted is not None else _nothing()
    many = rows - len(given)
    if many < rows // 2:
        raise ValueError(f"{rows} rows: too few for {len(given)} planted; ask for more rows")
    absent, asked = min(many // 20, 20_000), min(many // 6, 50_000)
    words = _words(rng, min(900_000, max(2_000, many // 8)))
    codes, forms = _names(rng, words, many + absent, absent, asked)
    made = _Made(rng, words, codes, forms, given)
    order = absent + rng.permutation(rows)
    with path.open("wb") as file:
        file.write((",".join(COLUMNS) + "\n").encode("ascii"))
        options = pa_csv.WriteOptions(include_header=False, quoting_style="all_valid")
        for at in range(0, rows, BLOCK):
            pa_csv.write_csv(made.table(order[at : at + BLOCK]), file, options)
    which = np.arange(absent + asked)
    found = pa.table([made.numbers(which), made.names(which), made.postcodes(which)],
                     ["company_number", "name", "postcode"]).to_pandas()  # fmt: skip
    return found.assign(in_register=which >= absent)


class _Made:
    """Every company by position: first those with made-up names, then the given ones."""

    def __init__(
        self,
        rng: np.random.Generator,
        words: _Words,
        codes: np.ndarray,
        forms: np.ndarray,
        given: pd.DataFrame,
    ) -> None:
        self._rng, self._words, self._codes, self._forms = rng, words, codes, forms
        self._given = given.reset_index(drop=True)
        self._digits = _numbers(rng, forms, self._given)
        self._places = _draw_places(rng, len(codes) + len(given))

    def names(self, which: np.ndarray) -> pa.Array:
        return self._replaced(self._joined(which), which, "registered_name")

    def numbers(self, which: np.ndarray) -> pa.Array:
        return _text(self._digits[which])

    def postcodes(self, which: np.ndarray) -> pa.Array:
        """The given ones keep theirs, and none where nobody published it."""
        found = _postcodes().take(pa.array(self._places[which]))
        chars = self._digits[which, :2]
        northern = (chars[:, 0] == ord("N")) & (chars[:, 1] == ord("I"))
        belfast = _BELFAST.take(pa.array(self._places[which] % len(_BELFAST)))
        found = pc.if_else(pa.array(northern), belfast, found)
        return self._replaced(found, which, "postcode")

    def _joined(self, which: np.ndarray, former: bool = False) -> pa.Array:
        """Names from their words; `former` ones differ in the first word or have another form."""
        inside = np.minimum(which, len(self._codes) - 1)
        codes, forms = self._codes[inside], self._forms[inside]
        if former:
            codes = codes.copy()
            codes[:, 0] = self._words.draw(self._rng, "brand", len(codes))
        parts = [self._words.text.take(pa.array(codes[:, at])) for at in range(_SLOTS)]
        parts.append(_FORM_WORDS.take(pa.array(forms)))
        return pc.binary_join_element_wise(*parts, " ", null_handling="skip")

    def _replaced(self, found: pa.Array, which: np.ndarray, column: str) -> pa.Array:
        is_given = which >= len(self._codes)
        if not is_given.any():
            return found
        values = self._given[column].to_numpy()[which[is_given] - len(self._codes)]
        return pc.replace_with_mask(found, pa.array(is_given), pa.array(values, pa.string()))

    def table(self, which: np.ndarray) -> pa.Table:
        """The 55 columns of the companies at these positions."""
        many, rng = len(which), self._rng
        empty = pa.repeat(pa.scalar(""), many)
        found = dict.fromkeys(COLUMNS, empty)
        names, numbers = self.names(which), self.numbers(which)
        begun = rng.integers(0, len(_DAYS) - 800, many)
        found["CompanyName"], found[" CompanyNumber"] = names, numbers
        found["RegAddress.AddressLine1"] = pc.binary_join_element_wise(
            _draw(rng, _HOUSES, many), _draw(rng, _ROADS, many), " "
        )
        found["RegAddress.PostTown"] = _towns().take(pa.array(self._town(which)))
        found["RegAddress.Country"] = _draw(rng, _COUNTRIES, many)
        found["RegAddress.PostCode"] = self.postcodes(which)
        found["CompanyCategory"] = _category(names, numbers)
        found["CompanyStatus"] = self._replaced(_drawn(rng, STATUSES, many), which, "status")
        found["CountryOfOrigin"] = pa.repeat(pa.scalar("United Kingdom"), many)
        found["IncorporationDate"] = _DAYS.take(pa.array(begun))
        found["Accounts.AccountRefDay"] = _draw(rng, pa.array(["31", "30", "28"]), many)
        found["Accounts.AccountRefMonth"] = _draw(rng, _MONTHS, many)
        found["Accounts.AccountCategory"] = _drawn(rng, ACCOUNTS, many)
        for column in ("Accounts.NextDueDate", "ConfStmtNextDueDate", " ConfStmtLastMadeUpDate"):
            found[column] = _DAYS.take(pa.array(len(_DAYS) - 1 - rng.integers(0, 700, many)))
        found["Accounts.LastMadeUpDate"] = found["Accounts.NextDueDate"]
        for column in COLUMNS[22:26]:
            found[column] = _drawn(rng, {"0": 0.9, "1": 0.07, "2": 0.03}, many)
        found["SICCode.SicText_1"] = self._replaced(_draw(rng, _SIC_TEXTS, many), which, "sic")
        found["SICCode.SicText_2"] = _drawn(rng, {"": 0.85, SIC[0]: 0.05, SIC[-2]: 0.1}, many)
        for column in COLUMNS[30:32]:
            found[column] = pa.repeat(pa.scalar("0"), many)
        found["URI"] = pc.binary_join_element_wise(_URI, numbers, "")
        found |= self._former(which, begun)
        return pa.table(list(found.values()), names=COLUMNS)

    def _former(self, which: np.ndarray, begun: np.ndarray) -> dict[str, pa.Array]:
        """Former names of a few; fewer still once bore the present name of another company."""
        many, rng = len(which), self._rng
        lot = rng.random(many)
        others = rng.permutation(which)
        names = pc.if_else(
            pa.array(lot < FORMER_TAKEN), self.names(others), self._joined(which, former=True)
        )
        found = {}
        for at, share in ((1, FORMER_SHARE), (2, FORMER_SHARE / 10)):
            has = pa.array(lot < share)
            dates = _DAYS.take(pa.array(begun + 400 // at))
            found[f" PreviousName_{at}.CONDATE"] = pc.if_else(has, dates, "")
            found[f" PreviousName_{at}.CompanyName"] = pc.if_else(has, names, "")
            names = self._joined(which, former=True)
        return found

    def _town(self, which: np.ndarray) -> np.ndarray:
        return _town_of_postcode()[self._places[which]]


def _names(
    rng: np.random.Generator, words: _Words, many: int, absent: int, asked: int
) -> tuple[np.ndarray, np.ndarray]:
    """Codes of words (one row a company, `_SLOTS` columns, 0 for none) and of legal forms.

    The first `absent` rows have two lookalikes each, the next `asked` one, others at random.
    """
    near = int(many * NEAR_SHARE)
    codes = _plain(rng, words, many - near)
    forms = rng.choice(len(FORMS), many - near, p=_shares(FORMS)).astype(np.int32)
    _make_unlike(rng, words, codes, 0)
    first = np.concatenate([np.repeat(np.arange(absent), 2), np.arange(absent, absent + asked)])
    parents = np.concatenate([first, rng.integers(0, len(codes), near - len(first))])
    how = np.where(
        parents < absent,
        rng.choice(len(NEAR), near, p=_shares(NEAR_OF_UNREGISTERED)),
        rng.choice(len(NEAR), near, p=_shares(NEAR)),
    )
    alike, alike_forms = codes[parents], forms[parents]
    for at, kind in enumerate(NEAR):
        rows = np.flatnonzero(how == at)
        if kind == "form":
            alike_forms[rows] = np.where(alike_forms[rows] == _LLP, 0, _LLP)
        else:
            alike[rows] = _lookalikes(rng, words, alike[rows], kind)
    both = np.concatenate([codes, alike])
    spare = np.flatnonzero(how == _FORM) + len(codes)
    _make_unlike(rng, words, both, len(codes), spare)
    _make_lawful(rng, words, both, spare)
    return both, np.concatenate([forms, alike_forms]).astype(np.int32)


def _plain(rng: np.random.Generator, words: _Words, many: int) -> np.ndarray:
    shares = np.array([share for share, _ in SHAPES])
    shape = rng.choice(len(SHAPES), many, p=shares / shares.sum())
    codes = np.zeros((many, _SLOTS), dtype=np.int32)
    for at, (_, kinds) in enumerate(SHAPES):
        rows = np.flatnonzero(shape == at)
        for slot, kind in enumerate(kinds):
            codes[rows, slot] = words.draw(rng, kind, len(rows))
    return codes


def _lookalikes(
    rng: np.random.Generator, words: _Words, codes: np.ndarray, kind: str
) -> np.ndarray:
    """The names made like others in one way of `NEAR`."""
    rows = np.arange(len(codes))
    last = np.maximum((codes != 0).sum(axis=1) - 1, 0)
    if kind == "letter":
        longest = words.longest_slot(codes)
        codes[rows, longest] += np.where(codes[rows, longest] < words.count, words.count, 0)
    elif kind == "order":
        first = codes[:, 0].copy()
        codes[:, 0] = codes[rows, last]
        codes[rows, last] = first
    elif kind == "trade":
        codes[rows, np.maximum(last, 1)] = words.draw(rng, "trade", len(rows))
    else:
        codes[:, _SLOTS - 1] = words.draw(rng, kind, len(rows))
    return codes


def _make_unlike(
    rng: np.random.Generator,
    words: _Words,
    codes: np.ndarray,
    begin: int,
    spare: np.ndarray | None = None,
) -> None:
    """Give rows from `begin` whose words an earlier row has another last word, but the spared."""
    kept = np.zeros(len(codes), dtype=bool)
    if spare is not None:
        kept[spare] = True
    factor = np.uint64(rng.integers(1, 2**62)) | np.uint64(1)
    for _ in range(8):
        _, first = np.unique(_keys(words.same[codes], factor), return_index=True)
        again = np.ones(len(codes), dtype=bool)
        again[first] = False
        again[:begin] = False
        rows = np.flatnonzero(again & ~kept)
        if not len(rows):
            return
        slot = np.maximum((codes[rows, : _SLOTS - 1] != 0).sum(axis=1), 1)
        slot = np.minimum(slot, _SLOTS - 1)
        slot = np.where(codes[rows, 0] == 0, 0, np.where(rng.random(len(rows)) < 0.5, slot, 0))
        kinds = np.array(["brand", "trade", "number"])[rng.choice(3, len(rows), p=[0.6, 0.3, 0.1])]
        for kind in ("brand", "trade", "number"):
            chosen = kinds == kind
            codes[rows[chosen], slot[chosen]] = words.draw(rng, kind, int(chosen.sum()))


def _make_lawful(
    rng: np.random.Generator, words: _Words, codes: np.ndarray, spare: np.ndarray
) -> None:
    """Give names that are the same in law another first word, but the spared.

    Names are the same when they differ only by blanks, punctuation, "the" in front or "and" for
    "&" (Company, Limited Liability Partnership and Business (Names and Trading Disclosures)
    Regulations 2015, SI 2015/17, regulation 7 and Schedule 3).
    """
    for _ in range(4):
        numbers = _names_in_law(words, codes)
        order = np.argsort(numbers, kind="stable")
        again = order[1:][numbers[order][1:] == numbers[order][:-1]]
        rows = np.setdiff1d(again, spare)
        if not len(rows):
            return
        codes[rows, 0] = words.draw(rng, "brand", len(rows))


def _names_in_law(words: _Words, codes: np.ndarray) -> np.ndarray:
    """A number for each row, the same for names that are the same in law."""
    found = []
    for start in range(0, len(codes), BLOCK):
        block = codes[start : start + BLOCK]
        parts = [words.text.take(pa.array(block[:, at])) for at in range(_SLOTS)]
        text = pc.binary_join_element_wise(*parts, " ", null_handling="skip")
        text = pc.replace_substring_regex(text, "^THE ", "")
        text = pc.replace_substring(text, "&", "AND")
        found.append(pc.replace_substring_regex(text, "[^A-Z0-9]", ""))
    coded = pa.chunked_array(found).dictionary_encode().unify_dictionaries()
    return np.concatenate([chunk.indices.to_numpy() for chunk in coded.chunks])


def _keys(codes: np.ndarray, factor: np.uint64) -> np.ndarray:
    """One number a row, the same for the same words in the same order, whatever the gaps."""
    key = np.zeros(len(codes), dtype=np.uint64)
    for column in codes.T.astype(np.uint64):
        key = np.where(column, (key + column) * factor ^ (key >> np.uint64(29)), key)
    return key


def _words(rng: np.random.Generator, coined: int) -> _Words:
    kinds = vocabularies(rng, coined)
    texts = list(dict.fromkeys(word for words in kinds.values() for word in words))
    code = {text: at for at, text in enumerate(texts, start=1)}
    weights = {}
    for kind, words in kinds.items():
        skew, shift = SKEW.get(kind, (0.5, 5))
        weight = 1 / (np.arange(len(words)) + 1 + shift) ** skew
        weights[kind] = np.cumsum(weight) / weight.sum()
    places_at, letters = rng.random(len(texts)), rng.choice(list(_LETTERS), len(texts))
    changed = [_letter_away(*three) for three in zip(texts, places_at, letters, strict=True)]
    return _Words(
        pa.array([None, *texts, *changed], pa.string()),
        {kind: np.array([code[word] for word in words], np.int32) for kind, words in kinds.items()},
        weights,
        len(texts),
        np.array([0, *map(len, texts), *map(len, changed)]),
        _alike_but_for_signs([*texts, *changed]),
    )


def _alike_but_for_signs(texts: list[str]) -> np.ndarray:
    bare = pd.Series(texts).str.replace(r"\bAND\b", "&", regex=True)
    bare = bare.str.replace(r"[^A-Z0-9&/ ]", "", regex=True)
    return np.concatenate([[0], pd.factorize(bare)[0] + 1]).astype(np.int32)


def _letter_away(text: str, where: float, letter: str) -> str:
    """One letter put in, another put for it, or (for numbers) the next number."""
    at = 1 + int(where * (len(text) - 1)) if len(text) > 1 else 0
    if text.isdigit():
        return str(int(text) + 1)
    if where < 0.4 or text[at : at + 1] == letter:
        return text[:at] + letter + text[at:]
    return text[:at] + letter + text[at + 1 :]


def _with_lookalikes(planted: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The planted companies as the register prints them, and some companies like each.

    A lookalike has no number yet. SIC codes without a text here are printed as code only.
    """
    texts = {text[:5]: text for text in SIC}
    given = planted.copy()
    given["registered_name"] = given["registered_name"].str.upper()
    given["status"] = given["status"].map(_status)
    given["sic"] = given["sic"].str.zfill(5).map(lambda code: texts.get(code, code))
    given.loc[given["sic"] == "00000", "sic"] = "None Supplied"
    names = {*given["registered_name"]}
    alike = []
    for name in given["registered_name"]:
        for new in _like(name, rng):
            if new not in names:
                names.add(new)
                alike.append(new)
    codes = _postcodes().take(pa.array(rng.integers(0, len(_postcodes()), len(alike))))
    made = pd.DataFrame(
        {"company_number": "", "registered_name": alike, "postcode": codes.to_pylist(),
         "status": "Active", "sic": rng.choice(SIC, len(alike))}
    )  # fmt: skip
    return pd.concat([given, made], ignore_index=True)[list(made.columns)]


def _like(name: str, rng: np.random.Generator) -> list[str]:
    """A few names that differ from this one in one way each."""
    words = name.split()
    formed = len(words) > 1 and words[-1].strip(".") in FORMS
    stem, form = (words[:-1], words[-1]) if formed else (words, "LIMITED")
    town = str(rng.choice(TOWNS))
    kinds = list(NEAR)
    made = []
    for kind in dict.fromkeys(kinds[at] for at in rng.choice(len(NEAR), 4, p=_shares(NEAR))):
        new, new_form = list(stem), form
        if kind == "affix":
            new.append(str(rng.choice(AFFIXES)))
        elif kind in ("place", "town"):
            new.append(f"({town})" if kind == "place" else town)
        elif kind == "number":
            new.append(str(rng.integers(2, 9)))
        elif kind == "trade":
            new[-1 if len(new) > 1 else len(new) :] = [str(rng.choice(TRADES[:80]))]
        elif kind == "letter":
            at = max(range(len(new)), key=lambda i: len(new[i]))
            new[at] = _letter_away(new[at], rng.random(), str(rng.choice(list(_LETTERS))))
        elif kind == "order":
            new = new[1:] + new[:1]
        else:
            new_form = "LIMITED" if form == "LLP" else "LLP"
        made.append(" ".join([*new, new_form]))
    return made


def _status(published: str) -> str:
    return {"liquidation": "Liquidation", "administration": "In Administration"}.get(
        published, "Active"
    )


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=["company_number", "registered_name", "postcode", "status", "sic"])


def _numbers(rng: np.random.Generator, forms: np.ndarray, given: pd.DataFrame) -> np.ndarray:
    """Eight characters a company, all different: a row of bytes each; the planted keep theirs."""
    made = len(forms)
    many = made + len(given)
    fixed = given["company_number"].to_numpy(dtype=object)
    prefix = rng.choice(8, many, p=[0.925, 0.05, 0.02, 0, 0, 0.0015, 0.0015, 0.002])
    llp = np.zeros(many, dtype=bool)
    llp[:made] = np.isin(forms, (_LLP, _LLP_LONG))
    prefix[llp] = np.where(rng.random(int(llp.sum())) < 0.92, 3, 4)
    found = np.empty((many, 8), dtype=np.uint8)
    for at, letters in enumerate(("", *_PREFIXES)):
        rows = np.flatnonzero(prefix == at)
        top = 16_500_000 if not letters else 1_000_000
        taken = [int(n[len(letters) :]) for n in fixed if _plain_number(n, letters)]
        free = np.ones(top, dtype=bool)
        free[[0, *taken]] = False
        serial = rng.permutation(np.flatnonzero(free))[: len(rows)]
        for column in range(7, len(letters) - 1, -1):
            found[rows, column] = ord("0") + serial % 10
            serial = serial // 10
        for column, letter in enumerate(letters):
            found[rows, column] = ord(letter)
    for at, number in enumerate(fixed):
        if number:
            found[made + at] = np.frombuffer(number.encode("ascii"), np.uint8)
    return found


def _plain_number(number: str, letters: str) -> bool:
    return number.startswith(letters) and number[len(letters) :].isdigit()


def _text(digits: np.ndarray) -> pa.Array:
    many = len(digits)
    ends = np.arange(0, 8 * many + 1, 8, dtype=np.int32)
    data = np.ascontiguousarray(digits).tobytes()
    return pa.Array.from_buffers(
        pa.string(), many, [None, pa.py_buffer(ends.tobytes()), pa.py_buffer(data)]
    )


def _draw_places(rng: np.random.Generator, many: int) -> np.ndarray:
    """Positions in the postcode directory; formation agents put many companies at one address."""
    size = len(_postcodes())
    found = rng.integers(0, size, many)
    agents = rng.random(many) < 0.15
    found[agents] = (rng.zipf(1.3, int(agents.sum())) % 3_000 + 1) * 797 % size
    return found


@cache
def _postcodes() -> pa.Array:
    return pa.array(places.postcodes()["postcode"].to_numpy(dtype=object), pa.string())


@cache
def _town_of_postcode() -> np.ndarray:
    codes = pd.Categorical(places.postcodes()["district"], categories=places.districts().index)
    return codes.codes.astype(np.int32)


@cache
def _towns() -> pa.Array:
    return pa.array([name.upper() for name in places.districts()["name"]], pa.string())


def _category(names: pa.Array, numbers: pa.Array) -> pa.Array:
    """What kind of company, from its form and number."""
    found = pa.repeat(pa.scalar("Private Limited Company"), len(names))
    for form, category in _CATEGORIES.items():
        found = pc.if_else(pc.ends_with(names, f" {form}"), category, found)
    return pc.if_else(pc.starts_with(numbers, "RS"), "Registered Society", found)


def _shares(table: dict[str, float]) -> np.ndarray:
    values = np.array(list(table.values()))
    return values / values.sum()


def _drawn(rng: np.random.Generator, table: dict[str, float], many: int) -> pa.Array:
    return pa.array(list(table)).take(pa.array(rng.choice(len(table), many, p=_shares(table))))


def _draw(rng: np.random.Generator, values: pa.Array, many: int) -> pa.Array:
    return values.take(pa.array(rng.integers(0, len(values), many)))


_LLP, _LLP_LONG = (list(FORMS).index(form) for form in ("LLP", "LIMITED LIABILITY PARTNERSHIP"))
_FORM = list(NEAR).index("form")
_FORM_WORDS = pa.array([form or None for form in FORMS], pa.string())
_DAYS = pa.array(
    [f"{day:%d/%m/%Y}" for day in pd.date_range("1985-01-02", "2026-10-30")], pa.string()
)
_MONTHS = pa.array([str(at) for at in range(1, 13)])
_SIC_TEXTS = pa.array(SIC)
_HOUSES = pa.array([str(at) for at in range(1, 200)])
_ROADS = pa.array([f"{street} {kind}" for street in STREETS for kind in STREET_KINDS])
_COUNTRIES = pa.array(["ENGLAND", "ENGLAND", "UNITED KINGDOM", ""])
_BELFAST = pa.array(
    [f"BT{at % 94 + 1} {at % 9 + 1}{a}{b}" for at in range(30) for a in "ABDE" for b in "GHJL"]
)
_URI = pa.scalar("http://business.data.gov.uk/id/company/")
_CATEGORIES = {
    "LLP": "Limited Liability Partnership",
    "LIMITED LIABILITY PARTNERSHIP": "Limited Liability Partnership",
    "PLC": "Public Limited Company", "PUBLIC LIMITED COMPANY": "Public Limited Company",
    "CIC": "Community Interest Company", "COMMUNITY INTEREST COMPANY": "Community Interest Company",
    "C.I.C.": "Community Interest Company", "CIO": "Charitable Incorporated Organisation",
}  # fmt: skip


def _enough(sample: pd.DataFrame) -> tuple[int, int]:
    """How many queries the sample has companies for, and how many it has absent ones for."""
    present = int(sample["in_register"].sum())
    return int(present / (1 - NO_COMPANY)), int((len(sample) - present) / NO_COMPANY)


def main(folder: Path, rows: int) -> None:
    """The register with the published truth planted, and queries of other companies: to tune by,
    held back, and to learn from (the companies of the first, spoilt anew)."""
    given = None
    if shared := os.environ.get("SVLIB_SHARED_DATA"):
        from published_truth import planted

        given = planted(Path(shared))
    print(f"planted: {0 if given is None else len(given)} companies of the published truth")
    sample = write_register(folder / "register.csv", rows, 0, given)
    half = np.arange(len(sample)) % 2 == 0
    for name, part, seeds in (
        ("tune", sample[half], [1]),
        ("held", sample[~half], [2]),
        ("learn", sample[half], [3, 4, 5]),
    ):
        many = min(20_000, *_enough(part))
        queries = pd.concat([make_queries(part, many, seed) for seed in seeds])
        queries.to_csv(folder / f"queries_{name}.csv", index=False, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5_000_000)
