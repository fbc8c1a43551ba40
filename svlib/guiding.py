"""`svlib guidance`: the pack for one procurement, written as Word document and workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from svlib import guidance, parameters, project
from svlib.errors import Fault, InputError, ParameterError
from svlib.ingest import cells
from svlib.parameters import Parameters
from svlib.quarter import day_label

_VAT = {"inc": True, "ex": False, "unknown": None}
_T = TypeVar("_T")


def write(
    quarter_file: Path,
    settings: Mapping[str, str],
    asked: Mapping[str, str | None],
    out: Path | None = None,
    *,
    force: bool = False,
) -> list[str]:
    """Write guidance_<category>.docx and .xlsx into a folder (reports/<authority>/guidance unless
    told) and say what stands in them.

    `asked` has category, value, start and vat (inc, ex or unknown) and, or None: end, commences
    (the as-of date of the quarter unless given), type, reference, district and ward, all as
    written. Raises
    ParameterError for what cannot be read or does not fit, InputError when a file is there already
    and `force` is not given; then nothing is written.
    """
    found = parameters.load(quarter_file, settings)
    pack = _pack(asked, found)
    folder = project.resolve(out) if out else project.reports() / found.slug / "guidance"
    paths = [folder / f"guidance_{pack.procurement.category}{end}" for end in (".docx", ".xlsx")]
    there = [path for path in paths if path.exists()]
    if there and not force:
        raise InputError(
            [
                Fault(project.relative(path), "is there already and may be filled in",
                      "Move it away, name another folder with --out, or add --force.")
                for path in there
            ]
        )  # fmt: skip
    _written(pack, paths, found)
    return _said(pack, paths)


def _pack(asked: Mapping[str, str | None], found: Parameters) -> guidance.Pack:
    vat = asked.get("vat") or "unknown"
    faults: list[Fault] = []
    if vat not in _VAT:
        faults.append(Fault("--vat", f"'{vat}' is not known", "Use one of: inc, ex, unknown."))
    value = _read("value", asked, cells.number, "a number of pounds, as 250000", faults)
    start = _read("start", asked, cells.day, "a date, as 2027-04-01", faults)
    end = _read("end", asked, cells.day, "a date, as 2029-03-31", faults)
    commences = _read("commences", asked, cells.day, "a date, as 2027-01-11", faults)
    if faults:
        raise ParameterError(faults)
    return guidance.pack(
        category=str(asked["category"]),
        value_gbp=value or Decimal(0),
        vat_included=_VAT[vat],
        contract_type=asked.get("type"),
        start=start or date.max,
        end=end,
        as_of=commences or found.as_of,
        parameters=found,
        reference=asked.get("reference") or "",
        district=asked.get("district") or "",
        ward=asked.get("ward") or "",
    )


def _read(
    name: str,
    asked: Mapping[str, str | None],
    reader: Callable[[str], _T | None],
    wanted: str,
    faults: list[Fault],
) -> _T | None:
    written = asked.get(name)
    if written is None:
        return None
    found = reader(written)
    if found is None:
        faults.append(Fault(f"--{name}", f"'{written}' is not {wanted[:wanted.index(',')]}",
                            f"Write {wanted}."))  # fmt: skip
    return found


def _written(pack: guidance.Pack, paths: list[Path], found: Parameters) -> None:
    """Both files whole, or neither."""
    document, workbook = parts = [path.with_name(f"{path.name}.part") for path in paths]
    try:
        paths[0].parent.mkdir(parents=True, exist_ok=True)
        guidance.write_document(pack, document)
        guidance.write_workbook(pack, workbook, found)
        for part, path in zip(parts, paths, strict=True):
            part.replace(path)
    except OSError as error:
        for part in parts:
            part.unlink(missing_ok=True)
        raise InputError(
            Fault(project.relative(paths[0].parent), f"cannot be written ({error.strerror})",
                  "Close the files in other programs, or name another folder with --out.")
        ) from None  # fmt: skip


def _said(pack: guidance.Pack, paths: list[Path]) -> list[str]:
    asked, standing = pack.procurement, pack.standing
    return [
        f"{guidance.DRAFT}: {asked.name}, {asked.pounds}, {asked.contract_type} "
        f"({asked.type_basis}).",
        f"By the law of {day_label(asked.as_of)}, the day the procurement commences (--commences).",
        f"Band: {pack.band.name}. {standing.band_reason}",
        standing.duty_sentence,
        f"{pack.outcomes['outcome'].nunique()} outcomes fit; choose at most {pack.choose}.",
        *(f"Written: {project.relative(path)}" for path in paths),
    ]
