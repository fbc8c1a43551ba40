"""What a report was made from, so that it can be made again."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any

import svlib
from svlib import law, places, project

if TYPE_CHECKING:
    from svlib.view import OpenQuarter

_OWN = ("categories.csv", "framework.yaml", "overlaps.csv")
_FETCHED = {"boundaries", "lookups", "registers"}


def manifest(q: OpenQuarter, settings: Mapping[str, str]) -> dict[str, Any]:
    """What a report is made from: inputs and their hashes, parameters, versions, as-of date."""
    return {
        "authority": q.parameters.slug,
        "quarter": q.quarter.slug,
        "as_of": q.as_of.isoformat(),
        "synthetic": q.synthetic,
        "settings": dict(settings),
        "parameters": q.parameters.model_dump(mode="json"),
        "inputs": dict(sorted(q.inputs.items())),
        "payment_files": sorted(set(q.store.reconciliation["file"])),
        "ledger": q.ledger_cut,
        "reference": _hashes(_reference()),
        "parameter_files": _hashes(_parameter_files(q)),
        "data_build": q.store.folder.name,
        **runtime(),
    }


def runtime() -> dict[str, Any]:
    """What makes reports here: code, Python, packages, editions of what packages bring."""
    return {
        "vintages": {"postcodes": places.edition(), "law": law.checked_on().isoformat()},
        "code": {
            "version": svlib.__version__,
            "commit": _commit(),
            "sha256": _digest(
                [
                    *sorted(Path(svlib.__file__).parent.rglob("*.py")),
                    *sorted((project.root() / "notebooks").glob("*.ipynb")),
                ]
            ),
        },
        "python": platform.python_version(),
        "packages": dict(
            sorted({item.name.lower(): item.version for item in distributions()}.items())
        ),
    }


def made_from(manifest: Mapping[str, Any]) -> dict[Path, str]:
    """Every file of a manifest with its hash, for the archive."""
    names = manifest["inputs"] | manifest["reference"] | manifest["parameter_files"]
    return {project.resolve(name): digest for name, digest in names.items()}


def write_json(told: Any, to: Path) -> None:
    text = json.dumps(told, indent=1, ensure_ascii=False)
    to.write_text(text + "\n", encoding="utf-8", newline="\n")


def _hashes(paths: list[Path]) -> dict[str, str]:
    return {
        project.relative(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(paths)
    }


def _reference() -> list[Path]:
    """Every reference file but the large ones that are fetched, which are inputs when used."""
    folder = project.reference("")
    files = (path for path in folder.rglob("*.*") if path.is_file())
    return [path for path in files if path.relative_to(folder).parts[0] not in _FETCHED]


def _parameter_files(q: OpenQuarter) -> list[Path]:
    """Files beside the parameters that say how to count, the parameters among them."""
    names = {f"{q.quarter.slug}.yaml", "authority.yaml", *_OWN}
    folder = project.root() / "parameters" / q.parameters.slug
    return [path for path in folder.glob("*.*") if path.name in names]


def _digest(paths: list[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def _commit() -> str | None:
    """The commit of the code, marked when files changed since; None without git."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40"],
            cwd=Path(__file__).parent, capture_output=True, text=True, check=True, timeout=10,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip() or None
