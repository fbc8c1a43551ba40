"""The supplier directory: the council's own decisions, which always win."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from svlib.suppliers.identity import clean


def directory_by_id(directory: pd.DataFrame, ids: Mapping[str, str]) -> pd.DataFrame:
    """The directory with a `supplier_id` column; of two lines for one supplier the later counts."""
    found = [ids.get(name, clean(name)) for name in directory["supplier"]]
    return directory.assign(supplier_id=found).drop_duplicates("supplier_id", keep="last")
