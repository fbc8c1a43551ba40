"""The sample council's suppliers: who they are, where, how large, and how often they are paid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svlib import places
from svlib.sample import names
from svlib.sample.draw import Draw, Drawn
from svlib.sample.services import SERVICES

LIVERPOOL = "E08000012"
REST_OF_REGION = ("E06000006", "E08000011", "E08000013", "E08000014", "E08000015")
_NORTH_WEST = (*(f"E080000{number:02d}" for number in range(1, 11)), "E06000007", "E06000050")
_ELSEWHERE = (
    "E08000035", "E08000036", "E06000016", "E08000026", "E08000031", "E06000042", "E06000032",
    "E07000008", "E07000138", "E09000007", "E09000013", "E09000033", "W06000015", "S12000050",
)  # fmt: skip
_DISTRICTS = ((LIVERPOOL,), REST_OF_REGION, _NORTH_WEST, _ELSEWHERE)
_OLD_CODES = r"(?:L4[1-9]|L6\d|L7\d|L80|WA88|CH2[5-9]|CH3[0-2]) "  # withdrawn, or boxes only
_LETTERS = "LCWM"

AREAS = ("Liverpool", "rest of LCR", "rest of North West", "rest of UK")
LARGE, SMALL = "large", "small or medium"


@dataclass(frozen=True)
class Tier:
    """Suppliers paid alike. `lines` bounds a quarter's lines, `excess` is the median line in
    pounds above the threshold, `present` the chance of being paid in a quarter."""

    name: str
    count: int
    lines: tuple[int, int]
    excess: float
    sigma: float
    present: float
    listed: float
    large: float
    areas: tuple[float, float, float, float]


TIERS = (
    Tier("giant", 8, (6, 14), 60_000, 0.7, 1.0, 1.0, 1.0, (3, 1, 2, 2)),
    Tier("large", 42, (6, 16), 11_000, 0.9, 0.97, 0.95, 0.9, (10, 7, 12, 13)),
    Tier("core", 210, (4, 12), 1_500, 1.0, 0.98, 0.85, 0.06, (38, 24, 22, 16)),
    Tier("usual", 520, (1, 4), 900, 1.1, 0.55, 0.42, 0.10, (34, 22, 24, 20)),
    Tier("rare", 3_000, (1, 2), 700, 1.1, 0.28, 0.06, 0.15, (30, 20, 24, 26)),
)
# Service (position in SERVICES) and area of each giant: care, building, waste in the city, then ...
_GIANTS = (0, 9, 6, 1, 0, 3, 1, 11)
_GIANT_AREAS = (0, 0, 0, 1, 2, 2, 3, 3)


def suppliers() -> pd.DataFrame:
    """One row a supplier, whether or not the council's own directory lists it.

    `outcode_only` and `no_postcode` say what the directory lacks, `tier` how often it is paid.
    """
    draw = Draw(20_260_930)
    count = sum(tier.count for tier in TIERS)
    table = pd.DataFrame({"tier": np.repeat(range(len(TIERS)), [t.count for t in TIERS])})
    table["service"] = _services(draw, count)
    table["area"] = _areas(draw)
    table["listed"] = draw.chance(count, _by_tier("listed"))
    charitable = np.array([service.charities for service in SERVICES])[table["service"]]
    table["voluntary"] = draw.chance(count, 0.17) & charitable & (table["tier"] > 1)
    table["supplier"] = _names(draw, table)
    table["size"] = _sizes(draw, count)
    _place(draw, table)
    table["outcode_only"] = draw.chance(count, 0.07) & (table["tier"] > 1)
    table["no_postcode"] = draw.chance(count, 0.03) & (table["tier"] > 1)
    return table


def _by_tier(field: str) -> Drawn:
    return np.repeat([getattr(tier, field) for tier in TIERS], [tier.count for tier in TIERS])


def _services(draw: Draw, count: int) -> Drawn:
    drawn = draw.weighted(count, [service.weight for service in SERVICES])
    drawn[: len(_GIANTS)] = _GIANTS
    return drawn


def _areas(draw: Draw) -> Drawn:
    drawn = np.concatenate([draw.weighted(tier.count, tier.areas) for tier in TIERS])
    drawn[: len(_GIANT_AREAS)] = _GIANT_AREAS
    return drawn


def _names(draw: Draw, table: pd.DataFrame) -> list[str]:
    services = [SERVICES[at] for at in table["service"]]
    made = names.invent(draw, services, table["voluntary"].tolist(), len(_GIANTS))
    pair = table.index[(table["tier"] == 2) & (table["service"] == 1) & table["listed"]][:2]
    for at, lookalike in zip(pair, names.LOOKALIKES, strict=True):
        made[at] = lookalike
    return made


def _sizes(draw: Draw, count: int) -> list[str]:
    large = draw.chance(count, _by_tier("large"))
    smaller = draw.several(count, ("micro", "micro", "small", "small", "medium"))
    return ["large" if big else size for big, size in zip(large, smaller, strict=True)]


def _place(draw: Draw, table: pd.DataFrame) -> None:
    table["postcode"] = table["district"] = ""
    for area, pool in enumerate(_pools()):
        rows = table.index[table["area"] == area]
        chosen = pool.iloc[draw.whole(len(rows), 0, len(pool) - 1)]
        for column in ("postcode", "district"):
            table.loc[rows, column] = chosen[column].to_numpy()


def _pools() -> list[pd.DataFrame]:
    """Real postcodes of each area, in the order of AREAS."""
    known = places.postcodes(_LETTERS)[["postcode", "district"]]
    known = known[known["district"].isin([code for area in _DISTRICTS for code in area])]
    pools = [known[known["district"].isin(area)] for area in _DISTRICTS]
    return [pool[~pool["postcode"].str.match(_OLD_CODES)] for pool in pools]
