"""Which columns of a sheet hold supplier, amount, date and the rest: headers, then content."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from svlib.ingest import cells
from svlib.ingest.columns import (
    Match,
    header_rows,
    header_texts,
    letter,
    plain,
    recognise,
    told_position,
)
from svlib.ingest.grid import Row
from svlib.ingest.profiles import Profile, profile_columns

_FEW = 5  # filled cells, too few to doubt a whole header by
_MOSTLY = 0.8  # share of the cells of a column that speak of debit or credit
_WHOLE = 2  # rows that make a table of their own
_TRIED = 12  # rows of the sheet tried as the header
_TEXTS = (
    "supplier_ref", "reference", "directorate", "service", "expense_type", "description",
    "postcode", "company_number",
)  # fmt: skip
_EXPLAINED = re.compile(r"\b(dr|cr|debit|credit|sign|d\W*c\b|c\W*d\b)", re.IGNORECASE)
_CURRENCY = {"currency", "currency code", "curr", "ccy", "invoice currency"}
_OF_CARDS = re.compile(r"method|card|how paid", re.IGNORECASE)


@dataclass(frozen=True)
class Money:
    """A column that may hold the amount, and in which sense: net, line, document, gross or vat;
    other when it holds money without a name for it. `guessed` when only its content says so.
    `known` is its header's place in the vocabulary."""

    at: int
    printed: str
    sense: str
    guessed: bool
    exact: bool
    known: int


@dataclass
class Layout:
    """What was decided about one table of a sheet.

    `at` is the header's place among the rows looked at (-1 when there is none), `last` that of its
    last row; `positions` the columns other than amounts; `money` the columns that may be the
    amount; `credit` the column that says of each row whether it is debit or credit; `doubts` what
    was decided on weak grounds, in words.
    """

    at: int
    last: int
    texts: list[str]
    printed: list[str]
    positions: dict[str, int]
    money: list[Money]
    told_amount: bool = False
    credit: int | None = None
    doubts: list[str] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Up to the last column that has a name."""
        return max((at + 1 for at, text in enumerate(self.printed) if text), default=0)

    def name(self, at: int) -> str:
        """The column's header as printed, or its letter where it has none or shares it."""
        printed = self.printed[at] if at < len(self.printed) else ""
        unique = printed and self.printed.count(printed) == 1
        return printed if unique else f"column {letter(at)}"


def find_layout(rows: Sequence[Row], told: Mapping[str, str]) -> Layout | None:
    """The table in the first rows of a sheet; None when none has both a supplier and an amount.

    `told` maps canonical columns to headers as printed (or `column F`) and is believed first.
    """
    for at in header_rows(rows, "lines", told.values())[:_TRIED]:
        for last in (at + 1, at) if _continues(rows, at) else (at,):
            layout = _with_header(rows, at, last, told)
            if layout is not None:
                return _above(rows, layout, told) or layout
    return None


def _above(rows: Sequence[Row], layout: Layout, told: Mapping[str, str]) -> Layout | None:
    """A whole table above the one found, whose header names fewer columns: it comes first."""
    for at in range(layout.at):
        named = {
            match.column
            for text in header_texts(rows[at]) if text
            for match in recognise(text, "lines") if match.exact
        }  # fmt: skip
        if not {"supplier", "amount_gbp"} <= named:
            continue
        first = _with_header(rows[: layout.at], at, at, told)
        if first is not None and _payments(rows[at + 1 : layout.at], first) >= _WHOLE:
            return first
    above = sum(_looks_like_data(row) for row in rows[: max(layout.at, 0)])
    if above >= _WHOLE:
        layout.doubts.append(f"{above:,} rows above the header look like payments; none was read")
    return None


def _payments(rows: Sequence[Row], layout: Layout) -> int:
    at, supplier = layout.money[0].at, layout.positions["supplier"]
    return sum(
        max(at, supplier) < len(row)
        and cells.number(row[at]) is not None
        and bool(cells.text(row[supplier]))
        for row in rows
    )


def _looks_like_data(row: Row) -> bool:
    texts = [text for cell in row if (text := cells.text(cell))]
    return len(texts) >= 3 and any("." in text and cells.number(text) is not None for text in texts)


def _currencies(layout: Layout, profiles: Mapping[int, Profile]) -> list[str]:
    if any({"gbp", "sterling"} & set(plain(money.printed).split()) for money in layout.money):
        return []
    return [
        f"'{layout.name(at)}' names several currencies; amounts were added as they stand"
        for at, text in enumerate(layout.texts)
        if text in _CURRENCY and at in profiles and profiles[at].distinct > 1
    ]


def _credit_column(layout: Layout, profiles: Mapping[int, Profile]) -> int | None:
    """The column that says debit or credit in words, or in letters beneath a header that explains
    them; both must occur, or credits beside blanks. Letters that nothing explains are a doubt."""
    taken = {money.at for money in layout.money} | set(layout.positions.values())
    signs = {
        at: profile
        for at, profile in profiles.items()
        if at not in taken and profile.signs > _MOSTLY
        and not _OF_CARDS.search(layout.name(at))
    }  # fmt: skip
    said = [
        at for at, profile in signs.items()
        if profile.signs == 1 and (profile.letters < 1 or _EXPLAINED.search(layout.name(at)))
        and (profile.credits < 1 or profile.blank)
    ]  # fmt: skip
    layout.doubts += [
        f"'{layout.name(at)}' may tell debits from credits; amounts were read as they stand"
        for at, profile in signs.items()
        if at not in said and 0 < profile.credits < 1
    ]
    return said[0] if len(said) == 1 else None


def _counts(rows: Sequence[Row], at: int) -> bool:
    """Whether a row numbers the columns: 1, 2, 3, ..."""
    texts = [text for cell in rows[at] if (text := cells.text(cell))] if at < len(rows) else []
    return len(texts) >= 3 and texts == [str(number + 1) for number in range(len(texts))]


def _continues(rows: Sequence[Row], at: int) -> bool:
    """Whether the next row names columns too, some of them where this one is blank."""
    if at + 1 >= len(rows) or any(cells.number(cell) is not None for cell in rows[at + 1]):
        return False
    below = header_texts(rows[at + 1])
    return any(
        text
        and recognise(text, "lines")
        and not (place < len(rows[at]) and cells.text(rows[at][place]))
        for place, text in enumerate(below)
    )


def without_header(rows: Sequence[Row], told: Mapping[str, str]) -> Layout | None:
    """A table whose columns have no names: those told as `column F`, else by content alone, which
    is only ever a suggestion."""
    filled = [at for at, row in enumerate(rows) if sum(map(bool, map(cells.text, row))) >= 3]
    if not filled:
        return None
    first = filled[0]
    layout = Layout(first - 1, first - 1, [], [], {}, [])
    profiles = profile_columns(rows[first:])
    places = {name: told_position(header, []) for name, header in told.items()}
    layout.positions = {
        name: at for name, at in places.items() if at is not None and name != "amount_gbp"
    }
    amount = places.get("amount_gbp")
    layout.told_amount = amount is not None
    supplier = layout.positions.get("supplier", _supplier_by_content(profiles, set()))
    if supplier is None:
        return None
    layout.positions["supplier"] = supplier
    if amount is not None:
        layout.money = [Money(amount, layout.name(amount), "told", False, True, -1)]
    else:
        layout.money = _money_by_content(profiles, {supplier}, layout, "line")
    days = [at for at, profile in profiles.items() if profile.dates > 0.6 and profile.pence < 0.5]
    if days:
        layout.positions.setdefault("payment_date", days[0])
    return layout if layout.money else None


def _with_header(rows: Sequence[Row], at: int, last: int, told: Mapping[str, str]) -> Layout | None:
    if last >= len(rows):
        return None
    printed = _printed(rows[at : last + 1])
    texts = header_texts(printed)
    layout = Layout(at, last, texts, printed, {}, [])
    if _counts(rows, last + 1):
        layout.last += 1
    profiles = profile_columns(rows[layout.last + 1 :])
    if not profiles:
        return layout if _names_both(texts) and last == at else None
    matches = {place: recognise(text, "lines") for place, text in enumerate(texts) if text}
    places = {name: told_position(header, printed) for name, header in told.items()}
    layout.positions = {
        name: place for name, place in places.items() if name != "amount_gbp" and place is not None
    }
    layout.doubts += [
        f"no header is '{told[name]}', which sources.payments.columns names for {name}"
        for name, place in places.items()
        if place is None
    ]
    _assign_money(layout, matches, profiles, told)
    _assign_supplier(layout, matches, profiles)
    if "supplier" not in layout.positions or not layout.money:
        return None
    _assign_rest(layout, matches, profiles)
    layout.credit = _credit_column(layout, profiles)
    layout.doubts += _currencies(layout, profiles)
    return layout


def _names_both(texts: list[str]) -> bool:
    named = {match.column for text in texts if text for match in recognise(text, "lines")}
    return {"supplier", "amount_gbp"} <= named


def _printed(header: Sequence[Row]) -> list[str]:
    width = max(map(len, header))
    columns = [
        [cells.text(row[at]) if at < len(row) else "" for row in header] for at in range(width)
    ]
    return [" ".join(filter(None, column)) for column in columns]


# --- amounts -------------------------------------------------------------------------------------


def _assign_money(
    layout: Layout,
    matches: Mapping[int, Sequence[Match]],
    profiles: Mapping[int, Profile],
    told: Mapping[str, str],
) -> None:
    place = told_position(told["amount_gbp"], layout.printed) if "amount_gbp" in told else None
    layout.told_amount = place is not None
    layout.money = [
        Money(at, layout.name(at), match.sense, False, match.exact, match.rank)
        for at, found in matches.items()
        for match in found
        if match.column == "amount_gbp" and at in profiles and at != place
        and _is_money(profiles[at], match)
    ]  # fmt: skip
    if place is not None:
        layout.money.insert(0, Money(place, layout.name(place), "told", False, True, -1))
    taken = {money.at for money in layout.money} | set(layout.positions.values())
    named = {at for at, found in matches.items() if any(m.exact for m in found)}
    sense = "other" if any(money.sense != "vat" for money in layout.money) else "line"
    layout.money += _money_by_content(profiles, taken | named, layout, sense)


def _is_money(profile: Profile, match: Match) -> bool:
    if profile.dates > 0.6 and profile.numbers < 0.5:
        return False
    return profile.numbers >= (0.2 if match.exact else 0.5)


def _money_by_content(
    profiles: Mapping[int, Profile], taken: set[int], layout: Layout, sense: str
) -> list[Money]:
    return [
        Money(at, layout.name(at), sense, True, False, 0)
        for at, profile in profiles.items()
        if at not in taken and _looks_like_money(profile)
    ]


def _looks_like_money(profile: Profile) -> bool:
    varied = profile.distinct > 1 and profile.dates < 0.5
    return varied and profile.numbers > 0.9 and profile.pence > 0.2


# --- suppliers -----------------------------------------------------------------------------------


def _assign_supplier(
    layout: Layout, matches: Mapping[int, Sequence[Match]], profiles: Mapping[int, Profile]
) -> None:
    if "supplier" in layout.positions:
        return
    taken = {money.at for money in layout.money} | set(layout.positions.values())
    named = [
        (at, match)
        for at, found in matches.items()
        for match in found
        if match.column == "supplier" and at not in taken
    ]
    holding = [(at, m) for at, m in named if at in profiles and _holds_names(profiles[at], m)]
    if holding:
        at, _ = min(holding, key=lambda item: _supplier_rank(profiles[item[0]], item[1]))
        layout.positions["supplier"] = at
        return
    by_content = _supplier_by_content(profiles, taken)
    if by_content is not None and (named or _speaks_of_payments(matches)):
        layout.positions["supplier"] = by_content
        layout.doubts.append(
            f"the supplier was taken from '{layout.name(by_content)}', by its content alone"
        )
        return
    blank = [at for at, match in named if match.exact and at not in profiles]
    if blank:
        layout.positions["supplier"] = blank[0]


def _supplier_rank(profile: Profile, match: Match) -> tuple[bool, bool, int]:
    """Names that repeat throughout are the publisher's own; then whole headers; then the order of
    the vocabulary."""
    constant = profile.distinct == 1 and profile.filled > 3
    return constant, not match.exact, match.rank


def _holds_names(profile: Profile, match: Match) -> bool:
    few = match.exact and profile.filled <= _FEW and profile.numbers < 1
    return (profile.words >= 0.3 or few) and profile.dates < 0.5


def _supplier_by_content(profiles: Mapping[int, Profile], taken: set[int]) -> int | None:
    likely = {
        at: profile
        for at, profile in profiles.items()
        if at not in taken and profile.companies > 0.2 and profile.words > 0.8
        and profile.distinct > max(2, profile.filled * 0.05)
    }  # fmt: skip
    return max(likely, key=lambda at: likely[at].companies, default=None)


def _speaks_of_payments(matches: Mapping[int, Sequence[Match]]) -> bool:
    named = {match.column for found in matches.values() for match in found if match.exact}
    return len(named) >= 3


# --- dates and texts -----------------------------------------------------------------------------


def _assign_rest(
    layout: Layout, matches: Mapping[int, Sequence[Match]], profiles: Mapping[int, Profile]
) -> None:
    for column in ("payment_date", *_TEXTS):
        if column in layout.positions:
            continue
        taken = {money.at for money in layout.money} | set(layout.positions.values())
        rivals = [
            (at, match)
            for at, found in matches.items()
            for match in found
            if match.column == column and at not in taken
            and _suits(column, match, profiles.get(at))
        ]  # fmt: skip
        if rivals:
            at, _ = min(rivals, key=lambda item: _text_rank(column, profiles.get(item[0]), item[1]))
            layout.positions[column] = at


def _suits(column: str, match: Match, profile: Profile | None) -> bool:
    if profile is None:  # a blank column
        return match.exact and column != "payment_date"
    if column == "payment_date":
        return profile.dates > (0.1 if match.exact else 0.5)
    if column == "postcode":
        return profile.postcodes > 0.3
    if column in ("directorate", "service", "expense_type", "description"):
        return profile.dates < 0.5
    return True


def _text_rank(column: str, profile: Profile | None, match: Match) -> tuple[bool, bool, int]:
    """Words before codes for what people read, whole headers before parts of them."""
    coded = column in ("directorate", "service", "expense_type", "description") and (
        profile is None or profile.words < 0.5
    )
    undated = column == "payment_date" and (profile is None or profile.dates < 0.5)
    return coded or undated, not match.exact, match.rank
