"""Findings: the sentences, figures and tables of the notebooks, made from the measures.

A sentence says what the data show, with direction, size and certainty, and changes when they do.
"""

from svlib.findings.diagnostic import (
    diagnostic_certainty,
    diagnostic_figure,
    diagnostic_sentences,
    divergence_table,
    radar_figure,
    scores_figure,
    weakest_table,
)
from svlib.findings.outcomes import (
    contract_table,
    measures_table,
    not_valued_table,
    outcome_sentences,
    outcomes_certainty,
    outcomes_figure,
    value_sources_table,
    value_table,
)
from svlib.findings.places import (
    areas_table,
    country_map,
    off_the_map,
    off_the_points,
    places_figure,
    postcodes_table,
    region_map,
    small_areas,
    suppliers_map,
    without_a_place,
)
from svlib.findings.reconciliation import (
    columns_table,
    coverage_table,
    ends_table,
    files_in_full,
    reconciliation_sentences,
)
from svlib.findings.report import decisions, headline_tiles, headlines, verdict
from svlib.findings.spend import (
    basis,
    certainty,
    files_table,
    local_tile,
    moves,
    spend_sentences,
    spend_tiles,
)
from svlib.findings.suppliers import names_table, registers_table, standing_table

__all__ = [
    "areas_table",
    "basis",
    "certainty",
    "columns_table",
    "contract_table",
    "country_map",
    "coverage_table",
    "decisions",
    "diagnostic_certainty",
    "diagnostic_figure",
    "diagnostic_sentences",
    "divergence_table",
    "ends_table",
    "files_in_full",
    "files_table",
    "headline_tiles",
    "headlines",
    "local_tile",
    "measures_table",
    "moves",
    "names_table",
    "not_valued_table",
    "off_the_map",
    "off_the_points",
    "outcome_sentences",
    "outcomes_certainty",
    "outcomes_figure",
    "places_figure",
    "postcodes_table",
    "radar_figure",
    "reconciliation_sentences",
    "region_map",
    "registers_table",
    "scores_figure",
    "small_areas",
    "spend_sentences",
    "spend_tiles",
    "standing_table",
    "suppliers_map",
    "value_sources_table",
    "value_table",
    "verdict",
    "weakest_table",
    "without_a_place",
]
