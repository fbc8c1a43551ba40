"""A tiny council in a temporary folder, for tests that need a whole project."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from svlib import places
from svlib.quarter import Quarter

REPOSITORY = Path(__file__).resolve().parents[1]
LCR = ["E06000006", "E08000011", "E08000012", "E08000013", "E08000014", "E08000015"]
AREAS: dict[str, Any] = {
    "local": "LCR",
    "nested": [
        {"id": "Liverpool", "name": "Liverpool", "districts": ["E08000012"]},
        {"id": "LCR", "name": "Liverpool City Region", "districts": LCR},
        {"id": "UK", "name": "United Kingdom", "districts": "all"},
    ],
}
AUTHORITY: dict[str, Any] = {
    "name": "Tiny Council",
    "code": "E08000012",
    "areas": AREAS,
    "sources": {"payments": {"folder": "data/raw", "files": ["*.csv"]}},
}
QUARTER = "2026-27-Q1"
_FETCHED = shutil.ignore_patterns("boundaries", "lookups", "registers")  # large, and not ours


def project(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    slug: str = "tiny",
    quarters: Mapping[str, Mapping[str, Any] | str] | None = None,
    authority: Mapping[str, Any] | str | None = None,
    **keys: Any,
) -> Path:
    """A project root that SVLIB_HOME points to: data/reference copied, data/raw empty, and
    parameters/<slug>/ with authority.yaml and one file a quarter.

    `authority` replaces AUTHORITY, `keys` are put over it; `quarters` maps quarters to what their
    file says besides `quarter` and `as_of`. Either may be the whole file as text.
    """
    root = tmp_path / "project"
    (root / "data" / "raw").mkdir(parents=True)
    shutil.copytree(REPOSITORY / "data" / "reference", root / "data" / "reference", ignore=_FETCHED)
    _link_postcodes(root, monkeypatch)
    monkeypatch.setenv("SVLIB_HOME", str(root))
    _yaml(root, slug, "authority", authority or {**AUTHORITY, **keys})
    for name, says in (quarters or {QUARTER: {}}).items():
        as_of = Quarter.parse(name).end.isoformat()
        whole = says if isinstance(says, str) else {"quarter": name, "as_of": as_of, **says}
        _yaml(root, slug, name, whole)
    return root


def put(path: Path, text: str) -> Path:
    """Write an indented text as a UTF-8 file, folders and all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text).lstrip("\n"), encoding="utf-8", newline="\n")
    return path


def payments(root: Path, name: str, rows: str) -> Path:
    """A payments file in data/raw: `rows` are lines of supplier, amount, date, directorate,
    expense type, postcode; trailing ones may be left out."""
    header = "Supplier,Amount,Date,Directorate,Expense Type,Supplier Postcode\n"
    lines = [line.strip() for line in rows.strip().splitlines()]
    return put(root / "data" / "raw" / name, header + "\n".join(lines) + "\n")


def _yaml(root: Path, slug: str, name: str, content: Mapping[str, Any] | str) -> None:
    text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
    put(root / "parameters" / slug / f"{name}.yaml", text)


def _link_postcodes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The postcode directory takes seconds to make: made once in the repository, linked here."""
    monkeypatch.setenv("SVLIB_HOME", str(REPOSITORY))
    (root / "data" / "store").mkdir()
    for made in _postcodes():
        (root / "data" / "store" / made.name).symlink_to(made)


@cache
def _postcodes() -> list[Path]:
    places.locate(["L1 8JQ"])
    return list((REPOSITORY / "data" / "store").glob("*.parquet"))
