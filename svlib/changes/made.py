"""What an earlier report was made from and said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from svlib import project
from svlib.changes.figures import Figures
from svlib.errors import Fault, InputError

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Made:
    """A report: its manifest, its figures, and its folder where it lies in one."""

    manifest: dict[str, Any]
    figures: Figures

    @property
    def label(self) -> str:
        return str(self.manifest["quarter"])


def read_made(folder: Path) -> Made:
    """The report in a folder, from working/manifest.json. Raises InputError when it is not there,
    cannot be read, or comes from a version that kept no figures."""
    path = folder / "working" / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        told = manifest["figures"]
        kept = {name: (int(rows), Decimal(pounds)) for name, (rows, pounds) in told.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        found = "is not there" if isinstance(error, FileNotFoundError) else "tells no figures"
        do = "Name the folder of a report, reports/<authority>/<quarter>, made by this version."
        raise InputError(Fault(project.relative(path), found, do)) from None
    return Made(manifest, kept)


def written(figures: Figures) -> dict[str, list[Any]]:
    """Figures as a manifest holds them."""
    return {name: [rows, str(pounds)] for name, (rows, pounds) in figures.items()}
