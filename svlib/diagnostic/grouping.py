"""Groups of scores, and tables whose "no score" stays None."""

from __future__ import annotations

from typing import Any

import pandas as pd


def parts(scores: pd.DataFrame, labels: list[str]) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    """Label columns and rows of each group, in the order of the labels."""
    groups = scores.groupby(labels, sort=True) if len(scores) else []
    return [(dict(zip(labels, names, strict=True)), part) for names, part in groups]


def frame(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    """Python values as they are, so that "no score" stays None."""
    return pd.DataFrame(rows, columns=columns, dtype=object)
