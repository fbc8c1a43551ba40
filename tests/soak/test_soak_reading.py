"""Damage and made-up mess at full size: what tests/test_any_file.py does a tenth of."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import test_any_file as tenth
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from measure import seconds, write

from svlib.ingest import judge

FULL = settings(max_examples=1_200, deadline=None,
                suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip


def test_damaged_real_files(shared: Path, tmp_path: Path) -> None:
    """1,500 files, each damaged in up to 60 places."""
    chance = random.Random(2026)
    files = sorted(path for path in shared.glob("spend_*/*/*") if path.stat().st_size < 2_000_000)
    slowest, judged = 0.0, Counter[str]()
    for _ in range(1_500):
        whole = chance.choice(files)
        path = tmp_path / f"april-2026{whole.suffix}"
        path.write_bytes(tenth.damaged(whole.read_bytes(), chance))
        slowest = max(slowest, seconds(lambda path=path: tenth.assert_judged(path)))  # type: ignore[misc]
        judged[judge(path).verdict] += 1
    write("soak_reading", {"files": sum(judged.values()), **judged, "slowest_s": slowest})
    assert set(judged) == {"read", "ask", "refuse"}


@FULL
@given(rows=tenth.ROWS, style=tenth.STYLE, mark=st.sampled_from(",;\t|"),
       encoding=st.sampled_from(tenth.ENCODINGS))  # fmt: skip
def test_text_files(tmp_path: Path, rows: list[Any], style: Any, mark: str, encoding: str) -> None:
    tenth.assert_text_comes_back(tmp_path, rows, style, mark, encoding)


@FULL
@given(rows=tenth.ROWS, style=tenth.STYLE)
def test_workbooks(tmp_path: Path, rows: list[Any], style: Any) -> None:
    tenth.assert_workbook_comes_back(tmp_path, rows, style)
