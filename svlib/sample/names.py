"""Invented supplier names: coined words with the trade words and legal forms of real ones."""

from __future__ import annotations

from svlib.sample.draw import Draw
from svlib.sample.services import Service

CUT = 35  # characters of a supplier's name that the council's finance system prints

_FIRST = (
    "Bar", "Bral", "Cal", "Crun", "Dar", "Dreb", "Drov", "Elb", "Fal", "Flim", "Fos", "Frel",
    "Gam", "Glav", "Gol", "Gruv", "Hax", "Hed", "Ilk", "Jorv", "Kas", "Kel", "Krev", "Lam",
    "Loth", "Lund", "Mav", "Mir", "Mos", "Nav", "Nolt", "Ost", "Pad", "Pel", "Plim", "Pruv",
    "Quen", "Rilv", "Ros", "Sab", "Skal", "Snov", "Sor", "Stev", "Tamb", "Tel", "Threl", "Torv",
    "Trav", "Ulv", "Umb", "Vand", "Vel", "Vrin", "Wal", "Wex", "Wruk", "Yeld", "Yov", "Zam",
    "Zelk",
)  # fmt: skip
_MIDDLE = (
    "a", "ada", "e", "edi", "elo", "i", "iba", "idu", "o", "oba", "odi", "olu", "u", "umo", "alo",
    "eri", "oru",
)  # fmt: skip
_LAST = (
    "bec", "bryx", "cam", "dant", "dovar", "fenn", "gan", "glith", "grax", "hest", "jan", "kett",
    "ldren", "lmex", "mbar", "mond", "ndrel", "ngrath", "pell", "quist", "rax", "rvane", "sk",
    "ssel", "tain", "thrix", "tovan", "vash", "vorn", "wick", "xley", "yndra", "zeth", "zor",
    "vère", "zöl", "né",
)  # fmt: skip
_VOLUNTARY = ("CIC", "Trust", "Community Trust", "Housing Association", "Foundation", "Charity")
_FORMS = ("Ltd", "Limited", "Ltd", "Limited", "Ltd", "LLP", "PLC", "Co Ltd")
_PLACES = ("", "", "", "", "(North West)", "(Mersey)", "UK", "Solutions", "and Partners", "Group")

# The one pair that cannot be told apart once a name is cut.
LOOKALIKES = (
    "Yeldibaquist Community Supported Living Services (North) Ltd",
    "Yeldibaquist Community Supported Living Services (South) Ltd",
)


def coin(draw: Draw, count: int) -> list[str]:
    """Different coined words, the same for the same draw."""
    many = 2 * count
    parts = (draw.several(many, part) for part in (_FIRST, _MIDDLE, _LAST))
    words = dict.fromkeys("".join(part) for part in zip(*parts, strict=True))
    return list(words)[:count]


def invent(draw: Draw, services: list[Service], voluntary: list[bool], plain: int) -> list[str]:
    """Full names, one for each service given; about one in twenty trades under another name.

    The first `plain` bear the first of their service's trade words.
    """
    count = len(services)
    words = iter(coin(draw, count + count // 10))
    extras, businesses = draw.several(count, _PLACES), draw.several(count, _FORMS)
    charities, aliased = draw.several(count, _VOLUNTARY), draw.chance(count, 0.05)
    made = []
    for at, service in enumerate(services):
        trade = service.trades[0] if at < plain else draw.one(service.trades)
        form = charities[at] if voluntary[at] else businesses[at]
        full = " ".join(filter(None, (next(words), trade, extras[at], form)))
        made.append(f"{full} T/A {next(words)} {trade}" if aliased[at] else full)
    return made


def respell(full: str) -> str:
    """The same name as another clerk would key it: Ltd and Limited change places."""
    if full.endswith(" Ltd"):
        return full.removesuffix("Ltd") + "LIMITED"
    return full.removesuffix("Limited") + "Ltd" if full.endswith(" Limited") else full
