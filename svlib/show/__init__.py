"""How a page looks: words, notes, tables, charts and maps, one look throughout."""

from svlib.show.charts import bars, paired_bars, radar, share_trend, stack, trend
from svlib.show.curves import coverage
from svlib.show.maps import by_district as map_by_district
from svlib.show.maps import country as map_of_the_country
from svlib.show.maps import suppliers as map_of_suppliers
from svlib.show.page import banner, chart, note, sentences, style, table, tiles
from svlib.show.steps import waterfall
from svlib.show.words import between, compared, count, listed, money, points, pounds, share

__all__ = [
    "banner",
    "bars",
    "between",
    "chart",
    "compared",
    "count",
    "coverage",
    "listed",
    "map_by_district",
    "map_of_suppliers",
    "map_of_the_country",
    "money",
    "note",
    "paired_bars",
    "points",
    "pounds",
    "radar",
    "sentences",
    "share",
    "share_trend",
    "stack",
    "style",
    "table",
    "tiles",
    "trend",
    "waterfall",
]
